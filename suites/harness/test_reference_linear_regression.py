"""References of the squared error of a line, against exact rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradcheck.reference.linear_regression import (
    HALF_MEAN_SQUARED_ERROR,
    HALF_SQUARED_ERROR,
    MEAN_SQUARED_ERROR,
    SQUARED_ERROR,
)

SCALES = {
    MEAN_SQUARED_ERROR.name: (MEAN_SQUARED_ERROR, 1),
    HALF_MEAN_SQUARED_ERROR.name: (HALF_MEAN_SQUARED_ERROR, Fraction(1, 2)),
    SQUARED_ERROR.name: (SQUARED_ERROR, 1),
    HALF_SQUARED_ERROR.name: (HALF_SQUARED_ERROR, Fraction(1, 2)),
}
MAGNITUDES = (1.0, 1e-160, 1e-30, 1e76, 1e150)


def in_rationals(scale, m, b, x, y):
    m, b, x, y = Fraction(float(m)), Fraction(float(b)), [*map(Fraction, x)], [*map(Fraction, y)]
    residuals = [m * a + b - c for a, c in zip(x, y, strict=True)]
    n = len(residuals)
    slopes = sum(a * r for a, r in zip(x, residuals, strict=True)), sum(residuals)
    return scale * sum(r * r for r in residuals) / n, *(2 * scale * s / n for s in slopes)


def nearest(number: Fraction) -> float:
    try:
        return number.numerator / number.denominator
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def points(samples):
    rng = np.random.default_rng(11)
    for magnitude in MAGNITUDES:
        m, b = (np.asarray(n) for n in rng.standard_normal(2) * magnitude)
        yield m, b, rng.standard_normal(samples), rng.standard_normal(samples) * magnitude
    m, b, x = np.asarray(3.0), np.asarray(-0.1), rng.standard_normal(samples)
    yield m, b, x, m * x + b  # residuals that cancel to the rounding of the labels
    yield m, np.asarray(0.0), np.arange(samples, dtype=float), 3.0 * np.arange(samples)  # and to zero


@pytest.mark.parametrize("name", SCALES)
def test_value_and_gradient_are_within_an_ulp_of_exact_rationals(name):
    specification, scale = SCALES[name]
    for m, b, x, y in points(specification.arguments[2].shape[0]):
        computed = specification.value(m, b, x, y), *specification.gradient(m, b, x, y)
        for number, exactly in zip(computed, in_rationals(scale, m, b, x, y), strict=True):
            right = nearest(exactly)
            assert number == right or abs(number - right) <= np.spacing(abs(right)), f"{number} for {right}"


def test_the_mean_of_squares_beyond_float64_is_infinite_and_its_sum_alone_is_not():
    m, b, x, y = np.asarray(0.0), np.asarray(1e154), np.ones(6), np.zeros(6)
    assert MEAN_SQUARED_ERROR.value(m, b, x, y) == pytest.approx(1e308, rel=1e-15)
    assert MEAN_SQUARED_ERROR.value(m, 2 * b, x, y) == np.inf


def test_half_is_half():
    arrays = next(points(6))
    assert HALF_MEAN_SQUARED_ERROR.value(*arrays) == MEAN_SQUARED_ERROR.value(*arrays) / 2
