"""Annotations of a run, for the service that it runs on."""

from __future__ import annotations

import os

import click

from gradcheck import reports
from gradcheck.baseline import Against
from gradcheck.record import Results

GITHUB = "GITHUB_ACTIONS"  # "true" in every job: GitHub Docs, "Variables reference"


def annotate(results: Results, against: Against | None = None) -> None:
    """Print the annotations in a job of GitHub Actions; elsewhere nothing."""
    if os.environ.get(GITHUB) == "true":
        click.echo(reports.render(results, "annotations", against), nl=False)
