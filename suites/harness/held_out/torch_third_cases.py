"""Still more of what users of PyTorch write: the cases that fail, and controls in which nothing is wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
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
    UNTAKEN_BRANCH,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.harness.held_out import torch_third_functions as f
from gradcheck.suites.harness.held_out.case import Case

SCALAR, PAIR, TRIPLE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVE_PAIR = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE_PAIR, MATRIX = Argument("nonnegative", shape=(2,)), Argument("real", shape=(2, 2))
POSITIVE_TRIPLE, UNIT_PAIR = Argument("positive", shape=(3,)), Argument("probability", shape=(2,))
COSINES, SHARE = Argument("[-1, 1]", shape=(2,)), Argument("[0, 1)")
LABELS = Argument("{0, 1}", shape=(2,), differentiate=False)
OF_VALUE, OF_GRADIENT = "value", "gradient"


def caused(kinds, operations, phase, why):
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    return RightCause(kinds, operations, phase, why)


def forward(kinds, operations, why):
    return (caused(kinds, operations, FORWARD, why),)


def backward(kinds, operations, why):
    return (caused(kinds, operations, BACKWARD, why),)


OVERFLOWS = {
    "reduced_mass": Case(
        *(f.reduced_mass, (POSITIVE, POSITIVE), (2e30, 6e24), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("mul",), "the product of two masses, 1e55, is inf in float32"),
    ),
    "logistic_growth": Case(
        *(
            f.logistic_growth,
            (POSITIVE, POSITIVE, POSITIVE_PAIR),
            (1.0, 1000.0, (800.0, 2.0)),
            "spurious_nan",
            OF_VALUE,
        ),
        forward(OVERFLOW, ("exp",), "exp(800) is inf in float64, and inf / inf follows"),
        "float64",
    ),
    "drag_force_half": Case(
        *(f.drag_force, (POSITIVE, POSITIVE_PAIR), (0.125, (300.0, 2.0)), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("pow",), "the square of 300 is inf in float16"),
        "float16",
    ),
    "relative_spread": Case(
        *(f.relative_spread, (PAIR,), ((1e20, 3e20),), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("var",), "the variance 2e40 is inf in float32, its root is not"),
    ),
    "gaussian_entropy": Case(
        *(f.gaussian_entropy, (MATRIX,), (((3e20, 1e20), (1e20, 2e20)),), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("_linalg_det", "linalg_det", "det"), "the determinant 5e40 is inf, its logarithm is 94"),
    ),
    "mellowmax": Case(
        *(f.mellowmax, (PAIR,), ((20.0, 1.0),), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("exp",), "exp(100) is inf in float32, its logarithm is not"),
    ),
    "textbook_tanh": Case(
        *(f.textbook_tanh, (PAIR,), ((100.0, 1.0),), "spurious_nan", OF_VALUE),
        forward(OVERFLOW, ("exp",), "exp(100) is inf in float32, and inf / inf follows"),
    ),
    "unconstrained_scale": Case(
        *(f.unconstrained_scale, (POSITIVE_PAIR,), ((100.0, 1.0),), "spurious_nan", OF_GRADIENT),
        forward(OVERFLOW, ("exp",), "exp(100) is inf in float32, and its slope is 1/inf * inf"),
    ),
    "bearing": Case(
        *(f.bearing, (PAIR, PAIR), ((1e20, 1.0), (2e20, 1.0)), "spurious_zero", OF_GRADIENT),
        backward(OVERFLOW, ("mul", "pow"), "the slope is x / (x^2 + y^2), and the squares overflow"),
    ),
}
UNDERFLOWS = {
    "skewness": Case(
        *(f.skewness, (TRIPLE,), ((1e-16, 2e-16, 4e-16),), "spurious_nan", OF_VALUE),
        forward(UNDERFLOW, ("pow",), "the cubes of 1e-16 are 0 in float32, and so is the power 3/2: 0/0"),
    ),
    "f_measure": Case(
        *(f.f_measure, (UNIT_PAIR, UNIT_PAIR), ((1e-25, 0.5), (2e-25, 0.25)), "spurious_zero", OF_VALUE),
        forward(UNDERFLOW, ("mul",), "the product 4e-50 is 0 in float32, and 0 / 3e-25 follows"),
    ),
    "normal_hazard": Case(
        *(f.normal_hazard, (PAIR,), ((15.0, 1.0),), "spurious_nan", OF_VALUE),
        forward(UNDERFLOW, ("exp", "erfc"), "exp(-112.5) is 0 in float32, and so is erfc(10.6): it takes both"),
    ),
    "joint_log_probability": Case(
        *(f.joint_log_probability, (PAIR, PAIR), ((-60.0, 1.0), (-60.0, 1.0)), "spurious_inf", OF_VALUE),
        forward(UNDERFLOW, ("mul",), "the product 8e-53 is 0 in float32, and its logarithm is taken"),
    ),
    "quartic_norm": Case(
        *(f.quartic_norm, (PAIR,), ((1e-12, 2e-12),), "spurious_zero", OF_VALUE),
        forward(UNDERFLOW, ("linalg_vector_norm",), "the fourth powers 1e-48 are 0 in float32 inside the norm"),
    ),
    "adam_direction_half": Case(
        *(f.adam_direction, (PAIR,), ((1e-4, 0.5),), "wrong", OF_VALUE),
        forward(UNDERFLOW, ("mul",), "the square 1e-8 is 0 in float16, so that the step is 1 and not a half"),
        "float16",
    ),
    "soliton": Case(
        *(f.soliton, (PAIR,), ((60.0, 1.0),), "spurious_zero", OF_GRADIENT),
        backward(UNDERFLOW, ("mul", "pow"), "the slope of 1/x is the square of 2e-26, before the sinh scales it"),
    ),
}
CANCELLATIONS = {
    "catenary_sag": Case(
        *(f.catenary_sag, (POSITIVE, POSITIVE), (0.0078125, 64.0), "spurious_zero", OF_VALUE),
        forward(CANCELLATION, ("sub",), "cosh(1e-4) rounds to 1, and 1 - 1 is left of 7e-9"),
    ),
    "sphere_form_factor": Case(
        *(f.sphere_form_factor, (POSITIVE_PAIR,), ((1e-3, 2.0),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "two numbers near 1e-3, right to a rounding, differ by 3e-10"),
    ),
    "recession": Case(
        *(f.recession, (POSITIVE_PAIR,), ((1e-6, 0.5),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "1 + 2e-6, right to a rounding, less 1"),
    ),
    "involute": Case(
        *(f.involute, (POSITIVE_PAIR,), ((1e-3, 0.5),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "a tangent that is right to a rounding less its angle, 3e-10 of 1e-3"),
    ),
    "log_cosine": Case(
        *(f.log_cosine, (PAIR,), ((1e-3, 0.5),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("log",), "the cosine is right to a rounding, its distance from 1 is not"),
    ),
    "combined_tilt": Case(
        *(f.combined_tilt, (SCALAR, SCALAR), (5e-4, 5e-4), "wrong", OF_VALUE),
        forward(CANCELLATION, ("acos",), "the cosine is right to a rounding, its distance from 1 is not"),
    ),
    "log_choose": Case(
        *(f.log_choose, (POSITIVE, POSITIVE), (1e6, 1.0), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "two numbers of 1e7 in whole steps differ by 13.8"),
    ),
    "expected_log_beta": Case(
        *(f.expected_log_beta, (POSITIVE, POSITIVE), (1e5, 1.0), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "two digammas of 11.5, right to a rounding, differ by 1e-5"),
    ),
    "leading_share": Case(
        *(f.leading_share, (PAIR,), ((1.0, 1e-3),), "wrong", OF_GRADIENT),
        backward(CANCELLATION, ("add", "add_"), "1/r and x^2/r^3, both near 1, are added with opposite signs"),
    ),
}
ABSORPTIONS = {
    "jukes_cantor": Case(
        *(f.jukes_cantor, (Argument("[0, 0.75)", shape=(2,)),), ((1e-9, 0.25),), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("rsub", "sub"), "1 - 1e-9 is 1 in float32"),
    ),
    "mass_outside_peak_half": Case(
        *(f.mass_outside_peak, (POSITIVE_TRIPLE,), ((2048.0, 0.25, 0.5),), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("sum",), "2048 + 0.75 is 2048 in float16"),
        "float16",
    ),
    "shear_displacement": Case(
        *(f.shear_displacement, (SCALAR, PAIR), (1.5, (1e8, 1.0)), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("dot",), "1e8 + 1.5 is 1e8 in float32"),
    ),
    "energy_over_momentum": Case(
        *(f.energy_over_momentum, (POSITIVE, POSITIVE), (1e5, 1.0), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("add",), "1e10 + 1 is 1e10 in float32"),
    ),
    "student_log_kernel": Case(
        *(f.student_log_kernel, (PAIR, POSITIVE), ((0.01, 0.02), 1e6), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("add",), "1 + 1e-10 is 1 in float32"),
    ),
    "tanh_shrink": Case(
        *(f.tanh_shrink, (PAIR,), ((1e-6, 0.5),), "spurious_zero", OF_GRADIENT),
        (
            caused(ABSORPTION, ("tanh_backward",), BACKWARD, "1 - tanh^2 is 1 in float32, and then 1 - 1 is left"),
            caused(CANCELLATION, ("add",), BACKWARD, "the kernel's 1 is right to a rounding, of 1 - 1 that is left"),
        ),
    ),
}
EDGES = {
    "moment_deviation": Case(
        *(f.moment_deviation, (TRIPLE,), ((0.29, 0.29, 0.29),), "spurious_nan", OF_VALUE),
        (
            caused(CANCELLATION, ("sub",), FORWARD, "two equal moments, each rounded, differ by less than 0"),
            caused(INVALID, ("sqrt",), FORWARD, "the root of a variance that rounds to below 0"),
        ),
    ),
    "slerp_weight": Case(
        *(f.slerp_weight, (SCALAR, SHARE), (0.0, 0.25), "spurious_nan", OF_VALUE),
        forward((INVALID, DOMAIN_EDGE), ("div",), "0/0 of two sines; the limit is 0.75"),
    ),
    "log_sinc": Case(
        *(f.log_sinc, (Argument("[0, 3]", shape=(2,)),), ((0.0, 2.0),), "spurious_nan", OF_VALUE),
        forward((INVALID, DOMAIN_EDGE), ("sub", "log"), "-inf less -inf of two logarithms of 0; the limit is 0"),
    ),
    "radial_gaussian": Case(
        *(f.radial_gaussian, (PAIR,), ((0.0, 0.0),), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "0 times the slope of sqrt at 0; the limit is 0"),
    ),
    "squared_angle": Case(
        *(f.squared_angle, (COSINES,), ((1.0, 0.5),), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul"), "0 times the slope of acos at 1; the limit is -2"),
    ),
    "squared_surprise": Case(
        *(f.squared_surprise, (UNIT_PAIR,), ((0.0, 0.5),), "spurious_nan", OF_GRADIENT),
        backward((INVALID, DOMAIN_EDGE), ("div", "xlogy", "log", "mul"), "0/0 of p^2/p; the limit is 0"),
    ),
    "arrhenius": Case(
        *(f.arrhenius, (POSITIVE, NONNEGATIVE_PAIR), (2.0, (0.0, 1.0)), "spurious_nan", OF_GRADIENT),
        backward((INVALID, DOMAIN_EDGE), ("div", "mul"), "the rate 0 over the temperature 0; the limit is 0"),
    ),
}
BRANCHES = {
    "compressed_reward": Case(
        *(f.compressed_reward, (PAIR,), ((0.0, 3.0),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "where"), "0 goes back into the log(0) that was not taken"),
    ),
    "compact_kernel": Case(
        *(f.compact_kernel, (NONNEGATIVE_PAIR,), ((2.0, 0.5),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("pow", "mul", "where"), "0 times the root of -3, which was not taken"),
    ),
    "rapidity": Case(
        *(f.rapidity, (PAIR,), ((0.5, 2.0),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("acosh", "rsqrt", "mul", "where"), "0 times the slope of acosh below 1"),
    ),
    "floored_deviation": Case(
        *(f.floored_deviation, (NONNEGATIVE_PAIR,), ((0.0, 0.5),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("sqrt", "div", "mul", "clamp", "where"), "0 of the clamp over the root of 0"),
    ),
}
CUTS = {
    "clipped_erf": Case(
        *(f.clipped_erf, (PAIR,), ((4.0, 0.5),), "spurious_zero", OF_GRADIENT),
        backward(CLAMP, ("hardtanh_backward", "hardtanh"), "erf(4) rounds to the bound 1, where the gradient is cut"),
    ),
    "gate_leakage": Case(
        *(f.gate_leakage, (PAIR,), ((10.0, 1.0),), "spurious_zero", OF_VALUE),
        forward(CLAMP, ("lt", "where"), "tanh(10) rounds to 1, which is not below 1, so the select holds 0"),
    ),
    "limited_cosine": Case(
        *(f.limited_cosine, (PAIR,), ((1e-5, 0.5),), "wrong", OF_GRADIENT),
        backward(
            *(CLAMP, ("minimum", "eq", "where", "div", "mul", "masked_fill", "masked_fill_")),
            "the cosine rounds to the bound 1, and of a tie half the gradient is cut",
        ),
    ),
}
RULES = {
    "squared_relu": Case(
        *(f.squared_relu, (PAIR,), ((1.5, -1.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "the factor 2 of the slope of a square is missing"),
    ),
    "quarter_turn": Case(
        *(f.quarter_turn, (PAIR,), ((1.0, 2.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "the gradient is turned forward and not back"),
    ),
    "inverse_softplus": Case(
        *(f.inverse_softplus, (POSITIVE_PAIR,), ((0.5, 2.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "the slope is 1 / (1 - exp(-x)), not 1 + exp(-x)"),
    ),
}
CONTROLS = {
    "logit_loss": Case(f.logit_loss, (PAIR, LABELS), ((30.0, -30.0), (0.0, 1.0))),
    # Both in the dtype, unlike the squares.
    "leg_length": Case(f.leg_length, (SCALAR, SCALAR), (1e30, 2e30)),
    # A kink where two points are the same.
    "pairwise_distances": Case(f.pairwise_distances, (MATRIX,), (((1.0, 2.0), (1.0, 2.0)),)),
    # The direction of no displacement, and its limit depends on the way.
    "bearing_of_none": Case(f.bearing, (SCALAR, SCALAR), (0.0, 0.0)),
    # Half an ulp of either turns the phase by a radian and more.
    "phase": Case(f.phase, (SCALAR, SCALAR), (12345.678, 9876.543)),
    # The clamp holds the square that overflows, and cuts its gradient.
    "capped_square": Case(f.capped_square, (PAIR,), ((1e30, 3.0),)),
    # What is detached is constant.
    "straight_through": Case(f.straight_through, (PAIR,), ((0.375, 1.75),)),
    # A slope that is infinite.
    "opening_angle": Case(f.opening_angle, (COSINES,), ((1.0, 0.5),)),
    # What is absorbed is too small to matter.
    "energy_of_the_slow": Case(f.energy_over_momentum, (POSITIVE, POSITIVE), (1e-6, 1.0)),
}
CASES: dict[str, Case] = (
    OVERFLOWS | UNDERFLOWS | CANCELLATIONS | ABSORPTIONS | EDGES | BRANCHES | CUTS | RULES | CONTROLS
)
