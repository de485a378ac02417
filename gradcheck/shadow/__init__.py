"""Shadow truth: watch a function run and record what it does as a graph of exact operations.

No definition is needed: the graph of the watched run is certified and differentiated like that of a
definition. It is the program as written, its constants as the dtype rounds them, with every rounding of
an operation left out. One module for each framework; each is imported when it is used.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.exact.graph import Graph
from gradcheck.shadow.errors import UnsupportedOperation

__all__ = ["UnsupportedOperation", "watch"]

_MODULES = {name: f"gradcheck.shadow.watch_{name}" for name in ("numpy", "torch", "jax")}


def watch(
    framework: str, function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, differentiate: Sequence[int]
) -> Graph:
    """The graph of `function` at NumPy arrays of the dtype; its inputs are the arrays, in order.

    `differentiate`: positions of the arguments that require a gradient. Raises `UnsupportedOperation`
    where an operation has no rule, and what the framework raises for a function that cannot run.
    """
    return importlib.import_module(_MODULES[framework]).watch(function, arrays, dtype, differentiate)
