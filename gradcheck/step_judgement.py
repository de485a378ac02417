"""Is the gradient that a training step applies the one of the loss its author reports?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from gradcheck import exact
from gradcheck.matching import IDENTITY, number_name
from gradcheck.training_step import AppliedGradient, Arrays, Step, applied_gradient


class StepKind(StrEnum):
    """What a step turned out to be. The values are the words of a report."""

    GRADIENT = "the gradient of the loss"
    MULTIPLE = "the gradient of a multiple of the loss"
    WEIGHT_DECAY = "the gradient of a multiple of the loss, and weight decay"
    SIGN = "the sign of the gradient alone"
    STATEFUL = "something that depends on earlier calls, such as momentum"
    RESTLESS = "a move that the rate does not scale"
    OTHER = "not a gradient of the loss"


@dataclass(frozen=True, kw_only=True)
class StepJudgement:
    """A step beside the exact gradient of a loss, over all points and parameters.

    `expected` and `applied` are flat float64 arrays: every component of every point. `factor`: the
    applied gradient is that many times the exact one (nan where it is no multiple). `decay`: plus that
    many times the parameters. `curved`: the step bends with the rate, so it makes several updates in one.
    """

    kind: StepKind
    factor: float
    decay: float
    curved: bool
    expected: np.ndarray
    applied: np.ndarray
    sentence: str


def judge_step(
    step: Step, loss: Callable[..., Any], points: Sequence[tuple[Arrays, Arrays]], name: str = "the loss"
) -> StepJudgement:
    """Judge `step` against the definition `loss(xp, *parameters, *batch)` at `points`, pairs (parameters, batch).

    Give at least two points in general position: at one of them a wrong gradient may be a multiple.
    """
    if len(points) < 2:
        raise ValueError(f"one point cannot tell a multiple from another gradient: got {len(points)}, give at least 2")
    applied = [applied_gradient(step, *point) for point in points]
    rows = _Rows(
        expected=_flat(exact_gradient(loss, *point) for point in points),
        applied=_flat(one.gradient for one in applied),
        parameters=_flat(point[0] for point in points),
        error=max(one.error for one in applied),
    )
    kind, factor, decay, sentence = _classified(applied, rows, name)
    curved = any(one.curved for one in applied)
    if curved and kind is not StepKind.STATEFUL:
        sentence += ", to first order in the rate: it makes more than one update"
    return StepJudgement(
        kind=kind,
        factor=factor,
        decay=decay,
        curved=curved,
        expected=rows.expected,
        applied=rows.applied,
        sentence=sentence,
    )


def exact_gradient(loss: Callable[..., Any], parameters: Arrays, batch: Arrays) -> tuple[np.ndarray, ...]:
    """Gradient of the definition `loss(xp, *parameters, *batch)` in the parameters, rounded to float64."""
    arrays = tuple(np.asarray(a, dtype=np.float64) for a in (*parameters, *batch))
    slopes = exact.gradient_of(loss, arrays, differentiate=tuple(range(len(parameters))))
    return tuple(np.asarray(np.frompyfunc(float, 1, 1)(slope), dtype=np.float64) for slope in slopes)


@dataclass(frozen=True)
class _Rows:
    expected: np.ndarray
    applied: np.ndarray
    parameters: np.ndarray
    error: float

    def fit(self, *columns: np.ndarray) -> np.ndarray | None:
        """Coefficients with which `columns` add up to the applied gradient, or None where they do not."""
        matrix = np.stack(columns, axis=1)
        coefficients = np.linalg.lstsq(matrix, self.applied, rcond=None)[0]
        tolerance = IDENTITY * abs(self.applied).max() + self.error
        fits = (abs(matrix @ coefficients - self.applied) <= tolerance).all()
        return coefficients if fits else None


Finding = tuple[StepKind, float, float, str]
NAN = float("nan")


def _classified(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding:
    """The first explanation that fits, the disturbing ones first."""
    for explain in (_stateful, _restless, _multiple, _decaying, _sign):
        found = explain(applied, rows, name)
        if found:
            return found
    return (
        StepKind.OTHER,
        NAN,
        0.0,
        f"applies {_shown(rows.applied)}, not a gradient of {name}: {_shown(rows.expected)}",
    )


def _stateful(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding | None:
    if all(one.repeats for one in applied):
        return None
    ratio = applied[0].second_over_first
    sentence = f"keeps state: a second identical call moved {ratio:.6g} times as far as the first"
    return StepKind.STATEFUL, NAN, 0.0, sentence


def _restless(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding | None:
    if all(one.rests for one in applied):
        return None
    still = _flat(one.at_rest for one in applied)
    return StepKind.RESTLESS, NAN, 0.0, f"moves the parameters at rate zero too, by {_shown(still)}"


def _multiple(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding | None:
    found = rows.fit(rows.expected)
    if found is None or found[0] == 0:
        return None
    if abs(found[0] - 1) <= IDENTITY + rows.error:
        return StepKind.GRADIENT, 1.0, 0.0, f"applies the gradient of {name}"
    return StepKind.MULTIPLE, float(found[0]), 0.0, f"applies the gradient of {multiple_of(found[0], name)}"


def _decaying(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding | None:
    found = rows.fit(rows.expected, rows.parameters)
    if found is None or rows.applied.size < 3 or not rows.applied.any():
        return None
    factor, decay = map(float, found)
    sentence = (
        f"applies the gradient of {multiple_of(factor, name)} plus {decay:.6g} times the parameters: weight decay"
    )
    return StepKind.WEIGHT_DECAY, factor, decay, sentence


def _sign(applied: Sequence[AppliedGradient], rows: _Rows, name: str) -> Finding | None:
    sizes = abs(rows.applied)
    same_size = (abs(sizes - sizes[0]) <= IDENTITY * sizes[0] + rows.error).all()
    if not (same_size and (np.sign(rows.applied) == np.sign(rows.expected)).all()):
        return None
    return (
        StepKind.SIGN,
        NAN,
        0.0,
        f"moves every parameter by the same amount: the sign of the gradient of {name} alone",
    )


def multiple_of(factor: float, name: str) -> str:
    """Such as "half of the loss", "the loss" or "3 times the loss"."""
    words = {"1": "", "1/2": "half of ", "-1": "minus "}
    number = number_name(float(factor))
    return words.get(number, f"{number} times ") + name


def _flat(parts: Any) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(a, dtype=np.float64)) for part in parts for a in part])


def _shown(numbers: np.ndarray) -> str:
    return "(" + ", ".join(f"{number:.6g}" for number in numbers[:4]) + (", ...)" if numbers.size > 4 else ")")
