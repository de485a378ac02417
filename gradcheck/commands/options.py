"""Options and arguments that several commands have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import click

from gradcheck.inputs import domains
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


class Named(click.ParamType, ABC):
    """`name=TEXT`, read by `read` into (name, value)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not (name and equals and text):
            self.fail(f"{value!r} is not {self.name}; expected such as {self.example}", param, ctx)
        try:
            return name, self.read(text)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)

    example = ""

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value of a text. Raises ValueError for one that has none."""


class Domain(Named):
    name, example = "NAME=DOMAIN", "--domain target=probability"

    def read(self, text: str) -> str:
        domains.parse(text)
        return text
