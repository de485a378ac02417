"""Primitives that JAX derives as a tree of others: what its forward pass then runs goes by the name in the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jax.extend.core import Jaxpr

from gradcheck.shadow.jax_custom_rules import bodies

TREES = ("reduce_prod", "cumprod", "cummax", "cummin")


def names(jaxpr: Jaxpr) -> Mapping[int, str]:
    """The tracebacks, by identity, of the equations of a function that are derived as trees, and their names."""
    return {id(eqn.source_info.traceback): eqn.primitive.name for eqn in _equations(jaxpr) if _is_tree(eqn)}


def _is_tree(eqn: Any) -> bool:
    return eqn.primitive.name in TREES and eqn.source_info.traceback is not None


def _equations(jaxpr: Jaxpr) -> Iterator[Any]:
    """Those of a jaxpr and of all that it calls."""
    for eqn in jaxpr.eqns:
        yield eqn
        for inner in bodies(eqn):
            yield from _equations(inner)
