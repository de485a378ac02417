"""What a rule is given: the tensors of a call as arrays of the graph, and the few ways to turn one into another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import Namespace, SymbolicArray, apply, lift

Array = Any  # a SymbolicArray: its operators are made at run time, which a type checker does not see

# The functions of the namespace; each finds the graph by its operands.
xp: Any = Namespace(Graph())


class Operand(SymbolicArray):
    """A tensor of the call: the numbers of the run in `tensor`, for indices, and its node, read when asked for."""

    def __init__(self, graph: Graph, tensor: torch.Tensor, read: Callable[[torch.Tensor], int]) -> None:
        self.graph, self.tensor, self._read = graph, tensor, read

    def __getattr__(self, name: str) -> Any:
        if name != "node":
            raise AttributeError(name)
        self.node = self._read(self.tensor)
        return self.node

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensor.shape)


def number(x: SymbolicArray) -> SymbolicArray:
    """A truth as 1 or 0; anything else as it is."""
    return apply("where", x, 1.0, 0.0) if x.is_predicate else x


def fitted(x: SymbolicArray, tensor: torch.Tensor) -> SymbolicArray:
    """As the result `tensor` holds it: a truth or a number by its dtype, of its shape."""
    if tensor.dtype != torch.bool:
        x = number(x)
    elif not x.is_predicate:
        x = apply("not_equal", x, 0.0)
    shape = tuple(tensor.shape)
    return x if x.shape == shape else xp.broadcast_to(x, shape)


def picked(positions: np.ndarray, *sources: SymbolicArray) -> SymbolicArray:
    """Elements of the sources, laid flat one behind the other; -1 is a zero. Numbers, unless all are truths."""
    if not all(s.is_predicate for s in sources):
        sources = tuple(number(s) for s in sources)
    graph, predicate = sources[0].graph, sources[0].is_predicate
    nodes = tuple(s.node for s in sources)
    return SymbolicArray(graph, graph.add("gather", nodes, positions.shape, predicate=predicate, positions=positions))


def constant(like: SymbolicArray, value: Any) -> SymbolicArray:
    """A number as an array of the graph; a float is an exact double."""
    return lift(like.graph, value)


def pi(like: SymbolicArray) -> SymbolicArray:
    return SymbolicArray(like.graph, like.graph.add("pi", (), ()))
