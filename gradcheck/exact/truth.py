"""Truth: certified enclosures of the value and the gradient at a point, precise enough for a dtype.

The precision starts low and doubles until every component is far thinner than an ulp of the dtype
(Ziv, "Fast evaluation of elementary mathematical functions with correctly rounded last bit", 1991).
What the formula leaves open is then taken as a limit, or said to be undefined or undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import methodcaller

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.adjoint import Adjoint
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.limits import UNDECIDED, UNDEFINED, Kind, Limit
from gradcheck.exact.neighbourhood import Neighbourhood, exponents, toward_infinity
from gradcheck.exact.rounding import is_thin, rounded_array
from gradcheck.exact.slopes import Component, Slopes

EFFORTS = (1, 2, 4)  # precisions at which limits are sought, as multiples of what is usually enough
MAXIMUM_LIMITS = 64  # components of one point whose derivative is sought as a limit

Sides = tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True)
class Enclosures:
    """The truth of an array: `lower` and `upper` are balls around its ends (the same but at a kink)."""

    lower: np.ndarray
    upper: np.ndarray
    kinds: np.ndarray
    format: Format
    bits: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.lower.shape

    def picked(self, indices: Sequence[tuple[int, ...]]) -> Enclosures:
        """Some of the components, one behind the other."""
        lower, upper, kinds = (
            balls.array([a[index] for index in indices]) for a in (self.lower, self.upper, self.kinds)
        )
        return Enclosures(lower, upper, kinds, self.format, self.bits)

    @cached_property
    def expected(self) -> np.ndarray:
        """Rounded to the dtype, as float64; at a kink the lower end; nan where there is no truth."""
        with balls.precision(self.bits):
            return rounded_array(self.lower, self.format)


@dataclass(frozen=True)
class Truth:
    """`value` of the output; `gradient` of its sum, one for each differentiated argument."""

    value: Enclosures
    gradient: tuple[Enclosures, ...]
    bits: int


def precisions(f: Format) -> Iterator[int]:
    """Working precisions to try: the cap sees the smallest square of the dtype beside the largest."""
    bits = 128 if f.precision < 32 else 192
    cap = 4 * (f.maximum_exponent - f.smallest_exponent)
    while bits < cap:
        yield bits
        bits *= 2
    yield bits


def certify(
    graph: Graph, arrays: Sequence[np.ndarray], differentiate: Sequence[int], f: Format, sides: Sides | None = None
) -> Truth:
    """The truth of `graph` at the exact numbers `arrays`, with the gradient by the inputs `differentiate`.

    `sides[k]` are two masks: whether input k may move down and up inside its domain (default: both).
    """
    sources = [graph.inputs[k] for k in differentiate]
    for bits in precisions(f):
        with balls.precision(bits):
            run = forward(graph, [balls.from_numbers(a) for a in arrays])
            gradient = backward(run, balls.full(run.output.shape, balls.ONE), sources)
            parts = [run.output, *gradient]
            if not run.vague and all(_settled(part, f, bits) for part in parts) and _trusted(run, bits):
                break
    limits = [_regular(part, f, bits) for part in parts]
    if run.vague and any(balls.is_nan(run.output).reshape(-1)):
        # No precision tells these numbers from a singularity, and there is no point where it is known to be one.
        limits = [_given_up(part) for part in limits]
    return _with_limits(graph, arrays, differentiate, f, sides, limits, bits)


def _given_up(part: np.ndarray) -> np.ndarray:
    return balls.array(np.frompyfunc(lambda limit: limit or UNDECIDED, 1, 1)(part))


def _trusted(run: Run, bits: int) -> bool:
    """Whether numbers that look the same are taken for equal: where no sum of what was met would absorb a term."""
    if not run.presumed:
        return True
    smallest, largest = exponents(run)
    return bits >= 2 * (largest - smallest) + 256


def _settled(part: np.ndarray, f: Format, bits: int) -> bool:
    """Thin enough for the dtype, or nan that more precision would not mend.

    With fewer bits than the dtype has exponents, a nan may only say that a number met was too large.
    """
    mendable = bits < f.maximum_exponent - f.smallest_exponent
    return all(is_thin(b, f) or (b.is_nan() and not mendable) for b in part.flat)


def _with_limits(
    graph: Graph,
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int],
    f: Format,
    sides: Sides | None,
    limits: list[np.ndarray],
    bits: int,
) -> Truth:
    """The truth, with every component that is still open (None) sought as a limit."""
    if any(_open(part) for part in limits) and any(np.isinf(_float(a)).any() for a in arrays):
        sources = [graph.inputs[k] for k in differentiate]
        value, gradient = toward_infinity(graph, arrays, sources)
        limits = [_filled(old, new) for old, new in zip(limits, [value, *gradient], strict=True)]
    if any(_open(part) for part in limits):
        around = [Neighbourhood(graph, tuple(arrays), sides or _everywhere(arrays), f, effort) for effort in EFFORTS]
        _fill_value(limits[0], around)
        _undefine(limits, around[0], differentiate)
        _fill_derivatives(limits[1:], around, differentiate)
        bits = max(bits, around[0].bits)
    _undefine_what_stays(graph, arrays, differentiate, f, sides or _everywhere(arrays), limits)
    enclosed = [_enclosures(part, f, bits) for part in limits]
    return Truth(enclosed[0], tuple(enclosed[1:]), bits)


def _everywhere(arrays: Sequence[np.ndarray]) -> Sides:
    return tuple((np.ones(a.shape, bool), np.ones(a.shape, bool)) for a in arrays)


def _undefine_what_stays(
    graph: Graph,
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int],
    f: Format,
    sides: Sides,
    limits: list[np.ndarray],
) -> None:
    """An infinite slope of an infinite output is none where that output is the same infinity all around."""
    if not any(limit.kind is Kind.INFINITE for limit in limits[0].flat):
        return
    infinite = [
        (part, Component(k, index))
        for part, k in zip(limits[1:], differentiate, strict=True)
        for index, limit in np.ndenumerate(part)
        if limit.kind is Kind.INFINITE and np.isfinite(float(arrays[k][index]))
    ]
    slopes = Slopes(Neighbourhood(graph, tuple(arrays), sides, f))
    stays = slopes.none_rises([of for _, of in infinite[:MAXIMUM_LIMITS]])
    for (part, of), none in zip(infinite, stays, strict=False):
        if none:
            part[of.index] = UNDEFINED


def _float(a: np.ndarray) -> np.ndarray:
    return np.asarray(a, dtype=np.float64)


def _regular(part: np.ndarray, f: Format, bits: int) -> np.ndarray:
    """Limits of the components that need none; None where one has to be found."""

    def one(ball: arb) -> Limit | None:
        if not ball.is_finite():
            return Limit(Kind.INFINITE, ball, ball) if ball.is_exact() and not ball.is_nan() else None
        return Limit(Kind.CERTIFIED, ball, ball) if is_thin(ball, f) else None

    with balls.precision(bits):
        return balls.array(np.frompyfunc(one, 1, 1)(part)).copy()


def _open(part: np.ndarray) -> list[tuple[int, ...]]:
    return [index for index in np.ndindex(part.shape) if part[index] is None]


def _filled(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The limits at infinity, where they are one; the rest stays open."""
    result = old.copy()
    for index in _open(old):
        if new[index].kind in (Kind.LIMIT, Kind.INFINITE):
            result[index] = new[index]
    return result


