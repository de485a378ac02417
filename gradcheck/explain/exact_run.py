"""The program of a trace in exact arithmetic: the value of every node, and what becomes of the answer if one is off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.exact.evaluate import Run, backward, forward
from gradcheck.exact.rounding import is_thin
from gradcheck.exact.truth import precisions
from gradcheck.shadow.trace import Held, Trace

MOST_BITS = 4096


class ExactRun:
    """`trace` at the NumPy arrays it was run at, without rounding, precise enough for one component of its answer.

    `bits`: the precision that the truth took, where that is known.
    """

    def __init__(
        self, trace: Trace, arrays: Sequence[np.ndarray], f: Format, part: Held, index: tuple[int, ...], bits: int = 0
    ) -> None:
        self.trace, self._arrays, self._format = trace, arrays, f
        self._part, self._index = part, index
        self._precisions = list(takewhile(lambda b: b <= max(bits, MOST_BITS), precisions(f)))

    @cached_property
    def _sought(self) -> tuple[Run, int]:
        for bits in self._precisions:
            run = self._at(bits, {})
            answer = run.values[self._part.node or 0][self._index]
            if not run.vague and (answer.is_nan() or is_thin(answer, self._format)):
                break
        return run, bits

    def _at(self, bits: int, held: Mapping[int, np.ndarray]) -> Run:
        with balls.precision(bits):
            return forward(self.trace.graph, [balls.from_numbers(a) for a in self._arrays], held)

    @property
    def bits(self) -> int:
        return self._sought[1]

    def values(self, node: int) -> np.ndarray:
        """The balls of a node, or its `Predicate`."""
        return self._sought[0].values[node]

    def with_values(self, held: Mapping[int, np.ndarray]) -> list[Any]:
        """The values of all nodes, where the nodes `held` have other ones than their exact ones."""
        return self._at(self.bits, held).values

    def derivatives(self, nodes: Sequence[int]) -> list[np.ndarray]:
        """The exact derivatives of the sum of the value by nodes of the forward pass, by reverse mode."""
        run, bits = self._sought
        with balls.precision(bits):
            return backward(run, balls.full(run.output.shape, balls.ONE), nodes)

    def answer(self, part: Held, index: tuple[int, ...], held: Mapping[int, np.ndarray] | None = None) -> arb:
        """A component of the answer, where the nodes `held` have other values than their exact ones."""
        assert part.node is not None
        values = self.with_values(held)[part.node] if held else self.values(part.node)
        return values[index]
