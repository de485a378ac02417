"""After the points are judged: search on from the worst of them, and bring every finding to its simplest point."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from gradcheck.containment import contained
from gradcheck.explain.branches import candidate_points
from gradcheck.explain.cause import cause_of
from gradcheck.explain.remedy import suggest
from gradcheck.finding import Failure, Shown, failures, grouped, reduced, simplest, simplicity
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.constants import constants_of
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.record import Cause
from gradcheck.search import THOROUGH, Effort, Space, climb, scores
from gradcheck.subject import MOST_TIMEOUTS, Examination, judged_or_not
from gradcheck.time_limit import TimedOut
from gradcheck.verdict import Severity, Verdict

TRIED = 4  # members of each group at whose points a remedy is tried, besides that which is shown
# For each group of failures the points that show it at its simplest.
SimplePoints = dict[tuple, list[tuple[np.ndarray, ...]]]


def extend(
    seen: Examination,
    target: Target,
    dtype: str,
    mode: str,
    effort: Effort = THOROUGH,
    seed: int = 0,
    deadline: float | None = None,
    simple: SimplePoints | None = None,
) -> None:
    """Force the untaken branches, search on from the worst points; then explain and simplify every finding.

    Raises nothing: what goes wrong here is a note, and what was seen before stays. `simple` holds the points that
    the findings of other functions with the same arguments and dtype were brought to, and takes these up.
    """
    with _noted(seen, "the forcing of untaken branches"):
        _force(seen, target, dtype, mode, effort, seed, deadline)
    with _noted(seen, "the search"):
        _search(seen, target, dtype, mode, effort, seed, deadline)
    with _noted(seen, "the explanation of findings"):
        _Refinement(seen, target, dtype, mode, effort, deadline, {} if simple is None else simple).run()


@contextmanager
def _noted(seen: Examination, what: str) -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        seen.note(f"{what} was broken off by {type(problem).__name__}: {problem}; what was found before it stands")


def _is_spent(seen: Examination, deadline: float | None) -> bool:
    return seen.timeouts >= MOST_TIMEOUTS or (deadline is not None and time.monotonic() > deadline)


def _force(
    seen: Examination, target: Target, dtype: str, mode: str, effort: Effort, seed: int, deadline: float | None
) -> None:
    if effort.forced and not _is_spent(seen, deadline):
        for point in candidate_points(target, dtype, seed, effort.forced):
            if not _is_spent(seen, deadline):
                seen.add(target, judged_or_not(target, point, dtype, mode), dtype)


def _search(
    seen: Examination, target: Target, dtype: str, mode: str, effort: Effort, seed: int, deadline: float | None
) -> None:
    def visit(point: Point) -> Mapping[str, float]:
        if _is_spent(seen, deadline):
            return {}
        judged = judged_or_not(target, point, dtype, mode)
        seen.add(target, judged, dtype)
        return scores(judged)

    if effort.searched and not _is_spent(seen, deadline):
        space = Space.around(seen.worst, target.arguments, dtype, constants_of(target.function))
        climb(visit, space, effort.searched, seed)


@dataclass
class _Refinement:
    """The failures seen as findings: told apart by their causes, each at its simplest point.

    Findings share what is judged on the way: the same plain points are asked about for each.
    """

    seen: Examination
    target: Target
    dtype: str
    mode: str
    effort: Effort
    deadline: float | None
    simple: SimplePoints
    _judged: dict[tuple[bool, tuple[bytes, ...]], list[Failure]] = field(default_factory=dict)

    def run(self) -> None:
        groups = sorted(grouped(self.seen.failures).values(), key=lambda members: simplest(members).severity.rank)
        found: list[tuple[Shown, list[Failure]]] = []
        for members in groups:
            shown = simplest(members)
            if shown.severity.rank > self.effort.least.rank or shown.verdict is Verdict.TIMED_OUT:
                found.append((Shown(shown, len(members)), []))
            else:
                found += [(self._finding(alike), alike) for alike in self._by_cause(members)]
        self.seen.shown = [shown for shown, _ in found]
        if self.effort.remedied:
            self.seen.shown = self._advised(found)

    def _advised(self, found: Sequence[tuple[Shown, list[Failure]]]) -> list[Shown]:
        """With what to write instead: the same for all findings of one cause, tried at the points of all."""
        alike: dict[tuple | None, list[Failure]] = {}
        for shown, members in found:
            if shown.failure.severity is not Severity.MINOR and members:
                alike.setdefault(_key(shown.cause), []).extend([shown.failure, *members[:: -(-len(members) // TRIED)]])
        advice = {_key(s.cause): "" for s, _ in found}
        for shown, members in found:
            if members and (key := _key(shown.cause)) in alike:
                advice[key] = self._advice(alike.pop(key), shown.cause)
        return [
            replace(shown, advice=advice[_key(shown.cause)] if shown.failure.severity is not Severity.MINOR else "")
            for shown, _ in found
        ]

    def _by_cause(self, members: list[Failure]) -> list[list[Failure]]:
        """The members of a group apart by cause: those of one regime have that of the simplest of them."""
        if self.effort.explained < 2 or simplest(members).severity is Severity.MINOR:
            return [members]
        regimes: dict[str, list[Failure]] = {}
        for failure in members:
            regimes.setdefault(failure.point.regime, []).append(failure)
        kept: dict[tuple | None, list[Failure]] = {}
        for number, alike in enumerate(sorted(regimes.values(), key=lambda few: simplicity(simplest(few)))):
            known = number < self.effort.explained and not self._is_spent()
            key = _key(self._cause(simplest(alike))) if known else next(iter(kept), None)
            kept.setdefault(key, []).extend(alike)
        return list(kept.values())

    def _finding(self, members: list[Failure]) -> Shown:
        shown = simplest(members)
        best = self._reduced(shown)
        return Shown(best, len(members), self._cause(best))

    def _reduced(self, shown: Failure) -> Failure:
        """At the simplest point. Few failures are excused there by more than the ends of half an ulp: asked last."""
        others = self.simple.setdefault(shown.group, [])
        best = self._walked(shown, finely=False)
        if best is not shown and not self._stands(best):
            best = self._walked(shown, finely=True)
        if not any(best.point.arrays is arrays for arrays in others):
            others.append(best.point.arrays)
        return best

    def _stands(self, best: Failure) -> bool:
        there = failures(self.target, judged_or_not(self.target, best.point, self.dtype, self.mode), self.dtype)
        return any(failure.group == best.group and failure.index == best.index for failure in there)

    def _walked(self, shown: Failure, finely: bool) -> Failure:
        meant = self.effort.explained > 1 and shown.severity is not Severity.MINOR
        alike = self._same_cause(shown) if meant else lambda failure: True
        failing = partial(self._failing, finely=finely)
        others = self.simple[shown.group]
        return reduced(shown, self.target.arguments, failing, self.effort.questions, others, alike)

    def _same_cause(self, shown: Failure) -> Callable[[Failure], bool]:
        key = _key(self._cause(shown))
        return lambda failure: _key(self._cause(failure)) == key

    def _failing(self, point: Point, finely: bool) -> list[Failure]:
        key = finely, tuple(a.tobytes() for a in point.arrays)
        if key not in self._judged:
            if self._is_spent() or len(self._judged) >= self.effort.questions_in_all:
                return []
            judged = judged_or_not(self.target, point, self.dtype, self.mode, finely)
            self.seen.timeouts += isinstance(judged.problem, TimedOut)
            self._judged[key] = failures(self.target, judged, self.dtype)
        return self._judged[key]

    def _is_spent(self) -> bool:
        return _is_spent(self.seen, self.deadline)

    def _cause(self, failure: Failure) -> Cause | None:
        if failure.judged.problem is not None or self._is_spent():
            return None
        try:
            with contained(self.mode):
                return cause_of(self.target, failure, self.dtype)
        except FrameworkError:
            return None

    def _advice(self, members: Sequence[Failure], cause: Cause | None) -> str:
        points = list({id(f.point): f.point for f in members if f.judged.problem is None}.values())
        if not points or self._is_spent():
            return ""
        named = {} if cause is None else {"location": cause.location, "operation": cause.operation}
        with contained(self.mode):
            remedy = suggest(self.target, points, self.dtype, self.mode, **named)
        return "" if remedy is None else remedy.sentence


def _key(cause: Cause | None) -> tuple | None:
    """What makes two causes the same one."""
    return None if cause is None else (cause.kind, cause.operation, cause.phase, cause.location)
