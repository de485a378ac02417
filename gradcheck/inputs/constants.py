"""The numbers written in a function: where it changes its mind is often at one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType
from typing import Any

MOST_CONSTANTS = 32
CALLED = ("forward", "__call__")  # of an object that is called like a function


def constants_of(function: Callable[..., Any]) -> tuple[float, ...]:
    """The finite numbers in the code of a Python function, its defaults, closure and bound arguments, sorted.

    Functions it calls are not entered. Empty where there is no Python code to read, as for a function written in C.
    """
    found = {float(n) for n in _numbers(function) if abs(n) <= sys.float_info.max}
    return tuple(sorted(sorted(found, key=abs)[:MOST_CONSTANTS]))


def _numbers(value: Any, depth: int = 0) -> Iterator[float]:
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        yield value
        return
    if depth < 4:  # a function in a closure of a closure
        for part in _parts(value):
            yield from _numbers(part, depth + 1)


def _parts(value: Any) -> Iterator[Any]:
    """What a function, its code or a bound function is made of."""
    if isinstance(value, CodeType):
        yield from value.co_consts
    elif isinstance(value, tuple):
        yield from value
    elif isinstance(value, partial):
        yield from (value.func, value.args, *value.keywords.values())
    elif (wrapped := getattr(value, "__wrapped__", None)) is not None:
        yield wrapped
    elif isinstance(code := getattr(value, "__code__", None), CodeType):
        yield from (code, value.__defaults__, *(value.__kwdefaults__ or {}).values(), *_closed_over(value))
    elif called := next(
        (c for name in CALLED if isinstance(c := getattr(type(value), name, None), FunctionType)), None
    ):
        yield from (called, *vars(value).values())


def _closed_over(function: Any) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
