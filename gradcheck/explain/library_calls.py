"""Functions of a framework's library that stand for a whole formula, such as logsumexp.

The exact table has no such operations: in a graph the formula itself is written out, and an `identity` node behind it
says which library function does the same. Exact arithmetic reads the formula, a framework calls its function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcheck.exact.graph import Node
from gradcheck.exact.namespace import SymbolicArray

Maker = Callable[..., Callable[..., Any]]  # takes the options of the call, gives the function of the arrays


def library_call(call: str, formula: SymbolicArray, *operands: SymbolicArray, **options: Any) -> Any:
    """The array `formula`, which the library function `call(*operands)` of `LIBRARY_CALLS` computes."""
    graph = formula.graph
    read = tuple(x.node for x in operands)
    node = graph.add("identity", (formula.node,), formula.shape, call=call, operands=read, options=options)
    return SymbolicArray(graph, node)


def calls_of(node: Node) -> bool:
    """Whether a framework is to call a library function for this node."""
    return "call" in node.parameters


def read_natively(node: Node) -> tuple[int, ...]:
    """The nodes that a framework reads for this one."""
    return node.parameters["operands"] if calls_of(node) else node.inputs


def _torch_logsumexp(axes: tuple[int, ...]) -> Callable[..., Any]:
    import torch

    return lambda x: torch.logsumexp(x, axes)


def _torch_softmax(axis: int) -> Callable[..., Any]:
    import torch

    return lambda x: torch.softmax(x, axis)


def _torch_log_softmax(axis: int) -> Callable[..., Any]:
    import torch

    return lambda x: torch.log_softmax(x, axis)


def _torch_log_sigmoid() -> Callable[..., Any]:
    import torch

    return torch.nn.functional.logsigmoid


def _jax(name: str, option: str | None = None) -> Maker:
    def maker(**options: Any) -> Callable[..., Any]:
        import jax

        named = {"axis": options[option]} if option else {}
        return lambda x: getattr(jax.nn, name)(x, **named)

    return maker


def _numpy_logsumexp(axes: tuple[int, ...]) -> Callable[..., Any]:
    def logsumexp(x: np.ndarray) -> np.ndarray:
        top = np.max(x, axis=axes, keepdims=True)
        top = np.where(np.isfinite(top), top, np.zeros_like(top))
        return np.log(np.sum(np.exp(x - top), axis=axes)) + np.squeeze(top, axes)

    return logsumexp


def _numpy_softmax(axis: int) -> Callable[..., Any]:
    def softmax(x: np.ndarray) -> np.ndarray:
        weights = np.exp(x - np.max(x, axis=axis, keepdims=True))
        return weights / np.sum(weights, axis=axis, keepdims=True)

    return softmax


def _numpy_log_softmax(axis: int) -> Callable[..., Any]:
    return lambda x: x - np.expand_dims(_numpy_logsumexp((axis,))(x), axis)


def _numpy_log_sigmoid() -> Callable[..., Any]:
    return lambda x: -np.logaddexp(-x, np.zeros_like(x))


# framework -> library function -> what makes it of its options
LIBRARY_CALLS: Mapping[str, Mapping[str, Maker]] = {
    "torch": {
        "logsumexp": _torch_logsumexp,
        "softmax": _torch_softmax,
        "log_softmax": _torch_log_softmax,
        "log_sigmoid": _torch_log_sigmoid,
    },
    "jax": {
        "logsumexp": _jax("logsumexp", "axes"),
        "softmax": _jax("softmax", "axis"),
        "log_softmax": _jax("log_softmax", "axis"),
        "log_sigmoid": _jax("log_sigmoid"),
    },
    "numpy": {
        "logsumexp": _numpy_logsumexp,
        "softmax": _numpy_softmax,
        "log_softmax": _numpy_log_softmax,
        "log_sigmoid": _numpy_log_sigmoid,
    },
}
