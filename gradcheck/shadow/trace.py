"""What a replay saw: the native run of value and gradient, operation by operation, tied to an exact graph.

The graph holds the same program, forward and backward, as exact operations; the value of a node is what the
program would have held there without any rounding. It is not differentiated: the backward pass is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.exact.graph import Graph

FORWARD, BACKWARD = "forward", "backward"


@dataclass(frozen=True, eq=False)
class Held:
    """An array that the program held: a copy of its numbers, in its own dtype, and its node in the exact graph.

    `node` is None where the exact graph does not follow it: integers, indices, what no rule covers.
    """

    native: np.ndarray
    node: int | None


class CompiledHeld(Held):
    """An array as the compiled program holds it, which is compiled when it is asked for.

    `eager`: the same array as the operations give it one by one; only a compiler makes the two differ.
    """

    eager: Held
    _compiled: Callable[[], np.ndarray]

    def __init__(self, eager: Held, compiled: Callable[[], np.ndarray]) -> None:
        object.__setattr__(self, "node", eager.node)
        object.__setattr__(self, "eager", eager)
        object.__setattr__(self, "_compiled", compiled)

    @cached_property
    def native(self) -> np.ndarray:
        return self._compiled()


@dataclass(frozen=True, eq=False)
class Step:
    """One operation as the framework ran it."""

    operation: str  # the framework's name without its namespace and overload: "exp", "logsumexp", "sigmoid_backward"
    phase: str  # FORWARD or BACKWARD
    location: str  # the user's "file:line", of a backward step that of the forward one it belongs to; "" unknown
    operands: tuple[Held, ...]  # the arrays it read, in order (of any dtype); plain numbers of the call are left out
    results: tuple[Held, ...]
    forward: int | None = None  # number of the forward step that a backward one belongs to, where it is known


@dataclass(frozen=True, eq=False)
class Trace:
    """The steps in the order they ran.

    `gradient` has one entry for each differentiated argument, or is None where the function has none (NumPy without
    a hand-written one). `custom`: the backward pass, or a part of it, was written by hand (`autograd.Function`,
    `custom_vjp`, `custom_jvp`, `gradient=`). `notes`: operations whose results no rule follows; the exact graph takes
    those from the native run.
    """

    graph: Graph
    steps: tuple[Step, ...]
    value: Held
    gradient: tuple[Held, ...] | None
    custom: bool = False
    notes: tuple[str, ...] = ()
