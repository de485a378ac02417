"""A call of a library function, as data: the function, and its arguments with their domains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import definite
from gradcheck.suites.libraries.table import Table, implementation


@dataclass(frozen=True)
class Covered:
    function: Callable[..., Any]
    arguments: tuple[Argument, ...]

    @property
    def differentiated(self) -> tuple[int, ...]:
        """The positions of the differentiated arguments."""
        return tuple(k for k, a in enumerate(self.arguments) if a.differentiate)


def on(function: Callable[..., Any], *domains: str, shape: tuple[int, ...] = (2, 3)) -> Covered:
    """A call with arguments all of one shape; a real one where no domain is named."""
    return Covered(function, tuple(Argument(domain, shape) for domain in domains or ("real",)))


def of(function: Callable[..., Any], *shapes: tuple[int, ...]) -> Covered:
    """A call with real arguments of these shapes."""
    return Covered(function, tuple(Argument("real", shape) for shape in shapes))


def of_definite(function: Callable[..., Any], size: int, *shapes: tuple[int, ...]) -> Covered:
    """A call with a positive definite matrix and real arguments of these shapes."""
    return Covered(function, (definite(size), *(Argument("real", shape) for shape in shapes)))


def listed(framework: str, module: str, table: Table) -> dict[str, Covered]:
    """What a suite judges, by its name below the module."""
    found = {name: implementation(module, framework, f"{module}.{name}", entry) for name, entry in table.items()}
    return {name: Covered(each.function, each.specification.arguments) for name, each in found.items()}
