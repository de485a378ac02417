"""A fourth set of functions of JAX users at a point: densities, policies, Gaussian processes and survival."""

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
from gradcheck.suites.harness.held_out import jax_fourth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
SQUARE = Argument("real", shape=(2, 2))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE = Argument("nonnegative")
PROBABILITY, PROBABILITIES = Argument("probability"), Argument("probability", shape=(2,))
THREE_PROBABILITIES = Argument("probability", shape=(3,))

VALUES: dict[str, Case] = {
    "mixture far from its means": value(
        Case(f.responsibilities, (ONE, PAIR), (20.0, (0.0, 1.0))),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "both densities underflow: 0/0"),
    ),
    "divergence of what never happens": value(
        Case(f.categorical_kl, (PROBABILITIES, PROBABILITIES), ((0.0, 1.0), (0.5, 0.5))),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("mul", "log"), "0 * log(0), and a limit of 0"),
    ),
    "mass of a truncated normal": value(
        Case(f.truncated_normal_log_mass, (ONE, ONE), (6.0, 7.0)),
        "spurious_inf",
        forward(CANCELLATION, ("sub",), "both erf round to 1 and so do the probabilities, whose difference is 0"),
    ),
    "Clayton copula of strong dependence": value(
        Case(f.clayton_copula, (PROBABILITY, PROBABILITY, POSITIVE), (1e-3, 0.5, 20.0)),
        "spurious_zero",
        forward(OVERFLOW, ("pow",), "1e-3 to the -20 overflows, and infinity to the -1/20 is 0"),
    ),
    "urn of many balls": value(
        Case(f.polya_urn, (POSITIVE, POSITIVE), (1e6, 3.0)),
        "wrong",
        forward(CANCELLATION, ("sub",), "two log-gammas of 1e7 differ by 41"),
    ),
    "what is left of the stick": value(
        Case(f.stick_breaking_remainder, (PAIR,), ((20.0, 0.5),)),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "the sigmoid rounds to 1, and 1 less that is 0"),
        mode="jit",
    ),
    "Frank copula near independence": value(
        Case(f.frank_copula, (PROBABILITY, PROBABILITY, POSITIVE), (0.5, 0.25, 1e-8)),
        "spurious_nan",
        forward(CANCELLATION, ("sub",), "exp rounds to 1, less 1 nothing is left: 0/0"),
    ),
    "likelihood of a rare event": value(
        Case(f.rare_event_log_likelihood, (ONE,), (-40.0,)),
        "spurious_inf",
        forward(CANCELLATION, ("sub",), "exp(-4e-18) rounds to 1, and 1 less that is 0"),
        dtype="float64",
    ),
    "log-logistic hazard of a young one": value(
        Case(f.log_logistic_cumulative_hazard, (NONNEGATIVE, POSITIVE, POSITIVE), (1e-3, 1.0, 4.0)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1 absorbs 1e-12"),
    ),
    "generalised Pareto tail that is exponential": value(
        Case(f.generalised_pareto_survival, (NONNEGATIVE, POSITIVE, POSITIVE), (1.5, 2.0, 1e-9)),
        "wrong",
        forward(ABSORPTION, ("add",), "1 absorbs 7.5e-10, which the power of -1e9 needs"),
    ),
    "survival of a deadly step": value(
        Case(f.log_survival_of_step, (POSITIVE,), (20.0,)),
        "spurious_inf",
        forward(CLAMP, ("lt", "select_n"), "the hazard rounds to 1, which the comparison takes for certain"),
        forward(CANCELLATION, ("log1p",), "and log1p of what rounded to -1 is the same infinity"),
        forward(ABSORPTION, ("sub",), "1 less exp(-20) keeps nothing of it"),
    ),
    "few deaths among many": value(
        Case(f.cumulative_incidence, (POSITIVES, POSITIVES), ((1.0, 2.0), (1e9, 9e8))),
        "spurious_zero",
        forward((ABSORPTION, CANCELLATION), ("sub",), "1 absorbs 1e-9 in each step, and 1 less the rest is 0"),
    ),
    "entropy of large preferences": value(
        Case(f.softmax_policy_entropy, (PAIR,), ((100.0, 99.0),)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(100) overflows: inf/inf"),
    ),
    "ratio of two unlikely actions": value(
        Case(f.importance_ratio, (ONE, ONE), (-20.0, -20.5)),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "both probabilities of 1e-9 underflow in float16: 0/0"),
        dtype="float16",
    ),
    "horizon without discount": value(
        Case(f.effective_horizon, (PROBABILITY,), (1.0,)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("div",), "0/0, and a limit of 100"),
    ),
    "kernel by expanded squares": value(
        Case(f.expanded_kernel, (ONE, ONE), (300.0, 301.0)),
        "spurious_nan",
        forward(OVERFLOW, ("integer_pow",), "the square of 300 overflows float16: inf - inf"),
        dtype="float16",
    ),
    "posterior variance next to an observation": value(
        Case(f.posterior_variance, (ONE, ONE), (1.0, 1.0001)),
        "spurious_zero",
        forward(CANCELLATION, ("sub",), "the kernel rounds to 1, and 1 less its square is 0"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "truncated importance weight": gradient(
        Case(f.vtrace_weight, (ONE, ONE), (-2.0, -102.0)),
        "spurious_nan",
        forward(OVERFLOW, ("exp",), "exp(100) overflows, and is its own slope: 0 * inf"),
        backward(UNTAKEN_BRANCH, ("exp", "min", "mul", "select_n", "div"), "0 goes back into the untaken exp(100)"),
    ),
    "small residuals of a small scale": gradient(
        Case(f.residual_energy, (PAIR, POSITIVE), ((1e-23, 2e-23), 1e-20)),
        "spurious_inf",
        backward(OVERFLOW, ("integer_pow",), "1e-20 to the -2 overflows before the residual is multiplied"),
    ),
    "loss of an unlikely action": gradient(
        Case(f.first_action_loss, (PAIR,), ((0.0, 120.0),)),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-120) underflows, and the logarithm of 0 has no slope"),
    ),
    "sure bandit": gradient(
        Case(f.bandit_value, (ONE, ONE), (7.0, 2.0)),
        "spurious_zero",
        backward(CANCELLATION, ("sub",), "the sigmoid rounds to 1, and 1 less that is 0 in its slope"),
        dtype="bfloat16",
    ),
    "Matern kernel of equal points": gradient(
        Case(f.matern_three_halves, (PAIR, PAIR), ((1.0, 2.0), (1.0, 2.0))),
        "spurious_nan",
        backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0, the kernel has one of 0"),
    ),
    "censored without a hazard": gradient(
        Case(f.administratively_censored, (POSITIVE, NONNEGATIVE), (6.0, 0.0)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("log", "div", "mul", "select_n"), "0 goes back into the untaken log(0)"),
    ),
    "spline outside its interval": gradient(
        Case(f.quadratic_spline_inverse, (ONE, POSITIVE), (3.0, 1.5)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("sqrt", "div", "mul", "select_n"), "0 goes back into the untaken root of -3.75"),
    ),
    "Polya-Gamma mean without a tilt": gradient(
        Case(f.polya_gamma_mean, (ONE,), (0.0,)),
        "spurious_nan",
        backward(UNTAKEN_BRANCH, ("div", "integer_pow", "mul", "select_n"), "0 goes back into the untaken 0/0"),
        mode="jit",
    ),
    "linear flow": gradient(
        Case(f.linear_flow_log_density, (SQUARE, PAIR), (((2.0, 1.0), (0.0, 3.0)), (1.0, 0.5))),
        "wrong",
        backward(WRONG_RULE, (), "the gradient of the log-determinant is the inverse, not its transpose"),
    ),
    "cost of a softmax": gradient(
        Case(f.expected_cost, (THREE, THREE), ((1.0, 0.0, 0.5), (1.0, 2.0, 4.0))),
        "wrong",
        backward(WRONG_RULE, (), "the rule is that of the diagonal only"),
        mode="jit",
    ),
    "probit of a hopeless margin": gradient(
        Case(f.probit_log_likelihood, (ONE,), (-40.0,)),
        "spurious_nan",
        backward(UNDERFLOW, ("exp",), "the density of exp(-800) underflows, as does the probability: 0/0"),
    ),
    "logistic survival of an old one": gradient(
        Case(f.logistic_log_survival, (ONE, ONE), (41.0, 1.0)),
        "spurious_nan",
        forward(CANCELLATION, ("sub",), "the sigmoid rounds to 1, and the logarithm of 0 has no slope"),
        dtype="float64",
    ),
    "probability of a nearly certain event": gradient(
        Case(f.event_probability, (POSITIVE, POSITIVE), (0.5, 60.0)),
        "spurious_zero",
        backward(CANCELLATION, ("add",), "expm1(-30) rounds to -1, and 1 is added for the slope"),
    ),
    "probability of a path": gradient(
        Case(f.trajectory_log_probability, (THREE_PROBABILITIES,), ((1e-3, 1e-3, 1e-3),)),
        "spurious_inf",
        forward(UNDERFLOW, ("mul",), "the product of 1e-9 underflows in float16, and the slope of log is 1/0"),
        dtype="float16",
    ),
    "decay of many nuclei": gradient(
        Case(f.decay_hazard, (POSITIVE, POSITIVE), (1e15, 1e25)),
        "spurious_zero",
        backward((UNDERFLOW, OVERFLOW), ("integer_pow",), "1e25 to the -2 underflows before 1e15 is multiplied"),
    ),
    "Gompertz hazard that hardly grows": gradient(
        Case(f.gompertz_cumulative_hazard, (POSITIVE, POSITIVE, POSITIVE), (0.1, 1e-7, 3.0)),
        "spurious_zero",
        backward(CANCELLATION, ("add_any",), "3e6 less 3e6, where 0.45 is left exactly"),
    ),
    "rational quadratic kernel of many scales": gradient(
        Case(f.rational_quadratic, (NONNEGATIVE, POSITIVE), (1.0, 1.0)),
        "wrong",
        forward(ABSORPTION, ("add",), "1 absorbs 5e-4 in bfloat16, which the power of -1000 needs"),
        dtype="bfloat16",
    ),
}

CONTROLS: dict[str, Case] = {
    # A kink, and the slope lies between those of its sides.
    "Laplace density at its mode": Case(f.laplace_log_density, (ONE, ONE, POSITIVE), (1.5, 1.5, 2.0)),
    # The true numbers are beyond the dtype.
    "Gumbel density far out": Case(f.gumbel_log_density, (ONE,), (-100.0,)),
    # The slope at 0 is infinite.
    "entropy of the certain": Case(f.categorical_entropy, (PROBABILITIES,), ((0.0, 1.0),)),
    # The largest weight is taken off first.
    "bound of tiny weights": Case(f.importance_weighted_bound, (PAIR,), ((-1000.0, -1001.0),), mode="jit"),
    # Neither the probability nor its complement is ever computed.
    "preferences beyond doubt": Case(f.preference_log_likelihood, (PAIR,), ((-100.0, 30.0),)),
    # The root never sees the 0.
    "guarded Matern kernel of equal points": Case(f.guarded_matern, (PAIR, PAIR), ((1.0, 2.0), (1.0, 2.0))),
    # The minimum is taken before the exponential.
    "ratio truncated in time": Case(f.truncated_ratio, (ONE, ONE), (-2.0, -102.0)),
    # The numbers cancel, but half an ulp of any moves the difference as much.
    "temporal difference": Case(f.temporal_difference, (ONE, ONE, ONE), (1.1, 10.0, 17.9)),
    # Infinite, and so is the slope.
    "hazard at birth": Case(f.infant_hazard, (NONNEGATIVE,), (0.0,)),
    # 0 squared times the logarithm of 0 is 0, and the framework says so.
    "beta kernel at 0": Case(f.beta_kernel, (PROBABILITY, POSITIVE, POSITIVE), (0.0, 3.0, 2.0)),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
