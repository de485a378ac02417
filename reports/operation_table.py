"""One function at one point, on a terminal: every operation beside its exact result, the answer, and why it fails."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

import numpy as np
from rich.console import Console, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradcheck.explain.explanation import Answer, Explanation
from gradcheck.explain.table import Row
from gradcheck.finding import numbers as recorded
from gradcheck.inputs.argument import Argument
from gradcheck.record import FindingRecord
from gradcheck.reports import numbers, text
from gradcheck.reports.summary import component
from gradcheck.verdict import Verdict

WIDTH = 100
# A run with more results is shown around what departs: so many beside each, and so many in all.
LONGEST = 200
BESIDE = 3
SHOWN = 60
DEPARTS = "departs"
COLUMNS = ("step", "pass", "operation", "line", "native", "exact", "error", "")
NUMBERS = ("step", "native", "exact", "error")  # set to the right
# What is folded first where the columns are too many, and to how few characters.
FOLDED = ("operation", "line")
LEAST = 12
NOTHING_WRONG = "Nothing goes wrong here."
UNDECIDED = "Nothing is seen to fail here, but not every component could be decided."
NO_CAUSE = "no single operation is at fault, as far as the replay tells"


def argument(described: Argument, array: np.ndarray, dtype: str) -> str:
    """An argument of the point in one line, and what was taken for its domain."""
    fixed = "" if described.differentiate else ", not differentiated"
    shown = numbers.array(recorded(array, dtype))
    return f"{described.name} = {shown} ({described.domain}{fixed}; --domain {described.name}=... takes another)"


def render(found: Explanation, head: Sequence[str], everything: bool = False) -> str:
    """It as plain text; `everything`: no step is left out."""
    shown = io.StringIO()
    console = Console(file=shown, width=WIDTH, color_system=None, force_terminal=False, emoji=False)
    show(found, head, console, everything)
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()) + "\n"


def show(found: Explanation, head: Sequence[str], console: Console, everything: bool = False) -> None:
    """Print it in at most 100 columns, but for scripts, whose lines stay whole to be copied."""
    width = min(WIDTH, console.width)
    for part in _parts(found, head, everything, width):
        console.print(part, width=width, soft_wrap=isinstance(part, Script))


class Script(Text):
    """Lines to be copied: none of them is folded."""


def _parts(found: Explanation, head: Sequence[str], everything: bool, width: int) -> Iterator[RenderableType]:
    yield _line(head[0], style="bold")
    yield from (_line(line, 2) for line in head[1:])
    if found.rows:
        yield from _operations(found, everything, width)
    yield Text("")
    yield _answers(found.answers)
    for findings in _alike(found.findings):
        yield from _why(findings)
    yield Text("")
    yield from (_line(f"note: {note}") for note in found.notes)
    if not found.fails:
        undecided = any(a.verdict == Verdict.UNDECIDED for a in found.answers)
        yield _line(UNDECIDED) if undecided else _line(NOTHING_WRONG, style="bold green")


def _line(line: str, indent: int = 0, style: str = "") -> Padding:
    """`Text`, not a string: text from outside is no markup."""
    return Padding(Text(text.printable(line), overflow="fold", style=style), (0, 0, 0, indent), expand=False)


def _operations(found: Explanation, everything: bool, width: int) -> Iterator[RenderableType]:
    kept = list(range(len(found.rows))) if everything else kept_rows(found)
    yield Text("")
    yield _table(found, kept, width)
    if left_out := len(found.rows) - len(kept):
        yield _line(f"{left_out:,} of {len(found.rows):,} results are left out (…); --all shows them")


def _table(found: Explanation, kept: Sequence[int], width: int) -> Table:
    cells = {k: _cells(found.rows[k], found.kinds.get(k, "")) for k in kept}
    widths, fits = _widths([COLUMNS, *cells.values()], width)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, size in zip(COLUMNS, widths, strict=True):
        folded = heading in FOLDED
        side: JustifyMethod = "right" if heading in NUMBERS else "left"
        whole = fits and not folded
        table.add_column(heading, width=size if folded else None, no_wrap=whole, justify=side, overflow="fold")
    for before, number in zip([-1, *kept], kept, strict=False):
        if number > before + 1:
            table.add_row(Text("…"))
        style = "bold red" if number in found.kinds else "red" if found.rows[number].departs else ""
        table.add_row(*map(Text, cells[number]), style=style)
    return table


def _widths(rows: Sequence[Sequence[str]], width: int) -> tuple[list[int], bool]:
    """The width of each column, and whether the table then fits."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for heading in FOLDED:
        excess = sum(widths) + len(widths) - width
        number = COLUMNS.index(heading)
        widths[number] -= max(0, min(excess, widths[number] - LEAST))
    return widths, sum(widths) + len(widths) <= width


