"""Derivative of what? Match a hand-written gradient against losses and variables it may belong to.

A candidate is a loss together with the variable it is differentiated by. The variable is marked by a
`probe` that the definition adds to it, so that an inner quantity such as a pre-activation can be asked
for like any argument: the derivative by the probe at zero is the derivative by that variable, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck import exact

# Half of float64's digits. Matching asks which formula it is, not how well it is computed; formulas that
# differ do so by factors of order one at some of the points.
IDENTITY = 2.0**-26


def _as_they_are(*arrays: Any) -> tuple[Any, ...]:
    return arrays


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """`definition(xp, probe, *arrays)`: a loss in which `probe` is added to the variable.

    `seen(*arrays)` gives what the hand-written gradient is called with at a point, such as the
    activations; by default the arrays themselves.
    """

    loss: str
    variable: str
    definition: Callable[..., Any]
    seen: Callable[..., tuple[Any, ...]] = _as_they_are


@dataclass(frozen=True)
class Comparison:
    """A hand-written gradient beside one candidate.

    `exact` and `written` are float64 arrays, one number a point. `factor` is the name of what has to
    multiply the hand-written gradient to give the exact one: "1" for a match, a number, a named factor,
    or None where nothing known does.
    """

    candidate: Candidate
    exact: np.ndarray
    written: np.ndarray
    factor: str | None

    @property
    def matches(self) -> bool:
        return self.factor == "1"

    @property
    def sentence(self) -> str:
        of = f"the derivative of {self.candidate.loss} with respect to {self.candidate.variable}"
        if self.matches:
            return f"is {of}"
        if self.factor is None:
            return f"is not {of}, nor a known factor away from it"
        return f"is not {of}: that is {self.factor} times it"


@dataclass(frozen=True)
class Matching:
    """What became of every candidate, in the order they were given."""

    comparisons: tuple[Comparison, ...]

    @property
    def matches(self) -> tuple[Candidate, ...]:
        return tuple(c.candidate for c in self.comparisons if c.matches)

    def with_loss(self, loss: str, variable: str) -> Comparison:
        """The comparison with one candidate; `LookupError` names those there are."""
        for comparison in self.comparisons:
            if (comparison.candidate.loss, comparison.candidate.variable) == (loss, variable):
                return comparison
        known = ", ".join(f"({c.candidate.loss!r}, {c.candidate.variable!r})" for c in self.comparisons)
        raise LookupError(f"no candidate ({loss!r}, {variable!r}); there are {known}")


def match(
    gradient: Callable[..., Any],
    candidates: Sequence[Candidate],
    points: Sequence[tuple[Any, ...]],
    factors: Mapping[str, Callable[..., Any]] | None = None,
) -> Matching:
    """Compare `gradient(*seen)` with the exact derivative of every candidate at every point.

    `points` are tuples of numbers, the arguments of the definitions; at least two, in general position.
    `factors` maps a name such as "a2 (1 - a2)" to a function of what the gradient is called with: the
    factors that people forget. Numbers and reciprocals are recognised without being listed.
    """
    if len(points) < 2:
        raise ValueError(f"one point cannot tell two formulas apart: got {len(points)} points, give at least 2")
    return Matching(tuple(_compare(gradient, candidate, points, factors or {}) for candidate in candidates))


def _compare(gradient: Any, candidate: Candidate, points: Any, factors: Any) -> Comparison:
    seen = [candidate.seen(*point) for point in points]
    written = np.array([float(gradient(*arguments)) for arguments in seen])
    truth = np.array([_derivative(candidate, point) for point in points])
    return Comparison(candidate, truth, written, _factor(truth, written, seen, factors))


def _derivative(candidate: Candidate, point: tuple[Any, ...]) -> float:
    arrays = tuple(np.asarray(number, dtype=np.float64) for number in (0.0, *point))
    (slope,) = exact.gradient_of(candidate.definition, arrays, differentiate=(0,))
    return float(np.asarray(slope).item())


def _factor(truth: np.ndarray, written: np.ndarray, seen: Sequence[Any], factors: Any) -> str | None:
    """The first name whose numbers, times `written`, are `truth` at every point."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first = float(np.divide(truth, written)[0])
    named = {name: np.array([float(factor(*arguments)) for arguments in seen]) for name, factor in factors.items()}
    with np.errstate(divide="ignore"):
        named |= {f"1/({name})": 1 / numbers for name, numbers in named.items()}
    tried = {"1": np.ones_like(truth), number_name(first): np.full_like(truth, first), **named}
    with np.errstate(invalid="ignore", over="ignore"):
        return next((name for name, numbers in tried.items() if same_numbers(numbers * written, truth)), None)


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether all numbers are finite and agree to half of float64's digits."""
    return bool(np.isfinite([a, b]).all() and (abs(a - b) <= IDENTITY * abs(b)).all())


def number_name(number: float) -> str:
    """A factor as a person writes it: "1/2", "-2", "0.3"."""
    if not math.isfinite(number) or number == 0:
        return f"{number:g}"
    if not math.isclose(number, round(number), rel_tol=IDENTITY) and math.isclose(
        1 / number, round(1 / number), rel_tol=IDENTITY
    ):
        return f"{'-' if number < 0 else ''}1/{abs(round(1 / number))}"
    return f"{number:.6g}"
