"""Markdown of at most 60 lines, for the summary of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gradcheck.baseline import Against
from gradcheck.record import STATUSES, FindingRecord, Results
from gradcheck.reports import groups, numbers, text, why
from gradcheck.reports.against import TITLE, headline, sections
from gradcheck.reports.summary import Located, Summary, component, name

LINES = 60
# The most rows of each table and list; with their headings they stay within `LINES`.
_ROWS = {"new": 8, "missing": 3, "failed": 3, "claims": 2, "properties": 2, "expected": 3}
# Beside a baseline: what it accepts needs no table.
_ROWS_BESIDE = {"baseline": 2, "new": 4, "missing": 2, "failed": 2, "claims": 2, "properties": 2, "expected": 0}
_WHY = 500  # characters of a cause and an advice
_ENTRY = 400  # of an entry of the baseline with its reason
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$@&:])")


def render(results: Results, against: Against | None = None) -> str:
    """The summary: counts, what is new, missing or failed, claims, and the worst expected findings."""
    return "\n".join(_lines(Summary(results, against))) + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against), path)


def escaped(value: str, length: int = 160) -> str:
    """Text from outside on one line, no character of which is Markdown, HTML or a mention."""
    return _SPECIAL.sub(r"\\\1", text.shortened(value, length)).replace(r"\<", "&lt;").replace(r"\@", "@\u2060")


def _lines(summary: Summary) -> Iterator[str]:
    rows = _ROWS_BESIDE if summary.against else _ROWS
    yield f"## {'✅' if summary.clean else '❌'} gradcheck: {summary.headline}"
    yield ""
    yield from _counts(summary)
    yield from _against(summary.against)
    yield from _findings("Unexpected findings, worst first", summary.standing("new"), rows["new"])
    missing = [f"{name(subject)}: {what}" for subject, what in summary.missing]
    yield from _list("Missing: expected, but not found", missing, rows["missing"])
    failed = [f"{name(subject)}: {subject.error}" for subject in summary.with_status("failed")]
    yield from _list("Failed", failed, rows["failed"])
    claims = [f"{c.suite}: {c.text} {c.error}" for c in summary.broken_claims]
    yield from _list("Claims that do not hold", claims, rows["claims"])
    broken = [f"{p.specification}: {p.claim} (witness: {p.witness})" for p in summary.broken_properties]
    yield from _list("Properties not as expected", broken, rows["properties"])
    yield from _findings("Expected findings, worst first", summary.standing("expected"), rows["expected"])


def _counts(summary: Summary) -> Iterator[str]:
    results, kinds = summary.results, summary.kinds()
    statuses = ", ".join(f"{summary.statuses[s]:,} {s.replace('_', ' ')}" for s in STATUSES if summary.statuses[s])
    held = len(results.claims) - len(summary.broken_claims)
    yield "| subjects | components | claims |"
    yield "| --- | --- | --- |"
    counted = ", ".join(f"{kinds[k]:,} {k}" for k in ("pass", "fail", "undecided"))
    yield f"| {len(results.subjects):,}: {statuses} | {counted} | held {held} of {len(results.claims)} |"


def _against(against: Against | None) -> Iterator[str]:
    if against is None:
        return
    yield from ("", f"{TITLE}: {headline(against)}.")
    # What is new is in the table of unexpected findings; what lacks a reason or was not run is counted.
    for title, lines in sections(against, leave_out=("new", "unexplained", "not_run", "accepted")):
        yield from _list(title, lines, _ROWS_BESIDE["baseline"], _ENTRY)


def _findings(title: str, found: Iterable[Located], rows: int) -> Iterator[str]:
    grouped = groups.groups(found)
    if not (grouped and rows):
        return
    yield from ("", f"### {title}", "")
    yield "| finding | where | point | expected | actual | ulps | why |"
    yield "| --- | --- | --- | --- | --- | ---: | --- |"
    yield from map(_row, grouped[:rows])
    yield from _rest(len(grouped) - rows)


def _row(group: groups.Group) -> str:
    f = group.worst
    cells = (
        f"{f.severity} {f.verdict}, {group.title}, {component(f)}",
        group.where,
        numbers.point(f.point, group.subject.arguments, 6),
        f.expected,
        f.actual,
        numbers.ulps(f.ulps),
    )
    return "| " + " | ".join([*map(escaped, cells), escaped(_why(f), _WHY)]) + " |"


def _why(finding: FindingRecord) -> str:
    """The cause, and what to write instead."""
    said = (why.sentence(finding.cause) if finding.cause else "", finding.blame, finding.advice)
    return ". ".join(each.rstrip(".") for each in said if each)


def _list(title: str, entries: Sequence[str], rows: int, length: int = 160) -> Iterator[str]:
    if not entries:
        return
    yield from ("", f"### {title}", "")
    yield from (f"- {escaped(entry, length)}" for entry in entries[:rows])
    yield from _rest(len(entries) - rows)


def _rest(count: int) -> Iterator[str]:
    if count > 0:
        yield ""
        yield f"and {count:,} more, in the HTML report."
