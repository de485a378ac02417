"""The four floating-point formats under test, as facts.

A format is described by its precision `p` (bits of the significand, the hidden one included) and its
exponent range, as in IEEE 754-2019 section 3.3; bfloat16 is binary32 with 8 significand bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import ml_dtypes
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Format:
    """One floating-point format: values are +-m * 2**e with an integer m < 2**precision."""

    name: str
    precision: int
    minimum_exponent: int  # of the smallest normal number, 2**minimum_exponent
    maximum_exponent: int  # the largest finite number is just below 2**(maximum_exponent + 1)
    numpy: np.dtype
    integer: np.dtype  # the signed integer of the same width, for ordinals

    @property
    def smallest_exponent(self) -> int:
        """Exponent of the smallest subnormal number, the spacing of the numbers around zero."""
        return self.minimum_exponent - self.precision + 1

    @property
    def smallest_subnormal(self) -> float:
        return 2.0**self.smallest_exponent

    @property
    def smallest_normal(self) -> float:
        return 2.0**self.minimum_exponent

    @property
    def maximum(self) -> float:
        return (2.0 - 2.0 ** (1 - self.precision)) * 2.0**self.maximum_exponent

    @property
    def epsilon(self) -> float:
        """Distance from 1 to the next larger number."""
        return 2.0 ** (1 - self.precision)


def _format(
    name: str, precision: int, exponents: tuple[int, int], dtype: npt.DTypeLike, integer: npt.DTypeLike
) -> Format:
    return Format(name, precision, *exponents, np.dtype(dtype), np.dtype(integer))


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        _format("float16", 11, (-14, 15), np.float16, np.int16),
        _format("bfloat16", 8, (-126, 127), ml_dtypes.bfloat16, np.int16),
        _format("float32", 24, (-126, 127), np.float32, np.int32),
        _format("float64", 53, (-1022, 1023), np.float64, np.int64),
    )
}
NAMES = tuple(FORMATS)
_BY_DTYPE = {f.numpy: f for f in FORMATS.values()}


def format_of(dtype: str | np.dtype) -> Format:
    """The format of a dtype or its name; `ValueError` names the four that are known."""
    if isinstance(dtype, np.dtype) and dtype in _BY_DTYPE:  # its name is made anew whenever it is asked for
        return _BY_DTYPE[dtype]
    name = dtype if isinstance(dtype, str) else np.dtype(dtype).name
    if name not in FORMATS:
        raise ValueError(f"unknown dtype {name!r}; expected one of {', '.join(NAMES)}")
    return FORMATS[name]


def ordinals(values: np.ndarray) -> np.ndarray:
    """Position of each number on the line of floats: 0 for both zeros, +-1 for the smallest subnormals.

    `values` has one of the four dtypes; the result is int64 of the same shape. Infinities get the
    ordinal behind the largest finite number, NaN the ones behind those.
    """
    f = format_of(values.dtype)
    bits = np.ascontiguousarray(values).view(f.integer).reshape(values.shape).astype(np.int64)
    magnitude = bits & np.int64(np.iinfo(f.integer).max)
    return np.where(bits < 0, -magnitude, magnitude)


def from_ordinals(positions: npt.ArrayLike, dtype: str | np.dtype) -> np.ndarray:
    """The numbers at the given ordinals, the inverse of `ordinals` (zero comes back as +0)."""
    f = format_of(dtype)
    positions = np.asarray(positions, dtype=np.int64)
    magnitude = np.abs(positions).astype(f.integer).view(f.numpy)
    return np.where(positions < 0, -magnitude, magnitude).astype(f.numpy)
