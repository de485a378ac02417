"""One finding in few lines of at most 120 columns, for an error of at most 25 lines that explains itself."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np

from gradcheck.record import FindingRecord, Numbers
from gradcheck.reports import why
from gradcheck.reports.numbers import array, ulps
from gradcheck.reports.text import one_line, plural
from gradcheck.verdict import Verdict

WIDTH = 120
INDENT = 12
# The most lines of each part. With the title, the line that counts further findings, and the line feed at the end
# they are the 25 of an assertion's text, however it is counted.
LINES = {"at": 7, "expected": 3, "got": 3, "sides": 2, "why": 3, "do": 3, "next": 1}
MOST_SHOWN = 64  # numbers of an array
FEW = 4  # of one array of a point that is too long
NEXT = "check(..., points=[<the tuple above>]) repeats it, check(...).to_html('report.html') shows all"
NO_ANSWER = (Verdict.RAISED, Verdict.TIMED_OUT)


def explanation(record: FindingRecord, where: str) -> str:
    """What / at / expected / got / why / do / next; `where` is the component in words. The point can be typed again."""
    title = f"{record.severity} {record.verdict} in {where}, {record.dtype}, {record.mode}"
    parts = [(label, said) for label, said in _parts(record) if said]
    return "\n".join([_cut(one_line(title)), *(line for part in parts for line in _wrapped(*part))]) + "\n"


def _parts(record: FindingRecord) -> Iterator[tuple[str, str]]:
    answered = record.verdict not in NO_ANSWER or record.cause is None
    yield "at", _point(record)
    yield "expected", _expected(record)
    yield "got", _got(record) if answered or record.cause is None else why.sentence(record.cause)
    yield "sides", record.blame
    if record.cause is not None and answered:
        yield "why", why.sentence(record.cause)
    yield "do", record.advice
    yield "next", NEXT


def _expected(record: FindingRecord) -> str:
    if record.truth_kind == "undecided":
        return "an answer"
    return f"{record.expected} ({record.truth_kind} by {record.oracle}: {record.enclosure})"


def _got(record: FindingRecord) -> str:
    off = f" ({ulps(record.ulps)} ulps off)" if np.isfinite(record.ulps) else ""
    more = f", in {plural(record.count, 'component')}" if record.count > 1 else ""
    return f"{record.actual}{off}{more}"


def _point(record: FindingRecord) -> str:
    """The tuple of arrays as it can be typed again; where it takes too many lines, the large ones by their shape."""
    for most in (MOST_SHOWN, FEW):
        point = f"({', '.join(_array(each, most) for each in record.point)},)"
        if len(_lines("at", point)) <= LINES["at"]:
            break
    return point


def _array(numbers: Numbers, most: int) -> str:
    if len(numbers.values) > most:
        return f"<{numbers.dtype} array of shape {numbers.shape}, in findings[0].point>"
    return f"np.array({array(numbers, most)}, {numbers.dtype!r})"


def _wrapped(label: str, said: str) -> list[str]:
    lines, most = _lines(label, said), LINES[label]
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(f"{lines[most - 1]} …")]


def _lines(label: str, said: str) -> list[str]:
    head = f"  {label}".ljust(INDENT)
    blank = " " * INDENT
    text = one_line(said)
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=blank, break_on_hyphens=False)


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
