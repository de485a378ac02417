"""The syntax tree of a function or class, found in its file."""

from __future__ import annotations

import ast
import copy
import inspect
import linecache
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any


class CannotWrite(Exception):  # noqa: N818  it says what happened
    """Something of the code under test has no form that a script of its own could hold."""


def function_node(function: FunctionType) -> ast.FunctionDef:
    """A copy of a function's definition; a lambda as one, named `function`."""
    code = function.__code__
    found = [node for node in _functions(code.co_filename) if _is_of(node, code)]
    if not found:
        raise CannotWrite(f"the source of {function.__qualname__} cannot be found")
    node = copy.deepcopy(found[0])
    if isinstance(node, ast.Lambda):
        return ast.FunctionDef("function", node.args, [ast.Return(node.body)], [], lineno=0)
    assert isinstance(node, ast.FunctionDef)
    node.decorator_list = []
    return node


def class_node(kind: type) -> ast.ClassDef:
    """A copy of a class's definition."""
    try:
        node = ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind))).body[0]
    except (OSError, TypeError, SyntaxError):
        raise CannotWrite(f"the source of {kind.__qualname__} cannot be found") from None
    assert isinstance(node, ast.ClassDef)
    return node


@lru_cache(maxsize=32)
def _functions(filename: str) -> tuple[ast.FunctionDef | ast.Lambda, ...]:
    """Every function that a file defines."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
        return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))
    except SyntaxError:
        raise CannotWrite(f"{filename} cannot be read") from None


def _is_of(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    if not isinstance(node, ast.Lambda) or code.co_name != "<lambda>" or node.lineno != code.co_firstlineno:
        return False
    return _span(node.body) == _ran(code)  # two lambdas on a line differ in where their bodies are


def _span(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _ran(code: CodeType) -> tuple[int, int]:
    """Line and column where the code of a lambda's body begins."""
    places = [(line, column) for line, _, column, end in code.co_positions() if line and end and column is not None]
    return min(places, default=(0, 0))


def bound_names(node: ast.AST) -> set[str]:
    """Every name that something in the node binds."""
    return set(_bound(node))


def _bound(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
            yield part.id
        elif isinstance(part, ast.arg):
            yield part.arg
        elif isinstance(part, ast.FunctionDef | ast.ClassDef) or (isinstance(part, ast.ExceptHandler) and part.name):
            yield str(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in part.names)


def free_values(function: Callable[..., Any]) -> dict[str, Any]:
    """What the names that a function does not bind stand for: its globals, over them its closure."""
    values = dict(getattr(function, "__globals__", {}))
    cells = getattr(function, "__closure__", None) or ()
    for name, cell in zip(getattr(function, "__code__", _NO_CODE).co_freevars, cells, strict=False):
        try:
            values[name] = cell.cell_contents
        except ValueError:  # not yet assigned
            continue
    return values


_NO_CODE = (lambda: None).__code__
