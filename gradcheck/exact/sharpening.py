"""Run at few bits first, and at more where that leaves something open: most answers need few."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import starmap

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.limits import Kind
from gradcheck.exact.rounding import ulp
from gradcheck.exact.truth import Enclosures

FEW_BITS = 256
OWN = 16  # times how wide the truth is
THIN = 2.0**-20  # of a movement, or of an ulp of what moved where that is more: nobody sees the difference

# `attempt(unknown)` gives arrays of balls; `unknown` stands for what is not known at the working precision.
Attempt = Callable[[arb], list[np.ndarray]]


def sharpened(attempt: Attempt, most: int, near: Sequence[Enclosures]) -> list[np.ndarray]:
    """What `attempt` finds at few bits where every ball is thin already, else at `most` bits.

    `near` is the truth that moved, one for each array of the attempt. Where the formula gave all of it, its precision
    was needed; a limit takes more bits than anything next to it. With few bits an unknown is nan, and asks for more;
    with all of them it is zero: what stays unknown excuses nothing.
    """
    if most > FEW_BITS and any((part.kinds != Kind.CERTIFIED).any() for part in near):
        with balls.precision(FEW_BITS):
            found = attempt(balls.NAN)
            if all(starmap(_is_thin, zip(found, near, strict=True))):
                return found
    with balls.precision(most):
        return attempt(balls.ZERO)


def _is_thin(part: np.ndarray, near: Enclosures) -> bool:
    columns = part.flat, near.expected.flat, near.lower.flat, near.upper.flat
    return all(_is_sharp(ball, near.format, *at) for ball, *at in zip(*columns, strict=True))


def _is_sharp(ball: arb, f: Format, expected: float, low: arb, high: arb) -> bool:
    if not ball.is_finite():
        return False
    seen = abs(ball.mid()).max(ulp(expected, f) if math.isfinite(expected) else balls.ZERO)
    known = low.rad() + high.rad()  # no more bits tell more than the truth itself does
    return bool(ball.rad() <= THIN * seen) or bool(ball.rad() <= OWN * known)
