"""The last resort: cast the inputs to a wider dtype, run the function there, round its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.judging import Target

# dtype -> the one to compute in
WIDER: Mapping[str, str] = {"float16": "float32", "bfloat16": "float32", "float32": "float64"}
_CODE = {
    "torch": "function({x}.to(torch.{wide})).to(torch.{narrow})",
    "jax": "function({x}.astype(jnp.{wide})).astype(jnp.{narrow})",
    "numpy": "function({x}.astype(np.{wide})).astype(np.{narrow})",
}


def possible(framework: str, dtype: str) -> bool:
    """JAX has no float64 unless the whole program asks for it."""
    return dtype in WIDER and not (framework == "jax" and WIDER[dtype] == "float64")


def code(framework: str, dtype: str) -> str:
    return _CODE[framework].format(x="x", wide=WIDER[dtype], narrow=dtype)


def target(given: Target, dtype: str) -> Target:
    """The target with its function, and its gradient if it has one, computed in the wider dtype."""
    cast = _casts(given.framework.name)
    run = lambda function: _wrapped(function, cast, WIDER[dtype], dtype)  # noqa: E731 - for both
    return replace(given, function=run(given.function), gradient=given.gradient and run(given.gradient))


def _wrapped(function: Callable[..., Any], cast: Callable[..., Any], wide: str, narrow: str) -> Callable[..., Any]:
    def widened(*arrays: Any) -> Any:
        answer = function(*(cast(x, wide) for x in arrays))
        if isinstance(answer, Sequence):
            return tuple(cast(part, narrow) for part in answer)
        return cast(answer, narrow)

    return widened


def _casts(framework: str) -> Callable[[Any, str], Any]:
    if framework == "torch":
        import torch

        return lambda x, dtype: x.to(getattr(torch, dtype))
    if framework == "jax":
        return lambda x, dtype: x.astype(dtype)
    from gradcheck.dtypes import format_of

    return lambda x, dtype: np.asarray(x).astype(format_of(dtype).numpy)
