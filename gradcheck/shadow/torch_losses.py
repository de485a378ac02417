"""The losses that torch has as operators of their own. Formulas as documented in torch.nn.functional."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.exact.namespace import apply
from gradcheck.shadow.torch_elementwise import softplus_of
from gradcheck.shadow.torch_operand import Array, Operand, constant, picked, xp

NONE, MEAN, SUM = range(3)  # torch's numbers for reduction=


def _reduced(loss: Array, reduction: int) -> Array:
    if reduction == NONE:
        return loss
    return xp.sum(loss) if reduction == SUM else xp.mean(loss)


def _of_difference(penalty: Callable[..., Array]) -> Callable[..., Array]:
    return lambda x, y, reduction=MEAN, *parameters: _reduced(penalty(x - y, *parameters), reduction)


def _huber(d: Array, delta: float = 1.0) -> Array:
    return xp.where(abs(d) <= delta, 0.5 * xp.square(d), delta * (abs(d) - 0.5 * delta))


def _smooth_l1(d: Array, beta: float = 1.0) -> Array:
    return abs(d) if beta == 0 else xp.where(abs(d) < beta, 0.5 * xp.square(d) / beta, abs(d) - 0.5 * beta)


def _weighted(loss: Array, weight: Array | None) -> Array:
    return loss if weight is None else loss * weight


def _binary_cross_entropy(p: Array, y: Array, weight: Array | None = None, reduction: int = MEAN) -> Array:
    """Torch documents that the logarithms are clamped at -100."""
    log_p, log_q = (apply("maximum", term, -100.0) for term in (xp.log(p), xp.log1p(-p)))
    return _reduced(_weighted(-(y * log_p + (1.0 - y) * log_q), weight), reduction)


def _binary_cross_entropy_with_logits(
    x: Array, y: Array, weight: Array | None = None, pos_weight: Array | None = None, reduction: int = MEAN
) -> Array:
    positive = y if pos_weight is None else y * pos_weight
    return _reduced(_weighted(positive * softplus_of(-x) + (1.0 - y) * softplus_of(x), weight), reduction)


def _soft_margin(x: Array, y: Array, reduction: int = MEAN) -> Array:
    return _reduced(softplus_of(-y * x), reduction)


def _nll(
    x: Array, target: Operand, weight: Array | None, reduction: int, ignore_index: int
) -> tuple[Array, Array | None]:
    """Classes are axis 1, or the only axis. The mean is weighted."""
    labels = target.tensor.numpy()
    counted = labels != ignore_index
    labels = np.where(counted, labels, 0)
    chosen = _at_labels(x, labels)
    weights = constant(x, np.ones(labels.shape)) if weight is None else picked(labels, weight)
    weights = xp.where(counted, weights, 0.0)
    losses = xp.where(counted, -chosen * weights, 0.0)
    if reduction == NONE:
        return losses, None
    total = xp.sum(weights)
    return (xp.sum(losses) if reduction == SUM else xp.sum(losses) / total), total


def _at_labels(x: Array, labels: np.ndarray) -> Array:
    """x[n, labels[n, ...], ...]."""
    positions = np.arange(x.size).reshape(x.shape)
    if x.ndim == 1:
        return picked(positions[labels], x)
    return picked(np.take_along_axis(positions, labels[:, None], 1)[:, 0], x)


def _multi_margin(
    x: Array, target: Operand, p: float = 1, margin: float = 1, weight: Array | None = None, reduction: int = MEAN
) -> Array:
    labels = target.tensor.numpy().reshape(-1)
    rows = x if x.ndim == 2 else xp.reshape(x, (1, -1))
    gaps = apply("maximum", margin - _at_labels(rows, labels)[:, None] + rows, 0.0)
    terms = gaps if p == 1 else xp.square(gaps)
    terms = terms if weight is None else terms * picked(labels, weight)[:, None]
    others = np.arange(rows.shape[1]) != labels[:, None]
    losses = xp.sum(xp.where(others, terms, 0.0), axis=1) / rows.shape[1]
    return _reduced(losses if x.ndim == 2 else losses[0], reduction)


def _multilabel_margin(x: Array, target: Operand, reduction: int) -> tuple[Array, None]:
    labels = target.tensor.numpy().reshape(-1, x.shape[-1])
    rows = xp.reshape(x, labels.shape)
    losses = xp.stack([_one_multilabel_margin(rows[n], labels[n]) for n in range(len(labels))])
    return _reduced(losses if x.ndim == 2 else losses[0], reduction), None


def _one_multilabel_margin(x: Array, labels: np.ndarray) -> Array:
    """The labels of a row end at the first -1."""
    ends = np.flatnonzero(labels < 0)
    true = labels[: ends[0]] if ends.size else labels
    false = np.setdiff1d(np.arange(x.size), true)
    gaps = 1.0 - (x[true][:, None] - x[false][None, :])
    return xp.sum(apply("maximum", gaps, 0.0)) / x.size


def _ctc(
    log_probs: Array,
    targets: Operand,
    input_lengths: list[int],
    target_lengths: list[int],
    blank: int = 0,
    zero_infinity: bool = False,
) -> tuple[Array, None]:
    """Graves et al., "Connectionist Temporal Classification" (2006), equations 5 to 8, for each of the batch."""
    if isinstance(input_lengths, Operand):
        input_lengths, target_lengths = (v.tensor.tolist() for v in (input_lengths, target_lengths))
    labels = targets.tensor.numpy()
    starts = np.cumsum([0, *target_lengths])
    rows = [
        labels[n, :size] if labels.ndim == 2 else labels[starts[n] : starts[n] + size]
        for n, size in enumerate(target_lengths)
    ]
    losses = [
        _one_ctc(log_probs[:t, n], row, blank) for n, (t, row) in enumerate(zip(input_lengths, rows, strict=True))
    ]
    result = xp.stack(losses)
    return (xp.where(xp.isinf(result), 0.0, result) if zero_infinity else result), None


def _one_ctc(log_probs: Array, labels: np.ndarray, blank: int) -> Array:
    """The probability of each prefix of the labels with blanks between, over time; balls do not underflow."""
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    emitted = xp.exp(log_probs)[:, path]
    may_skip = np.concatenate([[False, False], (path[2:] != blank) & (path[2:] != path[:-2])])[: len(path)]
    shift = lambda x, k: picked(np.arange(len(path)) - k if k == 1 else np.maximum(np.arange(len(path)) - 2, -1), x)  # noqa: E731
    reached = xp.where(np.arange(len(path)) < 2, emitted[0], 0.0)
    for t in range(1, emitted.shape[0]):
        reached = emitted[t] * (reached + shift(reached, 1) + xp.where(may_skip, shift(reached, 2), 0.0))
    return -xp.log(xp.sum(reached[-2:]))


LOSSES: dict[str, Callable[..., Any]] = {
    "mse_loss": _of_difference(xp.square),
    "huber_loss": _of_difference(_huber),
    "smooth_l1_loss": _of_difference(_smooth_l1),
    "binary_cross_entropy": _binary_cross_entropy,
    "binary_cross_entropy_with_logits": _binary_cross_entropy_with_logits,
    "soft_margin_loss": _soft_margin,
    "nll_loss_forward": _nll,
    "nll_loss2d_forward": _nll,
    "multi_margin_loss": _multi_margin,
    "multilabel_margin_loss_forward": _multilabel_margin,
    "_ctc_loss": _ctc,
}
