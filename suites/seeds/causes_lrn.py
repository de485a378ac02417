"""The right causes in local response normalisation."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    FORWARD,
    OVERFLOW,
    UNDERFLOW,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.seeds.cause_row import AUTOMATIC, BY_HAND, DIVIDE, MULTIPLY, SQUARE, SUBTRACT, CauseRow

PYTORCH, PYTORCH_EVEN, CAFFE, CAFFE_EVEN = "lrn-pytorch-5", "lrn-pytorch-4", "lrn-caffe-3", "lrn-caffe-4"
ALEXNET, TENSORFLOW, WITHIN = "lrn-alexnet-5", "lrn-tensorflow-2", "lrn-within-3"
DIFFERENTIATED = (PYTORCH, PYTORCH_EVEN, CAFFE_EVEN, ALEXNET, TENSORFLOW, WITHIN)  # in torch or JAX
LIBRARIES = ("functional", "pytorch_functional", "pytorch_functional_alpha_times_n", "reduce_window", "direct")
HAND_WRITTEN = (
    *("caffe_backward", "window_not_mirrored", "divided_by_the_power", "passed_through"),
    *("scaled_like_the_activations", "normalised_like_the_activations"),
)

SQUARES = "a^2 is beyond the dtype, so s is inf and s^-beta is 0 where exactly it is not"
OVERFLOWS = RightCause((OVERFLOW,), SQUARE, FORWARD, SQUARES)
OVERFLOWS_BY_HAND = RightCause((OVERFLOW,), SQUARE, BACKWARD, SQUARES)
LOST = ("spurious_zero", "wrong", "inaccurate")


def _wrong_formula(specification: str, implementation: str, quantity: str, why: str) -> CauseRow:
    return CauseRow(
        specifications=(specification,),
        implementations=(implementation,),
        quantity=quantity,
        verdicts=LOST,
        causes=(RightCause((WRONG_RULE,), (), FORWARD, why),),
    )


ONNX = "for even n ONNX's window reaches one channel further up, PyTorch's one further down"
UNDIVIDED = "AlexNet does not divide alpha by n"
OF_FORMULAS = (
    *(_wrong_formula(CAFFE_EVEN, "pytorch_functional", quantity, ONNX) for quantity in ("value", "gradient")),
    *(_wrong_formula(ALEXNET, "pytorch_functional", quantity, UNDIVIDED) for quantity in ("value", "gradient")),
    CauseRow(
        specifications=(CAFFE,),
        implementations=("power_added",),
        quantity="value",
        verdicts=("wrong", "inaccurate"),
        causes=(RightCause((WRONG_RULE,), (), FORWARD, "s^-beta is added to the activation instead of scaling it"),),
    ),
)
OF_OVERFLOW = (
    CauseRow(
        specifications=(*DIFFERENTIATED, CAFFE),
        implementations=(*LIBRARIES, "running_sum", *HAND_WRITTEN),
        quantity="value",
        verdicts=("spurious_zero",),
        causes=(OVERFLOWS,),
    ),
    CauseRow(
        specifications=DIFFERENTIATED,
        implementations=LIBRARIES,
        quantity="gradient",
        verdicts=LOST,
        frameworks=AUTOMATIC,
        causes=(OVERFLOWS,),
    ),
    CauseRow(
        specifications=(CAFFE, PYTORCH_EVEN),
        implementations=("caffe_backward",),
        quantity="gradient",
        verdicts=LOST,
        frameworks=BY_HAND,
        causes=(OVERFLOWS_BY_HAND,),
    ),
    CauseRow(
        specifications=(CAFFE, PYTORCH_EVEN),
        implementations=("window_not_mirrored", "scaled_like_the_activations"),
        quantity="gradient",
        verdicts=("spurious_zero",),
        frameworks=BY_HAND,
        causes=(OVERFLOWS_BY_HAND,),
    ),
)
RUNNING_SUM = (
    CauseRow(
        specifications=(CAFFE,),
        implementations=("running_sum",),
        quantity="value",
        verdicts=("spurious_nan",),
        causes=(
            RightCause(
                (OVERFLOW,), MULTIPLY, FORWARD, "the square of a huge one is inf; it enters and leaves: inf - inf"
            ),
        ),
    ),
    CauseRow(
        specifications=(CAFFE,),
        implementations=("running_sum",),
        quantity="value",
        verdicts=("spurious_nan", "wrong", "inaccurate"),
        causes=(
            RightCause((ABSORPTION,), ("add", "sum"), FORWARD, "beside a huge square the others are lost from the sum"),
            RightCause((CANCELLATION,), SUBTRACT, FORWARD, "the huge square is subtracted from the sum it rounded"),
        ),
    ),
)
# implementation -> specification, verdicts, why
BACKWARD_RULES = {
    "window_not_mirrored": (
        PYTORCH_EVEN,
        LOST,
        "for even n the sum runs over the mirrored window: the channels whose windows have this one in them",
    ),
    "divided_by_the_power": (
        CAFFE,
        ("wrong", "inaccurate", "spurious_inf", "spurious_nan"),
        "the sum is divided by s_i^(-beta-1), which should multiply, and each j has its own s",
    ),
    "passed_through": (CAFFE, ("wrong", "inaccurate"), "each output depends on all activations of its window"),
    "scaled_like_the_activations": (CAFFE, LOST, "s depends on the activations too"),
    "normalised_like_the_activations": (
        CAFFE,
        ("wrong", "inaccurate"),
        "the gradient is no activation: s is that of the activations",
    ),
}
OF_BACKWARD = (
    *(
        CauseRow(
            specifications=(specification,),
            implementations=(implementation,),
            quantity="gradient",
            verdicts=verdicts,
            frameworks=BY_HAND,
            causes=(RightCause((WRONG_RULE,), (), BACKWARD, why),),
        )
        for implementation, (specification, verdicts, why) in BACKWARD_RULES.items()
    ),
    CauseRow(
        specifications=(CAFFE,),
        implementations=("divided_by_the_power",),
        quantity="gradient",
        verdicts=("spurious_inf", "spurious_nan"),
        frameworks=BY_HAND,
        causes=(
            OVERFLOWS_BY_HAND,
            RightCause((OVERFLOW,), DIVIDE, BACKWARD, "the quotient that should be a product is beyond the dtype"),
            RightCause((UNDERFLOW,), ("power",), BACKWARD, "s^(-beta-1) of a large s is 0, a divisor"),
        ),
    ),
)

ROWS = (*OF_FORMULAS, *OF_OVERFLOW, *RUNNING_SUM, *OF_BACKWARD)
