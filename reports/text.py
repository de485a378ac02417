"""Text from outside, made safe to show: what a terminal, a page or an XML file must not be handed."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

# Control characters drive terminals and are illegal in XML; format characters can reorder what is read
# (CVE-2021-42574); lone surrogates cannot be encoded. Tabs and line feeds stay.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MAYBE_UNSAFE = re.compile(r"[^\n\t\x20-\x7e]")


def printable(text: str) -> str:
    """`text` with every unsafe character written as its escape, such as `\\x1b` or `\\u202e`."""
    return _MAYBE_UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES and code not in (0xFFFE, 0xFFFF):
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """`printable(text)` with every run of white space made one blank."""
    return printable(" ".join(text.split()))


def shortened(text: str, length: int) -> str:
    """`one_line(text)`, cut to `length` characters with an ellipsis."""
    line = one_line(text)
    return line if len(line) <= length else line[: max(length - 1, 0)] + "…"


def plural(count: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `1,234 findings`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def save(text: str, path: str | Path) -> None:
    """Write a report with the same bytes on every platform. Raises OSError where it cannot be written."""
    Path(path).write_text(text, encoding="utf-8", newline="\n")
