"""Arrays of balls: NumPy object arrays whose elements are `flint.arb`, and predicates on them.

A ball [m +- r] encloses a real number. Beside the finite balls an element may be an *exact infinity*
(+inf or -inf, no radius), `nan` (no number is known to be there) or the whole line (radius inf: more
precision is needed). python-flint keeps the working precision in process-wide state, so every
computation runs inside `precision(bits)`, which puts it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flint
import numpy as np
from flint import arb

ZERO, ONE, HALF, TWO = arb(0), arb(1), arb(0.5), arb(2)
UNIT_INTERVAL = arb(0.5, 0.5)  # encloses [0, 1]
INFINITY, MINUS_INFINITY, NAN = arb("inf"), arb("-inf"), arb("nan")

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


def array(values: object) -> np.ndarray:
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
    return array(_from_float(numbers.astype(np.float64)))


def full(shape: tuple[int, ...], ball: arb) -> np.ndarray:
    result = np.empty(shape, dtype=object)
    result.fill(ball)
    return result


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


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """True where two finite balls have the same midpoint and radius.

    For exact balls that is equality. For inexact ones it is how the same number computed twice
    looks, which no precision can tell from a difference smaller than the radius.
    """
    equal = np.frompyfunc(_same, 2, 1)
    return np.asarray(equal(a, b), dtype=bool)


def _same(a: arb, b: arb) -> bool:
    if a.is_exact() or b.is_exact():
        return bool(a == b)
    return bool(a.mid() == b.mid() and a.rad() == b.rad())
