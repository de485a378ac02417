"""Training steps: the gradient they apply is inferred, and judged against a loss."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradcheck.step_judgement import StepKind, exact_gradient, judge_step
from gradcheck.training_step import applied_gradient

POINTS = (((1.5, -0.5), (2.0,)), ((-0.25, 3.0), (0.5,)), ((2.0, 1.0), (-1.0,)))


def loss(xp, a, b, x):
    """Half a square: gradient (r x, 2 b r) with r = a x + b^2."""
    residual = a * x + b * b
    return 0.5 * residual * residual


def slopes(parameters, batch):
    (a, b), (x,) = parameters, batch
    residual = a * x + b * b
    return residual * x, 2 * b * residual


def descent(parameters, batch, rate, scale=1):
    return tuple(p - rate * scale * g for p, g in zip(parameters, slopes(parameters, batch), strict=True))


def in_floats(parameters, batch, rate):
    """The same through a function that takes no rationals."""
    a, b = descent(parameters, batch, rate)
    return np.exp(np.log1p(np.asarray(a, float) - 1)) if np.ndim(a) else a + 0 * np.sin(a), b


def twice(parameters, batch, rate):
    return descent(descent(parameters, batch, rate), batch, rate)


def decayed(parameters, batch, rate):
    return tuple(n - rate * p / 4 for n, p in zip(descent(parameters, batch, rate), parameters, strict=True))


def shrinking(parameters, batch, rate):
    return tuple(n - p / 8 for n, p in zip(descent(parameters, batch, rate), parameters, strict=True))


def sign_only(parameters, batch, rate):
    return tuple(p - rate * np.sign(float(g)) for p, g in zip(parameters, slopes(parameters, batch), strict=True))


def swapped(parameters, batch, rate):
    first, second = slopes(parameters, batch)
    return parameters[0] - rate * second, parameters[1] - rate * first


class Momentum:
    """Heavy ball: the second identical call moves 1.9 times as far."""

    def __init__(self):
        self.velocity = (0, 0)

    def __call__(self, parameters, batch, rate):
        gradient = slopes(parameters, batch)
        self.velocity = tuple(0.9 * float(v) + float(g) for v, g in zip(self.velocity, gradient, strict=True))
        return tuple(p - rate * v for p, v in zip(parameters, self.velocity, strict=True))


KINDS = {
    "plain": (descent, StepKind.GRADIENT),
    "half": (lambda p, d, r: descent(p, d, r, Fraction(1, 2)), StepKind.MULTIPLE),
    "ascent": (lambda p, d, r: descent(p, d, r, -1), StepKind.MULTIPLE),
    "twice": (twice, StepKind.MULTIPLE),
    "decayed": (decayed, StepKind.WEIGHT_DECAY),
    "shrinking": (shrinking, StepKind.RESTLESS),
    "sign": (sign_only, StepKind.SIGN),
    "swapped": (swapped, StepKind.OTHER),
    "floats": (in_floats, StepKind.GRADIENT),
    "standing": (lambda p, d, r: p, StepKind.OTHER),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_step_is_recognised(name):
    step, kind = KINDS[name]
    judged = judge_step(step, loss, POINTS)
    assert judged.kind is kind, judged.sentence


def test_momentum_is_recognised_by_its_second_call():
    judged = judge_step(Momentum(), loss, POINTS)
    assert judged.kind is StepKind.STATEFUL
    assert "1.9 times" in judged.sentence


@pytest.mark.parametrize(("name", "factor"), [("half", 0.5), ("ascent", -1.0), ("twice", 2.0), ("decayed", 1.0)])
def test_factors_are_exact(name, factor):
    judged = judge_step(KINDS[name][0], loss, POINTS)
    assert judged.factor == pytest.approx(factor, rel=1e-14)


def test_words_for_factors():
    assert judge_step(KINDS["half"][0], loss, POINTS).sentence == "applies the gradient of half of the loss"
    assert judge_step(KINDS["ascent"][0], loss, POINTS).sentence == "applies the gradient of minus the loss"


def test_weight_decay_is_measured():
    assert judge_step(decayed, loss, POINTS).decay == pytest.approx(0.25, rel=1e-14)


def test_several_updates_in_one_call_bend_with_the_rate():
    assert applied_gradient(twice, *POINTS[0]).curved
    assert not applied_gradient(descent, *POINTS[0]).curved


@pytest.mark.parametrize("point", POINTS)
def test_arithmetic_steps_are_inferred_without_error(point):
    applied = applied_gradient(descent, *point)
    assert (applied.arithmetic, applied.error) == ("rational", 0.0)
    assert [float(g) for g in applied.gradient] == [float(g) for g in slopes(*point)]


@pytest.mark.parametrize("point", POINTS)
def test_float_steps_are_inferred_within_their_bound(point):
    applied = applied_gradient(in_floats, *point)
    assert applied.arithmetic == "float64"
    error = max(abs(float(g) - s) for g, s in zip(applied.gradient, slopes(*point), strict=True))
    assert error <= applied.error < 1e-8


def test_float32_steps_say_how_little_they_show():
    def short(parameters, batch, rate):
        return tuple(np.float32(p) for p in descent(parameters, batch, rate))

    applied = applied_gradient(short, *POINTS[0])
    error = max(abs(float(g) - s) for g, s in zip(applied.gradient, slopes(*POINTS[0]), strict=True))
    assert error <= applied.error
    assert applied.error > 1e-4


def test_steps_that_write_into_their_arguments_are_run_on_copies():
    def in_place(parameters, batch, rate):
        (weights,) = parameters
        weights -= rate * 2 * weights
        return (weights,)

    weights = np.array([1.0, -2.0])
    applied = applied_gradient(in_place, (weights,), ())
    assert weights.tolist() == [1.0, -2.0]
    assert applied.gradient[0].tolist() == [2.0, -4.0]


def test_a_step_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"returned arrays of shapes \[\(\)\]; expected \[\(\), \(\)\]"):
        applied_gradient(lambda p, d, r: p[:1], *POINTS[0])


def test_one_point_is_refused():
    with pytest.raises(ValueError, match="give at least 2"):
        judge_step(descent, loss, POINTS[:1])


def test_the_exact_gradient_is_that_of_the_definition():
    for parameters, batch in POINTS:
        gradient = exact_gradient(loss, parameters, batch)
        assert [float(g) for g in gradient] == [float(s) for s in slopes(parameters, batch)]
