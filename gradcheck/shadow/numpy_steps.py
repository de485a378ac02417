"""The operations of a watched NumPy run, noted as steps; what has no rule goes on as constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.dtypes import NAMES as FLOATS
from gradcheck.exact.namespace import lift
from gradcheck.frameworks.numpy import FRAMEWORK
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.numpy_array import NumPyRecording, WatchedArray, arrays_in
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.trace import FORWARD, Held, Step

# what NumPy's functions of these names are made of
_NAMES: dict[str, str] = {
    **{"add.reduce": "sum", "multiply.reduce": "prod", "maximum.reduce": "max", "minimum.reduce": "min"},
    **{"logical_and.reduce": "all", "logical_or.reduce": "any"},
    **{"add.accumulate": "cumsum", "multiply.accumulate": "cumprod"},
}


class Notebook:
    """The observer of a recording: notes the innermost operations, and puts fixes in place of their results."""

    def __init__(self, graph: NumPyRecording, fixes: Fixes) -> None:
        self.graph, self.phase = graph, FORWARD
        self.steps: list[Step] = []
        self.notes: dict[str, None] = {}
        self._fixes = fixes
        self._unfollowed: dict[int, WatchedArray] = {}

    def __call__(self, name: str, operands: Sequence[Any], run: Callable[[], Any], native: Callable[[], Any]) -> Any:
        before, location = len(self.steps), self.graph.here
        read = tuple(self.held(x, _dtype_of_numbers(operands)) for x in operands)
        try:
            if any(np.iscomplexobj(h.native) for h in read):
                raise UnsupportedOperation(f"numpy {name} of complex numbers", location)
            result = run()
        except UnsupportedOperation as refused:
            self._note(refused.operation, refused.location)
            result = self._constants(native())
        if len(self.steps) > before:
            return result  # made of operations that are noted already
        found = list(arrays_in(operands[:1] if result is None else result))
        if not found:
            return result  # a shape, a number of dimensions
        self._fix(found, operands)
        step = Step(_NAMES.get(name, name), self.phase, location, read, tuple(self.held(x, x.dtype) for x in found))
        self.steps.append(step)
        return result

    def lost(self, operation: str, location: str) -> None:
        self._note(f"numpy {operation}", location)

    def held(self, value: Any, dtype: np.dtype) -> Held:
        """A copy of an array, or of a number as an array of the dtype, with its node."""
        if not isinstance(value, WatchedArray):
            native = FRAMEWORK.to_numpy(value if hasattr(value, "dtype") else np.asarray(value, dtype))
            return Held(native, lift(self.graph, native).node if FRAMEWORK.dtype_of(native) in FLOATS else None)
        native = FRAMEWORK.to_numpy(value.values)
        return Held(native, None if id(value) in self._unfollowed else value.symbol.node)

    def _note(self, operation: str, location: str) -> None:
        self.notes[" at ".join(filter(None, (operation, location)))] = None

    def _constants(self, result: Any) -> Any:
        """Floats that came from values alone, as watched arrays that no rule follows."""
        if isinstance(result, tuple):
            parts = [self._constants(part) for part in result]
            return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
        if not isinstance(result, WatchedArray):
            if not isinstance(result, (np.ndarray, np.generic)) or FRAMEWORK.dtype_of(result) not in FLOATS:
                return result
            result = WatchedArray.new(lift(self.graph, FRAMEWORK.to_numpy(result)), result)
        self._unfollowed[id(result)] = result
        return result

    def _fix(self, found: Sequence[Any], operands: Sequence[Any]) -> None:
        for x, fix in zip(found, self._fixes.get(len(self.steps), ()), strict=False):
            if fix is None or not isinstance(x, WatchedArray):
                continue
            others = [o.values for o in operands if isinstance(o, WatchedArray) and o is not x]
            if any(np.may_share_memory(x.values, o) for o in others):  # a view: what it looks at stays
                x.values = x.values.copy()
            x.values[...] = fix


def _dtype_of_numbers(operands: Sequence[Any]) -> np.dtype:
    """The dtype that a Python number takes among these operands (NEP 50)."""
    dtypes = [x.dtype for x in operands if hasattr(x, "dtype")]
    return next((d for d in dtypes if d.kind not in "iub"), dtypes[0])
