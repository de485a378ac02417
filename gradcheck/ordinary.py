"""How ordinary a failure is: a reader wants the one at everyday numbers before the one at the edge of a format."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gradcheck.record import FindingRecord

# Octaves that are taken for one: within them it is the kind of failure that counts. The first are 1/256 to 256.
STEP = 8


def strangeness(finding: FindingRecord) -> tuple[bool, float]:
    """How far from ordinary: whether the exact answer is no finite number, then by how many steps of octaves a number
    of the point or the exact answer is larger or smaller than 1, zeros left out."""
    exact = _number(finding.expected)
    inputs = (_number(value) for argument in finding.point for value in argument.values)
    return not math.isfinite(exact), _farthest([exact, *inputs] if math.isfinite(exact) else inputs)


def _farthest(numbers: Iterable[float]) -> float:
    return max(map(_steps, numbers), default=0.0)


def _steps(number: float) -> float:
    if not math.isfinite(number):
        return math.inf
    return abs(math.log2(abs(number))) // STEP if number else 0.0


def _number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        return math.nan
