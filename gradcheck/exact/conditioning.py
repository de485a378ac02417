"""How far the exact answer moves when the inputs move by half an ulp: what no algorithm can do better than.

The inputs of a float computation carry an uncertainty of half an ulp each (they were rounded once, and
every operation rounds its operands' neighbours together). The spread of a component is the sum, over
all input components, of how far the exact answer moves with each (N. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., section 1.6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.rounding import ulp
from gradcheck.exact.truth import Sides, Truth

# With more input components than this, components are moved together in a few patterns of signs.
ONE_AT_A_TIME = 24
PATTERNS = 12
# Enough to tell the slope of a sigmoid from 0 where a double is about to underflow.
MAXIMUM_BITS = 4096


def spread(
    graph: Graph,
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int],
    truth: Truth,
    movable: Sequence[bool],
    sides: Sides | None = None,
    least: float = 0.0,
) -> list[np.ndarray]:
    """Spreads of the value and of each gradient, as arrays of balls of the same shapes.

    `movable[k]`: whether input k carries an uncertainty (labels do not). `least` is the least movement of a
    component: arithmetic that sets subnormals to zero is uncertain by the smallest normal number.
    """
    bits = min(truth.bits, MAXIMUM_BITS)
    with balls.precision(bits):
        inputs = [balls.from_numbers(a) for a in arrays]
        moves = _moves(arrays, inputs, _step(truth.value.format, least), movable, sides)
        base = [truth.value.lower, *(g.lower for g in truth.gradient)]
        total = [balls.full(part.shape, balls.ZERO) for part in base]
        sources = [graph.inputs[k] for k in differentiate]
        for alternatives in moves:
            shifts = [_shift(graph, moved, sources, base) for moved in alternatives]
            total = [_plus_largest(t, parts) for t, parts in zip(total, zip(*shifts, strict=True), strict=True)]
    return total


def _step(f: Format, least: float) -> Callable[[float], arb]:
    """How far a component of that magnitude moves."""
    return lambda magnitude: (ulp(magnitude, f) / 2).max(arb(least))


def _moves(arrays, inputs, step, movable, sides) -> list[list[list[np.ndarray]]]:
    """Each entry: alternative versions of the inputs (down, up) whose larger effect counts."""
    components = [
        (k, index)
        for k, array in enumerate(arrays)
        if movable[k]
        for index in np.ndindex(array.shape)
        if np.isfinite(float(array[index]))
    ]
    if len(components) <= ONE_AT_A_TIME:
        groups = [[(c, 1)] for c in components]
    else:
        rng = np.random.default_rng(len(components))
        signs = rng.choice([-1, 1], size=(PATTERNS, len(components)))
        groups = [list(zip(components, (int(s) for s in row), strict=True)) for row in signs]
    return [[_moved(arrays, inputs, step, group, direction, sides) for direction in (-1, 1)] for group in groups]


def _moved(arrays, inputs, step, group, direction: int, sides) -> list[np.ndarray]:
    moved = [x.copy() for x in inputs]
    for (k, index), sign in group:
        way = direction * sign
        if sides is not None and not sides[k][(way + 1) // 2][index]:
            continue
        moved[k][index] = moved[k][index] + way * step(float(arrays[k][index]))
    return moved


def _shift(graph: Graph, moved: list[np.ndarray], sources: list[int], base: list[np.ndarray]) -> list[np.ndarray]:
    run = forward(graph, moved)
    parts = [run.output, *backward(run, balls.full(run.output.shape, balls.ONE), sources)]
    return [_distance(part, at) for part, at in zip(parts, base, strict=True)]


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """|a - b| where it is a number, else zero: what is unknown excuses nothing."""

    def one(p: arb, q: arb) -> arb:
        gap = abs(p - q)
        return gap if gap.is_finite() else balls.ZERO

    return balls.array(np.frompyfunc(one, 2, 1)(a, b))


def _plus_largest(total: np.ndarray, alternatives: Sequence[np.ndarray]) -> np.ndarray:
    largest = alternatives[0]
    for other in alternatives[1:]:
        largest = np.frompyfunc(lambda a, b: a.max(b), 2, 1)(largest, other)
    return balls.array(total + largest)
