"""JAX's primitives that move elements to where integers say: the integers are those of the watched run.

A rule takes the equation and gives one symbolic array for each result, None where the concrete one is all there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.exact.namespace import SymbolicArray, apply, gather
from gradcheck.shadow import formulas, jax_reductions
from gradcheck.shadow.recorder import pick, positions_of

if TYPE_CHECKING:
    from gradcheck.shadow.jax_interpreter import Equation

Results = list[SymbolicArray | None]


def _starts(equation: Equation, first: int, sizes: tuple[int, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """The window that dynamic slices see: moved inside the array where it would reach beyond."""
    starts = [int(equation.concrete(k)) for k in range(first, len(equation.operands))]
    starts = [min(max(s, 0), n - size) for s, n, size in zip(starts, shape, sizes, strict=True)]
    return tuple(slice(s, s + size) for s, size in zip(starts, sizes, strict=True))


def _dynamic_slice(equation: Equation) -> Results:
    x = equation.array(0)
    window = _starts(equation, 1, equation.params["slice_sizes"], x.shape)
    return [gather(lambda p: p[window], x)]


def _dynamic_update_slice(equation: Equation) -> Results:
    x, update = equation.array(0), equation.array(1)
    window = _starts(equation, 2, update.shape, x.shape)
    landing = positions_of(x.shape)[window]
    return [formulas.overwritten(x, update, landing)]


def _gather(equation: Equation) -> Results:
    """JAX's own gather, on positions: what lies outside becomes -1, and then the fill value."""
    x, params = equation.array(0), dict(equation.params, fill_value=-1)
    positions = np.asarray(equation.native(positions_of(x.shape).astype(np.int32), equation.concrete(1), **params))
    fill = equation.params["fill_value"]
    return [pick(x, positions, math.nan if fill is None else float(fill))]


def _landing(equation: Equation, shape: tuple[int, ...]) -> np.ndarray:
    """Where each update lands: the gather whose transpose the scatter is, run on positions; -1 outside."""
    from jax import lax

    numbers, updates = equation.params["dimension_numbers"], equation.operands[2]
    dropped = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    window = iter(updates.shape[i] for i in numbers.update_window_dims)
    sizes = tuple(1 if i in dropped else next(window) for i in range(len(shape)))
    inverse = lax.GatherDimensionNumbers(
        offset_dims=numbers.update_window_dims,
        collapsed_slice_dims=numbers.inserted_window_dims,
        start_index_map=numbers.scatter_dims_to_operand_dims,
        operand_batching_dims=numbers.operand_batching_dims,
        start_indices_batching_dims=numbers.scatter_indices_batching_dims,
    )
    places, mode = positions_of(shape).astype(np.int32), equation.params["mode"]
    return np.asarray(lax.gather(places, equation.concrete(1), inverse, sizes, mode=mode, fill_value=-1))


def _scatter(equation: Equation) -> Results:
    x = equation.array(0)
    return [formulas.overwritten(x, equation.array(2), _landing(equation, x.shape))]


def _scatter_with(name: str, sign: float = 1.0) -> Callable[[Equation], Results]:
    reduce, fill = {
        "add": (jax_reductions.REDUCTIONS["reduce_sum"], 0.0),
        "mul": (jax_reductions.REDUCTIONS["reduce_prod"], 1.0),
        "min": (jax_reductions.REDUCTIONS["reduce_min"], math.inf),
        "max": (jax_reductions.REDUCTIONS["reduce_max"], -math.inf),
    }[name]

    def scatter(equation: Equation) -> Results:
        x, updates = equation.array(0), equation.array(2)
        updates = apply("negative", updates) if sign < 0 else updates
        landing = _landing(equation, x.shape)
        return [formulas.landed(x, updates, landing, lambda table: reduce(table, axes=(1,)), fill)]

    return scatter


def _along(equation: Equation, k: int, order: np.ndarray, axis: int) -> SymbolicArray | None:
    if equation.operands[k].array is None:
        return None
    return gather(lambda p: np.take_along_axis(p, order, axis), equation.array(k))


def _sort(equation: Equation) -> Results:
    """All operands in the order of the watched run: a counter sorted along with them tells it."""
    axis, shape = equation.params["dimension"], equation.operands[0].shape
    counter = np.broadcast_to(np.arange(shape[axis], dtype=np.int32).reshape(_column(len(shape), axis)), shape)
    keys = [equation.concrete(k) for k in range(len(equation.operands))]
    order = np.asarray(equation.native(*keys, np.ascontiguousarray(counter), **equation.params)[-1])
    return [_along(equation, k, order, axis) for k in range(len(equation.operands))]


def _column(ndim: int, axis: int) -> tuple[int, ...]:
    return tuple(-1 if i == axis else 1 for i in range(ndim))


def _top_k(equation: Equation) -> Results:
    return [_along(equation, 0, np.asarray(equation.result(1)), equation.params.get("axis", -1)), None]


def _select_n(equation: Equation) -> Results:
    """A truth chooses symbolically; an integer is the one of this run."""
    which, *cases = equation.operands
    arrays = [equation.array(k + 1) for k in range(len(cases))]
    if which.dtype == bool:
        return [apply("where", equation.array(0), arrays[1], arrays[0])]
    chosen = np.asarray(equation.concrete(0))
    return [gather(lambda *p: np.choose(chosen, p), *arrays)]


def _reduce_window(equation: Equation) -> Results:
    params = dict(equation.params)
    name = jax_reductions.monoid_of(params.pop("jaxpr"))
    if name is None or len(equation.operands) != 2:
        equation.refuse()
    return [jax_reductions.combined(equation.array(0), equation.array(1), name, **params)]


def _convert(equation: Equation) -> Results:
    """Between formats nothing happens to a number; a truth becomes 0 or 1; what is cut to an integer is concrete."""
    x, target = equation.array(0), np.dtype(equation.params["new_dtype"])
    if target.kind == "b":
        return [x if x.is_predicate else apply("not_equal", x, 0.0)]
    if target.kind in "iu" and np.dtype(equation.operands[0].dtype).kind not in "iub":
        return [None]
    return [apply("where", x, 1.0, 0.0) if x.is_predicate else x]


def _reduce(equation: Equation) -> Results:
    name = jax_reductions.monoid_of(equation.params["jaxpr"])
    if name is None or len(equation.operands) != 2:
        equation.refuse()
    return [jax_reductions.reduced(equation.array(0), equation.array(1), name, equation.params["dimensions"])]


INDEXING: dict[str, Callable[[Any], Results]] = {
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "gather": _gather,
    "scatter": _scatter,
    "scatter-add": _scatter_with("add"),
    "scatter_add": _scatter_with("add"),
    "scatter-sub": _scatter_with("add", sign=-1.0),
    "scatter_sub": _scatter_with("add", sign=-1.0),
    "scatter-mul": _scatter_with("mul"),
    "scatter_mul": _scatter_with("mul"),
    "scatter_min": _scatter_with("min"),
    "scatter-min": _scatter_with("min"),
    "scatter_max": _scatter_with("max"),
    "scatter-max": _scatter_with("max"),
    "sort": _sort,
    "top_k": _top_k,
    "select_n": _select_n,
    "reduce_window": _reduce_window,
    "reduce": _reduce,
    "convert_element_type": _convert,
}
