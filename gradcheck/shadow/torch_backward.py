"""The backward operations of torch that its table of decompositions leaves out: derivatives of losses and activations.

Each is the derivative of the formula that the forward rule records, as torch's own kernel takes it at kinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from gradcheck.exact.namespace import apply, gather, matmul
from gradcheck.shadow import formulas
from gradcheck.shadow.torch_losses import MEAN
from gradcheck.shadow.torch_operand import Array, Operand, constant, number, picked, xp


def landed(like: Array, shape: tuple[int, ...], updates: Array, landing: np.ndarray) -> Array:
    """Zeros of that shape with the updates added up where they land, nowhere for -1: the transpose of a pick."""
    total = lambda x: xp.sum(x, axis=-1)  # noqa: E731
    return formulas.landed(constant(like, np.zeros(shape)), number(updates), landing, total, 0.0)


def _shrunk(grad: Array, x: Array, lambd: float) -> Array:
    return xp.where(xp.logical_and(x >= -lambd, x <= lambd), 0.0, grad)


# --- losses --------------------------------------------------------------------------------------


def _multi_margin(
    grad: Array, x: Array, target: Operand, p: float, margin: float, weight: Any = None, reduction: int = MEAN
) -> Array:
    labels = target.tensor.numpy().reshape(-1)
    rows = x if x.ndim == 2 else xp.reshape(x, (1, -1))
    own = np.arange(rows.shape[1]) == labels[:, None]
    gaps = margin - xp.sum(xp.where(own, rows, 0.0), axis=1, keepdims=True) + rows
    slopes = xp.where(xp.logical_and(~own, gaps > 0), 1.0 if p == 1 else 2.0 * gaps, 0.0)
    slopes = slopes if weight is None else slopes * picked(labels, weight)[:, None]
    partials = slopes - xp.where(own, xp.sum(slopes, axis=1, keepdims=True), 0.0)
    return _by_sample(grad, partials, rows.shape, reduction, x.shape)


def _multilabel_margin(grad: Array, x: Array, target: Operand, reduction: int, is_target: Any) -> Array:
    labels = target.tensor.numpy().reshape(-1, x.shape[-1])
    rows = xp.reshape(x, labels.shape)
    partials = xp.stack([_one_multilabel_margin(rows[n], labels[n]) for n in range(len(labels))])
    return _by_sample(grad, partials, rows.shape, reduction, x.shape)


def _one_multilabel_margin(x: Array, labels: np.ndarray) -> Array:
    """The labels of a row end at the first -1."""
    ends = np.flatnonzero(labels < 0)
    true = labels[: ends[0]] if ends.size else labels
    false = np.setdiff1d(np.arange(x.size), true)
    active = number(1.0 - (x[true][:, None] - x[false][None, :]) > 0)
    partials = xp.concat([-xp.sum(active, axis=1), xp.sum(active, axis=0)])
    return partials[np.argsort(np.concatenate([true, false]))]


def _by_sample(grad: Array, partials: Array, rows: tuple[int, ...], reduction: int, shape: tuple[int, ...]) -> Array:
    """The partials of losses that average over the classes, and over the samples where `reduction` says so."""
    count = math.prod(rows) if reduction == MEAN else rows[1]
    return xp.reshape(partials * xp.reshape(grad, (-1, 1)) / count, shape)


# --- distances -----------------------------------------------------------------------------------


def _norm_slope(d: Array, norm: Array, p: float) -> Array:
    """The derivative of the p-norm of `d` by its elements; 0 where the norm is."""
    if p == 0:
        return d * 0.0
    if p == 1:
        return xp.sign(d)
    if p == math.inf:
        return xp.where(abs(d) == norm, xp.sign(d), 0.0)
    safe = xp.where(norm == 0, 1.0, norm)
    flat = xp.logical_or(norm == 0, d == 0)
    ratio = xp.where(flat, 1.0, abs(d) / safe)
    return xp.where(flat, 0.0, xp.sign(d) * apply("power", ratio, p - 1))


def _cdist(grad: Array, a: Array, b: Array, p: float, distance: Array) -> Array:
    slopes = _norm_slope(a[..., :, None, :] - b[..., None, :, :], distance[..., None], p)
    return xp.sum(grad[..., None] * slopes, axis=-2)


def _pdist(grad: Array, x: Array, p: float, distance: Array) -> Array:
    ends = np.triu_indices(x.shape[0], 1)
    terms = grad[:, None] * _norm_slope(x[ends[0]] - x[ends[1]], distance[:, None], p)
    rows = np.arange(x.size).reshape(x.shape)
    return landed(x, x.shape, xp.stack([terms, -terms]), np.stack([rows[end] for end in ends]))


# --- attention -----------------------------------------------------------------------------------


def _attention(
    grad: Array,
    query: Array,
    key: Array,
    value: Array,
    out: Array,
    logsumexp: Array,
    dropout: float,
    is_causal: bool,
    *,
    attn_mask: Array | None = None,
    scale: float | None = None,
) -> tuple[Array, Array, Array]:
    """Vaswani et al., "Attention Is All You Need" (2017), equation 1."""
    factor = 1.0 / xp.sqrt(constant(query, float(query.shape[-1]))) if scale is None else scale
    scores: Array = matmul(query, _transposed(key))
    scores = scores * factor
    terms = xp.exp(scores if attn_mask is None else scores + attn_mask)
    if is_causal:
        terms = xp.where(np.tri(*scores.shape[-2:]) > 0, terms, 0.0)
    weights = terms / xp.sum(terms, axis=-1, keepdims=True)
    slopes = matmul(grad, _transposed(value))
    slopes = weights * (slopes - xp.sum(slopes * weights, axis=-1, keepdims=True)) * factor
    return matmul(slopes, key), matmul(_transposed(slopes), query), matmul(_transposed(weights), grad)


def _transposed(x: Array) -> Array:
    return gather(lambda p: np.swapaxes(p, -1, -2), x)


# --- picks, backwards ----------------------------------------------------------------------------


def _unfold(grad: Array, sizes: list[int], dim: int, size: int, step: int) -> Array:
    landing = torch.arange(math.prod(sizes)).reshape(sizes).unfold(dim, size, step)
    return landed(grad, tuple(sizes), grad, landing.numpy())


def _masked_scatter(grad: Operand, mask: Operand, sizes: list[int]) -> Array:
    positions = torch.arange(1, grad.size + 1).reshape(grad.shape)
    return picked(torch.ops.aten.masked_scatter_backward(positions, mask.tensor, sizes).numpy() - 1, grad)


BACKWARD: dict[str, Callable[..., Any]] = {
    "log_sigmoid_backward": lambda grad, x, buffer: grad * xp.sigmoid(-x),
    "hardshrink_backward": _shrunk,
    "softshrink_backward": _shrunk,
    "multi_margin_loss_backward": _multi_margin,
    "multilabel_margin_loss_backward": _multilabel_margin,
    "_cdist_backward": _cdist,
    "_pdist_backward": _pdist,
    "_scaled_dot_product_flash_attention_for_cpu_backward": _attention,
    "unfold_backward": _unfold,
    "masked_scatter_backward": _masked_scatter,
}
