"""What the memory of the tensors holds, as nodes of the graph.

Views share a storage, and an in-place operation changes it under all of them; so the bookkeeping is by
storage. Each watched storage names a node and, for each of its elements, the element of that node which
it holds. To read a tensor is to gather the elements that its strides reach; a write makes a new node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np
import torch

from gradcheck.shadow.torch_recorder import Recorder


class Unknown(Exception):  # noqa: N818 - caught beside, never seen
    """What a tensor holds is not known."""


Layout = tuple[tuple[int, ...], tuple[int, ...], int]


@dataclass
class _Block:
    """One storage, kept alive so that its address stays its own.

    `cells` is None where it is the identity; `node` is None where what the storage holds is not known.
    """

    storage: Any
    node: int | None
    cells: np.ndarray | None
    views: dict[Layout, int] = field(default_factory=dict)


class Memory:
    """The watched storages. A tensor on any other storage is a constant."""

    def __init__(self, graph: Recorder) -> None:
        self._graph = graph
        self._blocks: dict[int, _Block] = {}

    def holds(self, tensor: torch.Tensor) -> bool:
        return tensor.layout == torch.strided and tensor.untyped_storage()._cdata in self._blocks

    def read(self, tensor: torch.Tensor) -> int:
        """The node of a tensor: its elements as they are now. `Unknown` where they are not known."""
        block = self._blocks.get(tensor.untyped_storage()._cdata)
        if block is None:
            return self._graph.add_constant(numbers(tensor))
        if block.node is None:
            raise Unknown
        layout = _layout(tensor)
        node = block.views.get(layout)
        if node is None:
            node = block.views[layout] = self._gather(block, _places(layout))
        return node

    def write(self, tensor: torch.Tensor, node: int) -> None:
        """From now on the tensor holds `node`, a node of its shape."""
        storage = tensor.untyped_storage()
        size = storage.nbytes() // tensor.element_size()
        layout = _layout(tensor)
        if tensor.numel() == size and tensor.is_contiguous():
            self._blocks[storage._cdata] = _Block(storage, node, None, {layout: node})
            return
        places = _places(layout)
        if places.size == size and np.unique(places).size == size:
            cells = np.empty(size, dtype=int)
            cells[places.reshape(-1)] = np.arange(size)
            self._blocks[storage._cdata] = _Block(storage, node, cells, {layout: node})
            return
        self.claim(tensor)
        block = self._blocks[storage._cdata]
        if block.node is None:
            raise Unknown
        cells = np.arange(size) if block.cells is None else block.cells.copy()
        cells[places.reshape(-1)] = _size(self._graph, block.node) + np.arange(places.size)
        predicate = self._graph.nodes[block.node].predicate
        whole = self._graph.add("gather", (block.node, node), (size,), predicate=predicate, positions=cells)
        self._blocks[storage._cdata] = _Block(storage, whole, None)

    def lose(self, tensor: torch.Tensor) -> None:
        """Nothing is known of what the tensor holds, but that it is no constant."""
        storage = tensor.untyped_storage()
        self._blocks[storage._cdata] = _Block(storage, None, None)

    def claim(self, tensor: torch.Tensor) -> None:
        """Watch the storage of a tensor that is about to be written: what it holds now is constant."""
        if self.holds(tensor):
            return
        storage = tensor.untyped_storage()
        whole = torch.empty(0, dtype=tensor.dtype).set_(storage)
        self._blocks[storage._cdata] = _Block(storage, self._graph.add_constant(numbers(whole)), None)

    def _gather(self, block: _Block, places: np.ndarray) -> int:
        assert block.node is not None
        positions = places if block.cells is None else block.cells[places]
        source = self._graph.nodes[block.node]
        if positions.shape == source.shape and np.array_equal(positions.reshape(-1), np.arange(positions.size)):
            return block.node
        return self._graph.add(
            "gather", (block.node,), positions.shape, predicate=source.predicate, positions=positions
        )


def numbers(tensor: torch.Tensor) -> np.ndarray:
    """The exact numbers of a tensor: NumPy has no bfloat16 of its own."""
    own = tensor.detach().contiguous().clone()
    if own.dtype == torch.bfloat16:
        return own.view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return own.numpy()


def _layout(tensor: torch.Tensor) -> Layout:
    return tuple(tensor.size()), tensor.stride(), tensor.storage_offset()


def _places(layout: Layout) -> np.ndarray:
    """Positions in the storage of the elements of a tensor with this size, stride and offset."""
    size, stride, offset = layout
    places = np.full(size, offset, dtype=int)
    for axis, (n, step) in enumerate(zip(size, stride, strict=True)):
        places += (np.arange(n) * step).reshape(-1, *[1] * (len(size) - axis - 1))
    return places


def _size(graph: Recorder, node: int) -> int:
    return int(np.prod(graph.nodes[node].shape, dtype=int))
