"""The command line: `gradcheck run`. Exit code 0 clean, 1 findings, 2 wrong use or a crash."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gradcheck import baseline_file, configuration, dtypes, frameworks, reports, results_file, suites
from gradcheck.baseline import Against, Baseline, compare_with
from gradcheck.commands.annotate import annotate
from gradcheck.commands.baseline import baseline_command
from gradcheck.commands.benchmark import benchmark
from gradcheck.commands.compare import compare_command
from gradcheck.commands.explain import explain_command
from gradcheck.commands.options import fail_on_option
from gradcheck.commands.report import report_command
from gradcheck.commands.scan import scan_command
from gradcheck.commands.vectors import vectors_command
from gradcheck.configuration_keys import MODES
from gradcheck.containment import described
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.record import Results
from gradcheck.reports import summary, terminal
from gradcheck.run import Settings, run, validate
from gradcheck.verdict import Severity

OUTPUTS = ("results.json", "report.html")
PROBE = ".gradcheck-writable"
CLEAN, FINDINGS, BROKEN = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradcheck")
@click.pass_context
def cli(context: click.Context) -> None:
    """Judge losses and layers of PyTorch, JAX and NumPy against certified truth.

    What the command line does not say, [tool.gradcheck] of pyproject.toml says: functions, baseline, fail-on, seed.
    """
    context.obj = configuration.find(Path.cwd())
    context.default_map = context.obj.defaults


cli.add_command(baseline_command)
cli.add_command(benchmark)
cli.add_command(compare_command)
cli.add_command(explain_command)
cli.add_command(report_command)
cli.add_command(scan_command)
cli.add_command(vectors_command)


def _named(option: str, known: Iterable[str]) -> Callable[[Any], Any]:
    help_text = f"Only this {option} (repeatable): {', '.join(known)}."
    return click.option(f"--{option}", f"{option}s", multiple=True, metavar="NAME", help=help_text)


@cli.command(
    "run",
    epilog="Exit code 0: as expected; 1: unexpected or missing findings (with a baseline: new, worse or fixed ones); "
    "2: usage, crash, broken subject.",
)
@click.argument("names", metavar="[SUITE]...", nargs=-1)
@_named("framework", frameworks.NAMES)
@_named("dtype", dtypes.NAMES)
@_named("mode", MODES)
@click.option("--seed", default=0, show_default=True, help="Seed of the points.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--quick",
    is_flag=True,
    help="A first look: fewer points, and if nothing else is asked for float32 alone, in one mode.",
)
@click.option("--output", default="out", show_default=True, type=Path, help="Folder for report.html and results.json.")
@click.option("--baseline", type=Path, metavar="FILE", help="Red is only what got worse against it, or is fixed.")
@fail_on_option
def run_command(
    names: tuple[str, ...],
    frameworks: tuple[str, ...],
    dtypes: tuple[str, ...],
    modes: tuple[str, ...],
    seed: int,
    jobs: int,
    quick: bool,
    output: Path,
    baseline: Path | None,
    fail_on: Severity,
) -> None:
    """Judge every implementation of the named suites and write the report; without a name, of all but the libraries.

    \b
    gradcheck run
    gradcheck run lrn --dtype float32 --framework torch
    gradcheck run optax --quick

    Suites: SUITES.

    Released libraries: LIBRARIES.
    """
    settings = Settings(
        suites=names or tuple(suites.SEEDS),
        frameworks=frameworks or None,
        dtypes=dtypes or None,
        modes=modes or None,
        seed=seed,
        jobs=jobs,
        quick=quick,
        baseline=baseline,
    )
    validate(settings, suites.load)
    _require_writable(output)
    with _progress() as on_done:
        results = run(settings, suites.load, on_done)
    against = compare_with(results, baseline_file.load(baseline), fail_on) if baseline else None
    _show(results, output, against)
    sys.exit(exit_code(results, fail_on, against))


run_command.help = (
    (run_command.help or "")
    .replace("SUITES", ", ".join(suites.SEEDS))
    .replace("LIBRARIES", ", ".join(suites.LIBRARIES))
)


def _show(results: Results, output: Path, against: Against | None) -> None:
    """Write the files, print the summary and, on stderr, a line for each thing that broke."""
    paths = [output / name for name in OUTPUTS]
    results_file.save(results, paths[0])
    reports.write(results, paths[1], against)
    terminal.show(results, Console(width=terminal.WIDTH), paths, against)
    annotate(results, against)
    for subject in results.subjects:
        if subject.status == "failed":
            click.echo(f"gradcheck: {summary.name(subject)}: {subject.error}", err=True)
    if "interrupted" in results.settings:
        click.echo(f"gradcheck: interrupted {results.settings['interrupted']}; the files hold what was done", err=True)


def exit_code(results: Results, fail_on: Severity = Severity.MAJOR, against: Against | None = None) -> int:
    """2 where something broke or the run was interrupted, 1 where anything is not as expected, else 0.

    Findings count from severity `fail_on`; with a baseline those that it does not accept, and its stale entries.
    """
    if "interrupted" in results.settings or any(s.status == "failed" for s in results.subjects):
        return BROKEN
    counted = against or compare_with(results, Baseline(), fail_on)
    expected = summary.Summary(results)
    broken = expected.missing or expected.broken_claims or expected.broken_properties
    return FINDINGS if counted.red or broken else CLEAN


def _require_writable(output: Path) -> None:
    """ValueError where the results could not be written, before anything runs."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / PROBE).touch()
        (output / PROBE).unlink()
        for path in (output / name for name in OUTPUTS):
            if path.exists():
                path.open("ab").close()
    except OSError as error:
        reason = "it is a file" if output.is_file() else error.strerror
        raise ValueError(f"cannot write to {output}: {reason}; choose another folder with --output") from error


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda label, done, total: print(f"[{done}/{total}] {label}", file=sys.stderr, flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting", total=None)
        yield lambda label, done, total: progress.update(bar, description=label, completed=done, total=total)


def main() -> None:
    """Entry point: what a user did wrong is one line and exit code 2."""
    try:
        cli(prog_name="gradcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(BROKEN)
    except click.exceptions.Abort:
        click.echo("gradcheck: interrupted", err=True)
        sys.exit(BROKEN)
    except (ValueError, FrameworkError) as error:
        click.echo(f"gradcheck: {error}", err=True)
        sys.exit(BROKEN)
    except Exception as defect:
        click.echo(f"gradcheck: {described(defect)}; a file changed by hand, or a defect of gradcheck", err=True)
        sys.exit(BROKEN)
