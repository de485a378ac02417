"""The call that stands on a line of somebody's source, as it is written there."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Collection, Iterator
from functools import lru_cache

LONGEST = 60  # characters of a call that is quoted in a sentence


def call_at(location: str, names: Collection[str]) -> str:
    """The one call of a function or method of these names at "file:line"; empty where there is none, or several."""
    file, _, line = location.rpartition(":")
    if not (file and line.isdecimal()):
        return ""
    found = [c for c in _calls(file) if c.lineno <= int(line) <= (c.end_lineno or c.lineno) and _name(c) in names]
    text = ast.unparse(found[0]) if len(found) == 1 else ""
    return text if len(text) <= LONGEST else ""


@lru_cache(maxsize=32)
def _calls(file: str) -> tuple[ast.Call, ...]:
    return tuple(_read(file))


def _read(file: str) -> Iterator[ast.Call]:
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    """Of `torch.where` and `x.where` it is `where`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))
