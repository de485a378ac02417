"""From which rate on does gradient descent diverge? Predicted from the Hessian, and observed in a run.

Batch: `p <- p - rate * gradient` on a quadratic loss with Hessian H is stable up to `2 / lambda_max(H)`.
Online: one pass over the samples multiplies the error by the product of `I - rate * H_i`; it is stable
while the spectral radius of that product is below one. That is not the worst sample's `2 / lambda_max(H_i)`:
a sample that throws the parameters too far along its own direction is followed by others that correct it.
On the way a pass may amplify, and what it amplifies is also the rounding of its first steps: where that
grows as large as the parameters, the run gets nowhere although the spectral radius is below one.
Source: Goodfellow, Bengio, Courville, Deep Learning, 2016, section 4.3.1 (the batch); the product is the chain
of the affine maps of one pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.step_judgement import exact_gradient
from gradcheck.training_step import Arrays, Step

Run = Callable[[float], "Course"]


def hessian(loss: Callable[..., Any], parameters: Arrays, batch: Arrays) -> np.ndarray:
    """Hessian of a quadratic `loss(xp, *parameters, *batch)` of scalar parameters, float64 of shape (n, n).

    Differences of exact gradients, which are exact for a quadratic. Raises `ValueError` where the loss is none.
    """
    here = np.array([float(p) for p in parameters])
    base = _gradient(loss, here, batch)
    unit, double = (
        np.stack([_gradient(loss, here + step * e, batch) - base for e in np.eye(here.size)], axis=1)
        for step in (1.0, 2.0)
    )
    if not np.allclose(double, 2 * unit, rtol=2.0**-40, atol=0.0):
        raise ValueError("the loss is not quadratic in its parameters: its Hessian changes, and with it the limit")
    return unit


def _gradient(loss: Callable[..., Any], parameters: np.ndarray, batch: Arrays) -> np.ndarray:
    return np.array([float(part) for part in exact_gradient(loss, tuple(parameters), batch)])


def batch_threshold(matrix: np.ndarray) -> float:
    """The largest stable rate of batch gradient descent: 2 / lambda_max of the Hessian."""
    return 2.0 / float(np.linalg.eigvalsh(matrix)[-1])


def spectral_radius(matrices: Sequence[np.ndarray], rate: float) -> float:
    """Of one pass over samples with these Hessians: the factor by which a pass multiplies the error, in the end."""
    return float(abs(np.linalg.eigvals(_rest_of_pass(matrices, rate)[-1])).max())


def amplification(matrices: Sequence[np.ndarray], rate: float) -> float:
    """By how much the rest of a pass enlarges what one of its steps did: the largest norm of its partial products."""
    return max(float(np.linalg.norm(product, 2)) for product in _rest_of_pass(matrices, rate))


def _rest_of_pass(matrices: Sequence[np.ndarray], rate: float) -> list[np.ndarray]:
    """The products of `I - rate * H_i` over the last sample, the last two, ..., the whole pass."""
    products = [np.eye(matrices[0].shape[0])]
    for matrix in reversed(matrices):
        products.append(products[-1] - rate * (products[-1] @ matrix))
    return products[1:]


def online_threshold(matrices: Sequence[np.ndarray]) -> float:
    """The smallest rate at which the spectral radius over a pass reaches one, in exact arithmetic."""
    return _first_rate(matrices, lambda rate: spectral_radius(matrices, rate) >= 1)


def online_threshold_in(matrices: Sequence[np.ndarray], epsilon: float) -> float:
    """The same in floats: or the rate at which a pass amplifies one rounding, `epsilon`, to the size of the parameters.

    An estimate of order one; above it a run may stall, or diverge, at any rate.
    """
    return _first_rate(
        matrices, lambda rate: max(spectral_radius(matrices, rate), epsilon * amplification(matrices, rate)) >= 1
    )


def _first_rate(matrices: Sequence[np.ndarray], diverges: Callable[[float], bool], growth: float = 1.01) -> float:
    """The smallest rate at which a pass diverges, to float64.

    Up to the smallest limit of a sample every factor is a contraction, so the search starts there and goes
    up by `growth`. Raises `ValueError` where a pass is stable beyond every sample's limit.
    """
    limits = [batch_threshold(matrix) for matrix in matrices]
    rate = min(limits)
    while rate <= growth * max(limits):
        if diverges(rate * growth):
            return bisect(diverges, rate, rate * growth)
        rate *= growth
    raise ValueError(f"a pass is stable up to the rate {rate:g}, beyond the limit of every sample; expected it to turn")


def bisect(diverges: Callable[[float], bool], low: float, high: float, relative: float = 1e-12) -> float:
    """The number between `low` (stable) and `high` (diverging) where `diverges` turns true, to that precision."""
    while high - low > relative * max(abs(low), abs(high)):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if diverges(middle) else (middle, high)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Course:
    """How a run of steps went: `first_non_finite` is the number of the step that left the dtype, if one did.

    `distance` is that of the last parameters from the solution, `start` that of the first.
    """

    parameters: tuple[float, ...]
    first_non_finite: int | None
    start: float
    distance: float

    @property
    def diverged(self) -> bool:
        return self.first_non_finite is not None or not self.distance <= self.start


def descend(
    step: Step,
    parameters: Arrays,
    batches: Sequence[Arrays],
    rate: float,
    *,
    dtype: Any,
    passes: int,
    solution: Sequence[float],
) -> Course:
    """Run `step` over `batches` for that many passes in the floats of `dtype`, from `parameters`.

    Stops at the first step after which a parameter is not finite; steps are counted from 1.
    """
    current = tuple(map(np.dtype(dtype).type, parameters))
    start = _distance(current, solution)
    for count, current in enumerate(steps(step, parameters, batches, rate, dtype=dtype, passes=passes), start=1):
        if not all(math.isfinite(p) for p in current):
            return Course(tuple(map(float, current)), count, start, math.inf)
    return Course(tuple(map(float, current)), None, start, _distance(current, solution))


def steps(
    step: Step, parameters: Arrays, batches: Sequence[Arrays], rate: float, *, dtype: Any, passes: int
) -> Iterator[tuple[Any, ...]]:
    """The parameters after each step over `batches`, for that many passes, in the floats of `dtype`."""
    kind = np.dtype(dtype).type
    current = tuple(kind(p) for p in parameters)
    data = [tuple(np.asarray(a, dtype=dtype) for a in batch) for batch in batches]
    for _ in range(passes):
        for batch in data:
            with np.errstate(all="ignore"):
                current = tuple(step(current, batch, kind(rate)))
            yield current


def observed_threshold(run: Run, predicted: float, spread: float = 0.25, relative: float = 2e-4) -> float:
    """The rate from which on `run(rate)` diverges, bisected in `predicted * (1 +- spread)`.

    Raises `ValueError` where the run diverges below that interval or is stable above it.
    """
    low, high = predicted * (1 - spread), predicted * (1 + spread)
    if run(low).diverged or not run(high).diverged:
        raise ValueError(f"expected the run to turn from stable to diverging between the rates {low:g} and {high:g}")
    return bisect(lambda rate: run(rate).diverged, low, high, relative)


def _distance(parameters: Sequence[Any], solution: Sequence[float]) -> float:
    return math.dist([float(p) for p in parameters], solution)
