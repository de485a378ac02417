"""Watch a NumPy function: it runs once on duck arrays that record what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray, lift
from gradcheck.frameworks.call import Call, label
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.frameworks.numpy import FRAMEWORK
from gradcheck.shadow.numpy_array import NumPyRecording, WatchedArray
from gradcheck.shadow.recorder import pruned


def watch(
    function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, differentiate: Sequence[int]
) -> Graph:
    """The graph of `function` at NumPy arrays of the dtype; every input may be differentiated.

    Raises `UnsupportedOperation` for a function without a rule and for what leaves the arrays, such
    as `np.asarray(x)`; `FunctionRaised` or `WrongResult` for a function that cannot run.
    """
    target, graph = dtypes.format_of(dtype).numpy, NumPyRecording()
    inputs = [FRAMEWORK.from_numpy(np.array(a, dtype=target)) for a in arrays]
    watched = [WatchedArray.new(SymbolicArray(graph, graph.add_input(x.shape)), x) for x in inputs]
    call = Call("numpy", label(function), tuple(x.shape for x in inputs), dtype, "shadow")
    try:
        with FRAMEWORK.settings(dtype):
            result = call.run(function, *watched)
    except FunctionRaised:
        if graph.refused is not None:
            raise graph.refused from None
        raise
    plain = result.values if isinstance(result, WatchedArray) else result
    if FRAMEWORK.dtype_of(plain) != dtype:
        FRAMEWORK.evaluate(function, arrays, dtype)  # says what is wrong with the result
    symbol = result.symbol if isinstance(result, WatchedArray) else lift(graph, np.asarray(result))
    graph.output = symbol.node
    return pruned(graph)
