"""The explanation of functions that nobody tried before their right causes were written down."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import check
from gradcheck.dtypes import format_of
from gradcheck.suites.harness.held_out import (
    jax_cases,
    jax_second_cases,
    jax_third_cases,
    numpy_cases,
    numpy_second_cases,
    numpy_third_cases,
    torch_cases,
    torch_second_cases,
    torch_third_cases,
)

TABLES = {
    "torch": torch_cases.CASES | torch_second_cases.CASES | torch_third_cases.CASES,
    "jax": jax_cases.CASES | jax_second_cases.CASES | jax_third_cases.CASES,
    "numpy": numpy_cases.CASES | numpy_second_cases.CASES | numpy_third_cases.CASES,
}
CASES = [(framework, name, case) for framework, cases in TABLES.items() for name, case in cases.items()]
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
