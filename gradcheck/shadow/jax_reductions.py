"""JAX's reductions, running reductions, windows and products of arrays in the operations of the exact table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck.exact.namespace import SymbolicArray, apply, gather, matmul
from gradcheck.shadow import formulas
from gradcheck.shadow.jax_elementwise import SAME
from gradcheck.shadow.recorder import pick, positions_of

Array = SymbolicArray


def _reduced(name: str) -> Callable[..., Array]:
    return lambda x, axes, **_: formulas.reduced(name, x, tuple(axes))


def _all_of(operation: str) -> Callable[..., Array]:
    return lambda x, axes, **_: formulas.folded(partial(apply, operation), x, tuple(axes)) if axes else x


def _running(operation: str) -> Callable[..., Array]:
    return lambda x, axis, reverse: formulas.scanned(partial(apply, operation), x, axis, reverse)


# name of the combining operation in a jaxpr -> the reduction, its neutral element
_MONOIDS: dict[str, tuple[str, float]] = {
    "add": ("sum", 0.0),
    "mul": ("prod", 1.0),
    "max": ("max", -math.inf),
    "min": ("min", math.inf),
}


def _window(name: str) -> Callable[..., Array]:
    reduction, neutral = _MONOIDS[name]

    def reduce(x: Array, **geometry: Any) -> Array:
        seen = formulas.windows(positions_of(x.shape), **_geometry(**geometry))
        return formulas.reduced(reduction, pick(x, seen, neutral), tuple(range(x.ndim, 2 * x.ndim)))

    return reduce


def _geometry(
    window_dimensions: Any, window_strides: Any, padding: Any, base_dilation: Any, window_dilation: Any, **_: Any
) -> dict[str, Any]:
    return {
        "dimensions": window_dimensions,
        "strides": window_strides,
        "padding": padding,
        "base_dilation": base_dilation,
        "window_dilation": window_dilation,
    }


def monoid_of(jaxpr: Any) -> str | None:
    """The name of the one operation a combining function consists of, None for any other function."""
    equations = jaxpr.eqns
    known = len(equations) == 1 and equations[0].primitive.name in _MONOIDS
    return equations[0].primitive.name if known else None


def combined(x: Array, start: Array, name: str, **geometry: Any) -> Array:
    """`reduce_window` with any monoid: each window, and the starting value."""
    return apply(SAME[name], _window(name)(x, **geometry), start)


def reduced(x: Array, start: Array, name: str, axes: Sequence[int]) -> Array:
    """`reduce` with any monoid."""
    return apply(SAME[name], _reduced(_MONOIDS[name][0])(x, axes), start)


def _groups(ndim: int, *axes: Sequence[int]) -> tuple[int, ...]:
    """The axes in the given order, those not named between the first group and the last."""
    named = [i for group in axes for i in group]
    return (*axes[0], *(i for i in range(ndim) if i not in named), *axes[-1])


def _dot_general(a: Array, b: Array, dimension_numbers: Any, **_: Any) -> Array:
    """Batch axes first, then the free ones of both (StableHLO, dot_general)."""
    (a_sum, b_sum), (a_batch, b_batch) = dimension_numbers
    shape = lambda x, axes: [x.shape[i] for i in axes]  # noqa: E731 - used four times below
    free = lambda x, axes: [n for i, n in enumerate(x.shape) if i not in axes]  # noqa: E731
    batch, inner = shape(a, a_batch), math.prod(shape(a, a_sum))
    a_free, b_free = free(a, (*a_sum, *a_batch)), free(b, (*b_sum, *b_batch))
    left = gather(lambda p: p.transpose(_groups(a.ndim, a_batch, a_sum)).reshape(*batch, math.prod(a_free), inner), a)
    right = gather(
        lambda p: np.swapaxes(
            p.transpose(_groups(b.ndim, b_batch, b_sum)).reshape(*batch, math.prod(b_free), inner), -1, -2
        ),
        b,
    )
    return gather(lambda p: p.reshape((*batch, *a_free, *b_free)), matmul(left, right))


def _conv_general_dilated(
    x: Array,
    kernel: Array,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any,
    rhs_dilation: Any,
    dimension_numbers: Any,
    feature_group_count: int,
    batch_group_count: int,
    **_: Any,
) -> Array:
    """Every window times the kernel, as one matrix product a group (StableHLO, convolution)."""
    numbers, groups = dimension_numbers, feature_group_count * batch_group_count
    w = gather(lambda p: p.transpose(numbers.rhs_spec), kernel)  # (features out, features in, *space)
    places = positions_of(x.shape).transpose(numbers.lhs_spec)  # (batch, features, *space)
    if batch_group_count > 1:  # a batch group is a feature group whose samples come from another part
        parts = places.reshape(batch_group_count, -1, *places.shape[1:])
        places = np.moveaxis(parts, 0, 1).reshape(parts.shape[1], -1, *places.shape[2:])
    flat = [1, 1]
    seen = formulas.windows(
        places, (*flat, *w.shape[2:]), (*flat, *window_strides), ((0, 0), (0, 0), *padding),
        (*flat, *lhs_dilation), (*flat, *rhs_dilation),
    )  # fmt: skip
    batch, space = seen.shape[0], seen.shape[2 : places.ndim]
    rank, inputs, outputs = len(space), w.shape[1], w.shape[0] // groups
    seen = seen.reshape(batch, groups, inputs, *space, *w.shape[2:])
    seen = np.moveaxis(seen, (1, 2), (0, 2 + rank)).reshape(groups, batch * math.prod(space), -1)
    columns = gather(lambda p: np.swapaxes(p.reshape(groups, outputs, -1), 1, 2), w)
    product = matmul(pick(x, seen), columns)  # (groups, batch and space, features out of a group)

    def arranged(p: np.ndarray) -> np.ndarray:
        p = np.moveaxis(p.reshape(groups, batch, *space, outputs), (0, -1), (1, 2))
        return p.reshape(batch, groups * outputs, *space).transpose(np.argsort(numbers.out_spec))

    return gather(arranged, product)


# primitive -> formula of its operands and parameters
REDUCTIONS: dict[str, Callable[..., Array]] = {
    "reduce_sum": _reduced("sum"),
    "reduce_max": _reduced("max"),
    "reduce_min": _reduced("min"),
    "reduce_prod": _reduced("prod"),
    "reduce_and": _all_of("logical_and"),
    "reduce_or": _all_of("logical_or"),
    "reduce_xor": _all_of("logical_xor"),
    "cumsum": formulas.running_sum,
    "cumprod": _running("multiply"),
    "cummax": _running("maximum"),
    "cummin": _running("minimum"),
    "cumlogsumexp": lambda x, axis, reverse: apply("log", formulas.running_sum(apply("exp", x), axis, reverse)),
    "reduce_window_sum": _window("add"),
    "reduce_window_max": _window("max"),
    "reduce_window_min": _window("min"),
    "dot_general": _dot_general,
    "conv_general_dilated": _conv_general_dilated,
}
ON_INTEGERS = frozenset({"reduce_sum", "reduce_max", "reduce_min", "reduce_prod", "cumsum"})
