"""One subject: a function judged in one dtype and mode, over all its points."""

from __future__ import annotations

import inspect
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.dtypes import format_of, ordinals
from gradcheck.exact import Kind
from gradcheck.finding import Failure, failures, gather
from gradcheck.finite_differences import gradient as differences
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray
from gradcheck.judging import NON_FINITE, Judged, Target, judge_point, no_answer
from gradcheck.record import Sample, SecondOpinion, Subject
from gradcheck.second_opinion import compare, merge
from gradcheck.time_limit import TimedOut
from gradcheck.verdict import Verdict

# Differences are taken in float64 whatever the dtype; these are the ones whose points are worth it.
OPINION_DTYPES = ("float32", "float64")


@dataclass
class Examination:
    """What was seen so far; nothing is lost when a later point fails."""

    counts: dict[str, Counter] = field(default_factory=lambda: {"value": Counter(), "gradient": Counter()})
    regimes: dict[str, dict[str, Counter]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    second_opinion: SecondOpinion | None = None
    points: int = 0

    def add(self, judged: Judged, found: Iterable[Failure]) -> None:
        self.points += 1
        regime = self.regimes.setdefault(judged.point.regime, {"value": Counter(), "gradient": Counter()})
        for quantity, argument, part in judged.parts():
            verdicts = Counter(v.value for v in part.verdicts.reshape(-1))
            self.counts[quantity].update(verdicts)
            regime[quantity].update(verdicts)
            self.samples.append(_sample(judged, quantity, argument, part))
        self.failures.extend(found)


def _sample(judged: Judged, quantity: str, argument: int | None, part: JudgedArray) -> Sample:
    """The worst component of a part: failures before passes, then by error."""
    rank = lambda index: (part.verdicts[index].fails, np.nan_to_num(part.ulps[index], posinf=np.inf))  # noqa: E731
    index = max(np.ndindex(part.verdicts.shape), key=rank)
    return Sample(
        quantity=quantity,
        regime=judged.point.regime,
        ordinal=_ordinal(judged.point, argument, index),
        ulps=float(part.ulps[index]),
        verdict=part.verdicts[index].value,
    )


def _ordinal(point: Point, argument: int | None, index: tuple[int, ...]) -> int:
    """Ordinal of the input component that belongs to an output or gradient component, else of the largest."""
    array = point.arrays[argument or 0]
    positions = ordinals(array)
    if (
        positions.shape
        and len(index) == positions.ndim
        and all(i < n for i, n in zip(index, positions.shape, strict=True))
    ):
        return int(positions[index])
    return int(positions.reshape(-1)[np.abs(positions.reshape(-1)).argmax()])


def examine(
    target: Target, dtype: str, mode: str, points: Sequence[Point], deadline: float | None = None
) -> Iterator[Examination]:
    """Judge the points one after the other; yields the growing examination after each.

    Raises what `judge_point` raises, but for a function that raises or hangs: that is a verdict of the
    point. Stops early at `deadline` (of `time.monotonic`) and says so in the notes.
    """
    seen = Examination()
    for number, point in enumerate(points):
        if deadline is not None and time.monotonic() > deadline and number:
            seen.notes.append(f"the budget ran out after {number} of {len(points)} points; give more with budget=")
            break
        if point.regime == NON_FINITE:
            _report_non_finite(seen, target, point, dtype, mode)
        else:
            judged = _judged_or_no_answer(seen, target, point, dtype, mode)
            new_regime = point.regime not in seen.regimes
            seen.add(judged, failures(target, judged, dtype))
            if new_regime and mode == "eager" and dtype in OPINION_DTYPES:
                _ask_differences(seen, target, judged)
        yield seen


# What a function may do at a point instead of answering -> the verdict.
NO_ANSWER = {FunctionRaised: Verdict.RAISED, TimedOut: Verdict.TIMED_OUT}


def _judged_or_no_answer(seen: Examination, target: Target, point: Point, dtype: str, mode: str) -> Judged:
    try:
        return judge_point(target, point, dtype, mode)
    except tuple(NO_ANSWER) as problem:
        _note_once(seen, str(problem))
        return no_answer(point, NO_ANSWER[type(problem)], format_of(dtype))


def _ask_differences(seen: Examination, target: Target, judged: Judged) -> None:
    """A second opinion on the gradient, by finite differences of the function in float64 at the same point."""
    arrays = [a.astype(np.float64) for a in judged.point.arrays]
    positions = target.truths.differentiated
    try:
        estimates = differences(target.framework.batched(target.function), arrays, positions)
    except Exception as problem:  # a step outside the domain, which a function may refuse in any way it likes
        _note_once(seen, f"finite differences: not applicable, {type(problem).__name__}")
        return
    for k, estimate, part in zip(positions, estimates, judged.gradient, strict=False):  # no gradient, no opinion
        certified = part.truth.kinds == Kind.CERTIFIED
        name = target.arguments[k].name or f"argument {k}"
        opinion = compare(estimate, part.truth.lower, judged.value.truth.lower, certified, name)
        seen.second_opinion = opinion if seen.second_opinion is None else merge(seen.second_opinion, opinion)


def _report_non_finite(seen: Examination, target: Target, point: Point, dtype: str, mode: str) -> None:
    """A NaN among the inputs should be seen in the output; where it is not, that is worth a note, no failure."""
    try:
        value = target.framework.evaluate(target.function, point.arrays, dtype, mode)
    except FunctionRaised as error:
        _note_once(seen, f"non-finite inputs: {error}")
        return
    poisoned = any(np.isnan(a.astype(np.float64)).any() for a in point.arrays)
    if poisoned and np.isfinite(value.astype(np.float64)).all():
        _note_once(seen, "non-finite inputs: a NaN among the inputs gives a finite output")


def _note_once(seen: Examination, note: str) -> None:
    if note not in seen.notes:
        seen.notes.append(note)


def location(function: Callable[..., Any]) -> str:
    """`file:line` of a function as far as Python knows it."""
    function = getattr(function, "formula", function)
    try:
        return f"{inspect.getsourcefile(function)}:{inspect.getsourcelines(function)[1]}"
    except (TypeError, OSError):
        return ""


def summarise(seen: Examination, target: Target, dtype: str, mode: str, **about: Any) -> Subject:
    """The record of a finished (or broken off) examination."""
    findings = gather(seen.failures, target, dtype, mode)
    undecided = sum(c[Verdict.UNDECIDED.value] for c in seen.counts.values())
    notes = [*seen.notes, *([f"{undecided} components undecided: the truth needs more precision"] if undecided else [])]
    return Subject(
        dtype=dtype,
        mode=mode,
        location=location(target.function),
        arguments=tuple(a.name or f"argument {k}" for k, a in enumerate(target.arguments)),
        counts={q: _sorted(c) for q, c in seen.counts.items()},
        regimes={r: {q: _sorted(c) for q, c in by.items()} for r, by in seen.regimes.items()},
        findings=findings,
        notes=tuple(notes),
        samples=tuple(seen.samples),
        second_opinion=seen.second_opinion,
        points=seen.points,
        **about,
    )


def _sorted(counter: Mapping[str, int]) -> dict[str, int]:
    return {v.value: counter[v.value] for v in Verdict if counter.get(v.value)}
