"""Functions that NumPy lacks, for its array namespace: erf, erfc, lgamma, sigmoid, and stop_gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _in_float64(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of one float, applied to each component in float64 and rounded to the array's dtype."""
    over_components = np.vectorize(function, otypes=[np.float64])

    def apply(x: Any) -> Any:
        result = np.asarray(over_components(np.asarray(x, dtype=np.float64))).astype(x.dtype)
        return result.view(type(x)) if isinstance(x, np.ndarray) else result[()]

    return apply


def _lgamma(x: float) -> float:
    """`math.lgamma`, infinite at its poles and beyond the float range, where that raises."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


erf = _in_float64(math.erf)
erfc = _in_float64(math.erfc)
lgamma = _in_float64(_lgamma)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), in the form whose exponential cannot overflow on either side."""
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, np.ones_like(decay), decay) / (1 + decay)


def stop_gradient(x: Any) -> Any:
    """`x` itself: NumPy differentiates nothing."""
    return x
