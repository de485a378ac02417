"""Numbers as a reader wants them: the text of the results, arrays in brackets, bits on demand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from gradcheck import dtypes
from gradcheck.record import Numbers

# An array longer than this is cut; results.json has the whole of it.
LONGEST = 24
# Digits of a number told briefly: so many, and more only to tell two apart.
FEW, MOST = 9, 17
# A smaller relative error is what is left of the width of an enclosure.
NO_ERROR = 1e-18


def array(numbers: Numbers, longest: int = LONGEST) -> str:
    """An array in nested brackets, as text; flat and cut after `longest` numbers where there are more."""
    if len(numbers.values) > longest:
        shape = "×".join(map(str, numbers.shape))
        return f"[{', '.join(numbers.values[:longest])}, …] (shape {shape}, {len(numbers.values) - longest:,} more)"
    return _nested(numbers.shape, iter(numbers.values))


def _nested(shape: Sequence[int], values: Iterator[str]) -> str:
    if not shape:
        return next(values, "?")
    return "[" + ", ".join(_nested(shape[1:], values) for _ in range(shape[0])) + "]"


def point(arrays: Sequence[Numbers], names: Sequence[str] = (), longest: int = LONGEST) -> str:
    """All arguments of a point on one line: `x = [0, 1], y = 2`."""
    shown = (f"{name} = {array(numbers, longest)}" for name, numbers in named(arrays, names))
    return ", ".join(shown)


def named(arrays: Sequence[Numbers], names: Sequence[str] = ()) -> list[tuple[str, Numbers]]:
    """Each array of a point with the name of its argument, `argument 1` where there is none."""
    return [(names[i] if i < len(names) else f"argument {i + 1}", numbers) for i, numbers in enumerate(arrays)]


def bits(text: str, dtype: str) -> str:
    """A number of the dtype as hexadecimal significand and binary exponent; empty where it is no finite number."""
    try:
        # The decimal is the shortest of the dtype, so it is not the number itself until it is rounded to it.
        with np.errstate(over="ignore"):
            value = float(dtypes.format_of(dtype).numpy.type(float(text)))
    except ValueError:
        return ""
    if not math.isfinite(value):
        return ""
    significand, exponent = value.hex().split("p")
    head, _, tail = significand.partition(".")
    tail = tail.rstrip("0")
    return f"{head}.{tail}p{exponent}" if tail else f"{head}p{exponent}"


def array_bits(numbers: Numbers, longest: int = LONGEST) -> str:
    """The array with every finite number in hexadecimal."""
    values = tuple(bits(value, numbers.dtype) or value for value in numbers.values)
    return array(Numbers(dtype=numbers.dtype, shape=numbers.shape, values=values), longest)


def brief(number: str, beside: str = "") -> str:
    """`number` with few digits: as many as tell it from the one beside it. What is no finite number stays as it is."""
    enough = (_rounded(number, digits) for digits in range(FEW, MOST))
    return next((said for digits, said in enumerate(enough, FEW) if said != _rounded(beside, digits)), number)


def _rounded(number: str, digits: int) -> str:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    # As a decimal: float64 has no room for all that may be expected of it.
    return f"{value:.{digits}g}" if value.is_finite() and len(value.as_tuple().digits) > digits else number


def ulps(distance: float) -> str:
    """An error in ulps: three digits, `∞` where there is no distance."""
    if math.isnan(distance):
        return "NaN"
    if math.isinf(distance):
        return "∞"
    return f"{distance:,.3g}" if distance < 1e4 else f"{distance:.2e}"


def relative(error: float | None) -> str:
    """A relative error: two digits, `∞` where there is no distance, `–` where there is no number to compare."""
    if error is None:
        return "–"
    if math.isinf(error):
        return "∞"
    return f"{error:.1e}" if error > NO_ERROR else "0"
