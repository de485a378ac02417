"""Which forward operation a node of torch's autograd graph came from.

Autograd numbers its nodes as they are made: a dispatched operation runs right after its node was made, and before
what else belongs to it (the node of a write through a view). So a node belongs to the last operation noted before it.
"""

from __future__ import annotations

import bisect
from typing import Any, NamedTuple

import torch
from torch.autograd.function import BackwardCFunction


class Origin(NamedTuple):
    """A forward operation: its step, None for one that has none (a view), and the user's line."""

    step: int | None = None
    location: str = ""


class Origins:
    """The origins by the numbers of their nodes, which only grow."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._origins: list[Origin] = []
        self._last = Origin()

    def note(self, origin: Origin) -> None:
        """The node made last belongs to `origin`, unless it is known to belong to another."""
        number = torch.autograd._get_sequence_nr() - 1
        if not self._numbers or number > self._numbers[-1]:
            self._numbers.append(number)
            self._origins.append(origin)

    def running(self) -> Origin:
        """That of the node whose backward is running; where the engine adds up gradients, of the one that ran last."""
        node = torch._C._current_autograd_node()
        if node is not None:
            place = bisect.bisect_right(self._numbers, node._sequence_nr())
            self._last = self._origins[place - 1] if place else Origin()
        return self._last


def has_custom(result: torch.Tensor) -> bool:
    """Whether a node that `result` was made by is a `torch.autograd.Function`."""
    waiting: list[Any] = [result.grad_fn]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if isinstance(node, BackwardCFunction):
            return True
        seen.add(node)
        waiting += [source for source, _ in node.next_functions]
    return False
