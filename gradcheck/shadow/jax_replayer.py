"""A jaxpr run equation by equation with native numbers that are noted, and exact symbols beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax.extend.core import Jaxpr

from gradcheck.exact.namespace import SymbolicArray
from gradcheck.shadow import jax_slices
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.jax_control import CONTROL
from gradcheck.shadow.jax_interpreter import Equation, Interpreter
from gradcheck.shadow.jax_native import native_results
from gradcheck.shadow.jax_values import Value
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step


class Replayer(Interpreter):
    """Notes a step for each equation that is no call, branch or loop; those are opened.

    An equation belongs to the forward pass if one of `outputs` of the jaxpr needs it: slopes, which
    JAX computes along the way, do not.
    """

    def __init__(self, fixes: Fixes) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self._fixes = fixes
        self._outputs: jax_slices.Outputs = frozenset()  # what is needed of the jaxpr that runs next
        self._needed: jax_slices.Needed = {}
        self._slices: dict[Any, jax_slices.Needed] = {}
        self._around = ""  # the line of the call that is open
        self._path: tuple[int, ...] = ()  # the calls that are open, with the turns of loops
        self._turns: Iterator[int] | None = None
        self._forward: dict[Any, int] = {}
        self._names: Mapping[int, str] = {}
        self._unfollowed: dict[int, Value] = {}

    def run_forward(self, program: Any, names: Mapping[int, str], arguments: Sequence[Value]) -> list[Value]:
        """The outputs of a closed jaxpr; what leads to the first one is the forward pass.

        `names`: of steps that go by another name than their primitive's (see `jax_trees`).
        """
        self._names, self._outputs = names, frozenset((0,))
        return self.run_closed(program, arguments)

    def run_backward(self, closed: Any, arguments: Sequence[Value]) -> list[Value]:
        """The outputs of a closed jaxpr, all of which is the backward pass."""
        self._outputs = frozenset()
        return self.run_closed(closed, arguments)

    def starts_from(self, inputs: Sequence[Value]) -> None:
        """Told before a run what the program's inputs are."""

    def held_together(self, values: Sequence[Value]) -> list[Held]:
        """The answers of a program."""
        return [self.held(value) for value in values]

    def held(self, value: Value) -> Held:
        """The value as a step notes it."""
        native = np.asarray(value.concrete)
        if id(value) in self._unfollowed:
            return Held(native, None)
        if value.array is None and jax.dtypes.issubdtype(value.dtype, np.floating):
            self.array(value)
        return Held(native, None if value.array is None else value.array.node)

    def run(self, jaxpr: Jaxpr, constants: Sequence[Value], arguments: Sequence[Value]) -> list[Value]:
        needed, path, turns = self._needed, self._path, self._turns
        self._needed, self._turns = self._slice(jaxpr), None
        self._path = path if turns is None else (*path, next(turns))
        results = super().run(jaxpr, constants, arguments)
        self._needed, self._path, self._turns = needed, path, turns
        return results

    def step(self, eqn: Any, operands: Sequence[Value]) -> list[Value]:
        equation = Equation(self, eqn, operands)
        needed = self._needed.get(id(eqn), frozenset())
        if equation.name in CONTROL and not equation.is_random:
            return self._opened(equation, needed)
        read = [self.held(o) for o in operands if _is_plain(o)]
        equation.results[0].source.results = self._native(equation)
        self._follow(equation)
        found = [self.held(r) for r in equation.results if _is_plain(r)]
        self._note(equation, FORWARD if needed else BACKWARD, read, found)
        return equation.results

    def _slice(self, jaxpr: Jaxpr) -> jax_slices.Needed:
        key = id(jaxpr), self._outputs
        if key not in self._slices:
            self._slices[key] = jax_slices.needed(jaxpr, self._outputs)
        return self._slices[key]

    def _opened(self, equation: Equation, needed: jax_slices.Outputs) -> list[Value]:
        outer = self._outputs, self._around, self._path, self._turns
        self._outputs = jax_slices.outputs_of_body(equation.eqn, needed)
        self._around = equation.location or self._around
        self._path, self._turns = (*self._path, _source(equation)), _turns(equation)
        results = self._open(equation)
        self._outputs, self._around, self._path, self._turns = outer
        return results

    def _native(self, equation: Equation) -> list[Any]:
        results = native_results(equation)
        for k, fix in enumerate(self._fixes.get(len(self.steps), ())):
            if fix is not None:
                results[k] = jax.numpy.asarray(fix, results[k].dtype)
        return results

    def _follow(self, equation: Equation) -> None:
        """The symbols of the results; without a rule they are what this run computed."""
        arrays: Sequence[SymbolicArray | None] = [None] * len(equation.results)
        try:
            if any(map(_is_complex, [*equation.operands, *equation.results])):
                equation.refuse()
            arrays = self._symbolic(equation)
        except UnsupportedOperation as refused:
            self.notes.append(" at ".join(filter(None, (refused.operation, refused.location or self._around))))
            self._unfollowed |= {id(r): r for r in equation.results}
        for value, array in zip(equation.results, arrays, strict=True):
            value.array = array

    def _note(self, equation: Equation, phase: str, read: list[Held], found: list[Held]) -> None:
        key, forward, name = (*self._path, _source(equation)), None, equation.name
        if phase is FORWARD:
            self._forward[key] = len(self.steps)
            name = self._names.get(key[-1], name)
        elif key[-1]:
            forward = self._forward.get(key)
        where = equation.location or self._around
        self.steps.append(Step(name, phase, where, tuple(read), tuple(found), forward))


def _source(equation: Equation) -> int:
    """The same for all equations that come from one equation of the function: JAX hands on its traceback, if any."""
    traceback = equation.eqn.source_info.traceback
    return 0 if traceback is None else id(traceback)


def _turns(equation: Equation) -> Iterator[int] | None:
    if equation.name != "scan":
        return None
    turns = range(equation.params["length"])
    return iter(reversed(turns) if equation.params["reverse"] else turns)


def _is_plain(value: Value) -> bool:
    """NumPy can hold it: no keys of random generators, no tangents of integers."""
    return not jax.dtypes.issubdtype(value.dtype, jax.dtypes.extended) and value.dtype != jax.dtypes.float0


def _is_complex(value: Value) -> bool:
    return jax.dtypes.issubdtype(value.dtype, np.complexfloating)
