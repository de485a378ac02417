"""What the tests of a replay ask of a trace."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.exact import balls, evaluate
from gradcheck.shadow.trace import Held, Step, Trace


def line(function: Callable[..., Any], text: str) -> str:
    """`file:line` of the one line of the function, or of a function inside it, that holds the text."""
    lines, first = inspect.getsourcelines(function)
    (offset,) = (k for k, line in enumerate(lines) if text in line)
    return f"{inspect.getsourcefile(function)}:{first + offset}"


def steps_of(trace: Trace, operation: str, phase: str) -> list[Step]:
    return [s for s in trace.steps if s.operation == operation and s.phase == phase]


def numbers(trace: Trace, arrays: Sequence[np.ndarray], dtype: str) -> list[Any]:
    """The exact value of every node, as balls."""
    inputs = [balls.from_numbers(np.asarray(a, dtypes.format_of(dtype).numpy)) for a in arrays]
    with balls.precision(200):
        return evaluate.forward(trace.graph, inputs).values


def ulps(held: Held, values: Sequence[Any], dtype: str) -> float:
    """How far the native numbers are from the exact ones, in units of the largest."""
    exact = np.vectorize(lambda ball: float(ball.mid()), otypes=[float])(values[held.node])
    off = np.abs(held.native.astype(float) - exact).max()
    return off / max(np.abs(exact).max(), 1e-300) * 2.0 ** dtypes.format_of(dtype).precision
