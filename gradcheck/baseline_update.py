"""A baseline brought up to date: what is new is taken up, what is fixed dropped, every reason kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gradcheck.baseline import Baseline, Change, Entry, compare_with, function_of
from gradcheck.record import FindingRecord, Results, Subject
from gradcheck.verdict import Severity


@dataclass(frozen=True)
class Update:
    """A baseline brought up to date, and what changed in it."""

    baseline: Baseline
    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    removed: tuple[Entry, ...]


def updated(baseline: Baseline, results: Results, fail_on: Severity, this_platform: bool = False) -> Update:
    """Take up what is new or worse, drop what is stale; whatever else is there stays as it is, reasons included.

    With `this_platform` the general entries stay, and what differs from them is written for the platform of the
    results alone.
    """
    against = compare_with(results, baseline, fail_on)
    here = results.environment.get("platform", "") if this_platform else ""
    added: dict[tuple, Entry] = {}
    changed: dict[tuple, Entry] = {}
    gone = {_identity(e): e for e in against.stale}
    for change in (*against.new, *against.worse):
        was = change.entry
        made = _entry(change.subject, change.finding, here or (was.platform if was else ""))
        if was is None or was.verdict != made.verdict:
            added.setdefault(_identity(made), made)
        else:
            changed.setdefault(_identity(made), replace(made, reason=was.reason))
        if was is not None:
            gone[_identity(was)] = was
    for was, made in _explained_anew(against.accepted):
        changed.setdefault(_identity(made), made)
        gone[_identity(was)] = was
    removable = {key: e for key, e in gone.items() if e.platform == here or not this_platform}
    kept = {_identity(e): e for e in baseline.entries if _identity(e) not in removable}
    places = {(*e.place, e.verdict, e.platform) for e in changed.values()}
    return Update(
        Baseline(tuple(sorted((kept | added | changed).values(), key=lambda e: e.order))),
        added=tuple(added.values()),
        changed=tuple(changed.values()),
        removed=tuple(e for e in removable.values() if (*e.place, e.verdict, e.platform) not in places),
    )


def _explained_anew(accepted: Iterable[Change]) -> Iterator[tuple[Entry, Entry]]:
    """Entries, found again at their very points, of which another cause is known by now."""
    for change in accepted:
        was, cause = change.entry, change.finding.cause
        if was is not None and cause is not None and cause.kind != was.cause and change.finding.point == was.point:
            yield was, replace(was, cause=cause.kind)


def _identity(entry: Entry) -> tuple[str, ...]:
    return *entry.key, entry.platform


def _entry(subject: Subject, finding: FindingRecord, platform: str) -> Entry:
    return Entry(
        function=function_of(subject),
        framework=subject.framework,
        dtype=subject.dtype,
        mode=subject.mode,
        quantity=finding.quantity,
        argument=finding.argument_name or "",
        verdict=finding.verdict,
        severity=finding.severity,
        cause=finding.cause.kind if finding.cause else "",
        ulps=float(f"{finding.ulps:.3g}"),
        point=finding.point,
        platform=platform,
    )
