"""Exact rounding of balls to a floating-point format, to nearest, ties to even (IEEE 754-2019, 4.3.1)."""

from __future__ import annotations

import math

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls


def round_exact(number: arb, f: Format) -> float:
    """The number of format `f` nearest to an exact ball, as a Python float (each format fits one).

    Overflow goes to infinity from half an ulp beyond the largest number; underflow to subnormals and zero.
    """
    if not number.is_finite():
        return math.nan if number.is_nan() else math.copysign(math.inf, 1.0 if number > 0 else -1.0)
    mantissa, exponent = (int(part) for part in number.man_exp())
    if mantissa == 0:
        return 0.0
    magnitude = abs(mantissa)
    sign = 1.0 if mantissa > 0 else -1.0
    top = magnitude.bit_length() + exponent - 1
    if top > f.maximum_exponent:
        return sign * math.inf
    unit = max(top - f.precision + 1, f.smallest_exponent)
    rounded = _shift_to_even(magnitude, unit - exponent)
    if rounded.bit_length() + unit - 1 > f.maximum_exponent:
        return sign * math.inf
    return sign * math.ldexp(rounded, unit)


def _shift_to_even(magnitude: int, places: int) -> int:
    """magnitude / 2**places, rounded to the nearest integer, ties to even."""
    if places <= 0:
        return magnitude << -places
    if places > magnitude.bit_length() + 1:
        return 0
    quotient, rest = magnitude >> places, magnitude & ((1 << places) - 1)
    half = 1 << (places - 1)
    return quotient + (rest > half or (rest == half and quotient & 1))


def round_ball(ball: arb, f: Format) -> float | None:
    """The one number of the format that every point of the ball rounds to; None where there are two."""
    if ball.is_exact():
        return round_exact(ball, f)
    if not ball.is_finite():
        return None
    with balls.precision(max(ball.bits(), f.precision) + 64):  # the ends are themselves rounded outward
        low, high = round_exact(ball.lower(), f), round_exact(ball.upper(), f)
    return low + 0.0 if low == high else None  # + 0.0: a ball around zero has no sign


def ulp_exponent(magnitude: float, f: Format) -> int:
    """Exponent of the spacing of the format's numbers around a finite magnitude."""
    if magnitude == 0:
        return f.smallest_exponent
    _, exponent = math.frexp(min(abs(magnitude), f.maximum))
    return max(exponent - f.precision, f.smallest_exponent)


def ulp(magnitude: float, f: Format) -> arb:
    """Spacing of the format's numbers around a magnitude; beyond the largest number, its spacing there."""
    return arb(2) ** ulp_exponent(magnitude, f)


def is_thin(ball: arb, f: Format, bits: int = 20) -> bool:
    """Whether a finite ball is narrower than 2**-bits ulps of the format around it."""
    if not ball.is_finite():
        return ball.is_exact()
    if ball.rel_accuracy_bits() >= f.precision + bits:
        return True  # beyond the largest number as well, where an ulp means nothing
    middle = min(abs(float(ball.mid())), f.maximum)
    return bool(2 * ball.rad() < ulp(middle, f) * arb(2) ** -bits)


def rounded_array(enclosures: np.ndarray, f: Format) -> np.ndarray:
    """Elementwise `round_ball` of midpoints for thin balls, as float64; nan where nothing is known."""

    def one(ball: arb) -> float:
        rounded = round_ball(ball, f)
        if rounded is None:
            rounded = round_exact(ball.mid(), f) if ball.is_finite() else math.nan
        return rounded

    result = np.empty(enclosures.shape, dtype=np.float64)
    for index, ball in np.ndenumerate(enclosures):
        result[index] = one(ball)
    return result
