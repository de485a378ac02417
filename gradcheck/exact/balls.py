"""Arrays of balls: NumPy object arrays whose elements are `flint.arb`, and predicates on them.

A ball [m +- r] encloses a real number. Beside the finite balls an element may be an *exact infinity*
(+inf or -inf, no radius), `nan` (no number is known to be there) or the whole line (radius inf: more
precision is needed). python-flint keeps the working precision in process-wide state, so every
computation runs inside `precision(bits)`, which puts it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
import numpy as np
from flint import arb

ZERO, ONE, HALF, TWO = arb(0), arb(1), arb(0.5), arb(2)
UNIT_INTERVAL = arb(0.5, 0.5)  # encloses [0, 1]
INFINITY, MINUS_INFINITY, NAN = arb("inf"), arb("-inf"), arb("nan")
WHOLE_LINE = arb(0, "inf")

_from_float = np.frompyfunc(arb, 1, 1)
_is_finite = np.frompyfunc(arb.is_finite, 1, 1)
_is_exact = np.frompyfunc(arb.is_exact, 1, 1)
_is_nan = np.frompyfunc(arb.is_nan, 1, 1)
_is_zero = np.frompyfunc(arb.is_zero, 1, 1)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work with `bits` bits of precision inside the block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def array(values: Any) -> np.ndarray:
    """An object array of whatever elements it is given; NumPy hands out bare elements for 0-d results."""
    if isinstance(values, np.ndarray) and values.dtype == object:
        return values
    result = np.empty(np.shape(values), dtype=object)
    result[...] = values
    return result


def from_numbers(numbers: np.ndarray) -> np.ndarray:
    """Exact balls of an array of floats, integers or booleans (every format fits float64 exactly).

    Integers beyond 2**53 are converted one by one, so they stay exact too.
    """
    numbers = np.asarray(numbers)
    if numbers.dtype.kind in "iu":
        return array(_from_float(numbers.astype(object)))
    with np.errstate(invalid="ignore"):  # a signalling NaN, as memory that nobody has written to may hold
        return array(_from_float(numbers.astype(np.float64)))


def full(shape: tuple[int, ...], ball: arb) -> np.ndarray:
    result = np.empty(shape, dtype=object)
    result.fill(ball)
    return result


def choose(condition: np.ndarray, a: Any, b: Any) -> np.ndarray:
    """`np.where` on arrays of balls, or single balls."""
    return array(np.where(condition, array(a), array(b)))


def _mask(test: np.ufunc, balls: np.ndarray) -> np.ndarray:
    return np.asarray(test(balls), dtype=bool)


def is_finite(balls: np.ndarray) -> np.ndarray:
    return _mask(_is_finite, balls)


def is_exact(balls: np.ndarray) -> np.ndarray:
    """True for balls of radius zero, exact infinities included; false for nan (whose radius may be zero)."""
    return _mask(_is_exact, balls) & ~is_nan(balls)


def is_nan(balls: np.ndarray) -> np.ndarray:
    return _mask(_is_nan, balls)


def is_zero(balls: np.ndarray) -> np.ndarray:
    """True where the ball is exactly zero."""
    return _mask(_is_zero, balls)


def is_infinite(balls: np.ndarray) -> np.ndarray:
    """True for exact infinities only."""
    return ~is_finite(balls) & is_exact(balls)


def is_unknown(balls: np.ndarray) -> np.ndarray:
    """True where the ball says nothing: nan, or the whole line."""
    return ~is_finite(balls) & ~is_exact(balls)


def absorbed(balls: np.ndarray) -> np.ndarray:
    """Infinities made exact again: inf plus a ball of finite radius is inf, whatever the radius."""
    loose = is_unknown(balls) & _mask(_has_infinite_middle, balls)
    if not loose.any():
        return balls
    signs = np.asarray(_middle(balls[loose]) > ZERO, dtype=bool)
    result = balls.copy()
    result[loose] = choose(signs, INFINITY, MINUS_INFINITY)
    return result


def _infinite_middle(ball: arb) -> bool:
    middle = ball.mid()
    return ball.rad().is_finite() and not middle.is_finite() and not middle.is_nan()


_has_infinite_middle, _middle = np.frompyfunc(_infinite_middle, 1, 1), np.frompyfunc(arb.mid, 1, 1)


def equal(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """True where two balls are certainly equal: both exact."""
    return np.asarray(a == b, dtype=bool)


def twins(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """True where two inexact finite balls have the same midpoint and radius.

    So looks the same number computed twice, and so look two numbers whose difference is lost at this
    precision (1 + 1e-300 and 1 + 2e-300): only more precision tells them apart.
    """
    return np.asarray(_twins(a, b), dtype=bool)


def _are_twins(a: arb, b: arb) -> bool:
    return not a.is_exact() and a.is_finite() and bool(a.mid() == b.mid() and a.rad() == b.rad())


_twins = np.frompyfunc(_are_twins, 2, 1)


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """True where two balls are equal, or twins, which at the highest precision counts as equal."""
    return equal(a, b) | twins(a, b)
