"""Pictures of a suite, as data: what a report draws of a loss, a network, a window or a run of steps.

Every number was measured: it is certified truth or what a framework answered. Numbers that are only shown are
text, the shortest decimal of their dtype; those that are drawn are floats.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """How an implementation's slopes compare with the exact ones: the cells in which their signs differ."""

    who: str
    cells: tuple[tuple[float, float], ...]  # (prediction, target)


@dataclass(frozen=True, kw_only=True)
class Surface:
    """The slope of an elementwise loss in its prediction, in the middle of each cell of a map."""

    specification: str
    predictions: tuple[float, ...]  # evenly spaced, rising
    targets: tuple[float, ...]
    slopes: tuple[tuple[float, ...], ...]  # exact, rounded to float64; a row for each target
    minima: tuple[float, ...]  # for each target the prediction of the least loss
    computed: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Delta:
    """The derivative of the loss by one variable, as some code computes it."""

    variable: str
    actual: str
    verdict: str
    belongs: tuple[tuple[str, str], ...] = ()  # what it is the derivative of: (loss, variable)


@dataclass(frozen=True, kw_only=True)
class Code:
    """One way to compute the derivatives of a network; variables that it has no derivative by are left out."""

    name: str
    deltas: tuple[Delta, ...]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of a network at a point: its exact value, and the exact derivative of the loss by it."""

    name: str
    formula: str
    value: str
    derivative: str


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """The network of one input, one hidden and one output unit, with every delta of one loss at one point."""

    loss: str
    dtype: str
    point: tuple[tuple[str, str], ...]  # (argument, number)
    variables: tuple[Variable, ...]
    codes: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How much of the square of each channel goes into the sum of each output, in units of alpha; "0" for none."""

    who: str
    weights: tuple[tuple[str, ...], ...]  # a row for each output


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which channels the outputs of a normalisation sum over: by its definition, and as implementations do it."""

    specification: str
    source: str
    exact: Reach
    measured: tuple[Reach, ...]


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Several conventions side by side."""

    windows: tuple[Window, ...]


@dataclass(frozen=True, kw_only=True)
class Descent:
    """The exact loss of the parameters at the start and after each step of a run at one rate.

    The last loss may be infinite: there the parameters left the dtype, at that step of a pass over the samples.
    """

    dtype: str
    rate: float
    losses: tuple[float, ...]
    predicted: tuple[float, ...]  # in exact arithmetic, from the Hessian
    first_non_finite: int | None


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """By how much a run multiplied the loss, for each of several rates; inf where it left the dtype."""

    dtype: str
    threshold: float  # the rate from which on it is predicted to get nowhere in this dtype, rounding included
    growth: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """Runs of a training step at several rates, beside the rate from which on they are predicted to diverge."""

    loss: str
    unit: str  # what the losses are counted by: "step" or "pass"
    threshold: float
    law: str  # how the threshold is predicted
    length: int  # of each run, in units
    descents: tuple[Descent, ...]
    rates: tuple[float, ...]  # of the sweeps
    predicted: tuple[float, ...]  # growth at each of these rates in exact arithmetic
    sweeps: tuple[Sweep, ...]


Drawing = Surface | Diagram | Windows | Trajectory


@dataclass(frozen=True, kw_only=True)
class PictureRecord:
    """One picture of a suite; one of the drawings is there, or `error` says why there is none."""

    suite: str
    name: str
    title: str
    surface: Surface | None = None
    diagram: Diagram | None = None
    windows: Windows | None = None
    trajectory: Trajectory | None = None
    error: str = ""


FIELD: dict[type, str] = {Surface: "surface", Diagram: "diagram", Windows: "windows", Trajectory: "trajectory"}
