"""The array that a watched NumPy function is given: a duck array of symbols beside its concrete values.

Views share memory as NumPy's do: an array is a set of positions in a storage, and writing through
one view changes what the others read. What would lose the symbol (`np.asarray`, `float`) is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

import numpy as np

from gradcheck.exact.namespace import SymbolicArray, apply, gather, lift
from gradcheck.shadow import formulas
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.recorder import Recording, pick, positions_of, user_line

_LIBRARY = (str(Path(np.__file__).parent),)
_OURS = str(Path(__file__).parent)
_WATCHERS = tuple(str(Path(__file__).with_name(f"{name}_numpy.py")) for name in ("watch", "replay"))


class Observer(Protocol):
    """Is told of every operation, and decides what to do where a symbol would be lost."""

    def __call__(self, name: str, operands: Sequence[Any], run: Callable[[], Any], native: Callable[[], Any]) -> Any:
        """The result of an operation: `run` makes it on watched arrays, `native` on their values."""

    def lost(self, operation: str, location: str) -> None:
        """The values of an array go on without their symbol."""


@dataclass
class NumPyRecording(Recording):
    """`refused`: the last operation that was refused."""

    refused: UnsupportedOperation | None = None
    observer: Observer | None = None


class _Storage:
    """What a block of memory holds now."""

    def __init__(self, symbol: SymbolicArray) -> None:
        self.symbol, self.places = symbol, positions_of(symbol.shape)


_WRITING = "writing into an array not made from an argument (make it with np.zeros_like)"


class WatchedArray(np.lib.mixins.NDArrayOperatorsMixin):
    """`values`: the concrete array of this run; `positions`: where its elements are in the storage."""

    __array_priority__ = 1000

    def __init__(self, storage: _Storage, positions: np.ndarray, values: np.ndarray) -> None:
        self.storage, self.positions, self.values = storage, positions, values

    @classmethod
    def new(cls, symbol: SymbolicArray, values: Any) -> WatchedArray:
        """An array in memory of its own."""
        storage = _Storage(symbol)
        return cls(storage, storage.places, np.asanyarray(values))

    # --- what it is ------------------------------------------------------------------------------

    @property
    def graph(self) -> NumPyRecording:
        return self.storage.symbol.graph  # type: ignore[return-value]

    @property
    def symbol(self) -> SymbolicArray:
        """The elements as they are now."""
        symbol = self.storage.symbol
        return symbol if self.positions is self.storage.places else pick(symbol, self.positions)

    shape = property(lambda self: self.values.shape)
    dtype = property(lambda self: self.values.dtype)
    ndim = property(lambda self: self.values.ndim)
    size = property(lambda self: self.values.size)
    itemsize = property(lambda self: self.values.itemsize)
    nbytes = property(lambda self: self.values.nbytes)

    @property
    def T(self) -> WatchedArray:  # noqa: N802 - NumPy's name
        return self.rearranged(np.transpose)

    @property
    def real(self) -> WatchedArray:
        return self

    @property
    def flat(self) -> Iterator[Any]:
        return iter(self.rearranged(np.ravel))

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self.values)))

    def __repr__(self) -> str:
        return f"WatchedArray({self.values!r})"

    # --- elements --------------------------------------------------------------------------------

    def rearranged(self, rearrange: Callable[[np.ndarray], np.ndarray]) -> WatchedArray:
        """A structural operation: a view of the same storage where NumPy makes one, else a copy."""
        positions, values = np.asarray(rearrange(self.positions)), np.asanyarray(rearrange(self.values))
        if np.may_share_memory(positions, self.positions):
            return WatchedArray(self.storage, positions, values)
        return WatchedArray.new(pick(self.storage.symbol, positions), values)

    def __getitem__(self, key: Any) -> WatchedArray:
        plain = plain_of(key)
        run = lambda: self.rearranged(lambda a: a[plain])  # noqa: E731 - used once
        return self._observed("getitem", (self,), run, lambda: self.values[plain])

    def __setitem__(self, key: Any, new: Any) -> None:
        plain = plain_of(key)

        def run() -> WatchedArray:
            self._write(self.positions[plain], new)
            self.values[plain] = values_of(new)
            return self

        self._observed("setitem", (self, new), run, lambda: self.values.__setitem__(plain, values_of(new)))

    def _write(self, landing: Any, new: Any) -> None:
        landing = np.asarray(landing)
        symbol = symbol_of(self.graph, new, self.dtype)
        spread = gather(lambda p: np.broadcast_to(p, landing.shape), symbol)
        self.storage.symbol = formulas.overwritten(self.storage.symbol, spread, landing)

    def overwrite(self, symbol: SymbolicArray, values: Any) -> WatchedArray:
        """In place: `out=` and the operators `+=` and its kin."""
        self._write(self.positions, WatchedArray.new(symbol, values))
        self.values[...] = values
        return self

    def astype(self, dtype: Any, **options: Any) -> Any:
        """Between formats nothing happens to a number; what is cut to an integer is concrete."""
        values = self.values.astype(dtype, **options)
        return self._observed("astype", (self,), lambda: self._cast(values), lambda: values)

    def _cast(self, values: np.ndarray) -> Any:
        if values.dtype.kind in "iu" and self.dtype.kind not in "iub":
            return values
        if values.dtype == bool and self.dtype != bool:
            return WatchedArray.new(apply("not_equal", self.symbol, 0.0), values)
        symbol = self.symbol
        number = apply("where", symbol, 1.0, 0.0) if symbol.is_predicate and values.dtype != bool else symbol
        return WatchedArray.new(number, values)

    # --- what decides a branch, and what would lose the symbol -----------------------------------

    def __bool__(self) -> bool:
        return bool(self.values)

    def __index__(self) -> int:
        return self.values.__index__()

    def __int__(self) -> int:
        return int(self.values)

    def __float__(self) -> float:
        return float(self._let_go(f"float() of an array, as in math functions or {_WRITING}"))

    def __complex__(self) -> complex:
        return complex(self._let_go("complex()"))

    def item(self, *index: int) -> Any:
        return self._let_go("item").item(*index)

    def tolist(self) -> Any:
        return self._let_go("tolist").tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._let_go(f"asarray, or {_WRITING}"), dtype, copy=copy)

    def _let_go(self, operation: str) -> np.ndarray:
        """The values, where whoever watches lets the symbol be lost."""
        if self.graph.observer is None:
            self.refuse(operation)
        self.graph.observer.lost(operation, here())
        return self.values

    def refuse(self, operation: str) -> NoReturn:
        """Raise, and leave a note: NumPy turns some errors into its own on the way."""
        self.graph.refused = UnsupportedOperation(f"numpy {operation}", here())
        raise self.graph.refused

    # --- dispatch --------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        from gradcheck.shadow.numpy_ufuncs import run

        return self._observed(
            ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}",
            inputs,
            lambda: run(self, ufunc, method, inputs, dict(options)),
            lambda: self._native(ufunc, method, inputs, options),
        )

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        from gradcheck.shadow.numpy_functions import FUNCTIONS

        def run() -> Any:
            if function not in FUNCTIONS:
                self.refuse(function.__name__)
            return FUNCTIONS[function](*args, **kwargs)

        operands, native = tuple(arrays_in((args, kwargs))), lambda: function(*plain_of(args), **plain_of(kwargs))
        return self._observed(function.__name__, operands, run, native)

    def _native(self, ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
        """The ufunc on values alone; a watched array that it writes into holds constants from then on."""
        result = getattr(ufunc, method)(*plain_of(inputs), **plain_of(options))
        written = inputs[:1] if method == "at" else options.get("out", ())
        for target in (x for x in written if isinstance(x, WatchedArray)):
            return target.overwrite(lift(self.graph, target.values.copy()), target.values)
        return result

    def _observed(self, name: str, operands: Sequence[Any], run: Callable[[], Any], native: Callable[[], Any]) -> Any:
        note_line(self.graph)
        observer = self.graph.observer
        return run() if observer is None else observer(name, operands, run, native)

    def __getattr__(self, name: str) -> Any:
        """The methods of ndarray are the functions of the same name."""
        from gradcheck.shadow.numpy_functions import METHODS

        if name.startswith("__"):
            raise AttributeError(name)
        if name not in METHODS:
            return getattr(self._let_go(f"ndarray.{name}"), name)
        return lambda *args, **kwargs: METHODS[name](self, *args, **kwargs)


def values_of(value: Any) -> Any:
    return value.values if isinstance(value, WatchedArray) else value


def symbol_of(graph: Recording, value: Any, dtype: np.dtype) -> SymbolicArray:
    """The symbol of an operand; a Python number is rounded to the dtype it meets (NEP 50), an array is exact."""
    if isinstance(value, WatchedArray):
        return value.symbol
    weak = type(value) in (int, float) and dtype.kind not in "iub"
    return lift(graph, np.asarray(value, dtype) if weak else np.asarray(value))


def here() -> str:
    """The line of the user's function that is running."""
    return user_line(_frames(), _LIBRARY)


def note_line(graph: Recording) -> None:
    graph.here = here()


def _frames() -> Iterator[tuple[str, int]]:
    """Files and lines from the innermost outward, our own left out but for the watcher, where the user's end."""
    frame = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if file in _WATCHERS or not file.startswith(_OURS):
            yield file, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]


def plain_of(value: Any) -> Any:
    """Arguments, keys and options with the values of what is watched in them."""
    if type(value) in (tuple, list):
        return type(value)(map(plain_of, value))
    if isinstance(value, dict):
        return {name: plain_of(part) for name, part in value.items()}
    return values_of(value)


def arrays_in(value: Any) -> Iterator[Any]:
    """The arrays among arguments or results, however nested, in order."""
    if isinstance(value, (WatchedArray, np.ndarray, np.generic)):
        yield value
    elif isinstance(value, (tuple, list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)
