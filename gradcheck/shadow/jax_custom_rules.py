"""Derivative rules that a user wrote (`custom_vjp`, `custom_jvp`), made to keep their own lines.

JAX traces a rule in the middle of a differentiation, and there gives its equations the line of the call that is
differentiated: what happens inside a rule could not be told apart. So each rule is traced in a thread of its own,
where no line is set; the equations keep their lines from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import jax
from jax.extend.core import jaxpr_as_fun

from gradcheck.frameworks.jax import FRAMEWORK
from gradcheck.shadow.jax_interpreter import holds_library_code

_CUSTOM = ("custom_jvp_call", "custom_vjp_call")
Apart = Callable[..., Any]


def has_custom_rules(jaxpr: Any) -> bool:
    """Whether code outside of JAX gave a derivative rule to something that the jaxpr calls."""
    return any(_is_custom(eqn) or any(map(has_custom_rules, bodies(eqn))) for eqn in jaxpr.eqns)


@contextmanager
def rules_with_lines(closed: Any, dtype: str) -> Iterator[Any]:
    """The closed jaxpr with rules that keep their lines, to be differentiated inside the block."""
    with ThreadPoolExecutor(max_workers=1) as thread:

        def apart(function: Callable[..., Any], *args: Any) -> Any:
            return thread.submit(_with_settings, dtype, function, *args).result()

        yield closed.replace(jaxpr=_rewritten(closed.jaxpr, apart))


def _with_settings(dtype: str, function: Callable[..., Any], *args: Any) -> Any:
    with FRAMEWORK.settings(dtype):  # they hold in one thread only
        return function(*args)


def _rewritten(jaxpr: Any, apart: Apart) -> Any:
    return jaxpr.replace(eqns=[_equation(eqn, apart) for eqn in jaxpr.eqns]) if has_custom_rules(jaxpr) else jaxpr


def _equation(eqn: Any, apart: Apart) -> Any:
    params = {name: _parameter(part, apart) for name, part in eqn.params.items()}
    if _is_custom(eqn):
        params |= {name: _wrapped(params[name], how, apart) for name, how in _RULES.items() if name in params}
    return eqn.replace(params=params)


def _wrapped(rule: Any, how: Callable[..., Any], apart: Apart) -> Any:
    """`how(apart, rule, *args)` in place of `rule(*args)`; `wrap` is JAX's own way to put one around the other."""
    return rule.wrap(lambda inner, *args: how(apart, inner, *args), (), None)


def _parameter(part: Any, apart: Apart) -> Any:
    if type(part) is tuple:  # the branches of a cond; not a tuple with names
        return tuple(_parameter(p, apart) for p in part)
    if hasattr(part, "jaxpr"):  # a closed one
        return part.replace(jaxpr=_rewritten(part.jaxpr, apart))
    return _rewritten(part, apart) if hasattr(part, "eqns") else part


def _traced(apart: Apart, rule: Callable[..., Any], *args: Any) -> Any:
    return apart(rule, *args)


def _run(apart: Apart, rule: Callable[..., Any], *args: Any) -> list[Any]:
    """The results of a rule, by way of its jaxpr."""
    if any(map(_is_zero, args)):  # the rule asked for them (`symbolic_zeros`): it is left as it is
        return rule(*args)
    results: list[Any] = []

    def arrays(*args: Any) -> list[Any]:
        results[:] = rule(*args)
        return [r for r in results if not _is_zero(r)]

    like = [jax.ShapeDtypeStruct(x.shape, x.dtype, weak_type=jax.typeof(x).weak_type) for x in args]
    found = iter(jaxpr_as_fun(apart(jax.make_jaxpr(arrays), *like))(*args))
    return [r if _is_zero(r) else next(found) for r in results]


def _is_zero(result: Any) -> bool:
    """JAX's stand-in for a cotangent that the rule gave as None."""
    return hasattr(result, "aval") and not isinstance(result, jax.Array)


# parameter of the call -> how it is run: one gives a jaxpr, the other takes arrays
_RULES: dict[str, Callable[..., Any]] = {"fwd_jaxpr_thunk": _traced, "jvp_jaxpr_fun": _traced, "bwd": _run}


def _is_custom(eqn: Any) -> bool:
    return eqn.primitive.name in _CUSTOM and not holds_library_code(eqn)


def bodies(eqn: Any) -> list[Any]:
    """The jaxprs that an equation calls."""
    parts = [p for part in eqn.params.values() for p in (part if isinstance(part, tuple) else (part,))]
    return [getattr(p, "jaxpr", p) for p in parts if hasattr(p, "eqns") or hasattr(p, "jaxpr")]
