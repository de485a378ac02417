"""One subject: a function judged in one dtype and mode, over all its points."""

from __future__ import annotations

import inspect
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck.containment import Exited, contained
from gradcheck.dtypes import ordinals
from gradcheck.exact import Kind
from gradcheck.explain.snippet import snippet
from gradcheck.finding import Failure, Shown, as_met, failures, gather
from gradcheck.finite_differences import gradient as differences
from gradcheck.frameworks.errors import FrameworkError, FunctionRaised
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point, typical
from gradcheck.judge import JudgedArray
from gradcheck.judged import Judged
from gradcheck.judging import NON_FINITE, Target, judge_point, unanswered
from gradcheck.oracle import NoTruth
from gradcheck.record import FindingRecord, Sample, SecondOpinion, Subject
from gradcheck.search import Worst
from gradcheck.second_opinion import compare, merge
from gradcheck.time_limit import TimedOut
from gradcheck.verdict import Severity, Verdict

# Differences are taken in float64 whatever the dtype; these are the ones whose points are worth it.
OPINION_DTYPES = ("float32", "float64")
OPINION_REGIMES = ("ones", "tiny", "typical", "large", "one_outlier", "saturation")


# A function that hangs at this many points is not asked again.
MOST_TIMEOUTS = 2
MOST_NOTES = 20
# What a function may do at a point instead of answering -> the verdict.
NO_ANSWER: dict[type[FrameworkError], Verdict] = {
    FunctionRaised: Verdict.RAISED,
    Exited: Verdict.RAISED,
    TimedOut: Verdict.TIMED_OUT,
    NoTruth: Verdict.UNDECIDED,
}


