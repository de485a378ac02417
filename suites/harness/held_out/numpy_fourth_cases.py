"""A fourth set of functions of NumPy users at a point: failures with their right cause, and ones with nothing wrong."""

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
from gradcheck.suites.harness.held_out import numpy_fourth_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward, gradient, value

ONE, PAIR, TRIPLE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVES, TABLE = (Argument("positive", shape=shape) for shape in ((), (2,), (2, 2)))
NONNEGATIVE, NONNEGATIVES = Argument("nonnegative"), Argument("nonnegative", shape=(2,))
DIVIDE, POWER, SQUARE = ("divide", "true_divide"), ("power", "float_power"), ("square", "power")
SUBTRACT = ("subtract",)

VALUES: dict[str, Case] = {
    "F statistic of a perfect fit": value(
        Case(f.f_statistic, (POSITIVE, POSITIVE), (1e-20, 1.0)),
        "spurious_inf",
        forward((ABSORPTION, CANCELLATION), SUBTRACT, "1 - 1e-20 is 1, of which 1 is left out again"),
        dtype="float64",
    ),
    "Theil index with one who earns nothing": value(
        Case(f.theil_index, (NONNEGATIVES,), ((0.0, 2.0),)),
        "spurious_nan",
        forward((INVALID, DOMAIN_EDGE), ("multiply",), "0 * log 0, and a limit of 0"),
        forward((DOMAIN_EDGE, INVALID), ("log",), "the logarithm of the share of 0"),
    ),
    "central binomial coefficient": value(
        Case(f.central_binomial, (POSITIVE,), (20.0,)),
        "spurious_inf",
        forward(OVERFLOW, POWER, "(40/e)^40 overflows, a coefficient of 1e11 does not"),
    ),
    "inclusive value of a nest": value(
        Case(f.inclusive_value, (PAIR, POSITIVE), ((1.0, 2.0), 0.01)),
        "spurious_inf",
        forward(OVERFLOW, ("exp",), "exp(200) overflows"),
    ),
    "trend over calendar years": value(
        Case(f.slope_by_sums, (TRIPLE, TRIPLE), ((2000.0, 2001.0, 2002.0), (1.0, 2.0, 4.0))),
        "wrong",
        forward(CANCELLATION, SUBTRACT, "two rounded sums near 4e7 differ by 6"),
    ),
    "Welch's degrees of freedom": value(
        Case(f.welch_freedom, (POSITIVES, POSITIVES), ((1e-24, 2e-24), (5.0, 8.0))),
        "spurious_nan",
        forward(UNDERFLOW, SQUARE, "the square of a variance near 4e-25 underflows: 0/0"),
    ),
    "Akaike weights": value(
        Case(f.akaike_weights, (PAIR,), ((2100.0, 2103.0),)),
        "spurious_nan",
        forward(UNDERFLOW, ("exp",), "exp(-1050) underflows: 0/0"),
        dtype="float64",
    ),
    "complementary log-log of a rare event": value(
        Case(f.complementary_log_log, (POSITIVE,), (1e-9,)),
        "spurious_inf",
        forward(ABSORPTION, SUBTRACT, "1 - 1e-9 is 1"),
    ),
    "divergence of two nearly fair coins": value(
        Case(f.bernoulli_divergence, (POSITIVE, POSITIVE), (0.5, 0.5001)),
        "wrong",
        forward(CANCELLATION, ("add",), "-1e-4 and 1e-4, each rounded, add up to 2e-8"),
        forward(CANCELLATION, ("log",), "the logarithms near 0 are of rounded ratios near 1"),
    ),
    "kurtosis in half precision": value(
        Case(f.excess_kurtosis, (TRIPLE,), ((18.0, -17.0, -1.0),)),
        "spurious_inf",
        forward(OVERFLOW, POWER, "the fourth power of 18 overflows float16"),
        dtype="float16",
    ),
    "perplexity from the product": value(
        Case(f.perplexity, (POSITIVES,), ((1e-25, 1e-30),)),
        "spurious_inf",
        forward(UNDERFLOW, ("prod", "multiply"), "the product of 1e-55 underflows, and 0^(-1/2) is inf"),
    ),
    "collision of two hashes": value(
        Case(f.collision_probability, (POSITIVE, POSITIVE), (1000.0, 3.4e38)),
        "spurious_zero",
        forward(CANCELLATION, SUBTRACT, "exp(-1.5e-33) rounds to 1, which is subtracted from 1"),
        dtype="float64",
    ),
    "growth of a tiny bet": value(
        Case(f.kelly_growth, (POSITIVE, POSITIVE, POSITIVE), (1e-9, 2.0, 0.6)),
        "spurious_zero",
        forward(ABSORPTION, ("add", "subtract"), "1 absorbs the stakes of 2e-9 and 1e-9"),
    ),
    "nearly logarithmic utility": value(
        Case(f.power_utility, (POSITIVE, POSITIVE), (2.0, 1.0000005)),
        "wrong",
        forward(CANCELLATION, SUBTRACT, "a power of 1 - 3e-7, of which 1 is subtracted"),
    ),
    "weight of an unlikely control": value(
        Case(f.control_weight, (ONE,), (20.0,)),
        "spurious_zero",
        forward(ABSORPTION, ("add",), "1 absorbs exp(-20), and the propensity is 1"),
        forward(CLAMP, ("where", "less"), "the comparison takes a propensity that rounds to 1 for certainty"),
    ),
    "log odds ratio of a table": value(
        Case(f.log_odds_ratio, (TABLE,), (((300.0, 2.0), (3.0, 400.0)),)),
        "spurious_inf",
        forward(OVERFLOW, ("multiply",), "300 * 400 overflows float16"),
        dtype="float16",
    ),
    "tail of the logistic density": value(
        Case(f.logistic_density, (ONE,), (-60.0,)),
        "spurious_zero",
        forward(OVERFLOW, SQUARE, "the square of 1 + exp(60) overflows: 1e26/inf"),
    ),
}

