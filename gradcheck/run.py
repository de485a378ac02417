"""Run suites: every implementation in every dtype and mode, every claim and property, in processes."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata

from joblib import Parallel, delayed

from gradcheck import dtypes, frameworks
from gradcheck.frameworks.errors import FrameworkError, NotInstalled
from gradcheck.inputs import points
from gradcheck.judging import ShapeError, target_of
from gradcheck.properties import judge_definition
from gradcheck.record import ClaimRecord, FindingRecord, PropertyRecord, Results, Subject
from gradcheck.specification import Implementation, Suite
from gradcheck.subject import Examination, examine, summarise
from gradcheck.verdict import Severity, Verdict

# What the results depend on; their versions are part of them.
PACKAGES = ("gradcheck", "numpy", "python-flint", "torch", "jax", "jaxlib", "ml_dtypes", "hypothesis")

Load = Callable[[str], Suite]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to run. None: everything there is (modes: the framework's default ones)."""

    suites: tuple[str, ...]
    frameworks: tuple[str, ...] | None = None
    dtypes: tuple[str, ...] | None = None
    modes: tuple[str, ...] | None = None
    seed: int = 0
    jobs: int = 2


@dataclass(frozen=True)
class Task:
    """A piece of work for one process: a specification in one dtype, or the claims of a suite."""

    suite: str
    specification: str | None = None
    dtype: str | None = None

    @property
    def label(self) -> str:
        return f"{self.specification} {self.dtype}" if self.specification else f"{self.suite}: claims"


Outcome = Subject | ClaimRecord | PropertyRecord


def run(settings: Settings, load: Load, on_done: Callable[[str, int, int], None] | None = None) -> Results:
    """Run the suites that `load` gives by name. `on_done(label, done, total)` is called after each task.

    Raises ValueError for an unknown dtype, framework or mode; what is wrong with one subject is its record.
    """
    _validate(settings)
    started, clock = datetime.now(UTC), time.monotonic()
    tasks = [task for name in settings.suites for task in _tasks(load(name), settings)]
    outcomes: list[Outcome] = []
    work = Parallel(n_jobs=settings.jobs, return_as="generator")
    for done, (task, found) in enumerate(
        zip(tasks, work(delayed(perform)(t, settings, load) for t in tasks), strict=True), 1
    ):
        outcomes.extend(found)
        if on_done:
            on_done(task.label, done, len(tasks))
    return Results(
        subjects=_of(Subject, outcomes),
        claims=_of(ClaimRecord, outcomes),
        properties=_of(PropertyRecord, outcomes),
        environment=environment(),
        settings=_described(settings),
        started=started.isoformat(timespec="seconds"),
        seconds=time.monotonic() - clock,
    )


def _of(kind: type, outcomes: Sequence[Outcome]) -> tuple:
    return tuple(o for o in outcomes if isinstance(o, kind))


def _validate(settings: Settings) -> None:
    for dtype in settings.dtypes or ():
        dtypes.format_of(dtype)
    for name in settings.frameworks or ():
        frameworks.get(name)


def _described(settings: Settings) -> dict[str, str]:
    show = lambda chosen: "default" if chosen is None else " ".join(chosen)  # noqa: E731
    return {
        "suites": " ".join(settings.suites),
        "frameworks": show(settings.frameworks),
        "dtypes": show(settings.dtypes),
        "modes": show(settings.modes),
        "seed": str(settings.seed),
    }


