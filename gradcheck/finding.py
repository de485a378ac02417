"""Failing components gathered into findings: one for each cause, shown at its simplest point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from flint import arb

from gradcheck.dtypes import Format, format_of
from gradcheck.exact import Kind, balls
from gradcheck.exact.rounding import round_exact
from gradcheck.flushing import has_subnormals
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs import shrink
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray, is_between, overflows_to_nan, severity
from gradcheck.judged import Judged
from gradcheck.judging import Target, largest
from gradcheck.oracle import BadDefinition, NoTruth
from gradcheck.record import Cause, FindingRecord, Numbers
from gradcheck.verdict import Severity, Verdict

FLOAT64_DIGITS = 17  # as many as tell any two float64 apart
DIGITS = 25  # of an enclosure
HARDLY_MET = 2.0**-100  # smaller inputs are; the subnormal numbers of float16 are ordinary ones


@dataclass(frozen=True, eq=False)
class Failure:
    """One failing component."""

    judged: Judged
    quantity: str
    argument: int | None  # number of the differentiated argument
    index: tuple[int, ...]
    part: JudgedArray
    severity: Severity

    @property
    def point(self) -> Point:
        return self.judged.point

    @property
    def verdict(self) -> Verdict:
        return self.part.verdicts[self.index]

    @property
    def group(self) -> tuple:
        """Failures of one group are one finding."""
        return (self.quantity, self.argument, self.verdict)


def failures(target: Target, judged: Judged, dtype: str) -> list[Failure]:
    """The failing components of one judged point."""
    f = format_of(dtype)
    found = []
    sides = cache(lambda: _sides_of_ties(target, judged, f))
    for number, (quantity, argument, part) in enumerate(judged.parts()):
        indices = part.failing()
        # Of the severity of a NaN the scale says nothing, and it takes an exact run to know it.
        matters = any(np.isfinite([part.actual[index], part.expected[index]]).all() for index in indices)
        scale = max(target.scales(f)[number], target.sizes(judged.point.arrays, f)[number]) if matters else 0.0
        noise_scale = _noise_scale(target, judged, argument) if matters else 0.0
        for index in indices:
            actual, expected = float(part.actual[index]), float(part.expected[index])
            how_bad = severity(part.verdicts[index], actual, expected, f, scale, noise_scale)
            if argument is not None and how_bad is not Severity.MINOR and np.isfinite(actual):
                ends = [gradients[argument][index] for gradients in sides()]
                how_bad = Severity.MINOR if is_between(actual, ends, part.truth) else how_bad
            if how_bad is Severity.CRITICAL and (_is_far_out(judged.point, f) or overflows_to_nan(part, index)):
                how_bad = Severity.MAJOR
            found.append(Failure(judged, quantity, argument, index, part, how_bad))
    return found


def _sides_of_ties(target: Target, judged: Judged, f: Format) -> tuple[list[np.ndarray], ...]:
    """The gradients on both sides of the ties that a rounding makes at the point; nothing where none is chosen."""
    try:
        return target.truths.near_ties(judged.point.arrays, f) or ()
    except (NoTruth, BadDefinition):
        return ()


def _is_far_out(point: Point, f: Format) -> bool:
    """Whether an input is so small that hardly anybody has it: subnormal, in a dtype whose subnormals are tiny."""
    return f.smallest_normal <= HARDLY_MET and has_subnormals(point.arrays, f)


def _noise_scale(target: Target, judged: Judged, argument: int | None) -> float:
    """The slope with which a step as large as the argument moves the value by as much as it is.

    A gradient's error below the rounding of that moves the value by less than the value itself is rounded.
    """
    if argument is None:
        return 0.0
    step = largest(to_float64(judged.point.arrays[target.truths.differentiated[argument]]))
    return largest(judged.value.truth.expected) / step if step else 0.0


@dataclass(frozen=True, eq=False)
class Shown:
    """A finding: the failure that shows it, how many components fail so, why, and what to write instead."""

    failure: Failure
    count: int
    cause: Cause | None = None
    advice: str = ""


def as_met(found: Iterable[Failure]) -> list[Shown]:
    """Each group of failures as one finding, at the simplest point that was met, unexplained."""
    return [Shown(simplest(members), len(members)) for members in grouped(found).values()]


def gather(shown: Iterable[Shown], target: Target, dtype: str, mode: str) -> tuple[FindingRecord, ...]:
    """One record for each finding, worst first."""
    records = [_record(one, target, dtype, mode) for one in shown]
    return tuple(sorted(records, key=lambda r: (Severity(r.severity).rank, r.quantity != "value", -r.count)))


def grouped(found: Iterable[Failure]) -> dict[tuple, list[Failure]]:
    """The failures of each finding, in the order they were met."""
    groups: dict[tuple, list[Failure]] = {}
    for failure in found:
        groups.setdefault(failure.group, []).append(failure)
    return groups


def simplest(group: Sequence[Failure]) -> Failure:
    """The failure at the simplest point of those that are as bad as any."""
    worst = min(f.severity.rank for f in group)
    return min((f for f in group if f.severity.rank == worst), key=simplicity)


def reduced(
    found: Failure,
    arguments: Sequence[Argument],
    failing: Callable[[Point], list[Failure]],
    most: int,
    simple: Sequence[tuple[np.ndarray, ...]] = (),
    alike: Callable[[Failure], bool] = lambda failure: True,
) -> Failure:
    """The same failure at the simplest point that has it, in whatever component, no less severe.

    `failing(point)` gives the failures at a point; at most `most` points are asked about. A failure that shows at
    one of the points `simple`, which others were reduced to, is shown there. `alike`: whether a failure of the group
    is still the one that is meant; it is asked where everything else holds.
    """
    best = found

    def holds(arrays: tuple[np.ndarray, ...]) -> bool:
        nonlocal best
        point = Point(found.point.regime, arrays)
        same = [f for f in failing(point) if f.group == found.group and f.severity.rank <= best.severity.rank]
        if not same or _went_infinite(found, same) or not alike(simplest(same)):
            return False
        best = simplest(same)
        return True

    if not any(holds(arrays) for arrays in simple):
        shrink.simplest(found.point.arrays, arguments, holds, most)
    return best


def _went_infinite(found: Failure, there: Sequence[Failure]) -> bool:
    """Whether a value that was finite is infinite there: its slopes are another matter, or none."""
    return not _is_infinite(found) and any(_is_infinite(failure) for failure in there)


def _is_infinite(failure: Failure) -> bool:
    return bool((failure.judged.value.truth.kinds == Kind.INFINITE).any())


def _record(finding: Shown, target: Target, dtype: str, mode: str) -> FindingRecord:
    shown = finding.failure
    argument = None if shown.argument is None else target.truths.differentiated[shown.argument]
    truth, index = shown.part.truth, shown.index
    return FindingRecord(
        verdict=shown.verdict.value,
        severity=shown.severity.value,
        quantity=shown.quantity,
        argument=argument,
        argument_name=None if argument is None else (target.arguments[argument].name or f"argument {argument}"),
        index=index,
        dtype=dtype,
        mode=mode,
        regime=shown.point.regime,
        oracle=_oracle(shown.judged, target),
        truth_kind=str(truth.kinds[index]),
        point=tuple(numbers(a, dtype) for a in shown.point.arrays),
        expected=expected_text(shown.part, index, dtype),
        enclosure=_enclosure(truth.lower[index], truth.upper[index]),
        actual=text(shown.part.actual[index], dtype),
        ulps=float(shown.part.ulps[index]),
        count=finding.count,
        cause=finding.cause or _cause(shown.judged.problem),
        advice=finding.advice,
    )


def _oracle(judged: Judged, target: Target) -> str:
    return target.truths.oracle.name if judged.provenance is None else judged.provenance.oracle


def _cause(problem: FrameworkError | None) -> Cause | None:
    """Why there is no answer, where there is none; where a wrong one went wrong is found out by an explanation."""
    if problem is None:
        return None
    kind, location = type(problem).__name__, getattr(problem, "location", "")
    return Cause(kind=kind, operation="", phase="forward", location=location, sentence=str(problem))


def simplicity(failure: Failure) -> tuple:
    """Sorts the simplest point first, then the worst error."""
    return (*shrink.plainness(failure.point.arrays), -failure.part.ulps[failure.index], failure.index)


def text(number: float, dtype: str) -> str:
    """The shortest decimal that reads back as the same number of the dtype."""
    with np.errstate(over="ignore"):
        rounded = format_of(dtype).numpy.type(number)
    return str(rounded) if isinstance(rounded, np.floating) else _shortest(rounded)


def _shortest(number: np.generic) -> str:
    """Of a bfloat16, which prints itself with six digits."""
    wide = float(number)
    if not np.isfinite(wide):
        return str(wide)
    rounded = (float(f"{wide:.{digits}g}") for digits in range(1, FLOAT64_DIGITS + 1))
    with np.errstate(over="ignore"):
        return next(str(short) for short in rounded if type(number)(short) == number)


def numbers(array: np.ndarray, dtype: str) -> Numbers:
    """An array of the dtype as a record."""
    return Numbers(dtype=dtype, shape=array.shape, values=tuple(text(x, dtype) for x in array.reshape(-1)))


def array_of(numbers: Numbers) -> np.ndarray:
    """The array of a record, the inverse of `numbers`."""
    wide = np.array([float(value) for value in numbers.values], dtype=np.float64)
    with np.errstate(over="ignore"):
        return wide.astype(format_of(numbers.dtype).numpy).reshape(numbers.shape)


def expected_text(part: JudgedArray, index: tuple[int, ...], dtype: str) -> str:
    """The truth of a component rounded to the dtype; of a kink both ends."""
    truth = part.truth
    if truth.kinds[index] is not Kind.KINK:
        return text(part.expected[index], dtype)
    with balls.precision(truth.bits):
        low, high = (
            round_exact(end.mid() if end.is_finite() else end, truth.format)
            for end in (truth.lower[index], truth.upper[index])
        )
    return f"[{text(low, dtype)}, {text(high, dtype)}]"


def _enclosure(lower: arb, upper: arb) -> str:
    low, high = _shown(lower), _shown(upper)
    return low if low == high else f"{low} to {high}"


def _shown(ball: arb) -> str:
    if ball.is_exact() and not ball.is_finite() and not ball.is_nan():
        return "-inf" if ball < 0 else "inf"
    return ball.str(DIGITS)
