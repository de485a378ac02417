"""Rows of the table of elementwise operations: what is constant but for jumps, and what is made of that."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.rules import Elementwise, Rule, itself, kinked, may_be_integer, may_be_zero


def _zero(fn: Any, y: np.ndarray, *x: np.ndarray) -> np.ndarray:
    return balls.full(np.shape(y), fn.zero)


def _quotient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x / y


def _step(value: Rule, place: Rule, test: Rule, arity: int = 1) -> Elementwise:
    """A staircase: slope 0, nothing defined at its jumps."""
    return Elementwise(value, (kinked(_zero, place, test),) * arity)


def _cut_short(x: np.ndarray) -> np.ndarray:
    """Where truncation may jump: at the integers but 0."""
    return may_be_integer(x) & ~np.asarray(abs(x) < 1, dtype=bool)


def _remainder(whole: str, test: Rule) -> Elementwise:
    """What division by y leaves, when the quotient is made whole by a function of the arithmetic."""

    def whole_quotient(fn: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return getattr(fn, whole)(x / y)

    slopes = (lambda fn, z, x, y: balls.full(np.shape(z), fn.one), lambda fn, z, x, y: -whole_quotient(fn, x, y))
    partials = tuple(kinked(slope, _quotient, test) for slope in slopes)
    return Elementwise(lambda fn, x, y: x - whole_quotient(fn, x, y) * y, partials)


def _by_middle(fn: Any, y: np.ndarray, x: np.ndarray, middle: np.ndarray) -> np.ndarray:
    return balls.choose(balls.is_zero(x), fn.one, balls.choose(may_be_zero(x), fn.unsure, fn.zero))


STAIRS: dict[str, Elementwise] = {
    "sign": _step(lambda fn, x: fn.sign(x), itself, may_be_zero),
    "floor": _step(lambda fn, x: fn.floor(x), itself, may_be_integer),
    "ceil": _step(lambda fn, x: fn.ceil(x), itself, may_be_integer),
    "trunc": _step(lambda fn, x: fn.trunc(x), itself, _cut_short),
    "round": _step(lambda fn, x: fn.round(x), lambda x: x + balls.HALF, may_be_integer),
    "floor_divide": _step(lambda fn, x, y: fn.floor(x / y), _quotient, may_be_integer, arity=2),
    "fmod": _remainder("trunc", _cut_short),
    "remainder": _remainder("floor", may_be_integer),
    "heaviside": Elementwise(
        lambda fn, x, middle: fn.heaviside(x, middle),
        (kinked(_zero, lambda x, middle: x, may_be_zero), _by_middle),
    ),
    "copysign": Elementwise(
        lambda fn, x, y: fn.copysign(x, y),
        (
            kinked(lambda fn, z, x, y: fn.sign(x) * fn.sign(y), lambda x, y: x * y, may_be_zero),
            kinked(_zero, lambda x, y: y, may_be_zero),
        ),
    ),
}
