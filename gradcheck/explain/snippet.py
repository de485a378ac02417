"""A script that shows a finding with the framework alone, and prints what came and what was expected."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from gradcheck.explain.snippet_ending import ending, parameter_names
from gradcheck.explain.snippet_layout import MOST_LINES, WIDTH, lines_of
from gradcheck.explain.source import Source
from gradcheck.explain.source_nodes import CannotWrite
from gradcheck.explain.straight_line import straight_line
from gradcheck.record import FindingRecord


def snippet(
    function: Callable[..., Any],
    framework: str,
    record: FindingRecord,
    differentiate: tuple[int, ...],
    gradient: Callable[..., Any] | None = None,
) -> str:
    """The script of a finding of `function`, at most 15 lines of at most 120 characters.

    `differentiate`: positions of the differentiated arguments; `gradient(*arrays)`: written by hand, where the finding
    is one of it. Empty where it cannot be done: the source of the function, or of something it uses, cannot be had (a
    builtin of no library, code made by `exec`), it holds an object that has no form in a script, or what it does takes
    more than 15 lines.
    """
    for straight, terse in ((False, False), (False, True), (True, True)):
        with contextlib.suppress(CannotWrite):
            return _script(Source(framework, record.dtype), function, record, differentiate, gradient, straight, terse)
    return ""


def _script(
    source: Source,
    function: Callable[..., Any],
    record: FindingRecord,
    differentiate: Sequence[int],
    gradient: Callable[..., Any] | None,
    straight: bool = False,
    terse: bool = False,
) -> str:
    by_hand = gradient is not None and record.quantity == "gradient"
    called = gradient if gradient is not None and by_hand else function
    if straight:
        expression = _straight(source, called, record)
    else:
        expression = source.expression(called, getattr(called, "__name__", "function"))
    below = ending(source, called, expression, record, differentiate, by_hand, terse)
    head = [statement for line in source.imports for statement in ast.parse(line).body]
    lines = lines_of([*head, *source.definitions, *below])
    if len(lines) > MOST_LINES or any(len(line) > WIDTH for line in lines):
        raise CannotWrite(f"it takes {len(lines)} lines")
    return "\n".join(lines) + "\n"


def _straight(source: Source, called: Callable[..., Any], record: FindingRecord) -> ast.expr:
    """A formula of `xp` as what it does at the point."""
    formula = getattr(called, "formula", None)
    if formula is None:
        raise CannotWrite("it is no formula of the array namespace")
    return straight_line(source, formula, parameter_names(source, called, len(record.point)), record.point)
