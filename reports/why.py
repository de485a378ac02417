"""Why a finding is one, and what to type next: the words that all reports share."""

from __future__ import annotations

import shlex
from pathlib import PureWindowsPath

from gradcheck.record import Cause, FindingRecord, Subject
from gradcheck.reports.numbers import array
from gradcheck.reports.summary import Located

# The subjects of `gradcheck scan`, `gradcheck.check` and the pytest plugin are no suites, that could be run by name.
SCAN, CHECK, PYTEST = "scan", "check", "pytest"
LONGEST_POINT = 64  # numbers in a command


def place(location: str) -> str:
    """`suites/lrn.py:12` of a long path: the file, its folder and the line."""
    path, _, line = location.rpartition(":")
    parts = PureWindowsPath(path).parts
    return f"{'/'.join(parts[-2:])}:{line}" if len(parts) > 2 else location


def file_and_line(location: str) -> tuple[str, int] | None:
    """Of `path:line`; None where the location is no place in a file."""
    path, _, line = location.rpartition(":")
    return (path, int(line)) if path and line.isdecimal() and line.isascii() and int(line) > 0 else None


def sentence(cause: Cause, location: str | None = None) -> str:
    """What a person can repeat, with the line: its place, where no other form of the location is given."""
    where = place(cause.location) if location is None else location
    if cause.location and cause.location in cause.sentence:
        return cause.sentence.replace(cause.location, where)
    return f"{cause.sentence} ({where})" if where else cause.sentence


def following(located: Located) -> str:
    """The command that shows the finding again; empty where it was no command that found it."""
    s = located.subject
    if s.suite == SCAN:
        point = _typed(located.finding)
        return f"gradcheck explain {shlex.quote(s.specification)} {point} {_about(s)}" if point else ""
    return again(s)


def again(subject: Subject) -> str:
    """The command that judges a subject of a suite alone; empty where it is of none."""
    if subject.suite in (SCAN, CHECK, PYTEST):
        return ""
    return f"gradcheck run {shlex.quote(subject.suite)} {_about(subject)} --mode {shlex.quote(subject.mode)}"


def _about(subject: Subject) -> str:
    return f"--framework {shlex.quote(subject.framework)} --dtype {shlex.quote(subject.dtype)}"


def _typed(finding: FindingRecord) -> str:
    """The point as options of `gradcheck explain`; empty where it is too long to be typed."""
    if sum(len(array.values) for array in finding.point) > LONGEST_POINT:
        return ""
    return " ".join(f"--at {shlex.quote(array(each))}" for each in finding.point)
