"""Where truth comes from: a definition, or the shadow of a watched function.

An oracle gives the graph of the computation at a point; everything else (truth, spread, limits) is the
same for every oracle, and certified once for each point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from gradcheck import shadow
from gradcheck.dtypes import Format
from gradcheck.exact import Graph, Truth, certify, record
from gradcheck.exact.conditioning import spread
from gradcheck.inputs.argument import Argument

KEPT = 4096  # truths remembered, so that frameworks and modes share them


class Oracle(Protocol):
    """`name` is what a finding reports; `graph` may depend on the numbers."""

    name: str

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph: ...


@dataclass
class DefinitionOracle:
    """The definition of a specification, recorded once for each set of shapes."""

    definition: Callable[..., Any]
    name: str = "definition"
    _graphs: dict[tuple, Graph] = field(default_factory=dict, repr=False)

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph:
        shapes = tuple(np.shape(a) for a in arrays)
        if shapes not in self._graphs:
            self._graphs[shapes] = record(self.definition, shapes)
        return self._graphs[shapes]


@dataclass
class ShadowOracle:
    """A function watched at each point: no definition is needed."""

    framework: str
    function: Callable[..., Any]
    differentiated: tuple[int, ...]
    name: str = "shadow"
    _last: tuple[tuple, Graph] | None = field(default=None, repr=False)

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph:
        dtype = arrays[0].dtype.name
        key = (dtype, *(np.ascontiguousarray(a).tobytes() for a in arrays))
        if self._last is None or self._last[0] != key:
            self._last = key, shadow.watch(self.framework, self.function, arrays, dtype, self.differentiated)
        return self._last[1]


@dataclass
class Truths:
    """Truth at points of some arguments, remembered."""

    oracle: Oracle
    arguments: tuple[Argument, ...]
    _truths: dict[tuple, Truth] = field(default_factory=dict, repr=False)
    _spreads: dict[tuple, list[np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def differentiated(self) -> tuple[int, ...]:
        return tuple(k for k, a in enumerate(self.arguments) if a.differentiate)

    def at(self, arrays: Sequence[np.ndarray], f: Format) -> Truth:
        """Certified value and gradient at exact numbers, precise enough for format `f`."""
        key = _key(arrays, f)
        if key not in self._truths:
            _forget(self._truths)
            graph = self.oracle.graph(arrays)
            self._truths[key] = certify(graph, arrays, self.differentiated, f, self._sides(arrays))
        return self._truths[key]

    def spread(self, arrays: Sequence[np.ndarray], f: Format) -> list[np.ndarray]:
        """How far value and gradients move with half an ulp of input: balls, `[value, *gradients]`."""
        key = _key(arrays, f)
        if key not in self._spreads:
            _forget(self._spreads)
            graph, sides = self.oracle.graph(arrays), self._sides(arrays)
            movable = [a.differentiate or a.parsed.is_continuous for a in self.arguments]
            truth = self.at(arrays, f)
            self._spreads[key] = spread(graph, arrays, self.differentiated, truth, movable, sides)
        return self._spreads[key]

    def _sides(self, arrays: Sequence[np.ndarray]) -> tuple:
        return tuple(a.parsed.sides(x) for a, x in zip(self.arguments, arrays, strict=True))


def _key(arrays: Sequence[np.ndarray], f: Format) -> tuple:
    return (f.name, *(np.ascontiguousarray(a).tobytes() for a in arrays))


def _forget(memory: dict) -> None:
    """Make room: drop the oldest half when full."""
    if len(memory) >= KEPT:
        for key in list(memory)[: KEPT // 2]:
            del memory[key]
