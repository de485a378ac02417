"""Derivatives on both sides of ties that a rounding makes: of the larger of 2 and 2.0000001, which float32 has not.

A rounded operand of a comparison, maximum or minimum is off by half an ulp, and by those of what was added to make
it: the margin of two distances of 700 in float16 by a half. Where that is enough to make it equal to
the other one, a float computation meets a kink that the exact one passes by closely, and answers with a derivative
between those of the two sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.balls import ZERO
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.graph import CONSTANT, INPUT, Graph, Node
from gradcheck.exact.operations import OPERATIONS
from gradcheck.exact.predicates import COMPARISONS
from gradcheck.exact.rounding import ulp

PAIRS, EXTREMES = {"maximum", "minimum", *COMPARISONS}, {"max", "min"}
CHOICES = PAIRS | EXTREMES
# Operations that hand on a number as it is, or with another sign; every other one rounds.
UNROUNDED = {"gather", "identity", "stop_gradient", "negative", "absolute", "maximum", "minimum", "where", *EXTREMES}
# Operations that add, and how the roundings of what they add go together.
SUMS = {"add": "add", "subtract": "add", "sum": "sum", "negative": "negative", "gather": "gather"}
BEYOND = 2  # times the roundings: what moves one operand to the other side for certain


@dataclass(frozen=True)
class _Side(Run):
    """A run whose near ties all fall to one side: that of their first operands (1), or of their last (-1)."""

    widths: dict[int, np.ndarray]  # half an ulp of each number that was rounded
    side: int

    def seen(self, position: int) -> tuple[Any, ...]:
        output, *operands = super().seen(position)
        node = self.graph.nodes[position]
        if node.operation in PAIRS:
            a, b = operands
            return output, self._moved(node.inputs, a, b), b
        if node.operation in EXTREMES:
            x = self._in_order(node, output, *operands)
            return OPERATIONS[node.operation].forward(node, x), x
        return output, *operands

    def _moved(self, inputs: tuple[int, ...], a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The first operand, beyond the second where they nearly tie; elsewhere that changes no choice."""
        reach = balls.array(self._width(inputs[0], a) + self._width(inputs[1], b))
        return balls.array(a + self.side * BEYOND * _largest_to(reach, a.shape))

    def _in_order(self, node: Node, best: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Those nearly as good as the best one, each better than the next by more than they were apart."""
        kept = tuple(1 if axis in node.parameters["axes"] else n for axis, n in enumerate(x.shape))
        width = self._width(node.inputs[0], x)
        is_near = ~np.asarray(abs(x - best.reshape(kept)) > BEYOND * width, dtype=bool)
        places = np.arange(x.size)[:: -self.side].reshape(x.shape)
        better = 1 if node.operation == "max" else -1
        return balls.choose(is_near, x + better * 2 * BEYOND * places * width, x)

    def _width(self, number: int, like: np.ndarray) -> np.ndarray:
        return self.widths.get(number, balls.full(like.shape, ZERO))


Sides = tuple[list[np.ndarray], list[np.ndarray]]


def near_ties(
    graph: Graph, arrays: Sequence[np.ndarray], differentiate: Sequence[int], f: Format, bits: int
) -> Sides | None:
    """The gradients of the summed output on both sides of the near ties, as balls; None where nothing is chosen."""
    if not any(node.operation in CHOICES for node in graph.nodes):
        return None
    with balls.precision(bits):
        run = forward(graph, [balls.from_numbers(a) for a in arrays])
        widths, sources = _widths(graph, run, f), [graph.inputs[k] for k in differentiate]
        first, last = (backward(_fallen(run, widths, side), _ones(run), sources) for side in (1, -1))
        return first, last


def _ones(run: Run) -> np.ndarray:
    return balls.full(run.output.shape, balls.ONE)


def _fallen(run: Run, widths: dict[int, np.ndarray], side: int) -> _Side:
    fallen = _Side(run.graph, list(run.values), run.vague, run.presumed, widths, side)
    for position, node in enumerate(run.graph.nodes):
        if node.predicate and node.operation != CONSTANT:
            _, *operands = fallen.seen(position)
            fallen.values[position] = OPERATIONS[node.operation].forward(node, *operands)
    return fallen


def _widths(graph: Graph, run: Run, f: Format) -> dict[int, np.ndarray]:
    read = {i for node in graph.nodes if node.operation in CHOICES for i in node.inputs}
    rounded = _rounded(graph)
    found: dict[int, np.ndarray] = {}
    half_ulp = np.frompyfunc(lambda ball: ulp(float(ball.mid()), f) / 2 if ball.is_finite() else ZERO, 1, 1)
    for i in sorted(_summands(graph, read) & rounded):
        found[i] = balls.array(half_ulp(run.values[i]))
        if graph.nodes[i].operation in SUMS:
            found[i] = balls.array(found[i] + _of_summands(graph, i, run, found))
    return {i: found[i] for i in read & rounded}


def _summands(graph: Graph, wanted: set[int]) -> set[int]:
    """The nodes wanted, and those that are added to make them: a difference is as coarse as what it is of."""
    found, waiting = set(wanted), list(wanted)
    while waiting:
        node = graph.nodes[waiting.pop()]
        new = set(node.inputs) - found if node.operation in SUMS else set()
        found |= new
        waiting += new
    return found


def _of_summands(graph: Graph, position: int, run: Run, widths: dict[int, np.ndarray]) -> np.ndarray:
    node = graph.nodes[position]
    parts = [widths.get(i, balls.full(run.values[i].shape, ZERO)) for i in node.inputs]
    return abs(OPERATIONS[SUMS[node.operation]].forward(node, *parts))


def _rounded(graph: Graph) -> set[int]:
    """The nodes whose numbers were rounded on the way."""
    found: set[int] = set()
    for position, node in enumerate(graph.nodes):
        rounds = not node.predicate and node.operation not in {INPUT, CONSTANT, *UNROUNDED}
        if rounds or (node.operation in UNROUNDED and not found.isdisjoint(node.inputs)):
            found.add(position)
    return found


def _largest_to(widths: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The largest width that meets each element of an operand that was broadcast from `shape`."""
    extra = widths.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1 and widths.shape[i + extra] > 1)
    larger = np.frompyfunc(arb.max, 2, 1)
    for axis in reversed(axes):
        widths = larger.reduce(widths, axis=axis)
    return balls.array(widths).reshape(shape)
