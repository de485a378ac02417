"""The form of the tables: a function with a failure at a point, or one in which nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import RightCause

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
