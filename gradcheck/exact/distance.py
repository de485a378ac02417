"""How far a moved number is beyond the ends of the truth, and what that is where the number is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb

from gradcheck.exact import balls
from gradcheck.exact.limits import Kind
from gradcheck.exact.truth import Enclosures


@dataclass(frozen=True)
class Ends:
    """Ends that distances are measured from; `unknown` is the distance of a moved number that is not known.

    More bits may tell it where the formula gave the truth itself. A limit or a kink has no number next to it either.
    """

    lower: np.ndarray | arb
    upper: np.ndarray
    unknown: np.ndarray

    @classmethod
    def part(cls, truth: Enclosures, unknown: arb) -> Ends:
        return cls(truth.lower, truth.upper, balls.choose(truth.kinds == Kind.CERTIFIED, unknown, balls.ZERO))

    def distance(self, moved: np.ndarray) -> np.ndarray:
        """How far beyond the ends; zero from what is no number."""
        return balls.array(np.frompyfunc(_beyond, 4, 1)(moved, self.lower, self.upper, self.unknown))


def _beyond(number: arb, low: arb, high: arb, unknown: arb) -> arb:
    gap = (low - number).max(number - high).max(balls.ZERO)
    if gap.is_finite():
        return gap
    return unknown if high.is_finite() else balls.ZERO


def larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The larger of two, ball by ball."""
    return balls.array(np.frompyfunc(arb.max, 2, 1)(a, b))
