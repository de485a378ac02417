"""Run a graph in ball arithmetic: forward to the value, backward to the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import flint
import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.adjoint import Adjoint
from gradcheck.exact.graph import CONSTANT, INPUT, Graph, Node
from gradcheck.exact.operations import OPERATIONS
from gradcheck.exact.predicates import Predicate


@dataclass(frozen=True)
class Run:
    """The values of all nodes at one point.

    `vague`: more precision may tell more. `presumed`: some truth rests on two balls that look the same.
    """

    graph: Graph
    values: list[Any]
    vague: bool
    presumed: bool

    @property
    def output(self) -> np.ndarray:
        return self.values[self.graph.output]

    def seen(self, position: int) -> tuple[Any, ...]:
        """The value of a node and those of its operands, as its derivative sees them."""
        return self.values[position], *(self.values[i] for i in self.graph.nodes[position].inputs)

    def held(self) -> dict[int, Any]:
        """The values that the derivative holds constant: what `stop_gradient` let through."""
        return {i: self.values[i] for i, n in enumerate(self.graph.nodes) if n.operation == "stop_gradient"}


def forward(graph: Graph, inputs: Sequence[np.ndarray], held: Mapping[int, Any] | None = None) -> Run:
    """Run `graph` at arrays of balls, one for each input, at the working precision.

    `held` gives the values of nodes that do not follow the inputs. Raises ValueError where the inputs have
    other shapes than the graph was recorded for.
    """
    recorded, given = [graph.nodes[i].shape for i in graph.inputs], [np.shape(x) for x in inputs]
    if recorded != given:
        raise ValueError(f"the graph was recorded for inputs of shapes {recorded}, it was given {given}")
    steps: list[_Step] = []
    feed = iter(inputs)
    fixed = graph.fixed_values(flint.ctx.prec)
    for position, node in enumerate(graph.nodes):
        if held and position in held:
            step = _Step(held[position])
        elif node.operation == INPUT:
            step = _Step(next(feed))
        elif position in fixed:
            step = fixed[position]
        else:
            step = _taken(node, [steps[i].value for i in node.inputs])
            if not graph.follows_inputs[position]:
                fixed[position] = step
        steps.append(step)
    return Run(graph, [s.value for s in steps], any(s.vague for s in steps), any(s.presumed for s in steps))


class _Step(NamedTuple):
    """The value of one node, and what it says of the precision (see `Run`)."""

    value: Any
    vague: bool = False
    presumed: bool = False


def _taken(node: Node, operands: list[Any]) -> _Step:
    if node.operation == CONSTANT:
        numbers = node.parameters["numbers"]
        return _Step(Predicate.of(numbers) if node.predicate else balls.from_numbers(numbers))
    result = OPERATIONS[node.operation].forward(node, *operands)
    if isinstance(result, Predicate):
        return _Step(result, bool(result.unknown.any()), bool(result.presumed.any()))
    if balls.is_finite(result).all():
        return _Step(result)
    value = balls.absorbed(result)
    return _Step(value, _is_vague(value, operands))


def _is_vague(result: np.ndarray, operands: Sequence[Any]) -> bool:
    """Whether an unknown element comes from balls that are too wide, not from the mathematics."""
    finite = balls.is_finite(result)
    if finite.all():
        return False
    unknown = balls.is_unknown(result)
    if (unknown & ~balls.is_nan(result)).any():
        return True  # the whole line: an exponent too large for this precision
    numbers = [o for o in operands if isinstance(o, np.ndarray)]
    wide = _any_operand([balls.is_finite(o) & ~balls.is_exact(o) for o in numbers], result.shape)
    fresh = unknown & ~_any_operand([balls.is_nan(o) for o in numbers], result.shape)
    return bool((fresh & wide).any())


def _any_operand(marks: Sequence[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Where an operand that broadcasts to `shape` is marked; everywhere, where another one is marked at all."""
    result = np.zeros(shape, dtype=bool)
    for mark in marks:
        result |= mark if _broadcasts(mark.shape, shape) else mark.any()
    return result


def _broadcasts(small: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(small) <= len(shape) and all(a in (1, b) for a, b in zip(reversed(small), reversed(shape), strict=False))


def backward(run: Run, seed: np.ndarray | Adjoint, sources: Sequence[int]) -> list[np.ndarray]:
    """The derivative of `sum(seed * output)` by the nodes `sources`, by reverse mode over the balls.

    A seed that cuts some outputs leaves their paths out, kinks and poles on them too.
    An element is nan where the chain rule says nothing (a kink, a pole, 0 * inf): see `limits`.
    """
    graph = run.graph
    moves = graph.depends_on(set(sources))
    flows: dict[int, Any] = {graph.output: seed if isinstance(seed, Adjoint) else Adjoint(balls.array(seed))}
    for position in range(len(graph.nodes) - 1, -1, -1):
        node = graph.nodes[position]
        flow = flows.get(position)
        if flow is None or not moves[position] or node.operation in (INPUT, CONSTANT):
            continue
        steps = OPERATIONS[node.operation].backward(node, flow, *run.seen(position))
        for i, step in zip(node.inputs, steps, strict=True):
            if moves[i] and step is not None:
                flows[i] = _merged(flows.get(i), step())
        if position not in sources:
            del flows[position]
    return [_gradient(flows.get(s), graph.nodes[s].shape) for s in sources]


def _merged(a: Any, b: Any) -> Any:
    if a is None:
        return b
    return np.asarray(a | b) if isinstance(a, np.ndarray) else a.plus(b)


def _gradient(flow: Adjoint | None, shape: tuple[int, ...]) -> np.ndarray:
    return balls.full(shape, balls.ZERO) if flow is None else balls.absorbed(flow.data)
