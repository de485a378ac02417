"""What became of a number that departs from the exact one, by the two of them and by what the operation read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact.rounding import round_exact
from gradcheck.explain.found import Number
from gradcheck.explain.kinds import Kind

ADDING = ("add", "subtract", "sum", "cumsum_last")
# An infinity in the place of a number of the dtype comes of an operand that has no digit left, or of a divisor that
# inside the operation has none: 1 / (x * x) is how some compute x**-2.
AT_A_POLE = {
    **dict.fromkeys(("divide", "power", "rsqrt", "log"), Kind.UNDERFLOW),
    **dict.fromkeys(("log1p", "atanh"), Kind.CANCELLATION),
}
# Where a function has a real value; a rounded operand may lie beside it.
REAL: dict[str, Callable[[float], bool]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt", "rsqrt"), lambda x: x >= 0),
    **dict.fromkeys(("acos", "asin", "atanh"), lambda x: abs(x) <= 1),
    "log1p": lambda x: x >= -1,
    "acosh": lambda x: x >= 1,
}
NARROW = FORMATS["float32"]


def kind_of(native: float, exact: arb, read: Sequence[Number], operations: Sequence[str], f: Format) -> Kind:
    """The kind of a departure. `operations`: those that give the number; `read`: what they read, as far as is known."""
    if not math.isfinite(native):
        return _kind_of_no_number(native, exact, read, operations, f)
    # A sum of floats is exact where it is subnormal: it does not underflow, unless subnormals are set to zero.
    adds = any(operation in ADDING for operation in operations)
    if exact != 0 and bool(abs(exact) < f.smallest_normal) and (not adds or _is_flushed(native, read)):
        return Kind.UNDERFLOW
    if f.name == "float64" and not operations and native != 0 and native == round_exact(exact.mid(), NARROW):
        return Kind.ROUNDED_CONSTANT  # one of float32, in a kernel of float64
    return Kind.CANCELLATION


def _kind_of_no_number(native: float, exact: arb, read: Sequence[Number], operations: Sequence[str], f: Format) -> Kind:
    if not all(math.isfinite(number.native) for number in read):
        return Kind.INVALID if math.isnan(native) else Kind.OVERFLOW
    if math.isinf(native) and bool(abs(exact) > f.maximum):
        return Kind.OVERFLOW
    poles = [AT_A_POLE[operation] for operation in operations if operation in AT_A_POLE]
    if math.isnan(native) and (poles or _is_outside(read, operations)):
        return Kind.INVALID
    if poles and bool(abs(exact) < f.maximum / 2):
        return poles[0]
    # Of finite numbers neither a sum nor a product is NaN: something on the way inside was infinite.
    return Kind.OVERFLOW


def _is_outside(read: Sequence[Number], operations: Sequence[str]) -> bool:
    """Whether a function has no value at what it read."""
    return any(not REAL[name](number.native) for name in operations if name in REAL for number in read)


def _is_flushed(native: float, read: Sequence[Number]) -> bool:
    return native == 0 and bool(read) and all(number.native == number.exact for number in read)
