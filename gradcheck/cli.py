"""The command line: `gradcheck run`. Exit code 0 clean, 1 findings, 2 wrong use or a crash."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gradcheck import dtypes, frameworks, record, reports, suites
from gradcheck.reports import terminal
from gradcheck.run import Settings, run

RED = ("failed", "missing", "unexpected")
OUTPUTS = ("results.json", "report.html")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradcheck")
def cli() -> None:
    """Judge losses and layers of PyTorch, JAX and NumPy against certified truth."""


@cli.command("run")
@click.argument("names", metavar="[SUITE]...", nargs=-1)
@click.option("--framework", "chosen", multiple=True, help="Only this framework (repeatable): numpy, torch, jax.")
@click.option(
    "--dtype", "formats", multiple=True, help="Only this dtype (repeatable): float16, bfloat16, float32, float64."
)
@click.option("--mode", "modes", multiple=True, help="Only this mode (repeatable): eager, jit, compile, forward.")
@click.option("--seed", default=0, show_default=True, help="Seed of the points.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option(
    "--output",
    default="out",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the report and results.",
)
def run_command(names, chosen, formats, modes, seed, jobs, output) -> None:
    """Run suites (all of the mission's losses when none is named) and write the report.

    \b
    gradcheck run
    gradcheck run lrn --dtype float32 --framework torch
    """
    settings = Settings(
        suites=names or tuple(suites.SEEDS),
        frameworks=chosen or None,
        dtypes=formats or None,
        modes=modes or None,
        seed=seed,
        jobs=jobs,
    )
    _require_known(settings)
    _require_writable(output)
    with _progress() as on_done:
        results = run(settings, suites.load, on_done)
    paths = [output / name for name in OUTPUTS]
    record.save(results, paths[0])
    reports.write(results, paths[1])
    terminal.show(results, Console(width=100), paths)
    sys.exit(1 if is_red(results) else 0)


def is_red(results: record.Results) -> bool:
    """Whether anything is worse than what the suites expect."""
    return any(s.status in RED for s in results.subjects) or not all(c.holds for c in results.claims)


def _require_known(settings: Settings) -> None:
    """One clear line for a name that does not exist or is not installed, before anything runs."""
    for name in settings.suites:
        suites.load(name)
    for dtype in settings.dtypes or ():
        dtypes.format_of(dtype)
    known = set()
    for name in settings.frameworks or frameworks.NAMES:
        framework = frameworks.get(name)
        known.update(framework.all_modes)
        if settings.frameworks:
            _ = framework.library
    for mode in settings.modes or ():
        if mode not in known:
            raise ValueError(f"unknown mode {mode!r}; expected one of {', '.join(sorted(known))}")


def _require_writable(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        probe = output / ".gradcheck-writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"cannot write to {output}: {error.strerror}; choose another folder with --output") from error


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
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(2)
    except (ValueError, frameworks.FrameworkError) as error:
        click.echo(f"gradcheck: {error}", err=True)
        sys.exit(2)
