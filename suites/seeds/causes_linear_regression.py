"""The right causes in linear regression."""

from __future__ import annotations

from gradcheck.suites.causes import BACKWARD, FORWARD, OVERFLOW, WRONG_RULE, RightCause
from gradcheck.suites.seeds.cause_row import (
    ADD,
    AUTOMATIC,
    BY_HAND,
    MULTIPLY,
    SQUARE,
    SUBTRACT,
    SUM,
    CauseRow,
)

MEAN, HALF_MEAN = "mean_squared_error_of_line", "half_mean_squared_error_of_line"
ONE, HALF_ONE = "squared_error_of_line", "half_squared_error_of_line"
RESIDUAL = (*MULTIPLY, *ADD, *SUBTRACT)

RESIDUAL_OVERFLOWS = "slope * x, or its sum with the intercept, is beyond the dtype, with either sign"
TERM_OVERFLOWS = "residual * x, or the sum of those, is beyond the dtype before it is divided by their number"
SQUARE_OVERFLOWS = "a squared residual, or their sum, is beyond the dtype before it is divided or halved"


def wrong(specification: str, implementation: str, why: str) -> CauseRow:
    return CauseRow(
        specifications=(specification,),
        implementations=(implementation,),
        quantity="gradient",
        verdicts=("wrong",),
        frameworks=BY_HAND,
        causes=(RightCause((WRONG_RULE,), (), BACKWARD, why),),
    )


ROWS = (
    CauseRow(
        specifications=(MEAN,),
        implementations=("direct", "divided_first"),
        quantity="gradient",
        verdicts=("spurious_nan", "spurious_inf"),
        frameworks=AUTOMATIC,
        causes=(
            RightCause((OVERFLOW,), RESIDUAL, FORWARD, RESIDUAL_OVERFLOWS),
            RightCause((OVERFLOW,), (*MULTIPLY, *SUM, *ADD), BACKWARD, TERM_OVERFLOWS),
        ),
    ),
    CauseRow(
        specifications=(MEAN, HALF_MEAN),
        implementations=("direct", "delta_rule"),
        quantity="gradient",
        verdicts=("spurious_nan", "spurious_inf"),
        frameworks=BY_HAND,
        causes=(
            RightCause((OVERFLOW,), RESIDUAL, BACKWARD, RESIDUAL_OVERFLOWS),
            RightCause((OVERFLOW,), (*MULTIPLY, *SUM), BACKWARD, TERM_OVERFLOWS),
        ),
    ),
    CauseRow(
        specifications=(MEAN, HALF_MEAN, HALF_ONE),
        implementations=("direct", "delta_rule", "online_delta_rule"),
        quantity="value",
        verdicts=("spurious_inf",),
        causes=(RightCause((OVERFLOW,), (*SQUARE, *SUM), FORWARD, SQUARE_OVERFLOWS),),
    ),
    wrong(MEAN, "delta_rule", "the gradient of half the mean squared error: the factor 2 is missing"),
    wrong(ONE, "online_delta_rule", "the gradient of half the squared error: the factor 2 is missing"),
    wrong(ONE, "without_the_error", "the derivative of the error, not of its square"),
)
