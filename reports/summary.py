"""What every report says first: is the run clean, what is new, what is worst."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gradcheck import dtypes, frameworks, ordinary
from gradcheck.baseline import Against
from gradcheck.record import ClaimRecord, FindingRecord, PropertyRecord, Results, Subject
from gradcheck.reports import letters
from gradcheck.reports.text import plural
from gradcheck.verdict import Severity

# The statuses of a subject that turn a run red.
RED = ("failed", "missing", "unexpected")
_SEVERITIES = tuple(s.value for s in Severity)


@dataclass(frozen=True)
class Located:
    """A finding with the subject it was found on."""

    subject: Subject
    finding: FindingRecord

    @property
    def standing(self) -> str:
        """`expected` where the suite knows it; else `minor`, which never turns a run red, or `new`."""
        if self.finding.known:
            return "expected"
        return "minor" if self.finding.severity == Severity.MINOR else "new"

    @property
    def severity(self) -> int:
        """0 for the most severe, rising; a word of a later version comes last."""
        word = self.finding.severity
        return _SEVERITIES.index(word) if word in _SEVERITIES else len(_SEVERITIES)

    @property
    def order(self) -> tuple:
        """Sorts the most severe first, of these the ordinary ones before those at the edge of a format, then the worst
        first, and of equally bad ones the simplest point first."""
        f, s = self.finding, self.subject
        distance = math.inf if math.isnan(f.ulps) else f.ulps
        size = sum(len(argument.values) for argument in f.point)
        # A wide format has less of an excuse than a narrow one.
        precision = dtypes.FORMATS[s.dtype].precision if s.dtype in dtypes.FORMATS else 0
        place = (s.suite, s.specification, s.implementation, frameworks.rank(s.framework), s.mode, f.quantity, f.index)
        return self.severity, ordinary.strangeness(f), letters.rank(f.verdict), -distance, -precision, size, place


@dataclass(frozen=True)
class Summary:
    """The counts of one run, and its findings, worst first."""

    results: Results
    against: Against | None = None

    @cached_property
    def findings(self) -> tuple[Located, ...]:
        found = (Located(s, f) for s in self.results.subjects for f in s.findings)
        return tuple(sorted(found, key=lambda located: located.order))

    def standing(self, name: str) -> tuple[Located, ...]:
        """The findings of one standing: `new`, `expected` or `minor`."""
        return tuple(located for located in self.findings if located.standing == name)

    def of_suite(self, suite: str) -> Summary:
        """The same of one suite."""
        of = self.results
        return Summary(
            replace(
                of,
                subjects=tuple(s for s in of.subjects if s.suite == suite),
                claims=tuple(c for c in of.claims if c.suite == suite),
                properties=tuple(p for p in of.properties if p.suite == suite),
            )
        )

    def with_status(self, *statuses: str) -> tuple[Subject, ...]:
        return tuple(s for s in self.results.subjects if s.status in statuses)

    @property
    def missing(self) -> tuple[tuple[Subject, str], ...]:
        """Each expected finding that was not found, with its subject."""
        return tuple((s, name) for s in self.results.subjects for name in s.missing)

    @cached_property
    def statuses(self) -> Counter[str]:
        return Counter(s.status for s in self.results.subjects)

    @cached_property
    def components(self) -> dict[str, Counter[str]]:
        """Quantity -> verdict -> components, over all subjects."""
        totals: dict[str, Counter[str]] = {"value": Counter(), "gradient": Counter()}
        for subject in self.results.subjects:
            for quantity, counts in subject.counts.items():
                totals.setdefault(quantity, Counter()).update(counts)
        return totals

    def kinds(self) -> Counter[str]:
        """Components that `pass`, `fail` or are `undecided`."""
        total: Counter[str] = Counter()
        for counts in self.components.values():
            for verdict, count in counts.items():
                total[letters.kind(verdict)] += count
        return total

    @property
    def broken_claims(self) -> tuple[ClaimRecord, ...]:
        return tuple(c for c in self.results.claims if not c.holds)

    @property
    def broken_properties(self) -> tuple[PropertyRecord, ...]:
        """Properties that do not come out as the suite expects."""
        return tuple(p for p in self.results.properties if p.holds != p.expected)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What turns the run red, counted in words; nothing for a clean one."""
        counted: Iterable[tuple[int, str]] = (
            (len(self.standing("new")), "unexpected finding"),
            (len(self.against.stale) if self.against else 0, "stale baseline entry"),
            (len(self.missing), "missing expected finding"),
            (len(self.with_status("failed")), "failed subject"),
            (len(self.broken_claims), "claim not held"),
            (len(self.broken_properties), "property not as expected"),
        )
        found = tuple(_phrase(count, noun) for count, noun in counted if count)
        # A subject may be marked red for a reason that none of the counts above shows.
        return found or tuple(plural(n, f"{status} subject") for status in RED if (n := self.statuses[status]))

    @property
    def clean(self) -> bool:
        return not self.troubles

    @property
    def headline(self) -> str:
        return "Clean: nothing unexpected, nothing missing." if self.clean else ", ".join(self.troubles) + "."


_PLURALS = {
    "claim not held": "claims not held",
    "property not as expected": "properties not as expected",
    "stale baseline entry": "stale baseline entries",
}


def _phrase(count: int, noun: str) -> str:
    if count > 1 and noun in _PLURALS:
        return f"{count:,} {_PLURALS[noun]}"
    return plural(count, noun)


def name(subject: Subject) -> str:
    """`squared-norm/direct torch float32 eager`: a subject in one line."""
    return f"{subject.specification}/{subject.implementation} {subject.framework} {subject.dtype} {subject.mode}"


def component(finding: FindingRecord) -> str:
    """`value[0]`, `gradient of x[1, 2]`: the component a finding is about."""
    index = f"[{', '.join(map(str, finding.index))}]" if finding.index else ""
    if finding.quantity == "value":
        return f"value{index}"
    argument = finding.argument_name or ("" if finding.argument is None else f"argument {finding.argument + 1}")
    return f"{finding.quantity} of {argument}{index}" if argument else f"{finding.quantity}{index}"
