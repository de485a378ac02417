"""The points of a check: every regime for every argument, inside the domains, in the dtype under test."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.dtypes import Format, format_of
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import round_to
from gradcheck.inputs.regimes import REGIMES, Draw, Placement, Regime

# With more arguments than this, a regime visits this many of them one at a time, another few each regime.
ONE_AT_A_TIME = 3


@dataclass(frozen=True, eq=False)
class Point:
    """One concrete input: an array of the dtype under test for each argument."""

    regime: str
    arrays: tuple[np.ndarray, ...]


def make(arguments: Sequence[Argument], dtype: str, seed: int = 0, regimes: Iterable[str] | None = None) -> list[Point]:
    """Points of the named regimes (None: all of them), in the order of the table, without duplicates.

    Each regime is applied to all arguments together, and to one at a time while the others stay typical.
    Every array has the shape of its argument and is inside its domain but for the regime `non_finite`.
    The points depend on nothing but what is passed; a regime has the same ones alone and among others, but for
    duplicates, which the first regime keeps.
    Raises ValueError for an unknown regime or dtype, and where no number of the dtype lies in a domain.
    """
    form = format_of(dtype)
    chosen = _chosen(regimes)
    others = _typical_arrays(arguments, form, seed, count=4)
    points = (
        Point(name, arrays) for name in chosen for arrays in _of_regime(name, tuple(arguments), form, seed, others)
    )
    return list(_distinct(points))


def typical(arguments: Sequence[Argument], dtype: str, seed: int, count: int) -> list[Point]:
    """`count` points of ordinary members of the domains (duplicates only where the domains are that small)."""
    return [Point("typical", arrays) for arrays in _typical_arrays(arguments, format_of(dtype), seed, count)]


def _chosen(regimes: Iterable[str] | None) -> list[str]:
    if regimes is None:
        return list(REGIMES)
    wanted = [regimes] if isinstance(regimes, str) else list(regimes)
    if unknown := [name for name in wanted if name not in REGIMES]:
        raise ValueError(f"unknown regime {', '.join(map(repr, unknown))}; expected some of {', '.join(REGIMES)}")
    return [name for name in REGIMES if name in wanted]


def _of_regime(
    name: str, arguments: tuple[Argument, ...], form: Format, seed: int, others: list[tuple[np.ndarray, ...]]
) -> Iterator[tuple[np.ndarray, ...]]:
    regime = REGIMES[name]
    count = len(arguments)
    if count < regime.arguments:
        return
    streams = [_stream(name, regime, arguments, k, form, seed) for k in range(count)]
    if count == 1:
        yield from ((array,) for array in streams[0])
        return
    for j in range(min(regime.together, max(map(len, streams)))):
        rest = others[j % len(others)]
        yield tuple(stream[j % len(stream)] if stream else rest[k] for k, stream in enumerate(streams))
    for k in _visited(name, count):
        for j, array in enumerate(streams[k][: regime.alone]):
            rest = others[j % len(others)]
            yield (*rest[:k], array, *rest[k + 1 :])


def _visited(name: str, count: int) -> list[int]:
    first = list(REGIMES).index(name) * ONE_AT_A_TIME
    return sorted({(first + j) % count for j in range(min(ONE_AT_A_TIME, count))})


def _stream(
    name: str, regime: Regime, arguments: tuple[Argument, ...], k: int, form: Format, seed: int
) -> list[np.ndarray]:
    """The arrays of one regime for argument `k`; none where the domain has no such members."""
    argument = arguments[k]
    domain = argument.parsed
    if regime.placement in (Placement.MEMBER, Placement.MOVED) and not domain.fits_anything:
        return []
    rng = _random(seed, name, 0 if regime.shared else k)
    candidates = regime.generate(Draw(domain, argument.shape, form, k, rng))
    arrays = (_placed(candidate, regime, argument, form) for candidate in candidates)
    return [array for array in arrays if array is not None]


def _placed(candidate: np.ndarray, regime: Regime, argument: Argument, form: Format) -> np.ndarray | None:
    domain = argument.parsed
    if regime.placement is Placement.ANYWHERE:
        return round_to(candidate, form)
    if regime.placement is Placement.MEMBER:
        rounded = round_to(candidate, form)
        return rounded if domain.contains(rounded).all() else None
    return domain.fit(candidate, form)


def _typical_arrays(arguments: Sequence[Argument], form: Format, seed: int, count: int) -> list[tuple[np.ndarray, ...]]:
    generators = [_random(seed, "others", k) for k in range(len(arguments))]
    return [
        tuple(a.parsed.fit(a.parsed.typical(rng, a.shape), form) for a, rng in zip(arguments, generators, strict=True))
        for _ in range(count)
    ]


def _random(seed: int, name: str, k: int) -> np.random.Generator:
    # crc32, because hash() of a text differs between processes.
    return np.random.default_rng([seed, zlib.crc32(name.encode()), k])


def _distinct(points: Iterable[Point]) -> Iterator[Point]:
    """Drops points with the same bits as an earlier one; 0 and -0 differ."""
    seen = set()
    for point in points:
        key = tuple(array.tobytes() for array in point.arrays)
        if key not in seen:
            seen.add(key)
            yield point
