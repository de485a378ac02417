"""Metrics of TorchMetrics that are formulas of real arrays: regression, audio, pairwise, image."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import MATRIX, NONNEGATIVE, POSITIVE, REAL, real
from gradcheck.suites.libraries.table import WIDE, Table, on, suite

ROW = Argument("simplex", (1, 3))
IMAGE = Argument("[0, 1]", (1, 2, 1, 2))
ABOVE = Argument("(-1, inf)", (4,))

REGRESSION: Table = {
    "concordance_corrcoef": on(REAL, REAL),
    "regression.continuous_ranked_probability_score": on(real(2, 3), real(2)),
    # It returns float32, whatever it is given.
    "cosine_similarity": on(MATRIX, MATRIX, dtypes=("float32",)),
    "explained_variance": on(REAL, REAL),
    "regression.jensen_shannon_divergence": on(ROW, ROW),
    "kl_divergence": on(ROW, ROW),
    "log_cosh_error": on(REAL, REAL),
    "mean_absolute_error": on(REAL, REAL),
    "mean_absolute_percentage_error": on(REAL, REAL),
    "mean_squared_error": on(REAL, REAL),
    "mean_squared_error (root)": on(REAL, REAL, squared=False),
    "mean_squared_log_error": on(ABOVE, ABOVE),
    "minkowski_distance": on(REAL, REAL, p=3),
    "normalized_root_mean_squared_error": on(REAL, REAL),
    "pearson_corrcoef": on(REAL, REAL),
    "r2_score": on(REAL, REAL),
    "relative_squared_error": on(REAL, REAL),
    "symmetric_mean_absolute_percentage_error": on(REAL, REAL),
    "tweedie_deviance_score": on(REAL, REAL),
    "tweedie_deviance_score (gamma)": on(POSITIVE, POSITIVE, power=2),
    "tweedie_deviance_score (poisson)": on(POSITIVE, NONNEGATIVE, power=1),
    "weighted_mean_absolute_percentage_error": on(REAL, REAL),
}
AUDIO: Table = {
    "scale_invariant_signal_distortion_ratio": on(REAL, REAL),
    "scale_invariant_signal_noise_ratio": on(REAL, REAL),
    "signal_noise_ratio": on(REAL, REAL),
    "audio.source_aggregated_signal_distortion_ratio": on(MATRIX, MATRIX),
}
PAIRWISE: Table = {
    "pairwise_cosine_similarity": on(MATRIX, MATRIX),
    "pairwise_euclidean_distance": on(MATRIX, MATRIX),
    "pairwise_linear_similarity": on(MATRIX, MATRIX),
    "pairwise_manhattan_distance": on(MATRIX, MATRIX),
    "pairwise_minkowski_distance": on(MATRIX, MATRIX, exponent=3),
}
IMAGES: Table = {
    "image.peak_signal_noise_ratio": on(IMAGE, IMAGE, dtypes=WIDE, data_range=1.0),
    "image.spectral_angle_mapper": on(IMAGE, IMAGE),
    "image.total_variation": on(IMAGE),
}

TABLES = {"torchmetrics.functional": {**REGRESSION, **AUDIO, **PAIRWISE, **IMAGES}}
SUITE = suite("torchmetrics", "torch", "Regression, audio, pairwise and image metrics of TorchMetrics", TABLES)
