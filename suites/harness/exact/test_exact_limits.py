"""Kinks, removable singularities, poles, jumps and infinities: the kind of a truth, and where it lies."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.dtypes import FORMATS
from gradcheck.exact import Kind, certify, record

INF, PI = np.inf, np.pi
CERTIFIED, LIMIT, KINK, INFINITE = Kind.CERTIFIED, Kind.LIMIT, Kind.KINK, Kind.INFINITE
UNDEFINED, UNDECIDED = Kind.UNDEFINED, Kind.UNDECIDED


def norm(xp, x):
    return xp.sqrt(xp.sum(x * x))


def entropy(xp, x):
    return -xp.sum(x * xp.log(x))


# name -> definition of one array, the array, kind and number of the value, kind and ends of each gradient component
GRADIENTS = {
    "abs": (lambda xp, x: xp.abs(x), [0.0], [(KINK, -1, 1)]),
    "relu": (lambda xp, x: xp.maximum(x, 0), [0.0], [(KINK, 0, 1)]),
    "relu squared": (lambda xp, x: xp.maximum(x, 0) ** 2, [0.0], [(LIMIT, 0, 0)]),
    "relu under a root": (lambda xp, x: xp.sqrt(2 + xp.maximum(x, 0)), [0.0], [(KINK, 0, 0.5 / np.sqrt(2))]),
    "max of equals": (lambda xp, x: xp.max(x), [1.0, 1.0, 0.0], [(KINK, 0, 1), (KINK, 0, 1), (CERTIFIED, 0, 0)]),
    "max of equal exponentials": (lambda xp, x: xp.max(xp.exp(x)), [0.5, 0.5], [(KINK, 0, np.exp(0.5))] * 2),
    "norm": (norm, [0.0, 0.0], [(KINK, -1, 1)] * 2),
    "sqrt(x*x)": (lambda xp, x: xp.sqrt(x * x), [0.0], [(KINK, -1, 1)]),
    "huge tie": (lambda xp, x: xp.abs(x[0] - x[1]), [1e300, 1e300], [(KINK, -1, 1)] * 2),
    "tie of exponentials": (lambda xp, x: xp.abs(xp.exp(x[0]) - xp.exp(x[1])), [700.0, 700.0], [(KINK, -INF, INF)] * 2),
    "kink beside a subnormal": (
        lambda xp, x: xp.abs(x[0]) + xp.abs(x[0] - x[1]), [0.0, 1e-310], [(KINK, -2, 0), (CERTIFIED, 1, 1)],
    ),
    "kink beside exp(-1000)": (
        lambda xp, x: xp.abs(x) + xp.abs(x - xp.exp(-1000 + 0 * x)), [0.0], [(KINK, -2, 0)],
    ),
    "sin(x)/x": (lambda xp, x: xp.sin(x) / x, [0.0], [(LIMIT, 0, 0)]),
    "two sin(x)/x": (lambda xp, x: xp.sum(xp.sin(x) / x), [0.0, 0.0], [(LIMIT, 0, 0)] * 2),
    "(1-cos(x))/x**2": (lambda xp, x: (1 - xp.cos(x)) / x**2, [0.0], [(LIMIT, 0, 0)]),
    "(x-sin(x))/x**3": (lambda xp, x: (x - xp.sin(x)) / x**3, [0.0], [(LIMIT, 0, 0)]),
    "expm1(x)/x": (lambda xp, x: xp.expm1(x) / x, [0.0], [(LIMIT, 0.5, 0.5)]),
    "log1p(x)/x": (lambda xp, x: xp.log1p(x) / x, [0.0], [(LIMIT, -0.5, -0.5)]),
    "x/x": (lambda xp, x: x / x, [0.0], [(LIMIT, 0, 0)]),
    "sqrt(x)**2": (lambda xp, x: xp.sqrt(x) ** 2, [0.0], [(LIMIT, 1, 1)]),
    "guarded sinc": (lambda xp, x: xp.where(x != 0, xp.sin(x) / x, 1.0), [0.0], [(LIMIT, 0, 0)]),
    "sinc": (lambda xp, x: xp.sinc(x), [0.0], [(CERTIFIED, 0, 0)]),
    "sqrt": (lambda xp, x: xp.sqrt(x), [0.0], [(INFINITE, INF, INF)]),
    "log": (lambda xp, x: xp.log(x), [0.0], [(INFINITE, INF, INF)]),
    "x log x": (lambda xp, x: x * xp.log(x), [0.0], [(INFINITE, -INF, -INF)]),
    "entropy of one-hot": (entropy, [0.0, 0.0, 1.0], [(INFINITE, INF, INF)] * 2 + [(CERTIFIED, -1, -1)]),
    "sqrt|x|, whose sides are minus and plus infinity": (
        lambda xp, x: xp.sqrt(xp.abs(x)), [0.0], [(UNDEFINED,)],
    ),
    "cbrt": (lambda xp, x: xp.cbrt(x), [0.0], [(INFINITE, INF, INF)]),
    "sign": (lambda xp, x: xp.sign(x), [0.0], [(UNDEFINED,)]),
    "floor": (lambda xp, x: xp.floor(x), [2.0], [(UNDEFINED,)]),
    "step": (lambda xp, x: xp.where(x > 0, 1.0, 0.0), [0.0], [(UNDEFINED,)]),
    "atan2 across its cut": (lambda xp, x: xp.atan2(x[0], x[1]), [0.0, -1.0], [(UNDEFINED,), (CERTIFIED, 0, 0)]),
    "sin(1/x)": (lambda xp, x: xp.sin(1 / x), [0.0], [(UNDEFINED,)]),
    "x sin(1/x)": (lambda xp, x: x * xp.sin(1 / x), [0.0], [(UNDEFINED,)]),
    "log of a negative": (lambda xp, x: xp.log(x), [-2.0], [(UNDEFINED,)]),
    "pole beside a kink": (lambda xp, x: xp.stack([1 / x[0], xp.abs(x[1])]), [0.0, 0.0], [(UNDEFINED,), (KINK, -1, 1)]),
    "a jump smaller than every number": (
        lambda xp, x: xp.where(x > 1, xp.exp(-5468 + 0 * x), 0.0), [1.0], [(LIMIT, 0, 0)],
    ),
    "a slope beyond such a jump": (
        lambda xp, x: xp.where(x > 1, xp.exp(-5468 + 0 * x) + (x - 1) * xp.exp(-4000 + 0 * x), 0.0), [1.0],
        [(KINK, 0, 0)],  # the slope is exp(-4000), rounded to a double
    ),
    "x log x, where all steps are as small": (
        lambda xp, x: xp.where(x == 0, 0.0, x * xp.log(x)) + xp.exp(-1000 + 0 * x), [0.0], [(INFINITE, -INF, -INF)],
    ),
    "two terms of minus infinity": (
        lambda xp, x: xp.sum(xp.log(x)), [0.0, 0.0, 1.0], [(UNDEFINED,), (UNDEFINED,), (CERTIFIED, 1, 1)],
    ),
    "infinite slope of what is infinite by another term": (
        lambda xp, x: -2 * xp.log(x[0]) + xp.sqrt(x[1]), [0.0, 0.0], [(INFINITE, -INF, -INF), (UNDEFINED,)],
    ),
    "finite slope of what is infinite by another term": (
        lambda xp, x: -2 * xp.log(x[0]) + x[1], [0.0, 0.0], [(INFINITE, -INF, -INF), (CERTIFIED, 1, 1)],
    ),
    "infinite slope beside an infinite output that it does not enter": (
        lambda xp, x: xp.stack([xp.log(x[0]), xp.sqrt(x[1])]), [0.0, 0.0], [(INFINITE, INF, INF)] * 2,
    ),
    "kink beside an infinite output that it does not enter": (
        lambda xp, x: xp.stack([xp.log(x[0]), xp.abs(x[1])]), [0.0, 0.0], [(INFINITE, INF, INF), (KINK, -1, 1)],
    ),
    "infinite on one side only": (
        lambda xp, x: xp.log(xp.maximum(x, 0.0)), [0.0], [(KINK, 0, INF)],
    ),
    "x/log(x), which three steps cannot tell": (lambda xp, x: x / xp.log(x), [0.0], [(UNDECIDED,)]),
    "floor of almost 3": (lambda xp, x: xp.floor(xp.exp(xp.log(x))), [3.0], [(UNDECIDED,)]),
    "sign of almost 0": (lambda xp, x: xp.sign(xp.exp(xp.log(x)) - 3), [3.0], [(UNDECIDED,)]),
    "select that no precision decides": (
        lambda xp, x: xp.where(xp.exp(xp.log(x)) > 3, x, 2 * x), [3.0], [(UNDECIDED,)],
    ),
    "untaken branch": (lambda xp, x: xp.where(x > 0, xp.sqrt(x), 0.0), [-1.0], [(CERTIFIED, 0, 0)]),
    "weight 0 on a logit -inf": (
        lambda xp, x: xp.log(xp.sum(xp.exp(x))) - xp.sum(np.array([0.0, 1.0]) * x),
        [-INF, 1.0],
        [(CERTIFIED, 0, 0)] * 2,
    ),
    "logsumexp beside -inf": (
        lambda xp, x: xp.max(x) + xp.log(xp.sum(xp.exp(x - xp.max(x)))),
        [-INF, 1.0, 1.0],
        [(CERTIFIED, 0, 0), (LIMIT, 0.5, 0.5), (LIMIT, 0.5, 0.5)],
    ),
    "logsumexp of -inf": (lambda xp, x: xp.log(xp.sum(xp.exp(x))), [-INF, -INF], [(LIMIT, 0.5, 0.5)] * 2),
}  # fmt: skip
VALUES = {
    "sin(x)/x": (lambda xp, x: xp.sin(x) / x, [0.0], (LIMIT, 1)),
    "(1-cos(x))/x**2": (lambda xp, x: (1 - xp.cos(x)) / x**2, [0.0], (LIMIT, 0.5)),
    "x log x": (lambda xp, x: x * xp.log(x), [0.0], (LIMIT, 0)),
    "1/x": (lambda xp, x: 1 / x, [0.0], (UNDEFINED,)),
    "1/x**2": (lambda xp, x: 1 / x**2, [0.0], (INFINITE, INF)),
    "log": (lambda xp, x: xp.log(x), [0.0], (INFINITE, -INF)),
    "log, and a number that is not exact": (lambda xp, x: xp.log(x) + xp.pi, [0.0], (INFINITE, -INF)),
    "x*y/(x*x+y*y)": (lambda xp, x: x[0] * x[1] / xp.sum(x * x), [0.0, 0.0], (UNDEFINED,)),
    "different along a parabola": (
        lambda xp, x: x[0] ** 2 * x[1] / (x[0] ** 4 + x[1] ** 2), [0.0, 0.0], (UNDEFINED,),
    ),
    "different by which of two is nearer to its bound": (
        lambda xp, x: -3 * xp.log(xp.sum(x**-0.7)) - 1.7 * xp.sum(xp.log(x)), [0.0, 0.0], (UNDEFINED,),
    ),
    "different by which of two is nearer to its bound, another between them": (
        lambda xp, x: -3 * xp.log(x[0] ** -0.7 + x[2] ** -0.7) - 1.7 * (xp.log(x[0]) + xp.log(x[2])) + 0 * x[1],
        [0.0, 0.5, 0.0], (UNDEFINED,),
    ),
    "different on an edge": (
        lambda xp, x: xp.where(x[1] == 0, 2.0, 1.0) * xp.sin(x[0]) / x[0] * xp.sin(x[2]) / x[2],
        [0.0, 0.0, 0.0], (UNDEFINED,),
    ),
    "x*y/norm": (lambda xp, x: x[0] * x[1] / norm(xp, x), [0.0, 0.0], (LIMIT, 0)),
    "copysign of an unsigned zero": (lambda xp, x: xp.copysign(3.0, x), [0.0], (UNDEFINED,)),
    "logsumexp of -inf": (
        lambda xp, x: xp.max(x) + xp.log(xp.sum(xp.exp(x - xp.max(x)))), [-INF, -INF], (INFINITE, -INF),
    ),
    "weight 0 on a logit -inf": (lambda xp, x: xp.sum(np.array([0.0, 2.0]) * x), [-INF, 1.0], (LIMIT, 2)),
    "floor of almost 3": (lambda xp, x: xp.floor(xp.exp(xp.log(x))), [3.0], (UNDECIDED,)),
}  # fmt: skip


def _truth(definition, x, sides=None):
    x = np.array(x)
    x = x[0] if x.size == 1 else x
    return certify(record(definition, [x.shape]), [np.asarray(x)], [0], FORMATS["float64"], sides)


def _close(ball, number):
    return float(ball.mid()) == number if not np.isfinite(number) else abs(float(ball.mid()) - number) < 1e-15


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_gradient_is_of_its_kind_and_where_it_should_be(name):
    definition, x, expected = GRADIENTS[name]
    truth = _truth(definition, x).gradient[0]
    for kind, lower, upper, (claimed, *ends) in zip(
        truth.kinds.flat, truth.lower.flat, truth.upper.flat, expected, strict=True
    ):
        assert kind is claimed
        if ends and name != "tie of exponentials":
            assert _close(lower, ends[0])
            assert _close(upper, ends[1])


@pytest.mark.parametrize("name", VALUES)
def test_the_value_is_of_its_kind_and_where_it_should_be(name):
    definition, x, (kind, *number) = VALUES[name]
    truth = _truth(definition, x).value
    assert truth.kinds.item() is kind
    if number:
        assert _close(truth.lower.item(), number[0])


@pytest.mark.parametrize(("down", "up", "kind", "ends"), [
    (False, True, LIMIT, (1, 1)), (True, False, LIMIT, (-1, -1)), (True, True, KINK, (-1, 1)),
    (False, False, UNDEFINED, ()),
])  # fmt: skip
def test_a_limit_stays_on_the_sides_that_the_domain_has(down, up, kind, ends):
    sides = ((np.array(down), np.array(up)),)
    truth = _truth(lambda xp, x: xp.abs(x), [0.0], sides).gradient[0]
    assert truth.kinds.item() is kind
    if ends:
        assert _close(truth.lower.item(), ends[0])
        assert _close(truth.upper.item(), ends[1])


def _cosine(xp, x, y):
    return xp.sum(x * y) / (xp.sqrt(xp.sum(x * x)) * xp.sqrt(xp.sum(y * y)))


def test_inputs_of_one_shape_do_not_move_alike():
    """The cosine of two equal vectors is 1 however short they are; that of two zeros is not defined."""
    zeros = [np.zeros(6), np.zeros(6)]
    truth = certify(record(_cosine, [(6,), (6,)]), zeros, [0], FORMATS["float32"])
    assert truth.value.kinds.item() is UNDEFINED


def test_components_of_one_column_do_not_move_alike():
    """The angle between a zero vector and another is not defined, where the vectors are the columns of an image."""

    def angles(xp, x):
        return xp.sum(x[0] / xp.sqrt(x[0] * x[0] + x[1] * x[1]))

    sides = ((np.zeros((2, 2), bool), np.ones((2, 2), bool)),)
    truth = certify(record(angles, [(2, 2)]), [np.zeros((2, 2))], [0], FORMATS["float32"], sides)
    assert truth.value.kinds.item() is UNDEFINED


def test_a_limit_that_would_take_minutes_is_undecided():
    """At 0 of a sum of many log-densities of a gamma distribution: its value is 0/0, and lgamma is slow."""

    def density(xp, a, x):
        return xp.sum((a - 1) * xp.log(x) - xp.lgamma(a)) * xp.sum(x) / xp.sum(x)

    point = [np.full(50, 1 / 3), np.zeros(50)]
    truth = certify(record(density, [(50,), (50,)]), point, [0], FORMATS["float32"])
    assert truth.value.kinds.item() is UNDECIDED


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda xp, x: xp.where(x > 0.0, 1.0 + x, -np.inf), Kind.UNDEFINED),  # jumps to its infinity
        (lambda xp, x: xp.where(x > 0.0, xp.exp(x) / 3.0, -np.inf), Kind.UNDEFINED),
        (lambda xp, x: xp.log(x), Kind.INFINITE),
        (lambda xp, x: -xp.log(-xp.log(x)) + 0.0 * x, Kind.INFINITE),  # goes there, but slowly
    ],
)
def test_the_slope_where_the_value_is_infinite(function, kind):
    up = (np.zeros((), bool), np.ones((), bool))
    truth = certify(record(function, [()]), [np.array(0.0)], [0], FORMATS["float64"], (up,))
    assert truth.value.kinds.item() is Kind.INFINITE
    assert truth.gradient[0].kinds.item() is kind
