"""The surroundings of a point: move one input, or all, by a little and see where the graph goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.adjoint import Adjoint
from gradcheck.exact.balls import INFINITY
from gradcheck.exact.cost import work
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.limits import UNDECIDED, UNDEFINED, Kind, Limit, of_sequence

STEP_BITS = 64  # the first step is 2**-64 of the finest spacing among the inputs
INFINITE_STEP_BITS = 64  # an infinite input is approached at 2**64, 2**128, 2**256
POWERS = (1, 2, 4)
DRAWN_PATTERNS = 3
CORNER_SPEEDS = ((1, 5), (5, 1))
CORNER_DIGITS = 3  # of the numbers of the components: any two of eight differ in one of them
MOST_HELD = 4

# With more work than this, a second or two, in all the evaluations of one limit it stays undecided.
MOST_WORK = 2e10

# Magnitudes are looked at down to so many binades below the smallest number of the format, and as far up.
BEYOND_FORMAT = 126
# A move, in units of a step h: +-h**power of each component.
Moves = dict[int, dict[tuple[int, ...], tuple[int, int]]]  # input -> component -> (-1 or 1, power)

Free = tuple[int, tuple[int, ...], list[int]]


def finest_exponent(arrays: Sequence[np.ndarray]) -> int:
    """Exponent of the lowest set bit among all finite inputs: every sum of inputs is a multiple of it."""
    finest = 0
    for array in arrays:
        numbers = np.asarray(array, dtype=np.float64)
        for number in np.unique(numbers[np.isfinite(numbers) & (numbers != 0)]):
            mantissa, exponent = math.frexp(number)
            whole = int(abs(mantissa) * 2**53)
            finest = min(finest, exponent - 53 + ((whole & -whole).bit_length() - 1))
    return finest


def exponents(run: Run) -> tuple[int, int]:
    """Exponents of the smallest and the largest number met on the way, of those known not to be zero."""
    found = [0]
    for value in run.values:
        if isinstance(value, np.ndarray):
            found.extend(_exponent(ball) for ball in value.flat if ball.is_finite() and not ball.contains(0))
    return min(found), max(found)


def _exponent(ball: arb) -> int:
    mantissa, exponent = ball.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()


@dataclass(frozen=True)
class Neighbourhood:
    """A graph around one point. `sides[k]` holds two masks: may input k move down, may it move up."""

    graph: Graph
    arrays: tuple[np.ndarray, ...]
    sides: tuple[tuple[np.ndarray, np.ndarray], ...]
    format: Format
    effort: int = 1  # times the precision that is usually enough
    _values: dict[tuple[int, ...], Limit] = field(default_factory=dict, repr=False)

    @cached_property
    def exponents(self) -> tuple[int, int]:
        """Of the numbers on the way, within what is looked at: the step has to be small beside each."""
        with balls.precision(256):
            smallest, largest = exponents(forward(self.graph, self.inputs))
        farthest = BEYOND_FORMAT - self.format.smallest_exponent
        return max(smallest, -farthest), min(largest, farthest)

    @cached_property
    def step_exponent(self) -> int:
        return min(finest_exponent(self.arrays), self.exponents[0]) - STEP_BITS

    @cached_property
    def value_step_exponent(self) -> int:
        """Finer than any step of a derivative, which divides by it what this leaves open of the value."""
        return (POWERS[-1] + 1) * self.step_exponent

    @cached_property
    def bits(self) -> int:
        """Enough to see h**4 beside the inputs and still have digits left in a quotient."""
        return self.effort * (256 + 6 * -self.step_exponent + 2 * self.exponents[1])

    @cached_property
    def value_bits(self) -> int:
        return self.effort * (6 * -self.value_step_exponent + 2 * self.exponents[1])

    def is_too_dear(self, runs: int, bits: int) -> bool:
        return work(self.graph, runs, bits) > MOST_WORK

    @cached_property
    def inputs(self) -> list[np.ndarray]:
        return [balls.from_numbers(a) for a in self.arrays]

    @cached_property
    def base(self) -> Run:
        with balls.precision(self.bits):
            return forward(self.graph, self.inputs)

    @cached_property
    def base_output(self) -> np.ndarray:
        """The value at the point, its own limits taken; the whole line where they are undecided."""
        output = self.base.output.copy()
        for index in map(tuple, np.argwhere(balls.is_nan(output))):
            limit = self.value(index)
            output[index] = balls.WHOLE_LINE if limit.kind is Kind.UNDECIDED else limit.lower
        return output

    @cached_property
    def has_open_values(self) -> bool:
        """Whether some output is undecided: then so is what the sum of all rises by."""
        return any(not ball.is_nan() and ball.rad() == INFINITY for ball in self.base_output.flat)

    def gradient(self, seed: Adjoint, differentiate: Sequence[int]) -> list[np.ndarray]:
        """The chain rule at the point itself, for another seed than ones."""
        return backward(self.base, seed, [self.graph.inputs[k] for k in differentiate])

    def moved(self, moves: Moves, exponent: int, start: list[np.ndarray] | None = None) -> list[np.ndarray]:
        """The inputs, each named component moved by a power of the step 2**exponent."""
        inputs = list(start or self.inputs)
        for k, components in moves.items():
            inputs[k] = inputs[k].copy()
            for index, (direction, power) in components.items():
                inputs[k][index] = inputs[k][index] + direction * arb(2) ** (exponent * power)
        return inputs

    def output_nudged(self, inputs: list[np.ndarray], k: int, index: tuple[int, ...]) -> np.ndarray:
        """The output with all components but one nudged inside the domain, as far as the limit of the value goes."""
        others = [free for free in self._free() if free[:2] != (k, index)]
        with balls.precision(self.value_bits):
            nudged = self.moved(_pattern(others, 1, (1,)), self.value_step_exponent * POWERS[-1], inputs)
            return forward(self.graph, nudged).output

    def value(self, index: tuple[int, ...]) -> Limit:
        """The value of one output component where the formula gives nan: the same from everywhere."""
        if index not in self._values:
            self._values[index] = self._value(index)
        return self._values[index]

    def _value(self, index: tuple[int, ...]) -> Limit:
        directions, around_corners = self._directions(), self._around_corners()
        if self.is_too_dear((len(directions) + len(around_corners)) * len(POWERS), self.value_bits):
            return UNDECIDED
        with balls.precision(self.value_bits):
            along = [self._value_along(d, self.value_step_exponent, index) for d in directions]
            along += [self._value_along(d, self.step_exponent, index) for d in around_corners]
        seen = [limit for limit in along if limit]
        if not seen or any(limit.kind is Kind.UNDEFINED for limit in seen):
            return UNDEFINED
        if any(limit.kind is Kind.UNDECIDED for limit in seen):
            return UNDECIDED
        first = seen[0]
        agree = all(s.kind is first.kind and s.lower.overlaps(first.lower) for s in seen[1:])
        return first if agree else UNDEFINED

    def _value_along(self, direction: Moves, exponent: int, index: tuple[int, ...]) -> Limit | None:
        runs = [forward(self.graph, self.moved(direction, exponent * power)) for power in POWERS]
        terms = [unless_vague(run, run.output)[index] for run in runs]
        return None if any(t.is_nan() for t in terms) else of_sequence(terms)

    def _directions(self) -> list[Moves]:
        """Each component alone, and all together in patterns of signs and speeds, some drawn, inside the domain."""
        free = self._free()
        alone = [{k: {index: (sign, 1)}} for k, index, signs in free[:8] for sign in signs]
        speeds = ((1,), (1, 2), (2, 1)) if len(free) > 1 else ((1,),)
        drawn = [_drawn(free, seed) for seed in range(DRAWN_PATTERNS)]
        return alone + [_pattern(free, stride, powers) for stride in (1, 2, 3) for powers in speeds] + drawn

    def _around_corners(self) -> list[Moves]:
        """All components together with speeds far apart, or one of the first few held where it is.

        Where two components are at a bound, no straight line tells that the limit depends on which of them goes
        there first: the log-density of a relaxed one-hot category at a corner of the simplex.
        """
        free = self._free()
        if len(free) < 2:
            return []
        digits = range(min(CORNER_DIGITS, (len(free) - 1).bit_length()))
        apart = [_by_digit(free, digit, speeds) for digit in digits for speeds in CORNER_SPEEDS]
        return apart + [_pattern(free[:i] + free[i + 1 :], 1, (1,)) for i in range(min(len(free), MOST_HELD))]

    def _free(self) -> list[Free]:
        """The components that may move, with the directions they may move in."""
        found = [
            (k, index, [s for s, ok in zip((-1, 1), self._allowed(k, index), strict=True) if ok])
            for k, array in enumerate(self.arrays)
            for index in np.ndindex(array.shape)
        ]
        return [(k, index, signs) for k, index, signs in found if signs]

    def _allowed(self, k: int, index: tuple[int, ...]) -> tuple[bool, bool]:
        if not np.isfinite(float(self.arrays[k][index])):
            return False, False
        down, up = (bool(np.broadcast_to(s, self.arrays[k].shape)[index]) for s in self.sides[k])
        return down, up


def unless_vague(run: Run, output: np.ndarray) -> np.ndarray:
    """Where more precision may find a number, the whole line instead of nan."""
    return balls.choose(balls.is_nan(output), balls.WHOLE_LINE, output) if run.vague else output


def _pattern(free: Sequence[Free], stride: int, powers: Sequence[int]) -> Moves:
    """Move all components at once: up, or down at every `stride`-th where that is allowed, at speeds taking turns."""
    moves: Moves = {}
    for i, (k, index, signs) in enumerate(free):
        # Inputs of one shape are not to move alike: the cosine of two equal vectors is 1 however near to zero.
        sign = signs[0] if stride > 1 and (i + k) % stride == 0 else signs[-1]
        moves.setdefault(k, {})[index] = (sign, powers[i % len(powers)])
    return moves


def _by_digit(free: Sequence[Free], digit: int, speeds: Sequence[int]) -> Moves:
    """Move all components at once, at a speed for each binary digit of their number: any two part in some digit."""
    moves: Moves = {}
    for i, (k, index, signs) in enumerate(free):
        moves.setdefault(k, {})[index] = (signs[-1], speeds[i >> digit & 1])
    return moves


def _drawn(free: Sequence[Free], seed: int) -> Moves:
    """Move all components at once, with signs and speeds that follow no shape of the inputs."""
    rng = np.random.default_rng([seed, len(free)])
    moves: Moves = {}
    for k, index, signs in free:
        moves.setdefault(k, {})[index] = (signs[rng.integers(len(signs))], int(rng.integers(1, 3)))
    return moves


def toward_infinity(
    graph: Graph, arrays: Sequence[np.ndarray], sources: Sequence[int]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Limits of the value and of the gradient as every infinite input goes there, all together.

    Returns object arrays of `Limit`. Used where the formula at the infinity itself gives nan.
    """
    runs = []
    with balls.precision(32 * INFINITE_STEP_BITS):
        for power in POWERS:
            far = arb(2) ** (INFINITE_STEP_BITS * power)
            inputs = [_replace_infinite(balls.from_numbers(a), far) for a in arrays]
            run = forward(graph, inputs)
            runs.append([run.output, *backward(run, balls.full(run.output.shape, balls.ONE), sources)])
        limit = np.frompyfunc(lambda a, b, c: of_sequence([a, b, c]), 3, 1)
        value, *gradient = [balls.array(limit(*terms)) for terms in zip(*runs, strict=True)]
    return value, gradient


def _replace_infinite(numbers: np.ndarray, far: arb) -> np.ndarray:
    infinite_ones = balls.is_infinite(numbers)
    sign = np.where(np.asarray(numbers > 0, dtype=bool), 1, -1)
    return np.where(infinite_ones, sign * far, numbers)
