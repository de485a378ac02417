"""The surroundings of a point: move one input, or all, by a little and see where the graph goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from gradcheck.exact import balls
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.limits import UNDECIDED, UNDEFINED, Kind, Limit, between, infinite, of_sequence

STEP_BITS = 64  # the first step is 2**-64 of the finest spacing among the inputs
INFINITE_STEP_BITS = 64  # an infinite input is approached at 2**64, 2**128, 2**256
POWERS = (1, 2, 4)

Moves = dict[int, dict[tuple[int, ...], int]]  # input -> component -> direction, -1 or 1


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


@dataclass(frozen=True)
class Neighbourhood:
    """A graph around one point. `sides[k]` holds two masks: may input k move down, may it move up."""

    graph: Graph
    arrays: tuple[np.ndarray, ...]
    sides: tuple[tuple[np.ndarray, np.ndarray], ...]

    @cached_property
    def step_exponent(self) -> int:
        return finest_exponent(self.arrays) - STEP_BITS

    @cached_property
    def value_step_exponent(self) -> int:
        """Finer than any step of a derivative, which divides by it what this leaves open of the value."""
        return (POWERS[-1] + 1) * self.step_exponent

    @cached_property
    def bits(self) -> int:
        """Enough to see h**4 beside the inputs and still have digits left in a quotient."""
        return 256 + 6 * -self.step_exponent

    @cached_property
    def inputs(self) -> list[np.ndarray]:
        return [balls.from_numbers(a) for a in self.arrays]

    @cached_property
    def base(self) -> Run:
        with balls.precision(self.bits):
            return forward(self.graph, self.inputs)

    @cached_property
    def base_output(self) -> np.ndarray:
        """The value at the point, its own limits taken."""
        output = self.base.output.copy()
        for index in map(tuple, np.argwhere(balls.is_nan(output))):
            limit = self.value(index)
            output[index] = limit.lower if limit.kind in (Kind.LIMIT, Kind.INFINITE) else balls.NAN
        return output

    def gradient(self, seed: np.ndarray, differentiate: Sequence[int]) -> list[np.ndarray]:
        """The chain rule at the point itself, for another seed than ones."""
        return backward(self.base, seed, [self.graph.inputs[k] for k in differentiate])

    def _moved(self, moves: Moves, exponent: int) -> list[np.ndarray]:
        """The inputs, each named component moved by +-2**exponent."""
        step = arb(2) ** exponent
        inputs = list(self.inputs)
        for k, components in moves.items():
            inputs[k] = inputs[k].copy()
            for index, direction in components.items():
                inputs[k][index] = inputs[k][index] + direction * step
        return inputs

    def derivative(self, k: int, index: tuple[int, ...]) -> Limit:
        """The derivative of the sum of the output by component `index` of input `k`."""
        with balls.precision(self.bits):
            down, up = (bool(np.broadcast_to(s, self.arrays[k].shape)[index]) for s in self.sides[k])
            left = self._one_sided(k, index, -1) if down else None
            right = self._one_sided(k, index, 1) if up else None
            return between(left, right)

    def _one_sided(self, k: int, index: tuple[int, ...], direction: int) -> Limit | None:
        """None where the function is not defined on that side."""
        rises = [self._rise(k, index, direction, power) for power in POWERS]
        if any(r.is_nan() for r in rises):
            return None
        if all(r.is_exact() and not r.is_finite() for r in rises):
            return infinite(direction if rises[-1] > 0 else -direction)
        if abs(rises[-1]) > arb(0.75) * abs(rises[0]):
            return UNDEFINED  # a jump
        step = [direction * arb(2) ** (self.step_exponent * power) for power in POWERS]
        return of_sequence([r / s for r, s in zip(rises, step, strict=True)])

    def _rise(self, k: int, index: tuple[int, ...], direction: int, power: int) -> arb:
        """How much the sum of the output rises; outputs infinite on both sides do not rise."""
        inputs = self._moved({k: {index: direction}}, self.step_exponent * power)
        moved = forward(self.graph, inputs, self.base.held()).output
        base = self.base_output
        stays = balls.is_infinite(base) & balls.is_infinite(moved) & np.asarray(base == moved, dtype=bool)
        rises = np.where(stays, balls.ZERO, moved - base)
        return balls.array(np.add.reduce(rises.reshape(-1)) + balls.ZERO).item()

    def value(self, index: tuple[int, ...]) -> Limit:
        """The value of one output component where the formula gives nan: the same from everywhere."""
        with balls.precision(6 * -self.value_step_exponent):
            seen = [limit for limit in (self._value_along(d, index) for d in self._directions()) if limit]
        if not seen or any(limit.kind is Kind.UNDEFINED for limit in seen):
            return UNDEFINED
        if any(limit.kind is Kind.UNDECIDED for limit in seen):
            return UNDECIDED
        first = seen[0]
        agree = all(s.kind is first.kind and s.lower.overlaps(first.lower) for s in seen[1:])
        return first if agree else UNDEFINED

    def _value_along(self, direction: Moves, index: tuple[int, ...]) -> Limit | None:
        exponents = [self.value_step_exponent * power for power in POWERS]
        terms = [forward(self.graph, self._moved(direction, e)).output[index] for e in exponents]
        return None if any(t.is_nan() for t in terms) else of_sequence(terms)

    def _directions(self) -> list[Moves]:
        """Each component alone, down and up, and all together in a few patterns of signs, inside the domain."""
        free = [
            (k, index, [s for s, ok in zip((-1, 1), self._allowed(k, index), strict=True) if ok])
            for k, array in enumerate(self.arrays)
            for index in np.ndindex(array.shape)
        ]
        free = [(k, index, signs) for k, index, signs in free if signs]
        alone = [{k: {index: sign}} for k, index, signs in free[:8] for sign in signs]
        return alone + [_pattern(free, stride) for stride in (1, 2, 3)]

    def _allowed(self, k: int, index: tuple[int, ...]) -> tuple[bool, bool]:
        if not np.isfinite(float(self.arrays[k][index])):
            return False, False
        down, up = (bool(np.broadcast_to(s, self.arrays[k].shape)[index]) for s in self.sides[k])
        return down, up


def _pattern(free: list, stride: int) -> Moves:
    """Move all components at once: up, or down at every `stride`-th where that is allowed."""
    moves: Moves = {}
    for i, (k, index, signs) in enumerate(free):
        moves.setdefault(k, {})[index] = signs[0] if stride > 1 and i % stride == 0 else signs[-1]
    return moves


def toward_infinity(
    graph: Graph, arrays: Sequence[np.ndarray], sources: Sequence[int]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Limits of the value and of the gradient as every infinite input goes there, all together.

    Returns object arrays of `Limit`. Used where the formula at the infinity itself gives nan.
    """
    runs = []
    with balls.precision(64 + 5 * INFINITE_STEP_BITS):
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
