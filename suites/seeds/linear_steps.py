"""Training steps for a straight line as people write them: `step((m, b), (x, y), rate) -> (m, b)`.

Arithmetic alone, so they run in every dtype and on exact rationals. Online steps take one sample (scalars),
batch steps arrays of shape (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Line = tuple[Any, Any]
Samples = tuple[Any, Any]


def delta_rule(line: Line, sample: Samples, rate: Any) -> Line:
    """`m += rate * delta * x, b += rate * delta` with delta = y - (m x + b)."""
    (m, b), (x, y) = line, sample
    delta = y - (m * x + b)
    return m + rate * delta * x, b + rate * delta


def batch_delta_rule(line: Line, batch: Samples, rate: Any) -> Line:
    """The same with the mean over a batch."""
    (m, b), (x, y) = line, batch
    delta = y - (m * x + b)
    return m + rate * np.mean(delta * x), b + rate * np.mean(delta)


def without_the_error(line: Line, sample: Samples, rate: Any) -> Line:
    """`m += rate * x, b -= rate`: descends along dE/dm = -x, dE/db = 1 of error = y - m x + b."""
    (m, b), (x, _) = line, sample
    return m + rate * x, b - rate


def one_pass(line: Line, batch: Samples, rate: Any) -> Line:
    """One online pass over the samples, as a single step."""
    for sample in zip(*batch, strict=True):
        line = delta_rule(line, sample, rate)
    return line


def decayed(line: Line, sample: Samples, rate: Any) -> Line:
    """The delta rule with a weight decay of 1/8."""
    m, b = line
    (stepped_m, stepped_b) = delta_rule(line, sample, rate)
    return stepped_m - rate * m / 8, stepped_b - rate * b / 8
