"""Two runs side by side, as a table of at most 100 columns for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcheck.comparison import KINDS, Comparison, Move
from gradcheck.record import FindingRecord, Subject
from gradcheck.reports import numbers, text
from gradcheck.reports.markdown import escaped
from gradcheck.reports.summary import component

WIDTH = 100
# The most rows; worst movers come first, and what stayed the same has none.
ROWS = 40
HEADINGS = ("", "function", "where", "verdict", "ulps")
_COLOURS = {"worse": "bold red", "new": "red", "better": "green", "gone": "green"}


def show(comparison: Comparison, console: Console) -> None:
    """Print the table and what there is to say beside it."""
    moved = _moved(comparison)
    if moved:
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        for heading in HEADINGS:
            ulps = heading == "ulps"
            table.add_column(heading, overflow="fold", justify="right" if ulps else "left", no_wrap=ulps)
        for move in moved[:ROWS]:
            kind, *cells = _cells(move)
            table.add_row(Text(kind, style=_COLOURS[move.kind]), *(Text(text.printable(cell)) for cell in cells))
        console.print(table, width=min(WIDTH, console.width))
    for line in _lines(comparison, len(moved) - ROWS):
        console.print(Text(text.printable(line)), width=min(WIDTH, console.width))


def markdown(comparison: Comparison) -> str:
    """The table and the lines beside it, for the summary of a CI job."""
    moved = _moved(comparison)
    head = [f"| {' | '.join(HEADINGS)} |", "| --- | --- | --- | --- | ---: |"] if moved else []
    rows = [f"| {' | '.join(map(escaped, _cells(move)))} |" for move in moved[:ROWS]]
    lines = [escaped(line, 400) for line in _lines(comparison, len(moved) - ROWS)]
    return (
        "\n".join([f"## gradcheck: {counted(comparison)}", "", *head, *rows, *([""] if moved else []), *lines]) + "\n"
    )


def counted(comparison: Comparison) -> str:
    """`1 worse, 0 new, 2 better, 1 gone, 40 same`."""
    return ", ".join(f"{comparison.counts[kind]:,} {kind}" for kind in KINDS)


def _moved(comparison: Comparison) -> list[Move]:
    return [move for move in comparison.moves if move.kind != "same"]


def _cells(move: Move) -> tuple[str, ...]:
    s = move.new_subject
    return (
        move.kind,
        f"{s.specification}/{s.implementation}\n{component(move.shown)}",
        " ".join(_both(getattr(move.old_subject, n), getattr(s, n)) for n in ("framework", "dtype", "mode")),
        _both(_said(move.old), _said(move.new)),
        _both(_ulps(move.old), _ulps(move.new)),
    )


def _both(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def _said(finding: FindingRecord | None) -> str:
    return f"{finding.severity} {finding.verdict}" if finding else "right"


def _ulps(finding: FindingRecord | None) -> str:
    return numbers.ulps(finding.ulps) if finding else "0"


def _lines(comparison: Comparison, rest: int) -> Iterator[str]:
    if rest > 0:
        yield f"and {rest:,} more"
    yield f"{counted(comparison)}, in {text.plural(comparison.common, 'subject')} that both runs judged"
    for name, (old, new) in comparison.differing.items():
        yield f"compared by {name}: {old} with {new}"
    for which, subjects in (("old", comparison.only_old), ("new", comparison.only_new)):
        if subjects:
            yield f"judged in the {which} run alone: {_named(subjects)}"


def _named(subjects: Sequence[Subject]) -> str:
    names = list(dict.fromkeys(f"{s.specification}/{s.implementation}" for s in subjects))
    return f"{', '.join(names[:5])}{', ...' if len(names) > 5 else ''} ({text.plural(len(subjects), 'subject')})"
