"""The explanation of functions that nobody tried before their right causes were written down."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import check
from gradcheck.dtypes import format_of
from gradcheck.suites.harness import held_out

CASES = [(framework, name, case) for framework in ("torch", "jax", "numpy") for name, case in held_out.cases(framework)]
FAILING = [row for row in CASES if row[2].failure]
SOUND = [row for row in CASES if not row[2].failure]


def _report(framework, case):
    point = tuple(np.asarray(x, np.float64).astype(format_of(case.dtype).numpy) for x in case.point)
    judged = {"framework": framework, "dtypes": (case.dtype,), "modes": (case.mode,), "points": [point]}
    return check(case.function, *case.arguments, gradient=case.gradient, **judged)


def _named(rows):
    return pytest.mark.parametrize(("framework", "name", "case"), rows, ids=[f"{f}: {n}" for f, n, _ in rows])


@_named(FAILING)
def test_the_cause_is_the_one_worked_out_by_hand(framework, name, case):
    found = [f for f in _report(framework, case).findings if f.quantity == case.quantity]
    assert found
    found = [f for f in found if f.verdict == case.failure] or found
    causes = [f.cause for f in found if f.cause is not None]
    assert any(right.admits(c.kind, c.operation, c.phase) for c in causes for right in case.causes), causes


@_named(SOUND)
def test_nothing_is_found_where_nothing_is_wrong(framework, name, case):
    assert not [f for f in _report(framework, case).findings if f.severity != "minor"]
