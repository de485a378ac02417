"""What to write instead, proven: the rewritten function is judged at the very points where the given one fails.

The function's exact graph (its shadow; where it cannot be watched, the definition) is rewritten by the known patterns,
run natively in the dtype, and judged against the truths of the given function. What does not pass is not suggested.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from gradcheck.explain import widening
from gradcheck.explain.function_graphs import FunctionGraphs
from gradcheck.explain.native_graph import CannotRun, as_function
from gradcheck.explain.pattern import Pattern
from gradcheck.explain.patterns import PATTERNS
from gradcheck.explain.rewriting import Change, rewritten
from gradcheck.finding import failures
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs import points as inputs
from gradcheck.inputs.points import Point
from gradcheck.judged import Judged
from gradcheck.judging import TYPICAL_POINTS, Target, judge_point
from gradcheck.oracle import BadDefinition, NoTruth
from gradcheck.verdict import Severity, Verdict

MOST_POINTS = 8  # failing points at which a remedy is tried
MOST_TOGETHER = 6  # patterns that are named together
NO_TRUTH = (NoTruth, BadDefinition)
_FAILED = (Severity.CRITICAL, Severity.MAJOR)


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A rewrite. `proven`: it was judged at `points_checked` failing points, and passes at all of them."""

    name: str
    sentence: str
    code: str
    proven: bool
    points_checked: int


@dataclass(frozen=True)
class _Candidate:
    """One way to write the function: what makes it for a point, and how a person would; `of` makes another of some."""

    name: str
    advice: str
    code: str
    target_at: Callable[[Point], Target]
    patterns: tuple[Pattern, ...] = ()
    of: Callable[[tuple[Pattern, ...]], _Candidate] | None = None


@dataclass(frozen=True, eq=False)
class _Trial:
    """A point at which candidates are judged: failures that none may have, and whether none may stay undecided."""

    point: Point
    forbidden: frozenset[Severity]
    decided: bool


def suggest(
    target: Target,
    points: Sequence[Point],
    dtype: str,
    mode: str = "eager",
    location: str = "",
    operation: str = "",
) -> Remedy | None:
    """The first rewrite that passes at the `points` where the target fails, and at a few typical ones; or None.

    Of the points, the first `MOST_POINTS` that fail are asked about; those where the target does not are left out.

    `location` ("file:line") and `operation` of the cause say which patterns are tried first. To pass is to have
    no failures but minor ones (none, where the target itself has only minor ones), and nothing undecided. NumPy has
    no derivatives, so a gradient written by hand is only helped by a wider dtype. A remedy with `proven=False` is
    known but could not be run; its sentence says so.
    """
    failing = (trial for point in points if (trial := _failing(target, point, dtype, mode)))
    trials = list(itertools.islice(failing, MOST_POINTS))
    if not trials:
        return None
    points, typical = [t.point for t in trials], inputs.typical(target.arguments, dtype, 0, TYPICAL_POINTS)
    trials += [_Trial(point, frozenset(_FAILED), decided=False) for point in typical]
    unrunnable: list[_Candidate] = []
    for candidate in _candidates(target, points, dtype, location, operation):
        try:
            if _passes(candidate, trials, dtype, mode):
                return _proven(_fewest(candidate, trials, dtype, mode), len(points))
        except CannotRun:
            unrunnable.append(candidate)
    return _unproven(unrunnable[0]) if unrunnable else None


def _candidates(
    target: Target, points: Sequence[Point], dtype: str, location: str, operation: str
) -> Iterator[_Candidate]:
    """Single patterns, all that match together, the dtype that is wider, and both."""
    graphs = FunctionGraphs(target, dtype)
    matched = _matching(graphs, points, location, operation) if _differentiable(target) else {}
    groups: list[tuple[Pattern, ...]] = [(PATTERNS[name],) for name in matched]
    together = tuple(PATTERNS[name] for name in matched)[:MOST_TOGETHER]
    groups += [together] if len(together) > 1 else []
    for group in groups:
        yield _rewritten(target, group, graphs, matched)
    if not widening.possible(target.framework.name, dtype):
        return
    wide = widening.WIDER[dtype]
    yield _Candidate(
        f"compute in {wide}",
        f"compute in {wide} and round at the end",
        widening.code(target.framework.name, dtype),
        lambda point: widening.target(target, dtype),
    )
    for group in groups:
        yield _in_wider(_rewritten(target, group, graphs, matched), target, dtype)


def _differentiable(target: Target) -> bool:
    """Whether the framework would differentiate a rewritten function, if there is a gradient to judge."""
    return target.framework.name != "numpy" or target.gradient is None


