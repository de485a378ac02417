"""Questions about the exact graph of a trace: what a step is made of, what feeds a node, what a select throws away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from flint import arb

from gradcheck.exact import balls
from gradcheck.exact.graph import CONSTANT, Graph
from gradcheck.exact.predicates import Predicate
from gradcheck.explain.exact_run import ExactRun
from gradcheck.shadow.trace import Held, Step

SELECTS = ("where", "maximum", "minimum", "max", "min", "fmax", "fmin", "clip")
ADDITIONS = ("add", "subtract")  # of two numbers
NEAR = LEAST = arb(2) ** -40
STRUCTURAL = ("gather", "identity", "stop_gradient")  # hand numbers on as they are


def interior(graph: Graph, step: Step, result: Held) -> list[int]:
    """The nodes between what a step read and one of its results, that result's last, in the order they are computed."""
    read = {o.node for o in step.operands}
    found: set[int] = set()
    left = [result.node]
    while left:
        node = left.pop()
        if node is None or node in found or node in read:
            continue
        found.add(node)
        left += graph.nodes[node].inputs
    return sorted(n for n in found if graph.nodes[n].inputs)


def leading_to(graph: Graph, node: int | None) -> set[int]:
    """The nodes that a node is computed from, and itself."""
    found: set[int] = set()
    left = [] if node is None else [node]
    while left:
        at = left.pop()
        if at not in found:
            found.add(at)
            left += graph.nodes[at].inputs
    return found


def producers(graph: Graph, node: int, through: tuple[str, ...] = STRUCTURAL) -> Iterator[int]:
    """The nodes whose numbers a node holds, through all that only moves them about."""
    left = [node]
    while left:
        at = left.pop()
        if graph.nodes[at].operation in through:
            left += graph.nodes[at].inputs
        else:
            yield at


def discarding_select(
    run: ExactRun, node: int, index: tuple[int, ...] | None = None, native: float = math.nan
) -> int | None:
    """The first select whose result does not move with a component of `node`, although what it selects from does.

    Found by two runs in which the component (None: the whole node) has other numbers. `native`: what the framework
    has there, which tells the side of an infinity that exactly has none.
    """
    graph = run.trace.graph
    one, two = _with_two_numbers(run, node, index, native)
    for position in range(node + 1, len(graph.nodes)):
        if graph.nodes[position].operation in SELECTS and _same(one[position], two[position]):
            read = graph.nodes[position].inputs
            if any(not _same(one[i], two[i]) for i in read if not isinstance(one[i], Predicate)):
                return position
    return None


def fits(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether an array of the shape has that component."""
    return len(index) == len(shape) and all(i < n for i, n in zip(index, shape, strict=True))


def moves(
    run: ExactRun, node: int, index: tuple[int, ...] | None, result: int | None, native: float = math.nan
) -> bool:
    """Whether the node `result` moves with a component of `node` (None: the whole of it); `native` as above."""
    one, two = _with_two_numbers(run, node, index, native)
    return result is not None and not _same(one[result], two[result])


def _with_two_numbers(
    run: ExactRun, node: int, index: tuple[int, ...] | None, native: float = math.nan
) -> list[list[Any]]:
    """Two numbers in the place of a component, next to what it is, so that every choice falls as it does here."""
    values = run.values(node)
    start, step = (balls.ZERO, balls.ONE) if index is None else _next_to(run, values[index], native)
    others = _other_singularities(run, node)
    return [run.with_values(others | {node: _changed(values, index, start + k * step)}) for k in (1, 2)]


def _other_singularities(run: ExactRun, node: int) -> dict[int, np.ndarray]:
    """Finite numbers for what is none and does not come of the node: beside NaN nothing is seen to move."""
    graph, found = run.trace.graph, {}
    for other in range(len(graph.nodes)):
        values = run.values(other)
        finite = balls.is_finite(values) if isinstance(values, np.ndarray) else np.True_
        if not finite.all() and node not in leading_to(graph, other):
            found[other] = balls.choose(finite, values, balls.ONE)
    return found


def _next_to(run: ExactRun, number: arb, native: float) -> tuple[arb, arb]:
    """A start and a step; next to an infinity, also to one of no sign, are numbers beyond all others on its side."""
    if number.is_finite():
        return number.mid(), abs(number.mid()).max(LEAST) * NEAR
    infinite = arb(native) if number.is_nan() and math.isinf(native) else number
    if infinite.is_nan():
        return balls.ZERO, balls.ONE
    return balls.ZERO, 2 * _largest(run) * (1 if infinite > 0 else -1)


def _largest(run: ExactRun) -> arb:
    """The largest magnitude among the numbers of a run, its constants too."""
    found = balls.ONE
    for node in range(len(run.trace.graph.nodes)):
        values = run.values(node)
        if isinstance(values, np.ndarray):
            for ball in values.flat:
                found = found.max(abs(ball.mid())) if ball.is_finite() else found
    return found


def _changed(values: np.ndarray, index: tuple[int, ...] | None, ball: arb) -> np.ndarray:
    if index is None:
        return balls.full(np.shape(values), ball)
    result = values.copy()
    result[index] = ball
    return result


def _same(a: object, b: object) -> bool:
    """Whether two runs hold the same; what is no number is the same as what is none."""
    if isinstance(a, Predicate) or isinstance(b, Predicate):
        return isinstance(a, Predicate) and isinstance(b, Predicate) and bool((a.truth == b.truth).all())
    x, y = np.asarray(a, dtype=object), np.asarray(b, dtype=object)
    return all(_alike(p, q) for p, q in zip(x.flat, y.flat, strict=True))


def _alike(p: object, q: object) -> bool:
    finite = [b.is_finite() for b in (p, q)]  # type: ignore[attr-defined]  # balls: flint has no types
    return p.overlaps(q) if all(finite) else not any(finite)  # type: ignore[attr-defined]  # so here


def zero_by_select(run: ExactRun, node: int) -> bool:
    """Whether zeros among the numbers of a node come from a select, through products and what moves them about."""
    graph, seen, left = run.trace.graph, set(), [node]
    while left:
        at = left.pop()
        values = run.values(at)
        if at in seen or isinstance(values, Predicate) or not balls.is_zero(np.asarray(values, dtype=object)).any():
            continue
        seen.add(at)
        operation = graph.nodes[at].operation
        if operation in SELECTS or _fills(graph, at):
            return True
        if operation in (*STRUCTURAL, "multiply", "negative", "divide", "sum", "add"):
            left += graph.nodes[at].inputs
    return False


def _fills(graph: Graph, node: int) -> bool:
    """Whether a node spreads numbers over a larger array, with zeros where none was picked."""
    positions = graph.nodes[node].parameters.get("positions")
    return positions is not None and bool((np.asarray(positions) < 0).any())


def holds_constant(run: ExactRun, node: int, at: tuple[int, ...]) -> bool:
    """Whether a select gives a constant of the program at a component."""
    graph = run.trace.graph
    if graph.nodes[node].operation not in SELECTS:
        return False
    given = run.values(node)[at]
    constants = [run.values(i) for i in graph.nodes[node].inputs if is_constant(graph, i)]
    numbers = [b for values in constants if isinstance(values, np.ndarray) for b in values.flat]
    return any(b == given for b in numbers)


def is_constant(graph: Graph, node: int) -> bool:
    return all(graph.nodes[n].operation == CONSTANT for n in producers(graph, node))
