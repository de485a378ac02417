"""A recorded computation: what a definition (or a watched function) did, as operations on arrays.

The graph is recorded once and run many times: at any point, at any precision, forward, backward and
a little beside the point where a limit is asked for. A node names an operation of the table in
`operations`; it knows nothing of balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

INPUT, CONSTANT = "input", "constant"


@dataclass(frozen=True)
class Node:
    """One operation: its name in the table, the nodes it reads, its static parameters, its shape."""

    operation: str
    inputs: tuple[int, ...]
    parameters: Mapping[str, Any]
    shape: tuple[int, ...]
    predicate: bool = False  # the value is a truth, not a number
    location: str = ""  # the user's file and line, where it is known


@dataclass
class Graph:
    """Nodes in the order they ran; `inputs` and `output` are positions in `nodes`."""

    nodes: list[Node] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    output: int = -1
    _fixed: dict[int, dict[int, Any]] = field(default_factory=dict, repr=False)
    stacks: dict[int, Any] = field(default_factory=dict, repr=False)  # this graph for several points, by their number
    _dependent: dict[frozenset[int], list[bool]] = field(default_factory=dict, repr=False)

    def add(
        self,
        operation: str,
        inputs: tuple[int, ...],
        shape: tuple[int, ...],
        *,
        predicate: bool = False,
        location: str = "",
        **parameters: Any,
    ) -> int:
        """Append a node and return its position."""
        self.nodes.append(Node(operation, inputs, parameters, tuple(shape), predicate, location))
        return len(self.nodes) - 1

    def add_input(self, shape: tuple[int, ...]) -> int:
        self.inputs.append(self.add(INPUT, (), shape))
        return self.inputs[-1]

    def add_constant(self, numbers: np.ndarray, location: str = "") -> int:
        """A constant array: floats and integers are exact, booleans become a predicate."""
        numbers = np.asarray(numbers)
        return self.add(
            CONSTANT, (), numbers.shape, predicate=numbers.dtype == bool, location=location, numbers=numbers
        )

    def depends_on(self, sources: set[int]) -> list[bool]:
        """For each node, whether its value can move with one of the nodes in `sources`, once the graph is complete."""
        key = frozenset(sources)
        if key not in self._dependent:
            self._dependent[key] = self._moved_by(key)
        return self._dependent[key]

    def _moved_by(self, sources: frozenset[int]) -> list[bool]:
        moves: list[bool] = []
        for position, node in enumerate(self.nodes):
            reads = node.operation != "stop_gradient" and any(moves[i] for i in node.inputs)
            moves.append(position in sources or reads)
        return moves

    @cached_property
    def follows_inputs(self) -> list[bool]:
        """For each node, whether its value can move with any input. To be asked once the graph is complete."""
        moves: list[bool] = []
        for node in self.nodes:
            moves.append(node.operation == INPUT or any(moves[i] for i in node.inputs))
        return moves

    def fixed_values(self, bits: int) -> dict[int, Any]:
        """Where a run at this precision keeps the values that no input moves, for the next run."""
        return self._fixed.setdefault(bits, {})
