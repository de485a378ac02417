"""The squared norm, its mean, its root and its logarithm: as people write them, and so that they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.reference.squared_norm import LOG_SQUARED_NORM, MEAN_SQUARED_NORM, ROW_NORM
from gradcheck.specification import ExpectedFinding, Implementation, Specification, Suite
from gradcheck.suites.portable import Portable, portable
from gradcheck.suites.seeds import squared_norm_formulas as formulas
from gradcheck.suites.seeds.squared_norm_claims import claims
from gradcheck.verdict import Verdict

FLOAT16 = ("float16",)
WIDER = ("bfloat16", "float32", "float64")

UNDERFLOWS = "the squares of small differences are lost"
OVERFLOWS = "the squares of large differences overflow"
FLUSHED = "XLA on the CPU sets the subnormal difference of two normal numbers to zero"
ADDED = "1e-20 is added to differences of its size and below"


def _expect(verdict: Verdict, quantity: str, reason: str, **more: Any) -> ExpectedFinding:
    return ExpectedFinding(verdict=verdict, quantity=quantity, reason=reason, **more)


# what flushing does to any formula of the differences; a few points show it, in JAX
OF_FLUSHING = tuple(
    _expect(verdict, quantity, FLUSHED, dtypes=WIDER, required=False)
    for quantity in ("value", "gradient")
    for verdict in (Verdict.WRONG, Verdict.INACCURATE, Verdict.SPURIOUS_ZERO)
)
MEAN_OVERFLOWS = (
    _expect(Verdict.SPURIOUS_INF, "value", "the rows are summed before they are divided", required=False),
)
ROOT = (
    _expect(Verdict.SPURIOUS_INF, "value", OVERFLOWS),
    _expect(Verdict.SPURIOUS_ZERO, "gradient", f"{OVERFLOWS}: d / inf"),
    _expect(Verdict.SPURIOUS_NAN, "gradient", f"0 / 0 at d = 0 and where {UNDERFLOWS}"),
    _expect(Verdict.SPURIOUS_INF, "gradient", f"{UNDERFLOWS}: d / 0"),
    _expect(Verdict.WRONG, "gradient", "squares among the subnormals have few digits", required=False),
)
LOG = (
    _expect(Verdict.SPURIOUS_INF, "value", f"{OVERFLOWS}, and {UNDERFLOWS}: log 0"),
    _expect(Verdict.SPURIOUS_NAN, "gradient", f"0 / 0 where {UNDERFLOWS}", dtypes=WIDER),
    # XLA computes in float32 inside a fused loop.
    _expect(Verdict.SPURIOUS_NAN, "gradient", f"0 / 0 where {UNDERFLOWS}", dtypes=FLOAT16, required=False),
    _expect(Verdict.SPURIOUS_INF, "gradient", f"{UNDERFLOWS}: d / 0"),
    _expect(Verdict.SPURIOUS_ZERO, "gradient", f"{OVERFLOWS}: d / inf", dtypes=FLOAT16),
    _expect(Verdict.WRONG, "gradient", "squares among the subnormals have few digits", required=False),
    _expect(Verdict.INACCURATE, "value", "squares among the subnormals have few digits", required=False),
)
SHORT_OF_DIGITS = _expect(
    *(Verdict.WRONG, "gradient", "exp(2 log|d| - logsumexp) has an error of |2 log|d|| roundings"), dtypes=("bfloat16",)
)
ZERO_COMPONENT = "at a zero component: a weight of 0 times the slope inf of the logarithm"
LOGSUMEXP = (_expect(Verdict.SPURIOUS_NAN, "gradient", ZERO_COMPONENT), SHORT_OF_DIGITS)
LOGSUMEXP_PLUS = (
    _expect(Verdict.SPURIOUS_NAN, "gradient", f"1e-20 rounds to 0, and {ZERO_COMPONENT}", dtypes=FLOAT16),
    _expect(Verdict.WRONG, "value", ADDED, dtypes=WIDER),
    _expect(Verdict.WRONG, "gradient", ADDED, dtypes=WIDER),
    _expect(Verdict.INACCURATE, "value", ADDED, dtypes=WIDER, required=False),
)


def _everywhere(
    name: str,
    specification: Specification,
    formula: Callable[..., Any],
    gradient: Callable[..., Any],
    expected: tuple[ExpectedFinding, ...] = (),
) -> tuple[Implementation, ...]:
    """By automatic differentiation in torch and JAX, with the gradient by hand in NumPy."""
    by_hand = Portable(gradient, "numpy")
    return (
        *portable(name, specification, formula, names=("numpy",), expected=expected, gradient=by_hand),
        *portable(name, specification, formula, names=("torch",), expected=expected),
        *portable(name, specification, formula, names=("jax",), expected=expected + OF_FLUSHING),
    )


def _logsumexp(name: str, added: float, expected: tuple[ExpectedFinding, ...]) -> tuple[Implementation, ...]:
    """`logsumexp(2 log(|d| + added))` with each framework's own logsumexp."""

    def expected_in(framework: str) -> tuple[ExpectedFinding, ...]:
        known = expected + (OF_FLUSHING if framework == "jax" else ())
        return tuple(e for e in known if framework != "numpy" or e.quantity == "value")

    return tuple(
        Implementation(
            name=name,
            specification=LOG_SQUARED_NORM,
            framework=framework,
            function=make(added),
            expected=expected_in(framework),
        )
        for framework, make in formulas.LOGSUMEXP.items()
    )


IMPLEMENTATIONS = (
    *portable("rows_first", MEAN_SQUARED_NORM, formulas.rows_first, expected=MEAN_OVERFLOWS),
    *_everywhere("divided_first", MEAN_SQUARED_NORM, formulas.divided_first, formulas.divided_first_gradient),
    *_everywhere("root_of_sum", ROW_NORM, formulas.root_of_sum, formulas.root_of_sum_gradient, ROOT),
    *_everywhere("along_direction", ROW_NORM, formulas.along_direction, formulas.along_direction_gradient),
    *_everywhere("log_of_sum", LOG_SQUARED_NORM, formulas.log_of_sum, formulas.log_of_sum_gradient, LOG),
    *_logsumexp("logsumexp", 0.0, LOGSUMEXP),
    *_logsumexp("logsumexp_plus_1e-20", 1e-20, LOGSUMEXP_PLUS),
    *_everywhere("log_scaled", LOG_SQUARED_NORM, formulas.log_scaled, formulas.log_scaled_gradient),
)

SUITE = Suite(
    name="squared_norm",
    title="Squared norm: mean, root and logarithm",
    implementations=IMPLEMENTATIONS,
    claims=claims(IMPLEMENTATIONS),
)
