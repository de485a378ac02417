"""The watcher of a torch replay: it notes each call of the program as a step, and can mend its results.

It stays on through the backward pass, whose calls are recorded as operations of the same graph. What no rule
covers is taken from the native run, with a note, instead of being refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import torch

from gradcheck.exact.namespace import SymbolicArray
from gradcheck.frameworks import get
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.torch_calls import Kind, kind_of, tensors_in
from gradcheck.shadow.torch_memory import Memory, Unknown, numbers
from gradcheck.shadow.torch_operand import fitted
from gradcheck.shadow.torch_origins import Origin, Origins
from gradcheck.shadow.torch_recorder import in_custom_forward
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step
from gradcheck.shadow.watch_torch import Values, Watcher

# Calls without a step: they read no number, or they make others that have one.
_WITHOUT_STEP = frozenset({Kind.UNRECORDED, Kind.OUT})
# Calls that autograd makes no node for, whatever they are given.
_WITHOUT_NODE = frozenset({"detach", "detach_"})


class Replayer(Watcher):
    """The steps of one run; `phase` is the one that is running.

    The graph is for values alone: nothing in it is held constant for a derivative.
    """

    def __init__(self, fixes: Fixes) -> None:
        super().__init__()
        self._memory = _Memory(self.graph)
        self._fixes = fixes
        self._origins = Origins()
        self._notes: dict[str, None] = {}  # in order, each once
        self._lost: dict[int, str] = {}  # storage of a result without a rule -> the note on it
        self.steps: list[Step] = []
        self.phase = FORWARD

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def hold(self, tensor: torch.Tensor, node: int) -> None:
        """From now on the tensor is watched, as this node."""
        self._memory.write(tensor, node)

    def read(self, tensor: torch.Tensor) -> int:
        try:
            return self._memory.read(tensor)
        except Unknown:
            if tensor.is_complex():
                raise UnsupportedOperation("a complex operand", self.graph.here) from None
            self._notes[self._lost[tensor.untyped_storage()._cdata]] = None
            return self.graph.add_constant(numbers(tensor))

    # --- steps -----------------------------------------------------------------------------------

    def _look(self) -> None:
        """In a backward pass, the user's line where Python code of theirs runs, else that of the forward step."""
        super()._look()
        if self.phase == BACKWARD:
            self.graph.here = self.graph.here or self._origins.running().location

    def _followed(self, func: Any, args: Any, kwargs: Any) -> Any:
        if self._inside or kind_of(func) in _WITHOUT_STEP:
            return super()._followed(func, args, kwargs)
        read = _strided((args, kwargs))
        operands = tuple(map(self._held, read))  # before the call, which may write into them
        followed = self._unfollowed if _is_complex(func, args) else super()._followed
        result = followed(func, args, kwargs)
        is_view = kind_of(func) is Kind.VIEW and _shares_storage(result, read)
        number = None if is_view or not _strided(result) else len(self.steps)
        if number is not None:
            self._add_step(func, operands, _strided(result))
        if func.overloadpacket.__name__ not in _WITHOUT_NODE and _makes_node(read, result):
            self._origins.note(Origin(number, self.graph.here))
        return result

    def _add_step(self, func: Any, operands: tuple[Held, ...], results: Sequence[torch.Tensor]) -> None:
        for tensor, fixed in zip(results, self._fixes.get(len(self.steps), ()), strict=False):
            if fixed is not None:
                tensor.copy_(get("torch").from_numpy(fixed))  # below autograd, which will save what it finds
        forward = self._origins.running().step if self.phase == BACKWARD else None
        name = func.overloadpacket.__name__
        held = tuple(map(self._held, results))
        self.steps.append(Step(name, self.phase, self.graph.here, operands, held, forward))

    def _held(self, tensor: torch.Tensor) -> Held:
        """The tensor as it is now."""
        return Held(numbers(tensor), self._node(tensor))

    def _node(self, tensor: torch.Tensor) -> int | None:
        if not self._memory.holds(tensor) and not (tensor.is_floating_point() or tensor.dtype == torch.bool):
            return None
        with contextlib.suppress(Unknown):
            return self._memory.read(tensor)
        return None

    # --- what no rule covers ---------------------------------------------------------------------

    def _note(self, func: Any) -> str:
        where = f" (at {self.graph.here})" if self.graph.here else ""
        return f"{func.overloadpacket.__name__}{where} has no exact rule: its result is taken from the native run"

    def _lose(self, func: Any, tensor: torch.Tensor) -> None:
        self._memory.lose(tensor)
        self._lost[tensor.untyped_storage()._cdata] = self._note(func)

    def _values(self, func: Any, args: Any, kwargs: Any, outputs: Sequence[Any]) -> Values:
        if self._inside:
            return super()._values(func, args, kwargs, outputs)
        try:
            pairs = zip(super()._values(func, args, kwargs, outputs), outputs, strict=True)
            return [fitted(v, own) if v is not None and own is not None else None for v, own in pairs]
        except Exception:  # the call itself has run or will: whatever a decomposition raises, only the graph lacks it
            self._notes[self._note(func)] = None
            return [None] * len(outputs)

    def _hold(self, func: Any, tensor: torch.Tensor, value: SymbolicArray | None) -> None:
        if tensor.layout != torch.strided:
            return
        if value is None or tensor.is_complex():
            self._lose(func, tensor)
        else:
            self._memory.write(tensor, fitted(value, tensor).node)

    def _refused(self, func: Any, args: Any, kwargs: Any) -> Any:
        return (super()._refused if self._inside else self._unfollowed)(func, args, kwargs)

    def _unfollowed(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Run a call on numbers that cannot be followed. What shares its storage with a result is lost with it."""
        self._notes[self._note(func)] = None
        result = func(*args, **kwargs)
        for tensor in _strided(result):
            self._lose(func, tensor)
        return result

    # --- what only a derivative of the graph would need ------------------------------------------

    def _unseen(self, target: torch.Tensor, value: SymbolicArray) -> SymbolicArray:
        return value

    def _shielded(self, value: Any) -> Any:
        return value


class _Memory(Memory):
    """A part of a storage that is not known stays so when it is written."""

    def write(self, tensor: torch.Tensor, node: int) -> None:
        with contextlib.suppress(Unknown):
            super().write(tensor, node)


def _strided(value: Any) -> list[torch.Tensor]:
    """The tensors in a call or result that have numbers in memory."""
    return [t for t in tensors_in(value) if t.layout == torch.strided and not t.is_meta]


def _is_complex(func: Any, args: Sequence[Any]) -> bool:
    scalar = any(isinstance(a, complex) for a in args)
    return kind_of(func) is not Kind.VIEW and (scalar or any(t.is_complex() for t in tensors_in(args)))


def _shares_storage(result: Any, read: Sequence[torch.Tensor]) -> bool:
    sources = {t.untyped_storage()._cdata for t in read}
    return all(t.untyped_storage()._cdata in sources for t in _strided(result))


def _makes_node(read: Sequence[torch.Tensor], result: Any) -> bool:
    """Whether autograd has made a node for a call, as far as its operands and results tell."""
    if not torch.is_grad_enabled():
        return in_custom_forward()
    floating = any(t.is_floating_point() or t.is_complex() for t in _strided(result))
    return floating and any(t.requires_grad for t in read)
