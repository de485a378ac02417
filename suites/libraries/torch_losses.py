"""Every loss of torch.nn.functional."""

from __future__ import annotations

import torch
import torch.nn.functional as f

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import (
    BIT_GRID,
    LOGARITHMS,
    MATRIX,
    POSITIVES,
    SIGN_GRID,
    SIMPLEX,
    UNITS,
    real,
)
from gradcheck.suites.libraries.table import WIDE, Table, on

LABELS = torch.tensor([2, 0])
PLACES = torch.tensor([[1, 0, -1, 2]])
SEQUENCES = torch.tensor([[1, 2], [2, 2]])

LOSSES: Table = {
    "binary_cross_entropy": on(UNITS, UNITS),
    "binary_cross_entropy_with_logits": on(MATRIX, UNITS),
    "binary_cross_entropy_with_logits (weighted)": on(
        MATRIX,
        UNITS,
        call=lambda x, y: f.binary_cross_entropy_with_logits(x, y, pos_weight=x.new_tensor([1.0, 2.0, 0.5])),
    ),
    "cosine_embedding_loss": on(
        MATRIX, MATRIX, call=lambda a, b: f.cosine_embedding_loss(a, b, torch.tensor([1.0, -1.0]))
    ),
    "cross_entropy": on(MATRIX, call=lambda x: f.cross_entropy(x, LABELS)),
    "cross_entropy (probabilities)": on(MATRIX, SIMPLEX),
    "cross_entropy (smoothed)": on(MATRIX, call=lambda x: f.cross_entropy(x, LABELS, label_smoothing=0.1)),
    "ctc_loss": on(
        real(5, 2, 3), call=lambda x: f.ctc_loss(f.log_softmax(x, -1), SEQUENCES, (5, 4), (2, 1)), dtypes=WIDE
    ),
    "gaussian_nll_loss": on(MATRIX, MATRIX, POSITIVES),
    "hinge_embedding_loss": on(MATRIX, SIGN_GRID),
    "huber_loss": on(MATRIX, MATRIX, delta=0.7),
    "kl_div": on(LOGARITHMS, SIMPLEX, reduction="batchmean"),
    "kl_div (logarithms)": on(LOGARITHMS, LOGARITHMS, reduction="batchmean", log_target=True),
    "l1_loss": on(MATRIX, MATRIX),
    "linear_cross_entropy": on(real(2, 4), real(3, 4), call=lambda x, w: f.linear_cross_entropy(x, w, LABELS)),
    "margin_ranking_loss": on(MATRIX, MATRIX, SIGN_GRID, margin=0.3),
    "mse_loss": on(MATRIX, MATRIX),
    "multi_margin_loss": on(MATRIX, call=lambda x: f.multi_margin_loss(x, LABELS, p=2), dtypes=WIDE),
    "multilabel_margin_loss": on(real(1, 4), call=lambda x: f.multilabel_margin_loss(x, PLACES), dtypes=WIDE),
    "multilabel_soft_margin_loss": on(MATRIX, BIT_GRID),
    "nll_loss": on(
        LOGARITHMS, call=lambda x: f.nll_loss(x, LABELS, weight=torch.tensor([1.0, 3.0, 0.5], dtype=x.dtype))
    ),
    "poisson_nll_loss": on(MATRIX, POSITIVES, full=True),
    "smooth_l1_loss": on(MATRIX, MATRIX, beta=0.8),
    "soft_margin_loss": on(MATRIX, SIGN_GRID),
    "triplet_margin_loss": on(MATRIX, MATRIX, MATRIX),
    "triplet_margin_loss (swapped)": on(MATRIX, MATRIX, MATRIX, p=3, swap=True),
    "triplet_margin_with_distance_loss": on(MATRIX, MATRIX, MATRIX),
}

_ACTIVATIONS = """celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu relu6
rrelu selu sigmoid silu softplus softshrink softsign tanh tanhshrink"""
ACTIVATIONS: Table = {
    **{name: on(MATRIX) for name in _ACTIVATIONS.split()},
    "gelu (tanh)": on(MATRIX, approximate="tanh"),
    "glu": on(real(2, 4)),
    "log_softmax": on(MATRIX, dim=-1),
    "prelu": on(MATRIX, real(3)),
    "softmax": on(MATRIX, call=lambda x: f.softmax(x, -1)[:, :2]),
    "softmin": on(MATRIX, call=lambda x: f.softmin(x, -1)[:, :2]),
    "threshold": on(MATRIX, threshold=0.1, value=-2.0),
}
NORMALISATIONS: Table = {
    "batch_norm": on(
        real(3, 2), real(2), real(2), call=lambda x, w, b: f.batch_norm(x, None, None, w, b, training=True)[:2]
    ),
    "batch_norm (evaluation)": on(MATRIX, Argument("real", (3,), False), Argument("nonnegative", (3,), False)),
    "group_norm": on(real(2, 4, 3), real(4), real(4), call=lambda x, w, b: f.group_norm(x, 2, w, b)[..., :2]),
    "instance_norm": on(real(2, 2, 4), call=lambda x: f.instance_norm(x)[..., :2]),
    "layer_norm": on(MATRIX, real(3), real(3), call=lambda x, w, b: f.layer_norm(x, (3,), w, b)[:, :2]),
    "local_response_norm": on(real(1, 4, 3), call=lambda x: f.local_response_norm(x, 3, k=2.0)),
    "normalize": on(MATRIX, dim=-1),
    "rms_norm": on(MATRIX, real(3), call=lambda x, w: f.rms_norm(x, (3,), w)),
}
DISTANCES: Table = {
    "cosine_similarity": on(MATRIX, MATRIX),
    "pairwise_distance": on(MATRIX, MATRIX),
    "pdist": on(real(3, 2), dtypes=WIDE),
}
