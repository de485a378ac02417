"""The judgement of one component against its truth, and how much a person should care.

The error budget is a few ulps of the dtype plus a few times what half an ulp of input moves the exact
answer. It is never relative to other components and never grows with their number. A component passes or
fails only where the comparison with its ball is certain.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from flint import arb

from gradcheck.dtypes import Format
from gradcheck.exact import Kind, balls
from gradcheck.exact.conditioning import MAXIMUM_BITS
from gradcheck.exact.limits import Limit
from gradcheck.exact.rounding import ulp
from gradcheck.exact.truth import Enclosures
from gradcheck.inputs.domain import to_float64
from gradcheck.verdict import Severity, Verdict

# Ulps allowed to a chain of rounded operations and library functions of a few ulps each. Library functions
# of the 16-bit dtypes work in float32 inside, so a few roundings of whole operations are all they need.
BUDGET_ULPS = 8
BUDGET_ULPS_SHORT = 4
# Roundings inside a computation act like movements of its inputs; a few of them are granted.
BUDGET_SPREADS = 4
WRONG = 0.01  # relative error from which an answer is wrong, not merely inaccurate
MAJOR = 0.005  # relative error from which an inaccurate answer is major in every dtype
# Absolute errors below this many roundings of a quantity's scale are minor: as many as any component is granted.
MINOR_EPSILONS = BUDGET_ULPS
# An answer this many times farther from the truth than the truth from zero holds nothing but noise.
NOISE = 4
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
        """The truth rounded to the dtype (a kink: its end nearest to the answer)."""
        lower = self.truth.expected
        if not (self.truth.kinds == Kind.KINK).any():
            return lower
        upper = replace(self.truth, lower=self.truth.upper).expected
        with np.errstate(invalid="ignore"):  # infinite ends
            return np.where(np.abs(self.actual - upper) < np.abs(self.actual - lower), upper, lower)

    def failing(self) -> list[tuple[int, ...]]:
        return [index for index, verdict in np.ndenumerate(self.verdicts) if verdict.fails]

    def counts(self) -> Counter[str]:
        """How many components have each verdict."""
        return Counter(verdict.value for verdict in self.verdicts.flat)


def judge_array(actual: np.ndarray, truth: Enclosures, spread: Callable[[], np.ndarray]) -> JudgedArray:
    """Judge every component; `spread()` is asked only where the few ulps are exceeded."""
    numbers = to_float64(actual)
    verdicts, errors = np.empty(truth.shape, dtype=object), np.empty(truth.shape)
    with balls.precision(max(JUDGE_BITS, min(truth.bits, MAXIMUM_BITS))):
        for index in np.ndindex(truth.shape):
            limit = Limit(truth.kinds.item(index), truth.lower[index], truth.upper[index])
            allowance = lambda index=index: BUDGET_SPREADS * spread()[index]  # noqa: E731 - asked for lazily
            verdicts[index], errors[index] = judge(float(numbers[index]), limit, truth.format, allowance)
    return JudgedArray(verdicts, numbers, truth, errors)


def judge(actual: float, truth: Limit, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    """Verdict and error in ulps of one component. Runs inside a working precision for the truth.

    `allowance()` is the part of the error budget that the conditioning of the problem explains.
    """
    if truth.kind is Kind.UNDEFINED:
        return Verdict.UNDEFINED, 0.0
    if truth.kind is Kind.UNDECIDED:
        return Verdict.UNDECIDED, math.nan
    if math.isnan(actual):
        return Verdict.SPURIOUS_NAN, math.inf
    if truth.kind is Kind.KINK:
        return _judge_kink(actual, truth, f, allowance)
    return _judge_number(actual, truth.lower, f, allowance)


def budget_ulps(f: Format) -> int:
    """Ulps of the dtype granted to any component."""
    return BUDGET_ULPS if f.precision >= 24 else BUDGET_ULPS_SHORT


def _judge_kink(actual: float, truth: Limit, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    """Anything between the one-sided derivatives is right; beyond them the nearest is the truth."""
    number = arb(actual)
    below, above = bool(number < truth.lower), bool(number > truth.upper)
    if not (below or above):
        return Verdict.SUBGRADIENT, 0.0  # an end is a limit, so an answer at it is never certainly inside
    nearest = truth.lower if below else truth.upper
    verdict, error = _judge_number(actual, nearest, f, allowance)
    return (Verdict.SUBGRADIENT if verdict is Verdict.ACCURATE else verdict), error


def _judge_number(actual: float, truth: arb, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    if not truth.is_finite():
        right = math.isinf(actual) and (actual > 0) == bool(truth > 0)
        return (Verdict.LEGITIMATE_INFINITE, 0.0) if right else (Verdict.WRONG, math.inf)
    if math.isinf(actual):
        verdict = _judge_infinity(actual, truth, f, allowance)
        return verdict, 0.0 if verdict is Verdict.LEGITIMATE_OVERFLOW else math.inf
    return _judge_finite(actual, truth, f, allowance)


def _judge_infinity(actual: float, truth: arb, f: Format, allowance: Callable[[], arb]) -> Verdict:
    """An infinity is right where the truth is beyond the dtype on its side, or within the budget of it.

    A zero, or a number of the other sign, can be that near too: the variance of equal numbers whose half ulps
    have squares beyond the dtype.
    """
    toward = truth if actual > 0 else -truth
    reach = toward + budget_ulps(f) * ulp(f.maximum, f)
    if reach > f.maximum:
        return Verdict.LEGITIMATE_OVERFLOW
    reach += allowance()
    if reach > f.maximum:
        return Verdict.ILL_CONDITIONED
    if -toward > f.maximum:
        return Verdict.WRONG
    return Verdict.SPURIOUS_INF if reach <= f.maximum else Verdict.UNDECIDED


def _judge_finite(actual: float, truth: arb, f: Format, allowance: Callable[[], arb]) -> tuple[Verdict, float]:
    gap = abs(arb(actual) - truth)
    unit = ulp(float(truth.mid()), f)
    error, budget = float((gap / unit).mid()), budget_ulps(f) * unit
    if gap <= budget:
        return Verdict.ACCURATE, error
    if actual == 0 and abs(truth) < f.smallest_normal:
        return Verdict.FLUSHED, error
    budget += allowance()
    if gap <= budget:
        return Verdict.ILL_CONDITIONED, error
    if not gap > budget:
        return Verdict.UNDECIDED, error
    if actual == 0:
        return Verdict.SPURIOUS_ZERO, error
    wrong_sign = bool(truth < 0 if actual > 0 else truth > 0)
    return (Verdict.WRONG if wrong_sign or gap > WRONG * abs(truth) else Verdict.INACCURATE), error


def overflows_to_nan(part: JudgedArray, index: tuple[int, ...]) -> bool:
    """Whether NaN stands for a number beyond the dtype: an infinity would have been right, and is no number either."""
    ends = part.truth.lower[index], part.truth.upper[index]
    beyond = all(end.is_finite() for end in ends) and math.isinf(part.expected[index])
    return beyond and math.isnan(part.actual[index]) and part.verdicts[index] is Verdict.SPURIOUS_NAN


def is_between(actual: float, ends: Sequence[arb], truth: Enclosures) -> bool:
    """Whether an answer lies between the derivatives on the sides of a near tie; a failure that does is minor.

    At no ends it does not, nor where one of them is not known.
    """
    with balls.precision(max(JUDGE_BITS, min(truth.bits, MAXIMUM_BITS))):
        budget = budget_ulps(truth.format) * ulp(actual, truth.format)
        known = [end for end in ends if end.is_finite()]
        return len(known) == 2 and bool(known[0].min(known[1]) - budget <= actual <= known[0].max(known[1]) + budget)


def severity(
    verdict: Verdict, actual: float, expected: float, f: Format, scale: float, noise_scale: float = 0.0
) -> Severity:
    """How much a failure matters. `scale` is the usual magnitude of the quantity.

    No answer, a NaN or infinity is critical. A finite error is minor where it is below the rounding of the
    quantity's usual magnitude (a saturated tail), where an inaccurate answer still has more than half its
    digits right, and where noise stands for what is next to zero, below the rounding of `noise_scale`. Noise of
    less than half a percent of the scales is major.
    """
    if not (math.isfinite(actual) and math.isfinite(expected)):
        return Severity.CRITICAL
    error = abs(actual - expected)
    is_noise = actual != 0 and error > NOISE * abs(expected)
    if error <= MINOR_EPSILONS * f.epsilon * max(scale, noise_scale if is_noise else 0.0):
        return Severity.MINOR
    if is_noise and error <= MAJOR * max(scale, noise_scale):
        return Severity.MAJOR
    if verdict is Verdict.INACCURATE:
        return Severity.MAJOR if error > min(math.sqrt(f.epsilon), MAJOR) * abs(expected) else Severity.MINOR
    return Severity.CRITICAL
