"""What a check finds of the known bugs, and what the frameworks' own checkers find."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from gradcheck import api
from gradcheck.inputs import points
from gradcheck.report import Finding, Report
from gradcheck.suites.known_bugs import rivals
from gradcheck.suites.known_bugs.case import Case, KnownBug
from gradcheck.verdict import Severity, Verdict

TYPICAL_POINTS = 4  # at which a rival is asked
_NOT_FINITE = frozenset({Verdict.SPURIOUS_NAN, Verdict.SPURIOUS_INF})
_OFF = frozenset({Verdict.SPURIOUS_ZERO, Verdict.WRONG, Verdict.INACCURATE})
# What a failure may come back as: whether NaN or infinity, and how far off an answer is, depends on the point.
ALIKE: dict[Verdict, frozenset[Verdict]] = {
    **dict.fromkeys(_NOT_FINITE, _NOT_FINITE),
    **dict.fromkeys(_OFF, _OFF),
}


@dataclass(frozen=True)
class Measured:
    """What came of one case: `right` is a bug found, or a control on which nothing critical or major was reported.

    `typical` and `triggered`: whether the framework's own checker finds the bug at typical points, and when told
    the trigger; None for a control, and where the framework has no checker. `error`: why there is no answer.
    """

    id: str
    right: bool
    shown: tuple[str, ...]
    wall_seconds: float
    cpu_seconds: float
    typical: bool | None = None
    triggered: bool | None = None
    error: str = ""


def check(case: Case) -> Report:
    """The check of a case with default settings, which are not told the trigger."""
    return api.check(
        case.make(), *case.arguments, framework=case.framework, dtypes=(case.dtype,), definition=case.definition
    )


def found(bug: KnownBug, findings: Iterable[Finding]) -> bool:
    """Whether a finding of any severity is of the right kind, in the right quantity."""
    return any(f.quantity == bug.quantity and f.verdict in ALIKE[bug.failure] for f in findings)


def serious(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The critical and major ones, false alarms on a control."""
    return tuple(f for f in findings if f.severity.rank <= Severity.MAJOR.rank)


def measure(case: Case, with_rivals: bool = True) -> Measured:
    """Check a case; and, for a known bug, ask the framework's own checker. Never raises: see `Measured.error`."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        findings, error = check(case).findings, ""
    except Exception as problem:
        findings, error = (), f"{type(problem).__name__}: {problem}"
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not isinstance(case, KnownBug):
        alarms = serious(findings)
        return Measured(case.id, not alarms and not error, tuple(map(repr, alarms)), wall, cpu, error=error)
    answers = _of_rival(case) if with_rivals and not error else (None, None)
    right = found(case, findings)
    return Measured(case.id, right, tuple(map(repr, findings)), wall, cpu, *answers, error=error)


def _of_rival(bug: KnownBug) -> tuple[bool | None, bool | None]:
    if bug.framework not in rivals.RIVALS:
        return None, None
    typical = points.typical(bug.arguments, bug.dtype, seed=0, count=TYPICAL_POINTS)
    return rivals.finds(bug, [p.arrays for p in typical]), rivals.finds(bug, [bug.point])


@dataclass(frozen=True)
class Summary:
    """The counts of a benchmark."""

    bugs: tuple[Measured, ...]
    controls: tuple[Measured, ...]

    @cached_property
    def found(self) -> int:
        return sum(m.right for m in self.bugs)

    @cached_property
    def false_alarms(self) -> int:
        return sum(not m.right for m in self.controls)

    @property
    def perfect(self) -> bool:
        return self.found == len(self.bugs) and not self.false_alarms

    def rival(self, answer: Callable[[Measured], bool | None]) -> tuple[int, int]:
        """How many bugs the frameworks' checkers find, of how many they were asked about."""
        answers = [answer(m) for m in self.bugs if answer(m) is not None]
        return sum(map(bool, answers)), len(answers)
