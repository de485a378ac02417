"""After the points are judged: search on from the worst of them, and bring every finding to its simplest point."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from gradcheck.finding import Failure, failures, grouped, reduced, simplest
from gradcheck.inputs.constants import constants_of
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.search import THOROUGH, Effort, Space, climb, scores
from gradcheck.subject import MOST_TIMEOUTS, Examination, judged_or_not
from gradcheck.time_limit import TimedOut
from gradcheck.verdict import Verdict

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
    """Search on from the worst points seen, then bring every finding to its simplest point.

    Raises nothing: what goes wrong here is a note, and what was seen before stays. `simple` holds the points that
    the findings of other functions with the same arguments and dtype were brought to, and takes these up.
    """
    with _noted(seen, "the search"):
        _search(seen, target, dtype, mode, effort, seed, deadline)
    with _noted(seen, "the reduction of findings"):
        _reduce(seen, target, dtype, mode, effort, deadline, {} if simple is None else simple)


@contextmanager
def _noted(seen: Examination, what: str) -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        seen.note(f"{what} was broken off by {type(problem).__name__}: {problem}; what was found before it stands")


def _is_spent(seen: Examination, deadline: float | None) -> bool:
    return seen.timeouts >= MOST_TIMEOUTS or (deadline is not None and time.monotonic() > deadline)


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


def _reduce(
    seen: Examination,
    target: Target,
    dtype: str,
    mode: str,
    effort: Effort,
    deadline: float | None,
    simple: SimplePoints,
) -> None:
    """Findings share what is judged on the way: the same plain points are asked about for each."""
    known: dict[tuple[bytes, ...], list[Failure]] = {}

    def failing(point: Point) -> list[Failure]:
        key = tuple(a.tobytes() for a in point.arrays)
        if key not in known:
            if _is_spent(seen, deadline) or len(known) >= effort.questions_in_all:
                return []
            judged = judged_or_not(target, point, dtype, mode)
            seen.timeouts += isinstance(judged.problem, TimedOut)
            known[key] = failures(target, judged, dtype)
        return known[key]

    found = {group: simplest(members) for group, members in grouped(seen.failures).items()}
    for group, shown in sorted(found.items(), key=lambda item: item[1].severity.rank):
        if shown.severity.rank <= effort.least.rank and shown.verdict is not Verdict.TIMED_OUT:
            others = simple.setdefault(group, [])
            best = reduced(shown, target.arguments, failing, effort.questions, others)
            seen.reduced[group] = best
            if not any(best.point.arrays is arrays for arrays in others):
                others.append(best.point.arrays)
