"""A graph that runs many points at once, stacked along a first axis.

On small arrays the time goes into the steps of Python, not into the balls: thirty points stacked cost little more
than one. Every node gets a first axis, of the number of points, or of 1 where no input moves it, and axes of length
1 up to the largest rank, so that operands go on to broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.graph import CONSTANT, INPUT, Graph, Node
from gradcheck.exact.predicates import Predicate

# Numbers in all nodes of a graph that is run for several points at once.
MOST_STACKED = 1 << 16


def stack(graph: Graph, count: int) -> Stacked:
    """The complete graph for `count` points, made once."""
    if count not in graph.stacks:
        graph.stacks[count] = Stacked(graph, count)
    return graph.stacks[count]


class Stacked:
    """A graph for `count` points: its inputs come from `inputs_of`, what it gives goes through `separated`."""

    def __init__(self, graph: Graph, count: int) -> None:
        self.count = count
        self._rank = max(len(node.shape) for node in graph.nodes)
        self._original = graph
        self._positions: list[int] = []  # of each original node in the stacked graph
        self.graph = Graph()
        for number, node in enumerate(graph.nodes):
            self._positions.append(self._added(number, node))
        self.graph.output = self._positions[graph.output]

    def inputs_of(self, points: Sequence[Sequence[np.ndarray]]) -> list[np.ndarray]:
        """The inputs for `count` points, each a sequence of arrays of balls."""
        columns = zip(*points, strict=True)
        nodes = [self._original.nodes[i] for i in self._original.inputs]
        return [
            balls.array(np.stack(arrays)).reshape(self._shape(self.count, node.shape))
            for arrays, node in zip(columns, nodes, strict=True)
        ]

    def held(self, values: Mapping[int, Any]) -> dict[int, Any]:
        """Values of nodes of the original graph that are to be the same at every point."""
        return {self._positions[number]: self._repeated(number, value) for number, value in values.items()}

    def _repeated(self, number: int, value: Any) -> Any:
        shape = self._shape(self._lead(number), self._original.nodes[number].shape)
        spread = lambda part: np.broadcast_to(part.reshape(self._shape(1, part.shape)), shape)  # noqa: E731 - used twice
        return value.map(spread) if isinstance(value, Predicate) else spread(value)

    def separated(self, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """What the graph computed, as (count, *shape)."""
        lead = len(values) if values.ndim else 1
        return np.broadcast_to(values.reshape(lead, *shape), (self.count, *shape))

    def seed(self, seed: np.ndarray) -> np.ndarray:
        """A seed of the original graph's output, for every point."""
        shape = seed.shape
        return np.broadcast_to(seed.reshape(self._shape(1, shape)), self.graph.nodes[self.graph.output].shape)

    def _shape(self, lead: int, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (lead, *(1,) * (self._rank - len(shape)), *shape)

    def _lead(self, number: int) -> int:
        return self.count if self._original.follows_inputs[number] else 1

    def _added(self, number: int, node: Node) -> int:
        if node.operation == INPUT:
            return self.graph.add_input(self._shape(self.count, node.shape))
        if node.operation == CONSTANT:
            numbers = node.parameters["numbers"]
            return self.graph.add_constant(numbers.reshape(self._shape(1, node.shape)), node.location)
        parameters = {**node.parameters, **_PARAMETERS.get(node.operation, _unchanged)(self, number, node)}
        inputs = tuple(self._positions[i] for i in node.inputs)
        shape = self._shape(self._lead(number), node.shape)
        if node.operation == "prod_last":  # drops an axis of its own accord
            at = self.graph.add(node.operation, inputs, (shape[0], *shape[2:]), location=node.location)
            return self.graph.add("gather", (at,), shape, positions=np.arange(int(np.prod(shape))).reshape(shape))
        return self.graph.add(
            node.operation, inputs, shape, predicate=node.predicate, location=node.location, **parameters
        )

    def shifted_axes(self, number: int, node: Node) -> dict[str, Any]:
        shift = 1 + self._rank - len(self._original.nodes[node.inputs[0]].shape)
        return {"axes": tuple(axis + shift for axis in node.parameters["axes"])}

    def repeated_positions(self, number: int, node: Node) -> dict[str, Any]:
        """Positions in the stacked operands, each laid flat, one behind the other."""
        positions, lead = node.parameters["positions"], self._lead(number)
        point = np.arange(lead).reshape(-1, *(1,) * positions.ndim)
        result = np.full((lead, *positions.shape), -1)
        start = stacked_start = 0
        for i in node.inputs:
            size, many = int(np.prod(self._original.nodes[i].shape)), self._lead(i)
            here = (positions >= start) & (positions < start + size)
            moved = stacked_start + (point * size if many > 1 else 0) + positions - start
            result = np.where(here, moved, result)
            start, stacked_start = start + size, stacked_start + many * size
        return {"positions": result.reshape(self._shape(lead, node.shape))}


def _unchanged(stacked: Stacked, number: int, node: Node) -> dict[str, Any]:
    return {}


_PARAMETERS: dict[str, Callable[[Stacked, int, Node], dict[str, Any]]] = {
    "gather": Stacked.repeated_positions,
    **dict.fromkeys(("sum", "max", "min"), Stacked.shifted_axes),
}
