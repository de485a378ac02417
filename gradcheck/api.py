"""The public API: judge one function from Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from gradcheck import frameworks, profiled
from gradcheck.baseline import Baseline, points_of
from gradcheck.containment import quiet
from gradcheck.environment import environment
from gradcheck.expectation import status_of
from gradcheck.explain.blame import Party, blamed
from gradcheck.explain.operations import operations_of
from gradcheck.fallback import Fallback, Reference, shadowed
from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.argument import Argument
from gradcheck.judging import Target
from gradcheck.oracle import DefinitionOracle, Truths
from gradcheck.profile import profile_of
from gradcheck.record import FindingRecord, Results, Subject
from gradcheck.recorded import judge_recorded, with_recorded
from gradcheck.refinement import extend
from gradcheck.report import Finding, Report
from gradcheck.reports.text import plural, shortened
from gradcheck.request import Request, inferred, several
from gradcheck.search import AS_GIVEN, THOROUGH
from gradcheck.specification import Specification
from gradcheck.subject import Examination, examine, screen, summarise
from gradcheck.verdict import Severity

NO_GRADIENT = "only the value was judged: NumPy has no automatic differentiation; pass gradient= to judge one"
LONGEST = 1500  # characters of what is said where nothing could be judged: an assertion has at most 25 lines


class Observer:
    """Who has functions checked as parts of one run, such as a test session; this one has nothing to add."""

    suite = "check"
    accepted = Baseline()  # what it has recorded is judged first

    def name(self, function: str) -> str:
        """The specification that a function is reported under, as in `accepted`."""
        return function

    def judged(self, report: Report, fail_on: Severity) -> str | None:
        """Told of what `assert_stable` found: why the findings fail, empty if they do not, None for no opinion."""
        return None


_observers: list[Observer] = [Observer()]


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Within this, every check asks and tells `observer`."""
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)


def check(
    function: Callable[..., Any],
    *arguments: Argument,
    framework: str | None = None,
    dtypes: Sequence[str] = ("float32",),
    gradient: Callable[..., Sequence[Any]] | None = None,
    definition: Callable[..., Any] | Specification | None = None,
    modes: Sequence[str] = ("eager",),
    regimes: Sequence[str] | None = None,
    seed: int = 0,
    budget: float | None = None,
    points: Sequence[Sequence[Any]] | None = None,
) -> Report:
    """Judge the value and the gradient of a function against certified truth.

    `function(*arrays)` takes and returns arrays of its framework; there is one `Argument` for each
    positional argument. `framework` ("numpy", "torch", "jax") is inferred where the function's module
    tells. `gradient(*arrays)` is hand-written: one array for each differentiated argument, the gradient of the
    sum of the output. `definition` is a formula `definition(xp, *arrays)` or a Specification; without one the
    truth is the shadow of the function itself. `budget` is in seconds for each dtype and mode. `points`, a list
    of tuples of arrays, are judged instead of the regimes, without a search.

    Raises ValueError or TypeError for what cannot be asked, and a `FrameworkError` that says what is wrong with
    a function that cannot be judged at all: it raises at every point, returns something else than one array of
    the dtype, writes its inputs, answers differently each time. Where it raises, exits or hangs at some points
    that is their verdict; what breaks a dtype off later is among the report's `errors`, and nothing judged
    before is lost. A function that kills the process (`os._exit`) kills this one.
    """
    request = Request(
        function=function,
        arguments=arguments,
        framework=framework or inferred(function),
        dtypes=several(dtypes),
        modes=several(modes),
        gradient=gradient,
        definition=definition,
        regimes=None if regimes is None else several(regimes),
        seed=seed,
        budget=budget,
        points=points,
    )
    started, clock = datetime.now(UTC), time.monotonic()
    subjects = _subjects(request)
    settings = {"seed": str(seed), "dtypes": " ".join(request.dtypes), "modes": " ".join(request.modes)}
    return Report(
        Results(
            subjects=subjects,
            environment=environment(),
            settings=settings,
            started=started.isoformat(timespec="seconds"),
            seconds=time.monotonic() - clock,
        ),
        partial(_looked_into, request),
    )


def assert_stable(function: Callable[..., Any], *arguments: Argument, fail_on: str = "major", **options: Any) -> Report:
    """`check`, and an AssertionError that explains itself where a finding is `fail_on` or worse.

    `fail_on` is "critical", "major" or "minor"; the other options are those of `check`. A check that was broken
    off, or in which nothing could be decided, fails too.
    """
    __tracebackhide__ = True  # pytest then shows the caller's line
    if fail_on not in {s.value for s in Severity}:
        raise ValueError(f"fail_on={fail_on!r}; expected one of {', '.join(s.value for s in Severity)}")
    report = check(function, *arguments, **options)
    if problem := _problem(report, Severity(fail_on)):
        raise AssertionError(f"{frameworks.label(function)}: {problem}")
    return report


