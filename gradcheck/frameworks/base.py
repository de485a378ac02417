"""What every framework can do for a function under test: evaluate, differentiate, vectorise, check."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.frameworks.call import Call, label
from gradcheck.frameworks.compiled import Compiled
from gradcheck.frameworks.errors import NotDeterministic, NotInstalled, WritesInput, WrongResult
from gradcheck.frameworks.result import HINTS, described, kind_of_dtype, kind_of_object


class Framework(ABC):
    """One framework. Its package is imported at the first use of anything but `available`.

    Arrays go in and come out as NumPy arrays; `dtype` is one of the four names of `gradcheck.dtypes`.
    An array of that dtype is handed over bit for bit, any other is rounded to it. The function gets
    copies. Whatever is wrong with the function comes out as a `FrameworkError`; an unknown dtype or
    mode as a `ValueError`. The framework's global state is put back after every call.
    """

    name: str
    modes: tuple[str, ...] = ("eager",)  # those checked unless others are asked for
    all_modes: tuple[str, ...] = ("eager",)
    dtypes: tuple[str, ...] = dtypes.NAMES
    # Whether the hardware mode it runs in sets subnormal inputs and results to zero.
    flushes_subnormals: bool = False

    def __init__(self) -> None:
        self._compiled = Compiled()

    # --- what each framework supplies ------------------------------------------------------------

    @abstractmethod
    def namespace(self) -> Any:
        """The array namespace `xp` of this framework, with exactly the names of `gradcheck.frameworks.namespace`."""

    @abstractmethod
    def settings(self, dtype: str) -> AbstractContextManager[Any]:
        """The framework's state for calls in `dtype`; put back on leaving."""

    @abstractmethod
    def from_numpy(self, array: np.ndarray) -> Any:
        """The framework's array with the same bits, in memory of its own."""

    @abstractmethod
    def to_numpy(self, array: Any) -> np.ndarray:
        """The inverse of `from_numpy`."""

    @abstractmethod
    def dtype_of(self, result: Any) -> str | None:
        """Name of the dtype of the framework's array, None for what is no array of the framework."""

    @abstractmethod
    def compile(self, function: Callable[..., Any], mode: str) -> Callable[..., Any]:
        """The function as it runs in a mode."""

    @abstractmethod
    def differentiate(
        self, function: Callable[..., Any], inputs: Sequence[Any], positions: tuple[int, ...], call: Call
    ) -> tuple[Any, Sequence[np.ndarray] | None]:
        """Value (the framework's array) and gradient by automatic differentiation, None where there is none."""

    @abstractmethod
    def vectorize(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function mapped over a leading batch axis; raises where it cannot be."""

    # --- what all of them do alike ---------------------------------------------------------------

    @cached_property
    def library(self) -> Any:
        """The framework's package; `NotInstalled` where it cannot be imported."""
        try:
            return importlib.import_module(self.name)
        except ImportError as error:
            raise NotInstalled(self.name, str(error)) from None

    def available(self) -> bool:
        """Is the package installed? Does not import it."""
        return importlib.util.find_spec(self.name) is not None

    def version(self) -> str:
        return str(self.library.__version__)

    def evaluate(
        self, function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, mode: str = "eager"
    ) -> np.ndarray:
        """The value `function(*arrays)` as it is returned, an array of `dtype` of any shape."""
        call = self._call(function, arrays, dtype, mode)
        with self.settings(dtype):
            return self._value(function, self._inputs(arrays, dtype), call)

    def gradient(
        self,
        function: Callable[..., Any],
        arrays: Sequence[np.ndarray],
        differentiate: Sequence[int] | None,
        dtype: str,
        mode: str = "eager",
        gradient: Callable[..., Any] | None = None,
    ) -> tuple[np.ndarray, tuple[np.ndarray, ...] | None]:
        """Value, and the gradient of the sum of the output for each argument in `differentiate`.

        `differentiate` holds the positions of arguments, as in `gradcheck.exact`; None differentiates all.
        The sum is taken by the chain rule (a cotangent of ones), never in the dtype. An input that does
        not influence the output has gradient zero. `gradient(*arrays)`, written by hand, is used where
        given; without it the gradient is None in a framework that has no automatic differentiation.
        The value is the one computed on the way: under a compiler it can differ from `evaluate`'s.
        """
        positions = _positions(differentiate, len(arrays))
        call = self._call(function, arrays, dtype, mode)
        with self.settings(dtype):
            inputs = self._inputs(arrays, dtype)
            if gradient is not None:
                value = self._value(function, inputs, call)
                return value, self._handwritten(gradient, self._inputs(arrays, dtype), positions, call)
            result, partials = self.differentiate(function, inputs, positions, call)
            return self.to_numpy(result), None if partials is None else tuple(partials)

    def batched(self, function: Callable[..., Any]) -> Callable[..., np.ndarray]:
        """The function over float64 arrays with a leading batch axis each: `run(*arrays) -> (batch, ...)`.

        All at once where the framework can vectorise the function, row by row where it cannot.
        """

        def run(*arrays: np.ndarray) -> np.ndarray:
            # each framework has its own ways to refuse a branch on data
            with contextlib.suppress(Exception), self.settings("float64"):
                vectorized = self._compiled.get(function, "batched", lambda: self.vectorize(function))
                result = vectorized(*self._inputs([_padded(a) for a in arrays], "float64"))
                if self.dtype_of(result) == "float64":
                    return self.to_numpy(result)[: len(arrays[0])]
            return np.stack([self.evaluate(function, row, "float64") for row in zip(*arrays, strict=True)])

        return run

    def check_callable(
        self, function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, mode: str = "eager"
    ) -> None:
        """Raise what is wrong with the function at one point; to be asked once before it is judged.

        Beyond what every call finds: `NotDeterministic` and `WritesInput`.
        """
        call = self._call(function, arrays, dtype, mode)
        with _random_state_kept(), self.settings(dtype):
            inputs = self._inputs(arrays, dtype)
            first = self._value(function, inputs, call)
            self._require_untouched(inputs, self._inputs(arrays, dtype), call)
            second = self._value(function, self._inputs(arrays, dtype), call)
        _require_same(first, second, call)

    def require(self, result: Any, call: Call) -> None:
        """`WrongResult` unless the result is one array of the call's dtype."""
        found = self.dtype_of(result)
        if found == call.dtype:
            return
        kind = kind_of_object(result) if found is None else kind_of_dtype(found)
        returned = described(result) if found is None else f"{_article(found)} {found} array"
        raise WrongResult(str(call), returned, f"one {call.dtype} array of {self.name}", HINTS[kind])

    def _call(self, function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, mode: str) -> Call:
        dtypes.format_of(dtype)
        if mode not in self.all_modes:
            raise ValueError(f"{self.name} has no mode {mode!r}; expected one of {', '.join(self.all_modes)}")
        return Call(self.name, label(function), tuple(np.shape(a) for a in arrays), dtype, mode)

    def _inputs(self, arrays: Sequence[np.ndarray], dtype: str) -> list[Any]:
        target = dtypes.format_of(dtype).numpy
        return [self.from_numpy(np.array(array, dtype=target, order="C")) for array in arrays]

    def _value(self, function: Callable[..., Any], inputs: Sequence[Any], call: Call) -> np.ndarray:
        compiled = self._compiled.get(function, call.mode, lambda: self.compile(function, call.mode))
        result = call.run(compiled, *inputs)
        self.require(result, call)
        return self.to_numpy(result)

    def _handwritten(
        self, gradient: Callable[..., Any], inputs: Sequence[Any], positions: tuple[int, ...], call: Call
    ) -> tuple[np.ndarray, ...]:
        """The partials a hand-written gradient returns, one for each differentiated argument."""
        own = Call(call.framework, f"gradient {label(gradient)}", call.shapes, call.dtype, call.mode)
        compiled = self._compiled.get(gradient, call.mode, lambda: self.compile(gradient, call.mode))
        result = own.run(compiled, *inputs)
        partials = (result,) if self.dtype_of(result) is not None else result
        wanted = [call.shapes[k] for k in positions]
        if not isinstance(partials, (tuple, list)) or len(partials) != len(wanted):
            returned = "1 array" if self.dtype_of(result) is not None else described(result)
            expected = f"{len(wanted)} arrays, one for each differentiated argument"
            raise WrongResult(str(own), returned, expected, "return them as a tuple, in the order of the arguments")
        return tuple(self._partial(p, shape, own) for p, shape in zip(partials, wanted, strict=True))

    def _partial(self, partial: Any, shape: tuple[int, ...], call: Call) -> np.ndarray:
        self.require(partial, call)
        array = self.to_numpy(partial)
        if array.shape != shape:
            hint = "a partial derivative has the shape of its argument; sum over the axes that were broadcast"
            raise WrongResult(str(call), f"an array of shape {array.shape}", f"shape {shape}", hint)
        return array

    def _require_untouched(self, inputs: Sequence[Any], originals: Sequence[Any], call: Call) -> None:
        for position, (array, original) in enumerate(zip(inputs, originals, strict=True)):
            if self.to_numpy(array).tobytes() != self.to_numpy(original).tobytes():
                raise WritesInput(str(call), position)


def _positions(differentiate: Sequence[int] | None, count: int) -> tuple[int, ...]:
    """The positions of the differentiated arguments; flags are refused, for True would pass as the position 1."""
    positions = range(count) if differentiate is None else differentiate
    if any(isinstance(k, (bool, np.bool_)) or not 0 <= k < count for k in positions):
        example = tuple(range(count))
        raise ValueError(f"differentiate is {tuple(positions)}; expected positions of arguments, out of {example}")
    return tuple(positions)


def _padded(array: np.ndarray) -> np.ndarray:
    """The last row repeated up to a power of two of rows, so that a compiler sees few different sizes."""
    missing = (1 << (len(array) - 1).bit_length()) - len(array)
    return np.concatenate([array, np.repeat(array[-1:], missing, axis=0)])


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _require_same(first: np.ndarray, second: np.ndarray, call: Call) -> None:
    """`NotDeterministic` unless both are the same bits, any NaN being as good as another."""
    if first.shape != second.shape:
        raise NotDeterministic(str(call), (), f"of shape {first.shape}", f"of shape {second.shape}")
    differ = (first != second) | (np.signbit(first) != np.signbit(second))
    differ &= ~(np.isnan(first) & np.isnan(second))
    if differ.any():
        index = tuple(int(i) for i in np.argwhere(differ)[0])
        raise NotDeterministic(str(call), index, str(first[index]), str(second[index]))


@contextmanager
def _random_state_kept() -> Iterator[None]:
    """Python's and NumPy's global generators are put back, however much the function drew from them."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
