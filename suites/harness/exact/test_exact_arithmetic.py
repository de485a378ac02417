"""What ball arithmetic does with arrays: a function that takes long is computed once for each different ball."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from gradcheck.exact import arithmetic, balls

POINTS = np.array([arb(0), arb(2), arb(2), arb(0.5, 0.25), arb(0.5, 0.25), arb(0.5), balls.INFINITY, balls.NAN], object)


def _applied(bits: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[arb], list[arb]]:
    """What exp was asked for, and what it gave."""
    asked: list[arb] = []
    monkeypatch.setitem(arithmetic.UNARY, "exp", lambda x: asked.append(x) or x.exp())
    with balls.precision(bits):
        found = arithmetic._unary("exp")(POINTS)
    return asked, list(found)


def test_a_dear_function_is_asked_once_for_each_ball(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found = _applied(arithmetic.DEAR_BITS, monkeypatch)
    assert len(asked) == 6  # 2 and 0.5 +/- 0.25 once; the number 0.5 is another ball
    with balls.precision(arithmetic.DEAR_BITS):
        assert [str(y) for y in found] == [str(x.exp()) for x in POINTS]


def test_a_cheap_one_is_asked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found = _applied(arithmetic.DEAR_BITS - 1, monkeypatch)
    assert len(asked) == len(found) == len(POINTS)
