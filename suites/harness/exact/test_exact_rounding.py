"""Rounding to the four formats against NumPy's and ml_dtypes' conversions and exact fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.dtypes import FORMATS, from_ordinals, ordinals
from gradcheck.exact import balls
from gradcheck.exact.rounding import is_thin, round_ball, round_exact, ulp, ulp_exponent

SMALL = [FORMATS["float16"], FORMATS["bfloat16"]]
ALL = list(FORMATS.values())


def arb_of(number: Fraction) -> arb:
    """An exact ball; the denominator is a power of two."""
    with balls.precision(8000):
        return arb(number.numerator) * arb(2) ** (1 - number.denominator.bit_length())


def _finite(f):
    return [
        Fraction(float(x)) for x in from_ordinals(np.arange(0, ordinals(np.array(f.maximum, f.numpy)) + 1), f.numpy)
    ]


@pytest.mark.parametrize("f", SMALL, ids=lambda f: f.name)
def test_every_number_and_every_midpoint(f):
    numbers = _finite(f)
    for position, (low, high) in enumerate(itertools.pairwise(numbers)):
        middle, even = (low + high) / 2, high if position % 2 else low
        sliver = (high - low) / 2**40
        for number, expected in ((low, low), (middle, even), (middle - sliver, low), (middle + sliver, high)):
            assert round_exact(arb_of(number), f) == float(expected)
            assert round_exact(arb_of(-number), f) == -float(expected)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
def test_overflow_starts_half_an_ulp_beyond_the_largest_number(f):
    top = Fraction(f.maximum)
    half = Fraction(2) ** (f.maximum_exponent - f.precision)
    assert round_exact(arb_of(top + half), f) == np.inf
    assert round_exact(arb_of(-top - half), f) == -np.inf
    assert round_exact(arb_of(top + half * Fraction(2**60 - 1, 2**60)), f) == f.maximum
    assert round_exact(arb(2) ** 10**9, f) == np.inf
    assert round_exact(arb(2) ** -(10**9), f) == 0
    assert np.signbit(round_exact(-(arb(2) ** -(10**9)), f))


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
def test_underflow_ends_at_half_the_smallest_number(f):
    smallest = Fraction(f.smallest_subnormal) if f.name != "float64" else Fraction(1, 2**1074)
    assert round_exact(arb_of(smallest / 2), f) == 0
    assert round_exact(arb_of(smallest * Fraction(2**40 + 1, 2**41)), f) == float(smallest)
    assert round_exact(arb_of(smallest * Fraction(3, 2)), f) == float(2 * smallest)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float64_numbers_round_to_themselves_and_others_as_numpy_converts(x):
    with np.errstate(over="ignore"):
        for f in ALL:
            assert round_exact(arb(x), f) == float(np.float64(x).astype(f.numpy))


@given(st.fractions(), st.integers(-1200, 1100), st.sampled_from(ALL))
def test_the_nearest_number_is_chosen(number, exponent, f):
    number = Fraction(round(number * 2**80), 2**80) * Fraction(2) ** exponent
    rounded = round_exact(arb_of(number), f)
    if np.isinf(rounded):
        assert abs(number) >= Fraction(f.maximum) + Fraction(2) ** (f.maximum_exponent - f.precision)
        return
    position = int(ordinals(np.array(rounded, f.numpy)))
    error = abs(Fraction(rounded) - number)
    for neighbour in from_ordinals(np.array([position - 1, position + 1]), f.numpy).astype(float):
        if np.isfinite(neighbour):
            apart = abs(Fraction(float(neighbour)) - number)
            assert error < apart or (error == apart and position % 2 == 0)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
def test_a_ball_rounds_to_one_number_or_to_none(f):
    epsilon = arb(f.epsilon)
    assert round_ball(arb(1, float(f.epsilon) / 8), f) == 1
    assert round_ball(1 + arb(0.5, 0.01) * epsilon, f) is None  # around a midpoint
    assert round_ball(arb(0, 2.0**-1080) if f.name == "float64" else arb(0, f.smallest_subnormal / 4), f) == 0
    assert not np.signbit(round_ball(arb(0, f.smallest_subnormal / 4), f))
    assert round_ball(balls.WHOLE_LINE, f) is None
    assert np.isnan(round_ball(balls.NAN, f)) if balls.NAN.is_exact() else round_ball(balls.NAN, f) is None
    assert round_ball(balls.INFINITY, f) == np.inf


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
def test_an_ulp_is_the_spacing_that_numpy_finds(f):
    for position in np.random.default_rng(1).integers(0, int(ordinals(np.array(f.maximum, f.numpy))), 200):
        x, above = from_ordinals(np.array([position, position + 1]), f.numpy).astype(float)
        assert Fraction(2) ** ulp_exponent(x, f) == Fraction(above) - Fraction(x)
    assert ulp(0.0, f) == arb(f.smallest_subnormal)
    assert ulp(np.inf, f) == ulp(f.maximum, f)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
def test_a_ball_is_thin_beside_an_ulp(f):
    spacing = f.epsilon
    assert is_thin(arb(1, spacing * 2.0**-24), f)
    assert not is_thin(arb(1, spacing * 2.0**-18), f)
    assert not is_thin(arb(1, spacing * 2.0**-12), f)
    assert is_thin(balls.INFINITY, f)
    assert not is_thin(balls.WHOLE_LINE, f)
    assert not is_thin(balls.NAN, f)
    assert is_thin(arb(f.maximum, f.maximum * 2.0**-100), f)
