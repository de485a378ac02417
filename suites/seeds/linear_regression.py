"""Linear regression by gradient descent: which loss a step descends, from which rate on it diverges, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck import divergence, dtypes, exact
from gradcheck.dtypes import format_of
from gradcheck.matching import Candidate, Matching, match
from gradcheck.reference.linear_regression import (
    HALF_MEAN_SQUARED_ERROR,
    HALF_SQUARED_ERROR,
    MEAN_SQUARED_ERROR,
    SQUARED_ERROR,
)
from gradcheck.specification import Claim, ExpectedFinding, Shown, Suite
from gradcheck.step_judgement import StepJudgement, StepKind, judge_step
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds.linear_steps import batch_delta_rule, decayed, delta_rule, one_pass, without_the_error
from gradcheck.suites.seeds.showing import together
from gradcheck.verdict import Verdict

X = np.arange(31.0)
TRUE, START, STUCK = (3.0, 0.0), (0.0, 0.0), 3.0
BATCH = (X, TRUE[0] * X + TRUE[1])
SAMPLES = tuple(zip(*BATCH, strict=True))
SLIGHTLY_ABOVE = 1.05
# How far the observed limit may be off: the rate itself is rounded, and so is what it multiplies.
ROUNDED_RATE = {"float16": 2e-3, "bfloat16": 1e-2, "float32": 1e-3, "float64": 1e-3}


def divided_first(xp: Any, slope: Any, intercept: Any, x: Any, y: Any) -> Any:
    """The mean of squares as a sum of (r / sqrt(n))^2, whose terms are no larger than their mean times n."""
    share = (slope * x + intercept - y) / float(np.sqrt(x.shape[0]))
    return xp.sum(share * share)


def mean_gradient(slope: Any, intercept: Any, x: Any, y: Any) -> tuple[Any, Any]:
    residual = slope * x + intercept - y
    return 2.0 * np.mean(residual * x), 2.0 * np.mean(residual)


def delta_gradient(slope: Any, intercept: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """What the delta rule takes for the gradient of the squared error."""
    residual = slope * x + intercept - y
    return np.mean(residual * x), np.mean(residual)


def gradient_without_the_error(slope: Any, intercept: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """dE/dm = -x, dE/db = 1."""
    return -np.mean(x), np.ones_like(intercept)


def finding(verdict: Verdict, quantity: str, reason: str, **rest: Any) -> ExpectedFinding:
    return ExpectedFinding(verdict=verdict, quantity=quantity, reason=reason, **rest)


HALF = finding(Verdict.WRONG, "gradient", "the gradient of half the squared error: the factor 2 is missing")
NO_GRADIENT = finding(Verdict.WRONG, "gradient", "the derivative of the error, not of its square")
SQUARED_BEFORE_HALVED = finding(Verdict.SPURIOUS_INF, "value", "the square is beyond the dtype, half of it is not")
SUMS = (
    finding(Verdict.SPURIOUS_NAN, "gradient", "residuals of both signs overflow: inf - inf, their mean is a number"),
    finding(Verdict.SPURIOUS_INF, "gradient", "the sum is beyond the dtype, the mean is not", required=False),
)
SUM_OF_SQUARES = finding(Verdict.SPURIOUS_INF, "value", "the sum of squares is beyond the dtype", required=False)

NUMPY = ("numpy",)
IMPLEMENTATIONS = (
    *portable(
        "direct",
        MEAN_SQUARED_ERROR,
        MEAN_SQUARED_ERROR.definition,
        names=("torch", "jax"),
        expected=(*SUMS, SUM_OF_SQUARES),
    ),
    *portable(
        "direct",
        MEAN_SQUARED_ERROR,
        MEAN_SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=mean_gradient,
        expected=(*SUMS, SUM_OF_SQUARES),
    ),
    *portable("divided_first", MEAN_SQUARED_ERROR, divided_first, expected=SUMS),
    *portable(
        "delta_rule",
        HALF_MEAN_SQUARED_ERROR,
        HALF_MEAN_SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=delta_gradient,
        expected=(*SUMS, SUM_OF_SQUARES),
    ),
    *portable(
        "delta_rule",
        MEAN_SQUARED_ERROR,
        MEAN_SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=delta_gradient,
        expected=(HALF, *SUMS, SUM_OF_SQUARES),
    ),
    *portable(
        "online_delta_rule",
        HALF_SQUARED_ERROR,
        HALF_SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=delta_gradient,
        expected=(SQUARED_BEFORE_HALVED,),
    ),
    *portable(
        "online_delta_rule",
        SQUARED_ERROR,
        SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=delta_gradient,
        expected=(HALF,),
    ),
    *portable(
        "without_the_error",
        SQUARED_ERROR,
        SQUARED_ERROR.definition,
        names=NUMPY,
        gradient=gradient_without_the_error,
        expected=(NO_GRADIENT,),
    ),
)

# (m, b), (x, y) in general position, exact in binary.
ONLINE_POINTS = tuple(
    ((m, b), (x, y)) for m, b, x, y in ((0.5, -1.0, 2.0, 3.0), (2.0, 0.25, -1.5, 1.0), (-1.0, 0.5, 4.0, 0.125))
)
BATCH_POINTS = tuple((line, BATCH) for line in ((0.5, -1.0), (2.0, 0.25), (-1.0, 0.5)))


def judged_shown(judged: StepJudgement, kind: StepKind, factor: float | None = None) -> Shown:
    """Whether a step is of that kind and applies that multiple of the gradient."""
    right_factor = factor is None or abs(judged.factor - factor) <= 1e-12
    return Shown(judged.kind is kind and right_factor, (("the step", judged.sentence),))


def half_of_it() -> Shown:
    full, half = "the squared error", "half the squared error"
    return together(
        judged_shown(judge_step(delta_rule, SQUARED_ERROR.definition, ONLINE_POINTS, full), StepKind.MULTIPLE, 0.5),
        judged_shown(judge_step(delta_rule, HALF_SQUARED_ERROR.definition, ONLINE_POINTS, half), StepKind.GRADIENT),
        judged_shown(
            judge_step(batch_delta_rule, MEAN_SQUARED_ERROR.definition, BATCH_POINTS, "the mean squared error"),
            StepKind.MULTIPLE,
            0.5,
        ),
    )


def no_gradient_of_it() -> Shown:
    name = "the squared error"
    step = judge_step(without_the_error, SQUARED_ERROR.definition, ONLINE_POINTS, name)
    return together(judged_shown(step, StepKind.OTHER), *(_matches_shown(*row) for row in DERIVATIVES))


def _residual(xp: Any, m: Any, b: Any, x: Any, y: Any) -> Any:
    return y - (m * x + b)


def _as_written(xp: Any, m: Any, b: Any, x: Any, y: Any) -> Any:
    """error = y - m x + b, without the brackets that a residual needs."""
    return y - m * x + b


def _squared(error: Any) -> Any:
    return lambda xp, *arrays: error(xp, *arrays) * error(xp, *arrays)


LOSSES = {
    "error = y - m x + b": _as_written,
    "the square of y - m x + b": _squared(_as_written),
    "the residual y - (m x + b)": _residual,
    "the squared error (y - (m x + b))^2": _squared(_residual),
}


def candidates(variable: str) -> list[Candidate]:
    """Every loss with respect to "m" or "b"."""

    def probed(loss: Any) -> Any:
        if variable == "m":
            return lambda xp, probe, m, b, x, y: loss(xp, m + probe, b, x, y)
        return lambda xp, probe, m, b, x, y: loss(xp, m, b + probe, x, y)

    return [Candidate(loss=name, variable=variable, definition=probed(loss)) for name, loss in LOSSES.items()]


def matched(variable: str, gradient: Any) -> Matching:
    return match(gradient, candidates(variable), [(*line, *sample) for line, sample in ONLINE_POINTS])


# Variable, its hand-written derivative, and the losses it is the derivative of.
DERIVATIVES = (
    ("m", lambda m, b, x, y: -x, ["error = y - m x + b", "the residual y - (m x + b)"]),
    ("b", lambda m, b, x, y: 1.0, ["error = y - m x + b"]),
)


def _matches_shown(variable: str, gradient: Any, losses: Sequence[str]) -> Shown:
    found = [candidate.loss for candidate in matched(variable, gradient).matches]
    return Shown(found == list(losses), ((f"the derivative by {variable} is that of", "; ".join(found)),))


def other_steps_named() -> Shown:
    """A pass is the gradient only to first order in the rate; weight decay is taken apart."""
    name = "31 times half the mean squared error"
    whole = judge_step(
        one_pass, lambda xp, *arrays: 31 * HALF_MEAN_SQUARED_ERROR.definition(xp, *arrays), BATCH_POINTS, name
    )
    decay = judge_step(decayed, HALF_SQUARED_ERROR.definition, ONLINE_POINTS, "half the squared error")
    return together(
        judged_shown(whole, StepKind.GRADIENT),
        judged_shown(decay, StepKind.WEIGHT_DECAY, 1.0),
        Shown(whole.curved and abs(decay.decay - 0.125) < 1e-12, (("weight decay", f"{decay.decay:g}"),)),
    )


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
    arrays = (*(np.float64(p) for p in line), X, labels)
    return float(exact.value_of(MEAN_SQUARED_ERROR.definition, arrays).item())


CLAIMS = (
    Claim(
        name="delta_rule_is_the_gradient_of_half",
        text="m += rate*delta*x, b += rate*delta is the gradient of half the squared error.",
        show=half_of_it,
    ),
    Claim(
        name="derivative_of_the_error_is_no_gradient_of_it",
        text="dE/dm = -x, dE/db = 1, and the step m += rate*x, b -= rate, are not gradients of the squared error.",
        show=no_gradient_of_it,
    ),
    Claim(
        name="other_steps_are_named",
        text="A whole pass in one step is the gradient to first order in the rate only; a weight decay is taken apart.",
        show=other_steps_named,
    ),
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

SUITE = Suite(
    name="linear_regression",
    title="Linear regression by gradient descent",
    implementations=IMPLEMENTATIONS,
    claims=CLAIMS,
)