@dataclass
class Examination:
    """What was seen so far; nothing is lost when a later point fails."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {"value": Counter(), "gradient": Counter()})
    regimes: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    second_opinion: SecondOpinion | None = None
    worst: Worst = field(default_factory=Worst)
    shown: list[Shown] = field(default_factory=list)  # the findings, once they were looked into
    points: int = 0
    timeouts: int = 0

    def add(self, target: Target, judged: Judged, dtype: str) -> None:
        """Count one judged point."""
        self.points += 1
        regime = self.regimes.setdefault(judged.point.regime, {"value": Counter(), "gradient": Counter()})
        for quantity, argument, part in judged.parts():
            verdicts = part.counts()
            self.counts[quantity].update(verdicts)
            regime[quantity].update(verdicts)
            position = 0 if argument is None else target.truths.differentiated[argument]
            self.samples.append(_sample(judged.point, quantity, position, part))
        self.failures.extend(failures(target, judged, dtype))
        self.worst.add(judged)
        if judged.provenance is not None and judged.provenance.note:
            self.note(judged.provenance.note)
        if judged.problem is not None:
            self.note(str(judged.problem))
            self.timeouts += isinstance(judged.problem, TimedOut)

    def note(self, text: str) -> None:
        """Say something once, and not without end: a message may hold the numbers of its point."""
        if text not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes.append(text)


def _sample(point: Point, quantity: str, position: int, part: JudgedArray) -> Sample:
    """The worst component of a part: failures before passes, then by error."""

    def badness(place: int) -> tuple[bool, float]:
        return verdicts[place].fails, 0.0 if math.isnan(ulps[place]) else ulps[place]

    verdicts, ulps = part.verdicts.reshape(-1), part.ulps.reshape(-1).tolist()
    index = tuple(map(int, np.unravel_index(max(range(len(ulps)), key=badness), part.verdicts.shape)))
    return Sample(
        quantity=quantity,
        regime=point.regime,
        ordinal=_ordinal(point.arrays[position], index),
        ulps=float(part.ulps[index]),
        verdict=part.verdicts.item(index).value,
    )


def _ordinal(array: np.ndarray, index: tuple[int, ...]) -> int:
    """Ordinal of the input component at the place of an output component, else of the largest input."""
    positions = ordinals(array)
    if positions.shape and len(index) == positions.ndim and all(i < n for i, n in zip(index, array.shape, strict=True)):
        return int(positions[index])
    flat = positions.reshape(-1)
    return int(flat[np.abs(flat).argmax()])


def screen(target: Target, points: Sequence[Point], dtype: str, mode: str) -> None:
    """Raise what makes a function unfit to be judged at all, as a `FrameworkError`.

    A result of the wrong kind, inputs written, an answer that is another each time. That a function raises or
    exits counts only where it does so at every point, ordinary ones included: else it is a verdict of the point,
    as it always is where the function hangs.
    """
    ordinary = typical(target.arguments, dtype, 0, 1)
    refusal: FrameworkError | None = None
    # An ordinary point first: at zeros a function that draws random numbers may well repeat itself.
    for point in ordinary + [p for p in points if p.regime != NON_FINITE]:
        try:
            with contained(mode):
                return target.framework.check_callable(target.function, point.arrays, dtype, mode)
        except TimedOut:
            return
        except (FunctionRaised, Exited) as problem:
            refusal = refusal or problem
    if refusal is not None:
        raise refusal


def examine(
    target: Target,
    dtype: str,
    mode: str,
    points: Sequence[Point],
    deadline: float | None = None,
    opinions: bool = True,
) -> Iterator[Examination]:
    """Judge the points one after the other; yields the growing examination after each.

    `opinions`: whether finite differences are asked for a second opinion at some of them.

    Raises what `judge_point` raises, but for what is the verdict of a point: the function raises, exits or
    hangs there, or nothing says what is right. Stops early at `deadline` (of `time.monotonic`), or where the
    function keeps hanging, and says so in the notes.
    """
    seen = Examination()
    for number, point in enumerate(points):
        if stop := _reason_to_stop(seen, number, len(points), deadline):
            seen.note(stop)
            break
        if point.regime == NON_FINITE:
            _report_non_finite(seen, target, point, dtype, mode)
        else:
            _examine_point(seen, target, point, dtype, mode, opinions)
        yield seen


def _reason_to_stop(seen: Examination, number: int, count: int, deadline: float | None) -> str:
    if seen.timeouts >= MOST_TIMEOUTS:
        return f"the function hung at {seen.timeouts} points, so {count - number} of {count} points were left out"
    if deadline is not None and number and time.monotonic() > deadline:
        return f"the budget ran out after {number} of {count} points; give more with budget="
    return ""


def _examine_point(
    seen: Examination, target: Target, point: Point, dtype: str, mode: str, opinions: bool = True
) -> None:
    new_regime = point.regime not in seen.regimes
    judged = judged_or_not(target, point, dtype, mode)
    seen.add(target, judged, dtype)
    opinion = opinions and new_regime and judged.problem is None and point.regime in OPINION_REGIMES
    if opinion and mode == "eager" and dtype in OPINION_DTYPES:
        _ask_differences(seen, target, judged)


def judged_or_not(target: Target, point: Point, dtype: str, mode: str, finely: bool = True) -> Judged:
    """The point judged, or what the function did there instead of answering, which is a verdict too."""
    try:
        return judge_point(target, point, dtype, mode, finely)
    except tuple(NO_ANSWER) as problem:
        verdict = next(v for kind, v in NO_ANSWER.items() if isinstance(problem, kind))
        return unanswered(target, point, dtype, verdict, problem)


def _ask_differences(seen: Examination, target: Target, judged: Judged) -> None:
    """A second opinion on the gradient, by finite differences of the function in float64 at the same point."""
    arrays = [a.astype(np.float64) for a in judged.point.arrays]
    positions = target.truths.differentiated
    try:
        with contained():
            estimates = differences(target.framework.batched(target.function), arrays, positions)
    except Exception as problem:  # a step outside the domain, which a function may refuse in any way it likes
        seen.note(f"finite differences: not applicable, {type(problem).__name__}")
        return
    for k, estimate, part in zip(positions, estimates, judged.gradient, strict=False):  # no gradient, no opinion
        certified = part.truth.kinds == Kind.CERTIFIED
        name = target.arguments[k].name or f"argument {k}"
        opinion = compare(estimate, part.truth.lower, judged.value.truth.lower, certified, name)
        seen.second_opinion = opinion if seen.second_opinion is None else merge(seen.second_opinion, opinion)


def _report_non_finite(seen: Examination, target: Target, point: Point, dtype: str, mode: str) -> None:
    """A NaN among the inputs should be seen in the output; where it is not, that is worth a note, no failure."""
    try:
        with contained(mode):
            value = target.framework.evaluate(target.function, point.arrays, dtype, mode)
    except FrameworkError as error:
        seen.note(f"non-finite inputs: {error}")
        return
    poisoned = any(np.isnan(to_float64(a)).any() for a in point.arrays)
    if poisoned and np.isfinite(to_float64(value)).all():
        seen.note("non-finite inputs: a NaN among the inputs gives a finite output")


def location(function: Callable[..., Any]) -> str:
    """`file:line` of a function as far as Python knows it."""
    function = getattr(function, "formula", function)
    try:
        return f"{inspect.getsourcefile(function)}:{inspect.getsourcelines(function)[1]}"
    except (TypeError, OSError):
        return ""


def summarise(
    seen: Examination, target: Target, dtype: str, mode: str, scripts: Severity = Severity.MINOR, **about: Any
) -> Subject:
    """The record of a finished (or broken off) examination; findings as severe as `scripts` have theirs."""
    findings = _findings(seen, target, dtype, mode, scripts)
    return Subject(
        dtype=dtype,
        mode=mode,
        location=location(target.function),
        arguments=tuple(a.name or f"argument {k}" for k, a in enumerate(target.arguments)),
        counts={q: _sorted(c) for q, c in seen.counts.items()},
        regimes={r: {q: _sorted(c) for q, c in by.items()} for r, by in seen.regimes.items()},
        findings=findings,
        notes=(*seen.notes, *_undecided(seen)),
        samples=tuple(seen.samples),
        second_opinion=seen.second_opinion,
        points=seen.points,
        **about,
    )


def _findings(seen: Examination, target: Target, dtype: str, mode: str, scripts: Severity) -> tuple[FindingRecord, ...]:
    """The findings as records, with the scripts that show them."""
    records = gather(seen.shown or as_met(seen.failures), target, dtype, mode)
    return tuple(
        replace(r, snippet=_script(seen, target, r)) if Severity(r.severity).rank <= scripts.rank else r
        for r in records
    )


def _script(seen: Examination, target: Target, record: FindingRecord) -> str:
    positions = target.truths.differentiated
    try:
        return snippet(target.function, target.framework.name, record, positions, target.gradient)
    except Exception as problem:  # the function may be any object, and have any source
        seen.note(f"a script of a finding could not be written: {type(problem).__name__}: {problem}")
        return ""


def _undecided(seen: Examination) -> list[str]:
    count = sum(c[Verdict.UNDECIDED.value] for c in seen.counts.values())
    return [f"undecided components, for which no truth was established: {count}"] if count else []


def _sorted(counter: Mapping[str, int]) -> dict[str, int]:
    return {v.value: counter[v.value] for v in Verdict if counter.get(v.value)}
