"""A graph at many points at once, in float arithmetic: quick, good for a look around, and no truth.

Every number is computed in float64 and rounded to the dtype, so that it overflows where the dtype does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.dtypes import Format
from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.graph import CONSTANT, Graph
from gradcheck.exact.stacking import Stacked
from gradcheck.explain.native_graph import native_function, native_step
from gradcheck.inputs.domain import to_float64

Values = dict[int, np.ndarray]


class FloatGraph:
    """The nodes `wanted` of a graph, and what they read, at `count` points of a dtype.

    A node's values have the points along the first axis, or length 1 there where no input moves it; all nodes have
    the same rank. Raises `CannotRun` where NumPy has no function for an operation.
    """

    def __init__(self, graph: Graph, count: int, f: Format, wanted: Sequence[int]) -> None:
        self.graph, self.count, self._format = Stacked(graph, count).graph, count, f
        needed = ancestors(self.graph, wanted)
        self._steps: dict[int, Callable[..., Any]] = {
            i: native_step(self.graph.nodes[i], "numpy")
            for i in needed
            if i not in self.graph.inputs and self.graph.nodes[i].operation != CONSTANT
        }
        self._needed = needed

    def run(self, points: Sequence[Sequence[np.ndarray]]) -> Values:
        """The values of the nodes at points, at most `count`; the last one is repeated where there are fewer."""
        points = [*points, *[points[-1]] * (self.count - len(points))]
        given = dict(zip(self.graph.inputs, zip(*points, strict=True), strict=True))
        values: Values = {}
        with np.errstate(all="ignore"):
            for i in self._needed:
                node = self.graph.nodes[i]
                if i in given:
                    result = to_float64(np.stack(given[i]))
                elif node.operation == CONSTANT:
                    result = np.asarray(node.parameters["numbers"])
                else:
                    result = self._steps[i](*(values[k] for k in node.inputs))
                values[i] = self._rounded(np.asarray(result)).reshape(node.shape)
        return values

    def _rounded(self, numbers: np.ndarray) -> np.ndarray:
        if numbers.dtype == bool:
            return numbers
        return to_float64(numbers.astype(self._format.numpy))

    def slopes(self, node: int, values: Values) -> list[np.ndarray]:
        """The derivatives of an elementwise operation by those of its operands that inputs move."""
        graph = self.graph
        read, result = [values[i] for i in graph.nodes[node].inputs], values[node]
        partials = zip(graph.nodes[node].inputs, ELEMENTWISE[graph.nodes[node].operation].partials, strict=True)
        with np.errstate(all="ignore"):
            moved = [partial(_FLOATS, result, *read) for i, partial in partials if graph.follows_inputs[i]]
            return [self._rounded(np.asarray(slope)) for slope in moved]


def ancestors(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """The nodes themselves and all that they are computed from, in order."""
    found: set[int] = set()
    left = list(nodes)
    while left:
        at = left.pop()
        if at not in found:
            found.add(at)
            left += graph.nodes[at].inputs
    return sorted(found)


class _Floats:
    """What the rules of derivatives are written in, for arrays of floats."""

    zero, one, half = 0.0, 1.0, 0.5
    number = staticmethod(float)

    def pi(self) -> float:
        return math.pi

    def sech(self, x: np.ndarray) -> np.ndarray:
        return 1 / np.cosh(x)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return native_function(name, "numpy")


_FLOATS = _Floats()
