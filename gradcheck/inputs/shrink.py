"""A failing point brought to its simplest form: fewest elements other than 0 and 1, then the roundest numbers.

Hypothesis shrinks a sequence of choices, which knows neither round decimals nor that two components of one
array may go together; this walk over the arrays themselves needs far fewer judgements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from gradcheck.dtypes import Format, format_of
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import round_to, to_float64
from gradcheck.inputs.intervals import Sampler

Arrays = tuple[np.ndarray, ...]
Place = tuple[int, int]  # number of the argument, position in its flat array

PLAIN = (0.0, 1.0)  # what an element should be
# What an element should be else, in this order.
ROUND = (2.0, 10.0, -1.0, 0.5, 100.0, -2.0, -10.0, 0.1)
LONGEST = 25  # characters of a float64, and what an infinity counts as: any number is easier to look at
MOST_DIGITS = 4  # significant decimal digits worth rounding to


def plainness(arrays: Sequence[np.ndarray]) -> tuple[int, int, float, int, int]:
    """Sorts the plainest point first.

    Fewest elements other than 0 and 1; the shortest decimals in their dtype; the magnitudes nearest to 1; the
    fewest negative zeros; the fewest ones.
    """
    values = np.concatenate([to_float64(a).reshape(-1) for a in arrays])
    odd = _is_odd(values)
    finite = odd & np.isfinite(values)
    texts = [str(x) for a in arrays for x in a.reshape(-1)]
    length = sum(len(text) for text, counts in zip(texts, finite, strict=True) if counts)
    length += LONGEST * int((odd & ~finite).sum())
    distance = float(np.abs(np.log10(np.abs(values[finite]))).sum())
    return int(odd.sum()), length, distance, int(_is_negative_zero(values).sum()), int(_is_one(values).sum())


def _is_odd(values: np.ndarray) -> np.ndarray:
    return ~np.isin(values, PLAIN)


def _is_one(values: np.ndarray) -> np.ndarray:
    return values == 1


def _is_negative_zero(values: np.ndarray) -> np.ndarray:
    return (values == 0) & np.signbit(values)


def simplest(arrays: Arrays, arguments: Sequence[Argument], holds: Callable[[Arrays], bool], most: int) -> Arrays:
    """The plainest arrays for which `holds` is still true, found greedily in at most `most` questions.

    `holds` is true of `arrays` themselves, and is asked only about members of the arguments' domains that are
    plainer than what was found before. Nothing is drawn at random.
    """
    walk = _Walk(arrays, arguments, holds, most)
    while walk.left and walk.round_trip():
        pass
    return walk.arrays


@dataclass
class _Walk:
    """Where the reduction stands: the plainest arrays so far, and how many questions are left."""

    arrays: Arrays
    arguments: Sequence[Argument]
    holds: Callable[[Arrays], bool]
    left: int
    asked: set[bytes] = field(default_factory=set)

    @property
    def form(self) -> Format:
        return format_of(self.arrays[0].dtype)

    def round_trip(self) -> bool:
        """Every kind of step once; whether one of them led on."""
        before = self.arrays
        self._whole_arrays()
        self._differences()
        for number in PLAIN:
            self._groups_of_elements(number)
        for places in [*self._alike(), *([place] for place in self._where(_is_odd))]:
            self._number(places)
        for needless in (_is_negative_zero, _is_one):
            self._set(self._where(needless), 0.0)
        return self.arrays is not before

    def _accepts(self, arrays: Arrays) -> bool:
        """Move there, if it is plainer and still holds."""
        key = b"".join(a.tobytes() for a in arrays)
        if not self.left or key in self.asked or plainness(arrays) >= plainness(self.arrays):
            return False
        self.asked.add(key)
        self.left -= 1
        if not self.holds(arrays):
            return False
        self.arrays = arrays
        return True

    def _member(self, k: int, candidate: np.ndarray) -> np.ndarray | None:
        """A candidate for argument `k`, moved into its domain; None where that cannot be done.

        Only a sampler knows its members (positive definite matrices, perhaps), so what it drew is left alone.
        """
        domain = self.arguments[k].parsed
        if isinstance(domain, Sampler):
            return None
        placed = round_to(candidate, self.form)
        if domain.contains(placed).all():
            return placed
        return domain.fit(candidate, self.form) if domain.fits_anything else None

    def _whole_arrays(self) -> None:
        """An argument of zeros, of ones, or at the boundary of its domain: unit vectors, the identity."""
        for k, argument in enumerate(self.arguments):
            filled = [np.full(argument.shape, number) for number in PLAIN]
            boundary = argument.parsed.boundary(np.random.default_rng(0), argument.shape, self.form)
            for candidate in (*filled, *boundary):
                member = self._member(k, candidate)
                if member is not None and self._accepts((*self.arrays[:k], member, *self.arrays[k + 1 :])):
                    break

    def _differences(self) -> None:
        """Of two arguments of one shape, which may have to stay close to each other: their difference, and zeros."""
        for (k, a), (j, b) in combinations(enumerate(self.arrays), 2):
            if a.shape == b.shape:
                with np.errstate(all="ignore"):
                    between = np.nan_to_num(to_float64(a) - to_float64(b))
                found = {k: self._member(k, between), j: self._member(j, np.zeros(b.shape))}
                members = {i: member for i, member in found.items() if member is not None}
                if len(members) == len(found):
                    self._accepts(tuple(members.get(i, array) for i, array in enumerate(self.arrays)))

    def _groups_of_elements(self, number: float) -> None:
        """Elements set to a number: all of them, halves, quarters, down to one at a time."""
        size = len(self._where(_is_odd))
        while size:
            places = self._where(_is_odd)
            for first in range(0, len(places), size):
                self._set(places[first : first + size], number)
            size //= 2

    def _where(self, condition: Callable[[np.ndarray], np.ndarray]) -> list[Place]:
        """The elements of which a condition is true."""
        return [(k, int(i)) for k, a in enumerate(self.arrays) for i in np.flatnonzero(condition(to_float64(a)))]

    def _alike(self) -> list[list[Place]]:
        """The elements that share a number with others, which may have to stay equal."""
        groups: dict[float, list[Place]] = {}
        for k, i in self._where(_is_odd):
            groups.setdefault(float(self.arrays[k].reshape(-1)[i]), []).append((k, i))
        return [places for places in groups.values() if len(places) > 1]

    def _set(self, places: Sequence[Place], number: float) -> bool:
        arrays = self.arrays
        for k in sorted({k for k, _ in places}):
            candidate = to_float64(arrays[k]).copy()
            candidate.reshape(-1)[[i for argument, i in places if argument == k]] = number
            member = self._member(k, candidate)
            if member is None:
                return False
            arrays = (*arrays[:k], member, *arrays[k + 1 :])
        return self._accepts(arrays)

    def _number(self, places: Sequence[Place]) -> None:
        """One number made round, wherever it stands; a power of ten is then brought as near to 1 as it can be."""
        x = self._at(places)
        if not math.isfinite(x) or not _is_odd(np.array(x)):
            return
        if any(self._set(places, candidate) for candidate in (*PLAIN, *_rounded(x))):
            self._nearer_to_one(places)

    def _at(self, places: Sequence[Place]) -> float:
        k, i = places[0]
        return float(self.arrays[k].reshape(-1)[i])

    def _nearer_to_one(self, places: Sequence[Place]) -> None:
        x = self._at(places)
        holding, failing = round(math.log10(abs(x))) if x else 0, 0
        while abs(holding - failing) > 1:
            middle = (holding + failing) // 2
            if self._set(places, math.copysign(_power_of_ten(middle), x)):
                holding = middle
            else:
                failing = middle


def _rounded(x: float) -> Iterator[float]:
    """Rounder numbers for one, the roundest first: small ones, powers of ten about it, fewer digits."""
    yield from ROUND
    exponent = math.log10(abs(x))
    for sign in (1.0, math.copysign(1.0, x)):
        yield from (sign * _power_of_ten(e) for e in (math.ceil(exponent), math.floor(exponent)))
    yield abs(x)
    yield from (float(f"{x:.{digits - 1}e}") for digits in range(1, MOST_DIGITS + 1))


def _power_of_ten(exponent: int) -> float:
    return float(f"1e{exponent}")  # 10.0**-5 is not the nearest number to it
