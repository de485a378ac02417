"""Truths of comparisons between balls: what is certain, what is a tie, what more precision must tell.

A comparison of balls is true only when it is certain, so "not a > b" does not mean "a <= b".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradcheck.exact import balls


@dataclass(frozen=True)
class Predicate:
    """An array of truths. Where `unknown` holds, `truth` is a guess; where `tie` holds, the operands
    are equal, so that moving one of them a little may change the truth."""

    truth: np.ndarray
    tie: np.ndarray
    unknown: np.ndarray

    @classmethod
    def of(cls, truth: np.ndarray) -> Predicate:
        """A truth that nothing can move."""
        truth = np.asarray(truth, dtype=bool)
        return cls(truth, np.zeros_like(truth), np.zeros_like(truth))

    def map(self, function: Callable[[np.ndarray], np.ndarray]) -> Predicate:
        """The predicate rearranged by a function of one array."""
        return Predicate(function(self.truth), function(self.tie), function(self.unknown))


# comparison -> truth when less, when equal, when greater
COMPARISONS: dict[str, tuple[bool, bool, bool]] = {
    "less": (True, False, False),
    "less_equal": (True, True, False),
    "greater": (False, False, True),
    "greater_equal": (False, True, True),
    "equal": (False, True, False),
    "not_equal": (True, False, True),
}


def compare(name: str, a: np.ndarray, b: np.ndarray) -> Predicate:
    """The comparison `name` of `COMPARISONS` of two arrays of balls, with IEEE's answer for nan."""
    a, b = np.broadcast_arrays(a, b)
    less, greater = np.asarray(a < b, dtype=bool), np.asarray(a > b, dtype=bool)
    tie = balls.same(a, b)
    nan = balls.is_nan(a) | balls.is_nan(b)
    if_less, if_equal, if_greater = COMPARISONS[name]
    truth = (less & if_less) | (tie & if_equal) | (greater & if_greater) | (nan & (name == "not_equal"))
    return Predicate(truth, tie & ~nan, ~(less | greater | tie | nan))


LOGIC: dict[str, Callable[..., np.ndarray]] = {
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "logical_not": np.logical_not,
}


def combine(name: str, *operands: Predicate) -> Predicate:
    """A logical operation; a tie or an unknown in any operand is one in the result."""
    either = lambda masks: np.broadcast_arrays(np.logical_or.reduce(np.broadcast_arrays(*masks)))[0]  # noqa: E731
    return Predicate(
        LOGIC[name](*(p.truth for p in operands)),
        either([p.tie for p in operands]),
        either([p.unknown for p in operands]),
    )
