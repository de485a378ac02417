"""Options and arguments that several commands have."""

from __future__ import annotations

from typing import Any

import click

from gradcheck.verdict import Severity

fail_on_option = click.option(
    "--fail-on",
    default=Severity.MAJOR.value,
    show_default=True,
    type=click.Choice([s.value for s in Severity]),
    callback=lambda context, option, value: Severity(value),
    help="The least severity that is a finding.",
)


def results_argument(name: str) -> Any:
    """A results.json as an argument; what is wrong with the file is said in one line."""
    return click.argument(name, type=click.Path(exists=True, dir_okay=False))
