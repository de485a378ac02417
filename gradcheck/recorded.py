"""What the points of a baseline show now: judged first and apart, so that they change nothing else of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.baseline import Baseline, place
from gradcheck.finding import Failure, as_met, gather, grouped, numbers
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.record import Recorded, Subject
from gradcheck.subject import Examination, examine


def fitting(recorded: Sequence[Point], arguments: Sequence[Argument]) -> list[Point]:
    """The points that still have the shapes of the arguments."""
    shapes = [a.shape for a in arguments]
    return [p for p in recorded if [a.shape for a in p.arrays] == shapes]


def judge_recorded(target: Target, recorded: Sequence[Point], dtype: str, mode: str) -> Examination:
    """The recorded points judged. Raises what `examine` raises."""
    seen = Examination()
    for state in examine(target, dtype, mode, fitting(recorded, target.arguments)):
        seen = state
    return seen


def with_recorded(subject: Subject, seen: Examination, target: Target, accepted: Baseline) -> Subject:
    """The subject with what fails at the recorded points.

    What an entry is about is a finding too where no other point shows it: its verdict, or those that have taken its
    place. What else fails there did so when it was recorded.
    """
    recorded = recorded_of(seen.failures, target, subject.dtype)
    met = {(f.quantity, f.argument_name, f.verdict) for f in subject.findings}
    wanted = {(r.quantity, r.argument_name, r.verdict) for r in _meant(subject, recorded, accepted)} - met
    missed = [f for f in seen.failures if (f.quantity, _argument_name(f, target), f.verdict.value) in wanted]
    findings = gather(as_met(missed), target, subject.dtype, subject.mode)
    return replace(subject, findings=(*subject.findings, *findings), recorded=recorded)


def _meant(subject: Subject, recorded: Sequence[Recorded], accepted: Baseline) -> Iterator[Recorded]:
    """What became of each entry at its point."""
    for entry in accepted.entries:
        there = [r for r in recorded if r.point == entry.point and place(subject, r) == entry.place]
        yield from [r for r in there if r.verdict == entry.verdict] or there


def recorded_of(failures: Iterable[Failure], target: Target, dtype: str) -> tuple[Recorded, ...]:
    """The worst component of each group of failures at each point."""
    at_points: dict[int, list[Failure]] = {}
    for failure in failures:
        at_points.setdefault(id(failure.point), []).append(failure)
    groups = (group for found in at_points.values() for group in grouped(found).values())
    return tuple(_recorded(min(group, key=_badness), target, dtype) for group in groups)


def _badness(failure: Failure) -> tuple[int, float]:
    return failure.severity.rank, -failure.part.ulps[failure.index]


def _argument_name(failure: Failure, target: Target) -> str | None:
    if failure.argument is None:
        return None
    position = target.truths.differentiated[failure.argument]
    return target.arguments[position].name or f"argument {position}"


def _recorded(worst: Failure, target: Target, dtype: str) -> Recorded:
    return Recorded(
        quantity=worst.quantity,
        argument_name=_argument_name(worst, target),
        verdict=worst.verdict.value,
        severity=worst.severity.value,
        point=tuple(numbers(a, dtype) for a in worst.point.arrays),
        ulps=float(worst.part.ulps[worst.index]),
    )
