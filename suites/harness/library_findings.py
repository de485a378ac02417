"""docs/findings/: what the library suites found in released libraries, worst first, each with a script that shows it.

Write a page anew from a run of the suite: `python suites/harness/library_findings.py out/results.json`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import log10
from pathlib import Path

from gradcheck import baseline_file, dtypes, results_file
from gradcheck.baseline import Baseline, Entry, function_of
from gradcheck.record import FindingRecord, Results, Subject
from gradcheck.reports import letters, numbers
from gradcheck.verdict import Severity

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "findings"
BASELINES = ROOT / "suites" / "libraries"
HEAD = """# What gradcheck finds in {library}

Found by `gradcheck run {library}` with {versions}, every one looked at and true: at this point the function as the
library writes it means `expected`, and the library answers `actual`. The reasons are those of the committed
[baseline](../../suites/libraries/{library}-baseline.toml). Worst first: failures at ordinary numbers before those at
the ends of the range. Findings of one function and quantity with one reason share a row; the dtypes are those it is
found in, the numbers are of the first of them. Minor findings are left out.

"""
COLUMNS = ("#", "function", "quantity", "dtypes", "actual", "expected", "ulps", "why")
# The farther a point is from ordinary numbers, the fewer people meet it: orders of magnitude, by dtype or not.
FAR = (3.0, 6.0, 12.0)
NARROW = ("float16", "bfloat16")
READABLE = ("float32", "float64", "bfloat16", "float16")  # which dtype's point is shown, where there are several


@dataclass(frozen=True)
class Found:
    """A finding with its subject and the reason that is written for it."""

    subject: Subject
    finding: FindingRecord
    reason: str

    @property
    def together(self) -> tuple[str, ...]:
        """What findings of one row have in common."""
        return self.subject.specification, self.finding.quantity, self.reason

    @property
    def order(self) -> tuple:
        """Sorts the worst first."""
        f = self.finding
        is_narrow = self.subject.dtype in NARROW
        return [s.value for s in Severity].index(f.severity), remoteness(f), is_narrow, letters.rank(f.verdict)


def remoteness(finding: FindingRecord) -> int:
    """How far from ordinary numbers a point is: 0 for numbers between 1e-3 and 1e3."""
    values = (abs(float(v)) for array in finding.point for v in array.values)
    magnitudes = [abs(log10(x)) for x in values if 0 < x < float("inf")]
    return sum(max(magnitudes, default=0.0) > far for far in FAR)


def rows(results: Results, baseline: Baseline) -> list[list[Found]]:
    """The findings of each row, the one that is shown first; the worst row first."""
    found = sorted(_found(results, baseline), key=lambda f: f.together)
    grouped = [
        sorted(members, key=lambda f: (f.order[0], READABLE.index(f.subject.dtype), f.order))
        for _, members in groupby(found, key=lambda f: f.together)
    ]
    return sorted(grouped, key=lambda members: (*members[0].order, members[0].together))


def _found(results: Results, baseline: Baseline) -> Iterator[Found]:
    reasons = {_key(entry): entry.reason for entry in baseline.entries}
    for subject in results.subjects:
        for f in subject.findings:
            if f.severity != Severity.MINOR and not f.known:
                key = function_of(subject), subject.dtype, f.quantity, f.argument_name or "", f.verdict, _kind(f)
                yield Found(subject, f, reasons[key])


def _key(entry: Entry) -> tuple[str, ...]:
    return entry.function, entry.dtype, entry.quantity, entry.argument, entry.verdict, entry.cause


def _kind(finding: FindingRecord) -> str:
    return finding.cause.kind if finding.cause else ""


def render(results: Results, baseline: Baseline, library: str) -> str:
    """The page of one library."""
    versions = " and ".join(f"{name} {results.environment[name]}" for name in _packages(results, library))
    head = HEAD.format(library=library, versions=versions)
    shown = list(enumerate(rows(results, baseline), start=1))
    table = [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *(_row(i, members) for i, members in shown)]
    return head + "\n".join(table) + "\n\n" + "\n".join(_script(i, members[0]) for i, members in shown)


def _packages(results: Results, library: str) -> list[str]:
    names = (library, *dict.fromkeys(s.framework for s in results.subjects))
    return [name for name in dict.fromkeys(names) if name in results.environment]


def _row(number: int, members: list[Found]) -> str:
    first = members[0]
    f = first.finding
    found_in = " ".join(d for d in dtypes.NAMES if any(m.subject.dtype == d for m in members))
    cells = (
        f"[{number}](#{number})",
        f"`{first.subject.specification}`",
        f.quantity,
        found_in,
        f"`{f.actual}`",
        f"`{f.expected}`",
        numbers.ulps(f.ulps),
        first.reason.replace("|", "\\|"),
    )
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _script(number: int, found: Found) -> str:
    title = f"### {number}\n\n`{found.subject.specification}`, {found.finding.quantity}, {found.subject.dtype}\n"
    return f"{title}\n```python\n{found.finding.snippet.strip()}\n```\n"


def write(results: Iterable[str]) -> None:
    """Write the page of each library that these results files are of."""
    for path in results:
        found = results_file.load(path)
        for library in found.settings["suites"].split():
            page = render(found, baseline_file.load(BASELINES / f"{library}-baseline.toml"), library)
            FOLDER.joinpath(f"{library}.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
