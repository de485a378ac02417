"""NumPy: no automatic differentiation, one mode. bfloat16 comes from ml_dtypes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

import array_api_compat.numpy
import numpy as np

from gradcheck.dtypes import FORMATS
from gradcheck.frameworks import namespace, special
from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.call import Call
from gradcheck.frameworks.weak_bfloat16 import WeakBfloat16

_EXTRAS = {name: getattr(special, name) for name in ("erf", "erfc", "lgamma", "sigmoid", "stop_gradient")}
# NumPy makes the name of a dtype anew whenever it is asked for it.
_NAMES = {f.numpy: f.name for f in FORMATS.values()}
_BFLOAT16 = FORMATS["bfloat16"].numpy


class NumPy(Framework):
    """NumPy arrays and scalars."""

    name = "numpy"

    @cached_property
    def _namespace(self) -> namespace.Namespace:
        return namespace.build(array_api_compat.numpy, _EXTRAS)

    def namespace(self) -> namespace.Namespace:
        return self._namespace

    def settings(self, dtype: str) -> AbstractContextManager[Any]:
        """Overflow, invalid operations and the like are judged by their results, so they warn nobody."""
        return np.errstate(all="ignore")

    def from_numpy(self, array: np.ndarray) -> np.ndarray:
        own = array.copy()
        return own.view(WeakBfloat16) if own.dtype == _BFLOAT16 else own

    def to_numpy(self, array: Any) -> np.ndarray:
        return np.array(array, order="C")

    def dtype_of(self, result: Any) -> str | None:
        if not isinstance(result, (np.ndarray, np.generic)):
            return None
        return _NAMES.get(result.dtype) or result.dtype.name

    def compile(self, function: Callable[..., Any], mode: str) -> Callable[..., Any]:
        return function

    def differentiate(
        self, function: Callable[..., Any], inputs: Sequence[Any], positions: tuple[int, ...], call: Call
    ) -> tuple[Any, None]:
        result = call.run(function, *inputs)
        self.require(result, call)
        return result, None

    def vectorize(self, function: Callable[..., Any]) -> Callable[..., Any]:
        raise NotImplementedError("NumPy maps no function over a batch")


FRAMEWORK = NumPy()
