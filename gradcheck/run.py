"""Run suites: every implementation in every dtype and mode, every claim and property, in processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from gradcheck import baseline_file, drawing, dtypes, frameworks, profiled
from gradcheck.baseline import Baseline
from gradcheck.containment import quiet
from gradcheck.demonstration import claims, properties
from gradcheck.environment import environment
from gradcheck.explain import blame
from gradcheck.explain.operations import operations_of
from gradcheck.judging import target_of
from gradcheck.picture import PictureRecord
from gradcheck.processes import Died, alone, in_processes
from gradcheck.profile import profile_of
from gradcheck.record import ClaimRecord, FindingRecord, PropertyRecord, Results, Subject
from gradcheck.refinement import SimplePoints
from gradcheck.search import GLANCE, QUICK, Effort
from gradcheck.specification import Implementation, Suite
from gradcheck.subject_judgement import about_subject, judge_subject, modes_of

Load = Callable[[str], Suite]
Outcome = Subject | ClaimRecord | PropertyRecord | PictureRecord
QUICK_DTYPES = ("float32",)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to run. None: everything there is (modes: the framework's default ones).

    `quick` is a first look: where nothing else is asked for, float32 alone, and of the default modes the last one,
    which is the compiled one where there is one; one point of each regime, and findings hardly simplified.
    """

    suites: tuple[str, ...]
    frameworks: tuple[str, ...] | None = None
    dtypes: tuple[str, ...] | None = None
    modes: tuple[str, ...] | None = None
    seed: int = 0
    jobs: int = 2
    quick: bool = False
    baseline: Path | None = None  # its recorded points are run first

    def effort(self, dtype: str) -> Effort:
        """What depends little on the dtype is asked once for a function, in the widest of those that are judged."""
        if self.quick:
            return GLANCE
        widest = [name for name in dtypes.NAMES if name in (self.dtypes or dtypes.NAMES)][-1]
        return QUICK if dtype == widest else replace(QUICK, forced=0, second_opinion=False)

    def described(self) -> dict[str, str]:
        """As a report shows them; what changes no result (the number of processes) is left out."""
        chosen = {"frameworks": self.frameworks, "dtypes": self.dtypes, "modes": self.modes}
        default = "quick" if self.quick else "default"
        words = {name: default if some is None else " ".join(some) for name, some in chosen.items()}
        recorded = {"baseline": str(self.baseline)} if self.baseline else {}
        return {"suites": " ".join(self.suites), **words, "seed": str(self.seed), **recorded}

    def accepted(self) -> Baseline:
        """What the baseline holds; nothing where there is none. Raises ValueError for a file that is no baseline."""
        return baseline_file.load(self.baseline) if self.baseline else Baseline()


@dataclass(frozen=True)
class Task:
    """A piece of work for one process: a specification in one dtype, or the claims of a suite."""

    suite: str
    specification: str | None = None
    dtype: str | None = None
    only: tuple[str, str] | None = None  # label and mode of one implementation

    @property
    def label(self) -> str:
        return f"{self.specification} {self.dtype}" if self.specification else f"{self.suite}: claims"


@dataclass
class _Collected:
    """What came back so far, so that an interrupted run keeps it."""

    outcomes: list[Outcome] = field(default_factory=list)
    done: int = 0

    def of(self, kind: type) -> tuple[Any, ...]:
        return tuple(o for o in self.outcomes if isinstance(o, kind))


def run(settings: Settings, load: Load, on_done: Callable[[str, int, int], None] | None = None) -> Results:
    """Run the suites that `load` gives by name. `on_done(label, done, total)` is called after each task.

    Raises what `validate` raises; what is wrong with one subject is in its record. After an interrupt the results
    hold what was done until then, and their settings say so under `interrupted`.
    """
    validate(settings, load)
    started, clock = datetime.now(UTC), time.monotonic()
    tasks = [task for name in settings.suites for task in _tasks(load(name), settings)]
    described, collected = settings.described(), _Collected()
    try:
        for task, found in _performed(tasks, settings, load):
            collected.outcomes.extend(found)
            collected.done += 1
            if on_done:
                on_done(task.label, collected.done, len(tasks))
        if not settings.quick:
            collected.outcomes = _profiled(collected, settings, load)
    except KeyboardInterrupt:
        described["interrupted"] = f"after {collected.done} of {len(tasks)} tasks"
    return Results(
        subjects=collected.of(Subject),
        claims=collected.of(ClaimRecord),
        properties=collected.of(PropertyRecord),
        pictures=collected.of(PictureRecord),
        environment=environment(library for name in settings.suites if (library := load(name).library)),
        settings=described,
        started=started.isoformat(timespec="seconds"),
        seconds=time.monotonic() - clock,
    )


