"""Values that are wrong, each with the operation that makes them so."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    ROUNDED_CONSTANT,
    UNDERFLOW,
    RightCause,
)
from gradcheck.suites.harness.held_out import torch_functions as losses
from gradcheck.suites.harness.held_out import torch_functions_more as more
from gradcheck.suites.harness.held_out.case import Case

SCALAR, PAIR = Argument("real"), Argument("real", shape=(2,))
POSITIVE, POSITIVE_PAIR = Argument("positive"), Argument("positive", shape=(2,))
UNIT_PAIR = Argument("probability", shape=(2,))
LABELS = Argument("{0, 1}", shape=(2,), differentiate=False)


def caused(kinds, operations, why):
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    return RightCause(kinds, operations, FORWARD, why)


OVERFLOWS = {
    "info_nce": Case(
        *(losses.info_nce, (PAIR,), ((3.0, 1.0),), "spurious_nan", "value"),
        (caused(OVERFLOW, ("exp",), "exp(100) is beyond float32, and inf / inf follows"),),
    ),
    "gaussian_nll": Case(
        *(losses.gaussian_nll, (PAIR, PAIR, PAIR), ((1e25, 1.0), (0.0, 0.0), (80.0, 0.0)), "spurious_inf", "value"),
        (caused(OVERFLOW, ("pow",), "the square of 1e25 overflows before the precision of 2e-35 brings it back"),),
    ),
    "rms_norm_half": Case(
        *(more.rms_norm, (PAIR,), ((300.0, 400.0),), "spurious_zero", "value"),
        (caused(OVERFLOW, ("pow",), "300 squared is beyond float16, and a number over inf is 0"),),
        "float16",
    ),
    "beta_function": Case(
        *(losses.beta_function, (POSITIVE, POSITIVE), (40.0, 40.0), "spurious_nan", "value"),
        (caused(OVERFLOW, ("exp",), "the gamma function of 40 is beyond float32, though the ratio is small"),),
    ),
    "von_mises_nll": Case(
        *(losses.von_mises_nll, (SCALAR, SCALAR, POSITIVE), (0.5, 0.25, 120.0), "spurious_inf", "value"),
        (caused(OVERFLOW, ("i0", "special_i0"), "the Bessel function of 120 is about e^117, its logarithm is small"),),
    ),
    "masked_attention_half": Case(
        *(losses.masked_attention, (PAIR, LABELS), ((0.5, 1.5), (0, 0)), "spurious_nan", "value"),
        (caused((OVERFLOW, ROUNDED_CONSTANT), ("mul",), "-1e9 is -inf in float16, and a row of -inf has no softmax"),),
        "float16",
    ),
    "tempered_softmax": Case(
        *(losses.tempered_softmax, (PAIR, POSITIVE), ((100.0, 200.0), 1e-37), "spurious_nan", "value"),
        (caused(OVERFLOW, ("div",), "100 / 1e-37 is beyond float32, and softmax subtracts inf from inf"),),
    ),
}
UNDERFLOWS = {
    "mixture_nll": Case(
        *(losses.mixture_nll, (SCALAR, Argument("simplex", shape=(2,)), PAIR, POSITIVE_PAIR)),
        *((20.0, (0.5, 0.5), (0.0, 1.0), (1.0, 1.0)), "spurious_inf", "value"),
        (caused(UNDERFLOW, ("exp",), "exp(-180) is 0 in float32, and so is the density whose logarithm is taken"),),
    ),
    "hidden_markov_nll": Case(
        *(losses.hidden_markov_nll,),
        (UNIT_PAIR, Argument("probability", shape=(2, 2)), Argument("probability", shape=(3, 2))),
        (
            *((0.5, 0.5), ((0.75, 0.25), (0.5, 0.5))),
            ((1e-20, 2e-20), (1e-10, 2e-10), (1e-20, 1e-20)),
        ),
        *("spurious_inf", "value"),
        (caused(UNDERFLOW, ("mul_", "mul"), "the product of the emissions is 1e-50, 0 in float32"),),
    ),
    "distance_half": Case(
        *(more.distance, (PAIR, PAIR), ((1e-4, 1e-4), (0.0, 0.0)), "spurious_zero", "value"),
        (caused(UNDERFLOW, ("pow",), "the square of 1e-4 is 0 in float16, though its root is a normal number"),),
        "float16",
    ),
    "cosine_similarity_tiny": Case(
        *(losses.cosine_similarity, (PAIR, PAIR), ((1e-25, 2e-25), (3e-25, 1e-25)), "spurious_nan", "value"),
        (caused(UNDERFLOW, ("mul",), "products of 1e-25 are 0 in float32, which leaves 0/0"),),
    ),
    "sinkhorn_cost": Case(
        *(losses.sinkhorn_cost, (Argument("nonnegative", shape=(2, 2)), POSITIVE_PAIR, POSITIVE_PAIR)),
        *((((10.0, 11.0), (11.5, 10.0)), (0.5, 0.5), (0.25, 0.75)), "spurious_nan", "value"),
        (caused(UNDERFLOW, ("exp",), "exp(-200) is 0 in float32: the kernel vanishes and its scalings are infinite"),),
    ),
    "running_logsumexp": Case(
        *(more.running_logsumexp, (PAIR,), ((-800.0, -801.0),), "spurious_inf", "value"),
        (caused(UNDERFLOW, ("exp",), "exp(-800) is 0 in float64, and the logarithm of 0 is taken"),),
        "float64",
    ),
    "generator_loss": Case(
        *(losses.generator_loss, (PAIR,), ((-120.0, 1.0),), "spurious_inf", "value"),
        (caused(UNDERFLOW, ("sigmoid",), "sigmoid(-120) is 0 in float32, its logarithm should be -120"),),
    ),
    "quantised_half": Case(
        *(more.quantised, (PAIR,), ((1e-5, 5e-6),), "wrong", "value"),
        (caused(UNDERFLOW, ("div",), "the scale 8e-8 is a subnormal of float16 with one bit left"),),
        "float16",
    ),
}
CANCELLATIONS = {
    "cosine_warm_up": Case(
        *(more.cosine_warm_up, (Argument("[0, 1]", shape=(2,)),), ((1e-9, 0.5),), "spurious_zero", "value"),
        (
            caused(
                CANCELLATION, ("rsub", "sub"), "the cosine of a small angle rounds to 1, and nothing is left of 1 - 1"
            ),
        ),
        "float64",
    ),
    "structural_similarity": Case(
        *(more.structural_similarity, (PAIR, PAIR), ((200.1, 200.2), (200.1, 200.15)), "wrong", "value"),
        (caused(CANCELLATION, ("sub",), "mean square minus squared mean: 4e4 - 4e4 leaves roundings only"),),
    ),
    "group_norm_one_pass": Case(
        *(more.group_norm_one_pass, (PAIR,), ((1000.1, 1000.2),), "spurious_nan", "value"),
        (caused(CANCELLATION, ("sub",), "mean square minus squared mean comes out negative, and has no root"),),
    ),
    "elu": Case(
        *(more.elu, (PAIR,), ((-1e-6, 0.5),), "wrong", "value"),
        (caused(CANCELLATION, ("sub",), "exp(x) is right to a rounding, exp(x) - 1 keeps four bits of it"),),
    ),
    "vae_kl": Case(
        *(losses.vae_kl, (PAIR, PAIR), ((0.0, 0.0), (3e-4, 1e-4)), "spurious_zero", "value"),
        (caused(CANCELLATION, ("sub",), "1 + s and exp(s) agree in all but their last bits"),),
    ),
    "tanh_policy_correction": Case(
        *(losses.tanh_policy_correction, (PAIR,), ((10.0, 0.5),), "spurious_inf", "value"),
        (caused(CANCELLATION, ("rsub", "sub"), "tanh(10) rounds to 1, so 1 - tanh^2 is 0 and its logarithm infinite"),),
    ),
    "tanh_policy_correction_moderate": Case(
        *(losses.tanh_policy_correction, (PAIR,), ((8.0, 0.5),), "inaccurate", "value"),
        (caused(CANCELLATION, ("rsub", "sub"), "of 1 - tanh^2 three bits are left"),),
    ),
    "gelu": Case(
        *(more.gelu, (PAIR,), ((-6.0, 1.0),), "spurious_zero", "value"),
        (caused(CANCELLATION, ("add",), "erf(-4.2) rounds to -1, and nothing is left of 1 - 1"),),
    ),
    "ray_weights": Case(
        *(more.ray_weights, (Argument("nonnegative", shape=(2,)), POSITIVE_PAIR), ((1e-8, 1.0), (0.125, 0.125))),
        *("spurious_zero", "value"),
        (caused(CANCELLATION, ("rsub", "sub"), "exp of a small number rounds to 1, and nothing is left of 1 - 1"),),
    ),
    "negative_binomial": Case(
        *(losses.negative_binomial_log_probability,),
        (Argument("nonnegative", differentiate=False), POSITIVE, POSITIVE),
        *((2.0, 1e6, 1.0), "wrong", "value"),
        (caused(CANCELLATION, ("sub",), "two log-gammas of 1.3e7 whose difference is 28 have lost its last digits"),),
    ),
    "box_cox": Case(
        *(more.box_cox, (POSITIVE_PAIR, POSITIVE), ((2.0, 5.0), 1e-6), "wrong", "value"),
        (caused(CANCELLATION, ("sub",), "x^1e-6 is 1 and a few units of the last place; minus 1 only these are left"),),
    ),
    "focal": Case(
        *(losses.focal, (PAIR, LABELS), ((30.0, -1.0), (0, 1)), "spurious_inf", "value"),
        (caused(CANCELLATION, ("rsub", "sub"), "sigmoid(30) rounds to 1, so 1 - p is 0 and its logarithm infinite"),),
    ),
}
ABSORPTIONS = {
    "cauchy_loss": Case(
        *(more.cauchy_loss, (PAIR,), ((1e-5, 1.0),), "spurious_zero", "value"),
        (caused(ABSORPTION, ("add",), "1 + 2.5e-11 is 1 in float32, and its logarithm 0"),),
    ),
    "inverse_tanh": Case(
        *(more.inverse_tanh, (Argument("(-1, 1)", shape=(2,)),), ((1e-20, 0.5),), "spurious_zero", "value"),
        (caused(ABSORPTION, ("add", "rsub", "sub"), "1 + 1e-20 and 1 - 1e-20 are both 1 in float64"),),
        "float64",
    ),
    "masked_attention": Case(
        *(losses.masked_attention, (PAIR, LABELS), ((0.5, 1.5), (0, 0)), "wrong", "value"),
        (caused(ABSORPTION, ("add",), "-1e9 swallows the scores, whose softmax becomes uniform"),),
    ),
    "angle_between": Case(
        *(losses.angle_between, (PAIR, PAIR), ((1.0, 1e-4), (1.0, 0.0)), "spurious_zero", "value"),
        (caused(ABSORPTION, ("sum", "add"), "1 + 1e-8 is 1 in float32, so the cosine is 1 and the angle 0"),),
    ),
    "pseudo_huber": Case(
        *(more.pseudo_huber, (PAIR,), ((1e-4, 2.0),), "spurious_zero", "value"),
        (
            caused(ABSORPTION, ("add",), "1 + 1e-8 is 1 in float32, and the 1 is then subtracted"),
            caused(CANCELLATION, ("sub",), "a root that is right to a rounding, minus 1"),
        ),
    ),
}
INVALIDS = {
    "thin_plate": Case(
        *(more.thin_plate, (Argument("nonnegative", shape=(2,)),), ((0.0, 1.5),), "spurious_nan", "value"),
        (caused((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 times the logarithm of 0; the limit is 0"),),
    ),
    "bernoulli_function": Case(
        *(more.bernoulli_function, (PAIR,), ((0.0, 1.0),), "spurious_nan", "value"),
        (caused(INVALID, ("div",), "0/0, where the limit is 1"),),
    ),
    "binary_cross_entropy": Case(
        *(losses.binary_cross_entropy, (UNIT_PAIR, LABELS), ((0.0, 0.25), (0, 1)), "spurious_nan", "value"),
        (caused((INVALID, DOMAIN_EDGE), ("mul", "log"), "a label of 0 times log(0)"),),
    ),
}
ROUNDED = {
    "nll_clamped_half": Case(
        *(losses.nll_clamped, (UNIT_PAIR,), ((0.0, 0.5),), "spurious_inf", "value"),
        (caused(ROUNDED_CONSTANT, ("clamp",), "1e-8 is 0 in float16, so the bound does not hold p above 0"),),
        "float16",
    ),
    "dice_half": Case(
        *(losses.dice, (UNIT_PAIR, LABELS), ((0.0, 0.0), (0, 0)), "spurious_nan", "value"),
        (caused(ROUNDED_CONSTANT, ("add",), "1e-8 is 0 in float16, which leaves 0/0 of an empty mask"),),
        "float16",
    ),
    "entropy_tiny": Case(
        *(losses.entropy_tiny, (Argument("simplex", shape=(2,)),), ((0.0, 1.0),), "spurious_nan", "value"),
        (
            caused(ROUNDED_CONSTANT, ("add",), "2e-308 is 0 in float32, which leaves 0 * log(0)"),
            caused(DOMAIN_EDGE, ("log",), "log 0, the constant being what float32 has of it"),
        ),
    ),
}
VALUES = OVERFLOWS | UNDERFLOWS | CANCELLATIONS | ABSORPTIONS | INVALIDS | ROUNDED
