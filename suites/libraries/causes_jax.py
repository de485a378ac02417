"""The right cause of findings in JAX, by hand; those of jax.nn and of norms stand here, see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    RightCause,
)
from gradcheck.suites.libraries import causes_jax_special, causes_jax_stats
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import GRID, SIZE

CAUSES: dict[str, CauseCase] = {
    **causes_jax_special.CAUSES,
    **causes_jax_stats.CAUSES,
    "jax.nn.dot_product_attention gradient": gradient(
        0,
        (0, 0, 0, 0),
        "wrong",
        (
            full((1, 3, 1, 2), 1.0),
            full((1, 3, 1, 2), 0.0, {(0, 0, 0, 0): 700.0}),
            full((1, 3, 1, 2), 0.0, {(0, 0, 0, 1): 10.0}),
        ),
        RightCause(
            (CANCELLATION,),
            ("sub", "exp"),
            FORWARD,
            "the compiler's fault: it subtracts the rounded maximum from the same logit computed afresh, unrounded",
        ),
        RightCause(
            (CANCELLATION,),
            ("add_any", "sub"),
            BACKWARD,
            "the two slopes of the softmax, 10 and -10, cancel but for roundings, which come times 495",
        ),
        mode="jit",
    ),
    "jax.nn.dot_product_attention value": value(
        (0, 0, 0, 0),
        "spurious_nan",
        (
            full((1, 3, 1, 2), 0.0, {(0, 0, 0, 0): 80000.0}),
            full((1, 3, 1, 2), 0.0, {(0, 0, 0, 0): 80000.0}),
            full((1, 3, 1, 2), 0.0),
        ),
        RightCause(
            (CANCELLATION, UNDERFLOW),
            ("sub", "exp", "div"),
            FORWARD,
            "the compiler's fault: the rounded maximum less the same logit, unrounded, is -198, whose exp is 0: 0 / 0",
        ),
        mode="jit",
    ),
    "jax.nn.glu gradient": gradient(
        0,
        (2,),
        "spurious_zero",
        (full(SIZE, 0.0, {(0,): 10000.0, (2,): 10.0}),),
        RightCause((CANCELLATION,), ("sub",), BACKWARD, "1 - y of a y that rounded to 1 is 0"),
        dtype="float16",
        mode="jit",
    ),
    "jax.nn.glu value": value(
        (0,),
        "spurious_zero",
        (full(SIZE, 0.0, {(0,): 10000.0, (2,): -11.5}),),
        RightCause(
            (OVERFLOW, UNDERFLOW), ("logistic",), FORWARD, "the kernel takes exp(11.5), beyond float16: 1 / inf"
        ),
        dtype="float16",
        mode="jit",
    ),
    "jax.nn.sparse_sigmoid gradient": gradient(
        0,
        (3,),
        "wrong",
        (full(SIZE, 0.0, {(3,): 1.0000001}),),
        RightCause(
            (ABSORPTION,),
            ("add",),
            FORWARD,
            "x + 1 of x = 1 + 1e-7 is 2, the kink of the clip, where the slope is halved",
        ),
        RightCause((CLAMP,), ("select_n", "min", "max", "clamp"), BACKWARD, "the same: of a tie the clip takes half"),
        mode="jit",
    ),
    "jax.nn.squareplus gradient": gradient(
        0,
        (1,),
        "wrong",
        (full(SIZE, 0.0, {(1,): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32; the slope of its root is then 0",
        ),
        mode="jit",
    ),
    "jax.nn.standardize gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(1,): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32: the variance is inf - inf",
        ),
        mode="jit",
    ),
    "jax.numpy.hypot gradient": gradient(
        1,
        (2,),
        "wrong",
        (full(SIZE, 0.0, {(2,): 2.6133184e19}), full(SIZE, 0.0, {(2,): 6.080527e19})),
        RightCause(
            (UNDERFLOW,),
            ("integer_pow",),
            BACKWARD,
            "the slope 1/y^2 of the quotient, 2.7e-40, is subnormal, and XLA sets it to 0",
        ),
        mode="jit",
    ),
    "jax.numpy.linalg.matrix_norm gradient": gradient(
        0,
        (0, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32; the slope of its root is then 0",
        ),
        mode="jit",
    ),
    "jax.numpy.linalg.norm gradient": gradient(
        0,
        (0, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32; the slope of its root is then 0",
        ),
        mode="jit",
    ),
    "jax.numpy.linalg.norm value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 1e20}),),
        RightCause((OVERFLOW,), ("square", "integer_pow", "mul"), FORWARD, "the square of 1e20 is beyond float32"),
        mode="jit",
    ),
    "jax.numpy.linalg.norm (3) value": value(
        (0,),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 10000000000000.0}),),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the cube of 1e13 is beyond float32"),
        mode="jit",
    ),
    "jax.numpy.linalg.vector_norm gradient": gradient(
        0,
        (1,),
        "spurious_zero",
        (full(SIZE, 0.0, {(1,): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32; the slope of its root is then 0",
        ),
        mode="jit",
    ),
    "jax.numpy.std gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0),),
        RightCause(
            (DOMAIN_EDGE, INVALID), ("mul", "div"), BACKWARD, "the slope of sqrt at 0 is inf, times deviations of 0"
        ),
        mode="jit",
    ),
    "jax.numpy.var gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(2,): 1e38, (3,): 3e38}),),
        RightCause(
            (OVERFLOW,),
            ("reduce_sum",),
            FORWARD,
            "the sum in the mean, 4e38, is beyond float32: the deviations are -inf",
        ),
        mode="jit",
    ),
    "jax.numpy.var value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0, {(1,): 3e19}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 2.25e19 is beyond float32, a quarter of it is not",
        ),
        mode="jit",
    ),
}
