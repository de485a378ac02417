"""NumPy's functions on watched arrays: structural ones by position, the others as formulas of ufuncs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.exact.namespace import apply, gather, lift
from gradcheck.shadow.numpy_array import WatchedArray, symbol_of, values_of
from gradcheck.shadow.numpy_products import einsum, tensordot
from gradcheck.shadow.recorder import pick, positions_of

Function = Callable[..., Any]


def _structural(function: Function) -> Function:
    """Rearranges one array; the other arguments are integers."""

    def run(x: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = tuple(map(values_of, args)), {name: values_of(v) for name, v in kwargs.items()}
        if not isinstance(x, WatchedArray):  # an index is watched, the array is not
            return function(x, *args, **kwargs)
        split = function(x.positions, *args, **kwargs)
        if isinstance(split, (list, tuple)):
            part: Callable[[int], Function] = lambda k: lambda a: function(a, *args, **kwargs)[k]  # noqa: E731 - typed
            return [x.rearranged(part(k)) for k in range(len(split))]
        return x.rearranged(lambda a: function(a, *args, **kwargs))

    return run


def _joining(function: Function) -> Function:
    """Puts several arrays together."""

    def run(arrays: Sequence[Any], *args: Any, **kwargs: Any) -> WatchedArray:
        graph = next(a.graph for a in arrays if isinstance(a, WatchedArray))
        values = function([values_of(a) for a in arrays], *args, **kwargs)
        together: Callable[..., np.ndarray] = lambda *p: function(p, *args, **kwargs)  # noqa: E731 - typed
        return WatchedArray.new(gather(together, *(symbol_of(graph, a, values.dtype) for a in arrays)), values)

    return run


def _filling(function: Function) -> Function:
    """A structural function that fills with zeros: run on positions counted from one."""

    def run(x: WatchedArray, *args: Any, **kwargs: Any) -> WatchedArray:
        positions = function(positions_of(x.shape) + 1, *args, **kwargs) - 1
        return WatchedArray.new(pick(x.symbol, positions), function(x.values, *args, **kwargs))

    return run


def _pad(x: WatchedArray, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> WatchedArray:
    values, places = np.pad(x.values, pad_width, mode, **kwargs), positions_of(x.shape)
    if mode != "constant":
        if mode not in ("edge", "reflect", "symmetric", "wrap") or kwargs.get("reflect_type", "even") != "even":
            x.refuse(f"pad with mode={mode!r}")
        return WatchedArray.new(pick(x.symbol, np.pad(places, pad_width, mode)), values)
    fill = np.pad(np.zeros(x.shape), pad_width, mode, **kwargs)
    kept = apply("add", pick(x.symbol, np.pad(places, pad_width, constant_values=-1)), lift(x.graph, fill))
    return WatchedArray.new(kept, values)


def _concrete(function: Function) -> Function:
    """Integers and truths that decide branches and indices: those of this run."""
    return lambda *args, **kwargs: function(*map(values_of, args), **{k: values_of(v) for k, v in kwargs.items()})


def _filled(function: Function) -> Function:
    def run(x: WatchedArray, *args: Any, **kwargs: Any) -> Any:
        values = function(x.values, *args, **kwargs)
        return values if values.dtype.kind in "iu" else WatchedArray.new(lift(x.graph, values), values.copy())

    return run


def _reduction(ufunc: np.ufunc) -> Function:
    def run(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, **options: Any) -> Any:
        return ufunc.reduce(x, axis=axis, dtype=dtype, out=out, **options)

    return run


def _running(ufunc: np.ufunc) -> Function:
    def run(x: WatchedArray, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
        return ufunc.accumulate(np.ravel(x) if axis is None else x, axis=axis or 0, dtype=dtype, out=out)

    return run


def _where(condition: Any, a: Any, b: Any) -> Any:
    graph = next(x.graph for x in (condition, a, b) if isinstance(x, WatchedArray))
    values = np.where(values_of(condition), values_of(a), values_of(b))
    truth = symbol_of(graph, condition, np.dtype(bool))
    return WatchedArray.new(apply("where", truth, *(symbol_of(graph, x, values.dtype) for x in (a, b))), values)


def _clip(x: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **limits: Any) -> Any:
    low, high = limits.get("min", a_min), limits.get("max", a_max)
    x = x if low is None else np.maximum(x, low)
    x = x if high is None else np.minimum(x, high)
    return x if out is None else np.positive(x, out=out)


def _count(x: Any, axis: Any) -> int:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return math.prod(x.shape[i] for i in axes)


def _mean(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
    """NumPy adds up halves in single precision."""
    if x.dtype == np.float16 and dtype is None and out is None:
        return _mean(x, axis, np.float32, None, keepdims, **kw).astype(np.float16)
    where = kw.get("where", True)
    count = _count(x, axis) if where is True else np.sum(np.broadcast_to(where, x.shape), axis=axis, keepdims=keepdims)
    total = np.sum(x, axis=axis, dtype=dtype, keepdims=keepdims, **kw)
    return np.divide(total, count, **({} if out is None else {"out": out}))


def _average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    if weights is None:
        return _mean(x, axis)
    if np.ndim(weights) == 1 and axis is not None:
        weights = np.reshape(weights, [-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    return np.sum(np.multiply(x, weights), axis=axis) / np.sum(np.broadcast_to(weights, x.shape), axis=axis)


def _var(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, **kw: Any) -> Any:
    off = x - _mean(x, axis, keepdims=True)
    total = np.sum(off * off, axis=axis, keepdims=kw.get("keepdims", False))
    return np.divide(total, _count(x, axis) - kw.get("correction", ddof))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of vectors, and the Frobenius norm of matrices."""
    if axis is None and x.ndim == 2 and ord not in (None, "fro"):
        x.refuse(f"linalg.norm of a matrix with ord={ord!r}")
    size, options = np.abs(x), {"axis": axis, "keepdims": keepdims}
    if ord in (None, 2, "fro"):
        return np.sqrt(np.sum(size * size, **options))
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), **options)
    if math.isinf(ord):
        return (np.max if ord > 0 else np.min)(size, **options)
    return np.power(np.sum(np.power(size, ord), **options), 1 / ord)


