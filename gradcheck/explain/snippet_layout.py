"""Statements as the lines of a script: as `ast` writes them, or joined and wrapped where those are too many."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

MOST_LINES = 15
WIDTH = 120
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Import, ast.ImportFrom, ast.Pass, ast.Raise, ast.Delete)
_WITH_BODY = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.With, ast.If, ast.Try)


def lines_of(statements: Sequence[ast.stmt]) -> list[str]:
    """The script, in as many lines as it takes: the plain form where it fits, else the joined one."""
    plain = [line for statement in statements for line in ast.unparse(statement).splitlines()]
    if len(plain) <= MOST_LINES and all(len(line) <= WIDTH for line in plain):
        return plain
    return _joined(statements, "")


def _joined(statements: Iterable[ast.stmt], indent: str) -> list[str]:
    """Neighbouring simple statements share a line."""
    lines: list[str] = []
    open_line = False  # whether the last line may take another statement
    for statement in statements:
        if not isinstance(statement, _SIMPLE):
            lines += _compound(statement, indent)
            open_line = False
            continue
        text = ast.unparse(statement)
        if open_line and len(lines[-1]) + 2 + len(text) <= WIDTH:
            lines[-1] += "; " + text
            continue
        wrapped = wrap(indent + text)
        lines += wrapped
        open_line = len(wrapped) == 1
    return lines


def _compound(statement: ast.stmt, indent: str) -> list[str]:
    """A definition or a loop; on one line where its body is simple and fits."""
    if not isinstance(statement, _WITH_BODY) or isinstance(statement, ast.Try) or getattr(statement, "orelse", None):
        return [indent + line for line in ast.unparse(statement).splitlines()]
    *decorators, header = _header(statement)
    top = [*(indent + line for line in decorators), indent + header]
    body = _joined(statement.body, indent + "    ")
    if all(isinstance(s, _SIMPLE) for s in statement.body) and len(body) == 1:
        one = top[-1] + " " + body[0].strip()
        if len(one) <= WIDTH:
            return [*top[:-1], one]
    return [*top, *body]


def _header(statement: ast.stmt) -> list[str]:
    fields = {name: getattr(statement, name) for name in statement._fields}
    *lines, _ = ast.unparse(type(statement)(**{**fields, "body": [ast.Pass()]}, lineno=0)).splitlines()
    return lines


def wrap(line: str) -> list[str]:
    """A line broken at spaces inside brackets; put into brackets where it has none."""
    if len(line) <= WIDTH:
        return [line]
    inner = line[: len(line) - len(line.lstrip())] + "    "
    at = _break(line)
    if at is None:
        bracketed = _bracketed(line)
        return [line] if bracketed == line else wrap(bracketed)
    first, rest = line[:at].rstrip(), line[at:].lstrip()
    return [first, *_continued(rest, inner, _depth(first))]


def _continued(rest: str, indent: str, depth: int) -> list[str]:
    line = indent + rest
    at = _break(line, depth) if len(line) > WIDTH else None
    if at is None:
        return [line]
    first, rest = line[:at].rstrip(), line[at:].lstrip()
    return [first, *_continued(rest, indent, depth + _depth(first))]


def _break(line: str, depth: int = 0) -> int | None:
    """Where to break: the last space within the width that is inside brackets and outside texts."""
    found, quote, start = None, "", len(line) - len(line.lstrip())
    for position, character in enumerate(line[: WIDTH + 1]):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            depth += (character in "([{") - (character in ")]}")
            if character == " " and depth > 0 and position > start:
                found = position
    return found


def _depth(text: str) -> int:
    outside = "".join(part for k, part in enumerate(text.replace('"', "'").split("'")) if k % 2 == 0)
    return sum((c in "([{") - (c in ")]}") for c in outside)


def _bracketed(line: str) -> str:
    for word in ("return ", " = "):
        before, found, after = line.partition(word)
        if found and not after.startswith("("):
            return f"{before}{found}({after})"
    return line
