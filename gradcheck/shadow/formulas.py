"""Functions that several frameworks have and the exact table has not, as formulas in the operations of the table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.exact.namespace import Namespace, SymbolicArray, apply, gather
from gradcheck.shadow.recorder import pick, positions_of

Array = SymbolicArray


def outward_round(x: Array) -> Array:
    """To the nearest integer, halves away from zero."""
    return apply("where", x >= 0.0, apply("floor", x + 0.5), apply("ceil", x - 0.5))


def reduced(name: str, x: Array, axis: int | tuple[int, ...] | None, keepdims: bool = False) -> Array:
    """The reduction `name` of the array namespace: sum, prod, max or min."""
    return getattr(Namespace(x.graph), name)(x, axis=axis, keepdims=keepdims)


def last(x: Array, axes: tuple[int, ...]) -> Array:
    """The named axes as one, the last."""
    kept = tuple(i for i in range(x.ndim) if i not in axes)
    return gather(lambda p: np.transpose(p, kept + axes).reshape(*(x.shape[i] for i in kept), -1), x)


def folded(combine: Callable[[Array, Array], Array], x: Array, axes: tuple[int, ...]) -> Array:
    """An associative operation over some axes, in halves; none of them may be empty."""
    x = last(x, axes)
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        pairs = combine(x[..., :half], x[..., half : 2 * half])
        x = gather(lambda p, q: np.concatenate([p, q], -1), pairs, x[..., 2 * half :]) if x.shape[-1] % 2 else pairs
    return x[..., 0]


def scanned(combine: Callable[[Array, Array], Array], x: Array, axis: int, reverse: bool = False) -> Array:
    """The running results of an associative operation along an axis, by doubling (Hillis and Steele, 1986)."""
    turn = lambda p: np.flip(p, -1) if reverse else p  # noqa: E731 - its own inverse
    y = gather(lambda p: turn(np.moveaxis(p, axis, -1)), x)
    step = 1
    while step < y.shape[-1]:
        later = combine(y[..., :-step], y[..., step:])
        y = gather(lambda p, q, step=step: np.concatenate([p[..., :step], q], -1), y, later)
        step *= 2
    return gather(lambda p: np.moveaxis(turn(p), -1, axis), y)


def running_sum(x: Array, axis: int, reverse: bool = False) -> Array:
    turn = lambda p: np.flip(p, axis) if reverse else p  # noqa: E731 - its own inverse
    total = Namespace(x.graph).cumulative_sum(gather(turn, x), axis=axis)
    return gather(turn, total)


def padded(p: np.ndarray, config: tuple[tuple[int, int, int], ...], fill: int = -1) -> np.ndarray:
    """Positions with `(low, high, interior)` more along each axis; a negative low or high crops."""
    for axis, (low, high, interior) in enumerate(config):
        p = np.moveaxis(p, axis, 0)
        n = len(p)
        wide = np.full((n + max(n - 1, 0) * interior, *p.shape[1:]), fill)
        wide[:: interior + 1] = p
        edges = [np.full((max(k, 0), *p.shape[1:]), fill) for k in (low, high)]
        wide = np.concatenate([edges[0], wide[max(-low, 0) : len(wide) - max(-high, 0)], edges[1]])
        p = np.moveaxis(wide, 0, axis)
    return p


def windows(
    p: np.ndarray,
    dimensions: tuple[int, ...],
    strides: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
    base_dilation: tuple[int, ...],
    window_dilation: tuple[int, ...],
) -> np.ndarray:
    """The positions each window sees, the window's axes behind those of the output; -1 in the padding."""
    p = padded(p, tuple((low, high, base - 1) for (low, high), base in zip(padding, base_dilation, strict=True)))
    spans = tuple((n - 1) * d + 1 for n, d in zip(dimensions, window_dilation, strict=True))
    seen = np.lib.stride_tricks.sliding_window_view(p, spans)
    return seen[tuple(slice(None, None, k) for k in (*strides, *window_dilation))]


def landed(
    operand: Array, updates: Array, landing: np.ndarray, combine: Callable[[Array], Array], fill: float
) -> Array:
    """`combine` over the last axis of all updates that land on an element, and the element itself, first.

    `landing`: the position of each update in the operand laid flat, -1 where it is dropped. `fill` is
    the neutral element of `combine`.
    """
    order = np.argsort(landing.reshape(-1), kind="stable")
    order = order[landing.reshape(-1)[order] >= 0]
    target = landing.reshape(-1)[order]
    rank = np.arange(len(target)) - np.searchsorted(target, target)
    table = np.full((operand.size, 1 + (rank.max() + 1 if len(rank) else 0)), -1)
    table[:, 0] = positions_of((operand.size,))
    table[target, rank + 1] = operand.size + order
    both = gather(lambda p, q: np.concatenate([p.reshape(-1), q.reshape(-1)]), operand, updates)
    return gather(lambda p: p.reshape(operand.shape), combine(pick(both, table, fill)))


def overwritten(operand: Array, updates: Array, landing: np.ndarray) -> Array:
    """The operand with the updates at their `landing` positions; the last one there stays."""
    places, flat = positions_of((operand.size,)), landing.reshape(-1)
    places[flat[flat >= 0]] = operand.size + positions_of((updates.size,))[flat >= 0]
    return gather(
        lambda p, q: np.concatenate([p.reshape(-1), q.reshape(-1)])[places].reshape(p.shape), operand, updates
    )
