"""Back-propagation by hand through a 1-1-1 sigmoid network: derivatives of what, and what saturation does to them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gradcheck import dtypes
from gradcheck.judging import judge_at
from gradcheck.reference.linear_output_network import LINEAR_OUTPUT_NETWORK
from gradcheck.reference.sigmoid_network_cross_entropy import SIGMOID_NETWORK_CROSS_ENTROPY
from gradcheck.reference.sigmoid_network_squared_error import SIGMOID_NETWORK_SQUARED_ERROR
from gradcheck.specification import Claim, ExpectedFinding, Implementation, Shown, Specification, Suite
from gradcheck.step_judgement import StepKind, judge_step
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds import diagrams
from gradcheck.suites.seeds.network_derivatives import (
    CROSS_ENTROPY,
    LINEAR_HALF,
    POINTS,
    SIGMOID_HALF,
    WRITTEN,
    Seen,
    d2,
    matched,
)
from gradcheck.suites.seeds.showing import pick, point_of, together
from gradcheck.suites.seeds.sigmoid_forms import (
    careful_deltas,
    cross_entropy_of_logit,
    cross_entropy_of_output,
    delta_step,
    deltas,
    linear_output_error,
    output_error,
)
from gradcheck.verdict import Verdict


def finding(verdict: Verdict, quantity: str, reason: str, **rest: Any) -> ExpectedFinding:
    return ExpectedFinding(verdict=verdict, quantity=quantity, reason=reason, **rest)


def by_hand(name: str, specification: Specification, formula: Any, gradient: Any, expected: Any) -> tuple:
    """The implementation in NumPy, with its hand-written gradient."""
    return portable(name, specification, formula, names=("numpy",), gradient=gradient, expected=expected)


# 1 - a is taken from an activation that was rounded: nothing is left of it where a rounds to 1, and a few
# digits close to there. Automatic differentiation of the sigmoid does the same.
ROUNDED_ACTIVATION = "1 - a is taken from the rounded activation a"
LOST = finding(Verdict.SPURIOUS_ZERO, "gradient", ROUNDED_ACTIVATION, dtypes=("bfloat16", "float32", "float64"))
SATURATION = (
    LOST,
    finding(Verdict.SPURIOUS_ZERO, "gradient", ROUNDED_ACTIVATION, dtypes=("float16",), required=False),
    finding(Verdict.WRONG, "gradient", ROUNDED_ACTIVATION, required=False),
    finding(Verdict.INACCURATE, "gradient", ROUNDED_ACTIVATION, required=False),
)
OF_OUTPUT = (
    finding(Verdict.SPURIOUS_INF, "value", "log(0) of an output that rounded to 0 or 1"),
    finding(Verdict.SPURIOUS_NAN, "value", "0 * log(0) for a target of 0 or 1"),
    finding(Verdict.SPURIOUS_NAN, "gradient", "1/0 times the zero slope of the saturated sigmoid"),
    replace(LOST, required=False),
    *SATURATION[1:],
)
ANOTHER_LOSS = (
    finding(Verdict.WRONG, "gradient", "the deltas of the cross-entropy: the factor a2 (1 - a2) is missing"),
    *(replace(known, required=False) for known in SATURATION if known.verdict is not Verdict.WRONG),
)
BEYOND = "the square of the error is beyond float16, half of it or its product with a1 (1 - a1) is not"
LINEAR = (
    *SATURATION,
    finding(Verdict.SPURIOUS_NAN, "gradient", BEYOND + ": inf * 0", dtypes=("float16",)),
    finding(Verdict.SPURIOUS_INF, "gradient", BEYOND, dtypes=("float16",), required=False),
    finding(Verdict.SPURIOUS_INF, "value", BEYOND, dtypes=("float16",), required=False),
)

AUTOMATIC = ("torch", "jax")
IMPLEMENTATIONS = (
    *portable("of_output", SIGMOID_NETWORK_CROSS_ENTROPY, cross_entropy_of_output, expected=OF_OUTPUT),
    *portable("of_logit", SIGMOID_NETWORK_CROSS_ENTROPY, cross_entropy_of_logit, names=AUTOMATIC, expected=SATURATION),
    *by_hand("deltas", SIGMOID_NETWORK_CROSS_ENTROPY, cross_entropy_of_logit, deltas(output_error), SATURATION),
    *by_hand("careful_deltas", SIGMOID_NETWORK_CROSS_ENTROPY, cross_entropy_of_logit, careful_deltas, ()),
    *portable(
        "direct",
        SIGMOID_NETWORK_SQUARED_ERROR,
        SIGMOID_NETWORK_SQUARED_ERROR.definition,
        names=AUTOMATIC,
        expected=SATURATION,
    ),
    *by_hand(
        "deltas",
        SIGMOID_NETWORK_SQUARED_ERROR,
        SIGMOID_NETWORK_SQUARED_ERROR.definition,
        deltas(output_error),
        ANOTHER_LOSS,
    ),
    *portable("direct", LINEAR_OUTPUT_NETWORK, LINEAR_OUTPUT_NETWORK.definition, names=AUTOMATIC, expected=LINEAR),
    *by_hand("deltas", LINEAR_OUTPUT_NETWORK, LINEAR_OUTPUT_NETWORK.definition, deltas(linear_output_error), LINEAR),
)


def derivative_of_what() -> Shown:
    """Each hand-written derivative belongs to the same two losses, and lacks a2 (1 - a2) for the third."""
    return together(*(_belongs(variable, written) for variable, written in WRITTEN.items()))


def _belongs(variable: str, written: Callable[[Seen], float]) -> Shown:
    matching = matched(written, variable)
    found = [c.loss for c in matching.matches]
    lacking = matching.with_loss(SIGMOID_HALF, variable)
    rows = (
        (f"the hand-written derivative by {variable} is that of", "; ".join(found)),
        (f"the hand-written derivative by {variable}", lacking.sentence),
    )
    return Shown(found == [CROSS_ENTROPY, LINEAR_HALF] and lacking.factor == "a2 (1 - a2)", rows)


def one_link_short() -> Shown:
    """Of the squared error through the sigmoid, d2 is the derivative by the output a2, one link of the chain short."""
    comparison = matched(d2, "a2").with_loss(SIGMOID_HALF, "a2")
    return Shown(comparison.matches, (("d2 = a2 - y", comparison.sentence),))


def step_judged() -> Shown:
    """`w -= a d` as it stands, against both losses."""
    points = [((w1, w2), (x, y)) for w1, w2, x, y in POINTS]
    right = judge_step(delta_step, SIGMOID_NETWORK_CROSS_ENTROPY.definition, points, "the cross-entropy")
    wrong = judge_step(delta_step, SIGMOID_NETWORK_SQUARED_ERROR.definition, points, "half the squared error")
    rows = (("the step w -= a d", right.sentence), ("the step w -= a d", wrong.sentence))
    return Shown(right.kind is StepKind.GRADIENT and wrong.kind is StepKind.OTHER, rows)


SATURATED = tuple(
    (w1, sign * size, 1.0, y)
    for w1 in (0.0, 10000.0)
    for size in (20.0, 1000.0, 10000.0)
    for sign in (1, -1)
    for y in (0.0, 1.0)
)


def safe_in_saturation() -> Shown:
    """The careful forms pass at every saturated point, in every dtype and framework that is installed."""
    careful = [pick(IMPLEMENTATIONS, "careful_deltas", "numpy"), pick(IMPLEMENTATIONS, "of_logit", "torch")]
    return together(*(_all_pass(implementation, dtype) for implementation in careful for dtype in dtypes.NAMES))


def _all_pass(implementation: Implementation, dtype: str) -> Shown:
    judged = [judge_at(implementation, dtype, point_of(point, dtype)) for point in SATURATED]
    verdicts = [v for one in judged for _, _, part in one.parts() for v in part.verdicts.ravel()]
    passed = sum(verdict.passes for verdict in verdicts)
    row = (f"{implementation.label} {dtype}: components that pass for |z| up to 1e4", f"{passed} of {len(verdicts)}")
    return Shown(passed == len(verdicts), (row,))


def output_saturates() -> Shown:
    """From the rounded output, the loss of a confident mistake is infinite and its gradient NaN."""
    naive = pick(IMPLEMENTATIONS, "of_output", "torch")
    return together(*(_lost(naive, dtype) for dtype in dtypes.NAMES))


def _lost(naive: Implementation, dtype: str) -> Shown:
    judged = judge_at(naive, dtype, point_of((10000.0, 1000.0, 1.0, 0.0), dtype))
    value, slope = judged.value, judged.gradient[1]
    row = (
        f"{naive.label} {dtype}: loss and dL/dw2 at z2 = 1000, y = 0",
        f"{float(value.actual):g}, {float(slope.actual):g} for {float(value.expected):g}, {float(slope.expected):g}",
    )
    return Shown(math.isinf(value.actual) and math.isnan(slope.actual) and float(slope.expected) == 1.0, (row,))


CLAIMS = (
    Claim(
        name="deltas_are_those_of_the_cross_entropy",
        text="The hand-written deltas belong to cross-entropy with a sigmoid output, or half squared error with a "
        "linear one; for squared error through the sigmoid the factor a2 (1 - a2) is missing.",
        show=derivative_of_what,
    ),
    Claim(
        name="delta_is_one_link_short_of_squared_error",
        text="For squared error through the sigmoid, a2 - y is the derivative by the output a2, not by z2.",
        show=one_link_short,
    ),
    Claim(
        name="step_descends_the_cross_entropy",
        text="The step w -= a d applies the gradient of the cross-entropy, not that of the squared error.",
        show=step_judged,
    ),
    Claim(
        name="careful_forms_survive_saturation",
        text="From the pre-activation, loss and gradient are right for |z| up to 1e4 in every dtype.",
        show=safe_in_saturation,
        frameworks=("numpy", "torch"),
    ),
    Claim(
        name="rounded_output_does_not_survive_saturation",
        text="From the rounded output, a confident mistake has an infinite loss and a NaN gradient in every dtype.",
        show=output_saturates,
        frameworks=("torch",),
    ),
)

SUITE = Suite(
    name="backpropagation",
    title="Back-propagation through a 1-1-1 sigmoid network",
    implementations=IMPLEMENTATIONS,
    claims=CLAIMS,
    pictures=diagrams.PICTURES,
)
