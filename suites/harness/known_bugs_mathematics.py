"""The right answer at the trigger of each known bug, by mpmath and without any of our own arithmetic.

id -> (component that fails, formula of the trigger's numbers). For a gradient the component begins with the
position among the differentiated arguments. At a kink the formula gives one right answer of many.
"""

from __future__ import annotations

from mpmath import mp


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def slope_of_sigmoid(x):
    return sigmoid(x) * sigmoid(-x)


def standardized(x, added):
    """The first of the numbers, less their mean, by their standard deviation."""
    mean = mp.fsum(x) / len(x)
    return (x[0] - mean) / mp.sqrt(mp.fsum((v - mean) ** 2 for v in x) / len(x) + added)


def student(x, df):
    ratio = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2)
    return ratio - mp.log(df * mp.pi) / 2 - (df + 1) / 2 * mp.log1p(x * x / df)


def poincare(a, b):
    squared = mp.fsum((p - q) ** 2 for p, q in zip(a, b, strict=True))
    rest = [1 - mp.fsum(v * v for v in x) for x in (a, b)]
    return mp.acosh(1 + 2 * squared / (rest[0] * rest[1]))


def negative_binomial(x):
    coefficient = mp.loggamma(20) - mp.loggamma(10) - mp.loggamma(11)
    return coefficient + 10 * mp.log(sigmoid(-x)) + 10 * mp.log(sigmoid(x))


def focal(x):
    return mp.diff(lambda t: -mp.sqrt(sigmoid(-t)) * mp.log(sigmoid(t) + mp.mpf(10) ** -8), x)


def great_circle(latitudes, longitudes):
    (a, b), (p, q) = latitudes, longitudes
    return mp.acos(mp.sin(a) * mp.sin(b) + mp.cos(a) * mp.cos(b) * mp.cos(p - q))


def zero(*_):
    return mp.zero


