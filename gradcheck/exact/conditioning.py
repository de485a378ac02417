"""How far the exact answer moves when the inputs move by half an ulp: what no algorithm can do better than.

The inputs of a float computation carry an uncertainty of half an ulp each (they were rounded once, and
every operation rounds its operands' neighbours together). The spread of a component is the sum, over
all input components, of how far the exact answer moves with each (N. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., section 1.6). Many inputs move in blocks, each with random signs: that is
exact where one input alone matters, so it does not grow with their number, and from below where many do.
At a kink any answer between the one-sided derivatives is exact, and only what lies beyond them is a movement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.rounding import ulp
from gradcheck.exact.truth import Enclosures, Sides, Truth

# Up to so many input components each is moved alone, both ways; more are moved together, in blocks, one way each.
ONE_AT_A_TIME = 24
BLOCKS = 16
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
        groups = _groups(arrays, movable)
        step = _step(truth.value.format, least)
        base = [truth.value, *truth.gradient]
        total = [balls.full(part.shape, balls.ZERO) for part in base]
        sources = [graph.inputs[k] for k in differentiate]
        for group in groups:
            ways = (-1, 1) if len(group) == 1 else (1,)
            moves = [_moved(arrays, inputs, step, group, way, sides) for way in ways]
            shifts = [_shift(graph, moved, sources, base) for moved in moves]
            farthest = [reduce(_larger, parts) for parts in zip(*shifts, strict=True)]
            total = [balls.array(t + part) for t, part in zip(total, farthest, strict=True)]
    return total


def _step(f: Format, least: float) -> Callable[[float], arb]:
    """How far a component of that magnitude moves."""
    return lambda magnitude: (ulp(magnitude, f) / 2).max(arb(least))


def _groups(arrays: Sequence[np.ndarray], movable: Sequence[bool]) -> list[list[tuple]]:
    """Which components ((input, index), sign) move together: each alone, or many in blocks of random signs."""
    components = [
        (k, index)
        for k, array in enumerate(arrays)
        if movable[k]
        for index in np.ndindex(array.shape)
        if np.isfinite(float(array[index]))
    ]
    signs = np.random.default_rng(len(components)).choice([-1, 1], size=len(components))
    signed = list(zip(components, map(int, signs), strict=True))
    blocks = len(signed) if len(signed) <= ONE_AT_A_TIME else BLOCKS
    return [signed[k::blocks] for k in range(blocks)]


def _moved(
    arrays: Sequence[np.ndarray],
    inputs: list[np.ndarray],
    step: Callable[[float], arb],
    group: list[tuple],
    direction: int,
    sides: Sides | None,
) -> list[np.ndarray]:
    moved = [x.copy() for x in inputs]
    for (k, index), sign in group:
        way = direction * sign
        if sides is not None and not sides[k][(way + 1) // 2][index]:
            continue
        moved[k][index] = moved[k][index] + way * step(float(arrays[k][index]))
    return moved


def _shift(graph: Graph, moved: list[np.ndarray], sources: list[int], base: list[Enclosures]) -> list[np.ndarray]:
    run = forward(graph, moved)
    parts = [run.output, *backward(run, balls.full(run.output.shape, balls.ONE), sources)]
    return [_distance(part, at.lower, at.upper) for part, at in zip(parts, base, strict=True)]


def _distance(moved: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """How far beyond [lower, upper] where that is a number, else zero: what is unknown excuses nothing."""

    def one(number: arb, low: arb, high: arb) -> arb:
        gap = (low - number).max(number - high).max(balls.ZERO)
        return gap if gap.is_finite() else balls.ZERO

    return balls.array(np.frompyfunc(one, 3, 1)(moved, lower, upper))


def _larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return balls.array(np.frompyfunc(arb.max, 2, 1)(a, b))
