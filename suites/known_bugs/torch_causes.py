"""The right cause of each known bug in PyTorch at its trigger, by hand; see `causes`."""

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
    ROUNDED_CONSTANT,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
    RightCause,
)

LIBRARY: dict[str, tuple[RightCause, ...]] = {
    "t_soft_margin_inf": (
        RightCause((OVERFLOW,), ("soft_margin_loss",), FORWARD, "the kernel takes exp(100), beyond float32"),
    ),
    "t_lse_forward_chain": (
        RightCause(
            (INVALID, DOMAIN_EDGE),
            ("sub",),
            BACKWARD,
            "the weights of a row of -inf are exp(-inf - -inf); the infinities are the input's and exact",
        ),
    ),
    "t_sigmoid_grad_tail": (
        RightCause((CANCELLATION,), ("sigmoid_backward",), BACKWARD, "1 - y of an y that rounded to 1 is 0"),
    ),
    "t_bce_logits_grad_tail": (
        RightCause((CANCELLATION,), ("sub",), BACKWARD, "sigmoid minus the target 1, of a sigmoid that rounded to 1"),
    ),
    "t_atan2_half": (
        RightCause(
            (OVERFLOW,), ("reciprocal",), BACKWARD, "1/(a^2 + b^2) = 125000 is beyond float16, times a it is not"
        ),
    ),
    "t_norm_overflow": (
        RightCause((OVERFLOW,), ("linalg_vector_norm",), FORWARD, "the kernel squares 1e20, beyond float32"),
    ),
    "t_normalize_large": (
        RightCause((OVERFLOW,), ("linalg_vector_norm",), FORWARD, "the norm's squares are beyond float32: x / inf"),
    ),
    "t_layer_norm_large": (
        RightCause((OVERFLOW,), ("native_layer_norm",), FORWARD, "the squares in the variance are beyond float32"),
    ),
    "t_batch_norm_large": (
        RightCause((OVERFLOW,), ("native_batch_norm",), FORWARD, "the variance is beyond float32: x / inf"),
    ),
    "t_rms_norm_large": (
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the squares of 1e20 are beyond float32: the scale is 1/inf"),
    ),
    "t_sinc_second": (
        RightCause(
            (UNTAKEN_BRANCH,),
            ("div", "mul", "where"),
            BACKWARD,
            "where() puts 0 for the quotient at x = 0, yet the quotient's slope, 0 times inf, comes back",
        ),
    ),
    "t_asinh_grad": (RightCause((OVERFLOW,), ("pow",), BACKWARD, "x^2 in 1/sqrt(x^2 + 1) is beyond float32: 1/inf"),),
    "t_bce_sigmoid_clamp": (
        RightCause(
            (CLAMP,),
            ("binary_cross_entropy_backward",),
            BACKWARD,
            "the denominator p (1 - p) = 2e-22 is held at 1e-12, so the factor that should cancel it is left over",
        ),
    ),
    "t_studentt_df": (
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("sub", "add"),
            FORWARD,
            "lgamma(df/2) - lgamma((df + 1)/2) of numbers near 8e8 is 9; df + 1 and the sum with 9.8 are rounded away",
        ),
    ),
    "t_cdist_products": (
        RightCause(
            (CANCELLATION,),
            ("_euclidean_dist",),
            FORWARD,
            "|a|^2 + |b|^2 - 2 a b near 5e11 is 12000, and comes out as 0",
        ),
    ),
}

