"""Where a profile's numbers stand: inputs by float ordinal, answers on a line or by ordinal, bands for inf and nan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck import dtypes
from gradcheck.reports import axes

WIDTH = 100.0  # of the window, across and up; bands lie outside
_BAND = 14.0  # from the window to the first band, and from band to band
_INFINITE, _NAN, _MINUS_INFINITE = WIDTH + _BAND, WIDTH + 2 * _BAND, -_BAND
# Answers whose sizes differ by more than this are shown by float ordinal, in which every octave is equally wide.
_MOST_LINEAR = 1e3
_LARGEST = 1e300  # of linear ones: the difference of two has to be a number
_LEAST_ULPS = 64  # that a linear window shows, so that errors of rounding do not fill it
_TICKS = 6
_ROOM = 0.13  # of the axis, between labels


@dataclass(frozen=True)
class Axis:
    """Places of the numbers, the labelled places, and the window."""

    places: np.ndarray
    ticks: dict[float, str]
    start: float
    end: float
    bands: tuple[float, ...] = ()


def across(inputs: Sequence[str], dtype: str) -> Axis:
    """The inputs of a profile, evenly by float ordinal."""
    positions = _ordinals([float(text) for text in inputs], dtype)
    first, last = int(positions[0]), int(positions[-1])

    def place(ordinal: np.int64) -> float:
        # As integers: far out the difference of two ordinals fits neither a double nor an int64.
        return (int(ordinal) - first) / max(last - first, 1) * WIDTH

    places = np.array([place(p) for p in positions])
    labels = list(axes.ticks_across(positions, dtype, _TICKS).values())
    labelled = zip(_ordinals([float(label) for label in labels], dtype), labels, strict=True)
    ticks = _apart({place(p): label for p, label in labelled if first <= p <= last})
    if len(ticks) < 2 or len(set(ticks.values())) < len(ticks):
        ticks = {0.0: inputs[0], WIDTH: inputs[-1]}  # too short a line for round numbers
    return Axis(places, ticks, -2.0, WIDTH + 2.0)


def up(numbers: np.ndarray, dtype: str) -> Axis:
    """Answers, float64: finite ones in the window, the others in bands of their own."""
    finite = numbers[np.isfinite(numbers)]
    inside, ticks = _window(finite, dtype)
    places = np.full(numbers.shape, _NAN)
    places[np.isfinite(numbers)] = inside
    places[np.isposinf(numbers)], places[np.isneginf(numbers)] = _INFINITE, _MINUS_INFINITE
    names = {_MINUS_INFINITE: "-inf", _INFINITE: "inf", _NAN: "nan"}
    touched = {place: name for place, name in names.items() if (places == place).any()}
    low, high = min((0.0, *touched)), max((WIDTH, *touched))
    return Axis(places, _apart(ticks) | touched, low - _BAND / 2, high + _BAND / 2, tuple(touched))


def _window(finite: np.ndarray, dtype: str) -> tuple[np.ndarray, dict[float, str]]:
    """Places in the window, and labels."""
    if not finite.size:
        return finite, {}
    sizes = np.abs(finite[finite != 0])
    like = not sizes.size or sizes.max() / _MOST_LINEAR <= sizes.min()
    return _linear(finite, dtype) if like and sizes.max(initial=0) < _LARGEST else _by_ordinal(finite, dtype)


def _linear(finite: np.ndarray, dtype: str) -> tuple[np.ndarray, dict[float, str]]:
    least = _LEAST_ULPS * dtypes.format_of(dtype).epsilon * np.abs(finite).max() or 1.0
    middle, half = (finite.max() + finite.min()) / 2, max(finite.max() - finite.min(), least) / 2
    low, span = float(middle - half), float(2 * half)
    return (finite - low) / span * WIDTH, {(at - low) / span * WIDTH: label for at, label in _round(low, low + span)}


def _by_ordinal(finite: np.ndarray, dtype: str) -> tuple[np.ndarray, dict[float, str]]:
    positions = _ordinals(finite, dtype)
    places = axes.across(positions, dtype)
    low, span = float(places.min()), float(np.ptp(places)) or 1.0
    ticks = {(at - low) / span * WIDTH: label for at, label in axes.ticks_across(positions, dtype, _TICKS).items()}
    return (places - low) / span * WIDTH, {place: label for place, label in ticks.items() if 0 <= place <= WIDTH}


def _round(low: float, high: float) -> list[tuple[float, str]]:
    """Round numbers between two, about as many as there are to be ticks, with the digits that tell them apart."""
    step = 10.0 ** math.floor(math.log10((high - low) / _TICKS))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (m * step) <= _TICKS)
    digits = min(17, 1 + math.ceil(math.log10(max(abs(low), abs(high)) / step)))
    numbers = (k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1))
    return [(number, f"{number:.{digits}g}") for number in numbers]


def _apart(ticks: dict[float, str]) -> dict[float, str]:
    """The labels that have room beside those before them."""
    kept: dict[float, str] = {}
    for place in sorted(ticks):
        if not kept or place - max(kept) > _ROOM * WIDTH:
            kept[place] = ticks[place]
    return kept


def _ordinals(numbers: Sequence[float] | np.ndarray, dtype: str) -> np.ndarray:
    with np.errstate(over="ignore"):
        return dtypes.ordinals(np.asarray(numbers, dtype=np.float64).astype(dtypes.format_of(dtype).numpy))
