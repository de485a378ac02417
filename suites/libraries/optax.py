"""All of optax.losses."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import optax

from gradcheck.inputs.argument import Argument
from gradcheck.suites.libraries.domains import BIT_GRID, BITS, LOGARITHMS, MATRIX, REAL, SIGNS, SIMPLEX, UNIT, real
from gradcheck.suites.libraries.table import WIDE, on, suite

LABELS = np.array([0, 2], np.int32)
TOKENS, FRAMES = np.array([[1, 2]]), np.zeros((1, 3))
SOFT = Argument("simplex", (2, 3, 2))


def _ctc(logits: Any) -> Any:
    return optax.losses.ctc_loss(logits, FRAMES.astype(logits.dtype), TOKENS, np.zeros((1, 2), logits.dtype))


def _ctc_forward(logits: Any) -> Any:
    paddings = FRAMES.astype(logits.dtype), np.zeros((1, 2), logits.dtype)
    return optax.losses.ctc_loss_with_forward_probs(logits, paddings[0], TOKENS, paddings[1])[0]


# WIDE: in 16 bits these return float32.
LOSSES = {
    "binary_dice_loss": on(MATRIX, BIT_GRID),
    "convex_kl_divergence": on(LOGARITHMS, SIMPLEX),
    "cosine_distance": on(MATRIX, MATRIX),
    "cosine_similarity": on(MATRIX, MATRIX),
    "ctc_loss": on(real(1, 3, 3), call=_ctc, dtypes=WIDE),
    "ctc_loss_with_forward_probs": on(real(1, 3, 3), call=_ctc_forward, dtypes=WIDE),
    "dice_loss": on(real(2, 3, 2), SOFT),
    "generalized_kl_divergence": on(LOGARITHMS, SIMPLEX),
    "hinge_loss": on(REAL, SIGNS),
    "huber_loss": on(REAL, REAL),
    "kl_divergence": on(LOGARITHMS, SIMPLEX),
    "kl_divergence_with_log_targets": on(LOGARITHMS, LOGARITHMS),
    "l2_loss": on(REAL, REAL),
    "log_cosh": on(REAL, REAL),
    "make_fenchel_young_loss": on(
        REAL, REAL, call=lambda scores, y: optax.losses.make_fenchel_young_loss(jax.nn.logsumexp)(scores, y)
    ),
    "multiclass_generalized_dice_loss": on(real(2, 3, 2), SOFT),
    "multiclass_hinge_loss": on(MATRIX, call=lambda x: optax.losses.multiclass_hinge_loss(x, LABELS), dtypes=WIDE),
    "multiclass_perceptron_loss": on(
        MATRIX, call=lambda x: optax.losses.multiclass_perceptron_loss(x, LABELS), dtypes=WIDE
    ),
    "multiclass_sparsemax_loss": on(
        MATRIX, call=lambda x: optax.losses.multiclass_sparsemax_loss(x, LABELS), dtypes=WIDE
    ),
    "ntxent": on(real(4, 3), call=lambda x: optax.losses.ntxent(x, np.array([0, 1, 0, 1]))),
    "perceptron_loss": on(REAL, SIGNS),
    "poly_loss_cross_entropy": on(MATRIX, SIMPLEX),
    "ranking_softmax_loss": on(MATRIX, SIMPLEX),
    "safe_softmax_cross_entropy": on(MATRIX, SIMPLEX),
    "sigmoid_binary_cross_entropy": on(REAL, UNIT),
    "sigmoid_focal_loss": on(REAL, BITS),
    "smooth_labels": on(SIMPLEX, alpha=0.1),
    "softmax_cross_entropy": on(MATRIX, SIMPLEX),
    "softmax_cross_entropy_with_integer_labels": on(
        MATRIX, call=lambda x: optax.losses.softmax_cross_entropy_with_integer_labels(x, LABELS)
    ),
    "sparsemax_loss": on(REAL, BITS),
    "squared_error": on(REAL, REAL),
    "triplet_margin_loss": on(MATRIX, MATRIX, MATRIX),
}

SUITE = suite("optax", "jax", "Losses of Optax", {"optax.losses": LOSSES})
