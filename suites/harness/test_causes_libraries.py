"""The causes found of failures in released libraries are those that were worked out by hand, before any was seen."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import check, suites
from gradcheck.dtypes import format_of

pytest.importorskip("torchmetrics")
pytest.importorskip("optax")

from gradcheck.suites.libraries import causes_jax, causes_optax, causes_torch, causes_torchmetrics

TABLES = {
    "torch": causes_torch.CAUSES,
    "jax": causes_jax.CAUSES,
    "optax": causes_optax.CAUSES,
    "torchmetrics": causes_torchmetrics.CAUSES,
}
CASES = [(library, name, case) for library, cases in TABLES.items() for name, case in cases.items()]
# What the explanation does not find, or lays to another operation, and why.
UNEXPLAINED = {
    "torch.special.modified_bessel_k1 value": "that the kernel halves a subnormal number is not seen from outside",
    "torch.special.scaled_modified_bessel_k1 value": "the same",
    "jax.nn.dot_product_attention value": "a multiplication that XLA fuses only where nobody watches it",
    "jax.nn.dot_product_attention gradient": "the same",
    "torchmetrics.functional.regression.jensen_shannon_divergence gradient": "a mask by index is no select",
    "optax.losses.multiclass_sparsemax_loss value": "indices that follow from rounded numbers",
}


def _found(library, name, case):
    """The findings of the case's quantity at its point, those of its verdict where there are any."""
    function = name.rpartition(" ")[0]
    of = next(i for i in suites.load(library).implementations if i.specification.name == function)
    point = tuple(np.asarray(x, np.float64).astype(format_of(case.dtype).numpy) for x in case.point)
    judged = {"framework": of.framework, "dtypes": (case.dtype,), "modes": (case.mode,), "points": [point]}
    report = check(of.function, *of.specification.arguments, **judged)
    alike = [f for f in report.findings if f.quantity == case.quantity and f.argument == case.argument]
    return [f for f in alike if f.verdict == case.verdict] or alike


@pytest.mark.parametrize(("library", "name", "case"), CASES, ids=[name for _, name, _ in CASES])
def test_the_cause_is_the_one_worked_out_by_hand(library, name, case):
    found = _found(library, name, case)
    if not case.causes:
        assert all(f.index != case.index or f.severity == "minor" for f in found), found
        return
    assert found
    causes = [f.cause for f in found if f.cause is not None]
    is_right = any(right.admits(c.kind, c.operation, c.phase) for c in causes for right in case.causes)
    assert is_right or name in UNEXPLAINED, (causes, case.causes)


def test_a_false_alarm_has_no_cause_and_all_else_has_one():
    assert all(bool(case.causes) != bool(case.false_alarm) for _, _, case in CASES)
    assert set(UNEXPLAINED) <= {name for _, name, _ in CASES}
