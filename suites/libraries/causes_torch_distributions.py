"""The right cause of findings in the log-densities of torch.distributions, by hand; see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    ABSORPTION,
    BACKWARD,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    RightCause,
)
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import GRID

CAUSES: dict[str, CauseCase] = {
    "torch.distributions.Beta gradient": gradient(
        0,
        (0, 2),
        "spurious_inf",
        (full(GRID, 1.0, {(0, 2): 3e38}), full(GRID, 1.0, {(0, 2): 3e38}), full(GRID, 0.99999994)),
        RightCause((OVERFLOW,), ("sum",), FORWARD, "a + b = 6e38 is beyond float32, its digamma is not"),
    ),
    "torch.distributions.Categorical gradient": gradient(
        0,
        (1, 2),
        "wrong",
        (full(GRID, 0.0, {(1, 1): 1048572.0, (1, 2): 1048576.0}),),
        RightCause(
            (CANCELLATION,),
            ("sub",),
            BACKWARD,
            "x - logsumexp(x) is -0.018 of numbers near 2^20, and logsumexp is right to its rounding: 0",
        ),
    ),
    "torch.distributions.Cauchy value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-20}), full(GRID, 1.0)),
        RightCause(
            (OVERFLOW,), ("pow",), FORWARD, "the square of (x - m) / s = 1e20 is beyond float32, its log1p is not"
        ),
    ),
    "torch.distributions.ContinuousBernoulli gradient": gradient(
        0,
        (0, 1),
        "inaccurate",
        (full(GRID, 0.5, {(0, 1): 0.49}), full(GRID, 0.0, {(0, 1): 0.5})),
        RightCause(
            (CANCELLATION,),
            ("sub",),
            FORWARD,
            "log1p(-p) - log(p) of logarithms near -0.7 is 0.04, and is short of a digit and a half",
        ),
        RightCause(
            (CANCELLATION,), ("add",), BACKWARD, "-100.027 + 100.0001 multiplies what the difference is off by 4000"
        ),
    ),
    "torch.distributions.FisherSnedecor gradient": gradient(
        1,
        (1, 2),
        "wrong",
        (full(GRID, 1.0, {(1, 2): 4.223978e19}), full(GRID, 1.0), full(GRID, 1.0, {(1, 2): 0.5021489})),
        RightCause(
            (CANCELLATION,),
            ("add",),
            BACKWARD,
            "the two slopes of the ratio of the degrees, -1/2 and 1/2, differ by 1e-20, times -4e19",
        ),
        RightCause((ABSORPTION,), ("add",), FORWARD, "the sum of the halved degrees, 2e19 + 1/2, has lost the second"),
    ),
    "torch.distributions.Gamma value": value(
        (0, 0),
        "spurious_nan",
        (full(GRID, 1.0, {(0, 0): 1.5942525e37}), full(GRID, 1.0), full(GRID, 1.0, {(0, 0): 9.652538e25})),
        RightCause(
            (OVERFLOW,),
            ("xlogy",),
            FORWARD,
            "(k - 1) log(x) = 1e39 is beyond float32; less lgamma(k), which is too, it is NaN and not -inf",
        ),
    ),
    "torch.distributions.GeneralizedPareto value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 1.0, {(1, 2): 1e-39}), full(GRID, 1.0), full(GRID, 1.0)),
        RightCause((OVERFLOW,), ("div",), FORWARD, "x / s = 1e39 is beyond float32, its log1p is not"),
    ),
    "torch.distributions.Gumbel value": value(
        (1, 1),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): 1.0}), full(GRID, 1.0, {(1, 1): 1e-39}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,), ("div",), FORWARD, "y = 1e39 is beyond float32, and y - exp(y) is inf - inf instead of -inf"
        ),
    ),
    "torch.distributions.HalfCauchy value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 1.0, {(1, 2): 1e-20}), full(GRID, 1.0)),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the square of x / s = 1e20 is beyond float32, its log1p is not"),
    ),
    "torch.distributions.HalfNormal value": value(
        (1, 2),
        "spurious_nan",
        (full(GRID, 1.0, {(1, 2): 1e-23}), full(GRID, 0.0)),
        RightCause((UNDERFLOW,), ("pow",), FORWARD, "the variance 1e-46 is 0: 0 / 0"),
    ),
    "torch.distributions.InverseGamma value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 1.0), full(GRID, 1.0), full(GRID, 1.0, {(1, 2): 1e20})),
        RightCause(
            (OVERFLOW,), ("div",), FORWARD, "the slope of 1/y is y / y^-1 = 1e40, beyond float32, its logarithm is not"
        ),
    ),
    "torch.distributions.Kumaraswamy value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 1.0), full(GRID, 1.0), full(GRID, 0.5, {(1, 2): 1e-08})),
        RightCause(
            (ABSORPTION,), ("sub",), FORWARD, "1 - x^a of x = 1e-8 is 1, where the uniform density under it ends: log 0"
        ),
    ),
    "torch.distributions.Laplace gradient": gradient(
        1,
        (1, 2),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-39}), full(GRID, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "-1/s = -1e39 and |x - m|/s^2 = 1e78 are both beyond float32, their sum is inf - inf",
        ),
    ),
    "torch.distributions.LogNormal gradient": gradient(
        1,
        (1, 2),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-23}), full(GRID, 1.0)),
        RightCause((UNDERFLOW,), ("pow",), FORWARD, "the variance 1e-46 is 0: 0 / 0"),
    ),
    "torch.distributions.LogisticNormal gradient": gradient(
        1,
        (1,),
        "spurious_nan",
        (full((2,), 0.0), (1.0, 0.0, 0.0)),
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("div", "add"),
            BACKWARD,
            "the slope of log at 0 is infinite in two terms of opposite sign: -inf + inf",
        ),
    ),
    "torch.distributions.LowRankMultivariateNormal gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full((3,), 0.0), ((0.0,), (0.0,), (1e20,)), full((3,), 0.0)),
        RightCause((OVERFLOW,), ("mm",), FORWARD, "the square of 1e20 in the capacitance matrix is beyond float32"),
    ),
    "torch.distributions.MixtureSameFamily value": value(
        (0,),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0), full(GRID, 0.0, {(0, 0): 2e19})),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the square of 2e19 is beyond float32, half of it is not"),
    ),
    "torch.distributions.MultivariateNormal value": value(
        (),
        "spurious_inf",
        (
            (0.0, 2e19, 3e19),
            ((4.414834, 1.6249475, 0.17792031), (1.6249475, 3.2172081, 0.2102123), (0.17792031, 0.2102123, 3.2353013)),
            full((3,), 0.0),
        ),
        RightCause(
            (OVERFLOW,), ("sum",), FORWARD, "the sum of the squares, 4.1e38, is beyond float32, half of it is not"
        ),
    ),
    "torch.distributions.NegativeBinomial value": value(
        (1, 2),
        "spurious_nan",
        (full(GRID, 1.0, {(1, 2): 1e37}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("lgamma",),
            FORWARD,
            "lgamma(1e37) = 8e38 is beyond float32, the difference of two such is not",
        ),
    ),
    "torch.distributions.Normal value": value(
        (1, 2),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-23}), full(GRID, 0.0)),
        RightCause((UNDERFLOW,), ("pow",), FORWARD, "the variance 1e-46 is 0: 0 / 0"),
    ),
    "torch.distributions.OneHotCategoricalStraightThrough gradient": gradient(
        0,
        (1, 2),
        "wrong",
        (full(GRID, 0.0, {(1, 1): 1048572.0, (1, 2): 1048576.0}),),
        RightCause(
            (CANCELLATION,),
            ("sub",),
            BACKWARD,
            "x - logsumexp(x) is -0.018 of numbers near 2^20, and logsumexp is right to its rounding: 0",
        ),
    ),
    "torch.distributions.Pareto value": value(
        (1, 2),
        "spurious_inf",
        (full(GRID, 1.0), full(GRID, 1.0, {(1, 2): 3e38})),
        RightCause(
            (OVERFLOW,), ("div",), FORWARD, "x over the scale 0.5 is 6e38, beyond float32, its logarithm is not"
        ),
    ),
    "torch.distributions.RelaxedOneHotCategorical gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full((3,), 0.0), (1.0, 0.0, 0.0)),
        false_alarm="at a corner the density tends to infinity along lines and to 0 along curves: there is no truth",
    ),
    "torch.distributions.StudentT gradient": gradient(
        0,
        (1, 2),
        "spurious_nan",
        (full(GRID, 1.0), full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-20}), full(GRID, 1.0)),
        RightCause(
            (OVERFLOW,), ("pow",), FORWARD, "the square of (x - m) / s = 1e20 is beyond float32, its log1p is not"
        ),
    ),
    "torch.distributions.TransformedDistribution value": value(
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 2e19}), full(GRID, 0.5)),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the square of 2e19 is beyond float32, half of it is not"),
    ),
    "torch.distributions.VonMises gradient": gradient(
        1,
        (1, 2),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 1.0, {(1, 2): 1e-06}), full(GRID, 0.0)),
        RightCause(
            (UNTAKEN_BRANCH,),
            ("mul", "where"),
            BACKWARD,
            "where() takes the series for small x, yet the polynomial in 3.75/x, beyond float32, comes back as 0 * inf",
        ),
        RightCause(
            (OVERFLOW,),
            ("mul",),
            FORWARD,
            "the polynomial in 3.75/x = 4e6 of the branch not taken, 4e43, is beyond float32",
        ),
    ),
    "torch.distributions.Weibull gradient": gradient(
        0,
        (0, 2),
        "spurious_nan",
        (full(GRID, 1.0), full(GRID, 1.0), full(GRID, 1.0, {(0, 2): 1e-39})),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the slopes 1/y of two logarithms at y = 1e-39 are beyond float32: inf - inf",
        ),
    ),
}
