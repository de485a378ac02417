"""A jaxpr run equation by equation: symbolic arrays where the exact table has a rule, concrete ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import jax
import jaxlib
import numpy as np
from jax.extend.core import Jaxpr, Literal

from gradcheck.exact.namespace import SymbolicArray, apply, gather, lift
from gradcheck.exact.operations import OPERATIONS
from gradcheck.shadow import jax_elementwise, jax_reductions
from gradcheck.shadow.errors import UnsupportedOperation
from gradcheck.shadow.jax_control import CONTROL
from gradcheck.shadow.jax_decisions import exact_integers
from gradcheck.shadow.jax_indexing import INDEXING
from gradcheck.shadow.jax_structural import STRUCTURAL
from gradcheck.shadow.jax_values import Pending, Value, known
from gradcheck.shadow.recorder import Recording, user_line

_LIBRARY = str(Path(jax.__file__).parent), str(Path(jaxlib.__file__).parent)
_LOOPS = ("scan", "while", "cond")
Rule = Callable[["Equation"], Sequence[SymbolicArray | None]]


class Interpreter:
    """Records one run. `steered`: values of this run decided a branch or an index, so that another may differ.

    `caller`: the user's line that called the function of JAX's own that is open, if one is. JAX traces
    such a function once, so that its equations know its first caller only.
    """

    def __init__(self) -> None:
        self.graph, self.steered, self.caller = Recording(), False, ""
        self.inputs: list[np.ndarray] = []  # numbers of the arguments at this run
        self._alive: dict[int, list[Any]] = {}

    def concrete(self, value: Value) -> Any:
        self.steered |= value.moves
        return value.concrete

    def decided(self, value: Value) -> Any:
        """The concrete value; of an integer that exact decisions lead to (a count, a sum of truths) the exact one.

        A count that is exact in a division and this run's in an index would make the function of nobody.
        """
        concrete = self.concrete(value)
        if value.array is None or not value.moves or np.dtype(value.dtype).kind not in "iu":
            return concrete
        exact = exact_integers(value.array, self.inputs)
        return concrete if exact is None else exact.astype(np.asarray(concrete).dtype)

    def array(self, value: Value) -> SymbolicArray:
        """The symbolic array of a value; what has none is a constant."""
        if value.array is None:
            value.array = lift(self.graph, np.asarray(self.concrete(value)))
        return value.array

    def run(self, jaxpr: Jaxpr, constants: Sequence[Value], arguments: Sequence[Value]) -> list[Value]:
        """The values of the outputs of an open jaxpr."""
        values = dict(zip(jaxpr.constvars, constants, strict=True)) | dict(zip(jaxpr.invars, arguments, strict=True))
        read = lambda v: known(np.asarray(v.val, v.aval.dtype)) if isinstance(v, Literal) else values[v]  # noqa: E731
        for equation in self._live_equations(jaxpr):
            results = self.step(equation, [read(v) for v in equation.invars])
            values.update(zip(equation.outvars, results, strict=True))
        return [read(v) for v in jaxpr.outvars]

    def run_closed(self, closed: Any, arguments: Sequence[Value]) -> list[Value]:
        return self.run(closed.jaxpr, [known(c) for c in closed.consts], arguments)

    def _live_equations(self, jaxpr: Jaxpr) -> list[Any]:
        """The equations that the outputs need: one without a rule does no harm in dead code."""
        if id(jaxpr) not in self._alive:
            needed, alive = {v for v in jaxpr.outvars if not isinstance(v, Literal)}, []
            for equation in reversed(jaxpr.eqns):
                if needed.intersection(equation.outvars):
                    alive.append(equation)
                    needed.update(v for v in equation.invars if not isinstance(v, Literal))
            self._alive[id(jaxpr)] = alive[::-1]
        return self._alive[id(jaxpr)]

    def step(self, eqn: Any, operands: Sequence[Value]) -> list[Value]:
        """The values of the results of one equation."""
        equation = Equation(self, eqn, operands)
        if equation.name in CONTROL and not equation.is_random:
            return self._open(equation)
        arrays = self._symbolic(equation)
        for value, array in zip(equation.results, arrays, strict=True):
            value.array = array
        return equation.results

    def _open(self, equation: Equation) -> list[Value]:
        outer, self.caller = self.caller, self._caller_of(equation)
        results = CONTROL[equation.name](self, equation.eqn, equation.operands)
        self.caller = outer
        return results

    def _caller_of(self, equation: Equation) -> str:
        """The user's line to give what is inside. Loops are traced anew, and may call the user's functions."""
        if not holds_library_code(equation.eqn):
            return ""
        return self.caller if equation.name in _LOOPS else equation.location

    def _symbolic(self, equation: Equation) -> Sequence[SymbolicArray | None]:
        rule = RULES.get(equation.name)
        if rule is None and equation.moves and any(map(_is_number, equation.results)):
            equation.refuse()
        if rule is None or not equation.is_recorded:
            return [None] * len(equation.results)
        self.graph.here = equation.location
        return rule(equation)


class Equation:
    """One equation with the values of its operands."""

    def __init__(self, interpreter: Interpreter, eqn: Any, operands: Sequence[Value]) -> None:
        self.interpreter, self.eqn, self.operands = interpreter, eqn, operands
        self.name, self.params = eqn.primitive.name, eqn.params
        self.moves = any(o.moves for o in operands)

    @cached_property
    def results(self) -> list[Value]:
        pending = Pending(self.evaluate, self.operands)
        return [Value(v.aval, pending, k, self.moves) for k, v in enumerate(self.eqn.outvars)]

    @property
    def is_recorded(self) -> bool:
        """Structure and integers only follow what is recorded; arithmetic on constants is recorded too."""
        if all(o.array is None for o in self.operands):
            return self.name in ARITHMETIC and not self.moves and all(_is_float(v) for v in self.results)
        integers = any(np.dtype(v.dtype).kind in "iu" for v in self.results)
        return not integers or self.name in ON_INTEGERS

    @property
    def is_random(self) -> bool:
        """Draws with a key that no argument moves are constants, as this run drew them."""
        keys = self.name in ("jit", "pjit") and any(
            jax.dtypes.issubdtype(o.dtype, jax.dtypes.prng_key) for o in self.operands
        )
        return keys and not self.moves

    @property
    def location(self) -> str:
        if self.interpreter.caller:
            return self.interpreter.caller
        traceback = self.eqn.source_info.traceback
        frames = [] if traceback is None else [(f.file_name, f.line_num) for f in traceback.frames]
        return user_line(frames, _LIBRARY)

    def array(self, k: int) -> SymbolicArray:
        return self.interpreter.array(self.operands[k])

    def concrete(self, k: int) -> Any:
        return self.interpreter.decided(self.operands[k])

    def result(self, k: int) -> Any:
        return self.interpreter.concrete(self.results[k])

    def native(self, *arrays: Any, **params: Any) -> Any:
        """The primitive itself, on other arrays."""
        return self.eqn.primitive.bind(*arrays, **params)

    def refuse(self) -> NoReturn:
        raise UnsupportedOperation(f"jax {self.name}", self.location)

    def evaluate(self, *operands: Any) -> Sequence[Any]:
        """The native results at concrete operands."""
        results = self.native(*operands, **self.params)
        return results if self.eqn.primitive.multiple_results else (results,)


def holds_library_code(eqn: Any) -> bool:
    """Whether the body of a nested call is JAX's own; `debug_info` says "name at file:line"."""
    held = [b for part in eqn.params.values() for b in (part if isinstance(part, tuple) else (part,))]
    bodies = [getattr(b, "jaxpr", b) for b in held if hasattr(b, "eqns") or hasattr(b, "jaxpr")]
    sources = [str(getattr(getattr(b, "debug_info", None), "func_src_info", "")) for b in bodies]
    return any(f" at {folder}" in source for source in sources for folder in _LIBRARY)


