"""The suite of local response normalisation: its claims hold and can fail, its implementations are what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck.judging import judge_at
from gradcheck.reference.lrn import CONVENTIONS
from gradcheck.suites.seeds import lrn, lrn_claims, lrn_forward
from gradcheck.suites.seeds.showing import pick, point_of

SCALED = [i for i in lrn.IMPLEMENTATIONS if i.name == "scaled"]


@pytest.mark.parametrize("claim", lrn.SUITE.claims, ids=lambda c: c.name)
def test_claim_holds(claim):
    shown = claim.show()
    assert shown.holds, f"{claim.text}\n" + "\n".join(": ".join(row) for row in shown.evidence)


@pytest.mark.parametrize("row", [*lrn_claims.BACKWARD_PASSES, *lrn_claims.NOT_THE_GRADIENT], ids=lambda row: row[1])
def test_the_opposite_of_each_row_does_not_hold(row):
    *subject, right = row
    assert not lrn_claims._right_or_wrong(lrn.IMPLEMENTATIONS, [(*subject, not right)]).holds


@pytest.mark.parametrize("claim", lrn.SUITE.claims[-2:], ids=lambda c: c.name)
def test_claims_of_lost_numbers_fail_for_an_implementation_that_keeps_them(claim):
    scaled = {i.framework: i.function for i in SCALED}
    window = CONVENTIONS["caffe"].window(3)
    kept = {"running_sum": lrn_forward.direct(window, lrn.CONSTANTS), "functional": scaled["torch"]}
    mended = [replace(i, function=kept.get(i.name, i.function)) for i in lrn.IMPLEMENTATIONS]
    (claim,) = [c for c in lrn_claims.claims(mended) if c.name == claim.name]
    assert not claim.show().holds


@pytest.mark.parametrize("size", [4, 5])
def test_pytorch_places_its_window_where_the_table_says(size):
    function = pick([i for i in lrn.LIBRARIES if i.specification.name == f"lrn-pytorch-{size}"], "functional", "torch")
    window = CONVENTIONS["pytorch"].window(size)
    for channel in range(6):
        a = np.ones((1, 6, 1))
        a[0, channel] = 1e4
        quiet = judge_at(function, "float64", (a,)).value.actual[0, :, 0] < 0.1
        assert [i for i in range(6) if quiet[i] or i == channel] == list(range(6))[window.mirrored().around(channel, 6)]


EXTREMES = [(dtype, sign * size) for dtype, size in (("float16", 65504.0), ("float32", 3.4e38)) for sign in (1, -1)]


@pytest.mark.parametrize(("dtype", "size"), EXTREMES)
def test_scaled_keeps_its_digits_under_xla(dtype, size):
    """XLA multiplies by reciprocals where we divide, and sets subnormal ones to zero."""
    point = point_of((np.array([1.0, size, -2.0, size / 3, 1.0, 0.0]).reshape(1, 6, 1),), dtype)
    judged = judge_at(pick(SCALED, "scaled", "jax"), dtype, point, "jit")
    for _, _, part in judged.parts():
        assert all(v.passes for v in part.verdicts.flat), f"{part.verdicts.tolist()} at {point[0].tolist()}"