def _sought(around: Sequence[Neighbourhood], seek: Callable[[Neighbourhood], Limit]) -> Limit:
    """The first decided limit, at rising precision."""
    found = UNDECIDED
    for neighbourhood in around:
        found = seek(neighbourhood)
        if found.kind is not Kind.UNDECIDED:
            break
    return found


def _fill_value(part: np.ndarray, around: Sequence[Neighbourhood]) -> None:
    for index in _open(part):
        nowhere = around[0].base.output[index].is_nan()
        part[index] = _sought(around, methodcaller("value", index)) if nowhere else UNDECIDED


def _undefine(limits: list[np.ndarray], around: Neighbourhood, differentiate: Sequence[int]) -> None:
    """Where an output is undefined, so is every derivative that it enters: a nan seed marks them."""
    undefined = np.asarray(np.frompyfunc(lambda limit: limit.kind is Kind.UNDEFINED, 1, 1)(limits[0]), dtype=bool)
    if not undefined.any():
        return
    seed = Adjoint(balls.choose(undefined, balls.NAN, balls.ZERO), ~undefined)
    with balls.precision(64):
        reached = around.gradient(seed, differentiate)
    for part, marks in zip(limits[1:], reached, strict=True):
        part[balls.is_nan(marks)] = UNDEFINED


def _fill_derivatives(parts: Sequence[np.ndarray], around: Sequence[Neighbourhood], inputs: Sequence[int]) -> None:
    """At rising precision, as long as some are undecided."""
    sought = [(part, of) for part, k in zip(parts, inputs, strict=True) for of in _seekable(part, k, around[0])]
    for part in parts:
        for index in _open(part):
            part[index] = UNDECIDED
    for neighbourhood in around:
        found = Slopes(neighbourhood).limits([of for _, of in sought])
        for (part, of), limit in zip(sought, found, strict=True):
            part[of.index] = limit
        sought = [(part, of) for part, of in sought if part[of.index].kind is Kind.UNDECIDED]


def _seekable(part: np.ndarray, k: int, around: Neighbourhood) -> list[Component]:
    few = _open(part)[:MAXIMUM_LIMITS]
    return [Component(k, index) for index in few if np.isfinite(float(around.arrays[k][index]))]


def _enclosures(limits: np.ndarray, f: Format, bits: int) -> Enclosures:
    pick = lambda name: balls.array(np.frompyfunc(lambda limit: getattr(limit, name), 1, 1)(limits))  # noqa: E731 - thrice
    return Enclosures(pick("lower"), pick("upper"), pick("kind"), f, bits)
