"""Lines through the inputs: one component, or all of an argument alike, from one end of its domain to the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.dtypes import Format, from_ordinals, ordinals
from gradcheck.exact.graph import CONSTANT, Graph
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import round_to, to_float64

MOST_ARGUMENTS = 4
MOST_CONSTANTS = 12
LARGEST_CONSTANT = 16  # elements of an array of constants that are looked at
BINADES = range(-24, 25, 3)


@dataclass(frozen=True, eq=False)
class Line:
    """The points that differ from `start` in the component `component` of an argument (None: in all, which are alike).

    A place on it is an ordinal of the dtype.
    """

    start: tuple[np.ndarray, ...]
    arguments: tuple[Argument, ...]
    number: int
    component: int | None
    form: Format

    @property
    def ends(self) -> tuple[int, int]:
        return self.arguments[self.number].parsed.ordinals(self.form)

    def at(self, place: int) -> tuple[np.ndarray, ...]:
        """The point at a place."""
        domain, array = self.arguments[self.number].parsed, self.start[self.number].copy()
        array.reshape(-1)[slice(None) if self.component is None else self.component] = from_ordinals(place, array.dtype)
        if not domain.contains(array).all():  # of a simplex, say, the others have to move along
            array = domain.fit(to_float64(array), self.form)
        return (*self.start[: self.number], array, *self.start[self.number + 1 :])

    def places(self, numbers: Sequence[float]) -> list[int]:
        """Those of numbers and of their neighbours, inside the domain, in order."""
        middle = ordinals(round_to(np.array(numbers), self.form))
        return sorted({int(p) for p in np.clip([middle - 1, middle, middle + 1], *self.ends).reshape(-1)})


def lines(start: tuple[np.ndarray, ...], arguments: tuple[Argument, ...], form: Format) -> Iterator[Line]:
    """For each of the first arguments whose numbers may move freely: all components alike, then the first alone."""
    for number, argument in enumerate(arguments[:MOST_ARGUMENTS]):
        domain = argument.parsed
        if domain.fits_anything and domain.is_continuous:
            for component in (None, 0) if start[number].size > 1 else (None,):
                yield Line(start, arguments, number, component, form)


def landmarks(graph: Graph, form: Format) -> list[float]:
    """Numbers between which a function may change its mind: powers of two, the limits of the dtype, its constants."""
    sizes = [2.0**k for k in BINADES]
    sizes += [form.smallest_subnormal, form.smallest_normal, form.maximum**0.5, form.maximum]
    return [0.0, *sizes, *(-size for size in sizes), *_constants(graph)]


def _constants(graph: Graph) -> list[float]:
    found: dict[float, None] = {}
    for node in graph.nodes:
        if node.operation == CONSTANT and not node.predicate:
            numbers = np.asarray(node.parameters["numbers"])
            if 0 < numbers.size <= LARGEST_CONSTANT:
                found.update(dict.fromkeys(float(n) for n in numbers.reshape(-1) if np.isfinite(n)))
    return list(found)[:MOST_CONSTANTS]
