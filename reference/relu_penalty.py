"""Squared error plus a penalty on negative predictions, proposed as a loss that heeds the sign.

    L(p, t) = (p - t)^2 + coeff * relu(-p),       p the prediction, t the target, coeff > 0.

The penalty does not look at the target, so it also punishes a negative prediction that is right:
L(-1, -1) = coeff, and for t = -1 the minimum moves to p = min(coeff/2 - 1, 0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.properties import MinimumAtTarget, Ordering, ZeroOnlyAtTarget
from gradcheck.reference.wide import Wide, square
from gradcheck.specification import Specification

SOURCE = "stackoverflow.com/q/50711530, 2018: mean_squared_error + coeff * relu(-prediction), a sample at a time"


def definition(coeff: float) -> Callable[..., Any]:
    """`L(prediction, target)`, elementwise over arrays of one shape."""

    def relu_penalty(xp: Any, prediction: Any, target: Any) -> Any:
        error = prediction - target
        return error * error + coeff * xp.maximum(-prediction, 0.0)

    return relu_penalty


def value(coeff: float) -> Callable[..., np.ndarray]:
    """The loss of float64 arrays of one shape."""

    def loss(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        penalty = coeff * Wide.of(np.maximum(-prediction, 0.0))
        return (square(Wide.of(prediction) - target) + penalty).rounded()

    return loss


def gradient(coeff: float) -> Callable[..., tuple[np.ndarray, ...]]:
    """Its derivative in the prediction, 2 (p - t) - coeff [p < 0].

    At the kink, p = 0, the one from the right; the subgradients are [-2 t - coeff, -2 t].
    """

    def slope(prediction: np.ndarray, target: np.ndarray) -> tuple[np.ndarray]:
        return ((2.0 * (Wide.of(prediction) - target) - coeff * (prediction < 0)).rounded(),)

    return slope


PROPERTIES = (
    Ordering("loss(-1 for 1) > loss(3 for 1)", larger=(-1.0, 1.0), smaller=(3.0, 1.0)),
    Ordering(
        "loss(1 for -1) > loss(-3 for -1)",
        larger=(1.0, -1.0),
        smaller=(-3.0, -1.0),
        fails_because="the penalty looks at the prediction alone: it makes -3 dearer and leaves 1 as it was",
    ),
    ZeroOnlyAtTarget("zero only at prediction = target", fails_because="a right negative prediction p costs -coeff p"),
    MinimumAtTarget(
        "the minimum over the prediction is at the target",
        fails_because="the penalty pulls a negative prediction up by coeff/2",
    ),
)


def relu_penalty(coeff: float = 1.0) -> Specification:
    """The loss with the given positive coefficient (the published one by default)."""
    return Specification(
        name="relu_penalty",
        definition=definition(coeff),
        arguments=(
            Argument("real", shape=(4,), name="prediction"),
            Argument("real", shape=(4,), differentiate=False, name="target"),
        ),
        value=value(coeff),
        gradient=gradient(coeff),
        source=SOURCE,
        properties=PROPERTIES,
    )


RELU_PENALTY = relu_penalty()
