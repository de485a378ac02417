"""The right causes in the 1-1-1 sigmoid network."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    OVERFLOW,
    UNDERFLOW,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.seeds.cause_row import AUTOMATIC, BY_HAND, MULTIPLY, SIGMOID, SUBTRACT, CauseRow

ENTROPY, SQUARED, LINEAR = (
    "sigmoid_network_cross_entropy",
    "sigmoid_network_squared_error",
    "linear_output_network",
)

OUTPUT_ROUNDED = (
    RightCause((CANCELLATION,), SUBTRACT, FORWARD, "1 - a2 of an output that rounded to 1 is 0: log 0"),
    RightCause((UNDERFLOW,), SIGMOID, FORWARD, "an output far below the smallest number is 0: log 0"),
)
ABSORBED_FORWARD = RightCause((ABSORPTION,), ("add",), FORWARD, "1 + exp(-z) is 1 in NumPy's written-out sigmoid")
ABSORBED_BACKWARD = RightCause((ABSORPTION,), ("add",), BACKWARD, ABSORBED_FORWARD.why)
SLOPE_CANCELS = RightCause(
    (CANCELLATION,), ("sigmoid_backward", *SUBTRACT), BACKWARD, "1 - a is taken from an activation that was rounded"
)
DELTA_CANCELS = RightCause(
    (CANCELLATION,), SUBTRACT, BACKWARD, "1 - a1, or a2 - y, is taken from an activation that was rounded"
)
TIE_AT_ZERO = RightCause(
    (DOMAIN_EDGE, WRONG_RULE),
    ("select_n", "abs", "max", "div"),
    BACKWARD,
    "the kinks of max(z, 0) and |z| at 0 cancel in the mathematics; the slopes JAX takes there, 1/2 and 1, do not",
)
PRODUCT_OVERFLOWS = RightCause(
    (OVERFLOW,), MULTIPLY, BACKWARD, "the error times w2 is beyond float16, times a1 (1 - a1) and x it is not"
)
LOST = ("spurious_zero", "wrong", "inaccurate")

ROWS = (
    CauseRow(
        specifications=(ENTROPY,),
        implementations=("of_output",),
        quantity="value",
        verdicts=("spurious_inf", "spurious_nan"),
        causes=OUTPUT_ROUNDED,
    ),
    CauseRow(
        specifications=(ENTROPY,),
        implementations=("of_output",),
        quantity="value",
        verdicts=("spurious_inf", "spurious_nan"),
        frameworks=BY_HAND,
        causes=(ABSORBED_FORWARD,),
    ),
    CauseRow(
        specifications=(ENTROPY,),
        implementations=("of_output",),
        quantity="gradient",
        verdicts=("spurious_nan", *LOST),
        frameworks=AUTOMATIC,
        causes=OUTPUT_ROUNDED,
    ),
    CauseRow(
        specifications=(ENTROPY, SQUARED, LINEAR),
        implementations=("of_output", "of_logit", "direct"),
        quantity="gradient",
        verdicts=LOST,
        frameworks=AUTOMATIC,
        causes=(SLOPE_CANCELS,),
    ),
    CauseRow(
        specifications=(ENTROPY,),
        implementations=("of_logit",),
        quantity="gradient",
        verdicts=("spurious_zero",),
        frameworks=("jax",),
        causes=(TIE_AT_ZERO,),
    ),
    CauseRow(
        specifications=(ENTROPY, SQUARED, LINEAR),
        implementations=("deltas",),
        quantity="gradient",
        verdicts=LOST,
        frameworks=BY_HAND,
        causes=(DELTA_CANCELS, ABSORBED_BACKWARD),
    ),
    CauseRow(
        specifications=(SQUARED,),
        implementations=("deltas",),
        quantity="gradient",
        verdicts=("wrong",),
        frameworks=BY_HAND,
        causes=(
            RightCause(
                (WRONG_RULE,), (), BACKWARD, "these are the deltas of the cross-entropy: a2 (1 - a2) is missing"
            ),
        ),
    ),
    CauseRow(
        specifications=(LINEAR,),
        implementations=("direct", "deltas"),
        quantity="value",
        verdicts=("spurious_inf",),
        causes=(RightCause((OVERFLOW,), MULTIPLY, FORWARD, "the square is beyond float16, half of it is not"),),
    ),
    CauseRow(
        specifications=(LINEAR,),
        implementations=("direct", "deltas"),
        quantity="gradient",
        verdicts=("spurious_nan", "spurious_inf"),
        causes=(PRODUCT_OVERFLOWS,),
    ),
)
