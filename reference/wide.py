"""Arrays of numbers with twice the digits of float64 and no limit to the exponent, made of float64 operations.

The references compute in them and round once at the end, so that neither cancellation nor an intermediate
overflow or underflow reaches a result. A number is `(high + low) * 2**exponent` with |high| in [1/2, 1) and
|low| at most half an ulp of high: about 106 bits. Error-free sum and product after Knuth and Dekker, the
operations built on them after Hida, Li and Bailey, "Library for double-double and quad-double arithmetic" (2007).

Non-finite inputs become NaN; infinite results appear when they are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = "Wide | np.ndarray | float"

_EXPONENT_OF_ZERO = -(2**40)  # below every other, so that zero never sets the scale of a sum
_FARTHEST = 4000  # a shift that takes any float64 to 0 or infinity
_SPLITTER = 2.0**27 + 1  # Veltkamp's, for 53 bits
_TAYLOR_TERMS = 24  # (ln 2 / 2)**24 / 24! < 2**-115


@dataclass(frozen=True)
class Wide:
    """`(high + low) * 2**exponent`; float64, float64 and int64 arrays of one shape."""

    high: np.ndarray
    low: np.ndarray
    exponent: np.ndarray

    @classmethod
    def of(cls, number: Number) -> Wide:
        if isinstance(number, Wide):
            return number
        array = np.asarray(number, dtype=np.float64)
        finite = np.where(np.isfinite(array), array, np.nan)
        return _normalised(finite, np.zeros_like(finite), np.zeros(finite.shape, dtype=np.int64))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.high.shape

    def rounded(self) -> np.ndarray:
        """The nearest float64 numbers (among the subnormals: within one of them)."""
        return _shifted(self.high + self.low, self.exponent)

    def or_one(self) -> Wide:
        """Itself with 1 for 0: a divisor for which 0 / 0 is 0."""
        return where(self.high == 0, 1.0, self)

    def __getitem__(self, key: Any) -> Wide:
        return Wide(self.high[key], self.low[key], self.exponent[key])

    def __neg__(self) -> Wide:
        return Wide(-self.high, -self.low, self.exponent)

    def __add__(self, other: Number) -> Wide:
        other = Wide.of(other)
        exponent = np.maximum(self.exponent, other.exponent)
        here, there = self.exponent - exponent, other.exponent - exponent
        high, error = _two_sum(_shifted(self.high, here), _shifted(other.high, there))
        low, rest = _two_sum(_shifted(self.low, here), _shifted(other.low, there))
        high, low = _two_sum(high, error + low)
        return _normalised(high, low + rest, exponent)

    def __mul__(self, other: Number) -> Wide:
        other = Wide.of(other)
        high, error = _two_product(self.high, other.high)
        return _normalised(
            high, error + (self.high * other.low + self.low * other.high), self.exponent + other.exponent
        )

    def __truediv__(self, other: Number) -> Wide:
        """Quotient; the divisor must not be 0."""
        other = Wide.of(other)
        first = Wide.of(self.high / other.high)._times_power(self.exponent - other.exponent)
        rest = self - first * other
        return first + Wide.of(rest.high / other.high)._times_power(rest.exponent - other.exponent)

    def __sub__(self, other: Number) -> Wide:
        return self + -Wide.of(other)

    def __radd__(self, other: Number) -> Wide:
        return self + other

    def __rmul__(self, other: Number) -> Wide:
        return self * other

    def __rsub__(self, other: Number) -> Wide:
        return -self + other

    def __rtruediv__(self, other: Number) -> Wide:
        return Wide.of(other) / self

    __array_ufunc__ = None  # so that `array - wide` comes here instead of looping over the array

    def __matmul__(self, other: Number) -> Wide:
        """Matrix product over the last axis and the first of a matrix `other`."""
        return (self[..., :, None] * other).sum(-2)

    @property
    def T(self) -> Wide:  # noqa: N802 - the array API's name
        return Wide(self.high.T, self.low.T, self.exponent.T)

    def sum(self, axis: int = -1) -> Wide:
        """Sum over an axis counted from the last, -1."""
        slices = (self[(..., i, *(slice(None),) * (-1 - axis))] for i in range(self.shape[axis]))
        return reduce(add, slices)

    def _times_power(self, power: np.ndarray) -> Wide:
        return _normalised(self.high, self.low, self.exponent + power)


def _shifted(array: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(array, np.clip(exponent, -_FARTHEST, _FARTHEST).astype(np.int32))


def _normalised(high: np.ndarray, low: np.ndarray, exponent: np.ndarray) -> Wide:
    total = high + low
    mantissa, shift = np.frexp(total)
    rest = np.ldexp((high - total) + low, -shift)
    return Wide(mantissa, rest, np.where(mantissa == 0, _EXPONENT_OF_ZERO, exponent + shift))


def _two_sum(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rounded sum and its error, exactly (Knuth)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def _two_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rounded product and its error, exactly (Dekker), for magnitudes of about 1."""
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    product = a * b
    return product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    big = _SPLITTER * a
    first = big - (big - a)
    return first, a - first


