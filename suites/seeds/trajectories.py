"""Runs of the delta rule at several rates: the loss step by step, beside the rate that is predicted to diverge."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from gradcheck import divergence, dtypes, exact
from gradcheck.dtypes import format_of
from gradcheck.picture import Descent, Sweep, Trajectory
from gradcheck.reference.linear_regression import HALF_MEAN_SQUARED_ERROR
from gradcheck.specification import Picture
from gradcheck.suites.seeds.linear_rates import BATCH, SAMPLES, START, TRUE, X, batch_limit, sample_hessians
from gradcheck.suites.seeds.linear_steps import batch_delta_rule, delta_rule

# Parts of the predicted limit: well below, just below, just above.
RATES = (0.5, 0.95, 1.05)
DRAWN_IN = ("float64", "float16")
LENGTH = 100
SWEPT = tuple(k / 50 for k in range(25, 61))


@dataclass(frozen=True)
class Course:
    """A way to descend: the step, what it is given in one round, and the Hessians of these."""

    step: Any
    batches: Sequence[Any]
    hessians: Sequence[np.ndarray]
    unit: str

    def round(self, rate: float) -> np.ndarray:
        """What one round multiplies the error by."""
        return reduce(np.matmul, [np.eye(2) - rate * hessian for hessian in reversed(self.hessians)])

    def descent(self, rate: float, dtype: str) -> Descent:
        positions = list(self._positions(rate, dtype))
        rounds = positions[len(self.batches) - 1 :: len(self.batches)]
        non_finite = next((k for k, p in enumerate(positions, start=1) if not _finite(p)), None)
        losses = [loss_of(START), *map(loss_of, rounds)]
        if non_finite is not None:
            losses = [*losses[: 1 + (non_finite - 1) // len(self.batches)], math.inf]
        return Descent(
            dtype=dtype,
            rate=rate,
            losses=tuple(losses),
            predicted=self.predicted(rate),
            first_non_finite=non_finite,
        )

    def sweep(self, rates: Sequence[float], dtype: str) -> Sweep:
        ends = [[*self._positions(rate, dtype)][-1] for rate in rates]
        return Sweep(
            dtype=dtype,
            threshold=divergence.online_threshold_in(self.hessians, format_of(dtype).epsilon),
            growth=tuple(loss_of(end) / loss_of(START) for end in ends),
        )

    def _positions(self, rate: float, dtype: str) -> Iterator[Any]:
        """The parameters after each step, up to the first that are not finite."""
        kind = format_of(dtype).numpy
        for position in divergence.steps(self.step, START, self.batches, rate, dtype=kind, passes=LENGTH):
            yield position
            if not _finite(position):
                return

    def predicted(self, rate: float) -> tuple[float, ...]:
        """The losses of a run in exact arithmetic: what the Hessians make of the first error."""
        factor, errors = self.round(rate), [np.subtract(START, TRUE)]
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(LENGTH):
                errors.append(factor @ errors[-1])
        return tuple(loss_of(error, labels=np.zeros_like(X)) for error in errors)


def _finite(position: Any) -> bool:
    return all(math.isfinite(p) for p in position)


def loss_of(line: Any, labels: np.ndarray = BATCH[1]) -> float:
    """Half the mean squared error of a line on x = 0..30: exact, rounded to float64; inf where it left the dtype."""
    if not _finite(line):
        return math.inf
    arrays = (*(np.asarray(p, dtype=np.float64) for p in line), X, labels)
    return float(exact.value_of(HALF_MEAN_SQUARED_ERROR.definition, arrays).item())


def trajectory(course: Course, threshold: float, law: str) -> Trajectory:
    rates = [part * threshold for part in SWEPT]
    grown = [course.predicted(rate) for rate in rates]
    return Trajectory(
        loss="half the mean squared error",
        unit=course.unit,
        threshold=threshold,
        law=law,
        length=LENGTH,
        descents=tuple(course.descent(part * threshold, dtype) for dtype, part in itertools.product(DRAWN_IN, RATES)),
        rates=tuple(rates),
        predicted=tuple(losses[-1] / losses[0] for losses in grown),
        sweeps=tuple(course.sweep(rates, dtype) for dtype in dtypes.NAMES),
    )


def batch() -> Trajectory:
    hessian = divergence.hessian(HALF_MEAN_SQUARED_ERROR.definition, START, BATCH)
    return trajectory(
        Course(batch_delta_rule, [BATCH], [hessian], "step"), batch_limit(), "2 / lambda_max of the Hessian"
    )


def online() -> Trajectory:
    hessians = sample_hessians()
    course = Course(delta_rule, SAMPLES, hessians, "pass")
    return trajectory(course, divergence.online_threshold(hessians), "spectral radius one over a pass")


PICTURES = (
    Picture(name="batch descent", title="Batch descent to the line y = 3x, x = 0..30", draw=batch),
    Picture(name="online descent", title="Online descent to the line y = 3x, x = 0..30", draw=online),
)
