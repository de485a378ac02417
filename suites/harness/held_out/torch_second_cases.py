"""More of what users of PyTorch write: the cases that fail, and controls in which nothing is wrong."""

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
from gradcheck.suites.harness.held_out import torch_second_functions as f
from gradcheck.suites.harness.held_out.case import Case

SCALAR, PAIR, TRIPLE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVE_PAIR = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE, NONNEGATIVE_PAIR = Argument("nonnegative"), Argument("nonnegative", shape=(2,))
UNIT_PAIR, BALL, SIMPLEX = Argument("probability", shape=(2,)), Argument("ball", shape=(2,)), Argument("simplex", (3,))
SHARE, SPEED = Argument("[0, 1)", shape=(2,)), Argument("(-1, 1)", shape=(2,))
MATRIX, COUNT = Argument("real", shape=(2, 2)), Argument("nonnegative", differentiate=False)
OF_VALUE, OF_GRADIENT = "value", "gradient"
MINUS = ("rsub", "sub")


def caused(kinds, operations, phase, why):
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    return RightCause(kinds, operations, phase, why)


def forward(kinds, operations, why):
    return (caused(kinds, operations, FORWARD, why),)


def backward(kinds, operations, why):
    return (caused(kinds, operations, BACKWARD, why),)


OVERFLOWS = {
    "planck": Case(
        *(f.planck, (POSITIVE_PAIR, POSITIVE), ((100.0, 2.0), 1.0), "spurious_zero", OF_VALUE),
        forward(OVERFLOW, ("exp",), "exp(100) is inf in float32, though 1e6 / exp(100) is a normal number"),
    ),
    "hill": Case(
        *(f.hill, (POSITIVE_PAIR, POSITIVE, POSITIVE), ((1e10, 2.0), 1.0, 4.0), "spurious_nan", OF_VALUE),
        forward(OVERFLOW, ("pow",), "the fourth power of 1e10 is inf, and inf / inf follows"),
    ),
    "generalised_mean_pool": Case(
        *(f.generalised_mean_pool, (PAIR, POSITIVE), ((1e15, 1.0), 3.0), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("pow",), "the cube of 1e15 is inf before the cube root is taken"),
    ),
    "poisson_probability": Case(
        *(f.poisson_probability, (POSITIVE, COUNT), (50.0, 40.0), "spurious_nan", OF_VALUE),
        forward(OVERFLOW, ("pow",), "50^40 is inf, and so is 40!"),
    ),
    "inverse_square_root_unit": Case(
        *(f.inverse_square_root_unit, (PAIR,), ((1e20, 0.5),), "spurious_zero", OF_VALUE),
        forward(OVERFLOW, ("pow",), "the square of 1e20 is inf, and 1e20 / inf is 0 where the unit saturates at 1"),
    ),
    "attention_score_half": Case(
        *(f.attention_score, (PAIR, PAIR), ((300.0, 200.0), (300.0, 200.0)), "spurious_inf", OF_VALUE),
        forward(OVERFLOW, ("mul",), "300 * 300 is inf in float16 before it is divided by 8"),
        "float16",
    ),
    "mish": Case(
        *(f.mish, (PAIR,), ((100.0, 1.0),), "spurious_nan", OF_GRADIENT),
        forward(OVERFLOW, ("exp",), "exp(100) is inf in float32, and the chain rule multiplies it by 0"),
    ),
    "resonance": Case(
        *(f.resonance, (POSITIVE, POSITIVE), (1e-15, 1e-15), "spurious_inf", OF_GRADIENT),
        backward(OVERFLOW, ("pow",), "the slope of 1/sqrt is its cube, 1e45, before the capacitance scales it"),
    ),
}
UNDERFLOWS = {
    "weibull_nll": Case(
        *(f.weibull_nll, (POSITIVE, POSITIVE, POSITIVE), (5.0, 1.0, 3.0), "spurious_inf", OF_VALUE),
        forward(UNDERFLOW, ("exp",), "exp(-125) is 0 in float32, and the logarithm of 0 is taken"),
    ),
    "boltzmann_ratio": Case(
        *(f.boltzmann_ratio, (SCALAR, SCALAR, POSITIVE), (800.0, 799.0, 1.0), "spurious_nan", OF_VALUE),
        forward(UNDERFLOW, ("exp",), "exp(-800) and exp(-799) are 0 in float64, which leaves 0/0"),
        "float64",
    ),
    "geometric_mean": Case(
        *(f.geometric_mean, (POSITIVE_PAIR,), ((1e-25, 1e-27),), "spurious_zero", OF_VALUE),
        forward(UNDERFLOW, ("prod",), "the product 1e-52 is 0 in float32, though its root is a normal number"),
    ),
    "rayleigh_quotient": Case(
        *(f.rayleigh_quotient, (MATRIX, PAIR), (((2.0, 1.0), (1.0, 3.0)), (1e-25, 2e-25)), "spurious_nan", OF_VALUE),
        forward(UNDERFLOW, ("dot",), "both scalar products are about 1e-49, 0 in float32, which leaves 0/0"),
    ),
    "safe_direction": Case(
        *(f.safe_direction, (PAIR,), ((3e-25, 4e-25),), "wrong", OF_VALUE),
        forward(UNDERFLOW, ("mul",), "the squares are 0 in float32, so the guard against a vector of 0 is taken"),
    ),
    "orbital_rate": Case(
        *(f.orbital_rate, (POSITIVE, POSITIVE), (1.5e11, 1.3e20), "spurious_zero", OF_GRADIENT),
        backward(
            UNDERFLOW, ("pow",), "the slope of 1/sqrt is its cube, 5e-51, before the square of the axis scales it"
        ),
    ),
}
CANCELLATIONS = {
    "planck_low_frequency": Case(
        *(f.planck, (POSITIVE_PAIR, POSITIVE), ((1e-8, 2.0), 1.0), "spurious_inf", OF_VALUE),
        forward(CANCELLATION, ("sub",), "exp(1e-8) rounds to 1, and nothing is left of 1 - 1"),
    ),
    "ordinal_nll": Case(
        *(f.ordinal_nll, (PAIR, PAIR, PAIR), ((0.0, 0.0), (19.0, -1.0), (20.0, 1.0)), "spurious_inf", OF_VALUE),
        forward(CANCELLATION, ("sub",), "sigmoid(20) and sigmoid(19) both round to 1, and their difference is 0"),
    ),
    "log_mean_temperature": Case(
        *(f.log_mean_temperature, (POSITIVE, POSITIVE), (300.0003, 300.0), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "two logarithms that are right to a rounding agree in all but the last bits"),
    ),
    "johnson_transform": Case(
        *(f.johnson_transform, (PAIR,), ((-4000.0, 2.0),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("add",), "-4000 and sqrt(4000^2 + 1), right to a rounding, leave only the rounding"),
    ),
    "langevin_weak": Case(
        *(f.langevin, (PAIR,), ((1e-3, 2.0),), "wrong", OF_VALUE),
        forward(CANCELLATION, ("sub",), "1000.0003 - 1000 keeps three bits"),
    ),
    "michaelis_menten": Case(
        *(f.michaelis_menten, (POSITIVE_PAIR, POSITIVE_PAIR), ((1e6, 1.0), (0.5, 0.5)), "wrong", OF_GRADIENT),
        backward(CANCELLATION, ("add", "add_"), "1/(k + s) and s/(k + s)^2 are added with opposite signs"),
    ),
    "log_secant": Case(
        *(f.log_secant, (POSITIVE_PAIR,), ((1.0000015, 2.0),), "wrong", OF_GRADIENT),
        backward(CANCELLATION, ("add", "add_"), "two slopes of 7e5 with opposite signs are added, and -1/2 is right"),
    ),
    "soft_argmax": Case(
        *(f.soft_argmax, (PAIR,), ((0.0, 40.0),), "spurious_zero", OF_GRADIENT),
        backward(CANCELLATION, ("_softmax_backward_data",), "position 1 less the mean position, which rounds to 1"),
        "float64",
    ),
    "gated_linear_unit": Case(
        *(f.gated_linear_unit, (PAIR,), ((2.0, 20.0),), "spurious_zero", OF_GRADIENT),
        backward(CANCELLATION, ("glu_backward",), "1 - sigmoid(20) where the sigmoid rounds to 1"),
    ),
}
ABSORPTIONS = {
    "kinetic_energy": Case(
        *(f.kinetic_energy, (SPEED,), ((1e-5, 0.5),), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, MINUS, "1 - 1e-10 is 1 in float32"),
    ),
    "kumaraswamy_quantile": Case(
        *(f.kumaraswamy_quantile, (SHARE, POSITIVE, POSITIVE), ((1e-18, 0.5), 2.0, 3.0), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, MINUS, "1 - 1e-18 is 1 in float64"),
        "float64",
    ),
    "noisy_or": Case(
        *(f.noisy_or, (UNIT_PAIR,), ((1e-9, 2e-9),), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, MINUS, "1 - 1e-9 is 1 in float32, and the product is then taken from 1"),
    ),
    "sagitta": Case(
        *(f.sagitta, (POSITIVE, POSITIVE), (6.4e6, 0.01), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("sub",), "4e13 - 1e-4 is 4e13 in float64"),
        "float64",
    ),
    "capacity": Case(
        *(f.capacity, (POSITIVE_PAIR, POSITIVE_PAIR), ((1e-9, 1.0), (1.0, 0.5)), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("add",), "a noise of 1 swallows a signal of 1e-9"),
    ),
    "poincare_distance": Case(
        *(f.poincare_distance, (BALL, BALL), ((0.1, 0.2), (0.1001, 0.2)), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("add",), "1 + 2e-8 is 1 in float32"),
    ),
    "knot_spacing_half": Case(
        *(f.knot_spacing, (POSITIVE_PAIR,), ((2048.0, 0.5),), "spurious_zero", OF_VALUE),
        forward(ABSORPTION, ("cumsum",), "2048 + 0.5 is 2048 in float16"),
        "float16",
    ),
    "michaelis_menten_saturated": Case(
        *(f.michaelis_menten, (POSITIVE_PAIR, POSITIVE_PAIR), ((1e8, 1.0), (0.5, 0.5)), "spurious_zero", OF_GRADIENT),
        forward(ABSORPTION, ("add",), "a substrate of 1e8 swallows the constant, and 1/s - s/s^2 is exactly 0"),
    ),
}
EDGES = {
    "langevin_no_field": Case(
        *(f.langevin, (PAIR,), ((0.0, 2.0),), "spurious_nan", OF_VALUE),
        forward((INVALID, DOMAIN_EDGE), ("sub", "reciprocal"), "inf - inf of two poles at 0; the limit is 0"),
    ),
    "jensen_shannon": Case(
        *(f.jensen_shannon, (SIMPLEX, SIMPLEX), ((0.0, 0.25, 0.75), (0.0, 0.5, 0.5)), "spurious_nan", OF_VALUE),
        forward(INVALID, ("div",), "0/0 of an event that neither has; it adds 0"),
    ),
    "fisher_z": Case(
        *(f.fisher_z, (TRIPLE, TRIPLE), ((0.1, 0.2, 0.7), (0.1, 0.2001, 0.7)), "spurious_nan", OF_VALUE),
        forward(INVALID, ("atanh",), "the correlation rounds to just above 1, where atanh is not defined"),
    ),
    "expected_log_share": Case(
        *(f.expected_log_share, (NONNEGATIVE_PAIR,), ((0.0, 1.5),), "spurious_nan", OF_VALUE),
        forward((INVALID, DOMAIN_EDGE), ("mul", "digamma"), "0 times the pole of digamma; the limit is -1"),
    ),
    "von_mises_stress": Case(
        *(f.von_mises_stress, (TRIPLE,), ((2.0, 2.0, 2.0),), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul", "pow"), "the slope of sqrt at 0, times 0"),
    ),
    "poincare_distance_of_equals": Case(
        *(f.poincare_distance, (BALL, BALL), ((0.25, 0.5), (0.25, 0.5)), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("acosh", "rsqrt", "mul"), "the slope of acosh at 1, times 0"),
    ),
    "allometric": Case(
        *(f.allometric, (NONNEGATIVE_PAIR, POSITIVE), ((0.0, 2.0), 2.0), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("log", "div", "mul"), "0 times the slope of log at 0; the limit is 0"),
    ),
    "space_charge_current": Case(
        *(f.space_charge_current, (NONNEGATIVE_PAIR,), ((0.0, 2.0),), "spurious_nan", OF_GRADIENT),
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div"), "0 times the slope of sqrt at 0; the limit is 0"),
    ),
}
BRANCHES = {
    "encoded_light": Case(
        *(f.encoded_light, (UNIT_PAIR,), ((0.0, 0.5),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("pow", "mul", "where"), "the power that was not taken has an infinite slope at 0"),
    ),
    "floored_nll": Case(
        *(f.floored_nll, (PAIR,), ((-150.0, 1.0),), "spurious_nan", OF_GRADIENT),
        (
            caused(UNTAKEN_BRANCH, ("log", "div", "clamp", "where"), BACKWARD, "0 of the clamp times the slope of log"),
            caused(UNDERFLOW, ("sigmoid",), FORWARD, "sigmoid(-150) is 0 in float32"),
        ),
    ),
    "guarded_sinc": Case(
        *(f.guarded_sinc, (PAIR,), ((0.0, 2.0),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("div", "mul", "where"), "the quotient that was not taken has no slope at 0"),
    ),
    "noam_rate": Case(
        *(f.noam_rate, (NONNEGATIVE_PAIR,), ((0.0, 4.0),), "spurious_nan", OF_GRADIENT),
        backward(UNTAKEN_BRANCH, ("pow", "mul", "minimum", "masked_fill_", "where"), "0 times a pole's slope"),
    ),
}
CUTS = {
    "overlap": Case(
        *(f.overlap, (TRIPLE, TRIPLE), ((2.875, 0.5, -0.5), (2.8759765625, 0.5, -0.5)), "spurious_zero", OF_GRADIENT),
        (
            caused(CLAMP, ("clamp", "where", "le"), BACKWARD, "the sum rounds to above 1, and the gradient is cut"),
            caused(CLAMP, ("clamp",), FORWARD, "the sum rounds to just above 1, and is held there"),
        ),
    ),
    "correlation_loss": Case(
        *(f.correlation_loss, (TRIPLE, TRIPLE), ((0.1, 0.2, 0.7), (0.1, 0.2001, 0.7)), "spurious_zero", OF_GRADIENT),
        (
            caused(CLAMP, ("clamp", "where", "le"), BACKWARD, "rounded to above 1, and the gradient is cut"),
            caused(CLAMP, ("clamp",), FORWARD, "the correlation rounds to just above 1, and is held there"),
        ),
    ),
    "survival_nll": Case(
        *(f.survival_nll, (PAIR,), ((20.0, 1.0),), "spurious_zero", OF_VALUE),
        forward(CLAMP, ("lt", "where"), "sigmoid(20) rounds to 1, which is not below 1, so the select holds 0"),
    ),
}
RULES = {
    "reversed_gradient": Case(
        *(f.reversed_gradient, (PAIR,), ((1.0, -2.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "minus a half where the slope of the identity is 1"),
    ),
    "direction": Case(
        *(f.direction, (PAIR,), ((1.0, 2.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "the part of the gradient along x is not taken out"),
    ),
    "scaled_tanh": Case(
        *(f.scaled_tanh, (PAIR,), ((0.5, -1.0),), "wrong", OF_GRADIENT),
        backward(WRONG_RULE, (), "the factor 2/3 of the argument is missing"),
    ),
}
CONTROLS = {
    # What is below the floor has no gradient, and the floor keeps the logarithm away from 0.
    "log_mel_of_silence": Case(f.log_mel, (NONNEGATIVE_PAIR,), ((0.0, 4.0),)),
    # The inner select keeps the quotient away from 0.
    "twice_guarded_sinc": Case(f.twice_guarded_sinc, (PAIR,), ((0.0, 2.0),)),
    # The distance to the surface is as uncertain as the point.
    "sphere_distance": Case(f.sphere_distance, (PAIR, POSITIVE), ((0.3, 0.4), 0.5)),
    # Too large for the dtype, and so is its slope; far away the twelfth power is too small to matter.
    "lennard_jones": Case(f.lennard_jones, (POSITIVE_PAIR,), ((1e-4, 1e4),)),
    # 0/0 whose limit depends on the way.
    "vegetation_index_of_black": Case(f.vegetation_index, (NONNEGATIVE, NONNEGATIVE), (0.0, 0.0)),
    # Slopes that are infinite at both ends.
    "arcsine_transform": Case(f.arcsine_transform, (UNIT_PAIR,), ((0.0, 1.0),)),
    "log_sigmoid": Case(f.log_sigmoid, (PAIR,), ((50.0, -50.0),)),
    # What is absorbed is too small to matter.
    "capacity_strong": Case(f.capacity, (POSITIVE_PAIR, POSITIVE_PAIR), ((1e9, 1.0), (0.5, 0.5))),
    "kinetic_energy_fast": Case(f.kinetic_energy, (SPEED,), ((0.9999, -0.5),)),
    "correlation_opposed": Case(f.correlation, (TRIPLE, TRIPLE), ((1.0, 2.0, 4.0), (3.0, 1.0, 0.5))),
    # The clamp holds what is negative, and cuts its gradient.
    "generalised_mean_pool_floor": Case(f.generalised_mean_pool, (PAIR, POSITIVE), ((-3.0, 1.0), 3.0)),
    "knot_spacing_exact": Case(f.knot_spacing, (POSITIVE_PAIR,), ((512.0, 0.5),), dtype="float16"),
}
CASES: dict[str, Case] = (
    OVERFLOWS | UNDERFLOWS | CANCELLATIONS | ABSORPTIONS | EDGES | BRANCHES | CUTS | RULES | CONTROLS
)
