"""The values of a watched jaxpr: a symbolic array, and the concrete one of this run, computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradcheck.exact.namespace import SymbolicArray


class Pending:
    """A native computation not yet run: `run(*concrete operands)` gives a sequence of arrays."""

    __slots__ = ("operands", "results", "run")

    def __init__(self, run: Callable[..., Sequence[Any]], operands: Sequence[Value]) -> None:
        self.run, self.operands = run, operands
        self.results: Sequence[Any] | None = None


class Value:
    """One variable. `moves`: it depends on an argument. `array` is None where only the concrete value is known.

    Most concrete values are never needed: only indices, branches and what has no exact rule ask for them.
    """

    __slots__ = ("array", "dtype", "index", "moves", "shape", "source")

    def __init__(
        self, aval: Any, source: Pending, index: int = 0, moves: bool = False, array: SymbolicArray | None = None
    ) -> None:
        self.shape, self.dtype = tuple(aval.shape), aval.dtype
        self.source, self.index, self.moves, self.array = source, index, moves, array

    @property
    def concrete(self) -> Any:
        """The framework's array of this run. No recursion: a loop makes chains of any length."""
        waiting = [self.source]
        while waiting:
            pending = waiting[-1]
            missing = [o.source for o in pending.operands if o.source.results is None]
            if pending.results is None and missing:
                waiting += missing
                continue
            if pending.results is None:
                pending.results = pending.run(*(o.source.results[o.index] for o in pending.operands))  # type: ignore[index]
            waiting.pop()
        return self.source.results[self.index]  # type: ignore[index]


def known(array: Any, moves: bool = False, symbol: SymbolicArray | None = None) -> Value:
    """The value of a concrete array of the framework."""
    source = Pending(tuple, ())
    source.results = (array,)
    return Value(array, source, moves=moves, array=symbol)


def derived(value: Value, like: Any, run: Callable[[Any], Any], symbol: SymbolicArray | None) -> Value:
    """A value computed from one other; `like` has its shape and dtype."""
    return Value(like, Pending(lambda x: (run(x),), (value,)), moves=value.moves, array=symbol)
