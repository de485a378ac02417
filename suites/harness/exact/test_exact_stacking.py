"""Many points stacked in one run of a graph give what each of them gives alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.exact import balls
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.namespace import record
from gradcheck.exact.stacking import stack

BITS = 128
# One function for each way in which an operation treats its axes; shapes of the arguments beside it.
CASES = {
    "elementwise": (lambda xp, x: xp.exp(x) * x, [(3,)]),
    "no axes": (lambda xp, x: xp.exp(x), [()]),
    "ranks broadcast": (lambda xp, x, y: xp.exp(x) - y * x, [(2, 3), (3,)]),
    "a constant array": (lambda xp, x: x * np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), [(3,)]),
    "pi": (lambda xp, x: xp.sin(xp.pi * x), [(3,)]),
    "sum of an axis": (lambda xp, x: xp.square(xp.sum(x, axis=1)), [(2, 3)]),
    "sum of all": (lambda xp, x: xp.square(xp.sum(x)), [(2, 3)]),
    "kept axis": (lambda xp, x: x / xp.sum(xp.square(x), axis=0, keepdims=True), [(2, 3)]),
    "max": (lambda xp, x: xp.square(xp.max(x, axis=0)), [(3, 2)]),
    "prod": (lambda xp, x: xp.prod(x, axis=1), [(2, 3)]),
    "cumulative": (lambda xp, x: xp.square(xp.cumulative_sum(x, axis=0)), [(3, 2)]),
    "matmul": (lambda xp, a, b: xp.square(xp.matmul(a, b)), [(2, 3), (3, 2)]),
    "matmul with a constant": (lambda xp, a: xp.matmul(a, np.arange(6.0).reshape(3, 2)), [(4, 2, 3)]),
    "slices and reversal": (lambda xp, x: x[1:] * xp.flip(x, axis=0)[:-1], [(4,)]),
    "joined operands": (lambda xp, x, y: xp.square(xp.concat([x, y, x], axis=0)), [(2,), (3,)]),
    "joined with a constant": (lambda xp, x: xp.square(xp.concat([xp.zeros_like(x), x], axis=0) + 1.0), [(2,)]),
    "where": (lambda xp, x: xp.where(x > 0.0, xp.exp(x), x * x), [(2, 2)]),
    "held constant": (lambda xp, x: x * xp.stop_gradient(xp.exp(x)), [(3,)]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("count", [1, 3])
def test_points_stacked_give_what_each_gives_alone(name: str, count: int) -> None:
    formula, shapes = CASES[name]
    rng = np.random.default_rng(0)
    points = [[rng.normal(size=shape) for shape in shapes] for _ in range(count)]
    graph = record(formula, shapes)
    with balls.precision(BITS):
        given = [[balls.from_numbers(array) for array in point] for point in points]
        stacked = stack(graph, count)
        run = forward(stacked.graph, stacked.inputs_of(given))
        shape = graph.nodes[graph.output].shape
        seed = balls.from_numbers(rng.normal(size=shape))
        together = [
            stacked.separated(run.output, shape),
            *(
                stacked.separated(flow, own)
                for flow, own in zip(backward(run, stacked.seed(seed), stacked.graph.inputs), shapes, strict=True)
            ),
        ]
        for number, inputs in enumerate(given):
            alone = forward(graph, inputs)
            expected = [alone.output, *backward(alone, seed, graph.inputs)]
            for part, truth in zip(together, expected, strict=True):
                own = balls.array(part[number])
                assert own.shape == truth.shape
                assert all(a.mid() == b.mid() for a, b in zip(own.flat, truth.flat, strict=True))


def test_a_stack_is_made_once() -> None:
    graph = record(lambda xp, x: xp.exp(x), [(2,)])
    assert stack(graph, 3) is stack(graph, 3)
    assert stack(graph, 3) is not stack(graph, 2)
