"""JAX's structural primitives, run on NumPy arrays of positions: where each element of the result comes from.

They are `jax.lax` on integers. NumPy stands in because XLA compiles every primitive anew for every
shape, which costs tens of milliseconds each; `gather`, whose meaning takes pages, runs natively (see `jax_indexing`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.shadow.formulas import padded

Positions = np.ndarray


def _broadcast_in_dim(p: Positions, shape: Sequence[int], broadcast_dimensions: Sequence[int], **_: Any) -> Positions:
    spread = [1] * len(shape)
    for axis, n in zip(broadcast_dimensions, p.shape, strict=True):
        spread[axis] = n
    return np.broadcast_to(p.reshape(spread), shape)


def _reshape(p: Positions, new_sizes: Sequence[int], dimensions: Sequence[int] | None = None, **_: Any) -> Positions:
    return (p if dimensions is None else p.transpose(dimensions)).reshape(new_sizes)


def _slice(p: Positions, start_indices: Any, limit_indices: Any, strides: Any) -> Positions:
    steps = strides or [1] * p.ndim
    return p[tuple(slice(*part) for part in zip(start_indices, limit_indices, steps, strict=True))]


def _pad(p: Positions, fill: Positions, padding_config: Any) -> Positions:
    return padded(p, padding_config, fill=int(fill))


def _split(p: Positions, sizes: Sequence[int], axis: int) -> list[Positions]:
    return np.split(p, np.cumsum(sizes)[:-1], axis)


def _identity(p: Positions, **_: Any) -> Positions:
    return p


STRUCTURAL: dict[str, Callable[..., Positions | list[Positions]]] = {
    "broadcast_in_dim": _broadcast_in_dim,
    "reshape": _reshape,
    "squeeze": lambda p, dimensions: np.squeeze(p, tuple(dimensions)),
    "expand_dims": lambda p, dimensions: np.expand_dims(p, tuple(dimensions)),
    "transpose": lambda p, permutation: p.transpose(permutation),
    "rev": lambda p, dimensions: np.flip(p, tuple(dimensions)),
    "slice": _slice,
    "concatenate": lambda *p, dimension: np.concatenate(p, dimension),
    "stack": lambda *p, axis: np.stack(p, axis),
    "unstack": lambda p, axis: [np.take(p, k, axis) for k in range(p.shape[axis])],
    "pad": _pad,
    "split": _split,
    "tile": lambda p, reps: np.tile(p, reps),
    "optimization_barrier": lambda *p: list(p),
    **dict.fromkeys(("copy", "copy_p", "name", "reduce_precision", "sharding_constraint", "stage"), _identity),
}
