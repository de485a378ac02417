"""Operations that only move elements: torch runs them itself, on the positions of the elements.

Views are no operations here: they share the storage. What an operation fills in is zero, or its `value`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from gradcheck.exact.namespace import SymbolicArray
from gradcheck.shadow.torch_operand import Operand, picked

_MOVING = """cat stack flip roll repeat tile rot90 index_select gather take index masked_select _unsafe_index tril
triu diag diag_embed block_diag _unsafe_view reshape select_backward slice_backward diagonal_backward
unfold_backward select_scatter slice_scatter diagonal_scatter as_strided_scatter scatter index_copy masked_scatter
repeat_interleave take_along_dim reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d
replication_pad2d replication_pad3d constant_pad_nd im2col pixel_shuffle pixel_unshuffle channel_shuffle
upsample_nearest1d upsample_nearest2d upsample_nearest3d embedding view_copy expand_copy permute_copy transpose_copy
squeeze_copy unsqueeze_copy slice_copy select_copy unfold_copy t_copy as_strided_copy diagonal_copy _reshape_copy"""
STRUCTURAL = frozenset(_MOVING.split())

_KEPT = frozenset({"index", "indices", "mask", "repeats", "condition"})  # arguments that say where from, not what


def rearranged(func: Any, args: list[Any], kwargs: dict[str, Any]) -> SymbolicArray:
    """The result of a structural operation as a pick from its operands."""
    sources: list[SymbolicArray] = []
    start = 1  # what torch fills in is 0

    def places(value: Any, name: str) -> Any:
        nonlocal start
        if isinstance(value, list):
            return [places(v, name) for v in value]
        if not isinstance(value, Operand):
            return _number_as_place(value, name)
        if name in _KEPT:
            return value.tensor
        sources.append(value)
        positions = torch.arange(start, start + value.size, dtype=torch.float64).reshape(value.shape)
        start += value.size
        return positions

    def _number_as_place(value: Any, name: str) -> Any:
        nonlocal start
        if name != "value" or not isinstance(value, (int, float)) or value == 0:
            return value
        sources.append(SymbolicArray(graph, graph.add_constant(np.asarray(value))))
        start += 1
        return float(start - 1)

    graph = _graph_of(args)
    names = [a.name for a in func._schema.arguments]
    moved = [places(a, name) for a, name in zip(args, names, strict=False)]
    named = {name: places(a, name) for name, a in kwargs.items()}
    result = func(*moved, **named)
    return picked(result.detach().numpy().astype(int) - 1, *sources)


def _graph_of(args: list[Any]) -> Any:
    for value in args:
        if isinstance(value, Operand):
            return value.graph
        if isinstance(value, list) and value and isinstance(value[0], Operand):
            return value[0].graph
    raise AssertionError("a watched call has a tensor")
