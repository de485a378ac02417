"""How far the exact answer moves when the inputs move by half an ulp: what no algorithm can do better than.

The inputs of a float computation carry an uncertainty of half an ulp each (they were rounded once, and
every operation rounds its operands' neighbours together). The spread of a component is the sum, over
all input components, of how far the exact answer moves with each (N. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., section 1.6). Many inputs move in blocks, each with random signs: that is
exact where one input alone matters, so it does not grow with their number, and from below where many do.
At a kink any answer between the one-sided derivatives is exact, and only what lies beyond them is a movement.
The answer at the ends of a movement says all of it where it rises or falls all the way; an answer that
oscillates (a Bessel function of 1e10) is farther away somewhere inside, which is looked at on demand.
So is where the movements of all inputs together lead: exp(-90) of a sum of rounded products of 1e4 is anything up
to 1, though no product alone raises it beyond exp(-60).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.cost import work
from gradcheck.exact.distance import Ends, larger
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.rounding import ulp
from gradcheck.exact.sharpening import sharpened
from gradcheck.exact.stacking import MOST_STACKED, stack
from gradcheck.exact.truth import Sides, Truth

# Up to so many input components each is moved alone, both ways; more are moved together, in blocks, one way each.
ONE_AT_A_TIME = 24
BLOCKS = 16
# Sums of the outputs that are looked at beside the plain sum, with signs that change at every so many outputs, and
# the rounding granted to what the plain sum cancels of them: a quarter of the budget of 8 ulps, as of a spread.
SIGN_STRIDES = (1, 2)
OUTPUT_EPSILONS = 2
# Parts of half an ulp to which inputs move: all of it; and less, in no simple ratio to a period.
ENDS, INSIDE = (1.0,), (0.6180339887, 0.2360679775)
# Enough to tell the slope of a sigmoid from 0 where a double is about to underflow.
MAXIMUM_BITS = 4096
# Slow functions get fewer bits, so that a spread takes a tenth of a second or two, but no fewer than these.
MOST_WORK, LEAST_BITS = 2e9, 512


def spread(
    graph: Graph,
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int],
    truth: Truth,
    movable: Sequence[bool],
    sides: Sides | None = None,
    least: float = 0.0,
    fractions: Sequence[float] = ENDS,
) -> list[np.ndarray]:
    """Spreads of the value and of each gradient, as arrays of balls of the same shapes.

    `movable[k]`: whether input k carries an uncertainty (labels do not). `least` is the least movement of a
    component: arithmetic that sets subnormals to zero is uncertain by the smallest normal number. `fractions` are
    the parts of the movement that are tried, the farthest shift counts.
    """
    groups = _groups(arrays, movable)
    truths = [truth.value, *truth.gradient]

    def attempt(unknown: arb) -> list[np.ndarray]:
        inputs = [balls.from_numbers(a) for a in arrays]
        step = _step(truth.value.format, least)
        base = [Ends.part(part, unknown) for part in truths]
        total = [balls.full(part.shape, balls.ZERO) for part in truths]
        weighted = Weighted.at(graph, inputs, [graph.inputs[k] for k in differentiate])
        moves = [
            (number, _moved(arrays, inputs, step, group, way * fraction, sides))
            for number, group in enumerate(groups)
            for way in ((-1, 1) if len(group) == 1 else (1,))
            for fraction in fractions
        ]
        shifts = _shifts(graph, [moved for _, moved in moves], differentiate, weighted, base)
        for _, ways in itertools.groupby(zip(moves, shifts, strict=True), key=lambda pair: pair[0][0]):
            farthest = [reduce(larger, parts) for parts in zip(*(shift for _, shift in ways), strict=True)]
            total = [balls.array(t + part) for t, part in zip(total, farthest, strict=True)]
        rounded = [OUTPUT_EPSILONS * truth.value.format.epsilon * part for part in weighted.cancelled(base[1:])]
        return [total[0], *(balls.array(t + part) for t, part in zip(total[1:], rounded, strict=True))]

    most = _affordable(graph, 2 * len(groups) * len(fractions), min(truth.bits, MAXIMUM_BITS))
    return sharpened(attempt, most, truths)


def together(
    graph: Graph,
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int],
    truth: Truth,
    movable: Sequence[bool],
    sides: Sides | None,
    number: int,
    asked: Sequence[tuple[int, ...]],
) -> list[arb]:
    """How far each component asked about of part `number` (0: the value, then the gradients) moves with all inputs.

    They move by half an ulp at once, each the way in which it alone raises the component, or each the other way.
    """
    groups = _groups(arrays, movable)
    at = [truth.value, *truth.gradient][number]

    def attempt(unknown: arb) -> list[np.ndarray]:
        inputs = [balls.from_numbers(a) for a in arrays]
        step = _step(truth.value.format, 0.0)

        def answers(moves: list[list[tuple]]) -> list[np.ndarray]:
            points = [_moved(arrays, inputs, step, group, 1.0, sides) for group in moves]
            return [parts[number] for parts in _answers(graph, points, differentiate)]

        unmoved, *alone = answers([[], *groups])
        ways = [[1 if moved[index] > unmoved[index] else -1 for moved in alone] for index in asked]
        moves = [_signed(groups, [turn * way for way in one]) for one in ways for turn in (1, -1)]
        shifts = [Ends.part(at, unknown).distance(moved) for moved in answers(moves)]
        pairs = zip(shifts[::2], shifts[1::2], strict=True)
        return [balls.array([up[i].max(down[i]) for (up, down), i in zip(pairs, asked, strict=True)])]

    most = _affordable(graph, len(groups) + 2 * len(asked), min(truth.bits, MAXIMUM_BITS))
    return list(sharpened(attempt, most, [at.picked(asked)])[0])


def _signed(groups: Sequence[list[tuple]], ways: Sequence[int]) -> list[tuple]:
    """All groups as one, each turned its way."""
    return [(of, way * sign) for group, way in zip(groups, ways, strict=True) for of, sign in group]


def _answers(
    graph: Graph, points: Sequence[list[np.ndarray]], differentiate: Sequence[int]
) -> Iterator[list[np.ndarray]]:
    """The value and the gradients of the summed output at each point, as many points at once as fit."""
    shapes = [graph.nodes[i].shape for i in (graph.output, *(graph.inputs[k] for k in differentiate))]
    for some in _that_fit(graph, points):
        stacked = stack(graph, len(some))
        run = forward(stacked.graph, stacked.inputs_of(some))
        flows = backward(run, stacked.seed(_ones(shapes[0])), [stacked.graph.inputs[k] for k in differentiate])
        parts = [stacked.separated(part, shape) for part, shape in zip((run.output, *flows), shapes, strict=True)]
        yield from ([balls.array(part[number]) for part in parts] for number in range(len(some)))


def _ones(shape: tuple[int, ...]) -> np.ndarray:
    return balls.full(shape, balls.ONE)


def _that_fit(graph: Graph, points: Sequence[list[np.ndarray]]) -> Iterator[Sequence[list[np.ndarray]]]:
    """The points, as many at once as can be stacked."""
    count = max(1, MOST_STACKED // sum(math.prod(node.shape) for node in graph.nodes))
    for start in range(0, len(points), count):
        yield points[start : start + count]


def _affordable(graph: Graph, runs: int, bits: int) -> int:
    """The bits, fewer where so many runs at them would take long; with too few the spread is vague, not wrong."""
    return max(LEAST_BITS, min(bits, math.isqrt(int(MOST_WORK / max(1.0, work(graph, runs, 1))))))


@dataclass(frozen=True)
class Weighted:
    """Gradients of the output summed with signs, which show what the plain sum cancels.

    The gradient of a sum of outputs adds one term for each output, and each is rounded by itself: where they
    cancel (softmax, whose sum is 1) the rounding of the terms stays. Where there is one term nothing is added.
    """

    seeds: list[np.ndarray]
    gradients: list[list[np.ndarray]]  # for each seed, for each source

    @classmethod
    def at(cls, graph: Graph, inputs: list[np.ndarray], sources: list[int]) -> Weighted:
        run = forward(graph, inputs)
        shape = run.output.shape
        order = np.arange(run.output.size).reshape(shape)
        strides = SIGN_STRIDES if order.size > 1 else ()
        seeds = [balls.from_numbers(np.where(order // stride % 2, -1.0, 1.0)) for stride in strides]
        return cls(seeds, [backward(run, seed, sources) for seed in seeds])

    def cancelled(self, plain: Sequence[Ends]) -> list[np.ndarray]:
        """How much larger than the plain sum's the gradient of a signed sum is."""
        result = [balls.full(part.upper.shape, balls.ZERO) for part in plain]
        for gradients in self.gradients:
            excess = [
                Ends(balls.MINUS_INFINITY, _magnitude(p.upper), p.unknown).distance(_magnitude(g))
                for g, p in zip(gradients, plain, strict=True)
            ]
            result = [larger(r, e) for r, e in zip(result, excess, strict=True)]
        return result


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
    part: float,
    sides: Sides | None,
) -> list[np.ndarray]:
    moved = [x.copy() for x in inputs]
    for (k, index), sign in group:
        way = part * sign
        if sides is not None and not sides[k][int(way > 0)][index]:
            continue
        moved[k][index] = moved[k][index] + way * step(float(arrays[k][index]))
    return moved


