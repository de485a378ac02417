"""Torch's softmaxes and normalisation layers. Second outputs (mean, 1 / deviation) serve the backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradcheck.shadow.torch_operand import Array, xp
from gradcheck.shadow.torch_reductions import mean


def _softmax(x: Array, dim: int, *unused: Any) -> Array:
    if not x.ndim:
        return xp.exp(x) / xp.exp(x)
    return xp.exp(x) / xp.sum(xp.exp(x), axis=dim, keepdims=True)


def _safe_softmax(x: Array, dim: int, *unused: Any, dtype: Any = None) -> Array:
    """0 in a row that is -inf throughout."""
    total = xp.sum(xp.exp(x), axis=dim, keepdims=True)
    empty = total == 0
    return xp.where(empty, 0.0, xp.exp(x) / xp.where(empty, 1.0, total))


def log_softmax(x: Array, dim: int, *unused: Any) -> Array:
    return x - xp.log(xp.sum(xp.exp(x), axis=dim, keepdims=True)) if x.ndim else x - x


def _scaled(x: Array, weight: Array | None, bias: Array | None) -> Array:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


def _layer_norm(
    x: Array, shape: Sequence[int], weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    """Ba, Kiros, Hinton, "Layer Normalization" (2016)."""
    axes = tuple(range(x.ndim - len(shape), x.ndim))
    centre = mean(x, axes, keepdim=True)
    scale = 1.0 / xp.sqrt(mean(xp.square(x - centre), axes, keepdim=True) + eps)
    return _scaled((x - centre) * scale, weight, bias), centre, scale


def _batch_norm(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array | None,
    running_var: Array | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Array | None, Array | None]:
    """Ioffe and Szegedy, "Batch Normalization" (2015); channels are axis 1."""
    channels = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        axes = tuple(i for i in range(x.ndim) if i != 1)
        centre = mean(x, axes)
        spread = mean(xp.square(x - xp.reshape(centre, channels)), axes)
    else:
        centre, spread = running_mean, running_var
    scale = 1.0 / xp.sqrt(spread + eps)
    centred = (x - xp.reshape(centre, channels)) * xp.reshape(scale, channels)
    per_channel = [None if v is None else xp.reshape(v, channels) for v in (weight, bias)]
    return _scaled(centred, *per_channel), *((centre, scale) if training else (None, None))


def _batch_norm_without_statistics(
    x: Array, weight: Array | None, bias: Array | None, training: bool, momentum: float, eps: float
) -> tuple[Array, Array | None, Array | None]:
    return _batch_norm(x, weight, bias, None, None, training, momentum, eps)


def _group_norm(
    x: Array, weight: Array | None, bias: Array | None, batch: int, channels: int, spatial: int, groups: int, eps: float
) -> tuple[Array, Array, Array]:
    """Wu and He, "Group Normalization" (2018)."""
    grouped = xp.reshape(x, (batch, groups, -1))
    centre = mean(grouped, -1, keepdim=True)
    scale = 1.0 / xp.sqrt(mean(xp.square(grouped - centre), -1, keepdim=True) + eps)
    shape = (1, channels) + (1,) * (x.ndim - 2)
    per_channel = [None if v is None else xp.reshape(v, shape) for v in (weight, bias)]
    normal = xp.reshape((grouped - centre) * scale, x.shape)
    return _scaled(normal, *per_channel), centre[..., 0], scale[..., 0]


NORMALISATION: dict[str, Callable[..., Any]] = {
    "_softmax": _softmax,
    "_safe_softmax": _safe_softmax,
    "_log_softmax": log_softmax,
    "native_layer_norm": _layer_norm,
    "native_batch_norm": _batch_norm,
    "_native_batch_norm_legit.default": _batch_norm,
    "_native_batch_norm_legit.no_stats": _batch_norm_without_statistics,
    "native_group_norm": _group_norm,
}
