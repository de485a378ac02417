"""What finite differences say about the truth, and which was off where they disagree."""

import numpy as np
import pytest
from flint import arb

from gradcheck.finite_differences import Estimate, gradient
from gradcheck.record import SecondOpinion
from gradcheck.second_opinion import classify, compare, merge


def _estimate(value, error, output=1.0):
    value, error = np.asarray(value, float), np.asarray(error, float)
    return Estimate(value, error, np.full(value.shape, "", dtype=object), np.asarray(output, float))


@pytest.mark.parametrize(
    ("value", "error", "exact", "opinion"),
    [
        (2.0, 1e-9, 2.0 + 1e-10, "agree"),
        (2.0, 1e-9, 2.1, "disagree"),
        (2.0, 0.5, 2.1, "too_wide"),
        (2.0, 0.5, 5.0, "disagree"),
        (np.nan, np.inf, 2.0, "too_wide"),
        (0.0, 1e-14, 0.0, "agree"),
        (0.0, 1e-3, 0.0, "too_wide"),
        (0.0, 1e-16, 4e-18, "too_wide"),
        (0.0, 1e-323, 1e-323, "agree"),
        (2.0, 1e-9, np.inf, "not_applicable"),
        (2.0, 1e-9, np.nan, "not_applicable"),
    ],
)
def test_classify(value, error, exact, opinion):
    assert classify(_estimate(value, error), np.array(exact)).item() == opinion


def test_balls_are_taken_with_their_radius():
    thin, wide, huge = arb(2), arb(2, 1), arb("1e400")
    exact = np.array([thin, wide, huge], dtype=object)
    estimate = _estimate([2.5, 2.5, 2.5], [1e-9] * 3)
    assert classify(estimate, exact).tolist() == ["disagree", "agree", "not_applicable"]


def test_a_kink_does_not_apply():
    estimate = _estimate([1.0, 1.0], [1e-9, 1e-9])
    opinions = classify(estimate, np.array([3.0, 3.0]), applicable=np.array([False, True]))
    assert opinions.tolist() == ["not_applicable", "disagree"]


def test_a_small_partial_beside_a_large_one_agrees_within_noise():
    assert classify(_estimate([0.0, 1e6], [1e-4, 1e-3]), np.array([1e-9, 1e6])).tolist() == ["agree", "agree"]


def _likelihood(z):
    """log sigmoid(-z) with the guard that loses it once sigmoid(z) is 1."""
    return np.log(1 - 1 / (1 + np.exp(-z)) + 1e-18)


def test_a_wrong_value_is_named_as_what_was_off():
    z = np.array([40.0])
    (estimate,) = gradient(_likelihood, [z], [0])
    opinion = compare(estimate, np.array([-1.0]), np.array([-40.0]), name="logits")
    assert (opinion.agree, opinion.disagree) == (0, 1)
    (note,) = opinion.notes
    assert note.startswith("logits[0]: finite differences give 0 ±")
    assert "the exact partial is -1" in note
    assert "the implementation is off, already in its float64 value, -41.4465 where the exact one is -40" in note


def test_a_right_value_with_another_slope_is_told_apart():
    (estimate,) = gradient(np.square, [np.array(3.0)], [0])
    opinion = compare(estimate, np.array(3.0), np.array(9.0), name="x")
    (note,) = opinion.notes
    assert note.startswith("x: finite differences give 6 ±")
    assert "the value at the point is right" in note
    assert "stop_gradient" in note


def test_agreement_has_no_notes():
    x = np.array([0.5, -2.0])
    (estimate,) = gradient(np.tanh, [x], [0])
    assert compare(estimate, 1 - np.tanh(x) ** 2, np.tanh(x)) == SecondOpinion(agree=2)


def test_merge_adds_counts_and_keeps_each_note_once():
    first = SecondOpinion(agree=1, disagree=2, notes=("a", "b"))
    second = SecondOpinion(too_wide=3, disagree=1, not_applicable=4, notes=("b", "c"))
    merged = merge(first, second)
    assert merged == SecondOpinion(agree=1, disagree=3, too_wide=3, not_applicable=4, notes=("a", "b", "c"))


def test_notes_are_few():
    estimate = _estimate(np.zeros(50), np.full(50, 1e-9))
    opinion = compare(estimate, np.ones(50), np.array(1.0))
    assert opinion.disagree == 50
    assert 0 < len(opinion.notes) <= 8
