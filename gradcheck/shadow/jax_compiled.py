"""What XLA makes of a JAX program: each result as it comes of the program cut off there and compiled whole.

XLA rewrites and fuses operations, so that a result may differ from what the same operations give one by one. Cut off
at a result, the program is compiled with the rewriting that leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import jax
import numpy as np

from gradcheck.frameworks.jax import FRAMEWORK
from gradcheck.shadow.jax_interpreter import Equation
from gradcheck.shadow.jax_replayer import Replayer
from gradcheck.shadow.jax_values import Pending, Value
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.trace import CompiledHeld, Held

MOST_COMPILED = 60  # results of one replay; those asked for later are those of the operations one by one
MOST_CUT = 2000  # operations of a program that is compiled: a loop is taken turn by turn

Way = tuple[int, ...]  # the equations that ran, which branches and loops decide
Executables = dict[tuple[Way, int], Callable[..., Sequence[Any]]]  # by what was asked for of which program


class CompiledReplayer(Replayer):
    """A replay whose results are compiled when they are asked for; branches and loops go as they do eagerly.

    `executables` keeps what was compiled, for other points at which the same program goes the same way.
    """

    def __init__(self, fixes: Fixes, dtype: str, executables: Executables) -> None:
        super().__init__(fixes)
        self._dtype, self._executables = dtype, executables
        self._inputs: list[Pending] = []
        self._compiled: dict[int, np.ndarray] = {}
        self._numbers: dict[tuple[int, int], int] = {}  # of results, in the order they are noted
        self._way: list[int] = []
        self._left = MOST_COMPILED

    def starts_from(self, inputs: Sequence[Value]) -> None:
        """What the compiled programs are functions of: all else is constant."""
        self._inputs = [x.source for x in inputs]

    def held(self, value: Value) -> Held:
        eager = super().held(value)
        if not value.source.operands or not jax.dtypes.issubdtype(value.dtype, np.floating):
            return eager
        number = self._numbers.setdefault((id(value.source), value.index), len(self._numbers))
        return CompiledHeld(eager, lambda: self._result(number, value, eager.native))

    def held_together(self, values: Sequence[Value]) -> list[Held]:
        """The answers of a program, which are compiled as one."""
        eager = [super(CompiledReplayer, self).held(value) for value in values]

        @cache
        def compiled() -> list[np.ndarray]:
            return self._run(-1, values) or [held.native for held in eager]

        return [CompiledHeld(held, lambda k=k: compiled()[k]) for k, held in enumerate(eager)]  # type: ignore[misc]

    def _native(self, equation: Equation) -> list[Any]:
        self._way.append(id(equation.eqn))
        return super()._native(equation)

    def _result(self, number: int, value: Value, eager: np.ndarray) -> np.ndarray:
        if number not in self._compiled:
            found = self._run(number, [value]) if self._left > 0 else None
            self._left -= 1
            self._compiled[number] = eager if found is None else found[0]
        return self._compiled[number]

    def _run(self, number: int, values: Sequence[Value]) -> list[np.ndarray] | None:
        """The values as compiled; None where the program that leads to them is too long."""
        key = tuple(self._way), number
        arrays = [source.results[0] for source in self._inputs if source.results is not None]
        with FRAMEWORK.settings(self._dtype):
            if key not in self._executables:
                order = _in_order(values)
                if len(order) > MOST_CUT:
                    return None
                program = jax.jit(self._program(order, values))
                self._executables[key] = program.lower(*arrays).compile()
            return [np.asarray(result) for result in self._executables[key](*arrays)]

    def _program(self, order: Sequence[Pending], values: Sequence[Value]) -> Callable[..., list[Any]]:
        def program(*inputs: Any) -> list[Any]:
            made: dict[int, Sequence[Any]] = {id(p): (x,) for p, x in zip(self._inputs, inputs, strict=True)}

            def read(value: Value) -> Any:
                return made[id(value.source)][value.index]

            for pending in order:
                if id(pending) not in made:
                    made[id(pending)] = _evaluated(pending, [read(v) for v in pending.operands])
            return [read(value) for value in values]

        return program


def _evaluated(pending: Pending, operands: Sequence[Any]) -> Sequence[Any]:
    """What reads nothing is a constant of the program."""
    if not operands and pending.results is not None:
        return pending.results
    return pending.run(*operands)


def _in_order(values: Sequence[Value]) -> list[Pending]:
    """All computations that lead to the values, each after those that it reads; at most one more than `MOST_CUT`."""
    order: list[Pending] = []
    found: set[int] = set()
    waiting = [(value.source, False) for value in reversed(values)]
    while waiting and len(order) <= MOST_CUT:
        pending, is_open = waiting.pop()
        if is_open:
            order.append(pending)
        elif id(pending) not in found:
            found.add(id(pending))
            waiting.append((pending, True))
            waiting += [(o.source, False) for o in reversed(pending.operands)]
    return order
