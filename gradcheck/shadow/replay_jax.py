"""Replay a JAX function: value and pull-back as two jaxprs, run eagerly, equation by equation.

The jaxprs hold what JAX differentiates, rules written by hand included. The first gives the value and what the
pull-back reads of the forward run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
from jax.extend.core import jaxpr_as_fun

from gradcheck import dtypes
from gradcheck.exact.namespace import SymbolicArray
from gradcheck.frameworks.call import Call, label
from gradcheck.frameworks.compiled import Compiled
from gradcheck.frameworks.jax import FRAMEWORK
from gradcheck.shadow import jax_trees
from gradcheck.shadow.jax_compiled import CompiledReplayer, Executables
from gradcheck.shadow.jax_custom_rules import has_custom_rules, rules_with_lines
from gradcheck.shadow.jax_replayer import Replayer
from gradcheck.shadow.jax_values import known
from gradcheck.shadow.replay import Fixes
from gradcheck.shadow.trace import Trace
from gradcheck.shadow.watch_jax import jaxpr_of


@dataclass(frozen=True)
class _Program:
    """A function as JAX traced it, and as JAX differentiates it.

    `forward`: inputs -> value, residuals; `backward`: residuals, cotangent -> partials (or inputs -> partials).
    """

    plain: Any
    forward: Any
    backward: Any
    custom: bool
    executables: Executables = field(default_factory=dict)  # what was compiled of it


_PROGRAMS = Compiled()


def replay(
    function: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    dtype: str,
    differentiate: tuple[int, ...],
    gradient: Callable[..., Any] | None,
    fixes: Fixes,
    mode: str = "eager",
) -> Trace:
    """See `gradcheck.shadow.replay`. Raises `UnsupportedOperation` where Python branches on a value."""
    target = dtypes.format_of(dtype).numpy
    with FRAMEWORK.settings(dtype):
        inputs = [FRAMEWORK.from_numpy(np.array(a, dtype=target)) for a in arrays]
        key = (tuple(x.shape for x in inputs), dtype, differentiate, gradient, bool(jax.config.jax_enable_x64))
        make = lambda: _program(function, inputs, arrays, dtype, differentiate, gradient)  # noqa: E731 - used once
        program = _PROGRAMS.get(function, key, make)
        if mode == "jit":
            return _run(program, inputs, gradient is not None, CompiledReplayer(fixes, dtype, program.executables))
        return _run(program, inputs, gradient is not None, Replayer(fixes))


def _run(program: _Program, inputs: Sequence[Any], by_hand: bool, replayer: Replayer) -> Trace:
    graph = replayer.graph
    arguments = [known(x, moves=True, symbol=SymbolicArray(graph, graph.add_input(x.shape))) for x in inputs]
    replayer.starts_from(arguments)
    value, *residuals = replayer.run_forward(program.forward, jax_trees.names(program.plain.jaxpr), arguments)
    ones = known(jax.numpy.ones(value.shape, value.dtype))
    partials = replayer.run_backward(program.backward, arguments if by_hand else [*residuals, ones])
    held, *gradient = replayer.held_together([value, *partials])
    graph.output = -1 if held.node is None else held.node
    notes = tuple(dict.fromkeys(replayer.notes))
    return Trace(graph, tuple(replayer.steps), held, tuple(gradient), program.custom, notes)


def _program(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    arrays: Sequence[np.ndarray],
    dtype: str,
    differentiate: tuple[int, ...],
    gradient: Callable[..., Any] | None,
) -> _Program:
    plain = jaxpr_of(function, inputs, arrays, dtype)
    if gradient is not None:
        FRAMEWORK.gradient(function, arrays, differentiate, dtype, gradient=gradient)  # says what is wrong with it
        return _Program(plain, plain, jax.make_jaxpr(gradient)(*inputs), custom=True)
    call = Call("jax", label(function), tuple(x.shape for x in inputs), dtype, "replay")
    if not has_custom_rules(plain.jaxpr):
        forward, backward = call.run(_differentiated, plain, differentiate, *inputs)
        return _Program(plain, forward, backward, custom=False)
    with rules_with_lines(plain, dtype) as lined:
        forward, backward = call.run(_differentiated, lined, differentiate, *inputs)
    return _Program(plain, forward, backward, custom=True)


def _differentiated(plain: Any, differentiate: tuple[int, ...], *inputs: Any) -> tuple[Any, Any]:
    """The jaxprs of value with residuals, and of the pull-back."""
    structure: list[Any] = []

    def forward(*inputs: Any) -> tuple[Any, list[Any]]:
        def of_chosen(*chosen: Any) -> Any:
            replaced = dict(zip(differentiate, chosen, strict=True))
            return jaxpr_as_fun(plain)(*(replaced.get(k, x) for k, x in enumerate(inputs)))[0]

        value, pull_back = jax.vjp(of_chosen, *(inputs[k] for k in differentiate))
        residuals, tree = jax.tree_util.tree_flatten(pull_back)
        structure[:] = [tree]
        return value, residuals

    def backward(residuals: list[Any], cotangent: Any) -> Any:
        return jax.tree_util.tree_unflatten(structure[0], residuals)(cotangent)

    first, (value, residuals) = jax.make_jaxpr(forward, return_shape=True)(*inputs)
    return first, jax.make_jaxpr(backward)(residuals, value)
