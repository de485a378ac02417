"""Replay a NumPy function on watched arrays, and a gradient written by hand, which is its backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.exact.namespace import SymbolicArray
from gradcheck.frameworks.call import Call, label
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.frameworks.numpy import FRAMEWORK
from gradcheck.shadow.numpy_array import NumPyRecording, WatchedArray
from gradcheck.shadow.numpy_steps import Notebook
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.trace import BACKWARD, Held, Trace


def replay(
    function: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    dtype: str,
    differentiate: tuple[int, ...],
    gradient: Callable[..., Any] | None,
    fixes: Fixes,
) -> Trace:
    """See `gradcheck.shadow.replay`; without a hand-written `gradient` there is no backward pass."""
    target, graph = dtypes.format_of(dtype).numpy, NumPyRecording()
    notebook = graph.observer = Notebook(graph, fixes)
    inputs = [np.array(a, dtype=target) for a in arrays]
    nodes = [graph.add_input(x.shape) for x in inputs]

    def run(function: Callable[..., Any]) -> Any:
        """The result on fresh watched arrays of the same nodes, None where the function does not take such arrays."""
        watched = [
            WatchedArray.new(SymbolicArray(graph, node), FRAMEWORK.from_numpy(x))
            for node, x in zip(nodes, inputs, strict=True)
        ]
        before = len(notebook.steps)
        try:
            call = Call("numpy", label(function), tuple(x.shape for x in inputs), dtype, "replay")
            return call.run(function, *watched)
        except FunctionRaised as error:  # on watched arrays: whether it does on NumPy's own is seen below
            del notebook.steps[before:]
            notebook.notes[f"{label(function)} cannot be watched: {error.type_name}: {error.message}"] = None
            return None

    with FRAMEWORK.settings(dtype):
        value = _held(run(function), notebook, dtype)
        value = value or Held(FRAMEWORK.evaluate(function, inputs, dtype), None)
        graph.output = -1 if value.node is None else value.node
        if gradient is None:
            return Trace(graph, tuple(notebook.steps), value, None, notes=tuple(notebook.notes))
        notebook.phase = BACKWARD
        partials = _partials(run(gradient), notebook, [inputs[k].shape for k in differentiate], dtype)
        if partials is None:
            _, natives = FRAMEWORK.gradient(function, inputs, differentiate, dtype, gradient=gradient)
            partials = tuple(Held(native, None) for native in natives or ())
        return Trace(graph, tuple(notebook.steps), value, partials, custom=True, notes=tuple(notebook.notes))


def _held(result: Any, notebook: Notebook, dtype: str) -> Held | None:
    """The result, None unless it is one array of the dtype."""
    plain = result.values if isinstance(result, WatchedArray) else result
    if FRAMEWORK.dtype_of(plain) != dtype:
        return None
    is_followed = isinstance(result, WatchedArray) or not notebook.notes  # else it may come from a symbol lost
    return notebook.held(result, plain.dtype) if is_followed else Held(FRAMEWORK.to_numpy(plain), None)


def _partials(
    result: Any, notebook: Notebook, shapes: Sequence[tuple[int, ...]], dtype: str
) -> tuple[Held, ...] | None:
    """One partial for each differentiated argument, None where the result is anything else."""
    parts = result if isinstance(result, (tuple, list)) else (result,)
    found = [_held(part, notebook, dtype) for part in parts]
    held = tuple(h for h in found if h is not None)
    return held if len(held) == len(found) and [h.native.shape for h in held] == list(shapes) else None
