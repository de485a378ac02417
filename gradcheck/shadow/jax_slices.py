"""Which equations of a jaxpr, and of the bodies inside it, some of its outputs need."""

from __future__ import annotations

from typing import Any

from jax.extend.core import Jaxpr, Literal

Outputs = frozenset[int]  # positions of outputs
Needed = dict[int, Outputs]  # id of an equation -> which of its results are needed


def needed(jaxpr: Jaxpr, outputs: Outputs) -> Needed:
    """The equations that `outputs` need; all operands of an equation count, whatever of its body is needed."""
    return _slice(jaxpr, outputs)[0]


def outputs_of_body(eqn: Any, results: Outputs) -> Outputs:
    """Which outputs of the bodies of a nested call, branch or loop the given results of it need."""
    if not results:
        return results
    if eqn.primitive.name == "while":
        return frozenset(range(max(1, len(eqn.outvars))))
    return _of_scan(eqn.params, results) if eqn.primitive.name == "scan" else results


def _slice(jaxpr: Jaxpr, outputs: Outputs) -> tuple[Needed, set[Any]]:
    wanted = {v for k, v in enumerate(jaxpr.outvars) if k in outputs and not isinstance(v, Literal)}
    found: Needed = {}
    for eqn in reversed(jaxpr.eqns):
        results = frozenset(k for k, v in enumerate(eqn.outvars) if v in wanted)
        if results:
            found[id(eqn)] = results
            wanted.update(v for v in eqn.invars if not isinstance(v, Literal))
    return found, wanted


def _of_scan(params: Any, results: Outputs) -> Outputs:
    """What the next turn reads of the carry is needed too."""
    body, first, count = params["jaxpr"].jaxpr, params["num_consts"], params["num_carry"]
    while True:
        _, wanted = _slice(body, results)
        carried = frozenset(k for k in range(count) if body.invars[first + k] in wanted)
        if carried <= results:
            return results
        results |= carried
