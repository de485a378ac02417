"""Failing components gathered into findings: one for each cause, shown at its simplest point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb

from gradcheck.dtypes import format_of
from gradcheck.exact import Kind, balls
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray, severity
from gradcheck.judging import Judged, Target, largest
from gradcheck.record import FindingRecord, Numbers
from gradcheck.verdict import Severity, Verdict

NO_ANSWER = (Verdict.RAISED, Verdict.TIMED_OUT)


@dataclass(frozen=True, eq=False)
class Failure:
    """One failing component."""

    point: Point
    quantity: str
    argument: int | None  # number of the differentiated argument
    index: tuple[int, ...]
    part: JudgedArray
    severity: Severity

    @property
    def verdict(self) -> Verdict:
        return self.part.verdicts[self.index]

    @property
    def cause(self) -> tuple:
        """Failures of the same cause are one finding."""
        return (self.quantity, self.argument, self.verdict)


def failures(target: Target, judged: Judged, dtype: str) -> list[Failure]:
    """The failing components of one judged point."""
    f = format_of(dtype)
    found = []
    for number, (quantity, argument, part) in enumerate(judged.parts()):
        indices = part.failing()
        answered = [index for index in indices if part.verdicts[index] not in NO_ANSWER]
        scale = max(target.scales(f)[number], largest(part.expected)) if answered else 0.0
        for index in indices:
            actual, expected = float(part.actual[index]), float(part.expected[index])
            how_bad = severity(part.verdicts[index], actual, expected, f, scale)
            found.append(Failure(judged.point, quantity, argument, index, part, how_bad))
    return found


def gather(found: Iterable[Failure], target: Target, dtype: str, mode: str) -> tuple[FindingRecord, ...]:
    """One record for each cause, worst first."""
    groups: dict[tuple, list[Failure]] = {}
    for failure in found:
        groups.setdefault(failure.cause, []).append(failure)
    records = [_record(group, target, dtype, mode) for group in groups.values()]
    return tuple(sorted(records, key=lambda r: (Severity(r.severity).rank, r.quantity != "value", -r.count)))


def _record(group: Sequence[Failure], target: Target, dtype: str, mode: str) -> FindingRecord:
    worst = min(f.severity.rank for f in group)
    shown = min((f for f in group if f.severity.rank == worst), key=simplicity)
    argument = None if shown.argument is None else target.truths.differentiated[shown.argument]
    truth, index = shown.part.truth, shown.index
    return FindingRecord(
        verdict=shown.verdict.value,
        severity=shown.severity.value,
        quantity=shown.quantity,
        argument=argument,
        argument_name=None if argument is None else (target.arguments[argument].name or f"argument {argument}"),
        index=shown.index,
        dtype=dtype,
        mode=mode,
        regime=shown.point.regime,
        oracle=target.truths.oracle.name,
        truth_kind=str(truth.kinds[index]),
        point=tuple(numbers(a, dtype) for a in shown.point.arrays),
        expected=_expected(shown, dtype),
        enclosure=_enclosure(truth.lower[index], truth.upper[index]),
        actual=text(shown.part.actual[index], dtype),
        ulps=float(shown.part.ulps[index]),
        count=len(group),
    )


def simplicity(failure: Failure) -> tuple:
    """Simplest first: fewest elements other than 0 and 1, then the shortest numbers, then the worst error."""
    numbers = np.concatenate([a.astype(np.float64).reshape(-1) for a in failure.point.arrays])
    odd = numbers[(numbers != 0) & (numbers != 1)]
    return (len(odd), sum(len(repr(float(x))) for x in odd), -failure.part.ulps[failure.index], failure.index)


def text(number: float, dtype: str) -> str:
    """The shortest decimal that reads back as the same number of the dtype."""
    return str(format_of(dtype).numpy.type(number))


def numbers(array: np.ndarray, dtype: str) -> Numbers:
    return Numbers(dtype=dtype, shape=array.shape, values=tuple(text(x, dtype) for x in array.reshape(-1)))


def _expected(failure: Failure, dtype: str) -> str:
    truth, index = failure.part.truth, failure.index
    if truth.kinds[index] is not Kind.KINK:
        return text(failure.part.expected[index], dtype)
    with balls.precision(truth.bits):
        ends = [
            text(float(b.mid()) if b.is_finite() else float(b), dtype) for b in (truth.lower[index], truth.upper[index])
        ]
    return f"[{ends[0]}, {ends[1]}]"


def _enclosure(lower: arb, upper: arb) -> str:
    show: Callable[[arb], str] = lambda ball: ("-inf" if ball < 0 else "inf") if _infinite(ball) else ball.str(25)  # noqa: E731
    return show(lower) if lower is upper or lower == upper else f"{show(lower)} to {show(upper)}"


def _infinite(ball: arb) -> bool:
    return not ball.is_finite() and not ball.is_nan()
