"""`gradcheck baseline`: write the accepted findings into a file, and hold results against it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from gradcheck import baseline_file, results_file
from gradcheck.baseline import Baseline, compare_with
from gradcheck.baseline_update import updated
from gradcheck.commands.options import fail_on_option, results_argument
from gradcheck.reports import against as words
from gradcheck.reports import text
from gradcheck.verdict import Severity

CLEAN, FINDINGS = 0, 1


@click.group("baseline")
def baseline_command() -> None:
    """Accept findings in a file, each with a written reason, and see only what got worse."""


def _file(command: Any) -> Any:
    return click.option(
        "--file",
        "path",
        type=Path,
        metavar="FILE",
        default=baseline_file.NAME,
        show_default=True,
        help="The baseline.",
    )(command)


@baseline_command.command("write", epilog="Exit code 0: written; 2: usage, or a file that cannot be read.")
@results_argument("results")
@_file
@fail_on_option
@click.option("--this-platform", is_flag=True, help="Write what differs for the platform of RESULTS alone.")
def write_command(results: str, path: Path, fail_on: Severity, this_platform: bool) -> None:
    """Take up what RESULTS (a results.json of `gradcheck run`) has new or worse, and drop what is fixed.

    New entries have an empty reason: write one into the file. Those that are there keep theirs.

    \b
    gradcheck run my_suite --output out
    gradcheck baseline write out/results.json
    gradcheck run my_suite --baseline gradcheck-baseline.toml
    """
    old = baseline_file.load(path) if path.exists() else Baseline()
    update = updated(old, results_file.load(results), fail_on, this_platform)
    _save(update.baseline, path)
    for verb, entries in (("added", update.added), ("changed", update.changed), ("removed", update.removed)):
        _say(f"{verb} {{}}", map(words.entry, entries))
    click.echo(f"wrote {path}: {len(update.baseline.entries)} of them")
    lacking = [e for e in update.baseline.entries if not e.reason.strip()]
    _say("no reason yet: {}", map(words.entry, lacking))


@baseline_command.command("check", epilog="Exit code 0: nothing got worse; 1: new, worse or fixed findings; 2: usage.")
@results_argument("results")
@_file
@fail_on_option
def check_command(results: str, path: Path, fail_on: Severity) -> None:
    """Hold RESULTS (a results.json) against the baseline and say what got worse.

    `gradcheck run --baseline FILE` does so while it runs, and runs the recorded points first.
    """
    against = compare_with(results_file.load(results), baseline_file.load(path), fail_on)
    click.echo(f"{words.headline(against)}")
    for title, lines in words.sections(against, leave_out=("accepted",)):
        click.echo(f"\n{title}")
        _say("  {}", lines)
    sys.exit(FINDINGS if against.red else CLEAN)


def _say(form: str, lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(form.format(text.one_line(line)))


def _save(baseline: Baseline, path: Path) -> None:
    try:
        baseline_file.save(baseline, path)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; choose another file with --file") from error
