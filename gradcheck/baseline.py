"""The baseline: the findings that a project has accepted, and what a run found against it.

Red is what got worse: a finding that is not in it, one of a worse class, an error more than twice as large at the
recorded point, and an entry of which nothing is found any more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from gradcheck import dtypes
from gradcheck.dtypes import format_of
from gradcheck.expectation import status_of
from gradcheck.inputs.points import Point
from gradcheck.record import FindingRecord, Numbers, Recorded, Results, Subject
from gradcheck.verdict import Severity, class_of

REGIME = "baseline"  # of the recorded points
MUCH_WORSE = 2.0  # an error grown by more than this factor at the recorded point is another error
NO_REASON = "in the baseline; nobody has written a reason yet"
# What is said of a subject that could not be judged: its entries are neither found nor gone.
NOT_JUDGED = ("failed", "not_run")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One accepted finding, at the point at which it was recorded."""

    function: str  # specification/implementation
    framework: str
    dtype: str
    mode: str
    quantity: str
    argument: str = ""  # its name; empty for a value
    verdict: str
    severity: str
    cause: str = ""  # the kind of it, where it is known
    ulps: float
    point: tuple[Numbers, ...]
    platform: str = ""  # empty: every platform that has no entry of its own
    reason: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        return self.function, self.framework, self.dtype, self.mode, self.quantity, self.argument

    @property
    def key(self) -> tuple[str, ...]:
        """What makes a finding the same one from run to run."""
        return *self.place, self.verdict, self.cause

    @property
    def order(self) -> tuple:
        """Sorts a file: narrow dtypes before wide ones, all else by name."""
        function, framework, dtype, *rest = self.key
        width = dtypes.NAMES.index(dtype) if dtype in dtypes.NAMES else len(dtypes.NAMES)
        return function, framework, width, *rest, self.platform


@dataclass(frozen=True)
class Baseline:
    """What a project has accepted."""

    entries: tuple[Entry, ...] = ()

    def on(self, platform: str) -> tuple[Entry, ...]:
        """The entries that concern a platform: its own, and the general ones for which it has none."""
        own = {e.key for e in self.entries if e.platform == platform and platform}
        return tuple(e for e in self.entries if (e.platform == platform if e.key in own else not e.platform))


@dataclass(frozen=True)
class Change:
    """A finding beside its entry, if it has one; `why` says what makes it worse."""

    subject: Subject
    finding: FindingRecord
    entry: Entry | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Against:
    """A run held against a baseline."""

    new: tuple[Change, ...] = ()
    worse: tuple[Change, ...] = ()
    stale: tuple[Entry, ...] = ()  # nothing of it is found any more: fixed, and to be removed
    accepted: tuple[Change, ...] = ()
    unexplained: tuple[Entry, ...] = ()  # without a reason
    not_run: tuple[Entry, ...] = ()  # what they are about was not judged

    @property
    def red(self) -> bool:
        return bool(self.new or self.worse or self.stale)


def function_of(subject: Subject) -> str:
    """The name of a subject's function in a baseline."""
    return f"{subject.specification}/{subject.implementation}"


def compare_with(results: Results, baseline: Baseline, fail_on: Severity = Severity.MAJOR) -> Against:
    """Hold results against a baseline; new and worse are only findings of severity `fail_on` or worse.

    What a suite expects, with a reason of its own, is never new.
    """
    entries = baseline.on(results.environment.get("platform", ""))
    left = {e.key: e for e in entries}
    found: dict[str, list[Change]] = {"new": [], "worse": [], "accepted": []}
    judged = [s for s in results.subjects if s.status not in NOT_JUDGED]
    for subject in judged:
        there = {key: e for key, e in left.items() if key[:4] == where(subject)}
        for change in _changes(subject, there):
            if change.entry is not None:
                left.pop(change.entry.key, None)
            if kind := _kind(change, fail_on):
                found[kind].append(change)
        left = {key: e for key, e in left.items() if not (key in there and _is_still_there(subject, e))}
    places = {where(s) for s in judged}
    return Against(
        new=_worst_first(found["new"]),
        worse=_worst_first(found["worse"]),
        accepted=_worst_first(found["accepted"]),
        stale=tuple(e for e in left.values() if e.key[:4] in places),
        not_run=tuple(e for e in left.values() if e.key[:4] not in places),
        unexplained=tuple(e for e in entries if not e.reason.strip()),
    )


def where(subject: Subject) -> tuple[str, ...]:
    """What the entries of a subject have in common: the first words of their keys."""
    return function_of(subject), subject.framework, subject.dtype, subject.mode


