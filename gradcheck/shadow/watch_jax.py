"""Watch a JAX function: its jaxpr, traced once for each shape and dtype, run equation by equation.

The derivative rules of `custom_jvp` and `custom_vjp` are not asked: their bodies are the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from gradcheck import dtypes
from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray, apply
from gradcheck.frameworks.call import Call, label, location
from gradcheck.frameworks.compiled import Compiled
from gradcheck.frameworks.jax import FRAMEWORK
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.jax_interpreter import Interpreter
from gradcheck.shadow.jax_values import known
from gradcheck.shadow.recorder import pruned


@dataclass
class _Traced:
    """A jaxpr, and its graph once it is known to be the same at every point."""

    jaxpr: Any
    graph: Graph | None = None


_TRACED = Compiled()
_ASKS_FOR_A_VALUE = (
    jax.errors.ConcretizationTypeError,
    jax.errors.NonConcreteBooleanIndexError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
)


def watch(
    function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, differentiate: Sequence[int]
) -> Graph:
    """The graph of `function` at NumPy arrays of the dtype; every input may be differentiated.

    Raises `UnsupportedOperation` for a primitive without a rule, and `FunctionRaised` or `WrongResult`
    for a function that cannot be traced or does not return one array of the dtype.
    """
    target = dtypes.format_of(dtype).numpy
    with FRAMEWORK.settings(dtype):
        inputs = [FRAMEWORK.from_numpy(np.array(a, dtype=target)) for a in arrays]
        shapes = tuple(x.shape for x in inputs)
        key = (shapes, dtype, bool(jax.config.jax_enable_x64))
        traced = _TRACED.get(function, key, lambda: _Traced(jaxpr_of(function, inputs, arrays, dtype)))
        return traced.graph or _record(traced, inputs)


def jaxpr_of(function: Callable[..., Any], inputs: Sequence[Any], arrays: Sequence[np.ndarray], dtype: str) -> Any:
    """The closed jaxpr of the function at `inputs`, JAX arrays of `arrays`; raises what `watch` raises."""
    call = Call("jax", label(function), tuple(x.shape for x in inputs), dtype, "shadow")
    jaxpr, result = call.run(_tracing(function), *inputs)
    if not isinstance(result, jax.ShapeDtypeStruct) or result.dtype.name != dtype:
        FRAMEWORK.evaluate(function, arrays, dtype)  # says what is wrong with the result
    return jaxpr


def _tracing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes the jaxpr; a function that asks for a value on the way has none."""

    def trace(*inputs: Any) -> Any:
        try:
            return jax.make_jaxpr(function, return_shape=True)(*inputs)
        except _ASKS_FOR_A_VALUE as error:
            raise UnsupportedOperation("jax branch of Python on a value", location(error)) from None

    return trace


def _record(traced: _Traced, inputs: Sequence[Any]) -> Graph:
    interpreter = Interpreter()
    graph, interpreter.inputs = interpreter.graph, [np.asarray(x) for x in inputs]
    arguments = [known(x, moves=True, symbol=SymbolicArray(graph, graph.add_input(x.shape))) for x in inputs]
    (result,) = interpreter.run_closed(traced.jaxpr, arguments)
    array = interpreter.array(result)
    graph.output = (apply("where", array, 1.0, 0.0) if array.is_predicate else array).node
    if interpreter.steered:
        return pruned(graph)
    traced.graph = pruned(graph)
    return traced.graph
