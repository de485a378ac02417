"""`gradcheck scan`: judge functions without any reference."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from gradcheck import baseline_file, dtypes, frameworks, reports, results_file
from gradcheck.baseline import Against, compare_with
from gradcheck.commands.annotate import annotate
from gradcheck.commands.options import Domain, Named, fail_on_option
from gradcheck.configuration import Configuration
from gradcheck.configuration_keys import MODES
from gradcheck.proposal import Wishes
from gradcheck.record import Results
from gradcheck.reports import terminal
from gradcheck.scan import Options, Scanned, results_of, scan
from gradcheck.vectors import file as vectors_file
from gradcheck.verdict import Severity

CLEAN, FINDINGS, BROKEN = 0, 1, 2
NO_TARGET = (
    "Missing argument 'TARGET...': name functions, or list them in [[tool.gradcheck.functions]] of pyproject.toml"
)


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
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
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
@click.option("--baseline", metavar="FILE", help="Red is only what got worse against it, or is fixed.")
@fail_on_option
@click.pass_obj
def scan_command(
    configured: Configuration,
    targets: tuple[str, ...],
    domains: tuple[tuple[str, str], ...],
    shapes: tuple[tuple[str, tuple[int, ...]], ...],
    fixed: tuple[str, ...],
    chosen_dtypes: tuple[str, ...],
    modes: tuple[str, ...],
    output: Path | None,
    fail_on: Severity,
    **options: Any,
) -> None:
    """Judge functions without a reference: each TARGET is package.module:name.

    The name may be a function, a method (module:Class.method), a callable object or a torch.nn.Module. The
    current folder is importable. Domains and shapes of the arguments are proposed, and said. Without a TARGET those
    in [[tool.gradcheck.functions]] of pyproject.toml are judged, as it says of them there.

    \b
    gradcheck scan my_losses:iwae
    gradcheck scan my_losses:bce my_losses:focal --domain target=probability --dtype float16
    gradcheck scan --baseline gradcheck-baseline.toml
    """
    targets = targets or tuple(function.target for function in configured.functions)
    if not targets:
        raise click.UsageError(NO_TARGET)
    if options["vectors"] is not None:
        given = {"--domain": domains, "--shape": shapes, "--no-grad": fixed, "--definition": options["definition"]}
        chosen_dtypes = _dtype_of(options["vectors"], chosen_dtypes, [name for name, some in given.items() if some])
    accepted = baseline_file.load(options["baseline"]) if options["baseline"] else None
    wishes = Wishes(dict(domains), dict(shapes), fixed)
    settings = [_options(configured, target, wishes, chosen_dtypes, modes, options) for target in targets]
    started = datetime.now(UTC)
    scanned = []
    for one, alike in groupby(zip(targets, settings, strict=True), key=lambda pair: pair[1]):
        for each in scan(tuple(target for target, _ in alike), one):
            _say(each)
            scanned.append(each)
    results = results_of(scanned, settings, started)
    against = None if accepted is None else compare_with(results, accepted, fail_on)
    _show(results, output, against)
    sys.exit(exit_code(scanned, fail_on, against))


def _options(
    configured: Configuration,
    target: str,
    given: Wishes,
    dtypes: tuple[str, ...],
    modes: tuple[str, ...],
    options: dict[str, Any],
) -> Options:
    """Of one target: what the command line says, else what the configuration says of it, or of all."""
    known = configured.function(target)
    said = known.wishes
    return Options(
        wishes=Wishes({**said.domains, **given.domains}, {**said.shapes, **given.shapes}, (*said.fixed, *given.fixed)),
        dtypes=dtypes or configured.of(known)[0],
        modes=modes or configured.of(known)[1],
        folder=str(configured.folder if known in configured.functions else Path.cwd()),
        **options | {"framework": options["framework"] or known.framework},
    )


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


def _show(results: Results, output: Path | None, against: Against | None) -> None:
    """The summary, if anything was judged; and the files, if they were asked for."""
    paths = []
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        paths = [output / "results.json", output / "report.html"]
        results_file.save(results, paths[0])
        reports.write(results, paths[1], against)
    if output is not None or any(s.points for s in results.subjects):
        terminal.show(results, Console(width=terminal.WIDTH), paths, against)
        _show_notes(results)
    annotate(results, against)


def _show_notes(results: Results) -> None:
    for subject in results.subjects:
        for note in subject.notes:
            click.echo(f"note: {subject.specification}, {subject.dtype}, {subject.mode}: {note}")


def exit_code(scanned: Sequence[Scanned], fail_on: Severity, against: Against | None) -> int:
    """2 where a target could not be judged, 1 where there is a finding of that severity or worse, else 0.

    With a baseline the findings that it does not accept count, and its stale entries.
    """
    if any(each.problem for each in scanned):
        return BROKEN
    if against is not None:
        return FINDINGS if against.red else CLEAN
    return FINDINGS if any(each.at_least(fail_on) for each in scanned) else CLEAN
