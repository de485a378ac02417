"""Domains that each component belongs to on its own: intervals, finite sets and samplers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.dtypes import Format, from_ordinals, ordinals
from gradcheck.inputs.domain import Domain, largest_ordinal, no_member, round_to, to_float64


@dataclass(frozen=True)
class Interval(Domain):
    """Real numbers between `lower` and `upper`; an infinite end is a member only where it is closed."""

    lower: float
    upper: float
    lower_closed: bool
    upper_closed: bool

    def contains(self, array: np.ndarray) -> np.ndarray:
        x = to_float64(array)
        above = x >= self.lower if self.lower_closed else x > self.lower
        below = x <= self.upper if self.upper_closed else x < self.upper
        return above & below & ~self._on_the_wrong_side(x)

    def _on_the_wrong_side(self, x: np.ndarray) -> np.ndarray:
        """-0 where the domain begins at 0: it is what a negative number rounds to, and 1/-0 is -inf."""
        return (x == 0) & np.signbit(x) & (self.lower == 0)

    def members(self, form: Format) -> tuple[int, int]:
        """First and last ordinal of the members in the dtype, closed infinite ends included."""
        last = largest_ordinal(form)
        low = _first_member(self.lower, self.lower_closed, form)
        high = -_first_member(-self.upper, self.upper_closed, form)
        if low > high or low > last + 1 or high < -last - 1:
            raise no_member(self, form)
        return low, high

    def ordinals(self, form: Format) -> tuple[int, int]:
        low, high = self.members(form)
        first, last = super().ordinals(form)
        return max(low, first), min(high, last)

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        """Rounds to the nearest member.

        A candidate outside is mirrored at the end that it passed, where that lands inside (a negative
        number comes back positive in `nonnegative`), else it becomes that end.
        """
        low, high = self.members(form)
        rounded = round_to(self._mirror(np.asarray(candidate, dtype=np.float64)), form)
        position = ordinals(rounded)
        # Members keep their bits, so that -0 stays -0 where it is one.
        inside = (position >= low) & (position <= high) & ~self._on_the_wrong_side(rounded)
        return np.where(inside, rounded, from_ordinals(np.clip(position, low, high), form.name)).astype(form.numpy)

    def _mirror(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            for end, outside in ((self.lower, x < self.lower), (self.upper, x > self.upper)):
                mirrored = 2 * end - x if np.isfinite(end) else x
                x = np.where(outside & self.contains(mirrored), mirrored, x)
        return x

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        if np.isfinite(self.lower) and np.isfinite(self.upper):
            share = rng.random(shape)
            return self.lower * (1 - share) + self.upper * share
        step = rng.standard_normal(shape)
        if np.isfinite(self.lower):
            return self.lower + np.abs(step) * max(1.0, abs(self.lower))
        if np.isfinite(self.upper):
            return self.upper - np.abs(step) * max(1.0, abs(self.upper))
        return step

    def boundary(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        ends = ((self.lower, self.lower_closed), (self.upper, self.upper_closed))
        return list(_at(self, [end for end, closed in ends if closed], rng, shape))

    def inside(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        low, high = self.members(form)
        positions = []
        if self.lower_closed or np.isfinite(self.lower):
            positions.append(min(low + self.lower_closed, high))
        if self.upper_closed or np.isfinite(self.upper):
            positions.append(max(high - self.upper_closed, low))
        return list(_at(self, [float(from_ordinals(p, form.name)) for p in positions], rng, shape))

    def sides(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = to_float64(array)
        return x > self.lower, x < self.upper


@dataclass(frozen=True)
class FiniteSet(Domain):
    """A few numbers, each taken as the dtype rounds it."""

    values: tuple[float, ...]

    is_continuous = False

    def _members(self, form: Format) -> np.ndarray:
        members = [v for v in self.values if not np.isfinite(v) or abs(v) <= form.maximum]
        if not members:
            raise no_member(self, form)
        return round_to(np.array(members), form)

    def contains(self, array: np.ndarray) -> np.ndarray:
        x = np.asarray(array)
        with np.errstate(over="ignore"):
            return np.isin(to_float64(x), to_float64(np.array(self.values).astype(x.dtype)))

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        members = self._members(form)
        x = np.asarray(candidate, dtype=np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            distance = np.abs(x[..., None] - to_float64(members))
        # Infinity lies at distance nan from itself.
        distance = np.where(x[..., None] == to_float64(members), 0.0, np.nan_to_num(distance, nan=np.inf))
        return members[np.argmin(distance, axis=-1)]

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.choice(np.array(self.values), size=shape)

    def boundary(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        return [np.full(shape, value) for value in self.values]


@dataclass(frozen=True)
class Sampler(Domain):
    """Whatever `sample(rng, shape)` returns; members are only known by sampling them."""

    sample: Callable[..., Any]

    fits_anything = False

    def contains(self, array: np.ndarray) -> np.ndarray:
        return ~np.isnan(to_float64(array))

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        return round_to(candidate, form)

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        drawn = np.asarray(self.sample(rng, shape), dtype=np.float64)
        if drawn.shape != tuple(shape):
            raise ValueError(
                f"the sampler {self.text} returned shape {drawn.shape} for sampler(rng, {shape}); "
                f"return a float64 array of shape {shape}"
            )
        return drawn


def _first_member(end: float, closed: bool, form: Format) -> int:
    """Ordinal of the smallest number of the dtype at or above `end` (above it where open)."""
    # Rounding may land on either side of the end: start one below, and climb.
    with np.errstate(all="ignore"):
        position = int(ordinals(np.asarray(end, dtype=np.float64).astype(form.numpy))) - 1
    position = max(position, -largest_ordinal(form) - 1)
    while position <= largest_ordinal(form) + 1:
        value = float(from_ordinals(position, form.name))
        if value > end or (closed and value == end):
            return position
        position += 1
    return position


def _at(domain: Domain, ends: list[float], rng: np.random.Generator, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Every component at one end; one component there and the rest typical; the two ends mixed."""
    for end in ends:
        yield np.full(shape, end)
    if not shape or int(np.prod(shape)) == 1:
        return
    for end in ends:
        array = domain.typical(rng, shape)
        array.flat[rng.integers(array.size)] = end
        yield array
    if len(ends) > 1:
        yield rng.permutation(np.resize(ends, int(np.prod(shape)))).reshape(shape)
