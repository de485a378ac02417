"""The right causes in the formulas of variational autoencoders."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    FORWARD,
    OVERFLOW,
    ROUNDED_CONSTANT,
    UNDERFLOW,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.seeds.cause_row import (
    ADD,
    AUTOMATIC,
    BY_HAND,
    DIVIDE,
    EXP,
    MULTIPLY,
    SIGMOID,
    SQUARE,
    SUBTRACT,
    SUM,
    CauseRow,
)

DENSITY = ("gaussian_log_density",)
BY_VARIANCE = ("divided_by_variance", "distributions_normal", "stats_norm")
WITH_1E_18 = {"specifications": ("bernoulli_log_density", "elbo"), "implementations": ("plus_1e-18",)}
IWAE = ("iwae_bound",)

LEAVES_RANGE = "a standard deviation, or its square, or the square of z - mu, leaves the range of the dtype"
DEVIATION = (
    RightCause((OVERFLOW,), (*EXP, *SQUARE, *SUM), FORWARD, LEAVES_RANGE),
    RightCause((UNDERFLOW,), (*EXP, *SQUARE), FORWARD, LEAVES_RANGE),
)
QUOTIENT_OVERFLOWS = RightCause(
    (OVERFLOW,),
    (*DIVIDE, *MULTIPLY, *SQUARE),
    BACKWARD,
    "on the way back 2 (z - mu), 1 over the variance, or (z - mu)^2 over the variance twice is beyond the dtype",
)
OF_DENSITY = (
    CauseRow(
        specifications=DENSITY,
        implementations=BY_VARIANCE,
        quantity="value",
        verdicts=("spurious_nan", "spurious_inf"),
        causes=DEVIATION,
    ),
    CauseRow(
        specifications=DENSITY,
        implementations=BY_VARIANCE,
        quantity="gradient",
        verdicts=("spurious_nan", "spurious_inf", "wrong", "spurious_zero"),
        frameworks=AUTOMATIC,
        causes=(*DEVIATION, QUOTIENT_OVERFLOWS),
    ),
    CauseRow(
        specifications=DENSITY,
        implementations=("standardised",),
        quantity="value",
        verdicts=("spurious_nan", "spurious_inf"),
        causes=(RightCause((OVERFLOW,), (*EXP, *SQUARE, *SUM), FORWARD, LEAVES_RANGE),),
    ),
    CauseRow(
        specifications=DENSITY,
        implementations=("standardised",),
        quantity="gradient",
        verdicts=("spurious_nan",),
        frameworks=AUTOMATIC,
        causes=(RightCause((OVERFLOW,), EXP, FORWARD, "exp(-log_std) is beyond float16; times z - mu = 0 it is NaN"),),
    ),
    CauseRow(
        specifications=DENSITY,
        implementations=("standardised",),
        quantity="gradient",
        verdicts=("spurious_inf",),
        frameworks=AUTOMATIC,
        causes=(
            RightCause(
                (OVERFLOW,), MULTIPLY, BACKWARD, "(z - mu)^2 exp(-log_std) is beyond the dtype, times exp(-log_std) not"
            ),
        ),
    ),
)

ONE_LESS_P = RightCause((CANCELLATION,), SUBTRACT, FORWARD, "1 - p of a p that rounded to 1, or near it, is lost")
P_LOST = RightCause((UNDERFLOW,), SIGMOID, FORWARD, "p is below the smallest number, or subnormal with few digits")
NO_CONSTANT = RightCause((ROUNDED_CONSTANT, UNDERFLOW), ("add",), FORWARD, "1e-18 is 0 in float16: log 0")
HELD_UP = RightCause((ABSORPTION, WRONG_RULE), ("add",), FORWARD, "1e-18 outweighs a smaller p, or a smaller 1 - p")
ABSORBED = RightCause((ABSORPTION,), ("add",), FORWARD, "1 + exp(-z) is 1 in NumPy's written-out sigmoid")
FOLDED = RightCause(
    (ABSORPTION,),
    (*ADD, *SUBTRACT),
    FORWARD,
    "the compiler's fault: it folds 1 - p + 1e-18 into (1 + 1e-18) - p, where the constant is lost: log 0",
)
SLOPE_CANCELS = RightCause(
    (CANCELLATION,), ("sigmoid_backward", *SUBTRACT), BACKWARD, "1 - p in the slope of a sigmoid that rounded to 1"
)
RECIPROCAL_OVERFLOWS = RightCause((OVERFLOW,), DIVIDE, BACKWARD, "1/p is beyond float16, times p (1 - p) it is not")
INFINITE, SHORT = ("spurious_nan", "spurious_inf"), ("wrong", "inaccurate")
OF_1E_18 = (
    CauseRow(**WITH_1E_18, quantity="value", verdicts=INFINITE, causes=(ONE_LESS_P, P_LOST, NO_CONSTANT)),
    CauseRow(**WITH_1E_18, quantity="value", verdicts=SHORT, causes=(ONE_LESS_P, P_LOST, HELD_UP)),
    CauseRow(**WITH_1E_18, quantity="value", verdicts=(*INFINITE, *SHORT), frameworks=BY_HAND, causes=(ABSORBED,)),
    CauseRow(
        **WITH_1E_18,
        quantity="gradient",
        verdicts=INFINITE,
        frameworks=AUTOMATIC,
        causes=(ONE_LESS_P, P_LOST, NO_CONSTANT, RECIPROCAL_OVERFLOWS),
    ),
    CauseRow(
        **WITH_1E_18,
        quantity="gradient",
        verdicts=("spurious_zero", *SHORT),
        frameworks=AUTOMATIC,
        causes=(ONE_LESS_P, P_LOST, HELD_UP, SLOPE_CANCELS),
    ),
    *(
        CauseRow(
            **WITH_1E_18,
            quantity=quantity,
            verdicts=INFINITE,
            frameworks=("jax",),
            modes=("jit",),
            causes=(FOLDED,),
        )
        for quantity in ("value", "gradient")
    ),
)

WEIGHTS_LEAVE_RANGE = (
    RightCause((OVERFLOW,), (*EXP, *SUM), FORWARD, "exp of a large log weight is beyond the dtype"),
    RightCause((UNDERFLOW,), EXP, FORWARD, "all weights are below the smallest number: log 0"),
)
EXCEEDS = RightCause(
    (WRONG_RULE,), (), FORWARD, "sum_k w_k log_w_k is not the bound: it exceeds it by log K less the entropy of w"
)
OF_IWAE = (
    CauseRow(
        specifications=IWAE,
        implementations=("log_of_mean",),
        quantity="value",
        verdicts=("spurious_inf",),
        causes=WEIGHTS_LEAVE_RANGE,
    ),
    CauseRow(
        specifications=IWAE,
        implementations=("log_of_mean",),
        quantity="gradient",
        verdicts=("spurious_nan",),
        frameworks=AUTOMATIC,
        causes=WEIGHTS_LEAVE_RANGE,
    ),
    CauseRow(
        specifications=IWAE,
        implementations=("logsumexp",),
        quantity="gradient",
        verdicts=("inaccurate",),
        frameworks=("torch",),
        causes=(
            RightCause((CANCELLATION,), ("sub",), BACKWARD, "log_w - logsumexp of numbers near 1e4 keeps few digits"),
        ),
    ),
    CauseRow(
        specifications=IWAE,
        implementations=("surrogate", "surrogate_stopped"),
        quantity="value",
        verdicts=SHORT,
        causes=(EXCEEDS,),
    ),
    CauseRow(
        specifications=IWAE,
        implementations=("surrogate",),
        quantity="gradient",
        verdicts=SHORT,
        frameworks=AUTOMATIC,
        causes=(EXCEEDS,),
    ),
    CauseRow(
        specifications=IWAE,
        implementations=("surrogate",),
        quantity="gradient",
        verdicts=("spurious_nan",),
        frameworks=AUTOMATIC,
        causes=(
            RightCause(
                (OVERFLOW,),
                (*ADD, *SUBTRACT),
                BACKWARD,
                "log_w_k - sum_j w_j log_w_j is beyond the dtype, times w_k = 0",
            ),
        ),
    ),
)
OF_MODEL = CauseRow(
    specifications=("vae_model",),
    implementations=("repeat_before", "repeat_after"),
    quantity="gradient",
    verdicts=("wrong", "spurious_zero"),
    frameworks=AUTOMATIC,
    causes=(
        RightCause(
            (CANCELLATION,),
            (*SUM, *ADD, *SUBTRACT, "mm", "matmul", "dot_general"),
            BACKWARD,
            "the rows' errors, rounded to 16 bits, are summed with signs to no more than those roundings",
        ),
    ),
)

ROWS = (*OF_DENSITY, *OF_1E_18, *OF_IWAE, OF_MODEL)
