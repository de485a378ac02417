"""The matrix: a letter and a standing for each implementation, framework, dtype and regime."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from gradcheck import dtypes
from gradcheck.record import Results, Subject
from gradcheck.reports import letters, names, text
from gradcheck.reports.summary import RED, Located

Key = tuple[str, ...]
# (subject, quantity, verdict) -> the address of the finding on the page.
Addresses = Mapping[tuple[Key, str, str], str]
# What tells a subject from others of its specification.
_FACETS = ("implementation", "framework", "dtype", "mode")
_WORST_STANDING = ("new", "expected", "minor")


@dataclass(frozen=True)
class Cell:
    letter: str
    standing: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Row:
    """One row; `spans[i]` is how many rows the i-th heading stands for, 0 where an earlier row has it.

    `filter`: what to keep of the page for it, as it stands in the page's address; `beside`: what is told less loudly.
    """

    heading: tuple[str, ...]
    cells: tuple[Cell, ...]
    filter: str
    spans: tuple[int, ...] = (1,)
    beside: str = ""


@dataclass(frozen=True)
class Block:
    """The rows of one specification under `columns`; or, without a filter, of those that lie in one module.

    `heading` is empty where the one row says it.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    filter: str


@dataclass(frozen=True)
class Overview:
    """A row an implementation, a column a dtype under each framework and mode."""

    ways: tuple[tuple[str, str], ...]  # (framework, mode)
    dtypes: tuple[str, ...]
    blocks: tuple[Block, ...]
    rows: Mapping[Key, Row]  # (suite, specification, implementation) -> its row

    def row(self, subject: Subject) -> Row:
        """The row of a subject's implementation."""
        return self.rows[subject.suite, subject.specification, subject.implementation]


EMPTY = Cell(letters.NOT_RUN, "not_run")


def key(subject: Subject) -> Key:
    """What tells a subject from every other one of a run."""
    s = subject
    return s.suite, s.specification, s.implementation, s.framework, s.dtype, s.mode


def overview(results: Results, addresses: Addresses) -> Overview:
    """One cell a subject, all regimes together."""
    subjects = results.subjects
    ways = tuple(dict.fromkeys((s.framework, s.mode) for s in subjects))
    formats = tuple(n for n in dtypes.NAMES if any(s.dtype == n for s in subjects))
    columns = tuple(f"{framework} {mode} {dtype}" for framework, mode in ways for dtype in formats)
    blocks: dict[Key, Block] = {}
    rows: dict[Key, Row] = {}
    for suite, specification, kept, group in _grouped(subjects):
        cells = {(s.implementation, s.framework, s.mode, s.dtype): _subject(s, addresses) for s in group}
        own = tuple(
            Row((name,), tuple(cells.get((name, *w, d), EMPTY) for w in ways for d in formats), _named(name, kept))
            for name in dict.fromkeys(s.implementation for s in group)
        )
        rows |= {(suite, specification, *row.heading): row for row in own}
        place, block = _block(suite, specification, kept, own, {s.framework for s in group})
        before = blocks[place].rows if place in blocks else ()
        blocks[place] = replace(block, columns=columns, rows=before + block.rows)
    return Overview(ways, formats, tuple(blocks.values()), rows)


def _block(
    suite: str, specification: str, kept: Mapping[str, str], rows: tuple[Row, ...], frameworks: set[str]
) -> tuple[Key, Block]:
    """The rows of one specification, and what they share with those that stand under the same heading."""
    if len(rows) > 1:
        return (suite, "", specification), Block(specification, (), rows, filtered(kept))
    module, name = names.module(specification)
    (implementation,) = rows[0].heading
    # Of one implementation the name says something only where it is not that of the framework.
    beside = "" if module or {implementation} == frameworks else implementation
    row = replace(rows[0], heading=(name,), beside=beside)
    return (suite, module, "" if module else specification), Block(module, (), (row,), "")


def by_regime(results: Results, addresses: Addresses) -> tuple[Block, ...]:
    """One cell a subject and regime, a block a specification; regimes in the order of the run."""
    return tuple(_regimes(name, kept, group, addresses) for _, name, kept, group in _grouped(results.subjects))


def filtered(kept: Mapping[str, str] | None = None, **more: str) -> str:
    """What to keep of the page, as it stands in its address: values by the names of the table's columns."""
    # As it is shown: the page's script compares it with what the table's cells say.
    return urlencode({name: text.printable(value) for name, value in {**(kept or {}), **more}.items()})


def _named(implementation: str, kept: Mapping[str, str]) -> str:
    return filtered(kept, implementation=implementation)


def _grouped(subjects: Sequence[Subject]) -> Iterator[tuple[str, str, dict[str, str], list[Subject]]]:
    """Suite and name of each specification, what to keep of the page for it, and its subjects."""
    groups = by_specification(subjects)
    shared = Counter(name for name, _ in groups)
    for name, group in groups:
        suite = {"suite": group[0].suite} if shared[name] > 1 else {}
        yield group[0].suite, name, {"specification": name, **suite}, group


def by_specification(subjects: Iterable[Subject]) -> list[tuple[str, list[Subject]]]:
    """The subjects of each specification with its name; two suites that share one stay apart."""
    grouped: dict[tuple[str, str], list[Subject]] = {}
    for subject in subjects:
        grouped.setdefault((subject.suite, subject.specification), []).append(subject)
    return [(specification, group) for (_, specification), group in grouped.items()]


