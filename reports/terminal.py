"""A summary of at most 100 columns for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradcheck.baseline import Against
from gradcheck.record import STATUSES, Results
from gradcheck.reports import groups, numbers, text, why
from gradcheck.reports.against import TITLE, headline, held, sections
from gradcheck.reports.summary import Summary, component, name

WIDTH = 100
# How many of each are listed before the rest is only counted.
SHOWN = 5
_LINE = 300
_COLOURS = {"critical": "bold red", "major": "red", "minor": "yellow"}


def render(results: Results, paths: Sequence[str | Path] = (), against: Against | None = None) -> str:
    """The summary as plain text, `paths` being the files written."""
    shown = io.StringIO()
    console = Console(file=shown, width=WIDTH, color_system=None, force_terminal=False, emoji=False)
    show(results, console, paths, against)
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()) + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against=against), path)


def show(results: Results, console: Console, paths: Sequence[str | Path] = (), against: Against | None = None) -> None:
    """Print the summary on `console`, in colour where it has any, in at most 100 columns."""
    summary = Summary(held(results, against), against)
    console.print(Group(*_parts(summary, paths)), width=min(WIDTH, console.width), soft_wrap=False)


def _parts(summary: Summary, paths: Sequence[str | Path]) -> Iterator[RenderableType]:
    yield _headline(summary)
    yield _counts(summary)
    yield from _against(summary.against)
    yield from _findings("Unexpected findings, worst first", summary.standing("new"))
    missing = [f"{name(subject)}: {what}" for subject, what in summary.missing]
    yield from _list("Missing: expected, but not found", missing)
    failed = [f"{name(subject)}: {subject.error}" for subject in summary.with_status("failed")]
    yield from _list("Failed", failed)
    yield from _list("Claims that do not hold", [f"{c.suite}: {c.text} {c.error}" for c in summary.broken_claims])
    broken = [f"{p.specification}: {p.claim} (witness: {p.witness})" for p in summary.broken_properties]
    yield from _list("Properties not as expected", broken)
    yield from _findings("Expected findings, worst first", summary.standing("expected"), 3)
    if paths:
        yield Text("")
        yield from (_wrapped(f"wrote {path}") for path in paths)


def _headline(summary: Summary) -> Text:
    style = "bold green" if summary.clean else "bold red"
    return Text("gradcheck  ", style="bold").append(summary.headline, style=style)


def _counts(summary: Summary) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    results, kinds = summary.results, summary.kinds()
    statuses = (f"{summary.statuses[s]:,} {s.replace('_', ' ')}" for s in STATUSES if summary.statuses[s])
    table.add_row("subjects", f"{len(results.subjects):,}: " + ", ".join(statuses))
    counted = ", ".join(f"{kinds[k]:,} {k}" for k in ("pass", "fail", "undecided"))
    table.add_row("components", f"{kinds.total():,}: {counted}")
    sizes = {standing: len(summary.standing(standing)) for standing in ("new", "expected", "minor")}
    table.add_row("findings", f"{sizes['new']:,} unexpected, {sizes['expected']:,} expected, {sizes['minor']:,} minor")
    if results.claims:
        table.add_row("claims", f"held {len(results.claims) - len(summary.broken_claims)} of {len(results.claims)}")
    if results.properties:
        right = len(results.properties) - len(summary.broken_properties)
        table.add_row("properties", f"as expected {right} of {len(results.properties)}")
    return table


def _against(against: Against | None) -> Iterator[RenderableType]:
    if against is None:
        return
    yield Text(f"\n{TITLE}", style="bold")
    yield _wrapped(f"{headline(against)}.", 2)
    # What is new is shown in full among the unexpected findings.
    for title, lines in sections(against, leave_out=("new",)):
        yield from _list(title, lines)


def _findings(title: str, found: Iterable, shown: int = SHOWN) -> Iterator[RenderableType]:
    grouped = groups.groups(found)
    if not grouped:
        return
    yield Text(f"\n{title}", style="bold")
    for group in grouped[:shown]:
        yield from _group(group)
    if len(grouped) > shown:
        yield Text(f"  and {len(grouped) - shown:,} more, in the HTML report", style="dim")


def _group(group: groups.Group) -> Iterator[RenderableType]:
    f = group.worst
    head = Text(f"  {text.one_line(f.severity)} ", style=_COLOURS.get(f.severity, "red"))
    yield head.append(text.shortened(f"{f.verdict} in the {component(f)}", _LINE), style="bold")
    alike = f" (and {text.plural(len(group.members) - 1, 'finding')} alike)" if len(group.members) > 1 else ""
    yield _wrapped(f"{name(group.subject)}{alike}")
    yield _wrapped(f"at {numbers.point(f.point, group.subject.arguments, 8)}")
    count = f", {f.count:,} components" if f.count > 1 else ""
    yield _wrapped(f"expected {f.expected}, got {f.actual}, {numbers.ulps(f.ulps)} ulps{count}")
    if f.cause:
        yield _wrapped(f"why: {why.sentence(f.cause)}")
    if f.blame:
        yield _wrapped(f"sides: {f.blame}")
    if f.advice:
        yield _wrapped(f"do: {f.advice}")


def _list(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if not lines:
        return
    yield Text(f"\n{title}", style="bold")
    yield from (_wrapped(line, 2) for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield Text(f"  and {len(lines) - SHOWN:,} more, in the HTML report", style="dim")


def _wrapped(line: str, indent: int = 4) -> Padding:
    """One entry, wrapped behind its indent. `Text`, not a string: text from outside is no markup."""
    return Padding(Text(text.shortened(line, _LINE), overflow="fold"), (0, 0, 0, indent), expand=False)
