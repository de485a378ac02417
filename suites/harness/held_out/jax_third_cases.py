"""A third set of functions of JAX users at a point: failures with their right cause, and ones with nothing wrong."""

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
from gradcheck.suites.harness.held_out import jax_third_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
SQUARE = Argument("real", shape=(2, 2))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE, NONNEGATIVES = Argument("nonnegative"), Argument("nonnegative", shape=(2,))
PROBABILITIES = Argument("probability", shape=(2,))

VALUES: dict[str, Case] = {
    "annuity of many periods": value(
        Case(f.annuity_factor, (POSITIVE, POSITIVE), (0.5, 2000.0)),
        "spurious_nan",
        forward(OVERFLOW, ("pow",), "1.5 to the 2000 overflows: inf/inf"),
        dtype="float64",
    ),
    "Mahalanobis distance of large variances": value(
        Case(f.mahalanobis, (SQUARE, PAIR), (((300.0, 10.0), (10.0, 400.0)), (10.0, 5.0))),
        "spurious_zero",
        forward(OVERFLOW, ("mul",), "the determinant of 120000 overflows float16, and what it divides is 0"),
        dtype="float16",
    ),
    "free energy of an Ising chain": value(
        Case(f.ising_free_energy, (THREE,), ((40.0, 40.0, 40.0),)),
        "spurious_inf",
        forward(OVERFLOW, ("dot_general",), "the third matrix grows the state to exp(120)"),
    ),
    "naive Bayes of rare features": value(
        Case(f.naive_bayes, (PROBABILITIES, PROBABILITIES), ((1e-25, 2e-25), (3e-25, 1e-25))),
        "spurious_nan",
        forward(UNDERFLOW, ("reduce_prod", "mul"), "both products, to be derived as a tree of mul, underflow: 0/0"),
    ),
    "curvature of a slow path": value(
        Case(f.path_curvature, (PAIR, PAIR), ((3e-16, 4e-16), (0.0, 1e-10))),
        "spurious_inf",
        forward(UNDERFLOW, ("pow",), "the cube of a speed of 5e-16 underflows"),
    ),
    "path difference behind two slits": value(
        Case(f.slit_path_difference, (POSITIVE, ONE, POSITIVE), (10.0, 1.0, 3e-5)),
        "wrong",
        forward(CANCELLATION, ("sub",), "two roots near 10.05 differ by 6e-6"),
    ),
    "droop of a sampled signal": value(
        Case(f.sampling_droop, (POSITIVES,), ((1e-3, 0.5),)),
        "wrong",
        forward(CANCELLATION, ("log", "log10"), "the logarithm of a rounded 1 - 1.7e-7"),
    ),
    "deviation of equal numbers from their moments": value(
        Case(f.deviation_from_moments, (THREE,), ((1.1, 1.1, 1.1),)),
        "spurious_nan",
        forward(CANCELLATION, ("sub",), "the difference of two equal moments is below 0 by their rounding"),
        forward((INVALID, DOMAIN_EDGE), ("sqrt",), "and it has no root"),
    ),
    "excess of a partition function": value(
        Case(f.excess_log_partition, (THREE,), ((0.0, 20.0, 25.0),)),
        "spurious_zero",
        forward(ABSORPTION, ("reduce_sum",), "1 absorbs exp(-20), and log(1) is 0"),
    ),
    "moving sums behind a spike": value(
        Case(f.moving_sums, (THREE,), ((1e8, 1.0, 2.0),)),
        "spurious_zero",
        forward(ABSORPTION, ("cumsum",), "the running sum of 1e8 absorbs the 3 that follow"),
    ),
    "distance of a slow drift": value(
        Case(f.drifted_distance, (ONE, ONE), (1e5, 0.1)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1e5 absorbs each step of 1e-3"),
        mode="jit",
    ),
    "redshift of a slow star": value(
        Case(f.redshift, (Argument("[0, 1)"),), (1e-18,)),
        "spurious_zero",
        forward(ABSORPTION, ("add", "sub"), "1 absorbs 1e-18, above and below the line"),
        dtype="float64",
    ),
    "exponential integrator without a step": value(
        Case(f.exponential_integrator_weight, (PAIR,), ((0.0, 1.0),)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("div",), "0/0, and a limit of 1"),
    ),
    "anti-windup near the limit": value(
        Case(f.unsaturated_error, (PAIR, PAIR), ((12.0, 1.0), (0.5, 0.25))),
        "spurious_zero",
        forward(CLAMP, ("lt", "select_n"), "tanh(12) rounds to 1, which the comparison takes for the limit"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "mellowmax": gradient(
        Case(f.mellowmax, (PAIR,), ((10.0, 9.0),)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(100) overflows, and its slope is inf/inf"),
        mode="jit",
    ),
    "dipole in metres": gradient(
        Case(f.dipole_field, (ONE, POSITIVE), (1e-35, 1e-10)),
        "spurious_inf",
        backward(OVERFLOW, ("integer_pow",), "1e-10 to the -4 overflows before the moment of 1e-35 is multiplied"),
    ),
    "unit embedding in float16": gradient(
        Case(f.unit_embedding, (PAIR,), ((0.012, 0.016),)),
        "spurious_inf",
        backward(OVERFLOW, ("div",), "the slope of rsqrt at 4e-4 divides 50 by 4e-4, beyond float16"),
        dtype="float16",
    ),
    "six-norm of small numbers": gradient(
        Case(f.six_norm, (PAIR,), ((1e-8, 2e-8),)),
        "spurious_nan",
        forward(UNDERFLOW, ("integer_pow",), "the sixth powers underflow, and the root of 0 has no slope"),
    ),
    "faint carrier wave": gradient(
        Case(f.carrier_wave, (POSITIVE, POSITIVE, POSITIVE), (1e-36, 2.4, 0.3)),
        "spurious_zero",
        backward(UNDERFLOW, ("mul",), "1e-36 times 3e-10 s underflows before 1e9 is multiplied"),
    ),
    "energy of a warm oscillator": gradient(
        Case(f.oscillator_energy, (POSITIVES,), ((1e-3, 2.0),)),
        "wrong",
        backward(CANCELLATION, ("add_any",), "1/tanh less x/tanh^2 and more: 7e-4 is left of 1000"),
    ),
    "toll and rebate": gradient(
        Case(f.toll_and_rebate, (POSITIVE, ONE, ONE, ONE), (1e8, 2.0, 1.0, 1.5)),
        "spurious_zero",
        backward(ABSORPTION, ("add_any",), "the -1e8 of the rebate absorbs the 1 of the way"),
    ),
    "cross-entropy of a confident class": gradient(
        Case(f.confident_cross_entropy, (PAIR,), ((20.0, 0.0),)),
        "spurious_zero",
        forward(ABSORPTION, ("reduce_sum",), "1 absorbs exp(-20), and the probability is 1"),
    ),
    "triangle wave at its corner": gradient(
        Case(f.triangle_wave, (PAIR,), ((0.0, 1.0),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul", "div"), "acos has no slope at 1: inf * 0"),
    ),
    "Minkowski distance of equal points": gradient(
        Case(f.minkowski_distance, (PAIR, PAIR), ((1.0, 2.0), (1.0, 2.0))),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("pow", "mul"), "0 to the 2/3 has no slope: inf * 0"),
    ),
    "geometric mean with a rate of 0": gradient(
        Case(f.geometric_mean_rate, (NONNEGATIVE, NONNEGATIVE), (0.0, 2.0)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0: inf * 0 in the other rate"),
    ),
    "inverse softplus of a large number": gradient(
        Case(f.inverse_softplus, (POSITIVES,), ((100.0, 1.0),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("expm1", "add", "mul", "select_n"), "0 goes back into the slope inf of expm1"),
    ),
    "bump at its edge": gradient(
        Case(f.bump, (PAIR,), ((1.0, 0.5),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "integer_pow", "mul", "select_n"), "0 goes back into the untaken 1/0"),
    ),
    "capped repulsion of what touches": gradient(
        Case(f.capped_repulsion, (NONNEGATIVES,), ((0.0, 0.5),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "integer_pow", "mul", "min", "select_n"), "0 goes back into the untaken 1/0"),
        mode="jit",
    ),
    "best of two sure detectors": gradient(
        Case(f.best_detector, (PAIR,), ((4.1, 4.2),)),
        "wrong",
        backward(
            CLAMP, ("reduce_max", "eq", "reduce_sum", "div", "mul"), "both erf round to 1: a tie halves the slope"
        ),
    ),
    "limited steering": gradient(
        Case(f.limited_steering, (PAIR,), ((10.0, 1.0),)),
        "spurious_zero",
        backward(CLAMP, ("lt", "select_n"), "tanh(10) rounds to 1, and the comparison cuts the gradient"),
    ),
    "radius of a droplet": gradient(
        Case(f.droplet_radius, (POSITIVE,), (3.0,)),
        "wrong",
        backward(WRONG_RULE, (), "the rule is 1/(3 y), not 1/(3 y^2)"),
        mode="jit",
    ),
    "linear layer": gradient(
        Case(f.layer_output, (SQUARE, PAIR), (((1.0, 2.0), (0.0, 1.0)), (1.0, 3.0))),
        "wrong",
        backward(WRONG_RULE, (), "the gradient of the weights is transposed"),
    ),
    "alignment of directions": gradient(
        Case(f.alignment, (PAIR, PAIR), ((3.0, 4.0), (1.0, 2.0))),
        "wrong",
        backward(WRONG_RULE, (), "the rule holds the norm constant"),
    ),
}

CONTROLS: dict[str, Case] = {
    # The true number is 0 in the dtype, and so is its slope.
    "Gabor envelope far out": Case(f.gabor_envelope, (PAIR,), ((100.0, 0.5),)),
    # The numbers cancel, but half an ulp of any moves the difference as much.
    "second difference of a line": Case(f.second_difference, (THREE,), ((1.1, 1.2, 1.3),), mode="jit"),
    # The division never sees the edge.
    "guarded bump at its edge": Case(f.guarded_bump, (PAIR,), ((1.0, 0.5),)),
    # Two kinks, and the slopes lie between those of their sides.
    "corners of a hat": Case(f.hat, (PAIR,), ((0.0, 1.0),)),
    # The squares would overflow, the ratio does not, and the rule needs none.
    "hypotenuse with its own rule": Case(f.hypotenuse, (POSITIVE, POSITIVE), (3e20, 4e20)),
    # What 1e9 absorbs does not matter.
    "norm of large activations": Case(f.activation_norm, (PAIR,), ((3e4, 4e4),)),
    # Infinite, and so is the slope.
    "log-odds of the certain": Case(f.log_odds, (PROBABILITIES,), ((1.0, 0.25),)),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
