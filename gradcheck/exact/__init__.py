"""The exact engine: definitions recorded as graphs, run and differentiated in ball arithmetic.

`value_of` and `gradient_of` answer for one definition at one point; `certify` is what a check uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.exact import balls
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import Graph
from gradcheck.exact.limits import Kind
from gradcheck.exact.namespace import record
from gradcheck.exact.truth import Enclosures, Truth, certify

__all__ = ["Enclosures", "Graph", "Kind", "Truth", "certify", "gradient_of", "record", "value_of"]


def value_of(definition: Callable[..., Any], arrays: Sequence[np.ndarray], bits: int = 256) -> np.ndarray:
    """Balls around the value of `definition(xp, *arrays)`, as an object array; nan at a singular point."""
    arrays = [np.asarray(a) for a in arrays]
    with balls.precision(bits):
        return forward(record(definition, [a.shape for a in arrays]), [balls.from_numbers(a) for a in arrays]).output


def gradient_of(
    definition: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    differentiate: Sequence[int] | None = None,
    bits: int = 256,
) -> tuple[np.ndarray, ...]:
    """Balls around the gradient of the sum of the value, one object array for each argument in `differentiate`.

    None differentiates all. A component is nan at a kink or pole; `certify` takes the limits there.
    """
    arrays = [np.asarray(a) for a in arrays]
    graph = record(definition, [a.shape for a in arrays])
    sources = [graph.inputs[k] for k in (range(len(arrays)) if differentiate is None else differentiate)]
    with balls.precision(bits):
        run = forward(graph, [balls.from_numbers(a) for a in arrays])
        return tuple(backward(run, balls.full(run.output.shape, balls.ONE), sources))
