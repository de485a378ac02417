"""JAX's primitives that hold a jaxpr: nested calls are opened, branches and loops follow the watched run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.exact.namespace import gather
from gradcheck.shadow.jax_values import Pending, Value, derived, known

if TYPE_CHECKING:
    from gradcheck.shadow.jax_interpreter import Interpreter

_BODIES = ("jaxpr", "call_jaxpr", "fun_jaxpr")  # where a nested call keeps its body


def _nested(interpreter: Interpreter, eqn: Any, operands: Sequence[Value]) -> list[Value]:
    """The body as mathematics: a custom derivative rule beside it is what gets judged, not what is believed."""
    body = next(eqn.params[name] for name in _BODIES if name in eqn.params)
    if hasattr(body, "consts"):
        return interpreter.run_closed(body, operands)
    return interpreter.run(body, (), operands)


def _cond(interpreter: Interpreter, eqn: Any, operands: Sequence[Value]) -> list[Value]:
    branches = eqn.params["branches"]
    index = min(max(int(interpreter.concrete(operands[0])), 0), len(branches) - 1)
    return interpreter.run_closed(branches[index], operands[1:])


def _while(interpreter: Interpreter, eqn: Any, operands: Sequence[Value]) -> list[Value]:
    params = eqn.params
    first, second = params["cond_nconsts"], params["cond_nconsts"] + params["body_nconsts"]
    of_condition, of_body, carry = operands[:first], operands[first:second], list(operands[second:])
    while True:
        (condition,) = interpreter.run_closed(params["cond_jaxpr"], [*of_condition, *carry])
        if not np.asarray(interpreter.concrete(condition)).any():
            return carry
        after = interpreter.run_closed(params["body_jaxpr"], [*of_body, *carry])
        carry = [_chosen(interpreter, condition, new, old) for new, old in zip(after, carry, strict=True)]


def _chosen(interpreter: Interpreter, condition: Value, new: Value, old: Value) -> Value:
    """Under vmap a loop runs until the last sample is done: those that are stay as they were."""
    running = np.asarray(interpreter.concrete(condition))
    if running.all():
        return new
    from jax import numpy as jnp

    shape = running.shape + (1,) * (len(new.shape) - running.ndim)
    mask = running.reshape(shape)
    symbol = None
    if new.array is not None or old.array is not None:
        symbol = gather(lambda p, q: np.asarray(np.where(mask, p, q)), interpreter.array(new), interpreter.array(old))
    either = Pending(lambda m, p, q: (jnp.where(jnp.reshape(m, shape), p, q),), (condition, new, old))
    return Value(new, either, moves=new.moves or old.moves, array=symbol)


def _scan(interpreter: Interpreter, eqn: Any, operands: Sequence[Value]) -> list[Value]:
    params, body = eqn.params, eqn.params["jaxpr"]
    first, second = params["num_consts"], params["num_consts"] + params["num_carry"]
    constants, carry, streams = operands[:first], list(operands[first:second]), operands[second:]
    rows: list[list[Value]] = []
    steps = range(params["length"])
    for i in reversed(steps) if params["reverse"] else steps:
        parts = [_row(x, v.aval, i) for x, v in zip(streams, body.jaxpr.invars[second:], strict=True)]
        results = interpreter.run_closed(body, [*constants, *carry, *parts])
        carry, emitted = results[: len(carry)], results[len(carry) :]
        rows.append(emitted)
    columns = zip(*(reversed(rows) if params["reverse"] else rows), strict=True)
    if not rows:
        return carry + [known(np.zeros(v.aval.shape, v.aval.dtype)) for v in eqn.outvars[len(carry) :]]
    return carry + [_stacked(interpreter, c, v.aval) for c, v in zip(columns, eqn.outvars[len(carry) :], strict=True)]


def _row(x: Value, like: Any, i: int) -> Value:
    symbol = None if x.array is None else gather(lambda p: p[i], x.array)
    return derived(x, like, lambda concrete: concrete[i], symbol)


def _stacked(interpreter: Interpreter, rows: Sequence[Value], like: Any) -> Value:
    from jax import numpy as jnp

    symbol = None
    if any(row.array is not None for row in rows):
        symbol = gather(lambda *p: np.stack(p), *(interpreter.array(row) for row in rows))
    together = Pending(lambda *parts: (jnp.stack(parts),), rows)
    return Value(like, together, moves=any(row.moves for row in rows), array=symbol)


_CALLS = (
    *("jit", "pjit", "closed_call", "core_call", "xla_call", "remat", "remat2", "checkpoint"),
    *("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr"),
)
CONTROL: dict[str, Callable[[Any, Any, Sequence[Value]], list[Value]]] = {
    **dict.fromkeys(_CALLS, _nested),
    "cond": _cond,
    "while": _while,
    "scan": _scan,
}
