"""Comparisons, tests and logic on balls: what is certain, a tie, presumed or unknown."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from flint import arb

from gradcheck.exact import balls, predicates
from gradcheck.exact.predicates import COMPARISONS, LOGIC, TESTS, Predicate, combine, compare

WIDE = arb(1, 0.5)
# name -> two balls, order (less -1, equal 0, greater 1, None: unknown), presumed
PAIRS = {
    "apart": (arb(1), arb(2), -1, False),
    "apart balls": (arb(3, 0.5), WIDE, 1, False),
    "exact and equal": (arb(2), arb(2), 0, False),
    "infinities": (balls.INFINITY, balls.INFINITY, 0, False),
    "infinity beside a ball": (balls.MINUS_INFINITY, WIDE, -1, False),
    "overlapping": (WIDE, arb(1.25, 0.5), None, False),
    "a number in a ball": (arb(1), WIDE, None, False),
    "twins": (WIDE, arb(1, 0.5), 0, True),
    "whole line": (balls.WHOLE_LINE, balls.WHOLE_LINE, None, False),
}


def one(ball):
    return balls.array(ball).reshape(1)


@pytest.mark.parametrize("comparison", COMPARISONS)
@pytest.mark.parametrize("name", PAIRS)
def test_a_comparison_is_certain_a_tie_presumed_or_unknown(name, comparison):
    a, b, order, presumed = PAIRS[name]
    found = compare(comparison, one(a), one(b))
    assert found.unknown[0] == (order is None)
    assert found.tie[0] == (order == 0)
    assert found.presumed[0] == presumed
    if order is not None:
        assert found.truth[0] == COMPARISONS[comparison][order + 1]


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_nan_compares_as_ieee_says(comparison):
    found = compare(comparison, one(balls.NAN), one(arb(1)))
    assert found.truth[0] == (comparison == "not_equal")
    assert not (found.tie | found.unknown)[0]


def test_tests_see_what_is_known():
    numbers = balls.array([arb(1), WIDE, balls.INFINITY, balls.NAN, balls.WHOLE_LINE])
    known = {
        "isfinite": [True, True, False, False],
        "isnan": [False] * 3 + [True],
        "isinf": [False, False, True, False],
    }
    assert set(known) == set(TESTS)
    for name, truths in known.items():
        found = predicates.test(name, np.asarray(numbers, dtype=object))
        assert found.truth[:4].tolist() == truths
        assert found.unknown.tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("name", LOGIC)
def test_a_mark_matters_where_the_other_truth_would_change_the_result(name):
    arity = LOGIC[name].nin
    for truths, marks in itertools.product(itertools.product((False, True), repeat=arity), repeat=2):
        operands = [
            Predicate(np.array(t), np.array(m), np.array(m), np.array(False))
            for t, m in zip(truths, marks, strict=True)
        ]
        found = combine(name, *operands)
        choices = [(t, not t) if m else (t,) for t, m in zip(truths, marks, strict=True)]
        outcomes = {bool(LOGIC[name](*choice)) for choice in itertools.product(*choices)}
        assert found.truth == LOGIC[name](*truths)
        assert found.unknown == found.tie == (len(outcomes) > 1)
        assert not found.presumed
