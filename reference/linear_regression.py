"""Mean squared error of a straight line, as a batch: with the residuals `r_i = m x_i + b - y_i`,

    L(m, b) = scale * mean_i r_i^2,   dL/dm = 2 scale mean_i x_i r_i,   dL/db = 2 scale mean_i r_i.

`scale` is 1 for the mean squared error and 1/2 for the half of it, whose gradient has no factor 2. The
online loss of one sample is the batch of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference.wide import Wide, square
from gradcheck.specification import Specification

SOURCE = "Gauss, Theoria combinationis observationum, 1823; the gradient by the chain rule"


def definition(scale: float) -> Callable[..., Any]:
    """`L(slope, intercept, x, y)`: two scalars, two arrays of shape (n,), one number."""

    def mean_squared_error(xp: Any, slope: Any, intercept: Any, x: Any, y: Any) -> Any:
        residual = slope * x + intercept - y
        return scale * xp.mean(residual * residual)

    return mean_squared_error


def value(scale: float) -> Callable[..., np.ndarray]:
    """The loss of float64 scalars and arrays of shape (n,)."""

    def loss(slope: np.ndarray, intercept: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (square(_residual(slope, intercept, x, y)).sum() * scale / float(x.size)).rounded()

    return loss


def gradient(scale: float) -> Callable[..., tuple[np.ndarray, ...]]:
    """Its derivatives in slope and intercept."""

    def slopes(slope: np.ndarray, intercept: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
        residual = _residual(slope, intercept, x, y)
        return tuple(((2.0 * scale) * part.sum() / float(x.size)).rounded() for part in (residual * x, residual))

    return slopes


def _residual(slope: np.ndarray, intercept: np.ndarray, x: np.ndarray, y: np.ndarray) -> Wide:
    return Wide.of(slope) * x + intercept - y


def linear_regression(name: str, scale: float, samples: int) -> Specification:
    """`scale` times the mean squared error of a line over that many samples; differentiated in the line."""
    return Specification(
        name=name,
        definition=definition(scale),
        arguments=(
            Argument("real", name="slope"),
            Argument("real", name="intercept"),
            Argument("real", shape=(samples,), differentiate=False, name="x"),
            Argument("real", shape=(samples,), differentiate=False, name="y"),
        ),
        value=value(scale),
        gradient=gradient(scale),
        source=SOURCE,
    )


MEAN_SQUARED_ERROR = linear_regression("mean_squared_error_of_line", 1.0, samples=6)
HALF_MEAN_SQUARED_ERROR = linear_regression("half_mean_squared_error_of_line", 0.5, samples=6)
SQUARED_ERROR = linear_regression("squared_error_of_line", 1.0, samples=1)
HALF_SQUARED_ERROR = linear_regression("half_squared_error_of_line", 0.5, samples=1)
