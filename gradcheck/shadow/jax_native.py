"""The native results of one equation, with as few compilations as can be.

XLA compiles each primitive anew for every shape, which costs tens of milliseconds. Arithmetic that IEEE 754 rounds
correctly runs on flat arrays of a few sizes, and what only moves elements runs in NumPy: the bits are the
same. (Not so `exp` or `log`, which XLA computes differently at the end of an array.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.shadow.jax_interpreter import Equation
from gradcheck.shadow.jax_structural import STRUCTURAL

_EXACTLY_ROUNDED = frozenset(
    {"add", "add_any", "sub", "mul", "div", "neg", "square", "sqrt", "abs", "sign", "max", "min", "clamp", "select_n"}
    | {"floor", "ceil", "round", "convert_element_type", "is_finite", "stop_gradient"}
    | {"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "xor", "not", "eq_to", "lt_to", "le_to"}
)
# Those of the table that keep every number as it is, without a fill value that must be an integer.
_MOVING: dict[str, Callable[..., Any]] = {k: v for k, v in STRUCTURAL.items() if k not in ("pad", "reduce_precision")}
_SMALLEST = 8


def native_results(equation: Equation) -> list[Any]:
    """The arrays that the primitive gives at the concrete operands."""
    operands = [o.concrete for o in equation.operands]
    sizes = [r.shape for r in equation.results]
    if equation.name in _EXACTLY_ROUNDED and 0 not in sizes[0]:
        return [_flat(equation, operands, sizes[0])]
    if equation.name in _MOVING and equation.results[0].dtype.name != "bfloat16":  # XLA moves those as float32
        moved = _MOVING[equation.name](*map(np.asarray, operands), **equation.params)
        return list(moved) if equation.eqn.primitive.multiple_results else [moved]
    return list(equation.evaluate(*operands))


def _flat(equation: Equation, operands: Sequence[Any], shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape, dtype=int))
    size = max(_SMALLEST, 1 << (count - 1).bit_length())
    rows = [np.resize(np.broadcast_to(np.asarray(x), shape), size) for x in operands]  # repeated to the size
    return np.asarray(equation.native(*rows, **equation.params))[:count].reshape(shape)
