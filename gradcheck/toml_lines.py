"""Where a key of a TOML text is: tomllib does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]

_WORD = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_DOTTED = rf"(?:{_WORD.pattern})(?:\s*\.\s*(?:{_WORD.pattern}))*"
_HEADER = re.compile(rf"\s*(\[{{1,2}})\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")


def line_of(text: str, path: Path) -> int:
    """The line of a key, `path` from the top, a number being the place in an array of tables, from 0.

    What is written inline has the line of the key around it; 1 where nothing of the path is there.
    """
    found = [(len(there), line) for line, there in _places(text) if there == path[: len(there)]]
    return max(found, key=lambda place: place[0], default=(0, 1))[1]


def _places(text: str) -> Iterator[tuple[int, Path]]:
    """Each line that begins a table or a value, with its path."""
    section: Path = ()
    lengths: dict[tuple[str, ...], int] = {}  # of the arrays of tables
    for line, content in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(content):
            words = _words(header[2])
            if header[1] == "[[":
                lengths[words] = lengths.get(words, 0) + 1
            section = _counted(words, lengths)
            yield line, section
        elif assignment := _ASSIGNMENT.match(content):
            yield line, (*section, *_words(assignment[1]))


def _words(dotted: str) -> tuple[str, ...]:
    return tuple(word.strip("\"'") for word in _WORD.findall(dotted))


def _counted(words: Sequence[str], lengths: dict[tuple[str, ...], int]) -> Path:
    """The path with the place in each array of tables on the way: that of its last table."""
    path: list[str | int] = []
    for count, word in enumerate(words, start=1):
        path.append(word)
        if length := lengths.get(tuple(words[:count])):
            path.append(length - 1)
    return tuple(path)
