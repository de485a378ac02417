"""The references of the squared norm against mpmath, from subnormal to overflowing differences."""

from __future__ import annotations

import mpmath
import mpmath_oracle as oracle
import numpy as np
import pytest

from gradcheck.reference.squared_norm import LOG_SQUARED_NORM, ROW_NORM, SPECIFICATIONS

DIGITS = 2400  # squares of 1e308 and changes of 1e-1000 in them
STEP = "1e-700"
ULPS = 1
SIZES = (1e-310, 1e-200, 1e-162, 1e-8, 1.0, 1e3, 1e154, 1e200, 8e307)


def _points():
    rng = np.random.default_rng(0)
    for size in SIZES:
        x, y = size * rng.uniform(-1, 1, (2, 2, 3))
        yield f"{size:g}", x, y
    x, y = rng.choice(SIZES, (2, 2, 3)) * rng.uniform(-1, 1, (2, 2, 3))
    yield "mixed", x, y
    yield "smallest", np.array([[5e-324, 0, 0], [5e-324, -5e-324, 1e-323]]), np.zeros((2, 3))
    yield "one ulp apart", np.full((2, 3), 1e3), np.nextafter(np.full((2, 3), 1e3), np.inf)
    yield "one part large", np.array([[1e20, 1.0, 1.0], [1.0, 1e-30, 0.0]]), np.zeros((2, 3))
    yield "difference overflows", np.full((2, 3), 1.7e308), np.full((2, 3), -1.7e308)
    yield "near norm 1", np.array([[1.0, 1e-30, 0.0], [0.6, 0.8, 1e-9]]), np.zeros((2, 3))


POINTS = {name: arrays for name, *arrays in _points()}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=lambda s: s.name)
def test_value_and_gradient_against_mpmath(specification, point):
    arrays = POINTS[point]
    with mpmath.workdps(DIGITS):
        assert oracle.ulps_apart(specification.value(*arrays), oracle.value(specification, arrays)) <= ULPS
        exact = oracle.gradient(specification, arrays, mpmath.mpf(STEP))
        for actual, by_argument in zip(specification.gradient(*arrays), exact, strict=True):
            assert oracle.ulps_apart(actual, by_argument) <= ULPS


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=lambda s: s.name)
def test_gradient_is_zero_where_the_rows_are_equal(specification):
    equal = np.array([[1.0, -2.0, 3.0], [1e308, 0.0, 1e-308]])
    assert all((part == 0).all() for part in specification.gradient(equal, equal))


def test_values_where_the_rows_are_equal():
    equal = np.ones((2, 3))
    assert (ROW_NORM.value(equal, equal) == 0).all()
    assert (LOG_SQUARED_NORM.value(equal, equal) == -np.inf).all()
