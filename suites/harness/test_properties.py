"""Properties: judged in exact arithmetic and in floats, with a witness that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.properties import (
    MinimumAtTarget,
    Ordering,
    ZeroOnlyAtTarget,
    exact_losses,
    judge_definition,
    judge_implementation,
)
from gradcheck.reference.paraboloid import PARABOLOID
from gradcheck.reference.relu_penalty import RELU_PENALTY
from gradcheck.reference.signed_error import SIGNED_ERROR
from gradcheck.specification import Implementation

SQUARED = exact_losses(lambda xp, p, t: (p - t) ** 2)
ABSOLUTE_LESS_ONE = exact_losses(lambda xp, p, t: xp.abs(p - t) - 1.0)
PULLED_UP = exact_losses(lambda xp, p, t: (p - t - 0.5) ** 2)
PROPERTIES = (
    Ordering("", larger=(-1.0, 1.0), smaller=(2.0, 1.0)),
    ZeroOnlyAtTarget(""),
    MinimumAtTarget(""),
)


@pytest.mark.parametrize("asked", PROPERTIES, ids=lambda p: type(p).__name__)
def test_the_squared_error_has_every_property(asked):
    assert asked.judge(SQUARED).holds


def test_an_ordering_of_equals_does_not_hold():
    judged = Ordering("", larger=(-1.0, 1.0), smaller=(3.0, 1.0)).judge(SQUARED)
    assert not judged.holds
    assert judged.witness == "4 for (-1, 1), 4 for (3, 1)"


def test_a_loss_below_zero_is_not_zero_only_at_the_target():
    judged = ZeroOnlyAtTarget("").judge(ABSOLUTE_LESS_ONE)
    assert (judged.holds, judged.witness) == (False, "-1 for (-3, -3)")


def test_a_minimum_beside_the_target_is_named():
    judged = MinimumAtTarget("").judge(PULLED_UP)
    assert (judged.holds, judged.witness) == (False, "0 for (1.5, 1), 0.25 for (1, 1)")


def test_a_nan_loss_has_no_property():
    nan = lambda pairs: [float("nan")] * len(pairs)  # noqa: E731
    assert not any(asked.judge(nan).holds for asked in PROPERTIES)


@pytest.mark.parametrize("specification", [PARABOLOID, RELU_PENALTY, SIGNED_ERROR], ids=lambda s: s.name)
def test_properties_hold_exactly_where_they_are_said_to(specification):
    for record in judge_definition(specification, "magnitude_sign"):
        assert record.holds == record.expected, f"{record.claim}: {record.witness}"
        assert record.expected or "; " in record.witness, f"{record.claim} fails without a reason"


def test_an_implementation_is_judged_in_its_own_floats():
    """1e-30 squared is zero in float32, so a loss in units of 1e-30 is zero beside the target too."""
    tiny = Implementation(
        name="tiny",
        specification=SIGNED_ERROR,
        framework="numpy",
        function=lambda p, t: ((p - t) * np.asarray(1e-30, p.dtype)) ** 2,
    )
    held = {d: [r.holds for r in judge_implementation(tiny, d)] for d in ("float32", "float64")}
    assert held == {"float32": [False, False, False, True], "float64": [False, False, True, True]}
