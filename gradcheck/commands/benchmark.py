"""`gradcheck benchmark known-bugs`: recall and false alarms on bugs that were real, beside other checkers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcheck import frameworks
from gradcheck.processes import Died, in_processes
from gradcheck.suites.known_bugs import BY_ID, CASES, CONTROLS
from gradcheck.suites.known_bugs.case import Case
from gradcheck.suites.known_bugs.measure import Measured, Summary, measure

WIDTH = 100


@click.group("benchmark")
def benchmark() -> None:
    """Measure gradcheck itself."""


@benchmark.command("known-bugs", epilog="Exit code 0: every bug found and no false alarm; 1: otherwise; 2: usage.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option("--rivals/--no-rivals", default=True, show_default=True, help="Ask torch.autograd.gradcheck and jax too.")
def known_bugs(ids: tuple[str, ...], jobs: int, rivals: bool) -> None:
    """Check real numerical bugs of public libraries, and well-written functions that have none.

    \b
    gradcheck benchmark known-bugs                     all of them, with default settings
    gradcheck benchmark known-bugs t_norm_overflow     one, with everything reported of it
    """
    chosen, clock = _chosen(ids), time.perf_counter()
    measured = list(_measured(chosen, jobs, rivals))
    summary = Summary(tuple(m for m in measured if m.id in _BUGS), tuple(m for m in measured if m.id not in _BUGS))
    console = Console(width=WIDTH)
    console.print(_table(measured))
    for line in [*_details(measured, in_full=bool(ids)), *_closing(summary, time.perf_counter() - clock)]:
        console.print(line, highlight=False, markup=False)
    sys.exit(0 if summary.perfect else 1)


_BUGS = frozenset(bug.id for bug in CASES)


def _chosen(ids: Sequence[str]) -> list[Case]:
    if unknown := [i for i in ids if i not in BY_ID]:
        raise click.UsageError(f"there is no known bug or control {', '.join(unknown)}; there are: {', '.join(BY_ID)}")
    cases = [BY_ID[i] for i in ids] if ids else [*CASES, *CONTROLS]
    for framework in dict.fromkeys(case.framework for case in cases):
        frameworks.get(framework).library  # noqa: B018  says what to install before anything runs
    return cases


def _measured(cases: Sequence[Case], jobs: int, rivals: bool) -> Iterator[Measured]:
    work = _Measure(rivals)
    for done, (case, result) in enumerate(zip(cases, in_processes(work, [c.id for c in cases], jobs), strict=True), 1):
        click.echo(f"[{done}/{len(cases)}] {case.id}", err=True)
        yield Measured(case.id, False, (), 0.0, 0.0, error=result.reason) if isinstance(result, Died) else result


class _Measure:
    """Work for another process, which gets the case by its name."""

    def __init__(self, rivals: bool) -> None:
        self.rivals = rivals

    def __call__(self, name: str) -> Measured:
        return measure(BY_ID[name], self.rivals)


def _table(measured: Sequence[Measured]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("case", "gradcheck", "seconds", "CPU", "rival, typical", "rival, told"):
        table.add_column(heading, justify="right" if heading in ("seconds", "CPU") else "left", no_wrap=True)
    for m in measured:
        rival = (_word(m.typical), _word(m.triggered))
        table.add_row(m.id, _outcome(m), f"{m.wall_seconds:.1f}", f"{m.cpu_seconds:.1f}", *rival)
    return table


def _details(measured: Sequence[Measured], in_full: bool) -> Iterator[str]:
    """What was reported of the cases that are not as they should be, or of all."""
    for m in measured:
        if in_full or not m.right:
            yield f"{m.id}: {_outcome(m)}{', ' if m.error else ''}{m.error}"
            yield from (f"  {line}" for line in m.shown)


def _outcome(m: Measured) -> Text:
    words = ("found", "missed") if m.id in _BUGS else ("clean", "false alarm")
    return Text(words[0], style="green") if m.right else Text(words[1], style="bold red")


def _word(answer: bool | None) -> str:
    return {True: "found", False: "-", None: ""}[answer]


def _closing(summary: Summary, seconds: float) -> Iterator[str]:
    everything = [*summary.bugs, *summary.controls]
    typical, told = summary.rival(lambda m: m.typical), summary.rival(lambda m: m.triggered)
    slowest = max(everything, key=lambda m: m.wall_seconds)
    yield ""
    yield f"found         {summary.found} of {len(summary.bugs)} bugs"
    yield f"false alarms  {summary.false_alarms} of {len(summary.controls)} controls"
    yield (
        f"time          {seconds:.0f} s in all, {sum(m.cpu_seconds for m in everything):.0f} s of CPU; "
        f"slowest {slowest.id}: {slowest.wall_seconds:.1f} s"
    )
    if typical[1]:
        yield "torch.autograd.gradcheck and jax.test_util.check_grads, of the bugs in their framework:"
        yield f"  at typical points    {typical[0]} of {typical[1]}"
        yield f"  told the trigger     {told[0]} of {told[1]}"
