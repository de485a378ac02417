"""Scan functions named on the command line: load, propose arguments, check; each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any

from gradcheck import baseline_file, frameworks
from gradcheck.api import Observer, check, observed
from gradcheck.baseline import Baseline
from gradcheck.containment import Exited
from gradcheck.environment import environment
from gradcheck.frameworks import FrameworkError
from gradcheck.loading import NotLoaded, load
from gradcheck.processes import Died, alone
from gradcheck.proposal import Wishes, parameters_of, propose
from gradcheck.record import Results, Subject
from gradcheck.vectors import file as vectors_file
from gradcheck.vectors.stored import judge_function
from gradcheck.verdict import Severity, Verdict

# What importing, proposing and the last points may take beside the budget; without one, all of it.
SECONDS_BESIDE = 300.0
SECONDS_WITHOUT_BUDGET = 3600.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to scan; `definition` and `gradient` are `module:name` like a target, `folder` becomes importable."""

    wishes: Wishes = field(default_factory=Wishes)
    framework: str | None = None
    dtypes: tuple[str, ...] = ("float32",)
    modes: tuple[str, ...] = ("eager",)
    seed: int = 0
    budget: float | None = None
    definition: str | None = None
    gradient: str | None = None
    baseline: str | None = None  # a file; its recorded points are judged first
    vectors: str | None = None  # a file with points and their truth; its dtype has to be the one of `dtypes`
    folder: str = ""

    @property
    def seconds(self) -> float:
        """After which the process of a target is ended."""
        if self.budget is None:
            return SECONDS_WITHOUT_BUDGET
        return SECONDS_BESIDE + self.budget * len(self.dtypes) * len(self.modes)


@dataclass(frozen=True)
class Scanned:
    """What became of one target: a line for each assumption, the subjects, and what went wrong, if anything."""

    target: str
    assumptions: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    problem: str = ""

    def at_least(self, severity: Severity) -> bool:
        """Whether there is a finding of that severity or worse."""
        return any(Severity(f.severity).rank <= severity.rank for s in self.subjects for f in s.findings)


class _Run(Observer):
    """The scan that a function is part of; it is as a whole that it is held against the baseline."""

    suite = "scan"

    def __init__(self, target: str, accepted: Baseline) -> None:
        self._target, self.accepted = target, accepted

    def name(self, function: str) -> str:
        return self._target


def scan(targets: Sequence[str], options: Options) -> Iterator[Scanned]:
    """Scan one target after the other. What goes wrong with one is in its `problem`; nothing is raised."""
    for target in targets:
        found = alone(partial(scan_one, options=options), target, options.seconds)
        yield _failed(target, options, found.reason) if isinstance(found, Died) else found


def scan_one(target: str, options: Options) -> Scanned:
    """Scan a target in this process, which dies with a function that kills it."""
    if options.folder and options.folder not in sys.path:
        sys.path.insert(0, options.folder)
    try:
        return _scanned(target, options)
    except (FrameworkError, ValueError, TypeError) as problem:
        return _failed(target, options, str(problem))
    except SystemExit as end:
        return _failed(target, options, str(Exited(end.code)))


def _scanned(target: str, options: Options) -> Scanned:
    function = load(target, options.seed)
    parameters_of(function)  # what is wrong with the signature is said before anything else
    name = options.framework or framework_of(function)
    if options.vectors is not None:
        return _with_problem(Scanned(target, subjects=tuple(_held(function, target, name, options))))
    proposal = propose(function, frameworks.get(name), options.dtypes[0], options.wishes, options.modes[0])
    accepted = baseline_file.load(options.baseline) if options.baseline else Baseline()
    with observed(_Run(target, accepted)):
        report = check(
            function,
            *proposal.arguments,
            framework=name,
            dtypes=options.dtypes,
            gradient=_given(options.gradient),
            definition=_given(options.definition),
            modes=options.modes,
            seed=options.seed,
            budget=options.budget,
        )
    return _with_problem(Scanned(target, proposal.lines, report.detailed.subjects))


def _held(function: Callable[..., Any], target: str, framework: str, options: Options) -> Iterator[Subject]:
    """The function judged against test vectors, a subject for each mode."""
    assert options.vectors is not None
    vectors, gradient = vectors_file.load(options.vectors), _given(options.gradient)
    for mode in options.modes:
        yield judge_function(function, vectors, framework, mode, gradient, suite="scan", specification=target)


def framework_of(function: Callable[..., Any]) -> str:
    """What the function is written in; where it does not tell, the one of PyTorch and JAX that its module imports.

    Raises `NotLoaded` where nothing tells.
    """
    beside = vars(sys.modules.get(function.__module__, sys)).values() if hasattr(function, "__module__") else ()
    packages = {thing.__name__.partition(".")[0] for thing in beside if isinstance(thing, ModuleType)}
    imported = sorted(packages & {"torch", "jax"})
    name = frameworks.infer(function) or (imported[0] if len(imported) == 1 else None)
    if name is None:
        raise NotLoaded(
            f"cannot tell the framework of {frameworks.label(function)}; "
            f"type --framework and one of {', '.join(frameworks.NAMES)}"
        )
    return name


def _given(target: str | None) -> Callable[..., Any] | None:
    return None if target is None else load(target)


def _with_problem(scanned: Scanned) -> Scanned:
    """What broke it off, or that nothing could be decided: neither is a clean result."""
    errors = [s.error for s in scanned.subjects if s.error]
    if errors:
        return replace(scanned, problem=errors[0])
    counted = [counts for s in scanned.subjects for counts in s.counts.values()]
    if any(set(counts) - {Verdict.UNDECIDED.value} for counts in counted):
        return scanned
    notes = "; ".join(dict.fromkeys(note for s in scanned.subjects for note in s.notes))
    return replace(scanned, problem=f"nothing could be decided: {notes or 'no component was judged'}")


def _failed(target: str, options: Options, problem: str) -> Scanned:
    """With a subject for the report, which then shows what was not judged."""
    return Scanned(
        target,
        problem=problem,
        subjects=(
            Subject(
                suite="scan",
                specification=target,
                implementation=target.rpartition(":")[2],
                framework=options.framework or "unknown",
                dtype=options.dtypes[0],
                mode=options.modes[0],
                claim=f"{target} is right",
                status="failed",
                error=problem,
            ),
        ),
    )


def results_of(scanned: Sequence[Scanned], options: Sequence[Options], started: datetime) -> Results:
    """All targets as one run; `options` are those of each, or of all."""
    first = options[0]
    return Results(
        subjects=tuple(subject for each in scanned for subject in each.subjects),
        environment=environment(),
        settings={
            "targets": " ".join(each.target for each in scanned),
            "dtypes": " ".join(dict.fromkeys(dtype for each in options for dtype in each.dtypes)),
            "modes": " ".join(dict.fromkeys(mode for each in options for mode in each.modes)),
            "seed": str(first.seed),
        }
        | ({"vectors": first.vectors} if first.vectors else {})
        | ({"baseline": first.baseline} if first.baseline else {})
        | {f"{each.target}: {line.partition(':')[0]}": line for each in scanned for line in each.assumptions},
        started=started.isoformat(timespec="seconds"),
        seconds=(datetime.now(UTC) - started).total_seconds(),
    )
