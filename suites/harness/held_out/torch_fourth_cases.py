"""What users of PyTorch write by hand to train: the cases that fail, and controls in which nothing is wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
)
from gradcheck.suites.harness.held_out import torch_fourth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

SCALAR, PAIR, MATRIX = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(2, 2))
POSITIVE, POSITIVE_PAIR = Argument("positive"), Argument("positive", shape=(2,))
UNIT_PAIR, COSINES = Argument("probability", shape=(2,)), Argument("[-1, 1]", shape=(2,))
LABELS = Argument("{0, 1}", shape=(2,), differentiate=False)

OVERFLOWS = {
    "multi_similarity_half": value(
        Case(f.multi_similarity_loss, (PAIR, PAIR), ((0.75, 0.5), (0.9, 0.1))),
        "spurious_inf",
        forward(OVERFLOW, ("exp",), "exp(20) is inf in float16, its logarithm over 50 is not"),
        dtype="float16",
    ),
    "smooth_minimum": value(
        Case(f.smooth_minimum, (POSITIVE_PAIR,), ((1e-6, 1.0),)),
        "spurious_zero",
        forward(OVERFLOW, ("pow",), "1e-6 to the power -8 is inf in float32, and inf to a negative power is 0"),
    ),
    "gram_matrix_half": value(
        Case(f.gram_matrix, (MATRIX,), (((300.0, 10.0), (10.0, 300.0)),)),
        "spurious_inf",
        forward(OVERFLOW, ("mm", "matmul"), "the products 90100 are inf in float16, a quarter of them is not"),
        dtype="float16",
    ),
    "n_pair_loss": gradient(
        Case(f.n_pair_loss, (SCALAR, PAIR), (5.0, (120.0, 3.0))),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(115) is inf in float32, and its slope is 1/inf * inf"),
    ),
    "bradley_terry_half": gradient(
        Case(f.bradley_terry_nll, (PAIR, PAIR), ((-6.0, 1.0), (6.0, 0.5))),
        "spurious_inf",
        backward(OVERFLOW, ("div", "reciprocal"), "the slope of the logarithm at 6e-6 is inf in float16"),
        dtype="float16",
    ),
    "gelu_by_tanh_half": gradient(
        Case(f.gelu_by_tanh, (PAIR,), ((300.0, 1.0),)),
        "spurious_nan",
        backward(OVERFLOW, ("pow",), "the slope of the cube is inf in float16, and 0 of the tanh times that"),
        dtype="float16",
    ),
    "unit_by_rsqrt": gradient(
        Case(f.unit_by_rsqrt, (PAIR,), ((3e-15, 4e-15),)),
        "spurious_inf",
        backward(OVERFLOW, ("pow",), "the slope of rsqrt is the cube of 2e14, inf in float32"),
    ),
    "log_cosh_loss": gradient(
        Case(f.log_cosh_loss, (PAIR,), ((800.0, 1.0),)),
        "spurious_nan",
        backward(OVERFLOW, ("exp",), "exp(800) is inf in float64, and inf / inf follows"),
        dtype="float64",
    ),
}
UNDERFLOWS = {
    "uniformity": value(
        Case(f.uniformity, (POSITIVE_PAIR,), ((8.0, 9.0),)),
        "spurious_inf",
        forward(UNDERFLOW, ("exp",), "exp(-128) is 0 in float32, and its logarithm is taken"),
    ),
    "distillation": value(
        Case(f.distillation, (PAIR, PAIR), ((1.0, 0.0), (-300.0, 0.0))),
        "spurious_nan",
        forward(UNDERFLOW, ("_softmax", "softmax"), "the share exp(-150) is 0 in float32, and 0 * log(0) follows"),
    ),
    "lamb_trust_ratio": value(
        Case(f.lamb_trust_ratio, (PAIR, PAIR), ((3e-25, 4e-25), (1e-3, 2e-3))),
        "spurious_zero",
        forward(UNDERFLOW, ("mul",), "the squares of 4e-25 are 0 in float32"),
    ),
    "textbook_sigmoid": gradient(
        Case(f.textbook_sigmoid, (PAIR,), ((-60.0, 1.0),)),
        "spurious_zero",
        backward(UNDERFLOW, ("mul", "pow"), "the slope of 1/x is the square of 9e-27, before exp(60) scales it"),
    ),
}
CANCELLATIONS = {
    "expanded_distance": value(
        Case(f.expanded_distance, (PAIR, PAIR), ((100.0, 200.0), (100.01, 200.02))),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "two numbers of 1e5, right to a rounding, differ by 5e-4"),
    ),
    "generalised_cross_entropy": value(
        Case(f.generalised_cross_entropy, (PAIR,), ((20.0, 0.0),)),
        "spurious_zero",
        forward(CANCELLATION, ("rsub", "sub"), "the probability is right to a rounding, its distance from 1 is not"),
    ),
    "linear_attention": value(
        Case(f.linear_attention, (PAIR, PAIR), ((-20.0, -21.0), (1.0, 3.0))),
        "spurious_nan",
        forward(CANCELLATION, ("add",), "elu(-20) rounds to -1, and -1 + 1 is left of 2e-9"),
    ),
    "geglu": value(
        Case(f.geglu, (PAIR, PAIR), ((2.0, 1.0), (-6.0, 1.0))),
        "spurious_zero",
        forward(CANCELLATION, ("gelu",), "erf rounds to -1 inside the kernel, which adds 1"),
    ),
    "radam_length": value(
        Case(f.radam_length, (Argument("(0, 1)"), POSITIVE), (0.9999, 3.0)),
        "wrong",
        forward(CANCELLATION, ("sub", "rsub"), "two numbers near 2e4 differ by 3; one has the rounding of 1 - b^3"),
    ),
    "normalised_lead": gradient(
        Case(f.normalised_lead, (PAIR,), ((12.0, 1.0),)),
        "wrong",
        backward(
            *(CANCELLATION, ("native_layer_norm_backward", "layer_norm")),
            "of two numbers the norm leaves the sign, and of its slope only what eps = 1e-5 does",
        ),
    ),
    "forget_gate_bfloat16": gradient(
        Case(f.forget_gate, (PAIR, PAIR), ((9.0, 1.0), (2.0, 1.0))),
        "spurious_zero",
        backward(CANCELLATION, ("sigmoid_backward",), "sigmoid(10) rounds to 1 in bfloat16, and 1 - 1 is left"),
        dtype="bfloat16",
    ),
    "in_place_softplus": gradient(
        Case(f.in_place_softplus, (PAIR,), ((-20.0, 1.0),)),
        "spurious_zero",
        backward(CANCELLATION, ("rsub", "sub"), "exp(-2e-9) rounds to 1, and 1 - 1 is left"),
    ),
}
ABSORPTIONS = {
    "applied_update_bfloat16": value(
        Case(f.applied_update, (PAIR, PAIR), ((256.0, 0.5), (1.0, 2.0))),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "256 - 0.125 is 256 in bfloat16"),
        dtype="bfloat16",
    ),
    "debiased_average": value(
        Case(f.debiased_average, (POSITIVE, Argument("(0, 1)"), POSITIVE), (3e-9, 1e-9, 3.0)),
        "spurious_inf",
        forward(ABSORPTION, ("rsub", "sub"), "1 - 1e-9 is 1 in float32, and the bias 1 - 1^3 follows"),
    ),
    "barron_loss": value(
        Case(f.barron_loss, (PAIR, POSITIVE), ((1e-9, 0.5), 1.0)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1e-18 + 1 is 1 in float64"),
        dtype="float64",
    ),
    "clipped_activation": value(
        Case(f.clipped_activation, (PAIR, POSITIVE), ((1e-9, 2.0), 6.0)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1e-9 - 6 is -6 in float32"),
    ),
}
EDGES = {
    "one_hot_cross_entropy": value(
        Case(f.one_hot_cross_entropy, (UNIT_PAIR, LABELS), ((0.0, 0.75), (0.0, 1.0))),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 times the logarithm of 0; the limit is 0"),
    ),
    "product_of_experts": gradient(
        Case(f.product_of_experts, (UNIT_PAIR,), ((0.0, 0.5),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("log", "div"), "0 of the exp times the slope of log at 0; the limit is 0.5"),
    ),
    "sphereface_logit": gradient(
        Case(f.sphereface_logit, (COSINES,), ((1.0, 0.5),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul"), "0 times the slope of acos at 1; the limit is 16"),
    ),
}
BRANCHES = {
    "floored_cross_entropy": gradient(
        Case(f.floored_cross_entropy, (UNIT_PAIR, LABELS), ((0.0, 0.5), (1.0, 0.0))),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "clamp", "where"), "0 of the floor over the 0 in the logarithm"),
    ),
    "ignored_pixels": gradient(
        Case(f.ignored_pixels, (UNIT_PAIR, LABELS), ((0.0, 0.5), (0.0, 1.0))),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "where"), "0 goes back into the log(0) that was not taken"),
    ),
    "signed_root": gradient(
        Case(f.signed_root, (PAIR,), ((4.0, -1.0),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("sqrt", "div", "mul", "where"), "0 goes back into the root that was not taken"),
    ),
}
CUTS = {
    "clipped_cosine_logit": gradient(
        Case(f.clipped_cosine_logit, (PAIR,), ((1e-4, 0.5),)),
        "spurious_zero",
        backward(CLAMP, ("hardtanh_backward", "hardtanh"), "cos(1e-4) rounds to the bound 1, where the slope is cut"),
    ),
}
RULES = {
    "soft_dice": gradient(
        Case(f.soft_dice, (UNIT_PAIR, LABELS), ((0.25, 0.75), (1.0, 1.0))),
        "wrong",
        backward(WRONG_RULE, (), "the slope of the denominator is missing"),
    ),
    "rms_normalised": gradient(
        Case(f.rms_normalised, (PAIR,), ((1.0, 3.0),)),
        "wrong",
        backward(WRONG_RULE, (), "the scale is held constant, though x makes it"),
    ),
    "hard_swish": gradient(
        Case(f.hard_swish, (PAIR,), ((1.0, -1.0),)),
        "wrong",
        backward(WRONG_RULE, (), "the slope is 1 above 3, not above 0"),
    ),
}
CONTROLS = {
    # A slope that is infinite.
    "arcface_logit": Case(f.arcface_logit, (COSINES,), ((1.0, 0.5),)),
    # The square of a distance has no kink.
    "kernel_of_distances": Case(f.kernel_of_distances, (MATRIX,), (((1.0, 2.0), (1.0, 2.0)),)),
    # 0 to the power gamma: its slope in gamma is 0, and not 0 * log(0).
    "focal_weight": Case(f.focal_weight, (UNIT_PAIR, POSITIVE), ((1.0, 0.25), 2.0)),
    "divergence": Case(f.divergence, (PAIR, LABELS), ((-0.5, -20.0), (0.0, 1.0))),
    # The slope at 0 is 2e18, and right.
    "gumbel_noise": Case(f.gumbel_noise, (Argument("[0, 1)", shape=(2,)),), ((0.0, 0.5),)),
    # What is masked has no weight and no slope.
    "causal_attention": Case(f.causal_attention, (MATRIX, PAIR), (((1.0, 2.0), (0.5, -1.0)), (1.0, 3.0))),
    # The floor of the norm holds where the squares underflow.
    "unit_length": Case(f.unit_length, (PAIR,), ((1e-20, 2e-20),)),
    # What is absorbed is too small to matter.
    "adagrad_step": Case(f.adagrad_step, (POSITIVE, SCALAR), (1e4, 1e-3)),
    # Beyond the dtype, unlike its gradient.
    "weight_decay": Case(f.weight_decay, (PAIR,), ((1e20, 2.0),)),
    # 1 - sigmoid(30) is 0, and added to 1.
    "lean_swish": Case(f.lean_swish, (PAIR,), ((30.0, -30.0),)),
}
CASES: dict[str, Case] = (
    OVERFLOWS | UNDERFLOWS | CANCELLATIONS | ABSORPTIONS | EDGES | BRANCHES | CUTS | RULES | CONTROLS
)
