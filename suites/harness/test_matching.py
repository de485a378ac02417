"""Matching a hand-written gradient against losses and variables it may belong to."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck.matching import Candidate, match, number_name

POINTS = ((0.5, 2.0), (-1.25, 0.75), (3.0, -0.5))
CUBE = Candidate(loss="cube", variable="x", definition=lambda xp, probe, x, y: (x + probe) ** 3 * y)
LOGISTIC = Candidate(loss="logistic", variable="z", definition=lambda xp, probe, x, y: xp.sigmoid(x * y + probe))


def factor(written, candidate, factors=None):
    return match(written, [candidate], POINTS, factors).comparisons[0].factor


def test_the_derivative_matches_and_nothing_else_does():
    matching = match(lambda x, y: 3 * x * x * y, [LOGISTIC, CUBE], POINTS)
    assert matching.matches == (CUBE,)
    assert matching.with_loss("cube", "x").sentence == "is the derivative of cube with respect to x"
    assert matching.with_loss("logistic", "z").factor is None


@pytest.mark.parametrize(("scale", "name"), [(2, "1/2"), (0.5, "2"), (-1, "-1"), (-3, "-1/3"), (0.8, "1.25")])
def test_a_constant_factor_is_named(scale, name):
    assert factor(lambda x, y: scale * 3 * x * x * y, CUBE) == name


def test_a_missing_factor_is_named():
    factors = {"x": lambda x, y: x, "x y": lambda x, y: x * y}
    assert factor(lambda x, y: 3 * x, CUBE, factors) == "x y"
    assert factor(lambda x, y: 3 * x**3 * y, CUBE, factors) == "1/(x)"


def test_an_inner_variable_is_differentiated_where_the_probe_is_added():
    def slope(x, y):
        s = 1 / (1 + math.exp(-x * y))
        return s * (1 - s)

    assert factor(slope, LOGISTIC) == "1"


def test_a_gradient_that_agrees_at_one_point_is_no_match():
    assert factor(lambda x, y: 3 * 0.25 * 2.0, CUBE) is None  # that of the first point


def test_a_nan_or_zero_gradient_is_no_match():
    assert factor(lambda x, y: math.nan, CUBE) is None
    assert factor(lambda x, y: 0.0, CUBE) is None


def test_the_written_gradient_gets_what_the_candidate_says():
    seen = Candidate(loss="cube", variable="x", definition=CUBE.definition, seen=lambda x, y: (np.float64(x * x * y),))
    assert factor(lambda product: 3 * product, seen) == "1"


def test_one_point_is_refused():
    with pytest.raises(ValueError, match="give at least 2"):
        match(lambda x, y: x, [CUBE], POINTS[:1])


def test_an_unknown_candidate_names_those_there_are():
    with pytest.raises(LookupError, match=r"\('cube', 'x'\)"):
        match(lambda x, y: x, [CUBE], POINTS).with_loss("cube", "y")


@pytest.mark.parametrize(
    ("number", "name"), [(0.5, "1/2"), (1, "1"), (-0.25, "-1/4"), (0, "0"), (math.inf, "inf"), (0.3, "0.3")]
)
def test_numbers_are_named_as_people_write_them(number, name):
    assert number_name(number) == name
