"""Annotations of GitHub Actions: one workflow command a line, which marks the line of the cause in a change.

Format, and what is escaped: GitHub Docs, "Workflow commands for GitHub Actions", and `escapeData` and
`escapeProperty` of actions/toolkit. A step shows ten errors and ten warnings, so no more are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.baseline import Against, where
from gradcheck.record import Results
from gradcheck.reports import groups, numbers, text, why
from gradcheck.reports.against import entry
from gradcheck.reports.summary import Summary, component, name
from gradcheck.reports.undecided import Undecided, undecided

MOST = 10  # of each level
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}
_TITLE, _MESSAGE = 120, 1000  # characters


@dataclass(frozen=True)
class _Annotation:
    title: str
    message: str
    location: str = ""


def render(results: Results, against: Against | None = None) -> str:
    """The headline as a notice; what turns the run red as errors; what is minor or undecided as warnings."""
    summary = Summary(results, against)
    lines = [_command("notice", _Annotation("gradcheck", summary.headline))]
    for level, found in (("error", _errors(summary)), ("warning", _warnings(summary))):
        lines += [_command(level, each) for each in _most(tuple(found))]
    return "\n".join(lines) + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against), path)


def escaped(value: str, replaced: dict[str, str] = _DATA) -> str:
    """Text from outside as the value of a command; of a property where `replaced` says so."""
    return "".join(replaced.get(character, character) for character in text.printable(value))


def _command(level: str, annotation: _Annotation) -> str:
    place = why.file_and_line(annotation.location)
    properties = {"file": place[0], "line": str(place[1])} if place else {}
    properties["title"] = text.shortened(annotation.title, _TITLE)
    said = ",".join(f"{key}={escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{level} {said}::{escaped(annotation.message)}"


def _most(found: Sequence[_Annotation]) -> Sequence[_Annotation]:
    """As many as are shown; where there are more, the last one counts the rest."""
    if len(found) <= MOST:
        return found
    rest = len(found) - (MOST - 1)
    return *found[: MOST - 1], _Annotation("gradcheck", f"and {rest:,} more, in the HTML report")


def _errors(summary: Summary) -> Iterator[_Annotation]:
    yield from map(_finding, groups.groups(summary.standing("new")))
    for subject, missing in summary.missing:
        yield _Annotation(f"missing: {name(subject)}", f"expected, but not found: {missing}", subject.location)
    for subject in summary.with_status("failed"):
        yield _Annotation(f"failed: {name(subject)}", subject.error or "it could not be judged", subject.location)
    for stale in summary.against.stale if summary.against else ():
        about = next((s for s in summary.results.subjects if where(s) == stale.key[:4]), None)
        message = f"{entry(stale)}: fixed, remove the entry with `gradcheck baseline write`"
        yield _Annotation(f"fixed: {stale.function}", message, about.location if about else "")
    for claim in summary.broken_claims:
        yield _Annotation(f"claim does not hold: {claim.suite}", f"{claim.text} {claim.error}".strip())
    for broken in summary.broken_properties:
        yield _Annotation(
            f"property not as expected: {broken.specification}", f"{broken.claim} (witness: {broken.witness})"
        )


def _warnings(summary: Summary) -> Iterator[_Annotation]:
    yield from map(_undecided, undecided(summary.results.subjects))
    yield from map(_finding, groups.groups(summary.standing("minor")))


def _undecided(found: Undecided) -> _Annotation:
    subject, *others = found.subjects
    alike = f" and {text.plural(len(others), 'subject')} alike" if others else ""
    message = f"{text.plural(found.components, 'component')}{alike}: {found.why}"
    return _Annotation(f"undecided: {name(subject)}", text.shortened(message, _MESSAGE), subject.location)


def _finding(group: groups.Group) -> _Annotation:
    """A group at its worst: what, where, why, what instead and what to type next, a line each."""
    f, s = group.worst, group.subject
    lines = (
        f"at {numbers.point(f.point, s.arguments, 8)} expected {f.expected}, got {f.actual}; {group.where}",
        f"why: {why.sentence(f.cause)}" if f.cause else "",
        f"sides: {f.blame}" if f.blame else "",
        f"do: {f.advice}" if f.advice else "",
        f"next: {following}" if (following := why.following(group.members[0])) else "",
    )
    location = f.cause.location if f.cause and why.file_and_line(f.cause.location) else s.location
    title = f"{f.severity} {f.verdict} in the {component(f)}, {group.title}"
    return _Annotation(title, "\n".join(text.shortened(line, _MESSAGE) for line in lines if line), location)
