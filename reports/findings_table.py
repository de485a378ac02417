"""The table of findings: one row each, and what the page's script has to know of a column to sort and filter it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradcheck import dtypes
from gradcheck.reports import letters, numbers, text
from gradcheck.reports.cards import Card
from gradcheck.reports.summary import component
from gradcheck.verdict import WORST_FIRST, Severity

LONGEST = 26  # characters of a number
# Standing -> what a reader is told.
LABELS = {"new": "unexpected", "expected": "expected", "minor": "minor"}


@dataclass(frozen=True)
class Column:
    """`name` stands in the address of a filtered page; `kind`: `choice` of a few values, `text` or `number`.

    `order`: the values of a choice that have an order of their own; others are sorted as words. `whole`: what is
    told where a cell had to be shortened; `is_name`: long ones may break where a name may.
    """

    name: str
    heading: str
    kind: str
    cell: Callable[[Card], str]
    order: tuple[str, ...] = ()
    whole: Callable[[Card], str] | None = None
    is_name: bool = False


def _expected(card: Card) -> str:
    f = card.located.finding
    return text.shortened(numbers.brief(f.expected, f.actual), LONGEST)


def _actual(card: Card) -> str:
    f = card.located.finding
    return text.shortened(numbers.brief(f.actual, f.expected), LONGEST)


def _cause(card: Card) -> str:
    cause = card.located.finding.cause
    return cause.kind if cause else ""


COLUMNS: tuple[Column, ...] = (
    Column("verdict", "verdict", "choice", lambda c: c.located.finding.verdict, tuple(v.value for v in WORST_FIRST)),
    Column("specification", "specification", "choice", lambda c: c.located.subject.specification, is_name=True),
    Column("implementation", "implementation", "choice", lambda c: c.located.subject.implementation, is_name=True),
    Column("framework", "framework", "choice", lambda c: c.located.subject.framework),
    Column("dtype", "dtype", "choice", lambda c: c.located.subject.dtype, tuple(dtypes.NAMES)),
    Column("mode", "mode", "choice", lambda c: c.located.subject.mode),
    Column("component", "component", "text", lambda c: component(c.located.finding), is_name=True),
    Column("expected", "expected", "text", _expected, whole=lambda c: c.located.finding.expected),
    Column("actual", "actual", "text", _actual, whole=lambda c: c.located.finding.actual),
    Column("ulps", "ulps", "number", lambda c: numbers.ulps(c.located.finding.ulps)),
    Column("severity", "severity", "choice", lambda c: c.located.finding.severity, tuple(s.value for s in Severity)),
    Column("standing", "standing", "choice", lambda c: LABELS[c.located.standing], tuple(LABELS.values())),
    Column("cause", "cause", "choice", _cause),
    Column("regime", "regime", "choice", lambda c: c.located.finding.regime, is_name=True),
    Column("components", "count", "number", lambda c: f"{c.located.finding.count:,}"),
    Column("suite", "suite", "choice", lambda c: c.located.subject.suite),
)


@dataclass(frozen=True)
class Row:
    """`id` is empty where the finding has a card, which then has it; `subject` is the number of its subject.

    `titles`: for each cell all of what it says, empty where it says it.
    """

    id: str
    href: str
    standing: str
    letter: str
    subject: int
    cells: tuple[str, ...]
    titles: tuple[str, ...]


def rows(cards: Iterable[Card], subjects: Iterable[object]) -> tuple[Row, ...]:
    """In the order of the cards: the worst first."""
    position = {id(subject): i for i, subject in enumerate(subjects)}
    return tuple(_row(card, position[id(card.located.subject)]) for card in cards)


def _row(card: Card, subject: int) -> Row:
    cells = tuple(column.cell(card) for column in COLUMNS)
    whole = (column.whole(card) if column.whole else "" for column in COLUMNS)
    return Row(
        id="" if card.is_full else card.anchor,
        href=f"#{card.told_at}",
        standing=card.located.standing,
        letter=letters.letter(card.located.finding.verdict),
        subject=subject,
        cells=cells,
        titles=tuple("" if title == cell else title for cell, title in zip(cells, whole, strict=True)),
    )
