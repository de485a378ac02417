"""Table of the elementwise operations: the value, and the partial derivative by each operand.

A rule is written in the functions of the arithmetic `fn` and in operators on its arrays, so that it
holds for any arithmetic. `partials[k](fn, y, *x)` is the derivative of y by operand k (DLMF chapters 4,
5 and 7). At a kink or a pole a partial is nan: the limits decide what the derivative there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.exact import balls

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Elementwise:
    """`value(fn, *x)`, its partials, and whether operands that do not matter are cut from the tape."""

    value: Rule
    partials: tuple[Rule, ...]
    cuts: tuple[Rule, ...] = ()  # cuts[k](*x): where operand k is not taken, as a mask


def _kinked(slope: Rule, at: Rule) -> Rule:
    """A slope that is nan where `at(*x)` holds: the two sides differ there."""

    def partial(a: Any, y: np.ndarray, *x: np.ndarray) -> np.ndarray:
        kinks = at(*x)
        result = balls.array(slope(a, y, *x))
        return np.where(kinks, balls.NAN, result) if kinks.any() else result

    return partial


def _certainly_less(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(a < b, dtype=bool)


def _chosen(a: Any, y: np.ndarray, mine: np.ndarray, other: np.ndarray, wins: Rule) -> np.ndarray:
    """Slope of maximum or minimum by one operand: 1 taken, 0 not taken, [0, 1] while undecided, nan at a tie."""
    slope = np.where(wins(mine, other), a.one, np.where(wins(other, mine), a.zero, balls.UNIT_INTERVAL))
    return np.where(balls.same(mine, other), balls.NAN, slope)


def _maximum_slope(operand: int) -> Rule:
    wins = lambda p, q: _certainly_less(q, p)  # noqa: E731 - a rule among rules
    return lambda fn, y, p, q: _chosen(fn, y, *((p, q) if operand == 0 else (q, p)), wins)


def _minimum_slope(operand: int) -> Rule:
    return lambda fn, y, p, q: _chosen(fn, y, *((p, q) if operand == 0 else (q, p)), _certainly_less)


def _step(value: Rule, jumps: Rule) -> Elementwise:
    """A staircase: slope 0, nothing defined at its jumps."""
    return Elementwise(value, (_kinked(lambda fn, y, x: balls.full(np.shape(y), fn.zero), jumps),))


def _may_be_integer(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda ball: ball.contains_integer(), 1, 1)(x), dtype=bool)


def _may_be_zero(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda ball: ball.contains(balls.ZERO), 1, 1)(x), dtype=bool)


def _on_branch_cut(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """atan2 jumps by 2 pi across the negative axis."""
    return _may_be_zero(y) & np.asarray(x < 0, dtype=bool)


def _square(x: np.ndarray) -> np.ndarray:
    return x * x


def _unary(name: str, partial: Rule) -> Elementwise:
    return Elementwise(lambda fn, x: getattr(fn, name)(x), (partial,))


def _reciprocal_root(fn: Any, x: np.ndarray) -> np.ndarray:
    return 1 / fn.sqrt(x)


TWO_OVER_ROOT_PI = lambda fn: 2 / fn.sqrt(balls.array(fn.pi()))  # noqa: E731 - depends on the working precision

ELEMENTWISE: dict[str, Elementwise] = {
    "add": Elementwise(lambda fn, a, b: a + b, (lambda fn, y, a, b: fn.one, lambda fn, y, a, b: fn.one)),
    "subtract": Elementwise(lambda fn, a, b: a - b, (lambda fn, y, a, b: fn.one, lambda fn, y, a, b: -fn.one)),
    "multiply": Elementwise(lambda fn, a, b: a * b, (lambda fn, y, a, b: b, lambda fn, y, a, b: a)),
    "divide": Elementwise(lambda fn, a, b: a / b, (lambda fn, y, a, b: 1 / b, lambda fn, y, a, b: -(a / b) / b)),
    "negative": Elementwise(lambda fn, x: -x, (lambda fn, y, x: -fn.one,)),
    "square": Elementwise(lambda fn, x: x * x, (lambda fn, y, x: 2 * x,)),
    "power": Elementwise(
        lambda fn, x, p: fn.power(x, p),
        (lambda fn, y, x, p: p * fn.power(x, p - 1), lambda fn, y, x, p: y * fn.log(x)),
    ),
    "exp": _unary("exp", lambda fn, y, x: y),
    "expm1": _unary("expm1", lambda fn, y, x: fn.exp(x)),
    "log": _unary("log", lambda fn, y, x: 1 / x),
    "log2": _unary("log2", lambda fn, y, x: 1 / (x * fn.log(balls.array(fn.two)))),
    "log10": _unary("log10", lambda fn, y, x: 1 / (x * fn.log(balls.array(fn.one * 10)))),
    "log1p": _unary("log1p", lambda fn, y, x: 1 / (1 + x)),
    "sqrt": _unary("sqrt", lambda fn, y, x: fn.half / y),
    "rsqrt": _unary("rsqrt", lambda fn, y, x: -y / (2 * x)),
    "sin": _unary("sin", lambda fn, y, x: fn.cos(x)),
    "cos": _unary("cos", lambda fn, y, x: -fn.sin(x)),
    "tan": _unary("tan", lambda fn, y, x: 1 + y * y),
    "asin": _unary("asin", lambda fn, y, x: _reciprocal_root(fn, (1 - x) * (1 + x))),
    "acos": _unary("acos", lambda fn, y, x: -_reciprocal_root(fn, (1 - x) * (1 + x))),
    "atan": _unary("atan", lambda fn, y, x: 1 / (1 + x * x)),
    "sinh": _unary("sinh", lambda fn, y, x: fn.cosh(x)),
    "cosh": _unary("cosh", lambda fn, y, x: fn.sinh(x)),
    "tanh": _unary("tanh", lambda fn, y, x: _square(fn.sech(x))),
    "asinh": _unary("asinh", lambda fn, y, x: _reciprocal_root(fn, 1 + x * x)),
    "acosh": _unary("acosh", lambda fn, y, x: _reciprocal_root(fn, (x - 1) * (x + 1))),
    "atanh": _unary("atanh", lambda fn, y, x: 1 / ((1 - x) * (1 + x))),
    "sigmoid": _unary("sigmoid", lambda fn, y, x: y * fn.sigmoid(-x)),
    "erf": _unary("erf", lambda fn, y, x: TWO_OVER_ROOT_PI(fn) * fn.exp(-x * x)),
    "erfc": _unary("erfc", lambda fn, y, x: -TWO_OVER_ROOT_PI(fn) * fn.exp(-x * x)),
    "erfinv": _unary("erfinv", lambda fn, y, x: fn.exp(y * y) / TWO_OVER_ROOT_PI(fn)),
    "lgamma": _unary("lgamma", lambda fn, y, x: fn.digamma(x)),
    "absolute": _unary("absolute", _kinked(lambda fn, y, x: fn.sign(x), balls.is_zero)),
    "sign": _step(lambda fn, x: fn.sign(x), _may_be_zero),
    "floor": _step(lambda fn, x: fn.floor(x), _may_be_integer),
    "ceil": _step(lambda fn, x: fn.ceil(x), _may_be_integer),
    "maximum": Elementwise(
        lambda fn, a, b: fn.maximum(a, b),
        (_maximum_slope(0), _maximum_slope(1)),
        (lambda a, b: _certainly_less(a, b), lambda a, b: _certainly_less(b, a)),
    ),
    "minimum": Elementwise(
        lambda fn, a, b: fn.minimum(a, b),
        (_minimum_slope(0), _minimum_slope(1)),
        (lambda a, b: _certainly_less(b, a), lambda a, b: _certainly_less(a, b)),
    ),
    "atan2": Elementwise(
        lambda fn, y, x: fn.atan2(y, x),
        (
            _kinked(lambda fn, z, y, x: x / (x * x + y * y), _on_branch_cut),
            lambda fn, z, y, x: -y / (x * x + y * y),
        ),
    ),
    "xlogy": Elementwise(lambda fn, x, y: fn.xlogy(x, y), (lambda fn, z, x, y: fn.log(y), lambda fn, z, x, y: x / y)),
    "xlog1py": Elementwise(
        lambda fn, x, y: fn.xlog1py(x, y), (lambda fn, z, x, y: fn.log1p(y), lambda fn, z, x, y: x / (1 + y))
    ),
}