def where(condition: np.ndarray, a: Number, b: Number) -> Wide:
    """Elementwise choice, as `numpy.where`."""
    a, b = Wide.of(a), Wide.of(b)
    parts = ((a.high, b.high), (a.low, b.low), (a.exponent, b.exponent))
    return Wide(*(np.where(condition, first, second) for first, second in parts))


def take(x: Wide, index: np.ndarray) -> Wide:
    """The element `index` of the last axis."""
    parts = (np.take_along_axis(part, index[..., None], axis=-1)[..., 0] for part in (x.high, x.low, x.exponent))
    return Wide(*parts)


def square(x: Number) -> Wide:
    x = Wide.of(x)
    return x * x


def sqrt(x: Number) -> Wide:
    """Square root of numbers >= 0: Newton's step from the float64 root."""
    x = Wide.of(x)
    odd = x.exponent % 2
    first = Wide.of(np.sqrt(_shifted(x.high, odd)))._times_power((x.exponent - odd) // 2)
    return first + (x - first * first) / (2.0 * first.or_one())


def exp(x: Number) -> Wide:
    """Exponential of finite numbers: 2**k times the Taylor series of what is left, at most ln 2 / 2."""
    x = Wide.of(x)
    clipped = np.clip(x.rounded(), -1e15, 1e15)  # beyond that the result only has to be out of every range
    power = np.rint(clipped / np.log(2.0))
    near = where(np.abs(clipped) < 1e15, x - power * LN2, 0.0)
    return (1.0 + _series(near, 1))._times_power(np.nan_to_num(power).astype(np.int64))


def expm1(x: Number) -> Wide:
    """`exp(x) - 1` without its cancellation at small x."""
    return _exp_less(x, 1.0, first=1)


def expm1_less_x(x: Number) -> Wide:
    """`exp(x) - 1 - x` without its cancellation at small x."""
    return _exp_less(x, 1.0 + Wide.of(x), first=2)


def _exp_less(x: Number, head: Number, first: int) -> Wide:
    """`exp(x) - head`, where the head is the series of exp before its term `first`."""
    x = Wide.of(x)
    small = np.abs(x.rounded()) < 0.35
    return where(small, _series(where(small, x, 0.0), first), exp(x) - head)


def _series(x: Wide, first: int) -> Wide:
    """The Taylor series of exp from the term x**first / first! on; |x| <= 0.35."""
    tail = Wide.of(np.ones(x.shape))
    for n in range(_TAYLOR_TERMS, first, -1):
        tail = 1.0 + x * _RECIPROCALS[n] * tail
    return reduce(mul, (x * _RECIPROCALS[n] for n in range(1, first + 1)), tail)


def log(x: Number) -> Wide:
    """Logarithm of numbers >= 0 (-inf at 0): the float64 logarithm, and log1p of what `exp` says it is off by."""
    x = Wide.of(x)
    zero, safe = x.high == 0, x.or_one()
    first = np.log(safe.high) + safe.exponent * np.log(2.0)
    off = safe * exp(-first) - 1.0
    result = first + (off - 0.5 * square(off))
    return Wide(np.where(zero, -np.inf, result.high), np.where(zero, 0.0, result.low), result.exponent)


def log1p(x: Number) -> Wide:
    """`log(1 + x)` for x > -1; far below 1, where the sum would lose digits of x, by the series."""
    x = Wide.of(x)
    tiny = x.exponent < -60
    return where(tiny, x - 0.5 * square(x), log(1.0 + where(tiny, 0.0, x)))


def tanh(x: Number) -> Wide:
    twice = expm1(2.0 * Wide.of(x))
    return twice / (twice + 2.0)


def softplus(x: Number) -> Wide:
    """`log(1 + exp(x))` = max(x, 0) + log1p(exp(-|x|))."""
    x = Wide.of(x)
    positive = x.high > 0
    return where(positive, x, 0.0) + log1p(exp(where(positive, -x, x)))


def sigmoid(x: Number) -> Wide:
    """`1 / (1 + exp(-x))`."""
    x = Wide.of(x)
    positive = x.high > 0
    tail = exp(where(positive, -x, x))
    return where(positive, 1.0, tail) / (1.0 + tail)


LN2 = Wide.of(0.6931471805599453) + 2.3190468138462996e-17  # 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56
_RECIPROCALS = {n: Wide.of(1.0) / float(n) for n in range(1, _TAYLOR_TERMS + 1)}
