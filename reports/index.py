"""The front page of several runs: a row a run, the latest first, and the trend of failures; one static HTML file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gradcheck.comparison import Comparison
from gradcheck.reports import letters, templating, text, trend
from gradcheck.reports.runs import Run, in_order, since
from gradcheck.verdict import Severity

# No script runs and nothing is fetched.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Line:
    """A run that can be read, beside the one before it."""

    run: Run
    href: str
    upgraded: frozenset[str]  # packages of another version than in the run before
    new: int | None  # findings, but for minor ones; None where there is nothing to compare with
    worse: int | None
    fixed: int | None


def render(runs: Sequence[Run], folder: str | Path = ".") -> str:
    """The whole page; links lead from `folder`, which it will lie in. Same runs, same bytes."""
    ordered = in_order(runs)
    lines = [_line(run, ordered[:k], Path(folder)) for k, run in enumerate(ordered)]
    rows = trend.rows(ordered)
    page = templating.environment().get_template("index.html.j2")
    return page.render(
        policy=POLICY,
        style=templating.part("style.css") + "\n" + templating.part("index.css"),
        lines=lines[::-1],
        problems=[run for run in runs if not run.results],
        dates=[day(run) for run in ordered[::-1]],
        loud=[row for row in rows if not row.is_quiet],
        quiet=[row for row in rows if row.is_quiet],
        legend=_legend(rows),
        letters=letters,
        plural=text.plural,
        day=day,
    )


def write(runs: Sequence[Run], path: str | Path) -> None:
    """Write the page. Raises OSError where the file cannot be written."""
    text.save(render(runs, Path(path).parent), path)


def day(run: Run) -> str:
    """`2026-11-23 16:53` of when it was started, or its name."""
    started = run.results.started if run.results else ""
    return started[:16].replace("T", " ") or run.name


def _line(run: Run, before: Sequence[Run], folder: Path) -> Line:
    moved = since(run, before)
    known = before[-1].versions if before else run.versions
    return Line(
        run=run,
        href=_address(run.report, folder) if run.report else "",
        upgraded=frozenset(name for name in run.versions if run.versions[name] != known.get(name)),
        new=_count(moved, "new"),
        worse=_count(moved, "worse"),
        fixed=_count(moved, "gone"),
    )


def _count(moved: Comparison | None, kind: str) -> int | None:
    if moved is None:
        return None
    return sum(move.kind == kind and move.shown.severity != Severity.MINOR for move in moved.moves)


def _address(report: Path, folder: Path) -> str:
    """Relative, so that the folder can be moved as a whole; never the name of a protocol."""
    try:
        relative = os.path.relpath(report.resolve(), folder.resolve())
    except ValueError:  # another drive
        return report.resolve().as_uri()
    return "./" + quote(Path(relative).as_posix(), errors="replace")


def _legend(rows: Sequence[trend.Row]) -> list[tuple[str, str, str]]:
    """Letter, standing and meaning of what there is in the trend."""
    found = {(cell.letter, cell.standing) for row in rows for cell in row.cells}
    meanings = {letter: f"{verdict}: {letters.meaning(verdict)}" for verdict, letter in letters.LETTERS.items()}
    meanings |= {letters.NOT_RUN: "not run", letters.FAILED: "failed", letters.MISSING: "missing"}
    order = [*meanings]
    present = sorted(found, key=lambda each: (order.index(each[0]), each[1]))
    return [(letter, standing, meanings[letter]) for letter, standing in dict(present).items()]