GRADIENTS: dict[str, Case] = {
    "Bradley-Terry strengths": gradient(
        Case(f.bradley_terry, (ONE, ONE), (12.0, 11.5), gradient=f.bradley_terry_gradient),
        "spurious_nan",
        backward(OVERFLOW, ("exp",), "exp(12) overflows float16: inf/inf"),
        dtype="float16",
    ),
    "partial likelihood of low risks": gradient(
        Case(f.cox_loss, (PAIR,), ((-110.0, -111.0),), gradient=f.cox_loss_gradient),
        "spurious_nan",
        backward(UNDERFLOW, ("exp",), "exp(-110) underflows: 0/0"),
    ),
    "cross-entropy through the sigmoid": gradient(
        Case(f.positive_class_loss, (ONE,), (20.0,), gradient=f.positive_class_loss_gradient),
        "spurious_nan",
        backward(ABSORPTION, ("add",), "1 absorbs exp(-20): p is 1, and 0/0"),
        backward(CANCELLATION, SUBTRACT, "p rounds to 1, and its difference to 1 is 0"),
    ),
    "ridge with half of the penalty": gradient(
        Case(f.ridge_loss, (PAIR, PAIR), ((1.0, -2.0), (2.0, 0.5)), gradient=f.ridge_loss_gradient),
        "wrong",
        backward(WRONG_RULE, (), "the slope of the penalty is half of what it should be"),
    ),
    "softmax by its diagonal": gradient(
        Case(f.first_share, (PAIR,), ((0.5, -0.25),), gradient=f.first_share_gradient),
        "wrong",
        backward(WRONG_RULE, (), "the second slope is that of the second share"),
    ),
    "entropy in bits": gradient(
        Case(f.entropy_in_bits, (POSITIVES,), ((0.2, 0.6),), gradient=f.entropy_in_bits_gradient),
        "wrong",
        backward(WRONG_RULE, (), "1 is added where it should be 1 / log 2"),
    ),
    "mean with a linear tail": gradient(
        Case(f.linear_tailed_mean, (PAIR,), ((100.0, -1.0),), gradient=f.linear_tailed_mean_gradient),
        "spurious_nan",
        backward((OVERFLOW, UNTAKEN_BRANCH), ("exp",), "exp(100) overflows in the branch that is not taken"),
        backward((INVALID, UNTAKEN_BRANCH), ("multiply",), "the gate 0 times inf"),
    ),
    "stabilised count of nothing": gradient(
        Case(f.stabilised_count, (NONNEGATIVES,), ((0.0, 4.0),), gradient=f.stabilised_count_gradient),
        "spurious_nan",
        backward((UNTAKEN_BRANCH, INVALID), ("multiply",), "the gate 0 times the slope inf of the root"),
        backward((UNTAKEN_BRANCH, DOMAIN_EDGE), (*POWER, "reciprocal"), "0^(-1/2), the slope of the root at 0"),
    ),
    "dispersion of high prices": gradient(
        Case(f.price_dispersion, (PAIR,), ((4000.2, 4001.9),), gradient=f.price_dispersion_gradient),
        "wrong",
        backward(CANCELLATION, SUBTRACT, "two rounded squares of 1.6e7 differ by 0.7"),
    ),
    "softsign by the quotient": gradient(
        Case(f.softsign, (PAIR,), ((1e9, 0.5),), gradient=f.softsign_gradient),
        "spurious_zero",
        backward(ABSORPTION, ("add",), "1e9 absorbs 1, which is all that the difference should leave"),
        backward(CANCELLATION, SUBTRACT, "1 + 1e9, rounded, less 1e9"),
    ),
    "pooled likelihood": gradient(
        Case(f.pooled_likelihood, (POSITIVE, POSITIVE), (1e-30, 1e-25), gradient=f.pooled_likelihood_gradient),
        "spurious_inf",
        backward(UNDERFLOW, ("multiply",), "the product of 1e-55 underflows"),
    ),
    "inverse Gaussian of a tiny mean": gradient(
        Case(f.wald_nll, (POSITIVE, POSITIVE), (2e-16, 1e-16), gradient=f.wald_nll_gradient),
        "spurious_inf",
        backward(UNDERFLOW, POWER, "the cube of 1e-16 underflows"),
    ),
    "label over probability": gradient(
        Case(f.class_surprise, (NONNEGATIVES,), ((0.5, 0.0),), gradient=f.class_surprise_gradient),
        "spurious_nan",
        backward((INVALID, DOMAIN_EDGE), DIVIDE, "0/0, where the loss does not depend on the other class"),
    ),
    "slope of the yield curve": gradient(
        Case(f.nelson_siegel_slope, (POSITIVES,), ((3e-4, 1.0),), gradient=f.nelson_siegel_slope_gradient),
        "wrong",
        backward(CANCELLATION, SUBTRACT, "a product of 1 - 4.5e-8, of which 1 is subtracted"),
    ),
    "hazard before anything can fail": gradient(
        Case(
            *(f.weibull_cumulative_hazard, (NONNEGATIVE, POSITIVE), (0.0, 2.0)),
            gradient=f.weibull_cumulative_hazard_gradient,
        ),
        "spurious_nan",
        backward((INVALID, DOMAIN_EDGE), ("multiply",), "0 * log 0, and a limit of 0"),
        backward((DOMAIN_EDGE, INVALID), ("log",), "the logarithm of a time of 0"),
    ),
    "Gumbel loss at its mode": gradient(
        Case(f.gumbel_nll, (PAIR,), ((1e-20, 1.0),), gradient=f.gumbel_nll_gradient),
        "spurious_zero",
        backward(CANCELLATION, SUBTRACT, "exp(-1e-20) rounds to 1, which is subtracted from 1"),
        dtype="float64",
    ),
    "Cauchy loss of an outlier": gradient(
        Case(f.cauchy_nll, (PAIR,), ((1e200, 1.0),), gradient=f.cauchy_nll_gradient),
        "spurious_zero",
        backward(OVERFLOW, SQUARE, "the square of 1e200 overflows: 2e200/inf"),
        dtype="float64",
    ),
}

