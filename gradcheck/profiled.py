"""Which findings of a run are looked into further: with a profile and their operations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from gradcheck import frameworks
from gradcheck.dtypes import FORMATS
from gradcheck.ordinary import strangeness
from gradcheck.record import FindingRecord, Subject
from gradcheck.verdict import Severity, Verdict, class_of

MOST = 36  # of a run
MOST_OF_A_LIBRARY = 12  # of a suite with hundreds of functions, which takes long enough
MOST_OF_A_CHECK = 8
# Compiling to machine code takes seconds, and a function that hangs is not asked again.
LEFT_OUT_MODES = ("compile",)


@dataclass(frozen=True)
class Place:
    """Of a finding: the number of its subject, and its own there."""

    subject: int
    finding: int


def chosen(subjects: Sequence[Subject], most: int = MOST) -> list[Place]:
    """At most `most` critical or major findings: the worst of each implementation, then their second ones, and so on.

    Of what a report shows as one group it is the first. What nobody expects goes before what is known.
    """
    groups: dict[tuple, list[tuple[tuple, Place]]] = {}
    for number, subject in enumerate(subjects):
        for position, finding in enumerate(subject.findings):
            if _is_wanted(finding):
                order = _order(subject, finding)
                groups.setdefault(_group(subject, finding), []).append((order, Place(number, position)))
    turns: Counter[tuple] = Counter()
    ranked = []
    for group, (order, place) in sorted(((g, min(f, key=itemgetter(0))) for g, f in groups.items()), key=itemgetter(1)):
        ranked.append((group[0], turns[group[:4]], order, place))
        turns[group[:4]] += 1
    return [place for *_, place in sorted(ranked, key=itemgetter(0, 1, 2))[:most]]


def _is_wanted(finding: FindingRecord) -> bool:
    return (
        finding.severity != Severity.MINOR
        and finding.verdict != Verdict.TIMED_OUT
        and finding.mode not in LEFT_OUT_MODES
    )


def _group(s: Subject, f: FindingRecord) -> tuple:
    """What the report shows as one: see `gradcheck.reports.groups`."""
    return bool(f.known), s.suite, s.specification, s.implementation, f.quantity, f.verdict


def _order(s: Subject, f: FindingRecord) -> tuple:
    """Sorts as the report does, by `gradcheck.reports.summary.Located.order`."""
    size = sum(len(argument.values) for argument in f.point)
    place = (s.suite, s.specification, s.implementation, frameworks.rank(s.framework), s.mode, f.quantity, f.index)
    distance = math.inf if math.isnan(f.ulps) else f.ulps
    severity, verdict = class_of(f.severity, f.verdict)
    return severity, strangeness(f), verdict, -distance, -FORMATS[s.dtype].precision, size, place


def with_findings(subjects: Sequence[Subject], found: Iterable[tuple[Place, FindingRecord]]) -> tuple[Subject, ...]:
    """The subjects, with other findings at some places."""
    result = list(subjects)
    for place, finding in found:
        subject = result[place.subject]
        findings = list(subject.findings)
        findings[place.finding] = finding
        result[place.subject] = replace(subject, findings=tuple(findings))
    return tuple(result)
