"""JUnit XML: one test case a subject, a claim and a property; red ones are failures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from gradcheck.baseline import Against, Entry
from gradcheck.record import ClaimRecord, PropertyRecord, Results, Subject
from gradcheck.reports import numbers, text, why
from gradcheck.reports.against import entry
from gradcheck.reports.summary import RED, Located, component


@dataclass(frozen=True)
class _Case:
    suite: str
    classname: str
    name: str
    seconds: float = 0.0
    failure: tuple[str, str, str] | None = None  # type, message, body
    skipped: str | None = None
    output: str = ""
    location: str = ""


def render(results: Results, against: Against | None = None) -> str:
    """JUnit XML of a run, one `testsuite` a suite."""
    root = ElementTree.Element("testsuites", name="gradcheck", time=f"{results.seconds:.3f}")
    suites: dict[str, list[_Case]] = {}
    for case in _cases(results, against):
        suites.setdefault(case.suite, []).append(case)
    for suite, cases in suites.items():
        _append_suite(root, suite, cases, results.started)
    _count(root, [case for cases in suites.values() for case in cases])
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against), path)


def _cases(results: Results, against: Against | None) -> Iterator[_Case]:
    yield from map(_subject, results.subjects)
    yield from map(_claim, results.claims)
    yield from map(_property, results.properties)
    yield from map(_stale, against.stale if against else ())


def _subject(subject: Subject) -> _Case:
    return _Case(
        suite=subject.suite,
        classname=f"{subject.suite}.{subject.specification}",
        name=subject.claim,
        seconds=subject.seconds,
        failure=_failure(subject) if subject.status in RED else None,
        skipped=(subject.error or "not run") if subject.status == "not_run" else None,
        output=_body(subject) if subject.status not in RED else "",
        location=subject.location,
    )


def _failure(subject: Subject) -> tuple[str, str, str]:
    new = [f for f in subject.findings if Located(subject, f).standing == "new"]
    parts = [subject.error] if subject.error else []
    parts += [f"missing expected finding: {missing}" for missing in subject.missing]
    parts += [f"unexpected {f.verdict} in the {component(f)}" for f in new]
    return subject.status, "; ".join(parts) or subject.status, _body(subject)


def _body(subject: Subject) -> str:
    located = sorted((Located(subject, f) for f in subject.findings), key=lambda each: each.order)
    return "\n".join(_finding(each) for each in located)


def _finding(located: Located) -> str:
    f = located.finding
    title = f"{located.standing}: {f.verdict} ({f.severity}) in the {component(f)}"
    return "\n".join([title, *(f"  {label:<9} {said}" for label, said in _told(located) if said)])


def _told(located: Located) -> Iterator[tuple[str, str]]:
    """What is said of a finding, in the order in which it is read."""
    f = located.finding
    yield "at", numbers.point(f.point, located.subject.arguments)
    yield "expected", f"{f.expected} ({f.truth_kind} by {f.oracle})"
    yield "got", f"{f.actual}, {numbers.ulps(f.ulps)} ulps, {text.plural(f.count, 'component')}"
    yield "sides", f.blame
    yield "why", why.sentence(f.cause, f.cause.location) if f.cause else ""
    yield "do", f.advice
    yield "known", f.known
    yield "next", why.following(located)


def _claim(claim: ClaimRecord) -> _Case:
    evidence = "\n".join(f"{label}: {value}" for label, value in claim.evidence)
    failure = None if claim.holds else ("claim", claim.error or "the claim does not hold", evidence)
    return _Case(claim.suite, f"{claim.suite}.claims", claim.text, failure=failure, output=evidence)


def _property(record: PropertyRecord) -> _Case:
    found = f"{'holds' if record.holds else 'does not hold'}, witness: {record.witness}"
    failure = None if record.holds == record.expected else ("property", found, record.witness)
    return _Case(record.suite, f"{record.suite}.{record.specification}", record.claim, failure=failure, output=found)


def _stale(recorded: Entry) -> _Case:
    failure = ("stale", "fixed: remove the entry with `gradcheck baseline write`", entry(recorded))
    return _Case("baseline", f"baseline.{recorded.function}", f"{entry(recorded)} is still there", failure=failure)


def _append_suite(root: ElementTree.Element, suite: str, cases: list[_Case], started: str) -> None:
    element = ElementTree.SubElement(root, "testsuite", name=text.printable(suite))
    if started:
        element.set("timestamp", text.printable(started))
    _count(element, cases)
    element.set("time", f"{sum(case.seconds for case in cases):.3f}")
    for case in cases:
        _append_case(element, case)


def _count(element: ElementTree.Element, cases: list[_Case]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.failure is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.skipped is not None for case in cases)))


def _append_case(parent: ElementTree.Element, case: _Case) -> None:
    attributes = {"classname": case.classname, "name": case.name}
    if place := why.file_and_line(case.location):
        attributes |= {"file": place[0], "line": str(place[1])}
    element = ElementTree.SubElement(parent, "testcase", {k: text.printable(v) for k, v in attributes.items()})
    element.set("time", f"{case.seconds:.3f}")
    if case.failure:
        kind, message, body = map(text.printable, case.failure)
        ElementTree.SubElement(element, "failure", type=kind, message=message).text = body
    elif case.skipped is not None:
        ElementTree.SubElement(element, "skipped", message=text.printable(case.skipped))
    elif case.output:
        ElementTree.SubElement(element, "system-out").text = text.printable(case.output)
