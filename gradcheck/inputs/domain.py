"""What every domain can do, and rounding into a dtype that never rounds out of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from gradcheck.dtypes import Format


def to_float64(array: np.ndarray) -> np.ndarray:
    """Any of the four dtypes widened to float64, which holds all their numbers."""
    with np.errstate(invalid="ignore"):  # a signalling NaN
        return np.asarray(array).astype(np.float64)


def round_to(candidate: np.ndarray, form: Format) -> np.ndarray:
    """float64 numbers rounded to the nearest of the dtype; finite ones stay finite, at most its maximum."""
    candidate = np.asarray(candidate, dtype=np.float64)
    finite = np.isfinite(candidate)
    bounded = np.where(finite, np.clip(candidate, -form.maximum, form.maximum), candidate)
    with np.errstate(all="ignore"):
        return bounded.astype(form.numpy)


@dataclass(frozen=True)
class Domain(ABC):
    """The legal inputs of an argument. Arrays in and out have the shape of the argument."""

    text: str

    # Whether `fit` may move any candidate into the domain; where not, only `typical`, `boundary`
    # and `inside` know members.
    fits_anything = True
    # Whether a member carries an uncertainty of half an ulp; a label of a set does not.
    is_continuous = True

    @abstractmethod
    def contains(self, array: np.ndarray) -> np.ndarray:
        """For each component whether it (or the row or matrix it belongs to) is in the domain: bool, same shape."""

    @abstractmethod
    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        """A member in the dtype near a float64 candidate without NaN. `ValueError` where the dtype has none."""

    @abstractmethod
    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """A float64 array of ordinary members."""

    def boundary(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        """float64 arrays at the boundary, as far as the boundary belongs to the domain."""
        return []

    def inside(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        """float64 arrays one ulp of the dtype inside the boundary."""
        return []

    def sides(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether moving one component by an infinitesimal amount (down, up) stays in the domain: two bool arrays.

        Moving one component alone always leaves a simplex, rotation or set; a formula is still
        differentiated there in every component, so both directions count as open.
        """
        both = np.ones(np.shape(array), dtype=bool)
        return both, both.copy()

    def ordinals(self, form: Format) -> tuple[int, int]:
        """First and last ordinal of a finite number of the dtype that one component can be."""
        last = largest_ordinal(form)
        return -last, last

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """`ValueError` where an array of this shape cannot be in the domain."""
        return None


def largest_ordinal(form: Format) -> int:
    """Ordinal of the largest finite number."""
    return (form.maximum_exponent - form.minimum_exponent + 2) * 2 ** (form.precision - 1) - 1


def no_member(domain: Domain, form: Format) -> ValueError:
    return ValueError(
        f"no {form.name} number lies in the domain {domain.text!r}; "
        f"widen the domain or leave {form.name} out, e.g. dtypes=('float64',)"
    )
