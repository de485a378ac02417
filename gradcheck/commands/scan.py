"""`gradcheck scan`: judge functions without any reference."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from gradcheck import dtypes, frameworks, record, reports
from gradcheck.commands.options import Domain, Named
from gradcheck.proposal import Wishes
from gradcheck.record import Results
from gradcheck.reports import terminal
from gradcheck.scan import Options, Scanned, results_of, scan
from gradcheck.vectors import file as vectors_file
from gradcheck.verdict import Severity

CLEAN, FINDINGS, BROKEN = 0, 1, 2
MODES = ("eager", "jit", "compile", "forward")


class _Shape(Named):
    name, example = "NAME=SIZES", "--shape x=4,3 (a scalar: --shape 'x=()')"

    def read(self, text: str) -> tuple[int, ...]:
        sizes = [size for size in text.strip("() ").split(",") if size.strip()]
        try:
            return tuple(int(size) for size in sizes)
        except ValueError:
            raise ValueError("sizes are whole numbers with commas between them, such as 4,3") from None


@click.command(
    "scan",
    epilog="Exit code 0: clean; 1: findings; 2: wrong use, a crash, or nothing could be decided.",
)
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option("--domain", "domains", multiple=True, type=Domain(), help="Domain of an argument (repeatable).")
@click.option("--shape", "shapes", multiple=True, type=_Shape(), help="Shape of an argument (repeatable).")
@click.option("--no-grad", "fixed", multiple=True, metavar="NAME", help="Do not differentiate by it (repeatable).")
@click.option(
    "--dtype", "chosen_dtypes", multiple=True, type=click.Choice(dtypes.NAMES), help="Default float32 (repeatable)."
)
@click.option("--mode", "modes", multiple=True, type=click.Choice(MODES), help="Default eager (repeatable).")
@click.option("--framework", type=click.Choice(frameworks.NAMES), help="Default: what the function is written in.")
@click.option("--seed", default=0, show_default=True, help="Seed of the points.")
@click.option("--budget", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="For each dtype and mode.")
@click.option("--definition", metavar="MODULE:NAME", help="The mathematics: definition(xp, *arrays).")
@click.option("--gradient", metavar="MODULE:NAME", help="A hand-written gradient(*arrays) to judge.")
@click.option("--vectors", metavar="FILE", help="Judge at its points against its truth (see gradcheck vectors).")
@click.option("--output", type=Path, metavar="FOLDER", help="Write report.html and results.json there.")
@click.option(
    "--fail-on",
    default="major",
    show_default=True,
    type=click.Choice([s.value for s in Severity]),
    help="The least severity that is a finding.",
)
def scan_command(
    targets: tuple[str, ...],
    domains: tuple[tuple[str, str], ...],
    shapes: tuple[tuple[str, tuple[int, ...]], ...],
    fixed: tuple[str, ...],
    chosen_dtypes: tuple[str, ...],
    modes: tuple[str, ...],
    output: Path | None,
    fail_on: str,
    **options: Any,
) -> None:
    """Judge functions without a reference: each TARGET is package.module:name.

    The name may be a function, a method (module:Class.method), a callable object or a torch.nn.Module. The
    current folder is importable. Domains and shapes of the arguments are proposed, and said.

    \b
    gradcheck scan my_losses:iwae
    gradcheck scan my_losses:bce my_losses:focal --domain target=probability --dtype float16
    """
    if options["vectors"] is not None:
        given = {"--domain": domains, "--shape": shapes, "--no-grad": fixed, "--definition": options["definition"]}
        chosen_dtypes = _dtype_of(options["vectors"], chosen_dtypes, [name for name, some in given.items() if some])
    settings = Options(
        wishes=Wishes(dict(domains), dict(shapes), fixed),
        dtypes=chosen_dtypes or ("float32",),
        modes=modes or ("eager",),
        folder=str(Path.cwd()),
        **options,
    )
    started = datetime.now(UTC)
    scanned = []
    for each in scan(targets, settings):
        _say(each)
        scanned.append(each)
    _show(results_of(scanned, settings, started), output)
    sys.exit(exit_code(scanned, Severity(fail_on)))


def _dtype_of(path: str, chosen: tuple[str, ...], needless: list[str]) -> tuple[str, ...]:
    """The dtype of test vectors. ValueError where something else is asked for beside them."""
    if needless:
        raise ValueError(f"--vectors {path} has the points and the truth already; leave out {', '.join(needless)}")
    dtype = vectors_file.load(path).dtype
    if chosen not in ((), (dtype,)):
        raise ValueError(f"--vectors {path} is of {dtype}; leave out --dtype {' '.join(chosen)}, or take another file")
    return (dtype,)


def _say(scanned: Scanned) -> None:
    """What was assumed, and on stderr what went wrong."""
    for line in scanned.assumptions:
        click.echo(f"{scanned.target}: {line}")
    if scanned.problem:
        click.echo(f"gradcheck: {scanned.target}: {scanned.problem}", err=True)


def _show(results: Results, output: Path | None) -> None:
    """The summary, if anything was judged; and the files, if they were asked for."""
    paths = []
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        paths = [output / "results.json", output / "report.html"]
        record.save(results, paths[0])
        reports.write(results, paths[1])
    if output is not None or any(s.points for s in results.subjects):
        terminal.show(results, Console(width=terminal.WIDTH), paths)
        _show_notes(results)


def _show_notes(results: Results) -> None:
    for subject in results.subjects:
        for note in subject.notes:
            click.echo(f"note: {subject.specification}, {subject.dtype}, {subject.mode}: {note}")


def exit_code(scanned: Sequence[Scanned], fail_on: Severity) -> int:
    """2 where a target could not be judged, 1 where there is a finding of that severity or worse, else 0."""
    if any(each.problem for each in scanned):
        return BROKEN
    return FINDINGS if any(each.at_least(fail_on) for each in scanned) else CLEAN
