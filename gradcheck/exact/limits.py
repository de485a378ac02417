"""Limits: what the value or the derivative is at a point where the formula itself says nothing.

At a kink, at 0/0, at 0 * inf in the chain rule or at an infinite input the truth is a limit. It is
read from three steps h, h**2, h**4 at high precision: a constant ratio of steps could not tell the
slope of x log x at 0, which grows by the same amount with every step, from a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flint import arb

from gradcheck.exact.balls import INFINITY, MINUS_INFINITY, NAN, ZERO


class Kind(StrEnum):
    """How the truth of a component was established."""

    CERTIFIED = "certified"
    LIMIT = "limit"
    KINK = "kink"
    INFINITE = "infinite"
    UNDEFINED = "undefined"
    UNDECIDED = "undecided"
    ESTIMATED = "estimated"  # in float64, with an error: by a reference or finite differences

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Limit:
    """One component's truth: between `lower` and `upper`; the same number twice but for a kink."""

    kind: Kind
    lower: arb = NAN
    upper: arb = NAN


UNDEFINED, UNDECIDED = Limit(Kind.UNDEFINED), Limit(Kind.UNDECIDED)

# A sequence has settled when its last step changes it by less than this, relatively; it vanishes or
# diverges when every step shrinks it below this, or grows it by more than GROWTH.
SETTLED = arb(2) ** -16
GROWTH = arb(1.5)
NOTHING = arb(2) ** -1200  # below every number of the formats: balls around zero thinner than this are zero


def infinite(sign: int) -> Limit:
    ball = INFINITY if sign > 0 else MINUS_INFINITY
    return Limit(Kind.INFINITE, ball, ball)


def of_sequence(terms: Sequence[arb]) -> Limit:
    """The limit of a sequence known by three terms, at steps h, h**2 and h**4.

    The terms are balls; a term that is not a number makes the limit undefined, terms too wide to
    compare make it undecided.
    """
    if any(t.is_nan() for t in terms):
        return UNDEFINED
    if all(t.is_exact() and not t.is_finite() for t in terms):
        signs = {1 if t > 0 else -1 for t in terms}
        return infinite(signs.pop()) if len(signs) == 1 else UNDEFINED
    if not all(t.is_finite() for t in terms):
        return UNDECIDED
    first, second, third = terms
    change = abs(third - second)
    if change.is_zero() or change < SETTLED * abs(third):
        around = third + change * arb(0, 2)
        return Limit(Kind.LIMIT, around, around)
    if all(t.contains(0) and t.rad() < NOTHING for t in (second, third)):
        return Limit(Kind.LIMIT, second.union(third), second.union(third))
    if abs(third) <= SETTLED * abs(second) and abs(second) <= SETTLED * abs(first):
        return Limit(Kind.LIMIT, ZERO, ZERO)
    if abs(third) > GROWTH * abs(second) and abs(second) > GROWTH * abs(first):
        same_sign = (third > 0) == (second > 0) == (first > 0)
        return infinite(1 if third > 0 else -1) if same_sign else UNDEFINED
    fades = abs(first) > abs(second) > abs(third)  # as 1 / log h does: too slowly for three terms to tell where to
    return UNDECIDED if fades or any(_is_wide(t) for t in terms) else UNDEFINED


def _is_wide(ball: arb) -> bool:
    return bool(ball.rad() > 0) and ball.rel_accuracy_bits() < 20


def between(left: Limit | None, right: Limit | None) -> Limit:
    """The derivative from its two one-sided limits; None for a side that does not exist."""
    if left is None or right is None:
        return left or right or UNDEFINED
    for lacking in (UNDEFINED, UNDECIDED):
        if lacking.kind in (left.kind, right.kind):
            return lacking
    if left.kind is right.kind is Kind.INFINITE and left.lower == right.lower:
        return left
    if left.lower.overlaps(right.lower) and left.kind is right.kind is Kind.LIMIT:
        return Limit(Kind.LIMIT, left.lower, right.upper)
    if left.kind is right.kind is Kind.INFINITE:
        return UNDEFINED  # an interval of all numbers says nothing
    low, high = (left.lower, right.lower) if left.lower < right.lower else (right.lower, left.lower)
    return Limit(Kind.KINK, low, high)
