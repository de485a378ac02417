"""A summary of at most 100 columns, and about one screen, for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradcheck.baseline import Against
from gradcheck.record import STATUSES, Results
from gradcheck.reports import groups, numbers, text, why
from gradcheck.reports.against import TITLE, headline, held, sections
from gradcheck.reports.next_steps import next_steps
from gradcheck.reports.summary import Located, Summary, component, name
from gradcheck.reports.undecided import Undecided, undecided

WIDTH = 100
# A screen. Where a run has more to say, less of each part is shown.
LINES = 45
_LINE = 300
_COLOURS = {"critical": "bold red", "major": "red", "minor": "yellow"}


class Command(Text):
    """What is to be typed: a line that is never folded, however long, so that it can be pasted."""


@dataclass(frozen=True)
class Room:
    """How much of each part is shown before the rest is only counted."""

    full: int  # unexpected findings with all that is known of them
    short: int  # further findings, a line each
    listed: int  # entries of a list
    length: int = 300  # characters of an entry


ROOMS = (Room(5, 8, 5), Room(3, 6, 4), Room(2, 4, 3), Room(1, 3, 2), Room(1, 1, 1, 98), Room(0, 2, 1, 98))
MOST_SUITES = 12
ALWAYS = ("subjects", "components", "fail", "undecided")  # columns of the table of suites


def render(results: Results, paths: Sequence[str | Path] = (), against: Against | None = None) -> str:
    """The summary as plain text, `paths` being the files written."""
    shown = io.StringIO()
    console = Console(file=shown, width=WIDTH, color_system=None, force_terminal=False, emoji=False)
    show(results, console, paths, against)
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()) + "\n"


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    text.save(render(results, against=against), path)


def show(results: Results, console: Console, paths: Sequence[str | Path] = (), against: Against | None = None) -> None:
    """Print the summary on `console`, in colour where it has any, in at most 100 columns and about one screen.

    Only a command that is to be typed is left whole where it is longer.
    """
    summary = Summary(held(results, against), against)
    width = min(WIDTH, console.width)
    for room in ROOMS:
        parts = list(_parts(summary, paths, room))
        if sum(len(console.render_lines(part, console.options.update(width=width))) for part in parts) <= LINES:
            break
    for part in parts:
        console.print(part, width=width, soft_wrap=isinstance(part, Command))


def _parts(summary: Summary, paths: Sequence[str | Path], room: Room) -> Iterator[RenderableType]:
    yield _headline(summary)
    yield _counts(summary)
    yield from _suites(summary)
    yield from _against(summary.against, room)
    yield from _unexpected(summary.standing("new"), room)
    missing = [f"{name(subject)}: {what}" for subject, what in summary.missing]
    yield from _list("Missing: expected, but not found", missing, room)
    failed = [f"{name(subject)}: {subject.error}" for subject in summary.with_status("failed")]
    yield from _list("Failed", failed, room)
    claims = [f"{c.suite}: {c.text} {c.error}" for c in summary.broken_claims]
    yield from _list("Claims that do not hold", claims, room)
    broken = [f"{p.specification}: {p.claim} (witness: {p.witness})" for p in summary.broken_properties]
    yield from _list("Properties not as expected", broken, room)
    yield from _list("Undecided, which is no pass", list(map(_undecided, undecided(summary.results.subjects))), room)
    yield from _expected(summary.standing("expected"), room)
    yield from _end(summary, paths)


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


def _suites(summary: Summary) -> Iterator[RenderableType]:
    """A line a suite, where there are several; a column only for what there is."""
    parts = [summary.of_suite(suite) for suite in dict.fromkeys(s.suite for s in summary.results.subjects)]
    if len(parts) < 2:
        return
    counted = [_suite(part) for part in parts]
    columns = [heading for heading in counted[0] if heading in ALWAYS or any(each[heading] for each in counted)]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("suite", overflow="ellipsis", no_wrap=True)
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for part, counts in list(zip(parts, counted, strict=True))[:MOST_SUITES]:
        numbers_of = (f"{counts[heading]:,}" if counts[heading] else "–" for heading in columns)
        table.add_row(text.shortened(part.results.subjects[0].suite, 20), *numbers_of)
    yield Text("")
    yield table
    if len(parts) > MOST_SUITES:
        yield Text(f"  and {len(parts) - MOST_SUITES:,} more suites, in the HTML report", style="dim")


def _suite(part: Summary) -> dict[str, int]:
    kinds = part.kinds()
    return {
        "subjects": len(part.results.subjects),
        "components": kinds.total(),
        "fail": kinds["fail"],
        "undecided": kinds["undecided"],
        "unexpected": len(part.standing("new")),
        "expected": len(part.standing("expected")),
        "minor": len(part.standing("minor")),
        "missing": len(part.missing),
        "failed": part.statuses["failed"],
    }


def _against(against: Against | None, room: Room) -> Iterator[RenderableType]:
    if against is None:
        return
    yield Text(f"\n{TITLE}", style="bold")
    yield _wrapped(f"{headline(against)}.", 2)
    # What is new is shown in full among the unexpected findings, what is accepted among the expected ones.
    for title, lines in sections(against, leave_out=("new", "accepted")):
        yield from _list(title, lines, room)


def _unexpected(found: Iterable[Located], room: Room) -> Iterator[RenderableType]:
    grouped = groups.groups(found)
    if grouped:
        yield Text("\nUnexpected findings, worst first", style="bold")
    for group in grouped[: room.full]:
        yield from _group(group)
    yield from _lines(grouped[room.full :], room)


def _expected(found: Iterable[Located], room: Room) -> Iterator[RenderableType]:
    grouped = groups.groups(found)
    if grouped:
        yield Text("\nExpected findings, worst first", style="bold")
    yield from _lines(grouped, room)


def _lines(grouped: Sequence[groups.Group], room: Room) -> Iterator[RenderableType]:
    """A line each: what, where, and the two numbers."""
    if not grouped:
        return
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(no_wrap=True, justify="right")
    for group in grouped[: room.short]:
        f = group.worst
        line = Text(f"  {text.one_line(f.severity)} ", style=_COLOURS.get(f.severity, "red"))
        line.append(text.shortened(f"{f.verdict} in {name(group.subject)}, {component(f)}", _LINE), style="default")
        table.add_row(line, Text(f"{_brief(f.actual)} for {_brief(f.expected)}"))
    yield table
    if len(grouped) > room.short:
        yield Text(f"  and {len(grouped) - room.short:,} more, in the HTML report", style="dim")


def _brief(number: str) -> str:
    try:
        return f"{float(number):.4g}"
    except ValueError:
        return text.shortened(number, 16)


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


def _undecided(found: Undecided) -> str:
    alike = f" and {text.plural(len(found.subjects) - 1, 'subject')} alike" if len(found.subjects) > 1 else ""
    return f"{text.plural(found.components, 'component')} of {name(found.subjects[0])}{alike}: {found.why}"


def _list(title: str, lines: Sequence[str], room: Room) -> Iterator[RenderableType]:
    if not lines:
        return
    yield Text(f"\n{title}", style="bold")
    yield from (_wrapped(text.shortened(line, room.length), 2) for line in lines[: room.listed])
    if len(lines) > room.listed:
        yield Text(f"  and {len(lines) - room.listed:,} more, in the HTML report", style="dim")


def _end(summary: Summary, paths: Sequence[str | Path]) -> Iterator[RenderableType]:
    """The files, and what to type next."""
    if paths:
        yield Text("")
        yield from (_wrapped(f"wrote {path}") for path in paths)
    if commands := tuple(next_steps(summary, paths)):
        yield Text("\nNext", style="bold")
        for command, what in commands:
            yield _wrapped(f"# {what}", 2)
            yield Command(f"  {text.printable(command)}")


def _wrapped(line: str, indent: int = 4) -> Padding:
    """One entry, wrapped behind its indent. `Text`, not a string: text from outside is no markup."""
    return Padding(Text(text.shortened(line, _LINE), overflow="fold"), (0, 0, 0, indent), expand=False)
