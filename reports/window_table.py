"""The windows of a normalisation as small tables: which channel goes into which output, by which weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.picture import Reach, Window, Windows
from gradcheck.reports.text import plural

NONE = "0"
# What differs from the definition: sign, and what it means.
MISSING, EXTRA, OTHER = ("−", "not summed"), ("+", "summed beyond the window"), ("≠", "of another weight")


@dataclass(frozen=True)
class Cell:
    """The weight of a channel in an output; `mark` says how it differs from the definition, if it does."""

    text: str
    kind: str  # "in", "out" or "off"; with " own" for the channel of the output itself
    mark: str = ""
    title: str = ""


@dataclass(frozen=True)
class Grid:
    """One table: a row for each output, a column for each channel."""

    heading: str
    note: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Convention:
    """A window by its definition, the implementations that have it, and a table for each that does not."""

    source: str
    grid: Grid
    same: tuple[str, ...]
    others: tuple[Grid, ...]


def conventions(windows: Windows) -> list[Convention]:
    """Every convention of a picture."""
    return [_convention(window) for window in windows.windows]


def _convention(window: Window) -> Convention:
    same = tuple(m.who for m in window.measured if m.weights == window.exact.weights)
    others = tuple(
        Grid(m.who, f"{extent(m)}; {_differing(m, window.exact)}", _compared(m, window.exact))
        for m in window.measured
        if m.who not in same
    )
    grid = Grid(window.specification, extent(window.exact), _compared(window.exact, window.exact))
    return Convention(source=window.source, grid=grid, same=same, others=others)


def _compared(reach: Reach, exact: Reach) -> tuple[tuple[Cell, ...], ...]:
    pairs = zip(reach.weights, exact.weights, strict=True)
    return tuple(
        tuple(_cell(*pair, own=i == j) for j, pair in enumerate(zip(*rows, strict=True)))
        for i, rows in enumerate(pairs)
    )


def _cell(weight: str, right: str, own: bool) -> Cell:
    suffix = " own" if own else ""
    if weight == right:
        return Cell("·", "out" + suffix) if weight == NONE else Cell(weight, "in" + suffix)
    mark, title = MISSING if weight == NONE else EXTRA if right == NONE else OTHER
    return Cell("·" if weight == NONE else weight, "off" + suffix, mark, f"{title}: {weight} for {right}")


def _differing(reach: Reach, exact: Reach) -> str:
    off = Counter(cell.mark for row in _compared(reach, exact) for cell in row if cell.mark)
    return ", ".join(f"{off[mark]} {words} ({mark})" for mark, words in (MISSING, EXTRA, OTHER) if off[mark])


def extent(reach: Reach) -> str:
    """Such as "2 before, 1 after, alpha/4 each": how far an output reaches where no end cuts its window short."""
    inside = [[j - i for j, w in enumerate(row) if w != NONE] for i, row in enumerate(reach.weights)]
    before, after = (-min(map(min, filter(None, inside)), default=0), max(map(max, filter(None, inside)), default=0))
    weights = sorted({w for row in reach.weights for w in row if w != NONE})
    return f"{before} before, {after} after, {_each(weights)}"


def _each(weights: Sequence[str]) -> str:
    """Such as "alpha/5 each", or "alpha each" for a weight of 1."""
    if len(weights) != 1:
        return "weights that differ"
    return "alpha each" if weights[0] == "1" else f"alpha{weights[0].removeprefix('1')} each"


def sentences(windows: Windows) -> list[str]:
    """Which conventions agree, and which implementations have another window than they are taken for."""
    alike: dict[str, list[str]] = {}
    for window in windows.windows:
        alike.setdefault(extent(window.exact), []).append(window.specification)
    groups = [f"{' and '.join(names)} ({words})" for words, names in alike.items()]
    return [
        f"{plural(len(alike), 'different sum')} under {plural(len(windows.windows), 'name')}: {'; '.join(groups)}.",
        *(_mistaken(window) for window in windows.windows if _taken_wrongly(window)),
    ]


def _taken_wrongly(window: Window) -> Sequence[Reach]:
    return [m for m in window.measured if m.weights != window.exact.weights]


def _mistaken(window: Window) -> str:
    off = "; ".join(f"{m.who} ({_differing(m, window.exact)})" for m in _taken_wrongly(window))
    return f"Taken for {window.specification}, these are not: {off}."
