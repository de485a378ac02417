"""`gradcheck report`: results in the formats that a CI service reads."""

from __future__ import annotations

from pathlib import Path

import click

from gradcheck import baseline_file, record, reports
from gradcheck.baseline import compare_with
from gradcheck.commands.options import fail_on_option, results_argument
from gradcheck.verdict import Severity

_FORMATS = ", ".join(f"{suffixes[0]} ({name})" for name, (_, suffixes) in reports.FORMATS.items())


@click.command("report", epilog="Exit code 0: written; 2: usage, or a file that cannot be written.")
@results_argument("results")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=Path)
@click.option("--baseline", metavar="FILE", help="Say what is new, worse or fixed against it.")
@fail_on_option
def report_command(results: str, files: tuple[Path, ...], baseline: str | None, fail_on: Severity) -> None:
    """Write RESULTS (a results.json) as each FILE, in the format that its suffix stands for: FORMATS.

    \b
    gradcheck report out/results.json out/summary.md out/junit.xml out/gradcheck.sarif
    """
    for path in files:
        reports.format_for(path)
    found = record.load(results)
    against = compare_with(found, baseline_file.load(baseline), fail_on) if baseline else None
    for path in files:
        try:
            reports.write(found, path, against)
        except OSError as error:
            raise ValueError(f"cannot write {path}: {error.strerror}; choose another file") from error
        click.echo(f"wrote {path}")


report_command.help = (report_command.help or "").replace("FORMATS", _FORMATS)
