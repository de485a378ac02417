"""The cause found of every known bug is the one that was worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import check
from gradcheck.dtypes import format_of
from gradcheck.suites.known_bugs import CASES
from gradcheck.suites.known_bugs.causes import CAUSES

# Only compiled does it fail; the cause is tested with the other failures of compilers.
ONLY_COMPILED = ("j_softmax_scaled_jit",)
# The trigger is one of a whole set of points: on others of it the dtype's rounding falls out the right way.
ELSEWHERE = ("rn_angle_identical",)


def _at_trigger(case):
    form = format_of(case.dtype)
    point = tuple(np.asarray(x, np.float64).astype(form.numpy) for x in case.trigger)
    report = check(
        case.make(),
        *case.arguments,
        framework=case.framework,
        dtypes=(case.dtype,),
        definition=case.definition,
        points=[point],
    )
    found = [f for f in report.findings if f.quantity == case.quantity]
    return [f for f in found if f.verdict == case.failure] or found


@pytest.mark.parametrize("case", [c for c in CASES if c.id not in ONLY_COMPILED + ELSEWHERE], ids=lambda c: c.id)
def test_the_cause_is_the_one_worked_out_by_hand(case):
    found = _at_trigger(case)
    assert found
    right = CAUSES[case.id]
    causes = [f.cause for f in found]
    assert all(cause is not None and cause.sentence for cause in causes)
    assert any(r.admits(c.kind, c.operation, c.phase) for c in causes for r in right), (causes, right)
    _assert_names_a_line(case, causes[0])


def _assert_names_a_line(case, cause):
    """Unless the function is one of the library's own, whose lines are not the user's."""
    made = case.make()
    if made.__module__.startswith("gradcheck.") and made.__name__ == case.id:
        path, _, line = cause.location.rpartition(":")
        assert path.endswith(f"{made.__module__.rpartition('.')[2]}.py"), cause
        assert int(line) > 0
