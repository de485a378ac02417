"""The right cause of each known bug at its trigger, by hand; the torch cases are in `torch_causes`.

A row is the id of a case and its causes: the right one, then others that are as defensible, or that the same failure
has at other points.
"""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.known_bugs import torch_causes

JAX_LIBRARY: dict[str, tuple[RightCause, ...]] = {
    "j_norm_tiny_grad": (
        RightCause((UNDERFLOW,), ("mul",), FORWARD, "the squares of 1e-25 are 0, so the slope of the root is 1/0"),
    ),
    "j_norm_half": (
        RightCause(
            (OVERFLOW,),
            ("convert_element_type", "reduce_sum"),
            FORWARD,
            "the sum of squares, 90000, is right in float32 and leaves float16 before its root is taken",
        ),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "from 256 on a single square leaves float16"),
    ),
    "j_standardize_cancel": (
        RightCause((CANCELLATION,), ("sub",), FORWARD, "mean(x^2) - mean(x)^2 of numbers near 1e8 is 1.25, and is 0"),
    ),
    "j_i0_grad_tiny": (
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("add_any", "sub"),
            BACKWARD,
            "the slope is (i1e - i0e) + i0e: 5e-301 - 1 is -1, and -1 + 1 is 0",
        ),
    ),
    "j_spence_large": (
        RightCause(
            (UNDERFLOW,), ("div",), FORWARD, "1/x is subnormal, XLA sets it to 0, and log(0) log(1 - 0) is -inf * 0"
        ),
    ),
    "j_sigmoid_grad_tail": (RightCause((CANCELLATION,), ("sub",), BACKWARD, "1 - y of an y that rounded to 1 is 0"),),
    "j_tanh_grad_tail": (
        RightCause(
            (CANCELLATION,),
            ("add_any", "sub"),
            BACKWARD,
            "1 - y^2 is taken as (1 - y) + (1 - y) y of an y that rounded to -1: 2 - 2",
        ),
    ),
    "j_optax_sce_masked": (
        RightCause((INVALID,), ("mul",), FORWARD, "the label 0 times the log-probability -inf, both exact"),
    ),
    "j_gelu_tanh_tail": (RightCause((CANCELLATION,), ("add",), FORWARD, "1 + tanh of a tanh that rounded to -1 is 0"),),
    "j_poisson_zero_rate": (
        RightCause(
            (DOMAIN_EDGE, INVALID), ("mul", "div"), BACKWARD, "the slope of k log(mu) at mu = 0 and k = 0 is 0 * 1/0"
        ),
    ),
    "j_beta_edge_grad": (
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("mul", "div"),
            BACKWARD,
            "the slope of (a - 1) log(x) at x = 0 and a = 1 is 0 * 1/0, likewise that of log1p(-x) at 1",
        ),
    ),
    "j_softmax_scaled_jit": (
        RightCause(
            (CANCELLATION, OVERFLOW),
            ("sub", "exp", "div"),
            FORWARD,
            "the compiler's fault: it computes x/T afresh inside the subtraction, unrounded, but subtracts the rounded "
            "maximum, so 0 comes out as a rounding error of 4e10, whose exponential overflows",
        ),
    ),
}

JAX_REEXPRESSED: dict[str, tuple[RightCause, ...]] = {
    "rj_layer_norm_neg": (
        RightCause((CANCELLATION,), ("sub",), FORWARD, "mean(x^2) - mean(x)^2 near 7e9 is 0.08, and comes out as -512"),
    ),
    "rj_sigmoid_exp": (
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(200) is beyond float32; the slope is then 0 * inf"),
    ),
    "rj_tanh_logdet": (
        RightCause(
            (CANCELLATION,),
            ("log1p", "integer_pow", "tanh"),
            FORWARD,
            "log1p takes 1 - tanh^2 of a tanh that rounded to 1: log 0",
        ),
    ),
    "rj_matern_grad": (
        RightCause(
            (DOMAIN_EDGE, INVALID), ("mul", "div"), BACKWARD, "the slope of sqrt at 0 is inf, and 0 arrives from above"
        ),
    ),
    "rj_mish_log1p": (RightCause((ABSORPTION,), ("add",), FORWARD, "1 + exp(-18) is 1, and log 1 is 0"),),
    "rj_log_sigmoid_zero": (
        RightCause(
            (DOMAIN_EDGE, WRONG_RULE),
            ("select_n", "abs", "max", "div"),
            BACKWARD,
            "the kinks of max(t, 0) and |t| at 0 cancel in the mathematics; the slopes chosen there, 1/2 and 1, do not",
        ),
    ),
    "rj_asinh_large": (RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 1e30 is beyond float32"),),
    "rj_categorical_entropy": (
        RightCause((INVALID, DOMAIN_EDGE), ("mul", "log"), FORWARD, "0 log 0 is 0 * -inf, exactly so"),
    ),
    "rj_tanh_exp": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32: inf / inf"),),
    "rj_log1mexp": (RightCause((CANCELLATION,), ("sub",), FORWARD, "1 - exp(-1e-9) of an exp that rounded to 1 is 0"),),
}

NUMPY_REEXPRESSED: dict[str, tuple[RightCause, ...]] = {
    "rn_log_softmax": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32"),),
    "rn_kl_zero": (
        RightCause((INVALID, DOMAIN_EDGE), ("multiply", "log"), FORWARD, "0 log 0 is 0 * -inf, exactly so"),
    ),
    "rn_softplus": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32"),),
    "rn_angle_identical": (
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("arccos", "divide"),
            FORWARD,
            "the cosine is exactly 1, the end of the domain of arccos; roundings of the roots bring it an ulp above",
        ),
    ),
    "rn_great_circle": (
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("arccos", "add", "cos"),
            FORWARD,
            "1 - cos of the angle, 1e-15, is all that tells near points apart, and the rounding of the cosine takes it",
        ),
    ),
}

CAUSES: dict[str, tuple[RightCause, ...]] = {
    **torch_causes.LIBRARY,
    **torch_causes.REEXPRESSED,
    **JAX_LIBRARY,
    **JAX_REEXPRESSED,
    **NUMPY_REEXPRESSED,
}