def _shifts(
    graph: Graph,
    points: list[list[np.ndarray]],
    differentiate: Sequence[int],
    weighted: Weighted,
    base: list[Ends],
) -> Iterator[list[np.ndarray]]:
    """How far value and gradients are from `base` at each of the moved points, as many points at once as fit."""
    for some in _that_fit(graph, points):
        yield from _stacked_shifts(graph, some, differentiate, weighted, base)


def _stacked_shifts(
    graph: Graph,
    points: Sequence[list[np.ndarray]],
    differentiate: Sequence[int],
    weighted: Weighted,
    base: list[Ends],
) -> Iterator[list[np.ndarray]]:
    stacked = stack(graph, len(points))
    run = forward(stacked.graph, stacked.inputs_of(points))
    sources = [stacked.graph.inputs[k] for k in differentiate]

    def gradients(seed: np.ndarray) -> list[np.ndarray]:
        flows = backward(run, stacked.seed(seed), sources)
        return [stacked.separated(g, part.upper.shape) for g, part in zip(flows, base[1:], strict=True)]

    shape = base[0].upper.shape
    parts = [stacked.separated(run.output, shape), *gradients(_ones(shape))]
    value, *gradient = [at.distance(part) for part, at in zip(parts, base, strict=True)]
    signed = [
        [
            Ends(at, at, plain.unknown).distance(part)
            for part, at, plain in zip(gradients(seed), where, base[1:], strict=True)
        ]
        for seed, where in zip(weighted.seeds, weighted.gradients, strict=True)
    ]
    gradient = [reduce(larger, shifts) for shifts in zip(gradient, *signed, strict=True)]
    for number in range(len(points)):
        yield [balls.array(part[number]) for part in (value, *gradient)]


def _magnitude(numbers: np.ndarray) -> np.ndarray:
    return balls.array(np.abs(numbers))