REEXPRESSED: dict[str, tuple[RightCause, ...]] = {
    "r_mlsm_saturated": (
        RightCause((CANCELLATION,), ("rsub",), FORWARD, "1 - sigmoid(20) of a sigmoid that rounded to 1 is 0"),
        RightCause((CANCELLATION,), ("sigmoid_backward",), BACKWARD, "the same 1 - y in the slope of the sigmoid"),
    ),
    "r_sinc_zero": (
        RightCause(
            (INVALID, DOMAIN_EDGE), ("div",), BACKWARD, "the hand-written slope at its removable singularity is 0/0"
        ),
    ),
    "r_norm_sq_zero": (RightCause((DOMAIN_EDGE, INVALID), ("div",), BACKWARD, "the slope of sqrt at 0: 0 / (2 * 0)"),),
    "r_asinh_neg": (
        RightCause(
            (CANCELLATION, ABSORPTION),
            ("add",),
            FORWARD,
            "x + sqrt(x^2 + 1) at -1e5 is 5e-6 and comes out as 0; x^2 + 1 is already x^2",
        ),
    ),
    "r_cos_denominator": (
        RightCause((UNDERFLOW,), ("mul",), FORWARD, "the product of the two clamped norms, 1e-76, is 0 in float32"),
    ),
    "r_kornia_focal_pow": (
        RightCause(
            (CANCELLATION,),
            ("rsub",),
            FORWARD,
            "1 - sigmoid(100) is 4e-44 and comes out as 0, where the slope of the square root is inf, times log(1) = 0",
        ),
    ),
    "r_kornia_lab": (
        RightCause(
            (UNTAKEN_BRANCH,),
            ("mul", "pow", "where"),
            BACKWARD,
            "where() takes the line at x = 0, yet the cube root's slope there, 0 * inf, comes back",
        ),
    ),
    "r_so3_log_identity": (
        RightCause(
            (INVALID, WRONG_RULE), ("div",), FORWARD, "sign(0) = 0 undoes the clamp of the angle: 0/0, exactly so"
        ),
    ),
    "r_nb_logits": (
        RightCause(
            (CANCELLATION,),
            ("log1p", "sigmoid"),
            FORWARD,
            "log1p takes 1 - sigmoid(20) of a sigmoid that rounded to 1: log 0",
        ),
    ),
    "r_snn_surrogate": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(125) is beyond float32: inf / inf"),),
    "r_bern_prob_zero": (
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("div",),
            BACKWARD,
            "the slope of log at q = 0 is inf, and exactly 0 arrives from above",
        ),
    ),
    "r_gelu_half_cube": (
        RightCause((OVERFLOW,), ("mul",), FORWARD, "300^2 is beyond float16; on the way back it is multiplied by 0"),
    ),
    "r_gumbel_transform": (RightCause((UNDERFLOW,), ("exp",), FORWARD, "exp(-148) is 0 in float32: log 0"),),
    "r_poincare_near": (
        RightCause(
            (CLAMP,), ("clamp",), FORWARD, "the argument 1 + 2e-18 is held at 1 + 1e-15, also in exact arithmetic"
        ),
        RightCause((ABSORPTION,), ("add",), FORWARD, "1 + 2e-18 is 1 already before the clamp"),
    ),
    "r_rms_rescale_zero": (
        RightCause((INVALID, DOMAIN_EDGE), ("div",), FORWARD, "a row of zeros over its maximum is 0/0, exactly so"),
    ),
    "r_bce_maxval_sign": (
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(-x - max(x, 0)) at -100 is exp(100), beyond float32"),
    ),
    "r_std_constant": (
        RightCause(
            (DOMAIN_EDGE, INVALID), ("mul", "div"), BACKWARD, "the slope of sqrt at 0 is inf, times 0 deviations"
        ),
    ),
    "r_log_cosh": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32"),),
    "r_inverse_softplus": (RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32"),),
    "r_entropy_from_logits": (
        RightCause((INVALID,), ("mul",), FORWARD, "a probability of exactly 0 times its logarithm -inf"),
    ),
    "r_log_normal_cdf": (
        RightCause((CANCELLATION,), ("add",), FORWARD, "1 + erf of an erf that rounded to -1 is 0: log 0"),
    ),
    "r_log_of_softmax": (
        RightCause((UNDERFLOW,), ("_softmax",), FORWARD, "exp(-200) is 0 in float32: log 0, whose slope is 1/0"),
    ),
    "r_power_zero_base": (
        RightCause((INVALID, DOMAIN_EDGE), ("mul", "log"), BACKWARD, "base^exponent log(base) at base 0 is 0 * -inf"),
    ),
    "r_log_survival_half": (
        RightCause(
            (ROUNDED_CONSTANT,), ("clamp",), FORWARD, "the bound 1 - 1e-6 is 1 in bfloat16, so nothing is clamped"
        ),
    ),
}
