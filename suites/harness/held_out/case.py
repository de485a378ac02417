"""The form of the tables: a function with a failure at a point, or one in which nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import BACKWARD, FORWARD, RightCause

Nested = Any  # a number, or tuples of tuples of numbers


@dataclass(frozen=True)
class Case:
    """A function of arrays, judged at one point in one dtype and mode.

    `failure`: the verdict at the point ("wrong", "spurious_nan", ...) and `quantity` where it shows, "value" or
    "gradient"; `causes`: the right one first, then others as defensible. Both are empty where nothing is wrong.
    `gradient`: the hand-written gradient of a NumPy function, as a tuple of arrays; None: only its value is judged.
    """

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    point: tuple[Nested, ...]
    failure: str = ""
    quantity: str = "value"
    causes: tuple[RightCause, ...] = ()
    dtype: str = "float32"
    mode: str = "eager"
    gradient: Callable[..., Any] | None = None


def forward(kinds: str | tuple[str, ...], operations: tuple[str, ...], why: str) -> RightCause:
    return RightCause((kinds,) if isinstance(kinds, str) else kinds, operations, FORWARD, why)


def backward(kinds: str | tuple[str, ...], operations: tuple[str, ...], why: str) -> RightCause:
    return RightCause((kinds,) if isinstance(kinds, str) else kinds, operations, BACKWARD, why)


def value(case: Case, failure: str, *causes: RightCause, dtype: str = "float32", mode: str = "eager") -> Case:
    """The case that fails in its value."""
    return replace(case, failure=failure, causes=causes, dtype=dtype, mode=mode)


def gradient(case: Case, failure: str, *causes: RightCause, dtype: str = "float32", mode: str = "eager") -> Case:
    """The case that fails in its gradient."""
    return replace(case, failure=failure, quantity="gradient", causes=causes, dtype=dtype, mode=mode)