def _kind(change: Change, fail_on: Severity) -> str:
    """`new`, `worse` or `accepted`; empty for what nobody has to accept."""
    mild = [s.value for s in Severity if s.rank > fail_on.rank]
    counts = not change.finding.known and change.finding.severity not in mild
    if change.entry is None:
        return "new" if counts else ""
    return "worse" if change.why and counts else "accepted"


def _worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: class_of(c.finding.severity, c.finding.verdict)))


def _changes(subject: Subject, entries: dict[tuple[str, ...], Entry]) -> Iterator[Change]:
    """Each finding with its entry, or with one at the same place that it has replaced for the worse."""
    matches = [_match(subject, f, entries) for f in subject.findings]
    gone = [e for e in entries.values() if e not in matches and not _is_still_there(subject, e)]
    for finding, entry in zip(subject.findings, matches, strict=True):
        if entry is not None:
            yield Change(subject, finding, entry, _grown(subject, finding, entry))
        else:
            here = place(subject, finding)
            lesser = [e for e in gone if e.place == here and _is_worse(finding, e) and not finding.known]
            replaced = min(lesser, key=lambda e: class_of(e.severity, e.verdict), default=None)
            yield Change(subject, finding, replaced, f"{finding.verdict}, was {replaced.verdict}" if replaced else "")


def _match(subject: Subject, finding: FindingRecord, entries: dict[tuple[str, ...], Entry]) -> Entry | None:
    """The entry of a finding: the same verdict at the same place, by the same cause or at the same point.

    A cause that is not known is that of any.
    """
    same, cause = (*place(subject, finding), finding.verdict), finding.cause.kind if finding.cause else ""
    if (*same, cause) in entries:
        return entries[*same, cause]
    alike = (e for key, e in entries.items() if key[:-1] == same)
    return next((e for e in alike if e.point == finding.point or not (cause and e.cause)), None)


def _is_still_there(subject: Subject, entry: Entry) -> bool:
    """Whether the recorded point still shows the verdict of an entry, by whatever cause."""
    there = (r for r in subject.recorded if r.point == entry.point)
    return any((*place(subject, r), r.verdict) == (*entry.place, entry.verdict) for r in there)


def place(subject: Subject, finding: FindingRecord | Recorded) -> tuple[str, ...]:
    """Where a finding is, as `Entry.place` has it."""
    return *where(subject), finding.quantity, finding.argument_name or ""


def _is_worse(finding: FindingRecord, entry: Entry) -> bool:
    return class_of(finding.severity, finding.verdict) < class_of(entry.severity, entry.verdict)


def _grown(subject: Subject, finding: FindingRecord, entry: Entry) -> str:
    """What is worse about a finding than its entry says; empty where nothing is."""
    if _is_worse(finding, entry):
        return f"{finding.severity}, was {entry.severity}"
    measured: tuple[FindingRecord | Recorded, ...] = (*subject.recorded, finding)
    for there in measured:
        if there.verdict == entry.verdict and place(subject, there) == entry.place and there.point == entry.point:
            if there.ulps > MUCH_WORSE * entry.ulps:
                return (
                    f"{there.ulps:.3g} ulps at the recorded point, was {entry.ulps:.3g}{_times(there.ulps, entry.ulps)}"
                )
            break
    return ""


def _times(now: float, before: float) -> str:
    """How much larger an error is, where there is a number for it."""
    factor = now / before if before and math.isfinite(now) else math.inf
    number = f"{factor:,.0f}" if 10 <= factor < 1e6 else f"{factor:.3g}"
    return f", {number} times as far off" if math.isfinite(factor) else ""


def explained(results: Results, against: Against) -> Results:
    """The results with the reason of the baseline on every finding that it accepts, for the reports."""
    reasons = {id(c.finding): c.entry.reason.strip() or NO_REASON for c in against.accepted if c.entry}

    def one(subject: Subject) -> Subject:
        findings = tuple(replace(f, known=f.known or reasons.get(id(f), "")) for f in subject.findings)
        if findings == subject.findings:
            return subject
        return replace(subject, findings=findings, status=status_of(subject, findings, subject.missing))

    return replace(results, subjects=tuple(map(one, results.subjects)))


def points_of(baseline: Baseline, function: str, framework: str, dtype: str) -> list[Point]:
    """The recorded points of a function in a dtype, on whatever platform and in whatever mode; each once."""
    recorded = (e.point for e in baseline.entries if (e.function, e.framework, e.dtype) == (function, framework, dtype))
    return [Point(REGIME, tuple(map(_array, point))) for point in dict.fromkeys(recorded)]


def _array(values: Numbers) -> np.ndarray:
    with np.errstate(over="ignore"):
        flat = np.array([float(v) for v in values.values]).astype(format_of(values.dtype).numpy)
    return flat.reshape(values.shape)
