"""Where a judged component stands in a plot: floats by ordinal, errors by magnitude, and bands of their own.

Across: the ordinal of the input divided by the ordinals in one octave, so that every octave of the format is
equally wide; zero, the infinities and NaN stand in bands apart. Up: log10 of the error in ulps; no error,
an infinite answer or distance, and NaN stand in bands apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck import dtypes

# Errors below this are drawn at it: a hundredth of an ulp is as good as right.
SMALLEST = 1e-2
# And errors above this at it: beyond 2**53 ulps nothing of the answer is right in any of the formats.
LARGEST = 1e20
ZERO_BAND = math.log10(SMALLEST) - 1.0
# Room between the numbers and a band, as a part of the whole line of floats.
_GAP = 0.07
# Labels nearer to each other than this part of the axis would overlap.
_ROOM = 0.08
_NUMBER, _ZERO, _INFINITE, _NAN = range(4)


def across(ordinals: np.ndarray, dtype: str) -> np.ndarray:
    """Horizontal place of each ordinal (int64, as `dtypes.ordinals` gives them), in octaves; float64."""
    positions = np.asarray(ordinals, dtype=np.int64)
    magnitude = np.abs(positions.astype(np.float64)) / _octave(dtype)
    places = np.choose(_kinds(positions, dtype), [_gap(dtype) + magnitude, 0.0, *_bands(dtype)])
    return np.where((positions < 0) & (np.abs(positions) <= _infinity(dtype)), -places, places)


@dataclass(frozen=True)
class Bands:
    """Where the upper bands of a plot lie: `infinite` an infinite answer or distance, `nan` above it."""

    infinite: float
    nan: float

    @property
    def apart(self) -> float:
        return self.nan - self.infinite


def bands_above(ulps: np.ndarray) -> Bands:
    """Bands clear of the largest finite error, and of 100 ulps: a tenth of the plot's height apart."""
    finite = ulps[np.isfinite(ulps)]
    highest = math.ceil(math.log10(min(max(100.0, finite.max(initial=1.0)), LARGEST)))
    apart = max(1.0, 0.1 * (highest - ZERO_BAND))
    return Bands(highest + apart, highest + 2 * apart)


def up(ulps: np.ndarray, verdicts: np.ndarray, bands: Bands) -> np.ndarray:
    """Vertical place of each error (float64), by its size and, for a NaN, by its verdict."""
    nan = (verdicts == "spurious_nan") | np.isnan(ulps)
    finite = np.where(np.isfinite(ulps) & (ulps > 0), ulps, 1.0)
    places = np.where(ulps == 0, ZERO_BAND, np.log10(np.clip(finite, SMALLEST, LARGEST)))
    return np.where(nan, bands.nan, np.where(np.isinf(ulps), bands.infinite, places))


def inputs(ordinals: np.ndarray, dtype: str) -> np.ndarray:
    """The input numbers at the ordinals, as float64."""
    numbers = dtypes.from_ordinals(ordinals, dtype)
    with np.errstate(invalid="ignore"):  # NaN payloads of narrow formats are no news
        return numbers.astype(np.float64)


def ticks_across(ordinals: np.ndarray, dtype: str, count: int = 9) -> dict[float, str]:
    """Place -> label: round numbers over the range of the data, and the bands that the data touches."""
    positions = np.asarray(ordinals, dtype=np.int64)
    kinds = _kinds(positions, dtype)
    labels: dict[float, str] = {}
    numbers = positions[kinds == _NUMBER]
    if len(numbers):
        labels = _round_ticks(numbers.min(), numbers.max(), dtype, count)
    _, infinite, nan = (0.0, *_bands(dtype))
    touched = {
        0.0: bool(np.any(kinds == _ZERO)),
        infinite: bool(np.any((kinds == _INFINITE) & (positions > 0))),
        -infinite: bool(np.any((kinds == _INFINITE) & (positions < 0))),
        nan: bool(np.any(kinds == _NAN)),
    }
    names = {0.0: "0", infinite: "inf", -infinite: "-inf", nan: "nan"}
    return _apart({place: names[place] for place, there in touched.items() if there}, labels)


def ticks_up(bands: Bands) -> dict[float, str]:
    """Place -> label: the three bands, and powers of ten with room between."""
    powers = {float(p): _short(10.0**p) for p in range(-1, math.floor(bands.infinite))}
    return _apart({ZERO_BAND: "0", bands.infinite: "inf", bands.nan: "NaN", 0.0: "1"}, powers)


def _apart(first: dict[float, str], others: dict[float, str]) -> dict[float, str]:
    """All of `first`, and those of `others` whose labels have room beside the ones already there."""
    kept = dict(first)
    places = [*first, *others]
    room = _ROOM * (max(places) - min(places)) if places else 0.0
    for place, label in others.items():
        if all(abs(place - taken) > room for taken in kept):
            kept[place] = label
    return kept


def _round_ticks(low: int, high: int, dtype: str, count: int) -> dict[float, str]:
    """Evenly spaced ordinals, each moved to the roundest number that keeps them apart."""
    spaced = np.unique(np.linspace(float(low), float(high), count).astype(np.int64))
    values = inputs(np.clip(spaced, -_largest(dtype), _largest(dtype)), dtype)
    rounded = next((r for r in _roundings(values) if len(np.unique(r)) == len(values)), values)
    at = across(dtypes.ordinals(rounded.astype(dtypes.format_of(dtype).numpy)), dtype)
    return {float(place): _short(value) for place, value in zip(at, rounded, strict=True)}


def _roundings(values: np.ndarray) -> Iterator[np.ndarray]:
    """Powers of ten, each between 1 and its number so that none leaves the format; then more and more digits."""
    nonzero = np.where(values == 0, 1.0, np.abs(values))
    powers = [float(f"1e{exponent}") for exponent in np.trunc(np.log10(nonzero)).astype(int)]
    yield np.where(values == 0, 0.0, np.copysign(powers, values))
    for digits in range(1, 17):
        rounded = np.array([float(f"{value:.{digits}e}") for value in values])
        yield np.where(np.abs(rounded) > np.abs(values).max(), values, rounded)


def _short(value: float) -> str:
    return f"{value:.6g}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")


def _octave(dtype: str) -> float:
    return 2.0 ** (dtypes.format_of(dtype).precision - 1)


def _largest(dtype: str) -> int:
    f = dtypes.format_of(dtype)
    return int(dtypes.ordinals(np.array([f.maximum], dtype=f.numpy))[0])


def _infinity(dtype: str) -> int:
    return _largest(dtype) + 1


def _gap(dtype: str) -> float:
    return _GAP * _largest(dtype) / _octave(dtype)


def _bands(dtype: str) -> tuple[float, float]:
    """Places of +inf and of NaN."""
    behind = _gap(dtype) + _infinity(dtype) / _octave(dtype)
    return behind + _gap(dtype), behind + 3 * _gap(dtype)


def _kinds(positions: np.ndarray, dtype: str) -> np.ndarray:
    magnitude, infinity = np.abs(positions), _infinity(dtype)
    kinds = np.where(magnitude == infinity, _INFINITE, np.where(magnitude > infinity, _NAN, _NUMBER))
    return np.where(positions == 0, _ZERO, kinds)
