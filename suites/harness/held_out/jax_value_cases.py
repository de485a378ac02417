"""Values of JAX users that fail at a point, each with the right cause."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    DOMAIN_EDGE,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
)
from gradcheck.suites.harness.held_out import jax_functions as f
from gradcheck.suites.harness.held_out.case import Case, forward

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE = Argument("positive")
SQUARE = Argument("nonnegative", shape=(2, 2))

VALUES: dict[str, Case] = {
    "InfoNCE": Case(
        f.info_nce,
        (THREE,),
        ((0.95, 0.93, -0.2),),
        "spurious_nan",
        causes=(forward(OVERFLOW, ("exp",), "exp(95) overflows, and inf/inf is NaN"),),
        mode="jit",
    ),
    "log evidence behind nan_to_num": Case(
        f.log_evidence,
        (PAIR,),
        ((100.0, 99.0),),
        "wrong",
        causes=(forward(OVERFLOW, ("exp",), "exp(100) overflows; nan_to_num hides it as the largest number"),),
    ),
    "log rising factorial": Case(
        f.log_rising_factorial,
        (POSITIVE,),
        (10.0,),
        "spurious_inf",
        causes=(forward(OVERFLOW, ("mul",), "the running product passes the largest number, its logarithm is 132"),),
    ),
    "layer norm in float16": Case(
        f.layer_norm,
        (PAIR,),
        ((300.0, -300.0),),
        "spurious_zero",
        causes=(forward(OVERFLOW, ("integer_pow", "square"), "300 squared overflows float16, the norm becomes inf"),),
        dtype="float16",
    ),
    "hidden Markov model": Case(
        f.hidden_markov_log_likelihood,
        (Argument("positive", shape=(2, 2)),),
        (((1e-25, 2e-25), (2e-25, 1e-25)),),
        "spurious_inf",
        causes=(forward(UNDERFLOW, ("mul",), "the product of two likelihoods underflows to 0 in the second step"),),
        mode="jit",
    ),
    "Sinkhorn": Case(
        f.sinkhorn_cost,
        (SQUARE,),
        (((2.0, 3.0), (3.0, 2.0)),),
        "spurious_nan",
        causes=(forward(UNDERFLOW, ("exp",), "the whole kernel exp(-200) underflows, and 0.5 is divided by 0"),),
    ),
    "von Mises energy": Case(
        f.von_mises_energy,
        (ONE, ONE),
        (1.0001, 1.0),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("sub",), "the cosine of a small angle rounds to 1, and 1 - 1 is 0"),),
    ),
    "KL between Gaussians": Case(
        f.gaussian_kl,
        (ONE, ONE),
        (1e-4, 0.0),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("sub",), "the divergence of 1e-8 is the difference of two halves"),),
    ),
    "Box-Cox": Case(
        f.box_cox,
        (POSITIVE, POSITIVE),
        (2.0, 1e-15),
        "wrong",
        causes=(forward(CANCELLATION, ("sub",), "2 to the 1e-15 rounds near 1, of which 1 is subtracted"),),
        dtype="float64",
    ),
    "volume rendering": Case(
        f.render_ray,
        (Argument("nonnegative", shape=(2,)),),
        ((1e-8, 2e-8),),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("sub",), "the transmittance rounds to 1, and the opacity is 1 - 1"),),
    ),
    "squashed Gaussian": Case(
        f.squashed_log_prob,
        (ONE, ONE, ONE),
        (10.0, 10.0, 0.0),
        "inaccurate",
        causes=(forward(CANCELLATION, ("sub",), "tanh rounds to 1: 1 - tanh^2 is 0, not 8e-9 beside the 1e-6"),),
    ),
    "tanh inverted": Case(
        f.recovered_pre_activation,
        (PAIR,),
        ((7.0, 0.5),),
        "inaccurate",
        causes=(forward(CANCELLATION, ("atanh",), "1 - tanh(7), inside atanh, keeps only a few digits"),),
    ),
    "focal loss": Case(
        f.focal_loss,
        (PAIR,),
        ((20.0, 0.0),),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("sub",), "sigmoid(20) rounds to 1, and 1 - 1 is 0"),),
    ),
    "KL estimator of a policy": Case(
        f.kl_penalty,
        (ONE, ONE),
        (-1.0, -1.0001),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("sub",), "exp(r) - 1 - r is 5e-9 for r = -1e-4, from terms near 1"),),
        mode="jit",
    ),
    "continuous compounding": Case(
        f.compounded,
        (ONE, POSITIVE),
        (0.05, 1e8),
        "wrong",
        causes=(forward(ABSORPTION, ("add",), "1 absorbs 5e-10, and 1 to any power stays 1"),),
    ),
    "attention with everything masked": Case(
        f.masked_attention,
        (THREE, Argument("{0, 1}", shape=(3,), differentiate=False)),
        ((1.0, 2.0, 3.0), (0.0, 0.0, 0.0)),
        "wrong",
        causes=(forward(ABSORPTION, ("add",), "-1e9 absorbs the scores, which then are all the same"),),
    ),
    "negative binomial of no events": Case(
        f.negative_binomial_zero,
        (POSITIVE, POSITIVE),
        (1.0, 1e9),
        "spurious_zero",
        causes=(forward(ABSORPTION, ("add",), "the dispersion 1e9 absorbs the mean 1, and log(1) is 0"),),
    ),
    "straight-through sign": Case(
        f.binarize,
        (PAIR,),
        ((3e8, -2.0),),
        "spurious_zero",
        causes=(
            forward(ABSORPTION, ("sub",), "1 - 3e8 absorbs the 1"),
            forward(CANCELLATION, ("add",), "3e8 + (1 - 3e8) cancels down to the rounding of the difference"),
        ),
    ),
    "cross-entropy of a certain event": Case(
        f.binary_cross_entropy,
        (Argument("probability", shape=(2,)), Argument("{0, 1}", shape=(2,), differentiate=False)),
        ((0.0, 0.5), (0.0, 1.0)),
        "spurious_nan",
        causes=(forward((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 * log(0) is 0 * -inf"),),
    ),
    "Ornstein-Uhlenbeck variance without reversion": Case(
        f.mean_reverting_variance,
        (Argument("nonnegative"), POSITIVE),
        (0.0, 1.0),
        "spurious_nan",
        causes=(forward(INVALID, ("div",), "0/0 at a rate of 0, where the limit is the time"),),
    ),
}
