"""Squared error that charges extra for the wrong sign: what a loss for magnitude and sign was asked to be.

    L(p, t) = (p - t)^2 + weight * relu(-p t),       p the prediction, t the target, weight > 0.

- It errs more for the wrong sign: of two predictions equally far from t > 0, L(t - e, t) - L(t + e, t) =
  weight t max(e - t, 0), positive as soon as t - e is negative; and the same mirrored, as L(-p, -t) = L(p, t).
- It is zero only at p = t: both terms are nonnegative, the first is zero only there, and there -t^2 <= 0
  makes the second zero too.
- Its minimum over the prediction is at the target: both terms are convex in p.
- Its only kink in p is at p = 0, where the sign turns: the slopes are -(2 + weight) t and -2 t.
- It has no scale of its own: L(k p, k t) = k^2 L(p, t), so a change of unit changes no ordering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.properties import MinimumAtTarget, Ordering, ZeroOnlyAtTarget
from gradcheck.reference.wide import Wide, square, where
from gradcheck.specification import Specification

SOURCE = "derived here: the squared error, and |p t| once more for opposite signs"


def definition(weight: float) -> Callable[..., Any]:
    """`L(prediction, target)`, elementwise over arrays of one shape."""

    def signed_error(xp: Any, prediction: Any, target: Any) -> Any:
        error = prediction - target
        return error * error + weight * xp.maximum(-prediction * target, 0.0)

    return signed_error


def value(weight: float) -> Callable[..., np.ndarray]:
    """The loss of float64 arrays of one shape."""

    def loss(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        p, t = Wide.of(prediction), Wide.of(target)
        return (square(p - t) + where(_opposite(prediction, target), -weight * p * t, 0.0)).rounded()

    return loss


def gradient(weight: float) -> Callable[..., tuple[np.ndarray, ...]]:
    """Its derivative in the prediction, 2 (p - t) - weight t [p t < 0].

    At the kink, p = 0, it is -2 t: an end of the interval of subgradients.
    """

    def slope(prediction: np.ndarray, target: np.ndarray) -> tuple[np.ndarray]:
        p, t = Wide.of(prediction), Wide.of(target)
        return ((2.0 * (p - t) - where(_opposite(prediction, target), weight * t, 0.0)).rounded(),)

    return slope


def _opposite(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Whether the signs differ, without the product, which underflows."""
    return np.sign(prediction) * np.sign(target) < 0


PROPERTIES = (
    Ordering("loss(-1 for 1) > loss(3 for 1)", larger=(-1.0, 1.0), smaller=(3.0, 1.0)),
    Ordering("loss(1 for -1) > loss(-3 for -1)", larger=(1.0, -1.0), smaller=(-3.0, -1.0)),
    ZeroOnlyAtTarget("zero only at prediction = target"),
    MinimumAtTarget("the minimum over the prediction is at the target"),
)


def signed_error(weight: float = 4.0) -> Specification:
    """The loss with the given positive weight; by default the wrong sign costs twice its mirror image."""
    return Specification(
        name="signed_error",
        definition=definition(weight),
        arguments=(
            Argument("real", shape=(4,), name="prediction"),
            Argument("real", shape=(4,), differentiate=False, name="target"),
        ),
        value=value(weight),
        gradient=gradient(weight),
        source=SOURCE,
        properties=PROPERTIES,
    )


SIGNED_ERROR = signed_error()
