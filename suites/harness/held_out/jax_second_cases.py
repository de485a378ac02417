"""More functions of JAX users at a point: where they fail, with the right cause, and ones in which nothing is wrong."""

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
from gradcheck.suites.harness.held_out import jax_second_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
SQUARE = Argument("real", shape=(2, 2))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE, NONNEGATIVES = Argument("nonnegative"), Argument("nonnegative", shape=(2,))
PROBABILITY = Argument("probability")
MASK = Argument("{0, 1}", shape=(3,), differentiate=False)
SQUARES = ("integer_pow", "square")

VALUES: dict[str, Case] = {
    "gamma density": value(
        Case(f.gamma_density, (POSITIVE, POSITIVE), (30.0, 40.0)),
        "spurious_nan",
        forward(OVERFLOW, ("pow",), "30 to the 39 overflows, and so does 39!: inf/inf"),
    ),
    "power iteration": value(
        Case(f.dominant_eigenvalue, (SQUARE,), (((10.0, 3.0), (3.0, 10.0)),)),
        "spurious_nan",
        forward(OVERFLOW, ("dot_general",), "the vector grows to 1e22, its squares overflow: inf/inf"),
    ),
    "deviation of a log-normal": value(
        Case(f.log_normal_deviation, (ONE, POSITIVE), (-5.0, 3.5)),
        "spurious_inf",
        forward(OVERFLOW, ("exp",), "exp(12.25) overflows float16, its root does not"),
        dtype="float16",
    ),
    "Lennard-Jones in metres": value(
        Case(f.lennard_jones, (POSITIVE, POSITIVE, POSITIVE), (1e-21, 3.4e-10, 4e-10)),
        "spurious_nan",
        forward(UNDERFLOW, ("integer_pow",), "the twelfth power of 3.4e-10 underflows, and so do the others: 0/0"),
    ),
    "kernel regression far from its centres": value(
        Case(f.kernel_regression, (ONE, PAIR, PAIR), (5.0, (0.0, 0.5), (1.0, 2.0))),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "both kernels underflow, exp(-1012) the nearer one: 0/0"),
        dtype="float64",
    ),
    "participation ratio of small amplitudes": value(
        Case(f.participation_ratio, (PAIR,), ((1e-12, 2e-12),)),
        "spurious_nan",
        forward(UNDERFLOW, SQUARES, "the square of 5e-24 underflows, and so do the fourth powers: 0/0"),
        mode="jit",
    ),
    "thin circular segment": value(
        Case(f.circular_segment, (POSITIVE, POSITIVE), (2.0, 1e-3)),
        "wrong",
        forward(CANCELLATION, ("sub",), "an angle less its sine, 2e-10 of two numbers near 1e-3"),
    ),
    "Langevin function": value(
        Case(f.langevin, (PAIR,), ((1e-3, 2.0),)),
        "wrong",
        forward(CANCELLATION, ("sub",), "two numbers near 1000 differ by 3e-4"),
    ),
    "Itakura-Saito distance": value(
        Case(f.itakura_saito, (POSITIVES, POSITIVES), ((1.0001, 2.0), (1.0, 2.0))),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "1 + 5e-9 is left before 1 is subtracted"),
    ),
    "expected improvement": value(
        Case(f.expected_improvement, (ONE, POSITIVE, ONE), (0.0, 1.0, 5.0)),
        "wrong",
        forward(CANCELLATION, ("add",), "1 + erf(-3.5) keeps only the rounding of an erf near -1"),
    ),
    "channel capacity": value(
        Case(f.channel_capacity, (POSITIVE, POSITIVE, POSITIVE), (2e7, 1e-12, 1e-3)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1 absorbs the ratio of 1e-9"),
    ),
    "Weibull sample": value(
        Case(f.weibull_sample, (Argument("[0, 1)", shape=(2,)), POSITIVE), ((1e-18, 0.5), 2.0)),
        "spurious_zero",
        forward(ABSORPTION, ("sub",), "1 - 1e-18 is 1, and log(1) is 0"),
        dtype="float64",
    ),
    "energy of lifting": value(
        Case(f.lifting_energy, (POSITIVE, POSITIVE), (70.0, 0.1)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "the radius of the Earth absorbs 0.1 m"),
    ),
    "Kalman filter of a vague prior": value(
        Case(f.kalman_variance, (POSITIVE, POSITIVES), (1e10, (1.0, 2.0))),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1e10 absorbs the noise, the gain is 1"),
        mode="jit",
    ),
    "hyperboloid distance of near points": value(
        Case(f.hyperboloid_distance, (PAIR, PAIR), ((1.2, 0.4), (1.200001, 0.4))),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("acosh",), "an inner product just above 1 is rounded to below 1"),
        forward(CANCELLATION, ("sub",), "the inner product is the difference of two rounded numbers"),
    ),
    "log-likelihood of the kept": value(
        Case(f.masked_log_likelihood, (Argument("probability", shape=(3,)), MASK), ((0.5, 0.0, 0.25), (1.0, 0.0, 1.0))),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 * log(0) is 0 * -inf"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "ListMLE": gradient(
        Case(f.list_mle, (THREE,), ((100.0, 1.0, 0.0),)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(100) overflows, and its slope is inf/inf"),
        mode="jit",
    ),
    "occupation far above": gradient(
        Case(f.fermi_occupation, (PAIR,), ((200.0, 0.5),)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(200) overflows, and its slope is 0 * inf"),
    ),
    "mutual information of rare words": gradient(
        Case(f.mutual_information, (PROBABILITY, PROBABILITY, PROBABILITY), (1e-14, 1e-12, 1e-12)),
        "spurious_inf",
        backward(OVERFLOW, ("integer_pow", "div"), "the slope of x/y is x y^-2, and y^-2 = 1e48 overflows"),
    ),
    "magnitude of a star": gradient(
        Case(f.apparent_magnitude, (POSITIVE, POSITIVE), (3.8e26, 3e16)),
        "spurious_zero",
        backward(UNDERFLOW, ("integer_pow", "div"), "the slope of x/y is x y^-2, and y^-2 = 1e-68 underflows"),
    ),
    "squareplus": gradient(
        Case(f.squareplus, (PAIR,), ((-3000.0, 1.0),)),
        "wrong",
        backward(CANCELLATION, ("add_any",), "the slope of 1e-7 is 1/2 less a number near 1/2"),
    ),
    "parallel resistance of a short circuit": gradient(
        Case(f.parallel_resistance, (NONNEGATIVES,), ((0.0, 2.0),)),
        "spurious_nan",
        backward((INVALID, DOMAIN_EDGE), ("mul", "div", "integer_pow"), "1/inf^2 * 1/0^2 is 0 * inf"),
        forward(DOMAIN_EDGE, ("div",), "1/0 is the pole that both slopes come of"),
    ),
    "deviation of a constant batch": gradient(
        Case(f.minibatch_deviation, (THREE,), ((2.0, 2.0, 2.0),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0: inf * 0"),
    ),
    "orbital period": gradient(
        Case(f.orbital_period, (NONNEGATIVE, POSITIVE), (0.0, 2.0)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0, the cube slope 0: inf * 0"),
        mode="jit",
    ),
    "rotation error beyond the identity": gradient(
        Case(f.rotation_error, (THREE,), ((1.0, 1.25, 1.0),)),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul", "div"), "acos has no slope at the held 1: inf * 0"),
        backward(UNTAKEN_BRANCH, ("acos", "rsqrt", "mul", "div", "select_n", "clamp", "min"), "and clip cuts by 0"),
    ),
    "CIE lightness of black": gradient(
        Case(f.lab_lightness, (NONNEGATIVES,), ((0.0, 0.5),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("cbrt", "integer_pow", "div", "mul", "select_n"), "0 goes back into cbrt at 0"),
    ),
    "spherical Bessel function at 0": gradient(
        Case(f.spherical_bessel, (PAIR,), ((0.0, 1.0),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "integer_pow", "mul", "select_n"), "0 goes back into the divisions by 0"),
        mode="jit",
    ),
    "decibels of silence": gradient(
        Case(f.decibels, (NONNEGATIVES,), ((0.0, 0.5),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "max", "select_n"), "0 goes back into the untaken log(0)"),
    ),
    "energy of pairs": gradient(
        Case(f.pair_energy, (SQUARE,), (((0.0, 0.0), (3.0, 4.0)),)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "integer_pow", "sqrt", "mul", "select_n"), "0 goes back into the masked 1/0"),
    ),
    "Metropolis acceptance": gradient(
        Case(f.metropolis_acceptance, (PAIR, POSITIVE), ((1e-9, 1.0), 2.0)),
        "wrong",
        backward(
            CLAMP, ("min", "eq", "select_n", "div", "mul"), "exp(-5e-10) rounds to the bound 1, a tie: half is cut"
        ),
        mode="jit",
    ),
    "coverage beyond an edge": gradient(
        Case(f.edge_coverage, (PAIR,), ((4.1, 0.5),)),
        "wrong",
        backward(CLAMP, ("min", "eq", "select_n", "div", "mul"), "erf rounds to 1, the bound is a tie: half is cut"),
    ),
    "quadratic form": gradient(
        Case(f.quadratic_form, (PAIR, SQUARE), ((1.0, 2.0), ((1.0, 3.0), (0.0, 1.0)))),
        "wrong",
        backward(WRONG_RULE, (), "the rule takes the matrix for symmetric"),
    ),
    "policy gradient": gradient(
        Case(f.expected_return, (THREE, THREE), ((1.0, 0.0, -1.0), (1.0, 2.0, -1.0))),
        "wrong",
        backward(WRONG_RULE, (), "the rule of softmax keeps only the diagonal of its Jacobian"),
    ),
    "root by Newton's method": gradient(
        Case(f.newton_root, (POSITIVE,), (3.0,)),
        "wrong",
        backward(WRONG_RULE, (), "the rule is 1/y, not 1/(2 y)"),
        mode="jit",
    ),
}

CONTROLS: dict[str, Case] = {
    # The truth follows the branch that the program took.
    "restoring torque": Case(f.restoring_torque, (POSITIVE, ONE), (3.0, 1e-4)),
    # The division never sees the 0, and its slope is finite.
    "guarded sinc": Case(f.guarded_sinc, (PAIR,), ((0.0, 2.0),)),
    # A kink, and 0 lies between its slopes.
    "norm of zeros with its own rule": Case(f.safe_norm, (PAIR,), ((0.0, 0.0),)),
    # The slope of the root is infinite there.
    "outflow at no height": Case(f.outflow_speed, (NONNEGATIVES,), ((0.0, 2.0),)),
    # The largest number is subtracted as it goes.
    "streaming log-sum-exp": Case(f.streaming_log_sum_exp, (THREE,), ((-1000.0, 1000.0, 999.0),)),
    # The products cancel, but half an ulp of any corner moves the area as much.
    "area of a sliver": Case(f.signed_area, (PAIR, PAIR), ((1.1, 1.3), (1.1000001, 1.3)), mode="jit"),
    # A kink at equal neighbours.
    "total variation of a step": Case(f.total_variation, (THREE,), ((1.0, 1.0, 3.0),)),
    # The value and the slope are beyond the dtype.
    "catenary far out": Case(f.catenary, (PAIR,), ((100.0, -1.0),)),
    # 0/0, and the limit depends on the direction.
    "correlation with silence": Case(f.cross_correlation, (PAIR, PAIR), ((0.0, 0.0), (1.0, 2.0))),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
