"""The judgement of one component against its truth, and how much a person should care.

The error budget is a few ulps of the dtype plus a few times what half an ulp of input moves the exact
answer. It is never relative to other components and never grows with their number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import Kind, balls
from gradcheck.exact.limits import Limit
from gradcheck.exact.rounding import round_exact, ulp
from gradcheck.exact.truth import Enclosures
from gradcheck.verdict import Severity, Verdict

# Ulps allowed to a chain of rounded operations and library functions of a few ulps each. Library functions
# of the 16-bit dtypes work in float32 inside, so a few roundings of whole operations are all they need.
BUDGET_ULPS = 8
BUDGET_ULPS_SHORT = 4
# Roundings inside a computation act like movements of its inputs; a few of them are granted.
BUDGET_SPREADS = 4
WRONG = 0.01  # relative error from which an answer is wrong, not merely inaccurate
MAJOR = 0.005  # relative error from which an inaccurate answer is major in every dtype
# Absolute errors below this many rounding errors of a quantity's scale are minor.
MINOR_EPSILONS = 2
JUDGE_BITS = 192


@dataclass(frozen=True, eq=False)
class JudgedArray:
    """An array judged component by component; `actual`, `expected` and `ulps` are float64."""

    verdicts: np.ndarray
    actual: np.ndarray
    truth: Enclosures
    ulps: np.ndarray

    @cached_property
    def expected(self) -> np.ndarray:
        """The truth rounded to the dtype (a kink: its lower end)."""
        return self.truth.expected

    def failing(self) -> list[tuple[int, ...]]:
        return [index for index, verdict in np.ndenumerate(self.verdicts) if verdict.fails]


def judge_array(actual: np.ndarray, truth: Enclosures, spread: Callable[[], np.ndarray]) -> JudgedArray:
    """Judge every component; `spread()` is asked only where the few ulps are exceeded."""
    numbers = np.asarray(actual, dtype=np.float64)
    verdicts, errors = np.empty(truth.shape, dtype=object), np.empty(truth.shape)
    with balls.precision(max(JUDGE_BITS, min(truth.bits, 1024))):
        for index in np.ndindex(truth.shape):
            limit = Limit(truth.kinds[index], truth.lower[index], truth.upper[index])
            allowance = lambda index=index: BUDGET_SPREADS * spread()[index]  # noqa: E731 - asked for lazily
            verdicts[index], errors[index] = judge(float(numbers[index]), limit, truth.format, allowance)
    return JudgedArray(verdicts, numbers, truth, errors)


def judge(actual: float, truth: Limit, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    """Verdict and error in ulps of one component. Runs inside a working precision for the truth."""
    if truth.kind is Kind.UNDEFINED:
        return Verdict.UNDEFINED, 0.0
    if truth.kind is Kind.UNDECIDED:
        return Verdict.UNDECIDED, math.nan
    if math.isnan(actual):
        return Verdict.SPURIOUS_NAN, math.inf
    if truth.kind is Kind.KINK:
        return _judge_kink(actual, truth, f, allowance)
    if truth.kind is Kind.INFINITE:
        right = math.isinf(actual) and (actual > 0) == bool(truth.lower > 0)
        return (Verdict.LEGITIMATE_INFINITE, 0.0) if right else (Verdict.WRONG, math.inf)
    if math.isinf(actual):
        return _judge_infinity(actual, truth.lower, f, allowance)
    return _judge_finite(actual, truth.lower, f, allowance)


def budget_ulps(f: Format) -> int:
    return BUDGET_ULPS if f.precision >= 24 else BUDGET_ULPS_SHORT


def _judge_kink(actual: float, truth: Limit, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    number = arb(actual)
    if truth.lower <= number <= truth.upper:
        return Verdict.SUBGRADIENT, 0.0
    if math.isinf(actual):
        end = truth.upper if actual > 0 else truth.lower
        beyond = math.isinf(_rounded(end, f)) and (_rounded(end, f) > 0) == (actual > 0)
        return (Verdict.LEGITIMATE_OVERFLOW, 0.0) if beyond else (Verdict.SPURIOUS_INF, math.inf)
    nearest = truth.lower if number < truth.lower else truth.upper
    verdict, error = _judge_finite(actual, nearest, f, allowance)
    return (Verdict.SUBGRADIENT if verdict.passes else verdict), error


def _rounded(ball: arb, f: Format) -> float:
    return round_exact(ball.mid() if ball.is_finite() else ball, f)


def _judge_infinity(actual: float, truth: arb, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    """An infinity is right where the truth is beyond the dtype, or within the budget of it."""
    same_sign = bool(truth > 0) == (actual > 0)
    reach = abs(truth) + budget_ulps(f) * ulp(f.maximum, f)
    if same_sign and reach > f.maximum:
        return Verdict.LEGITIMATE_OVERFLOW, 0.0
    if same_sign and reach + allowance() > f.maximum:
        return Verdict.ILL_CONDITIONED, math.inf
    return Verdict.SPURIOUS_INF, math.inf


def _judge_finite(actual: float, truth: arb, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    gap = abs(arb(actual) - truth)
    unit = ulp(min(abs(float(truth.mid())), f.maximum), f)
    error = float((gap / unit).mid())
    if gap <= budget_ulps(f) * unit:
        return Verdict.ACCURATE, error
    if actual == 0 and abs(truth) < f.smallest_normal:
        return Verdict.FLUSHED, error
    if gap <= budget_ulps(f) * unit + allowance():
        return Verdict.ILL_CONDITIONED, error
    if actual == 0:
        return Verdict.SPURIOUS_ZERO, error
    wrong_sign = (actual > 0) != bool(truth > 0)
    return (Verdict.WRONG if wrong_sign or gap > WRONG * abs(truth) else Verdict.INACCURATE), error


def severity(verdict: Verdict, actual: float, expected: float, f: Format, scale: float) -> Severity:
    """How much a failure matters. `scale` is the usual magnitude of the quantity.

    A NaN or infinity is critical. A finite error is minor where it is below the rounding of the
    quantity's usual magnitude (a saturated tail), or where an inaccurate answer still has more than half its
    digits right.
    """
    if not (math.isfinite(actual) and math.isfinite(expected)):
        return Severity.CRITICAL
    error = abs(actual - expected)
    if error <= MINOR_EPSILONS * f.epsilon * scale:
        return Severity.MINOR
    if verdict is Verdict.INACCURATE:
        return Severity.MAJOR if error > min(math.sqrt(f.epsilon), MAJOR) * abs(expected) else Severity.MINOR
    return Severity.CRITICAL
