"""What the shadow of torch covers: calls of torch's own functions, as data, and what it does not cover, with why.

Each call is a function of its differentiated arguments, and what to draw for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as f
from coverage_torch_arrays import ARRAYS
from coverage_torch_distributions import DISTRIBUTIONS
from covered import Covered, Drawn, of, on
from torch import special

IMAGE, LINE, VOLUME = (1, 2, 5, 4), (1, 2, 6), (1, 1, 4, 3, 4)
LABELS = torch.tensor([2, 0])

_ACTIVATIONS = """celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu relu6
rrelu selu sigmoid silu softplus softshrink softsign tanh tanhshrink"""
_SPECIAL = """airy_ai bessel_j0 bessel_j1 erf erfc erfcx exp2 expit expm1 i0 i0e i1 i1e log_ndtr ndtr round sinc
modified_bessel_i0 modified_bessel_i1 spherical_bessel_j0"""
_SPECIAL_OF_POSITIVE = """bessel_y0 bessel_y1 digamma entr gammaln log1p modified_bessel_k0 modified_bessel_k1 psi
scaled_modified_bessel_k0 scaled_modified_bessel_k1"""
_POLYNOMIALS = """chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w
hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p shifted_chebyshev_polynomial_t
shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w"""


def _of_degree_three(polynomial: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: polynomial(x, 3)


LOSSES: dict[str, Covered] = {
    "binary_cross_entropy": on(f.binary_cross_entropy, "unit", "unit"),
    "binary_cross_entropy_with_logits": on(
        lambda x, y: f.binary_cross_entropy_with_logits(x, y, pos_weight=torch.tensor([1.0, 2.0, 0.5])), "real", "unit"
    ),
    "cosine_embedding_loss": Covered(
        lambda a, b: f.cosine_embedding_loss(a, b, torch.tensor([1.0, -1.0])), (Drawn(), Drawn())
    ),
    "cross_entropy": on(lambda x: f.cross_entropy(x, LABELS, label_smoothing=0.1)),
    "ctc_loss": of(
        lambda x: f.ctc_loss(f.log_softmax(x, -1), torch.tensor([[1, 2], [2, 2]]), (5, 4), (2, 1)), (5, 2, 3)
    ),
    "gaussian_nll_loss": on(f.gaussian_nll_loss, "real", "real", "positive"),
    "hinge_embedding_loss": on(f.hinge_embedding_loss, "real", "sign"),
    "huber_loss": on(lambda x, y: f.huber_loss(x, y, delta=0.7), "real", "real"),
    "kl_div": on(lambda x, y: f.kl_div(x, y, reduction="batchmean"), "real", "simplex"),
    "l1_loss": on(f.l1_loss, "real", "real"),
    "linear_cross_entropy": of(lambda x, w: f.linear_cross_entropy(x, w, LABELS), (2, 4), (3, 4)),
    "margin_ranking_loss": on(lambda a, b, y: f.margin_ranking_loss(a, b, y, margin=0.3), "real", "real", "sign"),
    "mse_loss": on(f.mse_loss, "real", "real"),
    "multi_margin_loss": on(lambda x: f.multi_margin_loss(x, LABELS, p=2)),
    "multilabel_margin_loss": of(lambda x: f.multilabel_margin_loss(x, torch.tensor([[1, 0, -1, 2]])), (1, 4)),
    "multilabel_soft_margin_loss": on(f.multilabel_soft_margin_loss, "real", "truth"),
    "nll_loss": on(lambda x: f.nll_loss(x, LABELS, weight=torch.tensor([1.0, 3.0, 0.5]).double())),
    "poisson_nll_loss": on(lambda x, y: f.poisson_nll_loss(x, y, full=True), "real", "positive"),
    "smooth_l1_loss": on(lambda x, y: f.smooth_l1_loss(x, y, beta=0.8), "real", "real"),
    "soft_margin_loss": on(f.soft_margin_loss, "real", "sign"),
    "triplet_margin_loss": on(lambda *x: f.triplet_margin_loss(*x, p=3, swap=True), "real", "real", "real"),
    "triplet_margin_with_distance_loss": on(f.triplet_margin_with_distance_loss, "real", "real", "real"),
}
ACTIVATIONS: dict[str, Covered] = {
    **{name: on(getattr(f, name)) for name in _ACTIVATIONS.split()},
    "gelu (tanh)": on(lambda x: f.gelu(x, approximate="tanh")),
    "glu": on(f.glu, shape=(2, 4)),
    "log_softmax": on(lambda x: f.log_softmax(x, -1)),
    "prelu": of(f.prelu, (2, 3), (3,)),
    "softmax": on(lambda x: f.softmax(x, -1)),
    "softmin": on(lambda x: f.softmin(x, -1)),
    "threshold": on(lambda x: f.threshold(x, 0.1, -2.0)),
}
NORMALISATIONS: dict[str, Covered] = {
    "batch_norm": of(lambda x, w, b: f.batch_norm(x, None, None, w, b, training=True), (3, 2), (2,), (2,)),
    "batch_norm (evaluation)": on(lambda x: f.batch_norm(x, torch.zeros(3).double(), torch.ones(3).double() * 2)),
    "group_norm": of(lambda x, w, b: f.group_norm(x, 2, w, b), (2, 4, 3), (4,), (4,)),
    "instance_norm": of(f.instance_norm, (2, 2, 4)),
    "layer_norm": of(lambda x, w, b: f.layer_norm(x, (3,), w, b), (2, 3), (3,), (3,)),
    "local_response_norm": of(lambda x: f.local_response_norm(x, 3, k=2.0), (1, 4, 3)),
    "normalize": on(lambda x: f.normalize(x, dim=-1)),
    "rms_norm": of(lambda x, w: f.rms_norm(x, (3,), w), (2, 3), (3,)),
}
DISTANCES: dict[str, Covered] = {
    "cosine_similarity": on(f.cosine_similarity, "real", "real"),
    "pairwise_distance": on(f.pairwise_distance, "real", "real"),
    "pdist": of(f.pdist, (3, 2)),
}
LAYERS: dict[str, Covered] = {
    "adaptive_avg_pool1d": of(lambda x: f.adaptive_avg_pool1d(x, 4), LINE),
    "adaptive_avg_pool2d": of(lambda x: f.adaptive_avg_pool2d(x, (3, 2)), IMAGE),
    "adaptive_avg_pool3d": of(lambda x: f.adaptive_avg_pool3d(x, 2), VOLUME),
    "adaptive_max_pool1d": of(lambda x: f.adaptive_max_pool1d(x, 4), LINE),
    "adaptive_max_pool2d": of(lambda x: f.adaptive_max_pool2d(x, 3), IMAGE),
    "adaptive_max_pool3d": of(lambda x: f.adaptive_max_pool3d(x, 2), VOLUME),
    "affine_grid": of(lambda t: f.affine_grid(t, (1, 1, 2, 3), align_corners=False), (1, 2, 3)),
    "avg_pool1d": of(lambda x: f.avg_pool1d(x, 3, 2, 1), LINE),
    "avg_pool2d": of(lambda x: f.avg_pool2d(x, 3, 2, 1, ceil_mode=True), IMAGE),
    "avg_pool3d": of(lambda x: f.avg_pool3d(x, 2, 1, 1, count_include_pad=False), VOLUME),
    "bilinear": of(f.bilinear, (2, 3), (2, 2), (2, 3, 2), (2,)),
    "channel_shuffle": of(lambda x: f.channel_shuffle(x, 2), (1, 4, 2, 2)),
    "conv1d": of(lambda x, w, b: f.conv1d(x, w, b, stride=2, padding=1), LINE, (3, 2, 3), (3,)),
    "conv2d": of(lambda x, w: f.conv2d(x, w, padding=1, dilation=2, groups=2), IMAGE, (2, 1, 2, 2)),
    "conv3d": of(f.conv3d, VOLUME, (1, 1, 2, 2, 2)),
    "conv_tbc": of(f.conv_tbc, (4, 1, 2), (2, 2, 3), (3,)),
    "conv_transpose1d": of(
        lambda x, w: f.conv_transpose1d(x, w, stride=2, padding=1, output_padding=1, groups=2), LINE, (2, 2, 3)
    ),
    "conv_transpose2d": of(f.conv_transpose2d, (1, 2, 2, 2), (2, 1, 2, 2)),
    "conv_transpose3d": of(f.conv_transpose3d, (1, 1, 2, 2, 2), (1, 1, 2, 2, 1)),
    "embedding": of(lambda w: f.embedding(torch.tensor([[1, 0], [3, 1]]), w), (4, 2)),
    "embedding_bag": of(lambda w: f.embedding_bag(torch.tensor([[1, 0], [3, 1]]), w), (4, 2)),
    "fold": of(lambda x: f.fold(x, (3, 3), (2, 2)), (1, 4, 4)),
    "grid_sample": of(lambda x, g: f.grid_sample(x, g / 4, align_corners=False), (1, 1, 3, 3), (1, 2, 2, 2)),
    "interpolate": of(lambda x: f.interpolate(x, scale_factor=2, mode="bilinear"), (1, 1, 2, 3)),
    "linear": of(f.linear, (2, 3), (4, 3), (4,)),
    "lp_pool1d": on(lambda x: f.lp_pool1d(x, 3, 2), "positive", shape=LINE),
    "lp_pool2d": on(lambda x: f.lp_pool2d(x, 2, 2), "positive", shape=IMAGE),
    "lp_pool3d": on(lambda x: f.lp_pool3d(x, 2, 2), "positive", shape=VOLUME),
    "max_pool1d": of(lambda x: f.max_pool1d(x, 3, 2, 1), LINE),
    "max_pool2d": of(lambda x: f.max_pool2d(x, 3, 2, 1, ceil_mode=True), IMAGE),
    "max_pool3d": of(lambda x: f.max_pool3d(x, 2), VOLUME),
    "max_unpool1d": of(lambda x: f.max_unpool1d(*f.max_pool1d(x, 2, return_indices=True), 2), LINE),
    "max_unpool2d": of(lambda x: f.max_unpool2d(*f.max_pool2d(x, 2, return_indices=True), 2), IMAGE),
    "max_unpool3d": of(lambda x: f.max_unpool3d(*f.max_pool3d(x, 2, return_indices=True), 2), (1, 1, 4, 2, 4)),
    "pad": of(lambda x: f.pad(f.pad(x, (1, 2), mode="reflect"), (1, 0), value=3.0), LINE),
    "pixel_shuffle": of(lambda x: f.pixel_shuffle(x, 2), (1, 4, 2, 2)),
    "pixel_unshuffle": of(lambda x: f.pixel_unshuffle(x, 2), (1, 1, 4, 2)),
    "scaled_dot_product_attention": of(
        lambda q, k, v: f.scaled_dot_product_attention(q, k, v, is_causal=True), *[(1, 2, 3, 2)] * 3
    ),
    "unfold": of(lambda x: f.unfold(x, 2), IMAGE),
    "upsample": of(lambda x: f.interpolate(x, scale_factor=2, mode="nearest"), LINE),
}
SPECIAL: dict[str, Covered] = {
    **{name: on(getattr(special, name)) for name in _SPECIAL.split()},
    **{name: on(getattr(special, name), "positive") for name in _SPECIAL_OF_POSITIVE.split()},
    **{name: on(getattr(special, name), "unit") for name in ("erfinv", "logit", "ndtri")},
    **{name: on(_of_degree_three(getattr(special, name))) for name in _POLYNOMIALS.split()},
    "gammainc": on(lambda x: special.gammainc(torch.tensor(1.5).double(), x), "positive"),
    "gammaincc": on(lambda x: special.gammaincc(torch.tensor(1.5).double(), x), "positive"),
    "log_softmax": on(lambda x: special.log_softmax(x, 0)),
    "logsumexp": on(lambda x: special.logsumexp(x, 1)),
    "multigammaln": on(lambda x: special.multigammaln(x + 1, 3), "positive"),
    "polygamma": on(lambda x: special.polygamma(2, x), "positive"),
    "softmax": on(lambda x: special.softmax(x, 0)),
    "xlog1py": on(special.xlog1py, "real", "positive"),
    "xlogy": on(special.xlogy, "real", "positive"),
    "zeta": on(lambda x: special.zeta(torch.tensor(2.5).double(), x), "positive"),
}


TABLES = {
    "loss": LOSSES,
    "activation": ACTIVATIONS,
    "normalisation": NORMALISATIONS,
    "distance": DISTANCES,
    "layer": LAYERS,
    "array": ARRAYS,
    "special": SPECIAL,
    "distribution": DISTRIBUTIONS,
}

# (table, name) -> the operation that has no rule.
UNSUPPORTED: dict[tuple[str, str], str] = {
    ("special", "airy_ai"): "aten.special_airy_ai.default",
}
# (table, name): why torch itself cannot be compared with at a typical point.
TORCH_FAILS: dict[tuple[str, str], str] = {
    ("activation", "hardsigmoid"): "its backward pass multiplies by 1/6 in float32, in float64 too",
    ("distribution", "GeneralizedPareto"): "log_prob mixes float32 and float64: it raises in float64",
}
# Torch has no derivative of these to compare with.
WITHOUT_DERIVATIVE: set[tuple[str, str]] = {("array", "floor_divide")}
# What is not to be covered: helpers, other spellings of the same, random numbers, no value of its own.
OTHER: dict[str, set[str]] = {
    "torch.nn.functional": {
        *("assert_int_or_pair", "boolean_dispatch", "handle_torch_function", "has_torch_function"),
        *("has_torch_function_unary", "has_torch_function_variadic", "upsample_bilinear", "upsample_nearest"),
        *("alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout", "gumbel_softmax"),
        *("fractional_max_pool2d", "fractional_max_pool2d_with_indices"),
        *("fractional_max_pool3d", "fractional_max_pool3d_with_indices"),
        *(f"{kind}_pool{n}d_with_indices" for kind in ("max", "adaptive_max") for n in (1, 2, 3)),
        *("native_channel_shuffle", "one_hot", "grouped_mm", "scaled_grouped_mm", "scaled_mm"),
        "multi_head_attention_forward",
    },
    "torch.special": set(),
    "torch.distributions": {"Distribution", "ExponentialFamily", "Transform"},
}