def _matching(
    graphs: FunctionGraphs, points: Sequence[Point], location: str, operation: str
) -> dict[str, list[Change]]:
    """The patterns that change the graph at the first point, those that touch the cause first."""
    try:
        graph = graphs.at(points[0])
    except FrameworkError:
        return {}
    found = {name: rewritten(graph, {name: pattern.rule})[1] for name, pattern in PATTERNS.items()}
    matched = [(name, changes) for name, changes in found.items() if changes]
    return dict(sorted(matched, key=lambda item: -_closeness(item[1], location, operation)))


def _closeness(changes: Sequence[Change], location: str, operation: str) -> int:
    return max((bool(location) and c.location == location) * 2 + (c.operation == operation) for c in changes)


def _rewritten(
    target: Target, patterns: tuple[Pattern, ...], graphs: FunctionGraphs, matched: dict[str, list[Change]]
) -> _Candidate:
    framework = target.framework.name
    rules = {pattern.name: pattern.rule for pattern in patterns}

    def at(point: Point) -> Target:
        graph, _ = rewritten(graphs.at(point), rules)
        return replace(target, function=as_function(graph, framework), gradient=None)

    advice = "; ".join(_advice(pattern, framework, matched[pattern.name]) for pattern in patterns)
    code = "\n".join(pattern.code(framework) for pattern in patterns)
    name = " + ".join(pattern.name for pattern in patterns)
    return _Candidate(name, advice, code, at, patterns, lambda some: _rewritten(target, some, graphs, matched))


def _advice(pattern: Pattern, framework: str, changes: Sequence[Change]) -> str:
    file, _, line = changes[0].location.rpartition(":")
    where = f" at {PurePath(file).name}:{line}" if file else ""
    return f"write {pattern.advice(framework)} for {pattern.replaced(framework, changes[0].location)}{where}"


def _in_wider(candidate: _Candidate, target: Target, dtype: str) -> _Candidate:
    wide = widening.WIDER[dtype]
    return _Candidate(
        f"{candidate.name}, in {wide}",
        f"{candidate.advice}; compute in {wide} and round at the end",
        f"{candidate.code}\n{widening.code(target.framework.name, dtype)}",
        lambda point: widening.target(candidate.target_at(point), dtype),
        candidate.patterns,
        lambda some: _in_wider(candidate.of(some), target, dtype) if candidate.of else candidate,
    )


def _failing(target: Target, point: Point, dtype: str, mode: str) -> _Trial | None:
    """The point as a trial, if the function fails there; None where it is right, or no truth says so."""
    try:
        found = _severities(target, judge_point(target, point, dtype, mode), dtype)
    except NO_TRUTH:
        return None
    except FrameworkError:  # no answer at all
        found = {Severity.CRITICAL}
    only_minor = found == {Severity.MINOR}
    return _Trial(point, frozenset(Severity) if only_minor else frozenset(_FAILED), decided=True) if found else None


def _passes(candidate: _Candidate, trials: Sequence[_Trial], dtype: str, mode: str) -> bool:
    """Whether it is good at every point. Raises `CannotRun`."""
    return all(_is_good(candidate, trial, dtype, mode) for trial in trials)


def _fewest(candidate: _Candidate, trials: Sequence[_Trial], dtype: str, mode: str) -> _Candidate:
    """The candidate without the patterns that it does not need."""
    for pattern in candidate.patterns if len(candidate.patterns) > 1 else ():
        rest = tuple(other for other in candidate.patterns if other is not pattern)
        smaller = candidate.of(rest) if candidate.of else candidate
        if _passes(smaller, trials, dtype, mode):
            return _fewest(smaller, trials, dtype, mode)
    return candidate


def _is_good(candidate: _Candidate, trial: _Trial, dtype: str, mode: str) -> bool:
    try:
        target = candidate.target_at(trial.point)
        judged = judge_point(target, trial.point, dtype, mode)
        undecided = any((part.verdicts == Verdict.UNDECIDED).any() for _, _, part in judged.parts())
        return not (trial.decided and undecided) and not _severities(target, judged, dtype) & trial.forbidden
    except NO_TRUTH:
        return not trial.decided
    except FrameworkError:
        return False


def _severities(target: Target, judged: Judged, dtype: str) -> set[Severity]:
    return {failure.severity for failure in failures(target, judged, dtype)}


def _proven(candidate: _Candidate, count: int) -> Remedy:
    where = "point" if count == 1 else f"{count} points"
    sentence = f"{_capital(candidate.advice)}: this passes at the {where} where yours fails."
    return Remedy(name=candidate.name, sentence=sentence, code=candidate.code, proven=True, points_checked=count)


def _unproven(candidate: _Candidate) -> Remedy:
    sentence = f"{_capital(candidate.advice)}: this was not checked, for the rewritten function could not be run."
    return Remedy(name=candidate.name, sentence=sentence, code=candidate.code, proven=False, points_checked=0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
