"""The terms that cancel on the way to a gradient, in the sum of the outputs and in the slope of what saturates."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.exact.namespace import record
from gradcheck.exact.terms import terms

BITS = 256


def terms_of(definition, *numbers: float) -> list[float]:
    graph = record(definition, [()] * len(numbers))
    return terms(graph, [np.array(x) for x in numbers], range(len(numbers)), BITS)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_slope_of_what_saturates_is_a_difference_of_ones(name: str):
    (found,) = terms_of(lambda xp, x: 3.0 * getattr(xp, name)(x), 40.0)
    assert abs(found - 3) < 1e-15


def test_a_sigmoid_far_below_zero_cancels_nothing():
    (found,) = terms_of(lambda xp, x: xp.sigmoid(x), -40.0)
    assert 0 < found < 1e-17


def test_a_factor_counts_for_what_it_multiplies():
    factor, gate = terms_of(lambda xp, a, b: a * xp.sigmoid(b), 100.0, 37.5)
    assert abs(factor - 1) < 1e-15
    assert abs(gate - 100) < 1e-12


def test_what_does_not_saturate_has_no_terms():
    assert terms_of(lambda xp, x: xp.exp(-x) / (1 + xp.exp(-x)), 40.0) == [0.0]


def test_a_softmax_cancels_in_the_sum_of_its_outputs():
    graph = record(lambda xp, x: xp.exp(x) / xp.sum(xp.exp(x)), [(2,)])
    (found,) = terms(graph, [np.zeros(2)], [0], BITS)
    assert 0.4 < found < 1