def _is_float(value: Value) -> bool:
    return jax.dtypes.issubdtype(value.dtype, np.floating)


def _is_number(value: Value) -> bool:
    """A result that must be followed: integers and truths are those of the watched run where they have no rule."""
    return jax.dtypes.issubdtype(value.dtype, np.inexact)


def _same(operation: str) -> Rule:
    def rule(equation: Equation) -> Sequence[SymbolicArray]:
        if operation not in OPERATIONS:
            equation.refuse()
        return [apply(operation, *(equation.array(k) for k in range(len(equation.operands))))]

    return rule


def _formula(formula: Callable[..., SymbolicArray]) -> Rule:
    return lambda e: [formula(*(e.array(k) for k in range(len(e.operands))), **e.params)]


def _structural(rearrange: Callable[..., Any]) -> Rule:
    def rule(equation: Equation) -> Sequence[SymbolicArray]:
        arrays = [equation.array(k) for k in range(len(equation.operands))]
        if not equation.eqn.primitive.multiple_results:
            return [gather(lambda *p: rearrange(*p, **equation.params), *arrays)]
        parts = range(len(equation.results))
        return [gather(lambda *p, k=k: rearrange(*p, **equation.params)[k], *arrays) for k in parts]

    return rule


RULES: dict[str, Rule] = {
    **{name: _same(operation) for name, operation in jax_elementwise.SAME.items()},
    **{name: _formula(formula) for name, formula in jax_elementwise.FORMULAS.items()},
    **{name: _formula(formula) for name, formula in jax_reductions.REDUCTIONS.items()},
    **{name: _structural(rearrange) for name, rearrange in STRUCTURAL.items()},
    **INDEXING,
}
ARITHMETIC = frozenset({*jax_elementwise.SAME, *jax_elementwise.FORMULAS, *jax_reductions.REDUCTIONS})
ON_INTEGERS = jax_elementwise.ON_INTEGERS | jax_reductions.ON_INTEGERS | frozenset({*STRUCTURAL, *INDEXING})
