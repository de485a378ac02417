"""The rotated elliptic paraboloid, proposed as a loss that errs more for a prediction of the wrong sign.

With `u = (x + y)/sqrt(2)` and `v = (y - x)/sqrt(2)` the axes turned by 45 degrees,

    L(x, y) = u^2 / c_diff_sign + v^2 / c_same_sign,       x the prediction, y the target.

It does not do what it promises. For a target y = 1 a wrong sign, x = -1, gives u = 0, v^2 = 2, and x = 3
gives u^2 = 8, v^2 = 2, hence

    L(3, 1) - L(-1, 1) = 8 / c_diff_sign > 0     for all positive constants:

no choice of them makes the wrong sign dearer. Nor is its minimum over the prediction at the target:
dL/dx = (x + y)/c_diff_sign + (x - y)/c_same_sign vanishes at x = y (c_diff_sign - c_same_sign) /
(c_diff_sign + c_same_sign), which is y only in the limit of an infinite c_diff_sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.properties import MinimumAtTarget, Ordering, ZeroOnlyAtTarget
from gradcheck.reference.wide import Wide, square
from gradcheck.specification import Specification

SOURCE = "stackoverflow.com/a/50717330, 2018: elliptic_paraboloid_loss(x, y, c_diff_sign, c_same_sign)"


def definition(c_diff_sign: float, c_same_sign: float) -> Callable[..., Any]:
    """`L(prediction, target)`, elementwise over arrays of one shape. The squares carry the 1/2 of the rotation."""

    def paraboloid(xp: Any, prediction: Any, target: Any) -> Any:
        along, across = prediction + target, target - prediction
        return along * along / (2.0 * c_diff_sign) + across * across / (2.0 * c_same_sign)

    return paraboloid


def value(c_diff_sign: float, c_same_sign: float) -> Callable[..., np.ndarray]:
    """The loss of float64 arrays of one shape."""

    def loss(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
        x, y = Wide.of(prediction), Wide.of(target)
        return (square(x + y) / (2.0 * c_diff_sign) + square(y - x) / (2.0 * c_same_sign)).rounded()

    return loss


def gradient(c_diff_sign: float, c_same_sign: float) -> Callable[..., tuple[np.ndarray, ...]]:
    """Its derivative in the prediction, (x + y)/c_diff_sign + (x - y)/c_same_sign."""

    def slope(prediction: np.ndarray, target: np.ndarray) -> tuple[np.ndarray]:
        x, y = Wide.of(prediction), Wide.of(target)
        return (((x + y) / c_diff_sign + (x - y) / c_same_sign).rounded(),)

    return slope


NO_CONSTANTS = "L(3, 1) - L(-1, 1) = 8 / c_diff_sign, positive for all positive constants"
PROPERTIES = (
    Ordering("loss(-1 for 1) > loss(3 for 1)", larger=(-1.0, 1.0), smaller=(3.0, 1.0), fails_because=NO_CONSTANTS),
    ZeroOnlyAtTarget(
        "zero only at prediction = target", fails_because="it is zero at (0, 0) alone: L(y, y) = 2 y^2 / c_diff_sign"
    ),
    MinimumAtTarget(
        "the minimum over the prediction is at the target",
        fails_because="it is at y (c_diff_sign - c_same_sign) / (c_diff_sign + c_same_sign), a third of the target",
    ),
)


def paraboloid(c_diff_sign: float = 4.0, c_same_sign: float = 2.0) -> Specification:
    """The loss with the given positive constants (the published ones by default)."""
    constants = (c_diff_sign, c_same_sign)
    return Specification(
        name="paraboloid",
        definition=definition(*constants),
        arguments=(
            Argument("real", shape=(4,), name="prediction"),
            Argument("real", shape=(4,), differentiate=False, name="target"),
        ),
        value=value(*constants),
        gradient=gradient(*constants),
        source=SOURCE,
        properties=PROPERTIES,
    )


PARABOLOID = paraboloid()
