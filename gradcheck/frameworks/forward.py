"""Gradients in forward mode: the derivative along each component of an input, summed over the output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.frameworks.call import Call

Columns = Callable[[Callable[..., Any], Sequence[Any], int, Any], np.ndarray]


def forward_gradient(
    columns: Columns,
    function: Callable[..., Any],
    inputs: Sequence[Any],
    positions: tuple[int, ...],
    value: Any,
    call: Call,
) -> tuple[np.ndarray, ...]:
    """Gradient of the sum of the output for each input in `positions`.

    `columns(function, inputs, position, value)` holds the derivatives of the output along each
    component of one input, (components, *output shape); `value` is the output.
    """
    return tuple(
        _summed(call.run(columns, function, inputs, k, value), call.dtype).reshape(tuple(inputs[k].shape))
        for k in positions
    )


def _summed(columns: np.ndarray, dtype: str) -> np.ndarray:
    """Each row summed as if rounded once: the long double adds no error or overflow of its own."""
    with np.errstate(all="ignore"):
        total = columns.reshape(len(columns), -1).astype(np.longdouble).sum(axis=1)
        return total.astype(dtypes.format_of(dtype).numpy)
