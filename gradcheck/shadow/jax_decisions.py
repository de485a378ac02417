"""Integers that follow from exact decisions: how many of the numbers are positive, exactly, at this point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.evaluate import forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray

BITS = 4352  # sees the smallest square of a double beside the largest


def exact_integers(array: SymbolicArray, inputs: Sequence[np.ndarray]) -> np.ndarray | None:
    """The numbers of a symbolic array at `inputs`; None where they are not certain, or no integers."""
    graph = Graph(list(array.graph.nodes), list(array.graph.inputs), array.node)
    with balls.precision(BITS):
        output = forward(graph, [balls.from_numbers(x) for x in inputs]).output
    if not all(ball.is_finite() and ball.is_exact() and ball.is_integer() for ball in output.flat):
        return None
    return np.array([int(float(ball)) for ball in output.flat]).reshape(output.shape)
