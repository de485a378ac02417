"""How large the terms are that cancel on the way to a gradient: what it is rounded to, however small it is itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.conditioning import Weighted
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.graph import Graph

# Operation -> the operand at which its slope is the terms that cancel in it: y * sigmoid(-x), sech(x)**2.
UNSATURATED = {"sigmoid": balls.MINUS_INFINITY, "tanh": balls.ZERO}


def terms(graph: Graph, arrays: Sequence[np.ndarray], differentiate: Sequence[int], bits: int) -> list[float]:
    """For each gradient of the summed output, the size of the terms that cancel on the way.

    Those of the sum, where there are several outputs; and in the slope of what saturates, s (1 - s) of a sigmoid
    or 1 - t**2 of a hyperbolic tangent, those that are subtracted.
    """
    with balls.precision(bits):
        inputs, sources = [balls.from_numbers(a) for a in arrays], [graph.inputs[k] for k in differentiate]
        found = Weighted.at(graph, inputs, sources).gradients
        if any(node.operation in UNSATURATED for node in graph.nodes):
            run = forward(graph, inputs)
            found = [*found, backward(_Unsaturated(**vars(run)), balls.full(run.output.shape, balls.ONE), sources)]
        return [max((_largest(parts[k]) for parts in found), default=0.0) for k in range(len(sources))]


def _largest(numbers: np.ndarray) -> float:
    return max((abs(float(b.mid())) for b in numbers.flat if b.is_finite()), default=0.0)


class _Unsaturated(Run):
    """A run whose slopes are those before anything saturates."""

    def seen(self, position: int) -> tuple[Any, ...]:
        output, *operands = super().seen(position)
        operation = self.graph.nodes[position].operation
        if operation in UNSATURATED:
            operands = [balls.full(output.shape, UNSATURATED[operation])]
        return output, *operands
