"""Where truth comes from: a definition, or the shadow of a watched function.

An oracle gives the graph of the computation at a point; everything else (truth, spread, limits) is the
same for every oracle, and certified once for each point.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from flint import arb

from gradcheck import shadow
from gradcheck.containment import contained
from gradcheck.dtypes import Format
from gradcheck.exact import Graph, Truth, balls, certify, record
from gradcheck.exact.conditioning import ENDS, INSIDE, spread, together
from gradcheck.exact.distance import larger
from gradcheck.exact.near_ties import near_ties
from gradcheck.exact.terms import terms
from gradcheck.frameworks import label
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.argument import Argument

KEPT = 4096  # truths remembered, so that frameworks and modes share them
_OURS = str(Path(__file__).parent)


class NoTruth(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """No oracle can say what is right at a point; `str` of it says why and what to do."""


class BadDefinition(FrameworkError):  # noqa: N818
    """A definition that cannot be recorded."""


Sides = tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True)
class Moves:
    """How inputs may move: which of them at all, which components down and up, and by how much at the least."""

    movable: tuple[bool, ...]
    sides: Sides
    least: float


@dataclass(frozen=True)
class Provenance:
    """Where a truth came from: the name of the oracle, and what there is to say about it, if anything."""

    oracle: str
    note: str = ""


class Oracle(Protocol):
    """`name` is what a finding reports; `graph` may depend on the numbers."""

    name: str

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph: ...


class NextBest(Protocol):
    """What is asked where an oracle has no truth; `why` is what the oracle raised. Both raise `NoTruth`."""

    def at(self, arrays: Sequence[np.ndarray], f: Format, why: Exception) -> tuple[Truth, Provenance]: ...

    def spread(self, arrays: Sequence[np.ndarray], f: Format, moves: Moves, why: Exception) -> list[np.ndarray]: ...


@dataclass
class DefinitionOracle:
    """The definition of a specification, recorded once for each set of shapes."""

    definition: Callable[..., Any]
    name: str = "definition"
    _graphs: dict[tuple, Graph] = field(default_factory=dict, repr=False)

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph:
        """Raises `BadDefinition` where the definition raises or gives something else than one array."""
        shapes = tuple(np.shape(a) for a in arrays)
        if shapes not in self._graphs:
            self._graphs[shapes] = self._recorded(shapes)
        return self._graphs[shapes]

    def _recorded(self, shapes: tuple[tuple[int, ...], ...]) -> Graph:
        try:
            return record(self.definition, shapes)
        except Exception as error:
            arrays = ", ".join(f"array{list(shape)}" for shape in shapes)
            raise BadDefinition(
                f"the definition {label(self.definition)}(xp, {arrays}) raised {type(error).__name__}: {error}"
                f"{_where(error)}; expected a formula of the array-API functions in xp, as definition(xp, *arrays)"
            ) from None


@dataclass
class ShadowOracle:
    """A function watched at each point: no definition is needed."""

    framework: str
    function: Callable[..., Any]
    differentiated: tuple[int, ...]
    name: str = "shadow"
    _last: tuple[tuple, Graph] | None = field(default=None, repr=False)

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph:
        """Raises `NoTruth` where the function cannot be watched."""
        key = _key(arrays)
        if self._last is None or self._last[0] != key:
            self._last = key, self._watched(arrays)
        return self._last[1]

    def _watched(self, arrays: Sequence[np.ndarray]) -> Graph:
        try:
            with contained():
                return shadow.watch(self.framework, self.function, arrays, arrays[0].dtype.name, self.differentiated)
        except shadow.UnsupportedOperation as error:
            raise NoTruth(str(error)) from None
        except FrameworkError as error:
            raise NoTruth(f"the function runs but cannot be shadowed: {error}; give a definition= instead") from None


@dataclass
class Truths:
    """Truth at points of some arguments, remembered. Where the oracle has none, `fallback` is asked, if given."""

    oracle: Oracle
    arguments: tuple[Argument, ...]
    fallback: NextBest | None = None
    _truths: dict[tuple, tuple[Truth, Provenance]] = field(default_factory=dict, repr=False)
    _spreads: dict[tuple, list[np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def differentiated(self) -> tuple[int, ...]:
        """Positions of the differentiated arguments."""
        return tuple(k for k, a in enumerate(self.arguments) if a.differentiate)

    def at(self, arrays: Sequence[np.ndarray], f: Format) -> Truth:
        """Certified value and gradient at exact numbers, precise enough for format `f`.

        Raises `NoTruth` where the oracle has none there.
        """
        return self._found(arrays, f)[0]

    def provenance(self, arrays: Sequence[np.ndarray], f: Format) -> Provenance:
        """Where the truth at these numbers came from. Raises `NoTruth` where there is none."""
        return self._found(arrays, f)[1]

    def _found(self, arrays: Sequence[np.ndarray], f: Format) -> tuple[Truth, Provenance]:
        key = (f.name, *_key(arrays))
        if key not in self._truths:
            _forget(self._truths)
            self._truths[key] = self._sought(arrays, f)
        return self._truths[key]

    def _sought(self, arrays: Sequence[np.ndarray], f: Format) -> tuple[Truth, Provenance]:
        try:
            graph = self.oracle.graph(arrays)
        except (NoTruth, BadDefinition) as why:
            if self.fallback is None:
                raise
            return self.fallback.at(arrays, f, why)
        truth = certify(graph, arrays, self.differentiated, f, self._sides(arrays))
        return truth, Provenance(self.oracle.name)

    def terms(self, arrays: Sequence[np.ndarray], f: Format) -> list[float]:
        """For each gradient of the summed output, the size of the terms that the sum may cancel.

        Raises `NoTruth` where the oracle cannot tell.
        """
        return terms(self.oracle.graph(arrays), arrays, self.differentiated, self.at(arrays, f).bits)

    def near_ties(self, arrays: Sequence[np.ndarray], f: Format) -> tuple[list[np.ndarray], list[np.ndarray]] | None:
        """The gradients, as balls, on both sides of all ties that a rounding makes; None where nothing is chosen.

        Raises `NoTruth` where the oracle cannot tell.
        """
        return near_ties(self.oracle.graph(arrays), arrays, self.differentiated, f, self.at(arrays, f).bits)

    def spread(
        self, arrays: Sequence[np.ndarray], f: Format, least: float = 0.0, finely: bool = False
    ) -> list[np.ndarray]:
        """How far value and gradients move with half an ulp, or `least`, of input: balls, `[value, *gradients]`.

        `finely`: or with less than half an ulp, where the answer may be farther away than at the ends.
        """
        key = (f.name, least, finely, *_key(arrays))
        if key not in self._spreads:
            _forget(self._spreads)
            self._spreads[key] = self._finely(arrays, f, least) if finely else self._spread(arrays, f, least, ENDS)
        return self._spreads[key]

    def together(
        self, arrays: Sequence[np.ndarray], f: Format, number: int, asked: Sequence[tuple[int, ...]]
    ) -> list[arb]:
        """How far components of part `number` (0: the value) move with all inputs at once, each its worst way.

        Raises `NoTruth` where the oracle cannot tell.
        """
        graph, truth = self.oracle.graph(arrays), self.at(arrays, f)
        moves = self._moves(arrays, 0.0)
        return together(graph, arrays, self.differentiated, truth, moves.movable, moves.sides, number, asked)

    def _finely(self, arrays: Sequence[np.ndarray], f: Format, least: float) -> list[np.ndarray]:
        ends, inside = self.spread(arrays, f, least), self._spread(arrays, f, least, INSIDE)
        with balls.precision(self.at(arrays, f).bits):
            return [larger(*pair) for pair in zip(ends, inside, strict=True)]

    def _spread(
        self, arrays: Sequence[np.ndarray], f: Format, least: float, fractions: Sequence[float]
    ) -> list[np.ndarray]:
        moves = self._moves(arrays, least)
        try:
            graph = self.oracle.graph(arrays)
        except (NoTruth, BadDefinition) as why:
            if self.fallback is None:
                raise
            return self.fallback.spread(arrays, f, moves, why)
        return spread(
            graph, arrays, self.differentiated, self.at(arrays, f), moves.movable, moves.sides, least, fractions
        )

    def _moves(self, arrays: Sequence[np.ndarray], least: float) -> Moves:
        return Moves(tuple(map(_is_movable, self.arguments)), self._sides(arrays), least)

    def _sides(self, arrays: Sequence[np.ndarray]) -> Sides:
        """A label stays what it is: the limit of y log p at p = 0 and y = 0 is 0, whatever y = 0.1 would make of it."""
        pairs = zip(self.arguments, arrays, strict=True)
        return tuple(a.parsed.sides(x) if _is_movable(a) else _nowhere(x) for a, x in pairs)


def _is_movable(argument: Argument) -> bool:
    return argument.differentiate or argument.parsed.is_continuous


def _nowhere(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(array.shape, bool), np.zeros(array.shape, bool)


def _key(arrays: Sequence[np.ndarray]) -> tuple:
    """The bits of a point, with dtypes and shapes: the same bytes in another shape are another point."""
    return tuple((a.dtype, a.shape, np.ascontiguousarray(a).tobytes()) for a in map(np.asarray, arrays))


def _forget(memory: dict) -> None:
    """Make room: drop the oldest half when full."""
    if len(memory) >= KEPT:
        for key in list(memory)[: KEPT // 2]:
            del memory[key]


def _where(error: BaseException) -> str:
    """The line of the definition, as ` at file:line`; empty where it was never entered."""
    theirs = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(_OURS)]
    return f" at {theirs[0].filename}:{theirs[0].lineno}" if theirs else ""
