"""Properties of a loss beside its derivatives: what it should do, as data, judged with witnesses.

A property speaks of an elementwise loss of two arguments, the prediction and the target. It is judged on
the definition in exact arithmetic, where every comparison is certified, and on an implementation in the
floats of a dtype. One counterexample refutes it; that it holds is proved for an ordering, which names its
two points, and for the others means that none of the predictions tried is a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck import exact, frameworks
from gradcheck.dtypes import format_of
from gradcheck.record import PropertyRecord
from gradcheck.specification import Implementation, Specification

Pair = tuple[float, float]  # (prediction, target)
Losses = Callable[[Sequence[Pair]], Sequence[Any]]  # the losses of pairs, comparable numbers

# Dyadic, so that they are the same numbers in every dtype, bfloat16 included.
TARGETS = (-3.0, -1.0, 0.0, 1.0, 3.0)
PREDICTIONS = tuple(k / 8 for k in range(-64, 65))


@dataclass(frozen=True)
class Judgement:
    """Whether a property holds, and the point that shows it."""

    holds: bool
    witness: str


@dataclass(frozen=True)
class Ordering:
    """`loss(*larger) > loss(*smaller)`, each a pair (prediction, target).

    `fails_because` says why a property is known not to hold; empty: it is expected to.
    """

    claim: str
    larger: Pair
    smaller: Pair
    fails_because: str = ""

    def judge(self, losses: Losses) -> Judgement:
        larger, smaller = losses([self.larger, self.smaller])
        return Judgement(bool(larger > smaller), f"{_at(self.larger, larger)}, {_at(self.smaller, smaller)}")


@dataclass(frozen=True)
class ZeroOnlyAtTarget:
    """The loss is zero where the prediction is the target, and positive everywhere else."""

    claim: str
    fails_because: str = ""

    def judge(self, losses: Losses) -> Judgement:
        at_target = [(target, target) for target in TARGETS]
        elsewhere = [(p, t) for t in TARGETS for p in PREDICTIONS if p != t]
        for pair, loss in zip(at_target, losses(at_target), strict=True):
            if not loss == 0:  # noqa: SIM201 - of balls, `!=` is true only when certain
                return Judgement(False, _at(pair, loss))
        for pair, loss in zip(elsewhere, losses(elsewhere), strict=True):
            if not loss > 0:
                return Judgement(False, _at(pair, loss))
        return Judgement(True, f"zero at {len(at_target)} targets, positive at {len(elsewhere)} other predictions")


@dataclass(frozen=True)
class MinimumAtTarget:
    """For every target, no prediction has a smaller loss than the target itself."""

    claim: str
    fails_because: str = ""

    def judge(self, losses: Losses) -> Judgement:
        for target in sorted(TARGETS, key=lambda t: (abs(t - 1), t)):  # the witness for target 1, if there is one
            pairs = [(p, target) for p in PREDICTIONS if p != target]
            here, *others = losses([(target, target), *pairs])
            better = [(pair, loss) for pair, loss in zip(pairs, others, strict=True) if not loss >= here]
            if better:
                pair, least = _least(better)
                return Judgement(False, f"{_at(pair, least)}, {_at((target, target), here)}")
        return Judgement(
            True, f"none of {len(PREDICTIONS)} predictions does better, for each of {len(TARGETS)} targets"
        )


Property = Ordering | ZeroOnlyAtTarget | MinimumAtTarget


def judge_definition(specification: Specification, suite: str = "") -> tuple[PropertyRecord, ...]:
    """The properties of a specification, judged on its definition in exact arithmetic."""
    if not specification.is_defined:
        return ()
    return _records(specification, exact_losses(specification.definition), suite, "exact")


def judge_implementation(
    implementation: Implementation, dtype: str, mode: str = "eager", suite: str = ""
) -> tuple[PropertyRecord, ...]:
    """The same properties, judged on what an implementation computes in `dtype`."""
    where = f"{implementation.name}, {implementation.framework} {dtype} {mode}"
    return _records(implementation.specification, float_losses(implementation, dtype, mode), suite, where)


def exact_losses(definition: Callable[..., Any]) -> Losses:
    """The losses of pairs as balls, whose comparisons are true only when they are certain."""
    return lambda pairs: list(exact.value_of(definition, _columns(pairs, "float64")).ravel())


def float_losses(implementation: Implementation, dtype: str, mode: str = "eager") -> Losses:
    """The losses of pairs as an implementation computes them, as Python floats."""
    framework = frameworks.get(implementation.framework)

    def losses(pairs: Sequence[Pair]) -> list[float]:
        computed = framework.evaluate(implementation.function, _columns(pairs, dtype), dtype, mode)
        return [float(loss) for loss in np.ravel(computed)]

    return losses


def _columns(pairs: Sequence[Pair], dtype: str) -> tuple[np.ndarray, ...]:
    return tuple(np.array(column, dtype=format_of(dtype).numpy) for column in zip(*pairs, strict=True))


def _records(specification: Specification, losses: Losses, suite: str, where: str) -> tuple[PropertyRecord, ...]:
    return tuple(_record(specification, p, p.judge(losses), suite, where) for p in specification.properties)


def _record(
    specification: Specification, asked: Property, judgement: Judgement, suite: str, where: str
) -> PropertyRecord:
    reason = f"; {asked.fails_because}" if asked.fails_because and not judgement.holds else ""
    return PropertyRecord(
        suite=suite,
        specification=specification.name,
        claim=f"{asked.claim} ({where})",
        holds=judgement.holds,
        expected=not asked.fails_because,
        witness=judgement.witness + reason,
    )


def _least(found: Sequence[tuple[Pair, Any]]) -> tuple[Pair, Any]:
    return min(found, key=lambda pair_and_loss: float(pair_and_loss[1]))


def _at(pair: Pair, loss: Any) -> str:
    """Such as "1 for (-1, 1)": the loss of a prediction for a target."""
    return f"{float(loss):.6g} for ({pair[0]:g}, {pair[1]:g})"
