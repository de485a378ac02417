"""The trend of failures: a row a function and framework, a cell a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.record import Subject
from gradcheck.reports import letters
from gradcheck.reports.runs import Run
from gradcheck.reports.summary import Located
from gradcheck.reports.text import plural

_STANDINGS = tuple(letters.STANDINGS)


@dataclass(frozen=True)
class Cell:
    """The worst of a function in one run, and how many findings there are."""

    letter: str = letters.NOT_RUN
    standing: str = "not_run"
    count: int = 0
    title: str = "not run"
    change: str = ""  # against the run before it that judged the function: +2, −1, or ≠ for another kind of failure

    @property
    def is_judged(self) -> bool:
        return self.standing != "not_run"


@dataclass(frozen=True)
class Row:
    """One function in one framework, the oldest run first."""

    function: str
    framework: str
    cells: tuple[Cell, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether it passes in every run that judged it."""
        return all(cell.standing in ("pass", "not_run") for cell in self.cells)

    @property
    def order(self) -> tuple:
        """Sorts what changed in the last run first, then what is worst there; the rest by name."""
        last = self.cells[-1]
        return not last.change, _STANDINGS.index(last.standing), self.function, self.framework


def rows(runs: Sequence[Run]) -> tuple[Row, ...]:
    """One row for every function and framework that any of the runs, oldest first, has a record of."""
    judged = [_by_function(run) for run in runs]
    keys = dict.fromkeys(key for each in judged for key in each)
    found = (Row(*key, tuple(_compared([each.get(key, ()) for each in judged]))) for key in keys)
    return tuple(sorted(found, key=lambda row: row.order))


def _by_function(run: Run) -> dict[tuple[str, str], list[Subject]]:
    found: dict[tuple[str, str], list[Subject]] = {}
    for s in run.results.subjects if run.results else ():
        found.setdefault((f"{s.specification} · {s.implementation}", s.framework), []).append(s)
    return found


def _cell(subjects: Sequence[Subject]) -> Cell:
    """The worst of the subjects of a function: its dtypes and modes."""
    found = [Located(s, f) for s in subjects for f in s.findings]
    failed = [s for s in subjects if s.status == "failed"]
    if failed:
        return Cell(letters.FAILED, "new", len(failed), f"failed: {failed[0].error}")
    if any(located.standing == "new" for located in found):
        return _findings(found)
    missing = [name for s in subjects for name in s.missing]
    if missing:
        return Cell(letters.MISSING, "new", len(missing), f"missing: {missing[0]}")
    return _findings(found) if found else _without_failure(subjects)


def _findings(found: Iterable[Located]) -> Cell:
    located = sorted(found, key=lambda each: (_STANDINGS.index(each.standing), each.order))
    worst = located[0]
    title = f"{worst.standing}: {worst.finding.verdict}, {plural(len(located), 'finding')} in all"
    return Cell(letters.letter(worst.finding.verdict), worst.standing, len(located), title)


def _without_failure(subjects: Iterable[Subject]) -> Cell:
    counts: dict[str, int] = {}
    for subject in subjects:
        for verdicts in subject.counts.values():
            for verdict, count in verdicts.items():
                counts[verdict] = counts.get(verdict, 0) + count
    if undecided := sum(count for verdict, count in counts.items() if letters.kind(verdict) == "undecided"):
        return Cell("?", "undecided", 0, f"{plural(undecided, 'component')} undecided")
    if not any(counts.values()):
        return Cell()
    commonest = letters.commonest(counts)
    return Cell(letters.letter(commonest), "pass", 0, f"nothing fails; most are {commonest}")


def _compared(runs: Iterable[Sequence[Subject]]) -> Iterator[Cell]:
    before: Sequence[Subject] = ()
    for subjects in runs:
        cell = _cell(subjects)
        both = _where(before) & _where(subjects)
        yield replace(cell, change=_change(*(_cell(_only(side, both)) for side in (before, subjects))) if both else "")
        before = subjects if cell.is_judged else before


def _where(subjects: Iterable[Subject]) -> set[tuple[str, str]]:
    return {(s.dtype, s.mode) for s in subjects if s.status != "not_run"}


def _only(subjects: Iterable[Subject], where: set[tuple[str, str]]) -> list[Subject]:
    """A dtype or mode that only one of two runs judged is no change."""
    return [s for s in subjects if (s.dtype, s.mode) in where]


def _change(before: Cell, cell: Cell) -> str:
    if more := cell.count - before.count:
        return f"{more:+d}".replace("-", "−")
    failing = {before.standing, cell.standing} - {"pass"}
    return "≠" if failing and (before.letter, before.standing) != (cell.letter, cell.standing) else ""
