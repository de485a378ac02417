"""Ball arithmetic under the table of operations: named functions on arrays of balls.

Each function maps enclosures to enclosures, poles and infinities included (see `extended`).

Another arithmetic with the same function names can stand beside this one: the table of operations
names functions, it never touches a ball itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flint
import numpy as np
from flint import arb

from gradcheck.exact import balls, special_functions
from gradcheck.exact.balls import INFINITY, MINUS_INFINITY, NAN, ONE, ZERO
from gradcheck.exact.extended import EXTENDED, extended

DEAR_BITS = 512  # at which a function takes much longer than to see whether its operand was met before


def _lgamma(x: arb) -> arb:
    """log|gamma(x)|: +inf at the poles; by reflection left of zero (DLMF 5.5.3)."""
    if x > 0:
        return x.lgamma()
    if x.is_exact() and x.is_integer():
        return INFINITY
    return (arb.pi() / abs(x.sin_pi())).log() - (1 - x).lgamma()


def _log_base(base: int) -> Callable[[arb], arb]:
    return lambda x: x.log() / arb(base).log()


def _sigmoid(x: arb) -> arb:
    if x < 0:  # so that an exponential beyond this precision is small, not large
        return x.exp() / (1 + x.exp())
    return 1 / (1 + (-x).exp())


def _power(x: arb, y: arb) -> arb:
    """x**y over the reals; 0**y is 0, 1 or +inf (from the right) by the sign of y."""
    if y.is_exact() and y.is_integer() and x.is_finite():
        if x.is_zero() and y < 0:
            return INFINITY if (y / 2).is_integer() else NAN
        return _power_around_zero(x, y) if x.contains(0) and y > 0 else x**y
    if x.is_zero() and x.is_exact():
        return ZERO if y > 0 else NAN if not y < 0 else INFINITY
    if x.is_exact() and not x.is_finite() and not x.is_nan():
        return _power_of_infinity(x, y)
    if y.is_exact() and not y.is_finite():
        return _power_to_infinity(x, y)
    return x**y


def _power_around_zero(x: arb, y: arb) -> arb:
    """A whole power of a ball that holds zero, which Arb answers with nan."""
    farthest = x.abs_upper() ** y
    return farthest.union(ZERO if (y / 2).is_integer() else -farthest)


def _power_of_infinity(x: arb, y: arb) -> arb:
    if y == 0:
        return ONE
    if y < 0:
        return ZERO
    if x > 0:
        return INFINITY if y > 0 else NAN
    if y.is_exact() and y.is_integer():
        return INFINITY if (y / 2).is_integer() else MINUS_INFINITY
    return NAN


def _power_to_infinity(x: arb, y: arb) -> arb:
    size = abs(x)
    if size == 1 or y.is_nan():
        return NAN
    if size > 1:
        return INFINITY if y > 0 else ZERO
    return (ZERO if y > 0 else INFINITY) if size < 1 else NAN


def _xlogy(x: arb, y: arb) -> arb:
    return ZERO if x.is_zero() else x * (MINUS_INFINITY if y.is_zero() else y.log())


def _xlog1py(x: arb, y: arb) -> arb:
    return ZERO if x.is_zero() else x * (MINUS_INFINITY if y == -1 else y.log1p())


# name -> scalar function of one ball
_OF_ARB = (
    "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sech", "erf", "erfc", "erfinv",
    "gamma", "digamma", "floor", "ceil",
)  # fmt: skip
UNARY: dict[str, Callable[[arb], arb]] = {
    **{name: getattr(arb, name) for name in _OF_ARB},
    **special_functions.UNARY,
    "log2": _log_base(2),
    "log10": _log_base(10),
    "lgamma": _lgamma,
    "sigmoid": _sigmoid,
    "sign": arb.sgn,
    "absolute": abs,
}
BINARY: dict[str, Callable[[arb, arb], arb]] = {
    **special_functions.BINARY,
    "power": _power,
    "atan2": arb.atan2,
    "xlogy": _xlogy,
    "xlog1py": _xlog1py,
    "maximum": arb.max,
    "minimum": arb.min,
}
SEVERAL = {**{name: (f, 2) for name, f in BINARY.items()}, **{n: (f, 3) for n, f in special_functions.TERNARY.items()}}


class BallArithmetic:
    """The functions of `UNARY` and `SEVERAL` as methods on arrays of balls."""

    zero, one, half, unsure = ZERO, ONE, balls.HALF, balls.UNIT_INTERVAL

    def __getattr__(self, name: str) -> Callable[..., np.ndarray]:
        if name not in UNARY and name not in SEVERAL:
            raise AttributeError(f"ball arithmetic has no function {name!r}")
        function = _unary(name) if name in UNARY else _several(name)
        setattr(self, name, function)
        return function

    @staticmethod
    def number(value: float) -> np.ndarray:
        return balls.array(arb(value))

    @staticmethod
    def pi() -> np.ndarray:
        return balls.array(arb.pi())

    @staticmethod
    def where(condition: np.ndarray, a: object, b: object) -> np.ndarray:
        return balls.choose(condition, a, b)


def _once_each(function: Callable[[arb], arb], x: np.ndarray) -> np.ndarray:
    """The function of an array in which many balls are the same: of points that differ in one component, most are."""
    known: dict[tuple, arb] = {}

    def one(ball: arb) -> arb:
        if not ball.is_finite():
            return function(ball)
        key = ball.mid().man_exp(), ball.rad().man_exp()
        if key not in known:
            known[key] = function(ball)
        return known[key]

    return balls.array(np.frompyfunc(one, 1, 1)(x))


def _unary(name: str) -> Callable[[np.ndarray], np.ndarray]:
    function = UNARY[name]
    ufunc = np.frompyfunc(function, 1, 1)
    extend = np.frompyfunc(partial(extended, name), 2, 1)

    def apply(x: np.ndarray) -> np.ndarray:
        y = _once_each(function, x) if flint.ctx.prec >= DEAR_BITS else balls.array(ufunc(x))
        unknown = balls.is_unknown(y) if name in EXTENDED else np.zeros(0, bool)
        if unknown.any():
            y = y.copy()
            y[unknown] = extend(balls.array(x)[unknown], y[unknown])
        return y

    return apply


def _several(name: str) -> Callable[..., np.ndarray]:
    function, arity = SEVERAL[name]
    ufunc = np.frompyfunc(function, arity, 1)  # type: ignore[call-overload]  # NumPy's types know literal arities
    return lambda *x: balls.array(ufunc(*x))


BALLS = BallArithmetic()
