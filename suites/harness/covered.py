"""A call of a library function, as data: the function, and what to draw for its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Drawn:
    """One argument: `domain` is real, positive, unit, simplex, sign, truth, ball or definite (a matrix)."""

    domain: str = "real"
    shape: tuple[int, ...] = (2, 3)


@dataclass(frozen=True)
class Covered:
    function: Callable[..., Any]
    arguments: tuple[Drawn, ...]


def on(function: Callable[..., Any], *domains: str, shape: tuple[int, ...] = (2, 3)) -> Covered:
    """A call with arguments all of one shape; a real one where no domain is named."""
    return Covered(function, tuple(Drawn(domain, shape) for domain in domains or ("real",)))


def of(function: Callable[..., Any], *shapes: tuple[int, ...]) -> Covered:
    """A call with real arguments of these shapes."""
    return Covered(function, tuple(Drawn("real", shape) for shape in shapes))
