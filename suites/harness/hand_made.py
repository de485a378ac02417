"""Hand-made specifications, implementations and suites, for the tests of what judges them."""

from __future__ import annotations

from gradcheck import Argument, Implementation, Specification
from gradcheck.specification import Suite


def three_halves(xp, x):
    """The definition 1.5 x: exact in every dtype but for one rounding, and perfectly conditioned."""
    return 1.5 * x


def specification(definition=three_halves, *arguments: Argument, name="made", properties=()) -> Specification:
    return Specification(
        name=name,
        definition=definition,
        arguments=arguments or (Argument("real", shape=(2,), name="x"),),
        value=None,
        gradient=None,
        source="hand-made",
        properties=properties,
    )


def right(x):
    return x * x.dtype.type(1.5)


def implementation(function=right, *, of: Specification | None = None, **fields) -> Implementation:
    defaults = {"name": "made", "framework": "numpy", "specification": of or specification()}
    return Implementation(**defaults | {"function": function} | fields)


def suite(*implementations: Implementation, name="made", claims=()) -> Suite:
    return Suite(name=name, title=name, implementations=implementations, claims=claims)
