"""Linear regression by gradient descent: the loss, and gradients of it that people write by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.reference.linear_regression import (
    HALF_MEAN_SQUARED_ERROR,
    HALF_SQUARED_ERROR,
    MEAN_SQUARED_ERROR,
    SQUARED_ERROR,
)
from gradcheck.specification import ExpectedFinding, Suite
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds import linear_gradients, linear_rates, trajectories
from gradcheck.verdict import Verdict


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

SUITE = Suite(
    name="linear_regression",
    title="Linear regression by gradient descent",
    implementations=IMPLEMENTATIONS,
    claims=(*linear_gradients.CLAIMS, *linear_rates.CLAIMS),
    pictures=trajectories.PICTURES,
)