def _regimes(specification: str, kept: dict[str, str], subjects: Sequence[Subject], addresses: Addresses) -> Block:
    regimes = tuple(dict.fromkeys(regime for s in subjects for regime in s.regimes))
    subjects = _together(subjects)
    headings = [(s.implementation, f"{s.framework} {s.mode}", s.dtype) for s in subjects]
    facets = [{name: str(getattr(s, name)) for name in _FACETS} for s in subjects]
    shared = {name: value for name, value in facets[0].items() if all(each[name] == value for each in facets)}
    rows = (
        Row(
            heading,
            tuple(_regime(s, s.regimes.get(r, {}), addresses) for r in regimes),
            # The block says what its rows share.
            filtered({name: value for name, value in own.items() if name not in shared}),
            spans,
        )
        for heading, spans, s, own in zip(headings, _spans(headings), subjects, facets, strict=True)
    )
    return Block(specification, regimes, tuple(rows), filtered({**kept, **shared}))


def _together(subjects: Sequence[Subject]) -> list[Subject]:
    """The subjects of an implementation together, and of a framework and mode within it; else in the run's order."""
    implementations = list(dict.fromkeys(s.implementation for s in subjects))
    ways = list(dict.fromkeys((s.framework, s.mode) for s in subjects))
    return sorted(subjects, key=lambda s: (implementations.index(s.implementation), ways.index((s.framework, s.mode))))


def _spans(headings: Sequence[tuple[str, ...]]) -> list[tuple[int, ...]]:
    """How many rows from each one on share its heading, and all left of it; 0 where the row above does so."""
    spans = [[0] * len(heading) for heading in headings]
    for level in range(len(headings[0]) if headings else 0):
        start = 0
        for i, heading in enumerate(headings):
            if heading[: level + 1] != headings[start][: level + 1]:
                start = i
            spans[start][level] += 1
    return [tuple(each) for each in spans]


def _subject(subject: Subject, addresses: Addresses) -> Cell:
    found = [Located(subject, f) for f in subject.findings]
    if subject.status == "not_run":
        return Cell(letters.NOT_RUN, "not_run", f"not run: {subject.error}" if subject.error else "not run")
    if subject.status == "failed":
        return Cell(letters.FAILED, "new", f"failed: {subject.error}", "#failed")
    if subject.status == "missing" and not any(located.standing == "new" for located in found):
        return Cell(letters.MISSING, "new", f"missing: {'; '.join(subject.missing)}", "#missing")
    if found:
        return _finding(subject, min(found, key=_badness), addresses)
    return _counted(subject, subject.counts, addresses)


def _badness(located: Located) -> tuple:
    """The worst before the most ordinary: a cell says how bad it gets."""
    standing, rank = _WORST_STANDING.index(located.standing), letters.rank(located.finding.verdict)
    return standing, located.severity, rank, located.order


def _finding(subject: Subject, located: Located, addresses: Addresses) -> Cell:
    f = located.finding
    others = len(subject.findings) - 1
    title = f"{f.verdict} in the {f.quantity}" + (f" and {others} more" if others else "")
    return Cell(letters.letter(f.verdict), located.standing, title, _address(subject, f.quantity, f.verdict, addresses))


def _regime(subject: Subject, counts: Mapping[str, Mapping[str, int]], addresses: Addresses) -> Cell:
    return _counted(subject, counts, addresses) if counts else EMPTY


def _counted(subject: Subject, counts: Mapping[str, Mapping[str, int]], addresses: Addresses) -> Cell:
    """The worst failure counted; without one the commonest pass, unless something is undecided."""
    verdicts = [(quantity, v, n) for quantity, each in counts.items() for v, n in each.items() if n]
    failing = [(quantity, v) for quantity, v, _ in verdicts if letters.kind(v) == "fail"]
    title = "; ".join(f"{quantity}: {said}" for quantity, each in counts.items() if (said := _not_passing(each)))
    if failing:
        standing, _, (quantity, verdict) = min((*_standing(subject, each), each) for each in failing)
        href = _address(subject, quantity, verdict, addresses)
        return Cell(letters.letter(verdict), _WORST_STANDING[standing], title, href)
    if any(letters.kind(v) == "undecided" for _, v, _ in verdicts):
        return Cell("?", "undecided", title, "#undecided")
    if not verdicts:
        return EMPTY
    totals: dict[str, int] = {}
    for _, verdict, count in verdicts:
        totals[verdict] = totals.get(verdict, 0) + count
    return Cell(letters.letter(letters.commonest(totals)), "pass")


def _not_passing(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items() if n and letters.kind(verdict) != "pass")


def _standing(subject: Subject, failing: tuple[str, str]) -> tuple[int, int]:
    """How bad a failing (quantity, verdict) is: by the findings of the subject, or else by its status."""
    known = [
        _WORST_STANDING.index(Located(subject, f).standing)
        for f in subject.findings
        if (f.quantity, f.verdict) == failing
    ]
    unlisted = "new" if subject.status in RED else "minor"
    return min(known, default=_WORST_STANDING.index(unlisted)), letters.rank(failing[1])


def _address(subject: Subject, quantity: str, verdict: str, addresses: Addresses) -> str:
    return addresses.get((key(subject), quantity, verdict), "")
