"""Run a function and its gradient once more, and keep every operation: see `trace`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcheck.shadow.trace import Trace

_MODULES = {name: f"gradcheck.shadow.replay_{name}" for name in ("numpy", "torch", "jax")}
Fixes = Mapping[int, Sequence[np.ndarray | None]]


def replay(
    framework: str,
    function: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    dtype: str,
    differentiate: Sequence[int],
    gradient: Callable[..., Any] | None = None,
    fixes: Fixes = MappingProxyType({}),
    mode: str = "eager",
) -> Trace:
    """Run `function` at NumPy arrays of the dtype, forward and backward, and note every operation.

    `differentiate`: positions of the differentiated arguments. `gradient(*arrays)` is run in place of automatic
    differentiation where given. `fixes`: number of a step -> arrays that take the place of its results before the
    program goes on (None leaves one as it is): what would have come out, had that step been right? Steps are
    numbered alike in every run of the same function at the same point. `mode`: "jit", of JAX only, notes each result
    as the program cut off there and compiled gives it (`CompiledHeld`; `fixes` do not reach it). Raises what
    the framework raises for a function that cannot run (`FrameworkError`).
    """
    module = importlib.import_module(_MODULES[framework])
    options = {} if mode == "eager" else {"mode": mode}
    return module.replay(function, arrays, dtype, tuple(differentiate), gradient, fixes, **options)
