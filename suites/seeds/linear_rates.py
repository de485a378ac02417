"""What is shown of descending to a line: the largest stable rate, predicted and observed, and labels that are stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck import divergence, dtypes, exact
from gradcheck.dtypes import format_of
from gradcheck.reference.linear_regression import HALF_MEAN_SQUARED_ERROR, HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR
from gradcheck.specification import Claim, Shown
from gradcheck.suites.seeds.linear_steps import batch_delta_rule, delta_rule
from gradcheck.suites.seeds.showing import together

X = np.arange(31.0)
TRUE, START, STUCK = (3.0, 0.0), (0.0, 0.0), 3.0
BATCH = (X, TRUE[0] * X + TRUE[1])
SAMPLES = tuple(zip(*BATCH, strict=True))
SLIGHTLY_ABOVE = 1.05
# How far the observed limit may be off: the rate itself is rounded, and so is what it multiplies.
ROUNDED_RATE = {"float16": 2e-3, "bfloat16": 1e-2, "float32": 1e-3, "float64": 1e-3}


def batch_limit() -> float:
    return divergence.batch_threshold(divergence.hessian(HALF_MEAN_SQUARED_ERROR.definition, START, BATCH))


def sample_hessians() -> list[np.ndarray]:
    return [divergence.hessian(HALF_SQUARED_ERROR.definition, START, sample) for sample in SAMPLES]


def run(step: Any, batches: Sequence[Any], dtype: str, passes: int) -> divergence.Run:
    """The course of that many passes at a rate, in `dtype`, from (0, 0) toward the true line."""
    kind = format_of(dtype).numpy
    return lambda rate: divergence.descend(step, START, batches, rate, dtype=kind, passes=passes, solution=TRUE)


def threshold_shown(step: Any, batches: Sequence[Any], predicted: float, passes: int, dtype: str, off: float) -> Shown:
    """Whether the observed limit of the rate is the predicted one, to a relative `off`."""
    observed = divergence.observed_threshold(run(step, batches, dtype, passes), predicted)
    row = (f"{dtype}: limit of the rate, observed (predicted)", f"{observed:.5g} ({predicted:.5g})")
    return Shown(abs(observed / predicted - 1) <= off, (row,))


def first_non_finite_shown(step: Any, batches: Sequence[Any], rate: float, dtype: str) -> Shown:
    """Whether a run at that rate leaves the dtype, and at which step."""
    first = run(step, batches, dtype, 10**5)(rate).first_non_finite
    return Shown(first is not None, ((f"{dtype}: first non-finite step at the rate {rate:.5g}", str(first)),))


def batch_diverges() -> Shown:
    predicted = batch_limit()
    stated = Shown(round(predicted, 5) == 0.00654, (("2 / lambda_max", f"{predicted:.6g}"),))
    return together(
        stated,
        *(threshold_shown(batch_delta_rule, [BATCH], predicted, 200, d, ROUNDED_RATE[d]) for d in dtypes.NAMES),
        *(first_non_finite_shown(batch_delta_rule, [BATCH], SLIGHTLY_ABOVE * predicted, d) for d in dtypes.NAMES),
    )


def online_diverges() -> Shown:
    predicted = divergence.online_threshold(sample_hessians())
    return together(
        *(threshold_shown(delta_rule, SAMPLES, predicted, 200, d, 5e-3) for d in ("float32", "float64")),
        *(first_non_finite_shown(delta_rule, SAMPLES, SLIGHTLY_ABOVE * predicted, d) for d in dtypes.NAMES),
    )


def rounding_is_amplified() -> Shown:
    """The short dtypes stop earlier: a pass there turns one rounding into an error of the parameters' size."""
    return together(*(_amplified(dtype) for dtype in ("float16", "bfloat16")))


def _amplified(dtype: str) -> Shown:
    hessians, epsilon = sample_hessians(), format_of(dtype).epsilon
    limit, predicted = divergence.online_threshold(hessians), divergence.online_threshold_in(hessians, epsilon)
    row = (f"{dtype}: amplification of a rounding at {limit:.5g}", f"{divergence.amplification(hessians, limit):.3g}")
    return together(
        Shown(predicted < 0.8 * limit, (row,)),
        threshold_shown(delta_rule, SAMPLES, predicted, 50, dtype, 0.25),
    )


def worst_sample_is_no_limit() -> Shown:
    """Between the worst sample's limit and that of the pass the run converges."""
    hessians = sample_hessians()
    worst, limit = min(map(divergence.batch_threshold, hessians)), divergence.online_threshold(hessians)
    between = 0.5 * (worst + limit)
    course = run(delta_rule, SAMPLES, "float64", 300)(between)
    rows = (
        ("2 / (x^2 + 1) of the worst sample", f"{worst:.5g}"),
        ("spectral radius one over a pass", f"{limit:.5g}"),
        (
            f"distance from the line after 300 passes at {between:.5g}",
            f"{course.distance:.3g} (at first {course.start:g})",
        ),
    )
    return Shown(worst < between < limit and course.distance < 1e-3 * course.start, rows)


def stuck_labels() -> Shown:
    """Trained on labels that are all 3, measured against those and against the true ones."""
    batch = (X, np.full_like(X, STUCK))
    course = divergence.descend(
        batch_delta_rule, START, [batch], 0.9 * batch_limit(), dtype=np.float64, passes=20000, solution=(0.0, STUCK)
    )
    seen, true = (mean_squared_error(course.parameters, labels) for labels in (batch[1], BATCH[1]))
    rows = (
        ("slope, intercept after training", ", ".join(f"{p:.3g}" for p in course.parameters)),
        ("loss against the labels it saw", f"{seen:.3g}"),
        ("loss against the true labels", f"{true:.6g}"),
    )
    return Shown(course.distance < 1e-9 and seen < 1e-18 and abs(true - 2484) < 1e-6, rows)


def mean_squared_error(line: Sequence[float], labels: np.ndarray) -> float:
    """The exact loss of a line on x = 0..30, as float64."""
    arrays = (*(np.asarray(p, dtype=np.float64) for p in line), X, labels)
    return float(exact.value_of(MEAN_SQUARED_ERROR.definition, arrays).item())


CLAIMS = (
    Claim(
        name="batch_diverges_above_two_over_lambda",
        text="Batch descent diverges above 2 / lambda_max of the Hessian, 0.00654 for x = 0..30, in every dtype.",
        show=batch_diverges,
    ),
    Claim(
        name="online_diverges_at_spectral_radius_one",
        text="Online descent diverges where the spectral radius of a pass exceeds one.",
        show=online_diverges,
    ),
    Claim(
        name="online_rounding_is_amplified",
        text="In float16 and bfloat16 online descent fails earlier, where a pass amplifies one rounding to order one.",
        show=rounding_is_amplified,
    ),
    Claim(
        name="worst_sample_is_no_limit",
        text="The worst sample's 2 / (x^2 + 1) is not the limit: above it online descent still converges.",
        show=worst_sample_is_no_limit,
    ),
    Claim(
        name="stuck_labels_converge",
        text="Labels stuck at 3 converge to m = 0, b = 3, which the loss against the true labels reveals.",
        show=stuck_labels,
    ),
)
