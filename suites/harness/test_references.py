"""Each float64 reference lies within 4 ulps of the certified truth, or within what half an ulp of input explains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck import suites
from gradcheck.dtypes import format_of
from gradcheck.exact import Kind, balls
from gradcheck.exact.rounding import ulp
from gradcheck.inputs import points
from gradcheck.judging import NON_FINITE, truths_of

FLOAT64 = format_of("float64")
ULPS = 4
SPECIFICATIONS = {
    i.specification.name: i.specification for name in suites.SEEDS for i in suites.load(name).implementations
}


def excess(actual: float, truth, spread) -> float:
    """Error in ulps beyond the spread of the exact answer; what is no finite number is compared as it is."""
    rounded = float(truth.mid()) if truth.is_finite() else float(truth)
    if not math.isfinite(rounded) or not math.isfinite(actual):
        return 0.0 if actual == rounded else math.inf
    gap = abs(balls.arb(actual) - truth)
    return max(0.0, float(((gap - spread) / ulp(rounded, FLOAT64)).mid()))


def worst_excess(specification, point) -> tuple[float, str]:
    truths = truths_of(specification)
    truth = truths.at(point.arrays, FLOAT64)
    answers = [np.asarray(specification.value(*point.arrays)), *map(np.asarray, specification.gradient(*point.arrays))]
    spreads = truths.spread(point.arrays, FLOAT64)
    worst = 0.0, ""
    with balls.precision(max(192, min(truth.bits, 2048))):
        for k, (answer, part, spread) in enumerate(zip(answers, [truth.value, *truth.gradient], spreads, strict=True)):
            assert answer.shape == part.shape
            assert answer.dtype == np.float64
            for index, kind in np.ndenumerate(part.kinds):
                if kind is Kind.UNDEFINED:
                    continue
                number = float(answer[index])
                if kind is Kind.KINK:
                    outside = math.isnan(number) or part.lower[index] > number or part.upper[index] < number
                    found = math.inf if outside else 0.0
                else:
                    found = excess(number, part.lower[index], spread[index])
                worst = max(worst, (found, f"part {k}{list(index)}, {kind}, {point.regime}, {point.arrays}"))
    return worst


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_reference_is_within_four_ulps(name, record_property):
    specification = SPECIFICATIONS[name]
    drawn = [p for p in points.make(specification.arguments, "float64") if p.regime != NON_FINITE]
    worst, where = max(worst_excess(specification, point) for point in drawn)
    record_property("worst_ulps", worst)
    print(f"{name}: worst {worst:.3g} ulps over {len(drawn)} points")
    assert worst <= ULPS, f"{name}: {worst} ulps at {where}"
