"""`gradcheck compare`: two results files, the worst movers first."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from gradcheck import results_file
from gradcheck.commands.options import fail_on_option, results_argument
from gradcheck.comparison import compare
from gradcheck.reports import compared
from gradcheck.verdict import Severity

CLEAN, FINDINGS = 0, 1


@click.command("compare", epilog="Exit code 0: nothing is worse or new; 1: something is; 2: usage, nothing in common.")
@results_argument("old")
@results_argument("new")
@click.option("--markdown", is_flag=True, help="Print Markdown, for the summary of a CI job.")
@fail_on_option
def compare_command(old: str, new: str, markdown: bool, fail_on: Severity) -> None:
    """Compare two runs: what is better, worse, new, gone or the same, the worst movers first.

    OLD and NEW are results.json files of `gradcheck run` or `scan`: of two releases of a library, or one with
    torch and one with JAX, or one in float32 and one in float16.

    \b
    gradcheck run lrn --framework torch --output torch
    gradcheck run lrn --framework jax --output jax
    gradcheck compare torch/results.json jax/results.json
    """
    comparison = compare(results_file.load(old), results_file.load(new))
    if markdown:
        click.echo(compared.markdown(comparison), nl=False)
    else:
        compared.show(comparison, Console(width=compared.WIDTH))
    sys.exit(FINDINGS if comparison.is_worse(fail_on) else CLEAN)
