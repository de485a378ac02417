"""bfloat16 arrays of NumPy that keep their dtype.

With NumPy's own dtypes `x * 0.5` keeps the dtype of x (NEP 50). ml_dtypes promotes it to float32, and
`where(c, x, 0.0)` to float64, so that hardly any function would return bfloat16. In this subclass
both keep it. Where ml_dtypes has no bfloat16 loop (matmul, clip), NumPy computes in float32: the
result is rounded to bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

_DTYPE = np.dtype(ml_dtypes.bfloat16)
_TAKE_NUMBERS = (np.where, np.clip, np.full_like)  # functions, not ufuncs, whose numbers join the arrays
_COMPUTE_IN_FLOAT32 = (np.dot, np.vdot, np.inner)  # functions, not ufuncs, without a bfloat16 loop


class WeakBfloat16(np.ndarray):
    """A bfloat16 array that keeps its dtype when it meets Python numbers, or loops that ml_dtypes lacks."""

    def __getitem__(self, key: Any) -> Any:
        return _wrapped(super().__getitem__(key))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        plain = [_weak(_plain(value)) for value in inputs]
        if out:
            options["out"] = tuple(_plain(array) for array in out)
        result = getattr(ufunc, method)(*plain, **options)
        if out:
            return out[0] if len(out) == 1 else out
        return _wrapped(result, narrow="dtype" not in options and all(_is_bfloat16(value) for value in plain))

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if function in _TAKE_NUMBERS:
            args = tuple(_weak(value) for value in args)
        return _wrapped(super().__array_function__(function, types, args, kwargs), function in _COMPUTE_IN_FLOAT32)


def _is_bfloat16(value: Any) -> bool:
    return getattr(value, "dtype", None) == _DTYPE


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, WeakBfloat16) else value


def _weak(value: Any) -> Any:
    return np.asarray(value, _DTYPE) if type(value) in (int, float) else value


def _wrapped(result: Any, narrow: bool = False) -> Any:
    """bfloat16 results as this subclass; with `narrow`, float32 ones are rounded first."""
    if isinstance(result, tuple):
        return tuple(_wrapped(part, narrow) for part in result)
    if narrow and getattr(result, "dtype", None) == np.float32:
        result = np.asarray(result).astype(_DTYPE)
    return np.asarray(result).view(WeakBfloat16) if _is_bfloat16(result) else result
