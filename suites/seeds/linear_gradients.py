"""What is shown of training steps for a line: which loss they descend, if any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.matching import Candidate, Matching, match
from gradcheck.reference.linear_regression import (
    HALF_MEAN_SQUARED_ERROR,
    HALF_SQUARED_ERROR,
    MEAN_SQUARED_ERROR,
    SQUARED_ERROR,
)
from gradcheck.specification import Claim, Shown
from gradcheck.step_judgement import StepJudgement, StepKind, judge_step
from gradcheck.suites.seeds.linear_steps import batch_delta_rule, decayed, delta_rule, one_pass, without_the_error
from gradcheck.suites.seeds.showing import together

X = np.arange(31.0)
BATCH = (X, 3.0 * X)
# (m, b), (x, y) in general position, exact in binary.
ONLINE_POINTS = tuple(
    ((m, b), (x, y)) for m, b, x, y in ((0.5, -1.0, 2.0, 3.0), (2.0, 0.25, -1.5, 1.0), (-1.0, 0.5, 4.0, 0.125))
)
BATCH_POINTS = tuple((line, BATCH) for line in ((0.5, -1.0), (2.0, 0.25), (-1.0, 0.5)))


def judged_shown(judged: StepJudgement, kind: StepKind, factor: float | None = None) -> Shown:
    """Whether a step is of that kind and applies that multiple of the gradient."""
    right_factor = factor is None or abs(judged.factor - factor) <= 1e-12
    return Shown(judged.kind is kind and right_factor, (("the step", judged.sentence),))


def half_of_it() -> Shown:
    full, half = "the squared error", "half the squared error"
    return together(
        judged_shown(judge_step(delta_rule, SQUARED_ERROR.definition, ONLINE_POINTS, full), StepKind.MULTIPLE, 0.5),
        judged_shown(judge_step(delta_rule, HALF_SQUARED_ERROR.definition, ONLINE_POINTS, half), StepKind.GRADIENT),
        judged_shown(
            judge_step(batch_delta_rule, MEAN_SQUARED_ERROR.definition, BATCH_POINTS, "the mean squared error"),
            StepKind.MULTIPLE,
            0.5,
        ),
    )


def no_gradient_of_it() -> Shown:
    name = "the squared error"
    step = judge_step(without_the_error, SQUARED_ERROR.definition, ONLINE_POINTS, name)
    return together(judged_shown(step, StepKind.OTHER), *(_matches_shown(*row) for row in DERIVATIVES))


def _residual(xp: Any, m: Any, b: Any, x: Any, y: Any) -> Any:
    return y - (m * x + b)


def _as_written(xp: Any, m: Any, b: Any, x: Any, y: Any) -> Any:
    """error = y - m x + b, without the brackets that a residual needs."""
    return y - m * x + b


def _squared(error: Any) -> Any:
    return lambda xp, *arrays: error(xp, *arrays) * error(xp, *arrays)


LOSSES = {
    "error = y - m x + b": _as_written,
    "the square of y - m x + b": _squared(_as_written),
    "the residual y - (m x + b)": _residual,
    "the squared error (y - (m x + b))^2": _squared(_residual),
}


def candidates(variable: str) -> list[Candidate]:
    """Every loss with respect to "m" or "b"."""

    def probed(loss: Any) -> Any:
        if variable == "m":
            return lambda xp, probe, m, b, x, y: loss(xp, m + probe, b, x, y)
        return lambda xp, probe, m, b, x, y: loss(xp, m, b + probe, x, y)

    return [Candidate(loss=name, variable=variable, definition=probed(loss)) for name, loss in LOSSES.items()]


def matched(variable: str, gradient: Any) -> Matching:
    return match(gradient, candidates(variable), [(*line, *sample) for line, sample in ONLINE_POINTS])


# Variable, its hand-written derivative, and the losses it is the derivative of.
DERIVATIVES = (
    ("m", lambda m, b, x, y: -x, ["error = y - m x + b", "the residual y - (m x + b)"]),
    ("b", lambda m, b, x, y: 1.0, ["error = y - m x + b"]),
)


def _matches_shown(variable: str, gradient: Any, losses: Sequence[str]) -> Shown:
    found = [candidate.loss for candidate in matched(variable, gradient).matches]
    return Shown(found == list(losses), ((f"the derivative by {variable} is that of", "; ".join(found)),))


def other_steps_named() -> Shown:
    """A pass is the gradient only to first order in the rate; weight decay is taken apart."""
    name = "31 times half the mean squared error"
    whole = judge_step(
        one_pass, lambda xp, *arrays: 31 * HALF_MEAN_SQUARED_ERROR.definition(xp, *arrays), BATCH_POINTS, name
    )
    decay = judge_step(decayed, HALF_SQUARED_ERROR.definition, ONLINE_POINTS, "half the squared error")
    return together(
        judged_shown(whole, StepKind.GRADIENT),
        judged_shown(decay, StepKind.WEIGHT_DECAY, 1.0),
        Shown(whole.curved and abs(decay.decay - 0.125) < 1e-12, (("weight decay", f"{decay.decay:g}"),)),
    )


CLAIMS = (
    Claim(
        name="delta_rule_is_the_gradient_of_half",
        text="m += rate*delta*x, b += rate*delta is the gradient of half the squared error.",
        show=half_of_it,
    ),
    Claim(
        name="derivative_of_the_error_is_no_gradient_of_it",
        text="dE/dm = -x, dE/db = 1, and the step m += rate*x, b -= rate, are not gradients of the squared error.",
        show=no_gradient_of_it,
    ),
    Claim(
        name="other_steps_are_named",
        text="A whole pass in one step is the gradient to first order in the rate only; a weight decay is taken apart.",
        show=other_steps_named,
    ),
)
