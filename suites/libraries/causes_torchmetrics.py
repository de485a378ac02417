"""The right cause of findings in TorchMetrics, by hand; see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    BACKWARD,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    RightCause,
)
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import GRID, SIZE

CAUSES: dict[str, CauseCase] = {
    "torchmetrics.functional.audio.source_aggregated_signal_distortion_ratio gradient": gradient(
        0,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 2): 1e16}), full(GRID, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the slope of log10 at the quotient 1e-39 is beyond float32, and comes times 0",
        ),
    ),
    "torchmetrics.functional.audio.source_aggregated_signal_distortion_ratio value": value(
        (),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): 1e20}), full(GRID, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("sum", "pow"),
            FORWARD,
            "the sum of six squares, 1.7e39, is beyond float32, and so is that of the noise: inf / inf",
        ),
    ),
    "torchmetrics.functional.cosine_similarity gradient": gradient(
        0,
        (1, 0),
        "spurious_nan",
        (full(GRID, 1.0), full(GRID, 0.0, {(0, 2): 1.0, (1, 2): 1e-23})),
        RightCause(
            (UNDERFLOW,), ("linalg_vector_norm",), FORWARD, "the kernel squares 1e-23 to 0: the cosine is 1e-23 / 0"
        ),
    ),
    "torchmetrics.functional.explained_variance gradient": gradient(
        1,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 1e19}), full(SIZE, 0.0, {(3,): 1.0})),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the quotient of the variances over the lower one again, 5e38, is beyond float32, and comes times 0",
        ),
    ),
    "torchmetrics.functional.image.peak_signal_noise_ratio gradient": gradient(
        0,
        (0, 0, 0, 0),
        "spurious_nan",
        (full((1, 2, 1, 2), 0.0), full((1, 2, 1, 2), 0.0)),
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("mul", "div"),
            BACKWARD,
            "the slope of log at an error of 0 is -inf, times deviations of 0",
        ),
    ),
    "torchmetrics.functional.image.peak_signal_noise_ratio value": value(
        (),
        "spurious_inf",
        (full((1, 2, 1, 2), 0.0), full((1, 2, 1, 2), 0.0, {(0, 1, 0, 1): 1e-23})),
        RightCause((UNDERFLOW,), ("pow",), FORWARD, "the square of 1e-23 is 0: log 0"),
    ),
    "torchmetrics.functional.image.spectral_angle_mapper value": value(
        (),
        "wrong",
        (full((1, 2, 1, 2), 0.0, {(0, 1, 0, 0): 1e-23, (0, 1, 0, 1): 1.0}), full((1, 2, 1, 2), 1.0)),
        RightCause(
            (UNDERFLOW,),
            ("linalg_vector_norm",),
            FORWARD,
            "the kernel squares 1e-23 to 0: a cosine of inf, clamped to 1",
        ),
    ),
    "torchmetrics.functional.kl_divergence value": value(
        (),
        "spurious_inf",
        (((0.0, 0.0, 1.0),), ((1.0, 0.0, 1e-39),)),
        RightCause((OVERFLOW,), ("div",), FORWARD, "p / q = 1e39 is beyond float32, its logarithm is not"),
    ),
    "torchmetrics.functional.log_cosh_error value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0), full(SIZE, 0.0, {(0,): 100.0})),
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32"),
    ),
    "torchmetrics.functional.mean_absolute_percentage_error gradient": gradient(
        1,
        (1,),
        "spurious_inf",
        (full(SIZE, 0.0, {(1,): 3e38}), full(SIZE, 0.0, {(1,): 0.5})),
        RightCause(
            (OVERFLOW,), ("div",), BACKWARD, "|p - t| / t / t = 1.2e39 is beyond float32, a quarter of it is not"
        ),
    ),
    "torchmetrics.functional.mean_squared_error value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0), full(SIZE, 0.0, {(2,): 2e19})),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 2e19 is beyond float32, a quarter of it is not"),
    ),
    "torchmetrics.functional.mean_squared_error (root) value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 1e20}), full(SIZE, 0.0)),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 1e20 is beyond float32, its root is not"),
    ),
    "torchmetrics.functional.minkowski_distance value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 10000000000000.0}), full(SIZE, 0.0)),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the cube of 1e13 is beyond float32, its root is not"),
    ),
    "torchmetrics.functional.normalized_root_mean_squared_error gradient": gradient(
        1,
        (0,),
        "spurious_nan",
        (full(SIZE, 1.0), full(SIZE, 1.0)),
        RightCause(
            (DOMAIN_EDGE, INVALID), ("div", "mul"), BACKWARD, "the slope of sqrt at 0 is inf, times deviations of 0"
        ),
    ),
    "torchmetrics.functional.pairwise_cosine_similarity gradient": gradient(
        1,
        (0, 2),
        "spurious_zero",
        (
            ((4.267829e19, 2.248754e19, 2.6133184e19), (7.0486278e19, 4.541967e19, 4.223978e19)),
            ((0.4849706, -0.66785055, -1.3166674), (0.0581143, -0.67647696, -0.8696033)),
        ),
        RightCause((OVERFLOW,), ("linalg_vector_norm",), FORWARD, "the kernel's squares are beyond float32: x / inf"),
    ),
    "torchmetrics.functional.pairwise_euclidean_distance gradient": gradient(
        1,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0)),
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("div", "mul", "mm"),
            BACKWARD,
            "the slope of sqrt at 0 is inf, times coordinates of 0",
        ),
    ),
    "torchmetrics.functional.pairwise_linear_similarity value": value(
        (0, 1),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 0): 1.0033348, (0, 2): -1.0149044}), full(GRID, 0.0, {(1, 0): 3.4e38, (1, 2): 3.4e38})),
        RightCause((OVERFLOW,), ("mm",), FORWARD, "the products 3.41e38 and -3.45e38 are beyond float32: inf - inf"),
    ),
    "torchmetrics.functional.pairwise_minkowski_distance value": value(
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 1): 1e103})),
        RightCause((OVERFLOW,), ("pow",), FORWARD, "the cube of 1e103 is beyond float64, its root is not"),
        dtype="float64",
    ),
    "torchmetrics.functional.pearson_corrcoef gradient": gradient(
        0,
        (0,),
        "spurious_inf",
        (full(SIZE, 0.0, {(2,): 1e-13}), full(SIZE, 0.0, {(3,): 1.0})),
        RightCause(
            (OVERFLOW,), ("pow",), BACKWARD, "the slope of x^-2 at the scale 7.5e-14 has x^-3 = 2e39, beyond float32"
        ),
    ),
    "torchmetrics.functional.r2_score value": value(
        (),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 0.0, {(2,): 1e20})),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 1e20 is beyond float32: inf - inf"),
    ),
    "torchmetrics.functional.regression.jensen_shannon_divergence gradient": gradient(
        0,
        (0, 0),
        "spurious_nan",
        (((1.0, 0.0, 0.0),), ((1.0, 0.0, 0.0),)),
        RightCause(
            (UNTAKEN_BRANCH, INVALID),
            ("div", "mul", "log", "index_put", "index_put_"),
            BACKWARD,
            "where p is 0 the mask puts 0, yet the slope of the log of 0 / 0 under it comes back as NaN",
        ),
        RightCause(
            (INVALID, DOMAIN_EDGE), ("div",), FORWARD, "p / q is 0 / 0, exactly so, and masked only after its logarithm"
        ),
    ),
    "torchmetrics.functional.relative_squared_error value": value(
        (),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 0.0, {(2,): 1e20})),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "the square of 1e20 is beyond float32: inf - inf"),
    ),
    "torchmetrics.functional.scale_invariant_signal_distortion_ratio gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 1e16}), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the slope of log10 at the quotient 1e-39 is beyond float32, and comes times 0",
        ),
    ),
    "torchmetrics.functional.scale_invariant_signal_noise_ratio gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 1e16}), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the slope of log10 at the quotient 1e-39 is beyond float32, and comes times 0",
        ),
    ),
    "torchmetrics.functional.signal_noise_ratio gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 1e16}), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,),
            ("div",),
            BACKWARD,
            "the slope of log10 at the quotient 1e-39 is beyond float32, and comes times 0",
        ),
    ),
    "torchmetrics.functional.symmetric_mean_absolute_percentage_error gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 0.0)),
        RightCause(
            (OVERFLOW,), ("div",), BACKWARD, "1/2 over the bound 1.2e-6 is beyond float16, and comes times the sign 0"
        ),
        dtype="float16",
    ),
    "torchmetrics.functional.tweedie_deviance_score gradient": gradient(
        0,
        (3,),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 3e38}), full(SIZE, 0.0)),
        RightCause((OVERFLOW,), ("mul",), BACKWARD, "2 (t - p) = -6e38 is beyond float32, a quarter of it is not"),
    ),
    "torchmetrics.functional.tweedie_deviance_score (gamma) gradient": gradient(
        1,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0), full(SIZE, 1.0, {(3,): 1e-39})),
        RightCause(
            (OVERFLOW,),
            ("div",),
            FORWARD,
            "p / t = 1e39 is beyond float32; the slope of its logarithm is 0, and comes times inf",
        ),
    ),
    "torchmetrics.functional.tweedie_deviance_score (poisson) gradient": gradient(
        0,
        (0,),
        "spurious_nan",
        (full(SIZE, 1.0), full(SIZE, 0.0)),
        RightCause(
            (UNTAKEN_BRANCH, DOMAIN_EDGE),
            ("div", "mul", "log", "index_put", "index_put_"),
            BACKWARD,
            "where the target is 0 the mask puts 0, yet the slope of log at 0 under it comes back as 0 / 0",
        ),
    ),
    "torchmetrics.functional.weighted_mean_absolute_percentage_error gradient": gradient(
        1,
        (0,),
        "spurious_inf",
        (full(SIZE, 0.0, {(2,): 1e38, (3,): 3e38}), full(SIZE, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("sum",),
            FORWARD,
            "the sum of the errors, 4e38, is beyond float32, over the sum of the targets it is not",
        ),
    ),
}
