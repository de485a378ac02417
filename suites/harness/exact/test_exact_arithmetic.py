"""What Arb does not do of its own accord: the same ball once, powers around zero, functions at the end of the range."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from gradcheck.dtypes import format_of
from gradcheck.exact import Graph, arithmetic, balls, certify, record

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


@pytest.mark.parametrize(("exponent", "low", "high"), [(1, -2.0, 2.0), (2, 0.0, 4.0), (3, -8.0, 8.0), (4, 0.0, 16.0)])
def test_a_whole_power_of_a_ball_around_zero_encloses_all_its_powers(exponent: int, low: float, high: float) -> None:
    ball = arithmetic.BINARY["power"](arb(0.5, 1.5), arb(exponent))
    assert ball.contains(low)
    assert ball.contains(high)
    assert abs(ball) < 2 * max(abs(low), abs(high))


def test_a_negative_power_of_a_ball_around_zero_is_not_known() -> None:
    assert arithmetic.BINARY["power"](arb(0, 1), arb(-2)).is_nan()


@pytest.mark.parametrize("name", ["log1p", "exp", "sin"])
def test_equal_numbers_of_a_function_differ_by_nothing(name: str) -> None:
    """The square of 0 +- 2**-bits is thin in every format."""
    given = np.array([1.5, 1.5])
    truth = certify(
        record(lambda xp, x: (getattr(xp, name)(x[0]) - getattr(xp, name)(x[1])) ** 2, [(2,)]),
        [given],
        [0],
        format_of("float64"),
    )
    assert truth.value.expected == 0
    assert truth.gradient[0].expected.tolist() == [0, 0]


# operation, x, value and slope there: DLMF 7.12.1, whose further terms are below the digits of a double
@pytest.mark.parametrize(
    ("name", "x", "value", "slope"),
    [
        ("log_ndtr", -1e30, -0.5e60, 1e30),
        ("log_ndtr", -1e150, -0.5e300, 1e150),
        ("log_ndtr", 1e300, 0.0, 0.0),
        ("erfcx", 1e30, 0.5641895835477563e-30, -0.5641895835477563e-60),
        ("erfcx", 1e100, 0.5641895835477563e-100, -0.5641895835477563e-200),
    ],
)
def test_the_normal_distribution_is_known_as_far_as_numbers_go(name, x, value, slope) -> None:
    graph = Graph()
    graph.output = graph.add(name, (graph.add_input(()),), ())
    truth = certify(graph, [np.array(x)], [0], format_of("float64"))
    assert truth.value.expected.item() == pytest.approx(value, rel=1e-15, abs=0.0)
    assert truth.gradient[0].expected.item() == pytest.approx(slope, rel=1e-15, abs=0.0)


def test_a_signalling_nan_is_no_number_and_no_warning() -> None:
    """Memory that nobody has written to may hold one; to widen it is an invalid operation."""
    signalling = np.array([0x7FA00000, 0x3F800000], np.uint32).view(np.float32)
    nan, one = balls.from_numbers(signalling)
    assert nan.is_nan()
    assert one == 1
