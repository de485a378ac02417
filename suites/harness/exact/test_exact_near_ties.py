"""Ties that a rounding makes: the derivatives on their two sides, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.dtypes import format_of
from gradcheck.exact import record
from gradcheck.exact.near_ties import near_ties

CLOSE = np.nextafter(np.float32(1), np.float32(2))  # 1 + 2**-23: half an ulp of 2 beyond it, when 1 is added
APART = 1.001
UP = ([1.0, 0.0], [0.0, 1.0])

# name -> definition, point; gradients on the two sides
CASES = {
    "maximum of rounded sums": (lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1), [1.0, CLOSE], UP),
    "maximum of what is apart": (lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1), [1.0, APART], ([0, 1], [0, 1])),
    "maximum of inputs, which are not rounded": (lambda xp, x: xp.maximum(x[0], x[1]), [1.0, CLOSE], ([0, 1], [0, 1])),
    "minimum": (lambda xp, x: xp.minimum(x[0] + 1, x[1] + 1), [1.0, CLOSE], UP[::-1]),
    "largest of an array": (lambda xp, x: xp.max(x + 1), [1.0, CLOSE], UP),
    "smallest of an array": (lambda xp, x: xp.min(x + 1), [1.0, CLOSE], UP),
    "select": (lambda xp, x: xp.where(x[0] + 1 < x[1] + 1, 3 * x[0], x[1]), [1.0, CLOSE], ([0, 1], [3, 0])),
    "select by two": (
        lambda xp, x: xp.where(xp.logical_and(x[0] + 1 < x[1] + 1, x[0] > 0), 3 * x[0], x[1]),
        [1.0, CLOSE],
        ([0, 1], [3, 0]),
    ),
    "an exact tie of rounded numbers": (lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1), [1.0, 1.0], UP),
    "against a constant": (lambda xp, x: xp.sum(xp.maximum(x + 1, 2.0)), [1.0, CLOSE], ([1, 1], [0, 0])),
    "rows": (lambda xp, x: xp.sum(xp.max(xp.stack([x + 1, 2 + 0 * x]), axis=0)), [1.0, APART], ([1, 1], [0, 1])),
}


@pytest.mark.parametrize("name", CASES)
def test_both_sides_of_a_near_tie_are_found(name):
    definition, x, expected = CASES[name]
    given = np.array(x, np.float32)
    sides = near_ties(record(definition, [given.shape]), [given], [0], format_of("float32"), 128)
    assert [[float(b) for b in gradients[0]] for gradients in sides] == [list(map(float, side)) for side in expected]


def test_a_finer_dtype_tells_them_apart():
    given = np.array([1.0, CLOSE])
    graph = record(lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1), [given.shape])
    first, last = near_ties(graph, [given], [0], format_of("float64"), 128)
    assert [float(b) for b in first[0]] == [float(b) for b in last[0]] == [0, 1]


def test_where_nothing_is_chosen_there_is_no_tie():
    assert near_ties(record(lambda xp, x: xp.exp(x), [()]), [np.array(1.0)], [0], format_of("float64"), 128) is None
