"""`gradcheck vectors`: certified test vectors of a suite, for tests in any language."""

from __future__ import annotations

from pathlib import Path

import click

from gradcheck import dtypes as formats
from gradcheck import suites
from gradcheck.specification import Implementation
from gradcheck.vectors import file
from gradcheck.vectors.make import make


@click.command("vectors", epilog="Exit code 0: written; 2: usage, or a folder that cannot be written.")
@click.argument("suite")
@click.option("--output", default="vectors", show_default=True, type=Path, metavar="DIR", help="Folder for the files.")
@click.option("--dtype", "dtypes", multiple=True, type=click.Choice(formats.NAMES), help="Default: all (repeatable).")
@click.option("--seed", default=0, show_default=True, help="Seed of the points.")
def vectors_command(suite: str, output: Path, dtypes: tuple[str, ...], seed: int) -> None:
    """Write certified test vectors for every specification of SUITE, a JSON file for each dtype.

    A file holds points, the exact value and gradient rounded to the dtype, their enclosures and how far off an answer
    may be, in decimal and bit for bit in hexadecimal: docs/vectors.md describes it.

    \b
    gradcheck vectors squared_norm --output vectors --dtype float32
    gradcheck scan my_losses:norm --vectors vectors/row_norm.float32.json
    """
    implementations = _implementations(suite)
    try:
        output.mkdir(parents=True, exist_ok=True)
        for implementation in implementations:
            for dtype in dtypes or implementation.dtypes:
                made = make(implementation, dtype, seed)
                path = output / file.name_of(made)
                file.save(made, path)
                click.echo(f"wrote {path}: {len(made.vectors)} points")
    except OSError as error:
        raise ValueError(f"cannot write to {output}: {error.strerror}; choose another folder with --output") from error


def _implementations(suite: str) -> list[Implementation]:
    """One of each specification: the first that there is."""
    found = [i for i in suites.load(suite).implementations if not i.unavailable]
    if not found:
        raise ValueError(f"the suite {suite!r} has no specifications, so there is nothing to certify")
    return list({i.specification.name: i for i in reversed(found)}.values())[::-1]
