"""Diagrams of the 1-1-1 network: every delta at a point, exactly and as hand-written and automatic code computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from gradcheck import exact, frameworks
from gradcheck.dtypes import format_of
from gradcheck.finding import text
from gradcheck.inputs.argument import Argument
from gradcheck.judging import judge_at, truths_of
from gradcheck.picture import Code, Delta, Diagram, Variable
from gradcheck.reference.sigmoid_network import ARGUMENTS, SOURCE
from gradcheck.specification import Implementation, Picture, Specification
from gradcheck.suites.portable import Portable
from gradcheck.suites.seeds.network_derivatives import (
    CAREFUL,
    CROSS_ENTROPY,
    LOSSES,
    SIGMOID_HALF,
    VARIABLES,
    WRITTEN,
    Seen,
    Written,
    forward,
    matched,
    network,
    probed,
)
from gradcheck.suites.seeds.showing import point_of, quick_mode

DTYPE = "float32"
FORMULAS = {"w1": "weight", "z1": "w1 x", "a1": "sigmoid(z1)", "w2": "weight", "z2": "w2 a1", "a2": "sigmoid(z2)"}
# (w1, w2, x, y): one where nothing saturates, and a confident mistake.
ORDINARY, SATURATED = (0.5, -1.5, 0.75, 0.25), (20.0, 20.0, 1.0, 0.0)


@dataclass(frozen=True)
class Way:
    """One way to compute the deltas: by hand in NumPy, or automatically where `written` is none."""

    name: str
    framework: str = "numpy"
    written: Written | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        return VARIABLES if self.written is None else tuple(self.written)


BY_HAND = Way("d2 = a2 - y, d1 = d2 w2 a1 (1 - a1)", written=WRITTEN)
CAREFULLY = Way("the same with 1 - a = sigmoid(-z)", written=CAREFUL)
AUTOMATIC = (Way("automatic", "torch"), Way("automatic", "jax"))


def diagram(loss: str, point: tuple[float, ...], ways: Sequence[Way]) -> Diagram:
    """The deltas of one loss at one point; ways whose framework is not installed are left out."""
    return Diagram(
        loss=loss,
        dtype=DTYPE,
        point=tuple((argument.name or "", text(x, DTYPE)) for argument, x in zip(ARGUMENTS, point, strict=True)),
        variables=tuple(_variables(loss, point)),
        codes=tuple(_code(loss, way, point) for way in ways if frameworks.get(way.framework).available()),
    )


def _variables(loss: str, point: tuple[float, ...]) -> Iterator[Variable]:
    truth = truths_of(_specification(loss, VARIABLES)).at(_with_probes(VARIABLES, point), format_of(DTYPE))
    for name, slope in zip(VARIABLES, truth.gradient, strict=True):
        yield Variable(
            name=name,
            formula=FORMULAS[name],
            value=text(_value(loss, name, point), DTYPE),
            derivative=text(slope.expected.item(), DTYPE),
        )


def _value(loss: str, name: str, point: tuple[float, ...]) -> float:
    """The exact value of a variable, as float64."""
    linear = LOSSES[loss][1]
    arrays = [np.asarray(x, dtype=np.float64) for x in point]
    return float(exact.value_of(lambda xp, *point: network(xp, linear, point, {})[name], arrays).item())


@lru_cache
def _specification(loss: str, variables: tuple[str, ...]) -> Specification:
    """The loss with a probe for each variable: the derivative by the probe is the derivative by the variable."""
    probes = tuple(Argument("real", name=name) for name in variables)
    fixed = tuple(replace(argument, differentiate=False) for argument in ARGUMENTS)
    return Specification(name=loss, definition=probed(loss, variables), arguments=(*probes, *fixed), source=SOURCE)


def _with_probes(variables: Sequence[str], point: tuple[float, ...]) -> tuple[np.ndarray, ...]:
    return point_of((*(0.0 for _ in variables), *point), DTYPE)


def _code(loss: str, way: Way, point: tuple[float, ...]) -> Code:
    specification = _specification(loss, way.variables)
    implementation = Implementation(
        name=way.name,
        specification=specification,
        framework=way.framework,
        function=Portable(specification.definition, way.framework),
        gradient=_by_hand(loss, way.written) if way.written else None,
    )
    judged = judge_at(implementation, DTYPE, _with_probes(way.variables, point), quick_mode(way.framework))
    return Code(
        name=f"{way.name}, {way.framework}",
        deltas=tuple(
            Delta(
                variable=name,
                actual=text(part.actual.item(), DTYPE),
                verdict=str(part.verdicts.item()),
                belongs=_belongs(way.written[name]) if way.written else (),
            )
            for name, part in zip(way.variables, judged.gradient, strict=True)
        ),
    )


def _by_hand(loss: str, written: Written) -> Callable[..., tuple[Any, ...]]:
    seen = forward(LOSSES[loss][1])

    def gradient(*arrays: Any) -> tuple[Any, ...]:
        (at,) = seen(*arrays[len(written) :])
        return tuple(derivative(at) for derivative in written.values())

    return gradient


@lru_cache
def _belongs(derivative: Callable[[Seen], Any]) -> tuple[tuple[str, str], ...]:
    """Everything that a hand-written derivative is the derivative of."""
    return tuple((match.loss, match.variable) for match in matched(derivative, *VARIABLES).matches)


# name -> title, loss, point, the ways to compute its deltas
DRAWN: dict[str, tuple[str, str, tuple[float, ...], tuple[Way, ...]]] = {
    "deltas, cross-entropy": ("The deltas, for the cross-entropy", CROSS_ENTROPY, ORDINARY, (BY_HAND, *AUTOMATIC)),
    "deltas, squared error": ("The same deltas, for squared error", SIGMOID_HALF, ORDINARY, (BY_HAND, *AUTOMATIC)),
    "deltas, saturated": (
        "The deltas of a confident mistake",
        CROSS_ENTROPY,
        SATURATED,
        (BY_HAND, CAREFULLY, *AUTOMATIC),
    ),
}
PICTURES = tuple(
    Picture(name=name, title=title, draw=partial(diagram, loss, point, ways))
    for name, (title, loss, point, ways) in DRAWN.items()
)
