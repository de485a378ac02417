"""Torch's reductions and cumulative operations in operations of the exact table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from gradcheck.exact.namespace import apply
from gradcheck.shadow import formulas
from gradcheck.shadow.torch_operand import Array, Operand, constant, number, picked, xp

Axes = int | Sequence[int] | None


def axes_of(x: Array, dim: Axes) -> tuple[int, ...]:
    """Torch's `dim`: None and the empty list mean all axes."""
    if dim is None or (not isinstance(dim, int) and len(dim) == 0):
        return tuple(range(x.ndim))
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    return tuple(sorted({d % max(x.ndim, 1) for d in dims})) if x.ndim else ()


def kept(reduced: Array, x: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """A reduced array, with its axes as ones where they are to be kept."""
    return xp.reshape(reduced, tuple(1 if i in axes else n for i, n in enumerate(x.shape))) if keepdim else reduced


def _reduced(name: str) -> Callable[..., Array]:
    def rule(x: Array, dim: Axes = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
        return getattr(xp, name)(x, axis=axes_of(x, dim), keepdims=keepdim)

    return rule


_sum = _reduced("sum")


def _count(x: Array, axes: tuple[int, ...]) -> int:
    return math.prod(x.shape[i] for i in axes)


def mean(x: Array, dim: Axes = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
    return _sum(x, dim, keepdim) / _count(x, axes_of(x, dim))


def _extreme(name: str) -> Callable[..., Any]:
    """Along one axis torch returns the indices too, which the run decides; the value is the exact extreme."""

    def along(x: Array, dim: int, keepdim: bool = False) -> tuple[Array, None]:
        return _reduced(name)(x, dim, keepdim), None

    return along


def _aminmax(x: Array, *, dim: int | None = None, keepdim: bool = False) -> tuple[Array, Array]:
    return _reduced("min")(x, dim, keepdim), _reduced("max")(x, dim, keepdim)


def variance(x: Array, dim: Axes = None, *, correction: float | None = None, keepdim: bool = False) -> Array:
    axes = axes_of(x, dim)
    centred = x - mean(x, axes, keepdim=True)
    return _sum(xp.square(centred), axes, keepdim) / max(_count(x, axes) - (1 if correction is None else correction), 0)


def _deviation(x: Array, dim: Axes = None, *, correction: float | None = None, keepdim: bool = False) -> Array:
    return xp.sqrt(variance(x, dim, correction=correction, keepdim=keepdim))


def _with_mean(spread: Callable[..., Array]) -> Callable[..., tuple[Array, Array]]:
    return lambda x, dim=None, *, correction=None, keepdim=False: (
        spread(x, dim, correction=correction, keepdim=keepdim),
        mean(x, dim, keepdim),
    )


def _logsumexp(x: Array, dim: Axes, keepdim: bool = False) -> Array:
    return xp.log(_sum(xp.exp(x), dim, keepdim))


def norm(x: Array, p: float = 2, dim: Axes = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
    """The vector norm of order p (torch.linalg.vector_norm)."""
    if p == math.inf or p == -math.inf:
        return _reduced("max" if p > 0 else "min")(abs(x), dim, keepdim)
    if p == 0:
        return _sum(x != 0, dim, keepdim)
    if p == 1:
        return _sum(abs(x), dim, keepdim)
    if p == 2:
        return xp.sqrt(_sum(xp.square(x), dim, keepdim))
    return apply("power", _sum(apply("power", abs(x), p), dim, keepdim), constant(x, 1.0) / p)


def _legacy_norm(x: Array, p: float | None = 2, dim: Axes = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
    return norm(x, 2 if p is None else p, dim, keepdim)


def distances(a: Array, b: Array, p: float) -> Array:
    """Norms of all differences between rows of `a` and rows of `b`."""
    return norm(a[..., :, None, :] - b[..., None, :, :], p, -1)


def _cdist(a: Array, b: Array, p: float, mode: int | None = None) -> Array:
    return distances(a, b, p)


def _pdist(x: Array, p: float = 2) -> Array:
    rows, columns = np.triu_indices(x.shape[0], 1)
    return norm(x[rows] - x[columns], p, -1)


def _any(x: Array, dim: Axes = None, keepdim: bool = False) -> Array:
    axes = axes_of(x, dim)
    return kept(formulas.folded(xp.logical_or, _as_truth(x), axes), x, axes, keepdim)


def _all(x: Array, dim: Axes = None, keepdim: bool = False) -> Array:
    axes = axes_of(x, dim)
    return kept(formulas.folded(xp.logical_and, _as_truth(x), axes), x, axes, keepdim)


def _as_truth(x: Array) -> Array:
    return x if x.is_predicate else x != 0


def _cumsum(x: Array, dim: int, *, dtype: Any = None) -> Array:
    return xp.cumulative_sum(x, axis=dim) if x.ndim else x


def _cumprod(x: Array, dim: int, *, dtype: Any = None) -> Array:
    return formulas.scanned(lambda a, b: a * b, number(x), dim) if x.ndim else x


def _cumulative_extreme(name: str) -> Callable[..., tuple[Array, None]]:
    return lambda x, dim: (formulas.scanned(lambda a, b: apply(name, a, b), x, dim) if x.ndim else x, None)


def _logcumsumexp(x: Array, dim: int) -> Array:
    return xp.log(_cumsum(xp.exp(x), dim))


def _chosen(function: Callable[..., Any]) -> Callable[..., tuple[Array, None]]:
    """The elements at the indices that the run chose along an axis."""

    def rule(x: Operand, *args: Any, **kwargs: Any) -> tuple[Array, None]:
        places = torch.arange(x.size).reshape(x.shape)
        dim, indices = function(x.tensor, *args, **kwargs)
        return picked(torch.take_along_dim(places, indices, dim).numpy() if x.ndim else places.numpy(), x), None

    return rule


def _sort(x: torch.Tensor, dim: int = -1, descending: bool = False, *, stable: bool = True) -> Any:
    return dim, torch.sort(x, dim=dim, descending=descending, stable=True).indices


def _topk(x: torch.Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    return dim, torch.topk(x, k, dim, largest, sorted).indices


def _element(find: Callable[..., Any]) -> Callable[..., tuple[Array, None]]:
    """Like `_chosen`, for one element along the axis."""

    def rule(x: Operand, *args: Any, dim: int = -1, keepdim: bool = False) -> tuple[Array, None]:
        indices = find(x.tensor, *args, dim=dim, keepdim=True).indices
        places = torch.take_along_dim(torch.arange(x.size).reshape(x.shape), indices, dim) if x.ndim else indices
        return picked(places.numpy() if keepdim or not x.ndim else places.squeeze(dim).numpy(), x), None

    return rule


def _positional(rule: Callable[..., Any], leading: int) -> Callable[..., Any]:
    """`rule` with dim and keepdim by position behind `leading` other arguments, as aten passes them."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        named = dict(zip(("dim", "keepdim"), args[leading:], strict=False))
        return rule(x, *args[:leading], **named, **kwargs)

    return call


def _median(x: Operand) -> Array:
    flat = x.tensor.reshape(-1)
    return picked(np.asarray(int(torch.median(flat, 0).indices)), x)


REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": _sum,
    "nansum": lambda x, *args, **kwargs: _sum(xp.where(xp.isnan(x), 0.0, x), *args, **kwargs),
    "mean": mean,
    "amax": _reduced("max"),
    "amin": _reduced("min"),
    "max.dim": _extreme("max"),
    "min.dim": _extreme("min"),
    "max.default": _reduced("max"),
    "min.default": _reduced("min"),
    "max.other": lambda x, y: apply("maximum", x, y),
    "min.other": lambda x, y: apply("minimum", x, y),
    "aminmax": _aminmax,
    "prod": _reduced("prod"),
    "var": variance,
    "std": _deviation,
    "var_mean": _with_mean(variance),
    "std_mean": _with_mean(_deviation),
    "logsumexp": _logsumexp,
    "norm": _legacy_norm,
    "linalg_vector_norm": norm,
    "dist": lambda x, y, p=2: norm(x - y, p),
    "_cdist_forward": _cdist,
    "_euclidean_dist": lambda a, b: distances(a, b, 2),
    "_pdist_forward": _pdist,
    **dict.fromkeys(("any", "_is_any_true"), _any),
    **dict.fromkeys(("all", "_is_all_true"), _all),
    "cumsum": _cumsum,
    "cumprod": _cumprod,
    "cummax": _cumulative_extreme("maximum"),
    "cummin": _cumulative_extreme("minimum"),
    "logcumsumexp": _logcumsumexp,
    "sort.default": _chosen(_sort),
    "sort.stable": _chosen(lambda x, *, stable=True, dim=-1, descending=False: _sort(x, dim, descending)),
    "topk": _chosen(_topk),
    "kthvalue": _positional(_element(torch.kthvalue), 1),
    "mode": _positional(_element(torch.mode), 0),
    "median.dim": _positional(_element(torch.median), 0),
    "nanmedian.dim": _positional(_element(torch.nanmedian), 0),
    "median.default": _median,
    "nanmedian.default": _median,
}