CONTROLS: dict[str, Case] = {
    # exp(-1000) is far below the dtype, and the shift keeps the rest.
    "partition of scores far apart": Case(
        f.log_partition, (PAIR,), ((1000.0, 0.0),), gradient=f.log_partition_gradient
    ),
    # The mean depends on every number, but what comes of that adds up to 0.
    "variance with its mean held": Case(f.sample_variance, (PAIR,), ((3.0, 5.5),), gradient=f.sample_variance_gradient),
    # A kink, and the gradient is that of one side.
    "margin of exactly one": Case(f.margin_loss, (PAIR,), ((1.0, -2.0),), gradient=f.margin_loss_gradient),
    # The slope is infinite.
    "root link of nothing": Case(f.root_link, (NONNEGATIVES,), ((0.0, 4.0),), gradient=f.root_link_gradient),
    # The constant is 0 in float16, and the surprise infinite.
    "surprise smoothed with nothing": Case(f.smoothed_surprise, (NONNEGATIVES,), ((0.0, 0.5),), dtype="float16"),
    # Beyond the dtype.
    "sum of huge squares": Case(f.residual_sum_of_squares, (PAIR,), ((1e20, 1.0),)),
    # 0/0, and the limit depends on the direction.
    "risk of no events": Case(f.relative_risk, (NONNEGATIVE, NONNEGATIVE), (0.0, 0.0)),
    # log1p keeps what an addition would lose.
    "growth of a tiny bet, kept": Case(f.accurate_kelly_growth, (POSITIVE, POSITIVE, POSITIVE), (1e-9, 2.0, 0.6)),
    # The difference of two numbers as given is exact.
    "return over the benchmark": Case(f.excess_return, (ONE, ONE), (1.0000001, 1.0)),
    # exp(-200) is 0 in the dtype.
    "no event in a long time": Case(f.no_event_probability, (POSITIVE, POSITIVE), (2.0, 100.0)),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
