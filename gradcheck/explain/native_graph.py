"""Run an exact graph natively: the same operations, with a framework's own array functions, in the dtype of its inputs.

So a program that was rewritten as a graph can be judged like any function, by automatic differentiation too.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from gradcheck.dtypes import format_of
from gradcheck.exact.graph import CONSTANT, INPUT, Graph, Node
from gradcheck.explain.library_calls import LIBRARY_CALLS, calls_of, read_natively
from gradcheck.frameworks import get

# Where the functions of a framework are looked for, in this order, under the names of the exact table.
_PLACES = {
    "torch": ("torch", "torch.special"),
    "jax": ("jax.numpy", "jax.scipy.special", "jax.nn", "jax.lax"),
    "numpy": ("numpy", "gradcheck.frameworks.special"),
}
# operation -> its name where the framework has another one; None: the framework means something else by the name
_SPELLED: Mapping[str, Mapping[str, str | None]] = {
    "torch": {"power": "pow", "equal": "eq", "polygamma": None, "kl_div": None},
    "jax": {"lgamma": "gammaln", "polygamma": None, "expn": None},
    "numpy": {},
}
_STRUCTURAL = ("where", "gather", "sum", "max", "min", "prod_last", "cumsum_last", "matmul", "identity")


class CannotRun(Exception):  # noqa: N818 - the name says what happened
    """A framework lacks an operation of the graph; `str` of it names both."""

    def __init__(self, operation: str, framework: str) -> None:
        super().__init__(f"{framework} has no function for the operation {operation!r} of the exact table")


def as_function(graph: Graph, framework: str) -> Callable[..., Any]:
    """A function of the framework's arrays, of the shapes the graph was recorded for, that does what the graph says.

    It computes in the dtype of its arguments, which is the same for all; what depends on no input is computed in
    float64 and rounded once. Raises `CannotRun` for an operation that the framework lacks.
    """
    needed = _needed(graph)
    known = _constants(graph, needed)
    steps = {i: native_step(graph.nodes[i], framework) for i in needed if i not in known and i not in graph.inputs}

    def function(*inputs: Any) -> Any:
        values: dict[int, Any] = dict(zip(graph.inputs, inputs, strict=True))
        for position in needed:
            if position in known:
                values[position] = _constant(known[position], inputs[0], framework)
            elif position not in values:
                values[position] = steps[position](*(values[i] for i in read_natively(graph.nodes[position])))
        return values[graph.output]

    return function


def _needed(graph: Graph) -> list[int]:
    """The nodes that the output reads, in order."""
    alive = {graph.output}
    for position in range(len(graph.nodes) - 1, -1, -1):
        if position in alive:
            alive.update(read_natively(graph.nodes[position]))
    return sorted(alive)


def _constants(graph: Graph, needed: list[int]) -> dict[int, np.ndarray]:
    """The float64 numbers, or truths, of the nodes that no input moves."""
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for position in needed:
            node = graph.nodes[position]
            if node.operation == CONSTANT:
                numbers = np.asarray(node.parameters["numbers"])
                values[position] = numbers if node.predicate else numbers.astype(np.float64)
            elif not graph.follows_inputs[position]:
                values[position] = native_step(node, "numpy")(*(values[i] for i in read_natively(node)))
    return values


def _constant(numbers: np.ndarray, like: Any, framework: str) -> Any:
    numbers = np.asarray(numbers)
    if numbers.dtype != bool:
        with np.errstate(over="ignore"):
            numbers = numbers.astype(format_of(str(get(framework).dtype_of(like))).numpy)
    return get(framework).from_numpy(numbers)


def native_step(node: Node, framework: str) -> Callable[..., Any]:
    """What one node does to the framework's arrays."""
    if calls_of(node):
        return LIBRARY_CALLS[framework][node.parameters["call"]](**node.parameters["options"])
    if node.operation in _STRUCTURAL:
        return _structural(node, framework)
    if node.operation == "stop_gradient":
        return get(framework).namespace().stop_gradient
    if node.operation == "pi":
        return lambda: np.asarray(np.pi)
    if node.operation == INPUT:
        raise ValueError("an input is given, not computed")
    return native_function(node.operation, framework)


@cache
def native_function(operation: str, framework: str) -> Callable[..., Any]:
    """The function of a framework for an elementwise operation. Raises `CannotRun` where it has none."""
    name = _SPELLED[framework].get(operation, operation)
    for place in _PLACES[framework]:
        found = getattr(_module(place), name, None) if name else None
        if found is not None:
            return found
    if operation == "rsqrt":
        return lambda x: 1 / np.sqrt(x)
    raise CannotRun(operation, framework)


@cache
def _module(name: str) -> ModuleType:
    return importlib.import_module(name)


def _structural(node: Node, framework: str) -> Callable[..., Any]:
    xp = _module(_PLACES[framework][0])
    if node.operation == "gather":
        return lambda *operands: _gathered(xp, node, operands)
    if node.operation == "where":
        return xp.where
    if node.operation == "matmul":
        return xp.matmul
    if node.operation == "identity":
        return lambda x: x
    return _reduction(xp, node)


def _reduction(xp: ModuleType, node: Node) -> Callable[..., Any]:
    along = "dim" if xp.__name__ == "torch" else "axis"
    if node.operation in ("prod_last", "cumsum_last"):
        reduce = getattr(xp, node.operation.removesuffix("_last"))
        return lambda x: reduce(x, **{along: -1})
    reduce = getattr(xp, "sum" if node.operation == "sum" else f"a{node.operation}")
    axes = node.parameters["axes"]
    return lambda x: (reduce(x, **{along: axes}) if axes else x).reshape(node.shape)


def _gathered(xp: ModuleType, node: Node, operands: tuple[Any, ...]) -> Any:
    """Elements of the operands, laid flat one behind the other; position -1 is zero, or false."""
    positions = np.asarray(node.parameters["positions"])
    flat = xp.concatenate([x.reshape(-1) for x in operands]) if len(operands) > 1 else operands[0].reshape(-1)
    size = math.prod(flat.shape)
    if size == positions.size and (positions.reshape(-1) == np.arange(size)).all():
        return flat.reshape(node.shape)
    if not size:
        return xp.zeros(node.shape, dtype=flat.dtype)
    picked = flat[_index(xp, np.maximum(positions, 0))]
    return xp.where(_index(xp, positions >= 0), picked, xp.zeros_like(picked)) if (positions < 0).any() else picked


def _index(xp: ModuleType, numbers: np.ndarray) -> Any:
    return xp.from_numpy(np.array(numbers)) if xp.__name__ == "torch" else numbers
