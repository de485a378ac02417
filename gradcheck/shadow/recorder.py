"""What the watchers of all frameworks share: a graph that notes the user's line, and picking by position."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray, lift

_OURS = str(Path(__file__).parent)
_NAMESPACES = str(Path(__file__).parent.with_name("frameworks"))  # `xp` is called by definitions
_INSTALLED = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


@dataclass
class Recording(Graph):
    """A graph that writes `here`, the user's `file:line` that is running, into every node it gets."""

    here: str = ""

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
        where = location or self.here
        return super().add(operation, inputs, shape, predicate=predicate, location=where, **parameters)


def pick(x: SymbolicArray, positions: np.ndarray, fill: float = 0.0) -> SymbolicArray:
    """The elements of `x`, laid flat, at `positions`, an integer array of any shape; -1 stands for `fill`.

    One bare gather node: no element is moved, so structural operations of any framework come down to it.
    """
    positions, nodes = np.asarray(positions), [x.node]
    if fill != 0 and (positions < 0).any():
        nodes.append(lift(x.graph, np.asarray(fill, bool if x.is_predicate else float)).node)
        positions = np.where(positions < 0, x.size, positions)
    node = x.graph.add("gather", tuple(nodes), positions.shape, predicate=x.is_predicate, positions=positions)
    return SymbolicArray(x.graph, node)


def positions_of(shape: tuple[int, ...]) -> np.ndarray:
    """The position of each element of an array of that shape, laid flat."""
    return np.arange(np.prod(shape, dtype=int)).reshape(shape)


def pruned(graph: Graph) -> Graph:
    """The nodes that the output reads, and all inputs: dead code would only cost precision and time."""
    alive = {graph.output, *graph.inputs}
    for position in range(len(graph.nodes) - 1, -1, -1):
        if position in alive:
            alive.update(graph.nodes[position].inputs)
    place = {old: new for new, old in enumerate(sorted(alive))}
    result = Graph(inputs=[place[i] for i in graph.inputs], output=place[graph.output])
    for old in sorted(alive):
        node = graph.nodes[old]
        inputs = tuple(place[i] for i in node.inputs)
        result.add(
            node.operation, inputs, node.shape, predicate=node.predicate, location=node.location, **node.parameters
        )
    return result


def user_line(frames: Iterable[tuple[str, int]], libraries: tuple[str, ...]) -> str:
    """`file:line` of the user's innermost frame, else of any library but those in the folders `libraries`.

    `frames`: file and line, innermost first; those that called the watcher are not the function's.
    """
    theirs = []
    for file, line in frames:
        if file.startswith(_OURS):
            break
        if not file.startswith((*libraries, _NAMESPACES, "<")):
            theirs.append((file, line))
    own = [frame for frame in theirs if not frame[0].startswith(_INSTALLED)]
    return "".join(f"{file}:{line}" for file, line in (own or theirs)[:1])
