"""Watch a torch function: every aten call on real tensors is recorded as operations of the exact graph.

The tensors run as they would alone, in their dtype, and decide branches and indices; the graph holds
operations only. An operation without a rule goes through torch's table of decompositions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gradcheck import dtypes
from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray, apply
from gradcheck.frameworks import get
from gradcheck.frameworks.call import Call, label
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.recorder import pruned
from gradcheck.shadow.torch_calls import Kind, decomposition_of, functional_form, kind_of, rule_of, tensors_in
from gradcheck.shadow.torch_memory import Memory, Unknown, numbers
from gradcheck.shadow.torch_operand import Operand, fitted
from gradcheck.shadow.torch_recorder import Recorder, in_custom_forward
from gradcheck.shadow.torch_structural import STRUCTURAL, rearranged

_WHOLE = frozenset({torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64})
_ZERO = torch.ops.aten._efficientzerotensor.default
_UNFORESEEN = (TypeError, ValueError, IndexError, KeyError, AttributeError)  # of a call that a rule did not expect
Values = Sequence[SymbolicArray | None]


def watch(
    function: Callable[..., Any], arrays: Sequence[np.ndarray], dtype: str, differentiate: Sequence[int]
) -> Graph:
    """The graph of `function` at NumPy arrays of the dtype; its inputs are the arrays, in order.

    `differentiate`: positions of the arguments that require a gradient; where autograd holds a tensor
    constant (detach, no_grad) so does the graph. Raises `UnsupportedOperation` for an operation without
    a rule, `FunctionRaised` or `WrongResult` for a function that raises or returns no array of the dtype.
    """
    framework = get("torch")
    call = Call("torch", label(function), tuple(np.shape(a) for a in arrays), dtype, "eager")
    target = dtypes.format_of(dtype).numpy
    with framework.settings(dtype):
        inputs = [framework.from_numpy(np.array(a, dtype=target, order="C")) for a in arrays]
        watcher = Watcher()
        for k, tensor in enumerate(inputs):
            watcher.enter(tensor, k in differentiate)
        with watcher:
            result = call.run(function, *inputs)
        framework.require(result, call)
        watcher.graph.output = watcher.read(result)
    return pruned(watcher.graph)


class Watcher(TorchDispatchMode):
    """The recording of one run. `_inside` holds while a decomposition of torch's runs, below autograd.

    `_byproducts` are second results: the mean that a layer norm saves requires no gradient, and yet is no
    constant in its backward pass. `_zeros`: forward mode has made tensors that stand for zero; what torch
    does with them it does below autograd, where requires_grad no longer tells what is held constant.
    """

    def __init__(self) -> None:
        super().__init__()
        self.graph = Recorder()
        self._memory = Memory(self.graph)
        self._inside = False
        self._byproducts: set[int] = set()
        self._zeros = False

    def enter(self, tensor: torch.Tensor, differentiated: bool) -> None:
        node = self.graph.add_input(tuple(tensor.shape))
        self.graph.flows[node] = differentiated
        self._memory.write(tensor, node)
        tensor.requires_grad_(differentiated)

    def read(self, tensor: torch.Tensor) -> int:
        """The node of a tensor, held constant where autograd holds it so."""
        node = self._memory.read(tensor)
        if tensor.requires_grad or self._inside or not self.graph.flows[node] or node in self._byproducts:
            return node
        if not torch.is_grad_enabled():
            return node
        if self._zeros:
            raise UnsupportedOperation(f"{_ZERO} (derivatives of derivatives in forward mode)", self.graph.here)
        return self.graph.add("stop_gradient", (node,), tuple(tensor.shape))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        self._zeros = self._zeros or func is _ZERO
        if not any(self._memory.holds(t) for t in tensors_in((args, kwargs))):
            return func(*args, **kwargs)
        if not self._inside:
            self._look()
        try:
            return self._followed(func, args, kwargs)
        except Unknown as error:
            raise UnsupportedOperation(f"{func} of a result without a rule", self.graph.here) from error

    def _look(self) -> None:
        self.graph.look()

    def _followed(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Run a call that has to do with a watched tensor, and record it."""
        return getattr(self, _HANDLERS[kind_of(func)])(func, args, kwargs)

    def _unrecorded(self, func: Any, args: Any, kwargs: Any) -> Any:
        """What comes out depends on no number that went in."""
        return func(*args, **kwargs)

    def _viewed(self, func: Any, args: Any, kwargs: Any) -> Any:
        """A view shares the storage, so there is nothing to record, unless it had to copy."""
        result = func(*args, **kwargs)
        held = all(self._memory.holds(t) for t in tensors_in(result))
        return result if held else self._functional(func, args, kwargs)

    def _refused(self, func: Any, args: Any, kwargs: Any) -> Any:
        raise UnsupportedOperation(str(func), self.graph.here)

    def _functional(self, func: Any, args: Any, kwargs: Any) -> Any:
        result = func(*args, **kwargs)
        outputs = result if isinstance(result, (tuple, list)) else [result]
        if not any(isinstance(r, torch.Tensor) and not r.is_meta for r in outputs):
            return result  # a number for the program's control flow, or a shape without numbers
        differentiated = torch.is_grad_enabled() and any(t.requires_grad for t in tensors_in((args, kwargs)))
        for k, (tensor, value) in enumerate(zip(outputs, self._values(func, args, kwargs, outputs), strict=True)):
            if not isinstance(tensor, torch.Tensor) or (value is None and tensor.dtype in _WHOLE):
                continue
            self._hold(func, tensor, value)
            if k > 0 and differentiated and value is not None:
                self._byproducts.add(self._memory.read(tensor))
        return result

    def _hold(self, func: Any, tensor: torch.Tensor, value: SymbolicArray | None) -> None:
        if tensor.is_complex() or tensor.layout != torch.strided:
            raise UnsupportedOperation(f"{func} with a complex or sparse result", self.graph.here)
        if value is None:
            self._memory.lose(tensor)
        else:
            self._memory.write(tensor, fitted(value, tensor).node)

    def _in_place(self, func: Any, args: Any, kwargs: Any) -> Any:
        target = args[0]
        self._memory.claim(target)
        (value,) = self._values(functional_form(func), args, kwargs, [target])
        held = None if value is None else self._unseen(target, fitted(value, target))
        result = func(*args, **kwargs)
        self._memory.write(target, self.graph.add_constant(numbers(target)) if held is None else held.node)
        return result

    def _randomised(self, func: Any, args: Any, kwargs: Any) -> Any:
        """A tensor filled with numbers that depend on nothing."""
        self._memory.claim(args[0])
        result = func(*args, **kwargs)
        self._memory.write(args[0], self.graph.add_constant(numbers(args[0])))
        return result

    def _unseen(self, target: torch.Tensor, value: SymbolicArray) -> SymbolicArray:
        """A write that autograd does not see changes the number but leaves the derivative as it was."""
        if torch.is_grad_enabled() or self._inside or value.is_predicate or in_custom_forward():
            return value
        base = target if target._base is None else target._base
        old = SymbolicArray(self.graph, self._memory.read(target))
        if not (base.requires_grad and self.graph.flows[old.node]):
            return apply("stop_gradient", value)
        return old + apply("stop_gradient", value - old)

    def _into_out(self, func: Any, args: Any, kwargs: Any) -> Any:
        """`out=`: run without it, then copy."""
        names = [a.name for a in func._schema.arguments if a.is_out]
        rest = {name: value for name, value in kwargs.items() if name not in names}
        with self:
            result = func.overloadpacket(*args, **rest)
            for name, value in zip(names, result if len(names) > 1 else [result], strict=True):
                kwargs[name].resize_(value.shape).copy_(value)
        outs = tuple(kwargs[name] for name in names)
        return outs if len(outs) > 1 else outs[0]

    def _values(self, func: Any, args: Any, kwargs: Any, outputs: Sequence[Any]) -> Values:
        """What the outputs hold, None for those that only the run decides."""
        rule = rule_of(func)
        if rule is not None:
            with contextlib.suppress(NotImplementedError):  # raised by a rule that covers some calls only
                return self._by_rule(func, rule, args, kwargs, len(outputs))
        if func.overloadpacket.__name__ in STRUCTURAL:
            return [rearranged(func, *self._operands(args, kwargs))]
        if all(t.dtype in _WHOLE for t in outputs if isinstance(t, torch.Tensor)):
            return [None] * len(outputs)  # indices and counts
        return self._decomposed(func, args, kwargs, outputs)

    def _by_rule(self, func: Any, rule: Callable[..., Any], args: Any, kwargs: Any, count: int) -> Values:
        positional, named = self._operands(args, kwargs)
        try:
            result = rule(*positional, **named)
        except _UNFORESEEN as error:
            raise UnsupportedOperation(str(func), self.graph.here) from error
        values = result if isinstance(result, tuple) else (result,)
        return (*values, *[None] * (count - len(values)))

    def _operands(self, args: Any, kwargs: Any) -> tuple[list[Any], dict[str, Any]]:
        """Tensors as operands, and numbers as the dtype of the computation rounds them."""
        single = not _is_double(args, kwargs)

        def one(value: Any) -> Any:
            if isinstance(value, torch.Tensor):
                return Operand(self.graph, value, self._read_single if single and _is_wrapped(value) else self.read)
            if isinstance(value, float) and single and not self._inside:
                return _in_single(value)
            return [one(v) for v in value] if isinstance(value, (list, tuple)) else value

        return [one(a) for a in args], {name: one(value) for name, value in kwargs.items()}

    def _read_single(self, tensor: torch.Tensor) -> int:
        """A float64 scalar in a computation of lower precision; one that is watched keeps all its digits."""
        return self.read(tensor) if self._memory.holds(tensor) else self.graph.add_constant(numbers(tensor.float()))

    def _decomposed(self, func: Any, args: Any, kwargs: Any, outputs: Sequence[Any]) -> Values:
        """What torch's decomposition of the operation does, recorded; it runs below autograd."""
        decomposition = decomposition_of(func)
        if decomposition is None:
            raise UnsupportedOperation(str(func), self.graph.here)
        args, kwargs = self._shielded(args), self._shielded(kwargs)
        with self._inside_decomposition(), self:
            result = decomposition(*args, **kwargs)
        if result is NotImplemented:
            raise UnsupportedOperation(str(func), self.graph.here)
        found = result if isinstance(result, (tuple, list)) else [result]
        return [self._standing_for(own, real) for own, real in zip(found, outputs, strict=True)]

    def _standing_for(self, own: Any, real: Any) -> SymbolicArray | None:
        """What a decomposition computed; some leave out, or shape differently, what only the backward pass reads."""
        if not isinstance(own, torch.Tensor) or own.shape != real.shape:
            return None
        return SymbolicArray(self.graph, self._memory.read(own))

    def _shielded(self, value: Any) -> Any:
        """The arguments, with copies of those that autograd holds constant: inside a decomposition nothing is cut."""
        if isinstance(value, torch.Tensor):
            node = self.read(value) if self._memory.holds(value) else None
            if node is None or node == self._memory.read(value):
                return value
            copy = value.detach().clone(memory_format=torch.contiguous_format)
            self._memory.write(copy, node)
            return copy
        if isinstance(value, (list, tuple)):
            return type(value)(self._shielded(v) for v in value)
        return {k: self._shielded(v) for k, v in value.items()} if isinstance(value, dict) else value

    @contextlib.contextmanager
    def _inside_decomposition(self) -> Iterator[None]:
        before, self._inside = self._inside, True
        try:
            yield
        finally:
            self._inside = before


_HANDLERS: dict[Kind, str] = {
    Kind.UNRECORDED: "_unrecorded",
    Kind.VIEW: "_viewed",
    Kind.REFUSED: "_refused",
    Kind.FUNCTIONAL: "_functional",
    Kind.IN_PLACE: "_in_place",
    Kind.RANDOM: "_randomised",
    Kind.OUT: "_into_out",
}


def _is_double(args: Any, kwargs: Any) -> bool:
    """Whether the operation computes in float64: a scalar tensor does not widen an array."""
    floating = [t for t in tensors_in((args, kwargs)) if t.is_floating_point()]
    ranked = [t for t in floating if t.dim()] or floating
    return any(t.dtype == torch.float64 for t in ranked)


def _is_wrapped(tensor: torch.Tensor) -> bool:
    return tensor.dim() == 0 and tensor.dtype == torch.float64


def _in_single(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.float32(value))
