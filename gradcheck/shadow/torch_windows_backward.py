"""The backward operations of convolution, pooling and nearest upsampling: what was picked lands where it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from gradcheck.exact.namespace import matmul
from gradcheck.shadow.recorder import pick
from gradcheck.shadow.torch_backward import landed
from gradcheck.shadow.torch_operand import Array, Operand, xp
from gradcheck.shadow.torch_windows import (
    Seen,
    adaptively_averaged,
    averaged,
    by_group,
    column_places,
    kernels_seen,
    places,
)


def _spread(shares: Array, shape: tuple[int, ...], seen: Sequence[Seen]) -> Array:
    """Each output's share to all that its window saw."""
    landing = places(shape, seen)
    return landed(shares, shape, xp.broadcast_to(shares[..., None], landing.shape), landing)


def _average(grad: Array, x: Array, *settings: Any, rank: int) -> Array:
    seen, divisor = averaged(x.shape, *settings, rank=rank)
    return _spread(grad / divisor, x.shape, seen)


def _adaptive_average(grad: Array, x: Array, *, rank: int) -> Array:
    seen, divisor = adaptively_averaged(x.shape, grad.shape[-rank:], rank=rank)
    return _spread(grad / divisor, x.shape, seen)


def _maximum(grad: Array, x: Array, *settings: Any, rank: int, indices: Operand | None = None) -> Array:
    """`indices`, the last argument, count within the last axes of each map."""
    chosen = (settings[-1] if indices is None else indices).tensor.numpy()
    area = int(np.prod(x.shape[-rank:]))
    maps = np.arange(x.size // area).reshape(*x.shape[:-rank], *[1] * rank)
    return landed(grad, x.shape, grad, maps * area + chosen)


def _nearest(forward: Callable[..., Any]) -> Callable[..., Array]:
    def rule(grad: Array, output_size: list[int], input_size: list[int], *scales: float | None) -> Array:
        positions = torch.arange(int(np.prod(input_size)), dtype=torch.float64).reshape(input_size)
        return landed(grad, tuple(input_size), grad, forward(positions, output_size, *scales).numpy().astype(int))

    return rule


def _convolution(
    grad: Array,
    x: Array,
    weight: Array,
    bias_sizes: Sequence[int] | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
    output_mask: Sequence[bool],
) -> tuple[Array | None, ...]:
    seen = kernels_seen(x, weight, stride, padding, dilation, transposed, output_padding)
    columns = column_places(x.shape, seen, groups)
    flows = xp.reshape(grad, (x.shape[0], groups, -1, columns.shape[-1]))
    partials = (
        lambda: landed(x, x.shape, matmul(_turned(by_group(weight, groups, transposed))[None], flows), columns),
        lambda: _of_weight(xp.sum(matmul(flows, _turned(pick(x, columns))), axis=0), weight.shape, groups, transposed),
        lambda: xp.reshape(xp.sum(flows, axis=(0, 3)), (-1,)),
    )
    return tuple(take() if wanted else None for take, wanted in zip(partials, output_mask, strict=True))


def _of_weight(x: Array, shape: tuple[int, ...], groups: int, transposed: bool) -> Array:
    """The inverse of `by_group`."""
    if not transposed:
        return xp.reshape(x, shape)
    inputs = shape[0] // groups
    return xp.reshape(xp.permute_dims(xp.reshape(x, (groups, x.shape[1], inputs, -1)), (0, 2, 1, 3)), shape)


def _turned(x: Array) -> Array:
    return xp.permute_dims(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


WINDOWS_BACKWARD: dict[str, Callable[..., Any]] = {
    "convolution_backward": _convolution,
    **{f"avg_pool{n}d_backward": partial(_average, rank=n) for n in (2, 3)},
    **{f"_adaptive_avg_pool{n}d_backward": partial(_adaptive_average, rank=n) for n in (2, 3)},
    **{f"adaptive_max_pool{n}d_backward": partial(_maximum, rank=n) for n in (2, 3)},
    **{f"max_pool{n}d_with_indices_backward": partial(_maximum, rank=n) for n in (2, 3)},
    **{
        f"upsample_nearest{n}d_backward": _nearest(getattr(torch.ops.aten, f"upsample_nearest{n}d").default)
        for n in (1, 2, 3)
    },
}
