"""A fifth set of functions of NumPy users at a point: failures with their right cause, and ones with nothing wrong."""

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
from gradcheck.suites.harness.held_out import numpy_fifth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, MATRIX = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(2, 2))
POSITIVE, NONNEGATIVE = Argument("positive"), Argument("nonnegative")
NONNEGATIVES, PIXELS = Argument("nonnegative", shape=(2,)), Argument("nonnegative", shape=(4,))
COUNTS, PROBABILITY = Argument("nonnegative", shape=(3,)), Argument("probability")
DIVIDE, SQUARE = ("divide", "true_divide"), ("square", "power", "multiply")
SUM = ("sum", "add", "add.reduce", "reduce")

VALUES: dict[str, Case] = {
    "blocked calls of a heavy load": value(
        Case(f.erlang_b, (POSITIVE,), (100.0,)),
        "spurious_nan",
        forward(OVERFLOW, ("power",), "100^20 overflows: inf/inf"),
    ),
    "opening rate at its threshold": value(
        Case(f.channel_opening_rate, (ONE,), (10.0,)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), DIVIDE, "0/0, and a limit of 0.1"),
    ),
    "drug of equal rates": value(
        Case(f.bateman_concentration, (POSITIVE, POSITIVE, POSITIVE), (1.0, 1.0, 2.0)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("multiply",), "inf * 0, and a limit of 2 exp(-2)"),
        forward((DOMAIN_EDGE, INVALID), DIVIDE, "1/0"),
    ),
    "forward rate near zero": value(
        Case(f.forward_rate, (ONE, POSITIVE, POSITIVE), (1e-8, 1.0, 2.0)),
        "spurious_zero",
        forward(CANCELLATION, ("subtract",), "both discounts round to 1, and 1 is subtracted of their ratio"),
    ),
    "drop of the ground on the Moon": value(
        Case(f.curvature_drop, (POSITIVE, POSITIVE), (1737.5, 0.25)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "the square of the radius, 3e6, absorbs 1/16"),
    ),
    "ellipsoid that is almost a sphere": value(
        Case(f.ellipsoid_eccentricity, (PROBABILITY,), (1e-9,)),
        "spurious_zero",
        forward(ABSORPTION, ("subtract",), "1 absorbs the flattening"),
    ),
    "moon just past new": value(
        Case(f.illuminated_fraction, (ONE,), (3.1414926,)),
        "spurious_zero",
        forward(CANCELLATION, ("add",), "the cosine rounds to -1, to which 1 is added"),
    ),
    "luminosity of a supergiant": value(
        Case(f.luminosity_in_suns, (POSITIVE, POSITIVE), (7e10, 18000.0)),
        "spurious_inf",
        forward(OVERFLOW, ("multiply",), "radius^2 * temperature^4 is 5e38, and overflows"),
    ),
    "noise of half a grey level": value(
        Case(f.peak_signal_to_noise, (PIXELS, PIXELS), ((100.0, 101.0, 102.0, 103.0), (101.0, 101.0, 103.0, 103.0))),
        "spurious_inf",
        forward(OVERFLOW, DIVIDE, "255^2 / 0.5 overflows float16"),
        dtype="float16",
    ),
    "brightness of two bright pixels": value(
        Case(f.root_mean_square_brightness, (NONNEGATIVES,), ((250.0, 250.0),)),
        "spurious_inf",
        forward(OVERFLOW, SUM, "the sum of two squares of 62500 overflows float16"),
        dtype="float16",
    ),
    "pixel unlike its neighbours": value(
        Case(f.inpainted_pixel, (PAIR, PAIR), ((0.25, 0.75), (15.0, 16.0))),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-112.5) underflows, and so do all weights: 0/0"),
    ),
    "diversity without one of the species": value(
        Case(f.shannon_diversity, (COUNTS,), ((0.0, 3.0, 5.0),)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("multiply",), "0 * log 0, and a limit of 0"),
        forward(DOMAIN_EDGE, ("log",), "the logarithm of 0"),
    ),
    "quotient by a large complex number": value(
        Case(f.complex_quotient_real, (ONE, ONE, ONE, ONE), (1e10, 1e10, 1e20, 1e20)),
        "spurious_zero",
        forward(OVERFLOW, SQUARE, "the square of 1e20 overflows"),
    ),
    "elimination by a tiny pivot": value(
        Case(f.eliminate_without_pivot, (MATRIX, PAIR), (((1e-20, 1.0), (1.0, 1.0)), (1.0, 2.0))),
        "spurious_zero",
        forward(CANCELLATION, ("subtract",), "the second unknown rounds to 1, which is subtracted from 1"),
        forward(ABSORPTION, ("subtract",), "1e20 absorbs the coefficients 1 and 2 of the second equation"),
        dtype="float64",
    ),
    "linkage of many meioses": value(
        Case(f.lod_score, (PROBABILITY, POSITIVE, POSITIVE), (0.125, 20.0, 200.0)),
        "spurious_inf",
        forward(UNDERFLOW, ("power",), "0.5^200 underflows, and is divided by"),
    ),
    "arc of half a metre": value(
        Case(f.arc_minus_chord, (POSITIVE,), (0.0005,)),
        "wrong",
        forward(CANCELLATION, ("subtract",), "arc and chord agree to 15 digits"),
        dtype="float64",
    ),
    "shadow near the zenith": value(
        Case(f.shadow_length, (NONNEGATIVE,), (1e-4,)),
        "spurious_zero",
        forward(CLAMP, ("where", "less"), "cos(1e-4) rounds to 1, which the comparison takes for overhead"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "recruits by half the product rule": gradient(
        Case(f.ricker_recruits, (POSITIVE,), (50.0,), gradient=f.ricker_recruits_gradient),
        "wrong",
        backward(WRONG_RULE, (), "the slope of the factor in front is left out"),
    ),
    "profile of a star": gradient(
        Case(f.moffat_profile, (NONNEGATIVE,), (3.0,), gradient=f.moffat_profile_gradient),
        "wrong",
        backward(WRONG_RULE, (), "the power should be -3.5"),
    ),
    "variance of a portfolio": gradient(
        Case(f.portfolio_variance, (PAIR,), ((0.25, 0.75),), gradient=f.portfolio_variance_gradient),
        "wrong",
        backward(WRONG_RULE, (), "a quadratic form has twice that slope"),
        dtype="float64",
    ),
    "gravity per degree": gradient(
        Case(f.normal_gravity, (ONE,), (48.0,), gradient=f.normal_gravity_gradient),
        "wrong",
        backward(WRONG_RULE, (), "the slope of the conversion to radians is left out"),
    ),
    "far end of a cline": gradient(
        Case(f.cline_frequency, (ONE,), (-15.0,), gradient=f.cline_frequency_gradient),
        "spurious_zero",
        backward(OVERFLOW, SQUARE, "the square of 1 + exp(60) overflows"),
    ),
    "force inside a nucleus": gradient(
        Case(f.point_potential, (ONE, ONE), (3e-16, 4e-16), gradient=f.point_potential_gradient),
        "spurious_inf",
        backward(UNDERFLOW, ("power",), "the cube of 5e-16 underflows, and is divided by"),
    ),
    "current near no voltage": gradient(
        Case(f.goldman_factor, (ONE,), (3e-7,), gradient=f.goldman_factor_gradient),
        "wrong",
        backward(CANCELLATION, ("subtract",), "two numbers near 3e-7 differ by 4.5e-14"),
    ),
    "almost nobody waits": gradient(
        Case(f.waiting_customers, (PROBABILITY,), (1e-9,), gradient=f.waiting_customers_gradient),
        "spurious_zero",
        backward(ABSORPTION, ("subtract",), "1 absorbs the load of 1e-9, and 1/1 - 1 is 0"),
    ),
    "spline at its knot": gradient(
        Case(f.cubic_spline_basis, (ONE, ONE), (0.0, 0.0), gradient=f.cubic_spline_basis_gradient),
        "spurious_nan",
        backward((INVALID, DOMAIN_EDGE), DIVIDE, "0/0, before a product whose limit is 0"),
    ),
    "sky beside the star": gradient(
        Case(f.stellar_disc, (NONNEGATIVES,), ((2.0, 0.5),), gradient=f.stellar_disc_gradient),
        "spurious_nan",
        backward((UNTAKEN_BRANCH, INVALID), ("multiply",), "outside, 0 times the slope NaN of the inside"),
        backward((UNTAKEN_BRANCH, DOMAIN_EDGE, INVALID), ("sqrt",), "the root of -3 in the branch of the inside"),
    ),
    "late in the season": gradient(
        Case(f.expolinear_growth, (PAIR,), ((800.0, -1.0),), gradient=f.expolinear_growth_gradient),
        "spurious_nan",
        backward((UNTAKEN_BRANCH, OVERFLOW), ("exp",), "exp(800) of the branch not taken is inf"),
        backward((UNTAKEN_BRANCH, INVALID), ("multiply",), "and 0 times that is NaN"),
        dtype="float64",
    ),
    "signal of a thousand photons": gradient(
        Case(f.photon_signal_to_noise, (POSITIVE,), (1000.0,), gradient=f.photon_signal_to_noise_gradient),
        "wrong",
        backward(OVERFLOW, ("power",), "2500^1.5 overflows float16, and its term is lost"),
        dtype="float16",
    ),
    "light by a forward difference": gradient(
        Case(f.light_at_depth, (POSITIVE,), (2.0,), gradient=f.light_at_depth_gradient),
        "spurious_zero",
        backward(ABSORPTION, ("add",), "the depth absorbs the step of 1e-8"),
    ),
    "annuity at a rate near zero": gradient(
        Case(f.continuous_annuity, (POSITIVE,), (1e-9,), gradient=f.continuous_annuity_gradient),
        "wrong",
        backward(CANCELLATION, ("subtract",), "1 - exp(-1e-8) keeps 8 digits, and the next difference none"),
        dtype="float64",
    ),
    "shares of two long routes": gradient(
        Case(f.two_route_cost, (ONE, ONE), (200.0, 201.0), gradient=f.two_route_cost_gradient),
        "spurious_nan",
        backward(UNDERFLOW, ("exp",), "exp(-200) underflows, and so do both weights: 0/0"),
    ),
    "flow far from a well": gradient(
        Case(f.well_drawdown, (ONE, ONE), (300.0, 400.0), gradient=f.well_drawdown_gradient),
        "spurious_zero",
        backward(OVERFLOW, SQUARE, "300^2 overflows float16"),
        dtype="float16",
    ),
    "river without water": gradient(
        Case(f.rating_curve, (NONNEGATIVE, POSITIVE), (0.0, 1.5), gradient=f.rating_curve_gradient),
        "spurious_nan",
        backward((INVALID, DOMAIN_EDGE), ("multiply",), "0 * log 0, and a limit of 0"),
        backward(DOMAIN_EDGE, ("log",), "the logarithm of 0"),
    ),
}

CONTROLS: dict[str, Case] = {
    # exp(400) overflows, and its inverse is 0 in the dtype.
    "harmful mutation": Case(f.fixation_probability, (ONE,), (-0.1,)),
    # The constant of gravitation and the mass are far apart, and their product is not.
    "escape from the Sun": Case(f.escape_speed, (POSITIVE, POSITIVE), (2e30, 7e8)),
    # 0/0, and the limit depends on the direction.
    "colour of black": Case(f.chromaticity, (NONNEGATIVE, NONNEGATIVE, NONNEGATIVE), (0.0, 0.0, 0.0)),
    # The difference of numbers as they were given.
    "spread of a cent": Case(f.bid_ask_spread, (POSITIVE, POSITIVE), (100.0, 100.01)),
    # Beyond the dtype.
    "cells without limits": Case(f.dividing_cells, (POSITIVE, POSITIVE), (1.0, 200.0)),
    # Infinite.
    "equal images": Case(f.peak_signal_to_noise, (PIXELS, PIXELS), ((1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 3.0, 4.0))),
    # exp(-800) is 0 in the dtype, and so is the slope.
    "near end of a cline": Case(f.cline_frequency, (ONE,), (200.0,), gradient=f.cline_frequency_gradient),
    # Infinite, and so is the slope.
    "server that is always busy": Case(
        f.waiting_customers, (PROBABILITY,), (1.0,), gradient=f.waiting_customers_gradient
    ),
    # A kink, and the gradient is one of those it admits.
    "distance of the origin": Case(f.ground_distance, (ONE, ONE), (0.0, 0.0), gradient=f.ground_distance_gradient),
    # Value and slope are 0 in the dtype.
    "light in the deep sea": Case(f.light_at_depth, (POSITIVE,), (400.0,), gradient=f.light_at_depth_slope),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
