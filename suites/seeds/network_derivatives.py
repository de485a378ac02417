"""Derivatives of the 1-1-1 network by its variables, written by hand, and the losses that they may belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.matching import Candidate, Matching, match
from gradcheck.suites.seeds.sigmoid_forms import output_error_without_cancelling, sigmoid

VARIABLES = ("w1", "z1", "a1", "w2", "z2", "a2")


@dataclass(frozen=True)
class Seen:
    """What the hand-written deltas are computed from at a point."""

    w2: Any
    x: Any
    y: Any
    z1: Any
    a1: Any
    z2: Any
    a2: Any


def forward(linear: bool) -> Callable[..., tuple[Seen]]:
    """What is seen at a point (w1, w2, x, y), in the floats in which it is given."""

    def seen(w1: Any, w2: Any, x: Any, y: Any) -> tuple[Seen]:
        z1 = w1 * x
        a1 = sigmoid(z1)
        z2 = w2 * a1
        return (Seen(w2, x, y, z1, a1, z2, z2 if linear else sigmoid(z2)),)

    return seen


def d2(at: Seen) -> Any:
    return at.a2 - at.y


def d1(at: Seen) -> Any:
    return d2(at) * at.w2 * at.a1 * (1 - at.a1)


def careful_d2(at: Seen) -> Any:
    return output_error_without_cancelling(at.z2, at.y)


def careful_d1(at: Seen) -> Any:
    return careful_d2(at) * at.w2 * at.a1 * sigmoid(-at.z1)


Written = dict[str, Callable[[Seen], Any]]


def weighted(d1: Callable[[Seen], Any], d2: Callable[[Seen], Any]) -> Written:
    """The derivatives by the weights that follow from the deltas: each delta times what its weight was fed."""
    return {"w1": lambda at: d1(at) * at.x, "z1": d1, "w2": lambda at: d2(at) * at.a1, "z2": d2}


# Variable -> the hand-written derivative by it.
WRITTEN, CAREFUL = weighted(d1, d2), weighted(careful_d1, careful_d2)

CROSS_ENTROPY, LINEAR_HALF = "cross-entropy with a sigmoid output", "half squared error with a linear output"
SIGMOID_HALF, SIGMOID_FULL = "half squared error with a sigmoid output", "squared error with a sigmoid output"
# Loss -> (loss of the output and target, is the output linear?)
LOSSES: dict[str, tuple[Callable[..., Any], bool]] = {
    CROSS_ENTROPY: (lambda xp, a2, y: -(y * xp.log(a2)) - (1.0 - y) * xp.log(1.0 - a2), False),
    LINEAR_HALF: (lambda xp, a2, y: 0.5 * (a2 - y) ** 2, True),
    SIGMOID_HALF: (lambda xp, a2, y: 0.5 * (a2 - y) ** 2, False),
    SIGMOID_FULL: (lambda xp, a2, y: (a2 - y) ** 2, False),
}
FACTORS: dict[str, Callable[[Seen], Any]] = {
    "a2 (1 - a2)": lambda at: at.a2 * (1 - at.a2),
    "2 a2 (1 - a2)": lambda at: 2 * at.a2 * (1 - at.a2),
    "a1 (1 - a1)": lambda at: at.a1 * (1 - at.a1),
}
# (w1, w2, x, y) in general position.
POINTS = ((0.5, -1.5, 0.75, 0.25), (-2.0, 1.0, 0.5, 1.0), (1.25, 2.0, -1.0, 0.0), (3.0, -0.5, 0.25, 0.625))


def network(xp: Any, linear: bool, point: Sequence[Any], probes: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the network at (w1, w2, x, y); each with its probe added, where there is one."""
    w1, w2, x, _ = point
    found: dict[str, Any] = {}
    for name, compute in (
        ("w1", lambda: w1),
        ("z1", lambda: found["w1"] * x),
        ("a1", lambda: xp.sigmoid(found["z1"])),
        ("w2", lambda: w2),
        ("z2", lambda: found["w2"] * found["a1"]),
        ("a2", lambda: found["z2"] if linear else xp.sigmoid(found["z2"])),
    ):
        found[name] = compute() + probes[name] if name in probes else compute()
    return found


def probed(loss: str, variables: Sequence[str]) -> Callable[..., Any]:
    """`definition(xp, *probes, w1, w2, x, y)`: a loss of the network, one probe added to each of these variables."""
    of_output, linear = LOSSES[loss]

    def definition(xp: Any, *arrays: Any) -> Any:
        point = arrays[len(variables) :]
        found = network(xp, linear, point, dict(zip(variables, arrays, strict=False)))
        return of_output(xp, found["a2"], point[-1])

    return definition


def candidate(loss: str, variable: str) -> Candidate:
    """A loss of the network with respect to one of its variables."""
    return Candidate(loss=loss, variable=variable, definition=probed(loss, (variable,)), seen=forward(LOSSES[loss][1]))


def matched(written: Callable[[Seen], Any], *variables: str) -> Matching:
    """A hand-written derivative against every loss with respect to these variables."""
    candidates = [candidate(loss, variable) for variable in variables for loss in LOSSES]
    return match(written, candidates, POINTS, FACTORS)
