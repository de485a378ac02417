"""What was found, in words and texts for a record."""

from __future__ import annotations

import math
from collections.abc import Mapping

from flint import arb

from gradcheck.dtypes import format_of
from gradcheck.explain.found import Found, Number
from gradcheck.explain.kinds import COMPILED_SENTENCES, FLUSHED, ON_THE_WAY, ONLY_COMPILED, PARTS, SENTENCES, Kind
from gradcheck.finding import text
from gradcheck.record import Cause, Operand

DIGITS = 10  # of an exact number, enough to see where it differs
FULL_DIGITS = 25
LONGEST_EXPONENT = 12  # with its sign; what has more is no number that a person reads
MOST_READ = 2  # operands named in the sentence


def worded(found: Found, dtype: str, eager: float | None = None) -> Cause:
    """The record of a cause. `eager`: the answer of the operations one by one, where only compiled they fail."""
    return Cause(
        kind=found.kind.value,
        operation=found.operation,
        phase=found.phase,
        location=found.location,
        sentence=_sentence(found, dtype, SENTENCES) if eager is None else _compiled(found, dtype, eager),
        operands=(
            *(_operand(f"operand {k + 1}", number, dtype) for k, number in enumerate(found.read)),
            _operand("result", Number(found.native, found.exact), dtype),
        ),
    )


def _compiled(found: Found, dtype: str, eager: float) -> str:
    sentence = _sentence(found, dtype, SENTENCES | COMPILED_SENTENCES)
    return ONLY_COMPILED.format(sentence=sentence, eager=text(eager, dtype))


def _sentence(found: Found, dtype: str, sentences: Mapping[Kind, str]) -> str:
    inner = found.inner or PARTS.get(found.operation, "")
    operation = found.operation if inner in ("", found.operation) else f"{inner} inside {found.operation}"
    passing = " in the backward pass" if found.phase == "backward" else ""
    said = FLUSHED if _is_flushed(found, dtype) else ON_THE_WAY if _is_held(found, dtype) else sentences
    template = found.template or said.get(found.kind)
    return (template or sentences[found.kind]).format(
        what=f"{operation}{passing}",
        read=" and ".join(text(n.native, dtype) for n in found.read[:MOST_READ]) or "its operands",
        native=text(found.native, dtype),
        exact=_told_from(found.native, found.exact),
        dtype=dtype,
    )


def _is_flushed(found: Found, dtype: str) -> bool:
    """Whether the dtype has the exact result as a subnormal number, where the framework has zero."""
    f = format_of(dtype)
    return (
        found.native == 0
        and bool(f.smallest_subnormal <= abs(found.exact))
        and bool(abs(found.exact) < f.smallest_normal)
    )


def _is_held(found: Found, dtype: str) -> bool:
    """Whether the dtype can hold the exact result, which is then neither an overflow nor an underflow itself."""
    f, magnitude = format_of(dtype), abs(found.exact)
    if found.kind is Kind.UNDERFLOW:
        return bool(magnitude >= f.smallest_normal)
    return bool(magnitude <= f.maximum)


def _told_from(native: float, exact: arb) -> str:
    """An exact number, with as many digits as it takes to see that it is another."""
    short = shown(exact)
    if not exact.is_finite():
        return short
    return exact.mid().str(FULL_DIGITS, radius=False) if short == f"{native:.{DIGITS}g}" else short


def _operand(name: str, number: Number, dtype: str) -> Operand:
    return Operand(name=name, native=text(number.native, dtype), exact=shown(number.exact))


def shown(ball: arb) -> str:
    """A few digits of an exact number."""
    if ball.is_nan():
        return "no number"
    if not ball.is_finite():
        return ("-inf" if ball < 0 else "inf") if ball.is_exact() else "no number"
    middle = ball.mid()
    number = float(middle)
    if (number == 0 and middle != 0) or math.isinf(number):
        return _with_short_exponent(middle.str(DIGITS, radius=False))
    return f"{number:.{DIGITS}g}"


def _with_short_exponent(number: str) -> str:
    """`10^(1.5e+30)` for a number whose exponent nobody would read."""
    significand, _, exponent = number.partition("e")
    if len(exponent) <= LONGEST_EXPONENT:
        return number
    sign = "-" if significand.startswith("-") else ""
    return f"{sign}10^({float(exponent):.4g})"
