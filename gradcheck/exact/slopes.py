"""Derivatives as limits: how the sum of the outputs rises as one component of an input moves a little.

All moves of a point run stacked in one graph: there are six for each component, three steps to either side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from gradcheck.exact import balls
from gradcheck.exact.adjoint import Adjoint
from gradcheck.exact.balls import ZERO
from gradcheck.exact.evaluate import forward
from gradcheck.exact.limits import NOTHING, SETTLED, UNDECIDED, UNDEFINED, Kind, Limit, between, infinite, of_sequence
from gradcheck.exact.neighbourhood import POWERS, Neighbourhood, unless_vague
from gradcheck.exact.stacking import MOST_STACKED, stack

BEYOND = 8  # power of the step from which a rise is measured beyond a jump that nobody can see
JUMP = arb(0.75)  # of its first rise, at the last of three steps


@dataclass(frozen=True)
class Component:
    """A component of input k."""

    k: int
    index: tuple[int, ...]


@dataclass(frozen=True)
class Move:
    """A component moved by 2**(step_exponent * power), down (-1) or up (1)."""

    of: Component
    direction: int
    power: int


@dataclass(frozen=True)
class Slopes:
    """The derivatives of the sum of the outputs around one point."""

    around: Neighbourhood

    def limits(self, wanted: Sequence[Component]) -> list[Limit]:
        """The derivative by each of the components wanted."""
        around = self.around
        if not wanted:
            return []
        if around.is_too_dear(2 * len(POWERS), around.bits) or around.has_open_values:
            return [UNDECIDED] * len(wanted)
        with balls.precision(around.bits):
            outputs = self._moved_outputs(wanted)
            return [self._limit(component, outputs) for component in wanted]

    def none_rises(self, wanted: Sequence[Component]) -> list[bool]:
        """For each component, whether an infinite output that it enters stays that infinity wherever it moves.

        Of that there is no derivative, whatever the chain rule says: log 0 of another term, perhaps.
        """
        if not wanted or self.around.is_too_dear(2 * len(POWERS), self.around.bits) or self.around.has_open_values:
            return [False] * len(wanted)
        with balls.precision(self.around.bits):
            outputs = self._moved_outputs(wanted)
            return [self._none_rises(component, outputs) for component in wanted]

    def _moved_outputs(self, wanted: Sequence[Component]) -> dict[Move, np.ndarray]:
        moves = [Move(c, d, power) for c in wanted for d in self._directions(c) for power in POWERS]
        return dict(zip(moves, self._outputs(moves), strict=True))

    def _directions(self, of: Component) -> list[int]:
        allowed = (np.broadcast_to(side, self.around.arrays[of.k].shape)[of.index] for side in self.around.sides[of.k])
        return [direction for direction, ok in zip((-1, 1), allowed, strict=True) if ok]

    def _limit(self, of: Component, outputs: dict[Move, np.ndarray]) -> Limit:
        if self._none_rises(of, outputs):
            return UNDEFINED
        found = {d: self._one_sided(self._side(of, d), outputs) for d in self._directions(of)}
        return between(found.get(-1), found.get(1))

    @staticmethod
    def _side(of: Component, direction: int) -> list[Move]:
        return [Move(of, direction, power) for power in POWERS]

    def _none_rises(self, of: Component, outputs: dict[Move, np.ndarray]) -> bool:
        base = self.around.base_output
        sides = [self._side(of, direction) for direction in self._directions(of)]
        defined = [side for side in sides if not any(_rise(outputs[move], base).is_nan() for move in side)]
        moves = [move for side in defined for move in side]
        return bool(moves) and all(self._stays_infinite(of, outputs[move]) for move in moves)

    def _one_sided(self, moves: Sequence[Move], outputs: dict[Move, np.ndarray]) -> Limit | None:
        """None where the function is not defined on that side."""
        direction, base = moves[0].direction, self.around.base_output
        rises = [_rise(outputs[move], base) for move in moves]
        if any(r.is_nan() for r in rises):
            return None
        if not rises[-1].is_finite() and not self._tends(moves, outputs):
            return UNDEFINED
        if all(r.is_exact() and not r.is_finite() for r in rises):
            return infinite(direction if rises[-1] > 0 else -direction)
        jumps = abs(rises[-1]) > JUMP * abs(rises[0])
        slopes = [r / self._step(move) for r, move in zip(rises, moves, strict=True)]
        found = UNDEFINED if jumps else of_sequence(slopes)
        unseen = found.kind in (Kind.UNDEFINED, Kind.INFINITE) and all(abs(r) < NOTHING for r in rises)
        return self._beyond(moves) if unseen else found

    def _tends(self, moves: Sequence[Move], outputs: dict[Move, np.ndarray]) -> bool:
        """Whether an output goes to the infinity that it has at the point, and does not jump there."""
        far, near = outputs[moves[0]], outputs[moves[-1]]
        leaves = balls.is_infinite(self.around.base_output) & balls.is_finite(far) & balls.is_finite(near)
        grows = np.asarray(abs(near[leaves]) > (1 + SETTLED) * abs(far[leaves]), dtype=bool)
        return not leaves.any() or bool(grows.any())

    def _beyond(self, moves: Sequence[Move]) -> Limit:
        """The slope on that side of a jump, if there is one, that is smaller than every number of the formats.

        So meet two series that are both cut off. What rises from there on is not the jump.
        """
        with balls.precision(2 * self.around.bits):
            start = Move(moves[0].of, moves[0].direction, BEYOND)
            base, *outputs = self._outputs([start, *moves])
            steps = [self._step(move) - self._step(start) for move in moves]
            return of_sequence([_rise(output, base) / step for output, step in zip(outputs, steps, strict=True)])

    def _step(self, move: Move) -> arb:
        return move.direction * arb(2) ** (self.around.step_exponent * move.power)

    def _stays_infinite(self, of: Component, moved: np.ndarray) -> bool:
        """Whether an output that the component enters is the same infinity before and after: no number rises there.

        An output that the component does not enter stays as it is, and has no part in the derivative.
        """
        stays = _stays(moved, self.around.base_output)
        return bool(stays.any()) and any(self._entered[tuple(place)][of.k][of.index] for place in np.argwhere(stays))

    @cached_property
    def _entered(self) -> dict[tuple[int, ...], list[np.ndarray]]:
        """For each infinite output which components of the inputs enter it: a nan for a seed marks them."""
        base = self.around.base_output
        found = {}
        for place in map(tuple, np.argwhere(balls.is_infinite(base))):
            others = np.ones(base.shape, bool)
            others[place] = False
            seed = Adjoint(balls.choose(others, ZERO, balls.NAN), others)
            found[place] = [balls.is_nan(marks) for marks in self.around.gradient(seed, range(len(self.around.arrays)))]
        return found

    def _outputs(self, moves: Sequence[Move]) -> Iterator[np.ndarray]:
        """The output after each move, as many at once as fit."""
        size = sum(math.prod(node.shape) for node in self.around.graph.nodes)
        count = max(1, MOST_STACKED // size)
        for start in range(0, len(moves), count):
            some = moves[start : start + count]
            inputs = [self._moved(move) for move in some]
            for move, point, output in zip(some, inputs, self._run(inputs), strict=True):
                yield self._closed(move, point, output)

    def _moved(self, move: Move) -> list[np.ndarray]:
        moves = {move.of.k: {move.of.index: (move.direction, 1)}}
        return self.around.moved(moves, self.around.step_exponent * move.power)

    def _run(self, points: Sequence[list[np.ndarray]]) -> list[np.ndarray]:
        graph, held = self.around.graph, self.around.base.held()
        stacked = stack(graph, len(points))
        run = forward(stacked.graph, stacked.inputs_of(points), stacked.held(held))
        if not run.vague:
            together = stacked.separated(run.output, graph.nodes[graph.output].shape)
            return [balls.array(output) for output in together]
        runs = [forward(graph, point, held) for point in points]  # which of the points is vague?
        return [unless_vague(run, run.output) for run in runs]

    def _closed(self, move: Move, inputs: list[np.ndarray], output: np.ndarray) -> np.ndarray:
        """Where another component is singular too, that too moves a little inside: x log x of two zeros."""
        is_open = balls.is_nan(output) & ~balls.is_nan(self.around.base_output)
        if not is_open.any():
            return output
        return balls.choose(is_open, self.around.output_nudged(inputs, move.of.k, move.of.index), output)


def _stays(moved: np.ndarray, base: np.ndarray) -> np.ndarray:
    return balls.is_infinite(base) & balls.is_infinite(moved) & np.asarray(base == moved, dtype=bool)


def _rise(moved: np.ndarray, base: np.ndarray) -> arb:
    """How much the sum of the output rises; outputs infinite on both sides do not rise.

    An undefined output does not count: what it depends on has no derivative to begin with.
    """
    rises = balls.choose(_stays(moved, base) | balls.is_nan(base), ZERO, moved - base)
    return balls.array(np.add.reduce(rises.reshape(-1)) + ZERO).item()
