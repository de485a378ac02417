"""Truths of comparisons between balls: what is certain, what is a tie, what more precision must tell.

A comparison of balls is true only when it is certain, so "not a > b" does not mean "a <= b".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.exact import balls


@dataclass(frozen=True)
class Predicate:
    """An array of truths, with three marks on them.

    Where `unknown` holds, `truth` is a guess. Where `tie` holds, the operands are equal, so that moving
    one of them a little may change the truth. Where `presumed` holds too, they are twins (see `balls`):
    equal as far as this precision can see.
    """

    truth: np.ndarray
    tie: np.ndarray
    unknown: np.ndarray
    presumed: np.ndarray

    @classmethod
    def of(cls, truth: np.ndarray) -> Predicate:
        """A truth that nothing can move."""
        truth = np.asarray(truth, dtype=bool)
        return cls(truth, *(np.zeros_like(truth) for _ in range(3)))

    def map(self, function: Callable[[np.ndarray], np.ndarray]) -> Predicate:
        """The predicate rearranged by a function of one array."""
        return Predicate(*(function(part) for part in self.parts))

    @property
    def parts(self) -> tuple[np.ndarray, ...]:
        return self.truth, self.tie, self.unknown, self.presumed


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
    twins = balls.twins(a, b)
    tie = balls.equal(a, b) | twins
    nan = balls.is_nan(a) | balls.is_nan(b)
    if_less, if_equal, if_greater = COMPARISONS[name]
    truth = (less & if_less) | (tie & if_equal) | (greater & if_greater) | (nan & (name == "not_equal"))
    return Predicate(truth, tie, ~(less | greater | tie | nan), twins)


# test of one array of numbers -> where it holds
TESTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "isfinite": balls.is_finite,
    "isnan": balls.is_nan,
    "isinf": balls.is_infinite,
}


def test(name: str, x: np.ndarray) -> Predicate:
    """The test `name` of `TESTS`; unknown where a ball is the whole line."""
    truth = TESTS[name](x)
    unknown = balls.is_unknown(x) & ~balls.is_nan(x)
    return Predicate(truth, np.zeros_like(truth), unknown, np.zeros_like(truth))


LOGIC: dict[str, Callable[..., np.ndarray]] = {
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "logical_not": np.logical_not,
}


def combine(name: str, *operands: Predicate) -> Predicate:
    """A logical operation; a mark on an operand is one on the result where the other truth would change it."""
    truths = [p.truth for p in operands]
    marks = [_matters(LOGIC[name], truths, masks) for masks in zip(*(p.parts[1:] for p in operands), strict=True)]
    return Predicate(np.asarray(LOGIC[name](*truths)), *marks)


def _matters(logic: Callable[..., np.ndarray], truths: Sequence[np.ndarray], masks: Sequence[np.ndarray]) -> np.ndarray:
    """Where the result changes with the truths under the masks."""
    settled = logic(*truths)
    changes = np.zeros(np.shape(settled), dtype=bool)
    for flips in itertools.product((False, True), repeat=len(truths)):
        flipped = [t ^ (m & flip) for t, m, flip in zip(truths, masks, flips, strict=True)]
        changes |= logic(*flipped) != settled
    return changes
