"""Ball arithmetic under the table of operations: named functions on arrays of balls.

Each function maps enclosures to enclosures. Arb answers nan at a pole and knows few infinities, so a
table adds the extended values that have one meaning: log 0 = -inf, exp(-inf) = 0, erf(inf) = 1.
Where a value has no single meaning (1/0, inf - inf, 0 * inf) the answer stays nan: the limits decide.

Another arithmetic with the same function names can stand beside this one: the table of operations
names functions, it never touches a ball itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb

from gradcheck.exact import balls
from gradcheck.exact.balls import INFINITY, MINUS_INFINITY, NAN, ONE, TWO, ZERO


def _half_pi() -> arb:
    return arb.pi() / 2


# function -> its value at an exact input where Arb has none: {input: value}.
_EXTENDED: dict[str, dict[float, Callable[[], arb]]] = {
    "log": {0.0: lambda: MINUS_INFINITY},
    "log2": {0.0: lambda: MINUS_INFINITY},
    "log10": {0.0: lambda: MINUS_INFINITY},
    "log1p": {-1.0: lambda: MINUS_INFINITY},
    "atanh": {1.0: lambda: INFINITY, -1.0: lambda: MINUS_INFINITY},
    "acosh": {np.inf: lambda: INFINITY},
    "asinh": {np.inf: lambda: INFINITY, -np.inf: lambda: MINUS_INFINITY},
    "erf": {np.inf: lambda: ONE, -np.inf: lambda: -ONE},
    "erfc": {np.inf: lambda: ZERO, -np.inf: lambda: TWO},
    "erfinv": {1.0: lambda: INFINITY, -1.0: lambda: MINUS_INFINITY},
    "lgamma": {np.inf: lambda: INFINITY},
    "digamma": {np.inf: lambda: INFINITY},
    "gamma": {np.inf: lambda: INFINITY},
    "rsqrt": {np.inf: lambda: ZERO},
    "sech": {np.inf: lambda: ZERO, -np.inf: lambda: ZERO},
    "cosh": {np.inf: lambda: INFINITY, -np.inf: lambda: INFINITY},
    "sinh": {np.inf: lambda: INFINITY, -np.inf: lambda: MINUS_INFINITY},
    "atan": {np.inf: _half_pi, -np.inf: lambda: -_half_pi()},
    "sigmoid": {np.inf: lambda: ONE, -np.inf: lambda: ZERO},
}


def _extend(name: str, x: arb) -> arb:
    if not x.is_exact():
        return NAN
    table = _EXTENDED.get(name, {})
    for at, value in table.items():
        if x == at:
            return value()
    return NAN


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
    return 1 / (1 + (-x).exp())


def _power(x: arb, y: arb) -> arb:
    """x**y over the reals; 0**y is 0, 1 or +inf (from the right) by the sign of y."""
    if y.is_exact() and y.is_integer() and x.is_finite():
        if x.is_zero() and y < 0:
            return INFINITY if y.is_finite() and int(float(y)) % 2 == 0 else NAN
        return x**y
    if x.is_zero() and x.is_exact():
        return ZERO if y > 0 else NAN if not y < 0 else INFINITY
    if x.is_exact() and not x.is_finite() and not x.is_nan():
        return _power_of_infinity(x, y)
    if y.is_exact() and not y.is_finite():
        return _power_to_infinity(x, y)
    return x**y


def _power_of_infinity(x: arb, y: arb) -> arb:
    if y == 0:
        return ONE
    if y < 0:
        return ZERO
    if x > 0:
        return INFINITY if y > 0 else NAN
    if y.is_exact() and y.is_integer():
        return MINUS_INFINITY if int(float(y)) % 2 else INFINITY
    return NAN


def _power_to_infinity(x: arb, y: arb) -> arb:
    size = abs(x)
    if size == 1 or y.is_nan():
        return NAN
    if size > 1:
        return INFINITY if y > 0 else ZERO
    return (ZERO if y > 0 else INFINITY) if size < 1 else NAN


def _xlogy(x: arb, y: arb) -> arb:
    return ZERO if x.is_zero() else x * log_of(y)


def _xlog1py(x: arb, y: arb) -> arb:
    return ZERO if x.is_zero() else x * log_of(1 + y)


def log_of(x: arb) -> arb:
    """log of one ball, -inf at exactly zero."""
    return MINUS_INFINITY if x.is_zero() else x.log()


def _atan2(y: arb, x: arb) -> arb:
    return arb.atan2(y, x)


def _sign(x: arb) -> arb:
    return x.sgn()


# name -> scalar function of one ball
UNARY: dict[str, Callable[[arb], arb]] = {
    **{
        name: getattr(arb, name)
        for name in [
            "exp",
            "expm1",
            "log",
            "log1p",
            "sqrt",
            "rsqrt",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "sech",
            "erf",
            "erfc",
            "erfinv",
            "digamma",
            "floor",
            "ceil",
            "gamma",
        ]
    },
    "log2": _log_base(2),
    "log10": _log_base(10),
    "lgamma": _lgamma,
    "sigmoid": _sigmoid,
    "sign": _sign,
    "absolute": abs,
}
BINARY: dict[str, Callable[[arb, arb], arb]] = {
    "power": _power,
    "atan2": _atan2,
    "xlogy": _xlogy,
    "xlog1py": _xlog1py,
    "maximum": arb.max,
    "minimum": arb.min,
}


class BallArithmetic:
    """The functions of `UNARY` and `BINARY` as methods on arrays of balls."""

    def __getattr__(self, name: str) -> Callable[..., np.ndarray]:
        if name in UNARY:
            function = _unary(name)
        elif name in BINARY:
            function = _binary(name)
        else:
            raise AttributeError(f"ball arithmetic has no function {name!r}")
        setattr(self, name, function)
        return function

    zero, one, two, half = ZERO, ONE, TWO, balls.HALF

    @staticmethod
    def pi() -> arb:
        return arb.pi()

    @staticmethod
    def where(condition: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return balls.array(np.where(condition, a, b))


def _unary(name: str) -> Callable[[np.ndarray], np.ndarray]:
    ufunc = np.frompyfunc(UNARY[name], 1, 1)
    extend = np.frompyfunc(lambda x: _extend(name, x), 1, 1)

    def apply(x: np.ndarray) -> np.ndarray:
        y = balls.array(ufunc(x))
        nan = balls.is_nan(y)
        if name in _EXTENDED and nan.any():
            y = y.copy()
            y[nan] = extend(balls.array(x)[nan])
        return y

    return apply


def _binary(name: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    ufunc = np.frompyfunc(BINARY[name], 2, 1)
    return lambda x, y: balls.array(ufunc(x, y))


BALLS = BallArithmetic()
