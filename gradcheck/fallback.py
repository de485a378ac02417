"""Where nothing can be certified: the float64 reference of a specification, else finite differences.

Both are float64 computations, so their numbers are no truth but estimates with an error. An estimate becomes
a ball of that radius, and the judgement says `undecided` where the ball is too wide to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from flint import arb

from gradcheck.containment import contained
from gradcheck.dtypes import Format
from gradcheck.exact import Enclosures, Kind, Truth, balls
from gradcheck.exact.rounding import ulp_exponent
from gradcheck.finite_differences import gradient as differences
from gradcheck.frameworks.base import Framework
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import to_float64
from gradcheck.oracle import Moves, NoTruth, Provenance, ShadowOracle, Truths
from gradcheck.specification import Specification

# A reference is trusted to this many of its 53 bits: a float32 has 24, so 16 bits of it may be wrong unseen.
REFERENCE_BITS = 40
# The differences of n components take some 70 rows of n numbers each.
MOST_COMPONENTS = 256
# With more input components than this, they are moved together in a few patterns of signs.
ONE_AT_A_TIME = 8
PATTERNS = 4
BITS = 64


class NotApplicable(Exception):  # noqa: N818 - the name says what happened
    """An estimate cannot be had at a point; `str` of it says why."""


@dataclass(frozen=True)
class Estimated:
    """A value or a gradient in float64, and how far off it may be: arrays of one shape; inf where nothing is known."""

    middle: np.ndarray
    radius: np.ndarray


class Source(Protocol):
    """`name` is what a finding reports as its oracle, `effect` what a note says becomes of the check."""

    @property
    def name(self) -> str: ...

    @property
    def effect(self) -> str: ...

    def estimate(self, arrays: Sequence[np.ndarray], f: Format) -> list[Estimated]:
        """`[value, *gradients]` at float64 arrays. Raises `NotApplicable`."""


@dataclass(frozen=True)
class Reference:
    """The float64 value and closed-form gradient of a specification, for the dtypes below float64."""

    specification: Specification
    name: str = "reference"
    effect: str = "value and gradient are judged by the float64 reference of the specification instead"

    def estimate(self, arrays: Sequence[np.ndarray], f: Format) -> list[Estimated]:
        if f.precision > REFERENCE_BITS:
            raise NotApplicable(f"a float64 reference does not judge {f.name}")
        given = self.specification
        if given.value is None or given.gradient is None:
            raise NotApplicable(f"{given.name} has none")
        value, gradient = (_called(compute, arrays) for compute in (given.value, given.gradient))
        parts = [np.asarray(part, dtype=np.float64) for part in (value, *gradient)]
        wanted = [a.shape for a, x in zip(arrays, given.arguments, strict=True) if x.differentiate]
        if [part.shape for part in parts[1:]] != wanted:
            raise NotApplicable(f"it returns gradients of shapes {[p.shape for p in parts[1:]]}, expected {wanted}")
        return [Estimated(part, _radius(part)) for part in parts]


@dataclass(frozen=True)
class Differences:
    """Finite differences of the function itself in float64: its gradient, and nothing about its value."""

    framework: Framework
    function: Callable[..., Any]
    differentiated: tuple[int, ...]
    name: str = "finite differences"
    effect: str = (
        "the gradient is judged by finite differences in float64 instead, which follow what the function computes "
        "(through stop_gradient too), and the value is undecided"
    )

    def estimate(self, arrays: Sequence[np.ndarray], f: Format) -> list[Estimated]:
        components = sum(arrays[k].size for k in self.differentiated)
        if not 0 < components <= MOST_COMPONENTS:
            raise NotApplicable(f"{components} differentiated components; expected 1 to {MOST_COMPONENTS}")
        batched = self.framework.batched(self.function)
        found = _called(lambda *point: differences(batched, point, self.differentiated), arrays)
        value = found[0].output
        return [Estimated(value, np.full(value.shape, np.inf)), *(Estimated(e.value, e.error) for e in found)]


@dataclass(frozen=True)
class Fallback:
    """The sources in their order; what Truths asks where its oracle has no truth."""

    sources: tuple[Source, ...]

    def at(self, arrays: Sequence[np.ndarray], f: Format, why: Exception) -> tuple[Truth, Provenance]:
        """The first estimate there is, as a truth of kind `estimated`. Raises `NoTruth` where there is none."""
        source, parts = self._first(arrays, f, why)
        enclosed = [_enclosed(part, f) for part in parts]
        return Truth(enclosed[0], tuple(enclosed[1:]), BITS), Provenance(source.name, f"{why}; {source.effect}")

    def spread(self, arrays: Sequence[np.ndarray], f: Format, moves: Moves, why: Exception) -> list[np.ndarray]:
        """How far each part of the estimate moves with half an ulp of input: balls, `[value, *gradients]`."""
        source, here = self._first(arrays, f, why)
        wide = [to_float64(a) for a in arrays]
        total = [balls.full(part.middle.shape, balls.ZERO) for part in here]
        for pair in _moved_pairs(wide, f, moves):
            shifts = [_shift(here, source, moved, f) for moved in pair]
            total = [t + _larger(*both) for t, both in zip(total, zip(*shifts, strict=True), strict=True)]
        return [balls.array(part) for part in total]

    def _first(self, arrays: Sequence[np.ndarray], f: Format, why: Exception) -> tuple[Source, list[Estimated]]:
        said = [str(why)]
        for source in self.sources:
            try:
                return source, source.estimate([to_float64(a) for a in arrays], f)
            except NotApplicable as problem:
                said.append(f"{source.name}: not applicable, {problem}")
        raise NoTruth("; ".join(said))


def shadowed(
    framework: Framework, function: Callable[..., Any], arguments: tuple[Argument, ...], *, has_gradient: bool
) -> Truths:
    """Truth of a function without a definition: its shadow, and where that has none finite differences."""
    positions = tuple(k for k, a in enumerate(arguments) if a.differentiate)
    differences = Fallback((Differences(framework, function, positions),)) if positions and has_gradient else None
    return Truths(ShadowOracle(framework.name, function, positions), arguments, differences)


def _called(compute: Callable[..., Any], arrays: Sequence[np.ndarray]) -> Any:
    """What a computation of the user's answers; it may refuse in any way it likes."""
    try:
        with contained(), np.errstate(all="ignore"):
            return compute(*arrays)
    except Exception as problem:
        first_line = (str(problem).splitlines() or [""])[0]
        raise NotApplicable(f"{type(problem).__name__}: {first_line}") from None


