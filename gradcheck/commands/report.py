"""`gradcheck report`: results in the formats that a CI service reads, and the front page of several runs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from gradcheck import baseline_file, reports, results_file
from gradcheck.baseline import Baseline, compare_with
from gradcheck.commands.options import fail_on_option
from gradcheck.reports import index, runs
from gradcheck.verdict import Severity

_FORMATS = ", ".join(f"{suffixes[0]} ({name})" for name, (_, suffixes) in reports.FORMATS.items())
_RESULTS = ".json"
_SUFFIXES = frozenset(suffix for _, suffixes in reports.FORMATS.values() for suffix in suffixes)


@click.command("report", epilog="Exit code 0: written; 2: usage, or a file that cannot be written.")
@click.argument("words", metavar="RUN... FILE...", nargs=-1, required=True, type=Path)
@click.option("--baseline", metavar="FILE", help="Say what is new, worse or fixed against it.")
@fail_on_option
def report_command(words: tuple[Path, ...], baseline: str | None, fail_on: Severity) -> None:
    """Write a RUN as each FILE, in the format that its suffix stands for: FORMATS.

    A RUN is a results.json, or a folder that holds one. Of a folder, or of several runs, the FILE is one HTML page: a
    row a run, and the trend of failures per function, with links to the report.html beside each results.json.

    \b
    gradcheck report out/results.json out/summary.md out/junit.xml out/gradcheck.sarif
    gradcheck report nightly/*/ nightly/index.html
    """
    found, files = _sorted_out(words)
    for path in files:
        reports.format_for(path)
    accepted = baseline_file.load(baseline) if baseline else None
    if len(found) > 1 or found[0].is_dir():
        write = _index(found, files, accepted, fail_on)
    else:
        write = _one(found[0], accepted, fail_on)
    for path in files:
        try:
            write(path)
        except OSError as error:
            raise ValueError(f"cannot write {path}: {error.strerror}; choose another file") from error
        click.echo(f"wrote {path}")


report_command.help = (report_command.help or "").replace("FORMATS", _FORMATS)


def _sorted_out(words: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """What is to be read, and what to be written: the first word is a run, so is a folder, *.json, and no suffix."""
    _require_runs_first(words)
    is_run = [k == 0 or word.is_dir() or word.suffix in (_RESULTS, "") for k, word in enumerate(words)]
    found = [word for word, each in zip(words, is_run, strict=True) if each]
    files = [word for word, each in zip(words, is_run, strict=True) if not each]
    if not files:
        raise click.UsageError("Missing argument 'FILE...'.")
    if len(found) == 1 and not found[0].exists():
        raise click.UsageError(f"File '{found[0]}' does not exist.")
    return found, files


def _require_runs_first(words: Sequence[Path]) -> None:
    """UsageError that turns the words round where the first is a file to write, and a run comes behind it."""
    first, *rest = words
    behind = [word for word in rest if word.is_dir() or word.suffix == _RESULTS]
    if not behind or first.is_dir() or first.suffix.lower() not in _SUFFIXES:
        return
    files = [first, *(word for word in rest if word not in behind)]
    turned = shlex.join(["gradcheck", "report", *map(str, (*behind, *files))])
    raise click.UsageError(f"{first} is a file to write and {behind[0]} a run to read, and runs come first: {turned}")


def _one(path: Path, accepted: Baseline | None, fail_on: Severity) -> Callable[[Path], None]:
    results = results_file.load(path)
    against = None if accepted is None else compare_with(results, accepted, fail_on)
    return partial(reports.write, results, against=against)


def _index(
    paths: Sequence[Path], files: Sequence[Path], accepted: Baseline | None, fail_on: Severity
) -> Callable[[Path], None]:
    for path in files:
        if reports.format_for(path) != "html":
            raise ValueError(f"{path}: of several runs there is only a page; name a file with .html")
    found = [runs.read(path, accepted, fail_on) for path in paths]
    for run in found:
        if run.problem:
            click.echo(f"gradcheck: {run.problem}", err=True)
    return partial(index.write, found)
