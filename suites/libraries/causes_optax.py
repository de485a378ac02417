"""The right cause of findings in Optax, by hand; see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    FORWARD,
    OVERFLOW,
    UNTAKEN_BRANCH,
    RightCause,
)
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import GRID, SIZE

CAUSES: dict[str, CauseCase] = {
    "optax.losses.convex_kl_divergence gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0, {(0, 2): 1.0, (1, 0): 1.0})),
        RightCause(
            (UNTAKEN_BRANCH, DOMAIN_EDGE),
            ("div", "log", "select_n"),
            BACKWARD,
            "at 0 the select takes 0 for log(t), yet the slope of that log comes back as 0 / 0",
        ),
        mode="jit",
    ),
    "optax.losses.cosine_distance gradient": gradient(
        0,
        (1, 0),
        "spurious_zero",
        (full(GRID, 1.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause(
            (OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32: x / inf"
        ),
        mode="jit",
    ),
    "optax.losses.cosine_distance value": value(
        (1,),
        "wrong",
        (full(GRID, 1.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause(
            (OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32: x / inf"
        ),
        mode="jit",
    ),
    "optax.losses.cosine_similarity gradient": gradient(
        0,
        (1, 0),
        "spurious_zero",
        (full(GRID, 1.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause(
            (OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32: x / inf"
        ),
        mode="jit",
    ),
    "optax.losses.ctc_loss gradient": gradient(
        0,
        (0, 1, 1),
        "wrong",
        (full((1, 3, 3), 0.0, {(0, 2, 1): 1000000.0}),),
        RightCause(
            (CANCELLATION,),
            ("sub", "scan"),
            BACKWARD,
            "the weights exp(a - b) of log-probabilities near -1e6, which are right to a rounding of 0.03",
        ),
        RightCause(
            (ABSORPTION,),
            ("add", "scan", "logaddexp"),
            FORWARD,
            "to log-probabilities near -1e6 further ones near -1 are added, and lose all but four bits",
        ),
        mode="jit",
    ),
    "optax.losses.ctc_loss value": value(
        (0,),
        "spurious_nan",
        (full((1, 3, 3), 0.0, {(0, 2, 1): -1e38, (0, 2, 2): 2.6839362e38}),),
        RightCause(
            (OVERFLOW,),
            ("sub",),
            FORWARD,
            "the log-probability -1e38 - 2.7e38 is beyond float32, and comes times the 0 of a one-hot row",
        ),
        mode="jit",
    ),
    "optax.losses.ctc_loss_with_forward_probs gradient": gradient(
        0,
        (0, 1, 1),
        "wrong",
        (full((1, 3, 3), 0.0, {(0, 2, 1): 1000000.0}),),
        RightCause(
            (CANCELLATION,),
            ("sub", "scan"),
            BACKWARD,
            "the weights exp(a - b) of log-probabilities near -1e6, which are right to a rounding of 0.03",
        ),
        RightCause(
            (ABSORPTION,),
            ("add", "scan", "logaddexp"),
            FORWARD,
            "to log-probabilities near -1e6 further ones near -1 are added, and lose all but four bits",
        ),
        mode="jit",
    ),
    "optax.losses.generalized_kl_divergence gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0, {(0, 2): 1.0, (1, 0): 1.0})),
        RightCause(
            (UNTAKEN_BRANCH, DOMAIN_EDGE),
            ("div", "log", "select_n"),
            BACKWARD,
            "at 0 the select takes 0 for log(t), yet the slope of that log comes back as 0 / 0",
        ),
        mode="jit",
    ),
    "optax.losses.kl_divergence gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0, {(0, 2): 1.0, (1, 0): 1.0})),
        RightCause(
            (UNTAKEN_BRANCH, DOMAIN_EDGE),
            ("div", "log", "select_n"),
            BACKWARD,
            "at 0 the select takes 0 for log(t), yet the slope of that log comes back as 0 / 0",
        ),
        mode="jit",
    ),
    "optax.losses.l2_loss value": value(
        (1,),
        "spurious_inf",
        (full(SIZE, 0.0, {(1,): 2e19}), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 2e19 is beyond float32, half of it is not",
        ),
        mode="jit",
    ),
    "optax.losses.multiclass_generalized_dice_loss gradient": gradient(
        0,
        (0, 0, 0),
        "spurious_zero",
        (full((2, 3, 2), 0.0), (((1.0, 0.0), (1.0, 0.0), (1.0, 0.0)), ((1.0, 0.0), (1.0, 0.0), (1.0, 0.0)))),
        RightCause(
            (OVERFLOW,),
            ("div", "convert_element_type", "reduce_sum"),
            FORWARD,
            "the weight 1/eps = 8e6 of an empty class is beyond float16, its share of the sum is not",
        ),
        dtype="float16",
        mode="jit",
    ),
    "optax.losses.multiclass_generalized_dice_loss value": value(
        (),
        "spurious_nan",
        (full((2, 3, 2), 0.0), (((1.0, 0.0), (1.0, 0.0), (1.0, 0.0)), ((1.0, 0.0), (1.0, 0.0), (1.0, 0.0)))),
        RightCause(
            (OVERFLOW,),
            ("div", "convert_element_type", "reduce_sum"),
            FORWARD,
            "the weight 1/eps = 8e6 of an empty class is beyond float16, its share of the sum is not",
        ),
        dtype="float16",
        mode="jit",
    ),
    "optax.losses.multiclass_hinge_loss gradient": gradient(
        0,
        (1, 1),
        "wrong",
        (full(GRID, 1.0, {(0, 1): 0.0, (1, 0): 1.0000001, (1, 2): 0.0}),),
        RightCause((ABSORPTION,), ("add",), FORWARD, "1 + 1e-7 + 1 is 2, and ties with another score"),
        RightCause((CLAMP,), ("reduce_max", "eq", "select_n"), BACKWARD, "the same: the tie takes the other"),
        mode="jit",
    ),
    "optax.losses.multiclass_hinge_loss value": value(
        (1,),
        "wrong",
        (full(GRID, 0.0, {(1, 2): 29738766.0}),),
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("sub", "add"),
            FORWARD,
            "3e7 + 1 - 1 less 3e7 is 0, and comes out as 2: the 1 is rounded to 2",
        ),
        mode="jit",
    ),
    "optax.losses.multiclass_sparsemax_loss value": value(
        (1,),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): -1e38, (1, 2): -3e38}),),
        RightCause(
            (OVERFLOW,),
            ("cumsum",),
            FORWARD,
            "the sum -1e38 - 3e38 is beyond float32, so the support is miscounted: inf - inf",
        ),
        mode="jit",
    ),
    "optax.losses.ntxent gradient": gradient(
        0,
        (0, 2),
        "spurious_zero",
        (full((4, 3), 0.0, {(3, 2): 1e20}),),
        RightCause(
            (OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32: x / inf"
        ),
        mode="jit",
    ),
    "optax.losses.ntxent value": value(
        (),
        "wrong",
        (full((4, 3), 0.0, {(0, 2): 1e20, (1, 2): 1.0}),),
        RightCause(
            (OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32: x / inf"
        ),
        mode="jit",
    ),
    "optax.losses.softmax_cross_entropy_with_integer_labels value": value(
        (1,),
        "wrong",
        (full(GRID, 0.0, {(1, 0): 1048573.25, (1, 1): 1048572.0, (1, 2): 1048576.0}),),
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("sub", "add"),
            FORWARD,
            "logsumexp less the logit is 0.079 of numbers near 2^20, where numbers are 1/8 apart",
        ),
        mode="jit",
    ),
    "optax.losses.sparsemax_loss gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 3e38}), full(SIZE, 0.0)),
        RightCause(
            (UNTAKEN_BRANCH, OVERFLOW),
            ("mul", "select_n"),
            BACKWARD,
            "where() takes x itself, yet the slope 2 (x + 1) of the parabola, beyond float32, comes back as 0 * inf",
        ),
        mode="jit",
    ),
    "optax.losses.triplet_margin_loss gradient": gradient(
        1,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32; the slope of its root is then 0",
        ),
        mode="jit",
    ),
}