def _radius(part: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(part), np.abs(part) * 2.0**-REFERENCE_BITS + np.finfo(np.float64).tiny, np.inf)


def _enclosed(part: Estimated, f: Format) -> Enclosures:
    known = np.isfinite(part.middle) & np.isfinite(part.radius)
    ends, kinds = np.empty(part.middle.shape, dtype=object), np.empty(part.middle.shape, dtype=object)
    for index in np.ndindex(ends.shape):
        ends[index] = arb(part.middle[index], part.radius[index]) if known[index] else balls.NAN
        kinds[index] = Kind.ESTIMATED if known[index] else Kind.UNDECIDED
    return Enclosures(ends, ends, kinds, f, BITS)


def _moved_pairs(arrays: Sequence[np.ndarray], f: Format, moves: Moves) -> Iterator[list[tuple[np.ndarray, ...]]]:
    """The point half an ulp down and up: in each component in turn, or in all of them by a pattern of signs."""
    components = [
        (k, i) for k, a in enumerate(arrays) if moves.movable[k] for i in range(a.size) if np.isfinite(a.flat[i])
    ]
    if len(components) <= ONE_AT_A_TIME:
        groups = [[(k, i, 1)] for k, i in components]
    else:
        signs = np.random.default_rng(len(components)).choice([-1, 1], size=(PATTERNS, len(components)))
        groups = [[(k, i, int(s)) for (k, i), s in zip(components, row, strict=True)] for row in signs]
    for group in groups:
        yield [_moved(arrays, f, [(k, i, way * sign) for k, i, sign in group], moves) for way in (-1, 1)]


def _moved(
    arrays: Sequence[np.ndarray], f: Format, steps: Sequence[tuple[int, int, int]], moves: Moves
) -> tuple[np.ndarray, ...]:
    moved = [a.copy() for a in arrays]
    for k, i, way in steps:
        if moves.sides[k][(way + 1) // 2].flat[i]:
            moved[k].flat[i] += way * max(_half_ulp(float(arrays[k].flat[i]), f), moves.least)
    return tuple(moved)


def _half_ulp(number: float, f: Format) -> float:
    """Half an ulp of the dtype; a whole one of float64, which has nothing between its numbers."""
    half = 2.0 ** (ulp_exponent(number, f) - 1)
    return max(half, float(np.spacing(abs(number))))


def _shift(here: Sequence[Estimated], source: Source, moved: tuple[np.ndarray, ...], f: Format) -> list[np.ndarray]:
    try:
        there = source.estimate(moved, f)
    except NotApplicable:
        there = list(here)
    return [_distance(a, b) for a, b in zip(here, there, strict=True)]


def _distance(a: Estimated, b: Estimated) -> np.ndarray:
    """|a - b| as balls where it is a number, else zero: what is unknown excuses nothing."""
    with np.errstate(invalid="ignore", over="ignore"):
        gap, radius = np.abs(a.middle - b.middle), a.radius + b.radius
    known = np.isfinite(gap) & np.isfinite(radius)
    return np.array(
        [arb(g, r) if k else balls.ZERO for g, r, k in zip(gap.flat, radius.flat, known.flat, strict=True)],
        dtype=object,
    ).reshape(gap.shape)


def _larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return balls.array(np.frompyfunc(lambda p, q: p.max(q), 2, 1)(a, b))
