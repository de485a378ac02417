"""Rows of the table of elementwise operations: what is constant but for jumps, and what is made of that."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.rules import Elementwise, Rule, kinked, may_be_integer, may_be_zero


def _zero(fn: Any, y: np.ndarray, *x: np.ndarray) -> np.ndarray:
    return balls.full(np.shape(y), fn.zero)


def _step(value: Rule, jumps: Rule, arity: int = 1) -> Elementwise:
    """A staircase: slope 0, nothing defined at its jumps."""
    return Elementwise(value, (kinked(_zero, jumps),) * arity)


def _cut_short(x: np.ndarray) -> np.ndarray:
    """Where truncation may jump: at the integers but 0."""
    return may_be_integer(x) & ~np.asarray(abs(x) < 1, dtype=bool)


def _remainder(whole: str, jumps: Rule) -> Elementwise:
    """What division by y leaves, when the quotient is made whole by a function of the arithmetic."""

    def quotient(fn: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return getattr(fn, whole)(x / y)

    partials = (lambda fn, z, x, y: balls.full(np.shape(z), fn.one), lambda fn, z, x, y: -quotient(fn, x, y))
    at = lambda x, y: jumps(x / y)  # noqa: E731 - a rule among rules
    return Elementwise(lambda fn, x, y: x - quotient(fn, x, y) * y, tuple(kinked(p, at) for p in partials))


STAIRS: dict[str, Elementwise] = {
    "sign": _step(lambda fn, x: fn.sign(x), may_be_zero),
    "floor": _step(lambda fn, x: fn.floor(x), may_be_integer),
    "ceil": _step(lambda fn, x: fn.ceil(x), may_be_integer),
    "trunc": _step(lambda fn, x: fn.trunc(x), _cut_short),
    "round": _step(lambda fn, x: fn.round(x), lambda x: may_be_integer(x + balls.HALF)),
    "floor_divide": _step(lambda fn, x, y: fn.floor(x / y), lambda x, y: may_be_integer(x / y), arity=2),
    "fmod": _remainder("trunc", _cut_short),
    "remainder": _remainder("floor", may_be_integer),
    "heaviside": Elementwise(
        lambda fn, x, middle: fn.heaviside(x, middle),
        (
            kinked(_zero, lambda x, middle: may_be_zero(x)),
            lambda fn, y, x, middle: fn.where(balls.is_zero(x), fn.one, fn.where(may_be_zero(x), fn.unsure, fn.zero)),
        ),
    ),
    "copysign": Elementwise(
        lambda fn, x, y: fn.copysign(x, y),
        (
            kinked(lambda fn, z, x, y: fn.sign(x) * fn.sign(y), lambda x, y: may_be_zero(x) | may_be_zero(y)),
            kinked(_zero, lambda x, y: may_be_zero(y)),
        ),
    ),
}
