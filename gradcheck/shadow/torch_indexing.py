"""Torch's writes by index that add up or compete, at the indices of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from gradcheck.exact.namespace import SymbolicArray
from gradcheck.shadow import formulas
from gradcheck.shadow.torch_operand import Array, Operand, constant, number, xp

# torch's name of a reduction -> (reduction over the last axis, neutral element)
_REDUCTIONS: dict[str, tuple[Callable[[Array], Array], float]] = {
    **dict.fromkeys(("sum", "add"), (lambda x: xp.sum(x, axis=-1), 0.0)),
    **dict.fromkeys(("prod", "multiply"), (lambda x: xp.prod(x, axis=-1), 1.0)),
    "amax": (lambda x: xp.max(x, axis=-1), -np.inf),
    "amin": (lambda x: xp.min(x, axis=-1), np.inf),
}


def _places(x: Operand) -> torch.Tensor:
    return torch.arange(x.size).reshape(x.shape)


def _landed(x: Operand, updates: Any, landing: torch.Tensor, reduce: str = "sum") -> Array:
    updates = xp.broadcast_to(number(updates), tuple(landing.shape))
    return formulas.landed(number(x), updates, landing.numpy(), *_REDUCTIONS[reduce])


def _index_add(x: Operand, dim: int, index: Operand, source: Array, *, alpha: float = 1) -> Array:
    landing = _places(x).index_select(dim, index.tensor)
    return _landed(x, source if alpha == 1 else source * alpha, landing)


def _scattered(x: Operand, dim: int, index: Operand, source: Any) -> tuple[Any, torch.Tensor]:
    """What is scattered and where it lands; torch reads only as much of the source as there are indices."""
    landing = _places(x).gather(dim, index.tensor)
    if isinstance(source, SymbolicArray):
        source = source[tuple(slice(n) for n in landing.shape)]
    else:
        source = xp.broadcast_to(constant(x, source), tuple(landing.shape))
    return source, landing


def _scatter_add(x: Operand, dim: int, index: Operand, source: Any) -> Array:
    return _landed(x, *_scattered(x, dim, index, source))


def _scatter_reduce(x: Operand, dim: int, index: Operand, source: Any, reduce: str, include_self: bool = True) -> Array:
    source, landing = _scattered(x, dim, index, source)
    if reduce == "mean":
        return _scatter_mean(x, source, landing, include_self)
    base = x if include_self else xp.where(_hit(x, landing), _REDUCTIONS[reduce][1], x)
    return formulas.landed(base, source, landing.numpy(), *_REDUCTIONS[reduce])


def _scatter_mean(x: Operand, source: Array, landing: torch.Tensor, include_self: bool) -> Array:
    base = x if include_self else xp.where(_hit(x, landing), 0.0, x)
    counts = np.bincount(landing.numpy().reshape(-1), minlength=x.size).reshape(x.shape)
    return formulas.landed(base, source, landing.numpy(), *_REDUCTIONS["sum"]) / np.maximum(counts + include_self, 1)


def _hit(x: Operand, landing: torch.Tensor) -> np.ndarray:
    return np.isin(np.arange(x.size).reshape(x.shape), landing.numpy())


def _is_mask_of(x: Operand, indices: Sequence[Any]) -> bool:
    return isinstance(indices[0], Operand) and indices[0].tensor.dtype == torch.bool and indices[0].shape == x.shape


def _index_put(
    x: Operand, indices: Sequence[Any], values: Array, accumulate: bool = False, unsafe: bool = False
) -> Array:
    """x[mask] = number is a select, whose ties the engine knows; all else writes where the run says."""
    if not accumulate and values.size == 1 and _is_mask_of(x, indices):
        return xp.where(indices[0], xp.reshape(values, ()), x)
    landing = _places(x)[tuple(slice(None) if i is None else i.tensor for i in indices)]
    if accumulate:
        return _landed(x, values, landing)
    updates = xp.broadcast_to(number(values), tuple(landing.shape))
    return formulas.overwritten(number(x), updates, landing.numpy())


def _embedding_bag(
    weight: Operand,
    indices: Operand,
    offsets: Operand,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int = -1,
) -> Array:
    """Rows of the weight by index, each bag of them summed (mode 0), averaged (1) or its maximum taken (2)."""
    chosen, starts = indices.tensor.numpy(), offsets.tensor.numpy()[: -1 if include_last_offset else None]
    counted = np.flatnonzero(chosen != padding_idx)
    bags = np.searchsorted(starts, counted, side="right") - 1
    rows = number(weight)[chosen[counted]]
    if per_sample_weights is not None:
        rows = rows * per_sample_weights[counted][:, None]
    width = weight.shape[1]
    landing = bags[:, None] * width + np.arange(width)
    sizes = np.bincount(bags, minlength=len(starts))[:, None]
    empty = constant(weight, np.full((len(starts), width), -np.inf if mode == 2 else 0.0))
    result = formulas.landed(empty, rows, landing, *_REDUCTIONS["amax" if mode == 2 else "sum"])
    return result / np.maximum(sizes, 1) if mode == 1 else xp.where(sizes == 0, 0.0, result)


INDEXING: dict[str, Callable[..., Any]] = {
    "index_add": _index_add,
    "scatter_add": _scatter_add,
    "scatter_reduce": _scatter_reduce,
    "scatter.reduce": lambda x, dim, index, source, *, reduce: _scatter_reduce(x, dim, index, source, reduce),
    **dict.fromkeys(("_embedding_bag", "_embedding_bag_forward_only"), _embedding_bag),
    **dict.fromkeys(("index_put", "_index_put_impl", "_unsafe_index_put"), _index_put),
}