def kept_rows(found: Explanation) -> list[int]:
    """The rows to show: all of a short run; of a long one the first and last, and those beside what departs."""
    count = len(found.rows)
    if count <= LONGEST:
        return list(range(count))
    marked = [*found.kinds, *(k for k, row in enumerate(found.rows) if row.departs)]
    kept: set[int] = set()
    for at in (0, count - 1, *marked):
        if len(kept) < SHOWN:
            kept |= set(range(max(at - BESIDE, 0), min(at + BESIDE + 1, count)))
    return sorted(kept)


def _cells(row: Row, kind: str) -> tuple[str, ...]:
    mark = kind or (DEPARTS if row.departs else "")
    line = PurePath(near(row.location)).name
    cells = (str(row.step), row.phase, _operation(row), line, row.native, row.exact, numbers.relative(row.error), mark)
    return tuple(map(text.one_line, cells))


def _operation(row: Row) -> str:
    index = "" if row.index is None else f" [{', '.join(map(str, row.index))}]"
    return f"{row.operation}{f' of {row.of}' if row.of else ''}{index}"


def near(location: str) -> str:
    """`file:line` of a file below the current folder by its path from there, of another by its whole path."""
    path, _, line = location.rpartition(":")
    try:
        return f"{Path(path).relative_to(Path.cwd())}:{line}" if path else location
    except ValueError:
        return location


def _answers(answers: Sequence[Answer]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("answer", "verdict", "expected", "actual", ""):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("expected", "actual") else "left")
    for a in answers:
        style = "bold red" if a.fails else ""
        more = f"and {a.count - 1:,} more" if a.count > 1 else ""
        index = f"[{', '.join(map(str, a.index))}]" if a.index else ""
        table.add_row(
            *(Text(cell) for cell in (f"{a.name}{index}", a.verdict, a.expected, a.actual, more)), style=style
        )
    return table


def _alike(findings: Sequence[FindingRecord]) -> list[list[FindingRecord]]:
    """Findings of one cause together: it is told once."""
    groups: dict[tuple, list[FindingRecord]] = {}
    for finding in findings:
        groups.setdefault((finding.cause, finding.advice), []).append(finding)
    return list(groups.values())


def _why(findings: Sequence[FindingRecord]) -> Iterator[RenderableType]:
    """The cause and the advice of some findings, and the script of the first."""
    yield Text("")
    for finding in findings:
        components = f", {finding.count:,} components" if finding.count > 1 else ""
        yield _line(f"{finding.severity}: {finding.verdict} in the {component(finding)}{components}", style="bold")
    shown = findings[0]
    yield _line(f"why: {shown.cause.sentence if shown.cause else NO_CAUSE}", 2)
    if shown.cause and shown.cause.location:
        yield _line(f"at:  {near(shown.cause.location)}, {shown.cause.operation}, {shown.cause.phase} pass", 2)
    if shown.advice:
        yield _line(f"do:  {shown.advice}", 2)
    if shown.snippet:
        yield _line("see it without gradcheck:", 2)
        yield Script(f"\n{text.printable(shown.snippet.rstrip())}")
