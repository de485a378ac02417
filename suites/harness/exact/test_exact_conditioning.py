"""The spread: how far half an ulp of input moves the exact answer, and what that costs."""

from __future__ import annotations

import flint
import numpy as np
import pytest
from flint import arb

from gradcheck.dtypes import format_of
from gradcheck.exact import Graph, balls, certify
from gradcheck.exact.conditioning import ENDS, INSIDE, LEAST_BITS, MAXIMUM_BITS, _affordable, spread, together
from gradcheck.exact.cost import work
from gradcheck.exact.namespace import record
from gradcheck.exact.sharpening import sharpened

FLOAT32, FLOAT64 = format_of("float32"), format_of("float64")


def applied(name: str) -> Graph:
    """The graph of one operation of one number."""
    graph = Graph()
    graph.output = graph.add(name, (graph.add_input(()),), ())
    return graph


def spread_of(graph: Graph, *numbers: float, f=FLOAT32, fractions=ENDS) -> list[float]:
    """Of the value and of each partial derivative of a function of single numbers."""
    arrays = [np.array(x, f.numpy) for x in numbers]
    everything = range(len(arrays))
    truth = certify(graph, arrays, everything, f)
    found = spread(graph, arrays, everything, truth, [True] * len(arrays), fractions=fractions)
    return [float(part.item().mid()) for part in found]


def test_the_spread_of_a_line_is_its_slope_times_half_an_ulp():
    value, slope = spread_of(record(lambda xp, x: 3.0 * x, [()]), 1.5)
    assert value == 3 * 2.0**-24
    assert slope == 0


def test_an_oscillation_is_as_wide_as_it_swings():
    swings = np.sqrt(2 / (np.pi * 2e10))  # of the Bessel function at 2e10: half an ulp is 1024 there, 163 periods
    (ends, *_), (inside, *_) = (spread_of(applied("j0"), 2e10, fractions=fractions) for fractions in (ENDS, INSIDE))
    assert ends < swings / 4  # the ends happen to lie close
    assert swings / 2 < inside < 2 * swings


@pytest.mark.parametrize("x", [0.3, 1.0, 7.25])
@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sqrt", "sigmoid"])
def test_a_function_that_rises_all_the_way_is_farthest_at_the_ends(name: str, x: float):
    ends, inside = (spread_of(applied(name), x, f=FLOAT64, fractions=fractions)[0] for fractions in (ENDS, INSIDE))
    assert inside <= ends


def test_slow_functions_are_asked_for_fewer_bits():
    plain, slow = applied("exp"), applied("lgamma")
    assert _affordable(plain, 10**4, MAXIMUM_BITS) == MAXIMUM_BITS
    assert _affordable(slow, 4, MAXIMUM_BITS) == MAXIMUM_BITS
    assert LEAST_BITS < _affordable(slow, 1000, MAXIMUM_BITS) < MAXIMUM_BITS
    assert _affordable(slow, 10**9, MAXIMUM_BITS) == LEAST_BITS
    assert work(slow, 3, 100) == 3 * 100**2
    assert 0 < work(plain, 3, 100) < work(slow, 3, 100) / 100
    assert work(applied("sqrt"), 3, 100) == 0


def test_what_is_held_by_its_domain_does_not_move():
    graph = record(lambda xp, x: 3.0 * x, [()])
    point = [np.array(0.0, np.float32)]
    truth = certify(graph, point, [0], FLOAT32)
    closed, open_ = np.array(False), np.array(True)
    for sides, moves in [((closed, closed), False), ((closed, open_), True)]:
        for fractions in (ENDS, INSIDE):
            value = spread(graph, point, [0], truth, [True], (sides,), fractions=fractions)[0].item()
            assert (value > balls.ZERO) is moves


def test_all_inputs_together_move_an_exponential_farther_than_each_alone():
    graph = record(lambda xp, x, w: xp.exp(xp.sum(x * w) - 90.0), [(3,), (3,)])
    arrays = [np.full(3, 1e4, np.float32), np.array([1e4, -1e4, 0], np.float32)]
    truth = certify(graph, arrays, [0], FLOAT32)
    alone = spread(graph, arrays, [0], truth, [True, True])[0].item()
    (all_at_once,) = together(graph, arrays, [0], truth, [True, True], None, 0, [()])
    half = 2.0**-11  # an ulp of 1e4 is 2**-10
    assert alone < np.exp(-90 + 1.01e4 * half) * 6
    assert np.exp(-90 + 3.9e4 * half) < all_at_once < np.exp(-90 + 4.1e4 * half)


def test_which_way_a_term_goes_is_seen_far_below_the_answer():
    graph = record(lambda xp, x: 0.25 + xp.exp(2e5 * (x[0] - x[1]) - 700), [(2,)])
    form = format_of("bfloat16")
    arrays = [np.full(2, 0.984375, form.numpy)]
    truth = certify(graph, arrays, [0], form)
    (farthest,) = together(graph, arrays, [0], truth, [True], None, 0, [()])
    assert abs(farthest / np.exp(-700 + 2 * 390.625) - 1) < 1e-9  # one alone makes exp(-700 + 391)


def test_of_a_sum_all_inputs_together_move_as_far_as_the_sum_of_each_alone():
    graph = record(lambda xp, x: 3.0 * xp.sum(x) - x[0] ** 2, [(4,)])
    arrays = [np.array([1.5, -2.0, 3.0, 0.1], np.float32)]
    truth = certify(graph, arrays, [0], FLOAT32)
    value, slopes = spread(graph, arrays, [0], truth, [True])
    (of_value,) = together(graph, arrays, [0], truth, [True], None, 0, [()])
    of_slope = together(graph, arrays, [0], truth, [True], None, 1, [(0,), (1,)])
    assert abs(of_value / value.item() - 1) < 1e-6
    assert abs(of_slope[0] / slopes[0] - 1) < 1e-6
    assert of_slope[1] == 0


def test_what_few_bits_leave_open_is_asked_again_with_all_of_them():
    kinked = certify(record(lambda xp, x: xp.abs(x), [()]), [np.array(0.0)], [0], FLOAT64).gradient
    for answers, bits in [((1.0,), [256]), ((balls.NAN, 1.0), [256, 4096]), ((arb(1, 0.1), 1.0), [256, 4096])]:
        left, seen = list(answers), []

        def attempt(unknown, left=left, seen=seen):
            seen.append(flint.ctx.prec)
            return [balls.array(arb(left.pop(0)))]

        sharpened(attempt, 4096, kinked)
        assert seen == bits


def test_where_the_formula_gave_the_truth_its_precision_is_needed_at_once():
    smooth = certify(record(lambda xp, x: xp.exp(x), [()]), [np.array(0.0)], [0], FLOAT64).gradient
    seen = []
    sharpened(lambda unknown: seen.append(flint.ctx.prec) or [balls.array(arb(1))], 4096, smooth)
    assert seen == [4096]