def environment() -> dict[str, str]:
    """Versions of what the results depend on, and the platform."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return {**versions, "python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}


def _tasks(suite: Suite, settings: Settings) -> Iterator[Task]:
    chosen = [i for i in suite.implementations if not settings.frameworks or i.framework in settings.frameworks]
    for specification in dict.fromkeys(i.specification.name for i in chosen):
        for dtype in settings.dtypes or dtypes.NAMES:
            yield Task(suite.name, specification, dtype)
    if suite.claims or any(i.specification.properties for i in chosen):
        yield Task(suite.name)


def perform(task: Task, settings: Settings, load: Load) -> list[Outcome]:
    """Everything of one task; nothing that fails takes the rest down."""
    suite = load(task.suite)
    if task.specification is None or task.dtype is None:
        return [*_claims(suite, settings), *_properties(suite)]
    chosen = [
        i
        for i in suite.implementations
        if i.specification.name == task.specification
        and (not settings.frameworks or i.framework in settings.frameworks)
    ]
    return [
        judge_subject(suite.name, i, task.dtype, mode, settings.seed)
        for i in chosen
        for mode in modes_of(i, settings.modes)
    ]


def modes_of(implementation: Implementation, wanted: Sequence[str] | None) -> tuple[str, ...]:
    framework = frameworks.get(implementation.framework)
    able = implementation.modes or framework.modes
    if wanted is None:
        return able
    return tuple(m for m in wanted if m in (implementation.modes or framework.all_modes))


def judge_subject(suite: str, implementation: Implementation, dtype: str, mode: str, seed: int = 0) -> Subject:
    """Judge one implementation in one dtype and mode; always returns a record, whatever happens."""
    about = {
        "suite": suite,
        "specification": implementation.specification.name,
        "implementation": implementation.name,
        "framework": implementation.framework,
        "claim": claim_of(implementation, dtype, mode),
    }
    if dtype not in implementation.dtypes:
        return Subject(**about, dtype=dtype, mode=mode, status="not_run", error=f"{dtype} is not supported")
    clock = time.monotonic()
    seen = Examination()
    try:
        target = target_of(implementation)
        drawn = points.make(target.arguments, dtype, seed)
        target.framework.check_callable(target.function, drawn[0].arrays, dtype, mode)
        for state in examine(target, dtype, mode, drawn):
            seen = state
        error = ""
    except NotInstalled as missing:
        return Subject(**about, dtype=dtype, mode=mode, status="not_run", error=str(missing))
    except (FrameworkError, ShapeError) as problem:
        error = str(problem)
    except Exception as problem:
        error = f"{_described_problem(problem)}; this is a defect of gradcheck, please report it"
    if not seen.points and error:
        return Subject(**about, dtype=dtype, mode=mode, status="failed", error=error)
    subject = summarise(
        seen, target, dtype, mode, status="clean", error=error, seconds=time.monotonic() - clock, **about
    )
    return assess(subject, implementation)


def _described_problem(problem: BaseException) -> str:
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__}: {problem} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"


def claim_of(implementation: Implementation, dtype: str, mode: str) -> str:
    """What a test of the subject states."""
    known = expected_of(implementation, dtype, mode)
    wrong = ", ".join(dict.fromkeys(f"{e.quantity} {e.verdict}" for e in known if e.required))
    outcome = f"is known to have {wrong}" if wrong else "is right"
    return f"{implementation.label} in {dtype} ({mode}) {outcome}"


def expected_of(implementation: Implementation, dtype: str, mode: str) -> list:
    return [e for e in implementation.expected if dtype in e.dtypes and (e.modes is None or mode in e.modes)]


def assess(subject: Subject, implementation: Implementation) -> Subject:
    """The status of a judged subject: what it was expected to show, what nobody expected."""
    expected = expected_of(implementation, subject.dtype, subject.mode)
    reasons = {(e.verdict.value, e.quantity): e.reason or "expected by the suite" for e in expected}
    findings = tuple(replace(f, known=reasons.get((f.verdict, f.quantity), "")) for f in subject.findings)
    found = {(f.verdict, f.quantity) for f in findings}
    missing = tuple(
        f"{e.quantity} {e.verdict}: {e.reason}"
        for e in expected
        if e.required and (e.verdict.value, e.quantity) not in found
    )
    status = _status(subject, findings, missing)
    return replace(subject, findings=findings, missing=missing, status=status)


def _status(subject: Subject, findings: Sequence[FindingRecord], missing: Sequence[str]) -> str:
    if subject.error:
        return "failed"
    if missing:
        return "missing"
    if any(not f.known and f.severity != Severity.MINOR.value for f in findings):
        return "unexpected"
    if any(counts.get(Verdict.UNDECIDED.value) for counts in subject.counts.values()):
        return "undecided"
    return "expected" if findings else "clean"


def _claims(suite: Suite, settings: Settings) -> Iterator[ClaimRecord]:
    for claim in suite.claims:
        wanted = settings.frameworks is None or set(claim.frameworks) & {*settings.frameworks, "numpy"}
        if not wanted or not all(frameworks.get(f).available() for f in claim.frameworks):
            continue
        try:
            shown = claim.show()
            yield ClaimRecord(
                suite=suite.name, name=claim.name, text=claim.text, holds=shown.holds, evidence=shown.evidence
            )
        except Exception as problem:
            error = _described_problem(problem)
            yield ClaimRecord(suite=suite.name, name=claim.name, text=claim.text, holds=False, error=error)


def _properties(suite: Suite) -> Iterator[PropertyRecord]:
    for specification in dict.fromkeys(i.specification for i in suite.implementations):
        yield from judge_definition(specification, suite.name)