def _problem(report: Report, fail_on: Severity) -> str:
    """What an AssertionError says; empty where all is well."""
    opinion = _observers[-1].judged(report, fail_on)
    if failing := explained(report.at_least(fail_on)) if opinion is None else opinion:
        return failing
    if report.errors:
        return f"the check was broken off: {shortened(report.errors[0], LONGEST)}"
    if not report.ok and not report.findings:
        why = "; ".join(report.notes) or "no component was judged"
        return f"nothing could be decided: {shortened(why, LONGEST)}"
    return ""


def explained(findings: Sequence[Finding]) -> str:
    """The first of the findings, and how many more there are; empty for none."""
    if not findings:
        return ""
    more = f"  and {plural(len(findings) - 1, 'more finding')}\n" if len(findings) > 1 else ""
    return findings[0].explanation() + more


@quiet()
def _subjects(request: Request) -> tuple[Subject, ...]:
    """One for each dtype and mode; raises only where none of them could be judged."""
    subjects: list[Subject] = []
    refusals: list[FrameworkError] = []
    for dtype in request.dtypes:
        for mode in request.modes:
            subject, refusal = _judged(request, dtype, mode)
            subjects.append(subject)
            refusals += [refusal] if refusal is not None and not subject.points else []
    if len(refusals) == len(subjects):
        raise refusals[0]
    return _blamed(request, subjects)


@quiet()
def _looked_into(request: Request, results: Results) -> Results:
    """The results, the worst findings with profiles and operations; left out where the budget is spent."""
    subjects = results.subjects
    target = _target(request)
    asked = [
        p for p in profiled.chosen(subjects, profiled.MOST_OF_A_CHECK) if not _is_spent(request, subjects[p.subject])
    ]
    known = [(place, subjects[place.subject].findings[place.finding]) for place in asked]
    found = [(p, replace(f, profile=profile_of(target, f), operations=operations_of(target, f))) for p, f in known]
    return replace(results, subjects=profiled.with_findings(subjects, found))


def _blamed(request: Request, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The subjects, their findings saying what the other dtypes and modes answer at their points."""
    target = _target(request)
    modes = dict.fromkeys((*request.modes, *target.framework.modes))
    known = {(s.dtype, s.mode): s.findings for s in subjects}
    parties = [
        Party(target=target, dtype=dtype, mode=mode, findings=known.get((dtype, mode), ()))
        for dtype in request.dtypes
        for mode in modes
    ]
    return tuple(s if _is_spent(request, s) else replace(s, findings=_answered(s, parties)) for s in subjects)


def _is_spent(request: Request, subject: Subject) -> bool:
    return request.budget is not None and subject.seconds >= request.budget


def _answered(subject: Subject, parties: Sequence[Party]) -> tuple[FindingRecord, ...]:
    """The findings of a subject, with the answers of those that differ from it in either dtype or mode."""
    own = next(p for p in parties if (p.dtype, p.mode) == (subject.dtype, subject.mode))
    return blamed(own, [p for p in parties if (p.dtype == own.dtype) != (p.mode == own.mode)])


def _judged(request: Request, dtype: str, mode: str) -> tuple[Subject, FrameworkError | None]:
    """What was judged, and what broke it off."""
    target, clock = _target(request), time.monotonic()
    seen, again, refusal = Examination(), Examination(), None
    points, observer = request.points_in(dtype), _observers[-1]
    name = observer.name(request.label)
    recorded = points_of(observer.accepted, f"{name}/{request.label}", request.framework, dtype)
    try:
        screen(target, points, dtype, mode)
        again = judge_recorded(target, recorded, dtype, mode)
        deadline = None if request.budget is None else clock + request.budget
        for state in examine(target, dtype, mode, points, deadline):
            seen = state
        effort = THOROUGH if request.points is None else AS_GIVEN
        extend(seen, target, dtype, mode, effort, seed=request.seed, deadline=deadline)
    except FrameworkError as problem:
        refusal = problem
    if request.framework == "numpy" and request.gradient is None and request.differentiated:
        seen.note(NO_GRADIENT)
    subject = summarise(
        seen,
        target,
        dtype,
        mode,
        suite=observer.suite,
        specification=name,
        implementation=request.label,
        framework=request.framework,
        claim=f"{request.label} in {request.framework}, {dtype} ({mode}), is right",
        status="clean",
        error="" if refusal is None else str(refusal),
        seconds=time.monotonic() - clock,
    )
    subject = with_recorded(subject, again, target, observer.accepted)
    return replace(subject, status=status_of(subject, subject.findings)), refusal


def _target(request: Request) -> Target:
    framework = frameworks.get(request.framework)
    return Target(
        framework=framework,
        function=request.function,
        gradient=request.gradient,
        arguments=request.arguments,
        truths=_truths(request, framework),
    )


def _truths(request: Request, framework: Framework) -> Truths:
    """The oracles in their order: definition or shadow, then the reference or finite differences."""
    if request.formula is not None:
        given = request.definition
        reference = Fallback((Reference(given),)) if isinstance(given, Specification) else None
        return Truths(DefinitionOracle(request.formula), request.arguments, reference)
    has_gradient = request.framework != "numpy" or request.gradient is not None
    return shadowed(framework, request.function, request.arguments, has_gradient=has_gradient)
