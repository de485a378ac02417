"""What a row of the table of elementwise operations is made of.

A rule is written in the functions of the arithmetic `fn` and in operators on its arrays, so that it
holds for any arithmetic. `partials[k](fn, y, *x)` is the derivative of y by operand k .
At a kink or a pole a partial is nan: the limits decide what the derivative there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.exact import balls

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Elementwise:
    """`value(fn, *x)`, its partials, and whether operands that do not matter are cut from the tape."""

    value: Rule
    partials: tuple[Rule, ...]
    cuts: tuple[Rule, ...] = ()  # cuts[k](*x): where operand k is not taken, as a mask


def kinked(slope: Rule, place: Rule, test: Rule) -> Rule:
    """A slope that is nan where `test(place(*x))` holds: the two sides differ there.

    Where the ball of the place is too wide to tell, the slope is the whole line: more precision may.
    """

    def partial(fn: Any, y: np.ndarray, *x: np.ndarray) -> np.ndarray:
        at = place(*x)
        suspect, slopes = test(at), slope(fn, y, *x)
        if not suspect.any():
            return slopes
        return balls.choose(suspect, balls.choose(balls.is_exact(at), balls.NAN, balls.WHOLE_LINE), slopes)

    return partial


def certainly_less(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(a < b, dtype=bool)


def _chosen(fn: Any, mine: np.ndarray, other: np.ndarray, wins: Rule) -> np.ndarray:
    """Slope of maximum or minimum by one operand: 1 taken, 0 not taken, [0, 1] while undecided, nan at a tie."""
    slope = balls.choose(wins(mine, other), fn.one, balls.choose(wins(other, mine), fn.zero, fn.unsure))
    return balls.choose(balls.same(mine, other), balls.NAN, slope)


def maximum_slope(operand: int) -> Rule:
    wins = lambda p, q: certainly_less(q, p)  # noqa: E731 - a rule among rules
    return lambda fn, y, p, q: _chosen(fn, *((p, q) if operand == 0 else (q, p)), wins)


def minimum_slope(operand: int) -> Rule:
    return lambda fn, y, p, q: _chosen(fn, *((p, q) if operand == 0 else (q, p)), certainly_less)


def resolved(slope: Rule, at: float, there: float) -> Rule:
    """A slope whose removable singularity, at exactly `at`, is the number `there`."""

    def partial(fn: Any, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        return fn.where(np.asarray(x == at, dtype=bool), fn.number(there), slope(fn, y, x))

    return partial


def nowhere(fn: Any, y: np.ndarray, *x: np.ndarray) -> np.ndarray:
    """The slope by an operand that is a whole number: there is none."""
    return balls.full(np.shape(y), balls.NAN)


def may_be_integer(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda ball: ball.contains_integer(), 1, 1)(x), dtype=bool)


def may_be_zero(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda ball: ball.contains(balls.ZERO), 1, 1)(x), dtype=bool)


def across_branch_cut(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Zero on the negative axis, across which atan2 jumps by 2 pi."""
    return balls.choose(certainly_less(x, balls.array(balls.ZERO)), y, balls.ONE)


def itself(x: np.ndarray) -> np.ndarray:
    return x


def square(x: np.ndarray) -> np.ndarray:
    return x * x


def unary(name: str, partial: Rule) -> Elementwise:
    return Elementwise(lambda fn, x: getattr(fn, name)(x), (partial,))


def reciprocal_root(fn: Any, x: np.ndarray) -> np.ndarray:
    return 1 / fn.sqrt(x)


def two_over_root_pi(fn: Any) -> np.ndarray:
    return 2 / fn.sqrt(fn.pi())
