"""The shared table of subjects: every elementwise operation, its value in mpmath and where it is tested."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np
from mpmath import mpf

Point = tuple[float, ...]


@dataclass(frozen=True)
class Subject:
    """`value(*x)` in mpmath, `points` in floats; `slopes[k]`, where a difference quotient sees nothing."""

    value: Callable[..., mpf]
    points: tuple[Point, ...]
    slopes: dict[int, Callable[..., mpf] | None] | None = None  # None in place of a slope: there is none to test
    digits: int = 1000

    def slope(self, k: int) -> Callable[..., mpf] | None:
        return (self.slopes or {}).get(k)

    def has_slope(self, k: int) -> bool:
        return self.slope(k) is not None or k not in (self.slopes or {})


SIZES = (
    5e-324, 1e-310, 1.4e-45, 1e-39, 1.2e-38, 1e-20, 1e-5, 0.3, 0.5, 0.999, 1.0, 1.5, 2.0, 7.25, 40.0, 800.0, 1e4,
    3.4e38, 1e300, 1.7e308,
)  # fmt: skip
RANDOM = tuple(float(x) for x in np.random.default_rng(5).normal(size=4) * 3)
REAL = (*SIZES, *(-x for x in SIZES), *RANDOM)
POSITIVE = (*SIZES, *(abs(x) for x in RANDOM))
NEAR_ONE = (1 - 2.0**-53, 1 - 2.0**-24, 1 + 2.0**-52, 1 + 2.0**-23)
BELOW_ONE = tuple(x for x in (*REAL, *NEAR_ONE, *(-x for x in NEAR_ONE)) if abs(x) < 1)
MODERATE = (1e-300, 1e-5, 0.3, 1.0, 2.5, 10.0, 60.0)
SIGNED = (*MODERATE, *(-x for x in MODERATE))


def one(numbers) -> tuple[Point, ...]:
    return tuple((x,) for x in numbers)


def upto(largest: float, numbers=REAL) -> tuple[Point, ...]:
    return one(x for x in numbers if abs(x) <= largest)


def pairs(a, b) -> tuple[Point, ...]:
    return tuple(itertools.product(a, b))


def apart(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(p for p in points if p[0] != p[1])


WIDE = (-1e300, -800.0, -1.5, -1e-310, 5e-324, 1e-5, 0.75, 3.0, 1e4, 3.4e38)
WIDE_POSITIVE = tuple(x for x in WIDE if x > 0)
SHAPES = (1e-5, 0.5, 1.0, 2.5, 30.0)


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x)) if x > 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def sigmoid_slope(x):
    return 1 / (mpmath.exp(x / 2) + mpmath.exp(-x / 2)) ** 2


def normal_density(x):
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def half_even(x):
    return mpf(round(x)) if abs(x) < 1e18 else x


def log_add(base):
    def value(a, b):
        top = max(a, b)
        return top + mpmath.log1p(base ** -abs(a - b)) / mpmath.log(base)

    return value


def erf_slope(sign):
    return lambda x: sign * 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)


def truncated(x):
    return mpmath.floor(x) if x > 0 else mpmath.ceil(x)


def zero(*x):
    return mpf(0)


PLAIN = {
    "negative": Subject(lambda x: -x, one(REAL)),
    "square": Subject(lambda x: x * x, one(REAL)),
    "reciprocal": Subject(lambda x: 1 / x, one(REAL)),
    "absolute": Subject(abs, one(REAL)),
    "add": Subject(lambda a, b: a + b, pairs(WIDE, WIDE)),
    "subtract": Subject(lambda a, b: a - b, pairs(WIDE, WIDE)),
    "multiply": Subject(lambda a, b: a * b, pairs(WIDE, WIDE)),
    "divide": Subject(lambda a, b: a / b, pairs(WIDE, WIDE)),
    "maximum": Subject(max, apart(pairs(WIDE, WIDE))),
    "minimum": Subject(min, apart(pairs(WIDE, WIDE))),
    "power": Subject(
        lambda x, p: x**p,
        (*pairs(WIDE_POSITIVE, (-2.0, -0.5, 1e-310, 1 / 3, 1.0, 2.0, 800.0)), (-1.5, 3.0), (-2.0, -4.0), (-1e300, 2.0)),
        {1: lambda x, p: x**p * mpmath.log(x) if x > 0 else None},
    ),
    "hypot": Subject(lambda x, y: mpmath.sqrt(x * x + y * y), pairs(WIDE, WIDE), digits=1500),
    "sqrt": Subject(mpmath.sqrt, one(POSITIVE)),
    "rsqrt": Subject(lambda x: 1 / mpmath.sqrt(x), one(POSITIVE)),
    "cbrt": Subject(lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), one(REAL)),
}
ELEMENTARY = {
    "exp": Subject(mpmath.exp, one(REAL), {0: mpmath.exp}),
    "exp2": Subject(lambda x: mpf(2) ** x, one(REAL), {0: lambda x: mpf(2) ** x * mpmath.log(2)}),
    "expm1": Subject(mpmath.expm1, one(REAL), {0: mpmath.exp}),
    "log": Subject(mpmath.log, one((*POSITIVE, *NEAR_ONE))),
    "log2": Subject(lambda x: mpmath.log(x, 2), one((*POSITIVE, *NEAR_ONE))),
    "log10": Subject(mpmath.log10, one((*POSITIVE, *NEAR_ONE))),
    "log1p": Subject(mpmath.log1p, one(x for x in (*REAL, *(-x for x in NEAR_ONE)) if x > -1)),
    "sin": Subject(mpmath.sin, one(REAL)),
    "cos": Subject(mpmath.cos, one(REAL)),
    "tan": Subject(mpmath.tan, one(REAL)),
    "asin": Subject(mpmath.asin, one(BELOW_ONE)),
    "acos": Subject(mpmath.acos, one(BELOW_ONE)),
    "atan": Subject(mpmath.atan, one(REAL), {0: lambda x: 1 / (1 + x * x)}),
    "atan2": Subject(mpmath.atan2, pairs(WIDE, WIDE), digits=2000),
    "sinh": Subject(mpmath.sinh, upto(1e39), {0: mpmath.cosh}),
    "cosh": Subject(mpmath.cosh, upto(1e39), {0: mpmath.sinh}),
    "tanh": Subject(mpmath.tanh, one(REAL), {0: lambda x: mpmath.sech(x) ** 2}),
    "asinh": Subject(mpmath.asinh, one(REAL)),
    "acosh": Subject(mpmath.acosh, one(x for x in (*POSITIVE, *NEAR_ONE) if x > 1)),
    "atanh": Subject(mpmath.atanh, one(BELOW_ONE)),
    "sigmoid": Subject(sigmoid, one(REAL), {0: sigmoid_slope}),
    "sinc": Subject(lambda x: mpmath.sincpi(x), (*upto(1e4), (0.0,))),
}
LOGARITHMS = {
    "xlogy": Subject(lambda x, y: x * mpmath.log(y), pairs(WIDE, WIDE_POSITIVE)),
    "xlog1py": Subject(lambda x, y: x * mpmath.log1p(y), pairs(WIDE, (*WIDE_POSITIVE, -0.5, 2.0**-53 - 1))),
    "entr": Subject(lambda x: -x * mpmath.log(x), one(POSITIVE)),
    "rel_entr": Subject(lambda p, q: p * mpmath.log(p / q), pairs(WIDE_POSITIVE, WIDE_POSITIVE)),
    "kl_div": Subject(
        lambda p, q: p * mpmath.log(p / q) - p + q,
        pairs(WIDE_POSITIVE, WIDE_POSITIVE),
        {0: lambda p, q: mpmath.log(p / q), 1: lambda p, q: 1 - p / q},
    ),
    "logit": Subject(lambda x: mpmath.log(x / (1 - x)), one(x for x in BELOW_ONE if x > 0)),
    "logaddexp": Subject(
        log_add(mpmath.e), pairs(WIDE, WIDE), {0: lambda a, b: sigmoid(a - b), 1: lambda a, b: sigmoid(b - a)}
    ),
    "logaddexp2": Subject(
        log_add(mpf(2)),
        pairs(WIDE, WIDE),
        {k: lambda a, b, s=s: sigmoid(s * (a - b) * mpmath.log(2)) for k, s in enumerate((1, -1))},
    ),
    "spence": Subject(
        lambda x: mpmath.polylog(2, 1 - x).real,
        one((1e-300, 1e-5, 0.3, 0.75, 1.0, 1.5, 40.0, 1e4)),
        {0: lambda x: mpmath.log(x) / (1 - x) if x != 1 else mpf(-1)},
        digits=350,
    ),
    "lambertw": Subject(
        lambda x: mpmath.lambertw(x).real, one((-0.36, -0.1, 1e-300, 0.3, 1.0, 40.0, 1e4, 1e300)), digits=700
    ),
    "expi": Subject(mpmath.ei, one((1e-300, 1e-5, 0.3, 40.0, 800.0, -0.3, -40.0, -800.0)), digits=400),
    "exp1": Subject(mpmath.e1, one((1e-300, 1e-5, 0.3, 40.0, 800.0)), digits=400),
    "expn": Subject(
        lambda n, x: mpmath.expint(n, x), pairs((0.0, 1.0, 2.0, 5.0), (1e-5, 0.3, 40.0, 800.0)), {0: None}, digits=200
    ),
}
STAIRS = {
    "sign": Subject(mpmath.sign, one(REAL), {0: zero}),
    "floor": Subject(mpmath.floor, one(x for x in REAL if x % 1), {0: zero}),
    "ceil": Subject(mpmath.ceil, one(x for x in REAL if x % 1), {0: zero}),
    "trunc": Subject(truncated, one((0.0, *(x for x in REAL if x % 1))), {0: zero}),
    "round": Subject(half_even, one(x for x in (0.0, *REAL) if x % 1 != 0.5), {0: zero}),
    "floor_divide": Subject(
        lambda x, y: mpmath.floor(x / y),
        pairs((-1e300, -7.5, 0.1, 800.0, 3.4e38), (-0.3, 0.7, 1e-5, 9e4)),
        {0: zero, 1: zero},
    ),
    "fmod": Subject(
        lambda x, y: x - truncated(x / y) * y,
        pairs((-1e300, -7.5, 0.1, 800.0), (-0.3, 0.7, 1e-5, 9e4)),
        {1: lambda x, y: -truncated(x / y)},
    ),
    "remainder": Subject(
        lambda x, y: x - mpmath.floor(x / y) * y,
        pairs((-1e300, -7.5, 0.1, 800.0), (-0.3, 0.7, 1e-5, 9e4)),
        {1: lambda x, y: -mpmath.floor(x / y)},
    ),
    "heaviside": Subject(
        lambda x, m: m if x == 0 else mpf(x > 0), pairs((-1e-310, 5e-324, 3.0), (0.5, 1e300)), {0: zero}
    ),
    "copysign": Subject(lambda x, y: abs(x) * mpmath.sign(y), pairs(WIDE, WIDE), {1: zero}),
}
