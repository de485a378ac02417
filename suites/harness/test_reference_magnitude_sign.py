"""References of the losses for magnitude and sign, against mpmath and against their own algebra."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from gradcheck.reference.paraboloid import paraboloid
from gradcheck.reference.relu_penalty import relu_penalty
from gradcheck.reference.signed_error import signed_error

TINY, HUGE = 5e-324, 1.7976931348623157e308
EXTREMES = (0.0, TINY, -2.3e-308, 1e-160, -1e-30, 1.0, 1 + 2.0**-52, -3.0, 1e16, -9e153, 1.3e154, HUGE, -HUGE)
PAIRS = tuple(itertools.product(EXTREMES, repeat=2))
RANDOM = tuple(map(tuple, np.random.default_rng(3).standard_normal((50, 2))))


def paraboloid_in_mpmath(p, t):
    return (p + t) ** 2 / 8 + (t - p) ** 2 / 4, (p + t) / 4 + (p - t) / 2


def relu_penalty_in_mpmath(p, t):
    return (p - t) ** 2 + max(-p, 0), 2 * (p - t) - (p < 0)


def signed_error_in_mpmath(p, t):
    return (p - t) ** 2 + 4 * max(-p * t, 0), 2 * (p - t) - 4 * t * (p * t < 0)


SUBJECTS = {
    "paraboloid": (paraboloid(), paraboloid_in_mpmath),
    "relu_penalty": (relu_penalty(), relu_penalty_in_mpmath),
    "signed_error": (signed_error(), signed_error_in_mpmath),
}


def correctly_rounded(number: mpmath.mpf) -> float:
    """To within the last subnormal; beyond float64 infinite."""
    if abs(number) < 2 * mpmath.mpf(HUGE):
        return float(number)
    return np.inf if number > 0 else -np.inf


@pytest.mark.parametrize("name", SUBJECTS)
def test_value_and_gradient_are_within_an_ulp_of_mpmath(name):
    specification, truth = SUBJECTS[name]
    prediction, target = (np.array(column) for column in zip(*(PAIRS + RANDOM), strict=True))
    computed = np.stack([specification.value(prediction, target), *specification.gradient(prediction, target)], axis=1)
    for pair, numbers in zip(PAIRS + RANDOM, computed, strict=True):
        with mpmath.workdps(1400):
            expected = [correctly_rounded(mpmath.mpf(n)) for n in truth(*map(mpmath.mpf, pair))]
        for number, right in zip(numbers, expected, strict=True):
            near = number == right or abs(number - right) <= np.spacing(abs(right))
            assert near, f"{name}{pair}: {number} for {right}"


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_gradient_is_the_slope_of_the_value(name):
    """The losses are quadratic between their kinks, where a symmetric difference is the slope."""
    specification, _ = SUBJECTS[name]
    prediction, target = np.array([-2.0, -0.75, 1.5, 3.0]), np.array([1.0, -0.5, -2.0, 0.25])
    step = 2.0**-4
    ends = (specification.value(prediction + side * step, target) for side in (1, -1))
    (slope,) = specification.gradient(prediction, target)
    np.testing.assert_allclose(np.subtract(*ends) / (2 * step), slope, rtol=1e-14)


@pytest.mark.parametrize(("c_diff_sign", "c_same_sign"), [(4.0, 2.0), (1.0, 100.0), (0.3, 0.7)])
def test_no_constants_make_the_paraboloid_dearer_for_the_wrong_sign(c_diff_sign, c_same_sign):
    loss = paraboloid(c_diff_sign, c_same_sign).value
    right, wrong = loss(np.array([3.0, -1.0]), np.array([1.0, 1.0]))
    assert right - wrong == pytest.approx(8 / c_diff_sign, rel=1e-12)


def test_the_constants_are_those_of_the_loss():
    point = np.array([-1.0]), np.array([1.0])
    assert [relu_penalty(c).value(*point)[0] for c in (1.0, 2.5)] == [5.0, 6.5]
    assert [signed_error(w).value(*point)[0] for w in (1.0, 4.0)] == [5.0, 8.0]
    assert [paraboloid(c, s).value(*point)[0] for c, s in ((4.0, 2.0), (4.0, 1.0))] == [1.0, 2.0]


def test_the_signed_error_grows_with_the_square_of_the_unit():
    loss = signed_error().value
    prediction, target = np.array([-2.0, 0.5, 3.0, -1.0]), np.array([1.0, -0.25, 2.0, -4.0])
    np.testing.assert_array_equal(loss(8 * prediction, 8 * target), 64 * loss(prediction, target))