def validate(settings: Settings, load: Load) -> None:
    """ValueError for a suite, framework, dtype or mode that does not exist, and where nothing is left to run.

    So it is for a baseline that cannot be read.

    `NotInstalled` for a framework that was asked for by name and cannot be imported.
    """
    settings.accepted()
    for dtype in settings.dtypes or ():
        dtypes.format_of(dtype)
    chosen = [frameworks.get(name) for name in settings.frameworks or frameworks.NAMES]
    for framework in chosen if settings.frameworks else ():
        framework.library  # noqa: B018  imports it
    known = sorted({mode for framework in chosen for mode in framework.all_modes})
    for mode in settings.modes or ():
        if mode not in known:
            where = f" of {', '.join(settings.frameworks)}" if settings.frameworks else ""
            raise ValueError(f"unknown mode {mode!r}{where}; expected one of {', '.join(known)}")
    for name in settings.suites:
        if not any(_chosen(load(name), settings)) and (settings.frameworks or settings.modes):
            raise ValueError(
                f"nothing to run in the suite {name!r} with frameworks: {settings.described()['frameworks']}, "
                f"modes: {settings.described()['modes']}; leave out --framework or --mode, or the suite"
            )


def _chosen(suite: Suite, settings: Settings) -> Iterator[tuple[Implementation, str]]:
    """The implementations and modes that the settings ask for."""
    for implementation in suite.implementations:
        if not settings.frameworks or implementation.framework in settings.frameworks:
            yield from ((implementation, mode) for mode in _modes(implementation, settings))


def _modes(implementation: Implementation, settings: Settings) -> tuple[str, ...]:
    found = modes_of(implementation, settings.modes)
    return found[-1:] if settings.quick and settings.modes is None else found


def _tasks(suite: Suite, settings: Settings) -> Iterator[Task]:
    """The claims of a suite first: one long task at the end would keep the other processes waiting."""
    chosen = [implementation for implementation, _ in _chosen(suite, settings)]
    if suite.claims or suite.pictures or any(i.specification.properties for i in chosen):
        yield Task(suite.name)
    for specification in dict.fromkeys(i.specification.name for i in chosen):
        for dtype in settings.dtypes or (QUICK_DTYPES if settings.quick else dtypes.NAMES):
            yield Task(suite.name, specification, dtype)


def _performed(tasks: Sequence[Task], settings: Settings, load: Load) -> Iterator[tuple[Task, list[Outcome]]]:
    work = partial(perform, settings=settings, load=load)
    for task, found in zip(tasks, in_processes(work, tasks, settings.jobs), strict=True):
        yield task, list(_after_death(task, found, settings, load)) if isinstance(found, Died) else found


def _after_death(task: Task, died: Died, settings: Settings, load: Load) -> Iterator[Outcome]:
    """The outcomes of a task whose process died, each of its subjects in a process of its own."""
    suite = load(task.suite)
    if task.dtype is None:
        for claim in suite.claims:
            yield ClaimRecord(suite=suite.name, name=claim.name, text=claim.text, holds=False, error=died.reason)
        for picture in suite.pictures:
            yield PictureRecord(suite=suite.name, name=picture.name, title=picture.title, error=died.reason)
        return
    for implementation, mode in _chosen(suite, settings):
        if implementation.specification.name == task.specification:
            single = replace(task, only=(implementation.label, mode))
            found = alone(partial(perform, settings=settings, load=load), single)
            about = about_subject(suite.name, implementation, task.dtype, mode)
            lost = Subject(**about, status="failed", error=died.reason)
            yield from [lost] if isinstance(found, Died) else found


@quiet()
def perform(task: Task, settings: Settings, load: Load) -> list[Outcome]:
    """Everything of one task; nothing that fails takes the rest down."""
    suite = load(task.suite)
    if task.dtype is None:
        return [*claims(suite, settings.frameworks), *properties(suite), *drawing.pictures(suite, settings.frameworks)]
    simple: SimplePoints = {}
    accepted = settings.accepted()
    effort = settings.effort(task.dtype)
    judged = [
        (i, judge_subject(suite.name, i, task.dtype, mode, settings.seed, simple, accepted, effort))
        for i, mode in _chosen(suite, settings)
        if i.specification.name == task.specification and task.only in (None, (i.label, mode))
    ]
    return [*blame.among(judged)]


def _profiled(collected: _Collected, settings: Settings, load: Load) -> list[Outcome]:
    """The outcomes, the worst findings of the subjects with their profiles and operations."""
    subjects: tuple[Subject, ...] = collected.of(Subject)
    judges_library = any(load(name).library for name in settings.suites)
    places = profiled.chosen(subjects, profiled.MOST_OF_A_LIBRARY if judges_library else profiled.MOST)
    asked = [(subjects[place.subject], subjects[place.subject].findings[place.finding]) for place in places]
    looked_into = in_processes(partial(_look_into, load=load), asked, settings.jobs)
    found = [(p, f) for p, f in zip(places, looked_into, strict=True) if isinstance(f, FindingRecord)]
    return [*profiled.with_findings(subjects, found), *(o for o in collected.outcomes if not isinstance(o, Subject))]


@quiet()
def _look_into(asked: tuple[Subject, FindingRecord], load: Load) -> FindingRecord:
    subject, finding = asked
    sought = subject.specification, subject.implementation, subject.framework
    alike = [i for i in load(subject.suite).implementations if (i.specification.name, i.name, i.framework) == sought]
    if not alike:
        return finding
    target = target_of(alike[0])
    return replace(finding, profile=profile_of(target, finding), operations=operations_of(target, finding))
