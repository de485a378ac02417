"""What users of PyTorch write: the cases that fail, and controls in which nothing is wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.harness.held_out import torch_functions as losses
from gradcheck.suites.harness.held_out import torch_functions_more as more
from gradcheck.suites.harness.held_out.case import Case
from gradcheck.suites.harness.held_out.torch_gradient_cases import GRADIENTS
from gradcheck.suites.harness.held_out.torch_value_cases import VALUES

PAIR, NONNEGATIVE_PAIR = Argument("real", shape=(2,)), Argument("nonnegative", shape=(2,))
UNIT_PAIR, OPEN_UNIT_PAIR = Argument("probability", shape=(2,)), Argument("(0, 1)", shape=(2,))
POSITIVE, LABELS = Argument("positive"), Argument("{0, 1}", shape=(2,), differentiate=False)
COUNTS = Argument("nonnegative", shape=(2,), differentiate=False)
SIGNS, COUNT = Argument("{-1, 1}", shape=(2,), differentiate=False), Argument("nonnegative")

CONTROLS = {
    # The truth has the bound as float32 rounds it, to 1: then the logarithm is of 0.
    "binary_cross_entropy_clamped": Case(
        losses.binary_cross_entropy_clamped, (UNIT_PAIR, LABELS), ((1.0, 0.5), (0, 1))
    ),
    # Half an ulp of the weights, which then do not sum to 1, moves the variance by more than it is.
    "weighted_variance": Case(more.weighted_variance, (PAIR, COUNTS), ((1000.1, 1000.2), (0.5, 0.5))),
    # The inner select keeps the root away from 0.
    "safe_root": Case(more.safe_root, (PAIR,), ((-1.0, 4.0),)),
    # The rectifier selects, so the infinite slope of the root is dropped.
    "amplitude_of_negative": Case(more.amplitude, (PAIR,), ((-1.0, 4.0),)),
    # The square that overflows is selected away, and its slope is finite.
    "huber_large": Case(more.huber, (PAIR,), ((1e30, 0.5),)),
    # 1 - p is exact for p in [1/2, 1].
    "logit_near_one": Case(losses.logit, (OPEN_UNIT_PAIR,), ((0.9999999, 0.25),)),
    "stable_softplus": Case(more.stable_softplus, (PAIR,), ((100.0, -60.0),)),
    "focal_from_logits": Case(losses.focal_from_logits, (PAIR, LABELS), ((30.0, -30.0), (0, 1))),
    # A slope that is infinite.
    "gamma_correction_black": Case(more.gamma_correction, (UNIT_PAIR,), ((0.0, 0.5),)),
    # The kink of the hinge: 0 and -1 are both slopes.
    "hinge_at_margin": Case(losses.hinge, (PAIR, SIGNS), ((1.0, 2.0), (1, -1))),
    # The density of what is far away is too small for the dtype, and so is its slope.
    "gaussian_kernel_far": Case(more.gaussian_kernel, (PAIR, PAIR), ((20.0, 0.0), (0.0, 0.0))),
    # The square is too large for the dtype.
    "inverse_square_near": Case(more.inverse_square, (Argument("positive", shape=(2,)),), ((1e-26, 1.0),)),
    # Half a unit in the last place of either input moves the answer by as much as the error.
    "log_ratio_of_neighbours": Case(more.log_ratio, (POSITIVE, POSITIVE), (1.5, 1.5001)),
    # 0/0 whose limit depends on the way.
    "precision_of_nothing": Case(losses.precision, (COUNT, COUNT), (0.0, 0.0)),
    "detached_logsumexp": Case(more.detached_logsumexp, (PAIR,), ((1000.0, 999.0),)),
    # Half the slope of a square: what the code says.
    "stop_gradient_product": Case(more.stop_gradient_product, (PAIR,), ((3.0, -0.5),)),
    "full_swish": Case(more.full_swish, (PAIR,), ((-20.0, 30.0),)),
    # Weights that are exactly 0, and gradients that are 0 with them.
    "minus_infinity_attention": Case(losses.minus_infinity_attention, (PAIR, LABELS), ((0.5, 1.5), (1, 0))),
    "layer_norm_two_pass": Case(more.layer_norm_two_pass, (PAIR,), ((10000.0, 10001.0),)),
}
CASES: dict[str, Case] = VALUES | GRADIENTS | CONTROLS
