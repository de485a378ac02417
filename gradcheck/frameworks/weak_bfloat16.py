"""bfloat16 arrays of NumPy in which Python numbers are weak.

With NumPy's own dtypes `x * 0.5` keeps the dtype of x (NEP 50). ml_dtypes promotes it to float32, and
`where(c, x, 0.0)` to float64, so that hardly any function would return bfloat16. In this subclass
both keep it. Products of matrices, which ml_dtypes returns in float32, are rounded to bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

_DTYPE = np.dtype(ml_dtypes.bfloat16)
_TAKE_NUMBERS = (np.where, np.clip, np.full_like)  # functions, not ufuncs, whose numbers join the arrays
_RETURN_FLOAT32 = (np.matmul, np.vecdot, np.dot, np.vdot, np.inner)


class WeakBfloat16(np.ndarray):
    """A bfloat16 array that keeps its dtype when it meets a Python number."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        plain = [_weak(_plain(value)) for value in inputs]
        if out:
            options["out"] = tuple(_plain(array) for array in out)
        result = getattr(ufunc, method)(*plain, **options)
        if out:
            return out[0] if len(out) == 1 else out
        return _wrapped(result, ufunc)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if function in _TAKE_NUMBERS:
            args = [_weak(value) for value in args]
        result = super().__array_function__(function, types, args, kwargs)
        return _wrapped(result, function)


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, WeakBfloat16) else value


def _weak(value: Any) -> Any:
    return np.asarray(value, _DTYPE) if type(value) in (int, float) else value


def _wrapped(result: Any, function: Any) -> Any:
    if isinstance(result, tuple):
        return tuple(_wrapped(part, function) for part in result)
    if getattr(result, "dtype", None) == np.float32 and function in _RETURN_FLOAT32:
        result = np.asarray(result).astype(_DTYPE)
    return np.asarray(result).view(WeakBfloat16) if getattr(result, "dtype", None) == _DTYPE else result
