"""The right causes in the squared norm, its mean, root and logarithm."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    ROUNDED_CONSTANT,
    UNDERFLOW,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.seeds.cause_row import (
    AUTOMATIC,
    BY_HAND,
    DIVIDE,
    EVERYWHERE,
    MULTIPLY,
    SQUARE,
    SUBTRACT,
    SUM,
    CauseRow,
)

MEAN, NORM, LOG = ("mean_squared_norm",), ("row_norm",), ("log_squared_norm",)
PLUS = ("logsumexp_plus_1e-20",)
FORMULAS = ("root_of_sum", "log_of_sum")  # square, sum, then the root or the logarithm

TOO_LARGE = "the squares of large differences, or their sum, are beyond the dtype"
TOO_SMALL = "the squares of small differences are 0, or subnormal with few digits"
NO_SLOPE = "at d = 0 the root and the logarithm have no slope: 0 * inf"

OVERFLOWS, UNDERFLOWS = (
    RightCause((OVERFLOW,), (*SQUARE, *SUM), FORWARD, TOO_LARGE),
    RightCause((UNDERFLOW,), SQUARE, FORWARD, TOO_SMALL),
)
OVERFLOWS_BY_HAND, UNDERFLOWS_BY_HAND = (
    RightCause((OVERFLOW,), (*SQUARE, *SUM), BACKWARD, TOO_LARGE),
    RightCause((UNDERFLOW,), SQUARE, BACKWARD, TOO_SMALL),
)
AT_ZERO = RightCause((DOMAIN_EDGE, INVALID), (*DIVIDE, *MULTIPLY), BACKWARD, NO_SLOPE)
RECIPROCAL_OVERFLOWS = RightCause(
    (OVERFLOW,), DIVIDE, BACKWARD, "the reciprocal of the squared norm is beyond float16, times d it is not"
)
DOUBLED = RightCause(
    (OVERFLOW,), MULTIPLY, BACKWARD, "twice the difference is beyond the dtype, over a square that is too: inf / inf"
)
ADDED = RightCause(
    (ABSORPTION, WRONG_RULE), ("add",), FORWARD, "1e-20 outweighs differences of its size and below, 0 among them"
)
LOGS_ROUNDED = "logarithms of some hundred are subtracted, whose rounding the exponential turns into a relative error"


def _row(
    specifications: tuple[str, ...],
    implementations: tuple[str, ...],
    quantity: str,
    verdicts: tuple[str, ...],
    *causes: RightCause,
    frameworks: tuple[str, ...] = EVERYWHERE,
) -> CauseRow:
    return CauseRow(
        specifications=specifications,
        implementations=implementations,
        quantity=quantity,
        verdicts=verdicts,
        causes=causes,
        frameworks=frameworks,
    )


OF_ROOT_AND_LOG = (
    _row((*NORM, *LOG), FORMULAS, "value", ("spurious_inf",), OVERFLOWS, UNDERFLOWS),
    _row((*NORM, *LOG), FORMULAS, "value", ("inaccurate",), UNDERFLOWS),
    _row((*NORM, *LOG), FORMULAS, "gradient", ("spurious_zero",), OVERFLOWS, frameworks=AUTOMATIC),
    _row((*NORM, *LOG), FORMULAS, "gradient", ("spurious_zero",), OVERFLOWS_BY_HAND, frameworks=BY_HAND),
    _row((*NORM, *LOG), FORMULAS, "gradient", ("spurious_nan",), AT_ZERO),
    _row(
        (*NORM, *LOG), FORMULAS, "gradient", ("spurious_nan", "spurious_inf", "wrong"), UNDERFLOWS, frameworks=AUTOMATIC
    ),
    _row(
        *((*NORM, *LOG), FORMULAS, "gradient", ("spurious_nan", "spurious_inf", "wrong"), UNDERFLOWS_BY_HAND),
        frameworks=BY_HAND,
    ),
    _row(LOG, ("log_of_sum",), "gradient", ("spurious_inf",), RECIPROCAL_OVERFLOWS, frameworks=AUTOMATIC),
    _row(LOG, ("log_of_sum",), "gradient", ("spurious_nan", "spurious_inf"), DOUBLED),
)
OF_LOGSUMEXP = (
    _row(
        *(LOG, ("logsumexp",), "gradient", ("spurious_nan",)),
        RightCause(
            (DOMAIN_EDGE, INVALID),
            (*DIVIDE, *MULTIPLY, "sub"),
            BACKWARD,
            "a zero component has the weight 0 and the slope inf; of all zeros the weights are exp(-inf - -inf)",
        ),
    ),
    _row(
        *(LOG, PLUS, "gradient", ("spurious_nan",)),
        RightCause((ROUNDED_CONSTANT, UNDERFLOW), ("add",), FORWARD, "1e-20 is 0 in float16: log 0 again"),
        # JAX rounds the literal when it traces: the program that runs adds a zero, as that without the constant does.
        RightCause((DOMAIN_EDGE, INVALID), DIVIDE, BACKWARD, "the program adds 0: the slope of log at 0"),
    ),
    _row(LOG, PLUS, "value", ("wrong", "inaccurate"), ADDED),
    _row(LOG, PLUS, "gradient", ("wrong",), ADDED),
    _row(
        *(LOG, ("logsumexp", *PLUS), "gradient", ("wrong",)),
        RightCause((CANCELLATION,), ("sub",), BACKWARD, LOGS_ROUNDED),
        RightCause((CANCELLATION,), ("sub",), FORWARD, LOGS_ROUNDED),
        frameworks=AUTOMATIC,
    ),
)
FLUSHED = "XLA on the CPU sets a subnormal difference, or what is made of it, to 0"
FLUSHING = tuple(
    _row(
        *(specifications, implementations, quantity, ("wrong", "inaccurate", "spurious_zero")),
        *(RightCause((UNDERFLOW,), (*SUBTRACT, *SQUARE, *DIVIDE), phase, FLUSHED) for phase in phases),
        frameworks=("jax",),
    )
    for specifications, implementations in (
        (MEAN, ("divided_first",)),
        (NORM, ("root_of_sum", "along_direction")),
        (LOG, ("log_of_sum", "log_scaled", "logsumexp", *PLUS)),
    )
    for quantity, phases in (("value", (FORWARD,)), ("gradient", (FORWARD, BACKWARD)))
)

ROWS = (
    _row(
        *(MEAN, ("rows_first",), "value", ("spurious_inf",)),
        RightCause((OVERFLOW,), (*SQUARE, *SUM), FORWARD, "the rows are summed before they are divided"),
    ),
    *OF_ROOT_AND_LOG,
    *OF_LOGSUMEXP,
    *FLUSHING,
)
