"""References of the 1-1-1 sigmoid network's losses, against mpmath, saturated up to |z| = 1e4."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from gradcheck.reference.linear_output_network import LINEAR_OUTPUT_NETWORK
from gradcheck.reference.sigmoid_network_cross_entropy import SIGMOID_NETWORK_CROSS_ENTROPY
from gradcheck.reference.sigmoid_network_squared_error import SIGMOID_NETWORK_SQUARED_ERROR

WEIGHTS = (0.0, 0.3, -2.0, 36.0, -700.0, 1e4, -1e4)
POINTS = tuple(itertools.product(WEIGHTS, WEIGHTS, (1.0, -0.37), (0.0, 0.25, 1.0)))[::7]
DIGITS = 4500  # 1 - a2 is exp(-1e4), about 1e-4343


def cross_entropy(a2, y):
    return -(y * mpmath.log(a2) if y else 0) - ((1 - y) * mpmath.log(1 - a2) if y != 1 else 0)


def half_squared_error(output, y):
    return (output - y) ** 2 / 2


# Loss of the output, its derivative by z2 of the output and target, is the output linear?
SUBJECTS = {
    "cross_entropy": (SIGMOID_NETWORK_CROSS_ENTROPY, cross_entropy, lambda a, y: a - y, False),
    "squared_error": (SIGMOID_NETWORK_SQUARED_ERROR, half_squared_error, lambda a, y: (a - y) * a * (1 - a), False),
    "linear_output": (LINEAR_OUTPUT_NETWORK, half_squared_error, lambda a, y: a - y, True),
}


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


def truth(loss, slope, linear, w1, w2, x, y):
    w1, w2, x, y = map(mpmath.mpf, (w1, w2, x, y))
    a1 = sigmoid(w1 * x)
    z2 = w2 * a1
    output = z2 if linear else sigmoid(z2)
    d2 = slope(output, y)
    return loss(output, y), d2 * w2 * a1 * (1 - a1) * x, d2 * a1


@pytest.mark.parametrize("name", SUBJECTS)
def test_value_and_gradient_are_within_an_ulp_of_mpmath(name):
    specification, loss, slope, linear = SUBJECTS[name]
    for point in POINTS:
        with mpmath.workdps(DIGITS):
            expected = [float(number) for number in truth(loss, slope, linear, *point)]
        arrays = [np.asarray(number) for number in point]
        computed = specification.value(*arrays), *specification.gradient(*arrays)
        for number, right in zip(computed, expected, strict=True):
            assert abs(number - right) <= np.spacing(abs(right)), f"{name}{point}: {number} for {right}"


def test_a_plain_float64_evaluation_would_not_do():
    """At z2 = -700 the rounding of a1 alone, which is no input, moves the loss by more than 4 ulps."""
    w1, w2, x, y = (np.asarray(number) for number in (0.3, -1200.0, 1.0, 0.0))
    plain = np.log1p(np.exp(w2 / (1 + np.exp(-w1 * x))))
    right = SIGMOID_NETWORK_CROSS_ENTROPY.value(w1, w2, x, y)
    assert abs(plain - right) > 4 * np.spacing(right)