RIGHT = {
    "t_soft_margin_inf": ((0,), lambda x, y: mp.log1p(mp.exp(-x[0] * y[0]))),
    "t_lse_forward_chain": ((0, 0, 0), zero),
    "t_sigmoid_grad_tail": ((0, 0), lambda x: slope_of_sigmoid(x[0])),
    "t_bce_logits_grad_tail": ((0, 0), lambda x, y: -sigmoid(-x[0])),
    "t_atan2_half": ((0, 0), lambda a, b: b[0] / (a[0] ** 2 + b[0] ** 2)),
    "t_norm_overflow": ((), lambda x: mp.norm(x)),
    "t_normalize_large": ((0,), lambda x: x[0] / mp.norm(x)),
    "t_layer_norm_large": ((0,), lambda x: standardized(x, mp.mpf("1e-5"))),
    "t_batch_norm_large": ((0, 0), lambda x: standardized([row[0] for row in x], mp.mpf("1e-5"))),
    "t_rms_norm_large": ((0,), lambda x: x[0] / mp.sqrt(mp.norm(x) ** 2 / 4 + mp.mpf("1e-6"))),
    "t_sinc_second": ((0, 0), lambda x: -(mp.pi**2) / 3),
    "t_asinh_grad": ((0, 0), lambda x: 1 / mp.sqrt(x[0] ** 2 + 1)),
    "t_bce_sigmoid_clamp": ((0, 0), lambda x: -sigmoid(-x[0])),
    "t_studentt_df": ((), student),
    "t_cdist_products": ((0, 0), lambda a, b: mp.norm([p - q for p, q in zip(a[0], b[0], strict=True)])),
    "j_norm_tiny_grad": ((0, 0), lambda x: x[0] / mp.norm(x)),
    "j_norm_half": ((), lambda x: mp.norm([v for row in x for v in row])),
    "j_standardize_cancel": ((0,), lambda x: standardized(x, mp.mpf("1e-5"))),
    "j_i0_grad_tiny": ((0, 0), lambda x: mp.besseli(1, x[0])),
    "j_spence_large": ((0,), lambda x: mp.polylog(2, 1 - x[0]).real),
    "j_sigmoid_grad_tail": ((0, 0), lambda x: slope_of_sigmoid(x[0])),
    "j_tanh_grad_tail": ((0, 0), lambda x: mp.sech(x[0]) ** 2),
    "j_optax_sce_masked": ((), lambda x, y: mp.log(mp.exp(x[1]) + mp.exp(x[2])) - x[1]),
    "j_gelu_tanh_tail": (
        (0,),
        lambda x: x[0] / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x[0] + mp.mpf("0.044715") * x[0] ** 3))),
    ),
    "j_poisson_zero_rate": ((0, 0), lambda x: -mp.one),
    "j_beta_edge_grad": ((0, 0), zero),
    "j_softmax_scaled_jit": ((0,), lambda x: 1 / mp.fsum(mp.exp((v - x[0]) / mp.mpf("0.07")) for v in x)),
    "r_mlsm_saturated": (
        (0, 0),
        lambda x, y: slope_of_sigmoid(x[0]) / (sigmoid(-x[0]) + mp.mpf("1e-12")),
    ),
    "r_sinc_zero": ((0, 0), zero),
    "r_norm_sq_zero": ((0, 0), zero),
    "r_asinh_neg": ((0,), lambda x: mp.asinh(x[0])),
    "r_cos_denominator": ((), zero),
    "r_kornia_focal_pow": ((0, 0), lambda x, y: focal(x[0])),
    "r_kornia_lab": ((0, 0), lambda x: mp.mpf("7.787")),
    "r_so3_log_identity": ((0,), zero),
    "r_nb_logits": ((0,), lambda x: negative_binomial(x[0])),
    "r_snn_surrogate": ((0,), lambda x: 25 * slope_of_sigmoid(25 * x[0])),
    "r_bern_prob_zero": ((0, 0), lambda q: -1 / (1 - q[0])),
    "r_gelu_half_cube": ((0, 0), lambda x: mp.one),
    "r_gumbel_transform": ((0,), lambda x: -mp.exp(-x[0]) - x[0]),
    "r_poincare_near": ((), poincare),
    "r_rms_rescale_zero": ((0,), zero),
    "r_bce_maxval_sign": ((0,), lambda x, y: mp.log1p(mp.exp(x[0]))),
    "r_std_constant": ((0, 0), zero),
    "r_log_cosh": ((0,), lambda a, b: mp.log(mp.cosh(a[0] - b[0]))),
    "r_inverse_softplus": ((0,), lambda x: mp.log(mp.expm1(x[0]))),
    "r_entropy_from_logits": ((), zero),
    "r_log_normal_cdf": ((0,), lambda x: mp.log(mp.ncdf(x[0]))),
    "r_log_of_softmax": ((0, 0), lambda x: 1 - 3 / mp.fsum(mp.exp(v - x[0]) for v in x)),
    "r_power_zero_base": ((1, 0), zero),
    "r_log_survival_half": ((0,), lambda p: mp.log(mp.mpf("1e-6"))),
    "rj_layer_norm_neg": ((0,), lambda x: standardized(x, mp.mpf("1e-5"))),
    "rj_sigmoid_exp": ((0, 0), lambda x: slope_of_sigmoid(x[0])),
    "rj_tanh_logdet": ((0,), lambda x: 2 * mp.log(mp.sech(x[0]))),
    "rj_matern_grad": ((0, 0), zero),
    "rj_mish_log1p": ((0,), lambda x: x[0] * mp.tanh(mp.log1p(mp.exp(x[0])))),
    "rj_log_sigmoid_zero": ((0, 0), lambda x: sigmoid(-x[0])),
    "rj_asinh_large": ((0,), lambda x: mp.asinh(x[0])),
    "rj_categorical_entropy": ((), lambda p: -mp.fsum(v * mp.log(v) for v in p if v)),
    "rj_tanh_exp": ((0,), lambda x: mp.tanh(x[0])),
    "rj_log1mexp": ((0,), lambda x: mp.log(-mp.expm1(-x[0]))),
    "rn_log_softmax": ((0,), lambda x: -mp.log(mp.fsum(mp.exp(v - x[0]) for v in x))),
    "rn_kl_zero": ((), lambda p, q: mp.fsum(a * mp.log(a / b) for a, b in zip(p, q, strict=True) if a)),
    "rn_softplus": ((0,), lambda x: mp.log1p(mp.exp(x[0]))),
    "rn_angle_identical": ((), zero),
    "rn_great_circle": ((), great_circle),
}


def right_answer(bug) -> tuple[tuple[int, ...], mp.mpf]:
    """The component that fails at the trigger, and the right number for it."""
    component, formula = RIGHT[bug.id]
    with mp.workdps(400):
        return component, +formula(*(_exact(array.tolist()) for array in bug.point))


def _exact(numbers):
    return [_exact(n) for n in numbers] if isinstance(numbers, list) else mp.mpf(float(numbers))
