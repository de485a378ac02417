"""What the shadow of torch covers: calls of torch's own functions, as data, and what it does not cover, with why.

The functions that the suite of torch judges are listed there.
"""

from __future__ import annotations

import torch
import torch.nn.functional as f
from coverage_torch_arrays import ARRAYS
from covered import Covered, listed, of, on

from gradcheck.suites.libraries import torch_distributions, torch_losses, torch_special

IMAGE, LINE, VOLUME = (1, 2, 5, 4), (1, 2, 6), (1, 1, 4, 3, 4)

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

FUNCTIONAL = "torch.nn.functional"
TABLES = {
    "loss": listed("torch", FUNCTIONAL, torch_losses.LOSSES),
    "activation": listed("torch", FUNCTIONAL, torch_losses.ACTIVATIONS),
    "normalisation": listed("torch", FUNCTIONAL, torch_losses.NORMALISATIONS),
    "distance": listed("torch", FUNCTIONAL, torch_losses.DISTANCES),
    "norm": listed("torch", "torch", torch_special.NORMS),
    "layer": LAYERS,
    "array": ARRAYS,
    "special": listed("torch", "torch.special", torch_special.SPECIAL),
    "distribution": listed("torch", "torch.distributions", torch_distributions.DISTRIBUTIONS),
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