def _sorted(x: Any, axis: int | None = -1, **options: Any) -> Any:
    x = np.ravel(x) if axis is None else x
    order = np.argsort(x.values, axis=-1 if axis is None else axis, **options)
    return np.take_along_axis(x, order, -1 if axis is None else axis).copy()


def _sinc(x: WatchedArray) -> WatchedArray:
    return WatchedArray.new(apply("sinc", x.symbol), np.sinc(x.values))


def _diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(n):
        x = np.moveaxis(x, axis, -1)
        x = np.moveaxis(x[..., 1:] - x[..., :-1], -1, axis)
    return x


def _median(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The median: the middle of the sorted numbers, or the mean of the two there."""
    x = np.sort(np.ravel(x) if axis is None else np.moveaxis(x, axis, -1))
    half = x.shape[-1] // 2
    middle = x[..., half] if x.shape[-1] % 2 else (x[..., half - 1] + x[..., half]) / 2
    return np.expand_dims(middle, -1 if axis is None else axis) if keepdims else middle


def _copyto(target: Any, source: Any, where: Any = True) -> None:
    if not isinstance(target, WatchedArray):
        source.refuse("copyto an array not made from an argument (make it with np.zeros_like)")
    target[...] = source if where is True else np.where(where, source, target)


def _trace(x: Any) -> Any:
    return np.sum(np.diagonal(x, axis1=0, axis2=1), axis=-1)


_STRUCTURAL = (
    *(np.reshape, np.ravel, np.transpose, np.permute_dims, np.moveaxis, np.swapaxes, np.expand_dims, np.squeeze),
    *(np.broadcast_to, np.atleast_1d, np.atleast_2d, np.tile, np.repeat, np.roll, np.flip, np.fliplr, np.flipud),
    *(np.take, np.take_along_axis, np.diagonal, np.split, np.array_split, np.hsplit, np.vsplit, np.copy, np.rot90),
    *(np.delete, np.compress, np.matrix_transpose, np.trim_zeros, np.unstack),
)
_JOINING = (np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack, np.dstack)
_CONCRETE = (
    *(np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero, np.argwhere, np.searchsorted, np.shape, np.ndim),
    *(np.size, np.allclose, np.array_equal, np.isclose, np.result_type, np.may_share_memory, np.can_cast),
    *(np.iscomplexobj, np.isrealobj, np.count_nonzero, np.lexsort, np.digitize),
)
FUNCTIONS: dict[Function, Function] = {
    **{f: _structural(f) for f in _STRUCTURAL},
    **{f: _joining(f) for f in _JOINING},
    **{f: _concrete(f) for f in _CONCRETE},
    **{f: _filled(f) for f in (np.zeros_like, np.ones_like, np.full_like, np.empty_like)},
    **{f: _filling(f) for f in (np.tril, np.triu, np.diag, np.diagflat)},
    np.sum: _reduction(np.add), np.prod: _reduction(np.multiply),
    np.max: _reduction(np.maximum), np.min: _reduction(np.minimum),
    np.amax: _reduction(np.maximum), np.amin: _reduction(np.minimum),
    np.all: _reduction(np.logical_and), np.any: _reduction(np.logical_or),
    np.cumsum: _running(np.add), np.cumprod: _running(np.multiply),
    np.where: _where, np.clip: _clip, np.pad: _pad, np.mean: _mean, np.average: _average, np.var: _var,
    np.std: lambda *args, **kwargs: np.sqrt(_var(*args, **kwargs)),
    np.ptp: lambda x, axis=None: np.max(x, axis=axis) - np.min(x, axis=axis),
    np.linalg.norm: _norm, np.sort: _sorted, np.sinc: _sinc, np.diff: _diff, np.median: _median,
    np.linalg.vector_norm: lambda x, axis=None, keepdims=False, ord=2: _norm(
        np.ravel(x) if axis is None else x, ord, axis, keepdims
    ),
    np.round: lambda x, decimals=0: np.rint(x) if decimals == 0 else np.rint(x * 10.0**decimals) / 10.0**decimals,
    np.trace: _trace, np.copyto: _copyto, np.real: lambda x: x, np.append: lambda a, b: np.concatenate([a, b]),
    np.tensordot: tensordot, np.einsum: einsum,
    np.dot: lambda a, b: np.multiply(a, b) if 0 in (np.ndim(a), np.ndim(b)) else tensordot(a, b, _last_two(b)),
    np.inner: lambda a, b: tensordot(a, b, (-1, -1)),
    np.outer: lambda a, b: np.multiply.outer(np.ravel(a), np.ravel(b)),
    np.vdot: lambda a, b: tensordot(np.ravel(a), np.ravel(b), 1),
    np.isneginf: lambda x: np.equal(x, -math.inf), np.isposinf: lambda x: np.equal(x, math.inf),
    np.nan_to_num: lambda x, copy=True, nan=0.0, posinf=None, neginf=None: _nan_to_num(x, nan, posinf, neginf),
}  # fmt: skip


def _last_two(b: Any) -> tuple[int, int]:
    return -1, max(np.ndim(b) - 2, 0)


def _nan_to_num(x: Any, nan: float, posinf: float | None, neginf: float | None) -> Any:
    top = np.finfo(x.dtype).max
    high, low = (float(top) if posinf is None else posinf), (float(-top) if neginf is None else neginf)
    x = np.where(np.isnan(x), nan, x)
    return np.where(x == math.inf, high, np.where(x == -math.inf, low, x))


def _reshaped(x: Any, *shape: Any, **options: Any) -> Any:
    return np.reshape(x, shape[0] if len(shape) == 1 else shape, **options)


def _transposed(x: Any, *axes: Any) -> Any:
    return np.transpose(x, (axes[0] if len(axes) == 1 else axes) or None)


def _fill(x: WatchedArray, value: Any) -> None:
    x[...] = value


_SAME_NAME = (
    *("ravel", "swapaxes", "squeeze", "repeat", "take", "diagonal", "copy", "compress", "sum", "prod", "max", "min"),
    *("mean", "var", "std", "cumsum", "cumprod", "clip", "dot", "argmax", "argmin", "argsort", "nonzero", "round"),
    *("all", "any", "trace", "ptp"),
)
METHODS: dict[str, Function] = {
    **{name: getattr(np, name) for name in _SAME_NAME},
    "reshape": _reshaped,
    "transpose": _transposed,
    "flatten": lambda x: np.ravel(x).copy(),
    "fill": _fill,
    "conj": lambda x: x,
}
