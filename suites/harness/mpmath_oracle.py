"""Definitions run and differentiated in mpmath: an oracle sharing no code with the exact engine or the references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np

from gradcheck.specification import Specification

LARGEST = mpmath.mpf(float(np.finfo(np.float64).max))


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    return np.frompyfunc(lambda x: function(mpmath.mpf(x)), 1, 1)


def namespace() -> SimpleNamespace:
    """What the definitions under test need of `xp`, on object arrays of mpf in the working precision."""
    names = ("exp", "expm1", "log", "log1p", "sqrt", "tanh")
    functions = {name: _elementwise(getattr(mpmath, name)) for name in names}
    return SimpleNamespace(pi=+mpmath.pi, sum=np.sum, mean=np.mean, square=lambda x: x * x, **functions)


def exactly(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.frompyfunc(lambda x: mpmath.mpf(float(x)), 1, 1)(a) for a in arrays]


def value(specification: Specification, arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The definition at float64 arrays, as an object array of mpf."""
    return np.asarray(specification.definition(namespace(), *exactly(arrays)), dtype=object)


def gradient(specification: Specification, arrays: Sequence[np.ndarray], step: Any) -> Iterator[np.ndarray]:
    """Central difference quotients of the sum of the definition, for each differentiated argument.

    `step` is to be far below every scale of the function, the working precision far below `step`.
    """
    numbers, xp = exactly(arrays), namespace()
    total = lambda: np.sum(specification.definition(xp, *numbers))  # noqa: E731
    for k, argument in enumerate(specification.arguments):
        if argument.differentiate:
            yield _quotients(numbers[k], total, step)


def _quotients(array: np.ndarray, total: Callable[[], Any], step: Any) -> np.ndarray:
    result = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = total()
        array[index] = kept - step
        result[index] = (above - total()) / (2 * step)
        array[index] = kept
    return result


def ulps_apart(actual: np.ndarray, exact: np.ndarray) -> float:
    """The largest distance between float64 numbers and exact ones, in ulps of float64."""
    assert actual.shape == exact.shape
    assert actual.dtype == np.float64
    return max((_ulps(float(a), e) for a, e in zip(actual.flat, exact.flat, strict=True)), default=0.0)


def _ulps(actual: float, exact: Any) -> float:
    if not np.isfinite(actual):
        overflows = abs(exact) >= LARGEST and (actual > 0) == (exact > 0)
        return 0.0 if overflows or actual == exact else np.inf
    if mpmath.isinf(exact):
        return np.inf
    exponent = mpmath.frexp(exact)[1] if exact else 0
    return float(abs(mpmath.mpf(actual) - exact) / mpmath.mpf(2) ** max(exponent - 53, -1074))
