"""Convolution and pooling: a window is a pick of positions; then a product, a sum or a maximum."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck.exact.namespace import matmul
from gradcheck.shadow.recorder import pick
from gradcheck.shadow.torch_operand import Array, xp

Seen = np.ndarray  # of one axis: the position each output (row) sees at each place of its window (column), -1 outside


def _each(value: int | Sequence[int], rank: int) -> list[int]:
    """One number for each spatial axis."""
    values = [value] if isinstance(value, int) else list(value)
    return values * rank if len(values) == 1 else values


def _inside(seen: np.ndarray, size: int) -> Seen:
    return np.where((seen >= 0) & (seen < size), seen, -1)


def _sliding(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil: bool = False) -> Seen:
    span = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (-(-span // stride) if ceil else span // stride) + 1
    if ceil and (count - 1) * stride >= size + padding:
        count -= 1  # a window must start inside the input or its left padding
    return _inside(np.arange(count)[:, None] * stride - padding + np.arange(kernel) * dilation, size)


def _transposed(size: int, kernel: int, stride: int, padding: int, dilation: int, extra: int) -> Seen:
    count = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
    scaled = np.arange(count)[:, None] + padding - np.arange(kernel) * dilation
    return np.where(scaled % stride == 0, _inside(scaled // stride, size), -1)


def _adaptive(size: int, count: int) -> Seen:
    starts, ends = np.arange(count) * size // count, -(-(np.arange(count) + 1) * size // count)
    places = starts[:, None] + np.arange((ends - starts).max())
    return np.where(places < ends[:, None], places, -1)


def places(shape: tuple[int, ...], axes: Sequence[Seen]) -> np.ndarray:
    """Where the last axes of an array of that shape are seen: (..., outputs of each axis, all places of the window)."""
    rank = len(axes)
    sizes, leading = shape[-rank:], shape[:-rank]
    place, outside = np.zeros((1,) * 2 * rank, dtype=int), np.zeros((1,) * 2 * rank, dtype=bool)
    for axis, (seen, size) in enumerate(zip(axes, sizes, strict=True)):
        turned = [1] * 2 * rank
        turned[axis], turned[rank + axis] = seen.shape
        place = place * size + seen.reshape(turned)
        outside = outside | (seen.reshape(turned) < 0)
    outputs = place.shape[:rank]
    place, outside = (v.reshape(*outputs, -1) for v in (place, outside))
    starts = np.arange(math.prod(leading)).reshape(*leading, *[1] * place.ndim) * math.prod(sizes)
    return np.where(outside, -1, starts + place)


def _windows(x: Array, axes: Sequence[Seen], fill: float = 0.0) -> Array:
    return pick(x, places(x.shape, axes), fill)


def _convolution(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Array:
    """Cross-correlation, as torch.nn.functional.conv1d to conv3d and conv_transpose1d to 3d document it."""
    seen = kernels_seen(x, weight, stride, padding, dilation, transposed, output_padding)
    patches = pick(x, column_places(x.shape, seen, groups))
    result = xp.reshape(matmul(by_group(weight, groups, transposed)[None], patches), (x.shape[0], -1, *map(len, seen)))
    return result if bias is None else result + xp.reshape(bias, (1, -1) + (1,) * len(seen))


def kernels_seen(
    x: Array,
    weight: Array,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
) -> list[Seen]:
    rank = weight.ndim - 2
    steps = [_each(v, rank) for v in (stride, padding, dilation)]
    if not transposed:
        return [_sliding(*fact) for fact in zip(x.shape[2:], weight.shape[2:], *steps, strict=True)]
    facts = zip(x.shape[2:], weight.shape[2:], *steps, _each(output_padding, rank), strict=True)
    return [_transposed(*fact) for fact in facts]


def column_places(shape: tuple[int, ...], seen: Sequence[Seen], groups: int) -> np.ndarray:
    """(batch, groups, input channels of a group * kernel, outputs): what a matrix product with the weight reads."""
    place = places(shape, seen)  # (batch, in, *out, kernel)
    place = place.reshape(shape[0], groups, shape[1] // groups, -1, place.shape[-1])
    return place.swapaxes(-1, -2).reshape(shape[0], groups, -1, place.shape[-2])


def by_group(weight: Array, groups: int, transposed: bool) -> Array:
    """(groups, outputs, inputs * kernel); a transposed convolution keeps its inputs first."""
    if not transposed:
        return xp.reshape(weight, (groups, weight.shape[0] // groups, -1))
    inputs, kernel = weight.shape[0] // groups, math.prod(weight.shape[2:])
    weight = xp.permute_dims(xp.reshape(weight, (groups, inputs, -1, kernel)), (0, 2, 1, 3))
    return xp.reshape(weight, (groups, -1, inputs * kernel))


def _time_first(x: Array, weight: Array, bias: Array, pad: int = 0) -> Array:
    """`conv_tbc`: axes (time, batch, channel), the weight (time, in, out)."""
    channels_last = _convolution(
        xp.permute_dims(x, (1, 2, 0)), xp.permute_dims(weight, (2, 1, 0)), bias, [1], [pad], [1], False, [0], 1
    )
    return xp.permute_dims(channels_last, (2, 0, 1))


def _average(x: Array, *settings: Any, rank: int) -> Array:
    seen, divisor = averaged(x.shape, *settings, rank=rank)
    return xp.sum(_windows(x, seen), axis=-1) / divisor


def averaged(
    shape: tuple[int, ...],
    kernel: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = 0,  # type: ignore[assignment]
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    rank: int,
) -> tuple[list[Seen], Any]:
    """The windows of an average pooling and what each sum is divided by."""
    sizes, steps = _each(kernel, rank), _each(stride or kernel, rank)
    facts = list(zip(shape[-rank:], sizes, steps, _each(padding, rank), strict=True))
    seen = [_sliding(size, k, s, p, 1, ceil_mode) for size, k, s, p in facts]
    counts = [
        _padded_count(s, *fact) if count_include_pad else (s >= 0).sum(-1) for s, fact in zip(seen, facts, strict=True)
    ]
    return seen, divisor_override or _grid(counts)


def _padded_count(seen: Seen, size: int, kernel: int, stride: int, padding: int) -> np.ndarray:
    """How much of each window lies on the input and its padding."""
    starts = np.arange(len(seen)) * stride - padding
    return np.minimum(starts + kernel, size + padding) - starts


def _grid(counts: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(math.prod(np.ix_(*counts)), dtype=float)


def _maximum(
    x: Array,
    kernel: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = 0,  # type: ignore[assignment]
    dilation: Sequence[int] = 1,  # type: ignore[assignment]
    ceil_mode: bool = False,
    *,
    rank: int,
) -> tuple[Array, None]:
    steps = [_each(v, rank) for v in (kernel, stride or kernel, padding, dilation)]
    facts = zip(x.shape[-rank:], *steps, strict=True)
    seen = [_sliding(size, k, s, p, d, ceil_mode) for size, k, s, p, d in facts]
    return xp.max(_windows(x, seen, -math.inf), axis=-1), None


def _adaptive_average(x: Array, output: Sequence[int], *, rank: int) -> Array:
    seen, divisor = adaptively_averaged(x.shape, output, rank=rank)
    return xp.sum(_windows(x, seen), axis=-1) / divisor


def adaptively_averaged(shape: tuple[int, ...], output: Sequence[int], *, rank: int) -> tuple[list[Seen], np.ndarray]:
    seen = [_adaptive(size, n) for size, n in zip(shape[-rank:], _each(output, rank), strict=True)]
    return seen, _grid([(s >= 0).sum(-1) for s in seen])


def _adaptive_maximum(x: Array, output: Sequence[int], *, rank: int) -> tuple[Array, None]:
    seen = [_adaptive(size, n) for size, n in zip(x.shape[-rank:], _each(output, rank), strict=True)]
    return xp.max(_windows(x, seen, -math.inf), axis=-1), None


WINDOWS: dict[str, Callable[..., Any]] = {
    "convolution": _convolution,
    "conv_tbc": _time_first,
    **{f"avg_pool{n}d": partial(_average, rank=n) for n in (1, 2, 3)},
    **{f"max_pool{n}d_with_indices": partial(_maximum, rank=n) for n in (1, 2, 3)},
    **{f"_adaptive_avg_pool{n}d": partial(_adaptive_average, rank=n) for n in (2, 3)},
    **{f"adaptive_avg_pool{n}d": partial(_adaptive_average, rank=n) for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": partial(_adaptive_maximum, rank=n) for n in (1, 2, 3)},
}
