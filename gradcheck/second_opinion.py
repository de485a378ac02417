"""Finite differences against the truth: agree, disagree, or nothing to compare; and which was off, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.finite_differences import EPSILON, Estimate
from gradcheck.record import SecondOpinion

OPINIONS = ("agree", "disagree", "too_wide", "not_applicable")
# An estimate says something where its error is below this share of the exact partial, or below a far smaller
# share of the largest partial of the argument (of the output, where the exact partial is zero).
SHARP = 1e-2
NEGLIGIBLE = 1e-6
VALUE_IS_RIGHT = 1e-12  # relative
MOST_NOTES = 8


def classify(estimate: Estimate, exact: np.ndarray, applicable: np.ndarray | None = None) -> np.ndarray:
    """One of `OPINIONS` for each component of one argument's gradient.

    `exact` holds the true partials, as floats or as balls (flint.arb), in the shape of the argument.
    `applicable` is false where the truth is no single number (a kink, infinite, undefined, undecided); a
    partial that is not finite or beyond float64 never applies.
    """
    middle, radius = _midpoints(exact), _radii(exact)
    applies = np.isfinite(middle) & np.isfinite(radius)
    if applicable is not None:
        applies &= applicable
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(estimate.value - middle) > estimate.error + radius + EPSILON * np.abs(middle)
    differ = np.isfinite(estimate.error) & apart
    sharp = estimate.error <= _sharp_below(estimate, middle, applies)
    return np.select([~applies, differ, ~sharp], ["not_applicable", "disagree", "too_wide"], default="agree")


def compare(
    estimate: Estimate,
    exact: np.ndarray,
    exact_output: np.ndarray,
    applicable: np.ndarray | None = None,
    name: str = "argument",
) -> SecondOpinion:
    """How the estimate of one argument's gradient compares with the truth, by component.

    `exact` and `applicable` as for `classify`; `exact_output` is the exact value at the point, floats or balls
    in the shape of the output; `name` is what the notes call the argument. The first few
    disagreements get a note each.
    """
    opinions = classify(estimate, exact, applicable)
    counts = {opinion: int((opinions == opinion).sum()) for opinion in OPINIONS}
    middle = _midpoints(exact)
    reason = _reason(estimate.output, _midpoints(exact_output))
    notes = [
        f"{name}{list(index) or ''}: finite differences give {estimate.value[index]:.6g} "
        f"± {estimate.error[index]:.1g}, the exact partial is {middle[index]:.6g}: {reason}"
        for index in np.ndindex(opinions.shape)
        if opinions[index] == "disagree"
    ]
    return SecondOpinion(**counts, notes=tuple(notes[:MOST_NOTES]))


def merge(first: SecondOpinion, second: SecondOpinion) -> SecondOpinion:
    """Both together; of the notes the first few different ones."""
    counts = {opinion: getattr(first, opinion) + getattr(second, opinion) for opinion in OPINIONS}
    return SecondOpinion(**counts, notes=tuple(dict.fromkeys(first.notes + second.notes))[:MOST_NOTES])


def _sharp_below(estimate: Estimate, middle: np.ndarray, applies: np.ndarray) -> np.ndarray:
    size = np.abs(np.where(applies, middle, 0.0))
    output = np.abs(estimate.output[np.isfinite(estimate.output)])
    whole = np.where(size == 0, output.max(initial=0.0), size.max(initial=0.0))
    # Below the normal numbers nothing is told from zero.
    return np.maximum(np.maximum(SHARP * size, NEGLIGIBLE * whole), np.finfo(np.float64).tiny)


def _reason(output: np.ndarray, exact: np.ndarray) -> str:
    """Which was off. What the differences follow is the computed value, so that is looked at first."""
    with np.errstate(invalid="ignore", over="ignore"):
        off = ~((output == exact) | (np.abs(output - exact) <= VALUE_IS_RIGHT * np.abs(exact)))
    off &= np.isfinite(exact)
    if off.any():
        with np.errstate(all="ignore"):
            relative = np.where(off, np.nan_to_num(np.abs(output - exact) / np.abs(exact), nan=np.inf), -1.0)
        worst = np.unravel_index(int(relative.argmax()), relative.shape)
        return (
            f"the implementation is off, already in its float64 value, {output[worst]:.6g} where the exact one is "
            f"{exact[worst]:.6g}; the differences follow what it computes"
        )
    return (
        "the value at the point is right, so the slope is off: the implementation computes another function nearby, "
        "holds constant what a difference moves (stop_gradient), or bends within the smallest step"
    )


def _midpoints(numbers: np.ndarray) -> np.ndarray:
    return _each(numbers, lambda ball: float(ball.mid()) if hasattr(ball, "mid") else float(ball))


def _radii(numbers: np.ndarray) -> np.ndarray:
    return _each(numbers, lambda ball: float(ball.rad()) if hasattr(ball, "rad") else 0.0)


def _each(numbers: np.ndarray, convert: Callable[[Any], float]) -> np.ndarray:
    numbers = np.asarray(numbers)
    return np.array([convert(number) for number in numbers.flat], dtype=np.float64).reshape(numbers.shape)
