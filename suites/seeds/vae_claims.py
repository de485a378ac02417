"""What is claimed of variational autoencoders, each claim measured at the point that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.inputs import points
from gradcheck.reference.vae_model import PARAMETERS, VAE_MODEL
from gradcheck.specification import Claim, Implementation, Shown
from gradcheck.suites.seeds.showing import pick, point_of, quick_mode, together, verdict_shown
from gradcheck.verdict import Verdict

AUTODIFF = ("torch", "jax")
SATURATED, SATURATED_RIGHT = ([20.0], [0.0]), ([20.0], [1.0])  # logit, observation
LOG_WEIGHTS = ([[1.0, 2.0, 3.0, 4.0, 5.0]],)
SAMPLES, SIZE = 50, 1e4

# name of the implementation, dtype, point, quantity, index, verdict, then what verdict_shown takes more
Row = tuple[str, str, Sequence, str, tuple[int, ...], Verdict, dict[str, Any]]

NOTHING_IN_FLOAT16: tuple[Row, ...] = (
    ("plus_1e-18", "float16", SATURATED, "value", (0,), Verdict.SPURIOUS_INF, {"expected": -20.0}),
    ("plus_1e-18", "float16", SATURATED, "gradient", (0,), Verdict.SPURIOUS_NAN, {"expected": -1.0}),
    ("plus_1e-18", "float16", SATURATED_RIGHT, "value", (0,), Verdict.SPURIOUS_NAN, {}),
)
WRONG_IN_FLOAT32: tuple[Row, ...] = (
    ("plus_1e-18", "float32", SATURATED, "value", (0,), Verdict.WRONG, {"expected": -20.0, "actual": -41.4465}),
    ("plus_1e-18", "float32", SATURATED, "gradient", (0,), Verdict.SPURIOUS_ZERO, {"expected": -1.0, "actual": 0.0}),
    ("from_logits", "float32", SATURATED, "value", (0,), Verdict.ACCURATE, {"actual": -20.0}),
    ("from_logits", "float32", SATURATED, "gradient", (0,), Verdict.ACCURATE, {"actual": -1.0}),
)
FOLDED_BY_JIT: tuple[Row, ...] = tuple(
    ("plus_1e-18", dtype, ([40.0], [0.0]), quantity, (0,), verdict, {"mode": mode})
    for dtype in ("float32", "float64")
    for mode, quantity, verdict in (
        ("eager", "value", Verdict.WRONG),
        ("jit", "value", Verdict.SPURIOUS_INF),
        ("eager", "gradient", Verdict.SPURIOUS_ZERO),
        ("jit", "gradient", Verdict.SPURIOUS_NAN),
    )
)
SURROGATES: tuple[Row, ...] = (
    ("surrogate", "float64", LOG_WEIGHTS, "gradient", (0, 0), Verdict.WRONG, {"expected": 0.011656}),
    ("surrogate", "float64", LOG_WEIGHTS, "gradient", (0, 4), Verdict.WRONG, {"expected": 0.636409}),
    *(
        ("surrogate_stopped", "float64", LOG_WEIGHTS, "gradient", (0, k), Verdict.ACCURATE, {})
        for k in range(len(LOG_WEIGHTS[0][0]))
    ),
    ("surrogate", "float64", LOG_WEIGHTS, "value", (0,), Verdict.WRONG, {"expected": 3.842476}),
    ("surrogate_stopped", "float64", LOG_WEIGHTS, "value", (0,), Verdict.WRONG, {"expected": 3.842476}),
)


def claims(implementations: Sequence[Implementation]) -> tuple[Claim, ...]:
    """The claims about these implementations."""

    def claim(name: str, text: str, show: Callable[..., Shown], *rest: Any, frameworks=AUTODIFF) -> Claim:
        show = partial(show, implementations, *rest, frameworks=frameworks)
        return Claim(name=name, text=text, show=show, frameworks=frameworks)

    return (
        claim(
            "1e-18 is zero in float16",
            "In float16 the 1e-18 inside the logarithms is rounded to zero: a saturated sigmoid gives -inf or NaN.",
            _adds_nothing,
        ),
        claim(
            "1e-18 makes a saturated likelihood wrong in float32",
            "In float32 it turns the log-likelihood of logit 20 and observation 0 from -20 into -41.4, and its "
            "gradient from -1 into 0; from the logits both are right.",
            _rows,
            WRONG_IN_FLOAT32,
        ),
        claim(
            "1e-18 makes a saturated likelihood wrong in float64",
            "In float64 the same happens from about logit 37 on.",
            _threshold,
            "float64",
            (36.5, 38.0),
        ),
        claim(
            "jit takes the 1e-18 away again",
            "Compiled by XLA, 1 - p + 1e-18 becomes (1 + 1e-18) - p: the value of a saturated sigmoid is -inf and "
            "its gradient NaN, where eagerly they are -41.4 and 0.",
            _rows,
            FOLDED_BY_JIT,
            frameworks=("jax",),
        ),
        claim(
            "the surrogate needs the stop-gradient",
            "Without stop-gradient on the weights the gradient of sum(w log_w) is not that of the bound, with it it "
            "is; its value is not the bound in either case.",
            _rows,
            SURROGATES,
        ),
        claim(
            "max-subtraction makes large log-weights safe",
            "With the largest taken out, K = 50 log-weights of size 1e4, of either sign, give the bound and its "
            "gradient in every dtype; without, inf and NaN.",
            _large_weights,
        ),
        claim(
            "repeating before or after the encoder gives the same gradient",
            "Repeating the data before the encoder and repeating mu and log_std after it give the same gradient with "
            "respect to every parameter, and both are right.",
            _same_gradient,
        ),
    )


def _rows(implementations: Sequence[Implementation], rows: Sequence[Row], frameworks: Sequence[str]) -> Shown:
    return together(*(_row(implementations, row, framework) for row in rows for framework in frameworks))


def _row(implementations: Sequence[Implementation], row: Row, framework: str) -> Shown:
    name, dtype, point, quantity, index, verdict, more = row
    return verdict_shown(pick(implementations, name, framework), dtype, point, quantity, index, verdict, **more)


def _adds_nothing(implementations: Sequence[Implementation], frameworks: Sequence[str]) -> Shown:
    (added,) = point_of([1e-18], "float16")
    rounded = Shown(added == 0, (("1e-18 in float16", str(added)),))
    return together(rounded, _rows(implementations, NOTHING_IN_FLOAT16, frameworks))


def _threshold(
    implementations: Sequence[Implementation], dtype: str, between: tuple[float, float], frameworks: Sequence[str]
) -> Shown:
    """The first logit, in steps of 1/8, whose gradient is lost, and the value there."""
    from gradcheck.judging import judge_at

    logits = np.arange(between[0] - 2, between[1] + 2, 0.125)

    def shown(framework: str) -> Shown:
        implementation = pick(implementations, "plus_1e-18", framework)
        judged = judge_at(implementation, dtype, point_of((logits, np.zeros_like(logits)), dtype))
        lost = judged.gradient[0].verdicts == Verdict.SPURIOUS_ZERO
        first = int(np.argmax(lost))
        right = bool(lost[first:].all()) and between[0] <= logits[first] <= between[1]
        wrong = judged.value.verdicts[first] == Verdict.WRONG
        measured = f"gradient 0 from logit {logits[first]:g} on, value there {judged.value.actual[first]:.6g}"
        return Shown(right and wrong, ((f"{implementation.label} {dtype}", measured),))

    return together(*map(shown, frameworks))


def _large_weights(implementations: Sequence[Implementation], frameworks: Sequence[str]) -> Shown:
    spread = 8.0 * np.cos(np.arange(SAMPLES))
    point = (np.stack([SIZE + spread, -SIZE + spread]),)
    shown = (
        _all_parts(pick(implementations, name, framework), dtype, point, passes)
        for name, passes in (("max_subtracted", True), ("log_of_mean", False))
        for framework in frameworks
        for dtype in dtypes.NAMES
    )
    return together(*shown)


def _all_parts(implementation: Implementation, dtype: str, point: Sequence, passes: bool) -> Shown:
    """Whether every component of the value and of the gradient passes, or none does."""
    from gradcheck.judging import judge_at

    judged = judge_at(implementation, dtype, point_of(point, dtype), quick_mode(implementation.framework))
    verdicts = [verdict for _, _, part in judged.parts() for verdict in part.verdicts.flat]
    found = ", ".join(sorted({str(verdict) for verdict in verdicts}))
    return Shown(all(v.passes == passes for v in verdicts), ((f"{implementation.label} {dtype}", found),))


def _same_gradient(implementations: Sequence[Implementation], frameworks: Sequence[str]) -> Shown:
    point = points.make(VAE_MODEL.arguments, "float64", regimes=["typical"])[0]
    return together(*(_same_gradient_in(implementations, framework, point.arrays) for framework in frameworks))


def _same_gradient_in(implementations: Sequence[Implementation], framework: str, arrays: Sequence) -> Shown:
    from gradcheck.judging import judge_at

    before, after = (
        judge_at(pick(implementations, name, framework), "float64", arrays, quick_mode(framework))
        for name in ("repeat_before", "repeat_after")
    )
    rows = []
    for name, one, other in zip(PARAMETERS, before.gradient, after.gradient, strict=True):
        passes = all(verdict.passes for part in (one, other) for verdict in part.verdicts.flat)
        apart = float(np.max(np.abs(one.actual - other.actual)) / np.max(np.abs(one.expected)))
        rows.append((passes and apart < 1e-13, f"{framework} {name}", f"relative difference {apart:.1e}"))
    return Shown(all(holds for holds, *_ in rows), tuple((label, measured) for _, label, measured in rows))
