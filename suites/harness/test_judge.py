"""One component against its truth: each verdict at its boundary, and the error budget."""

import math

import numpy as np
import pytest
from flint import arb
from hand_made import implementation, specification, three_halves

from gradcheck import Argument
from gradcheck.dtypes import format_of
from gradcheck.exact import Kind, balls
from gradcheck.exact.limits import Limit
from gradcheck.judge import BUDGET_SPREADS, budget_ulps, judge, severity
from gradcheck.judging import judge_at
from gradcheck.verdict import Verdict

INF, NAN = math.inf, math.nan
MAXIMUM = format_of("float32").maximum
ULP = 2.0**-23  # of float32 at 1
TOP = 2.0**104  # ulp of float32 at its maximum


def _ball(number) -> arb:
    return number if isinstance(number, arb) else arb(number)


def _judge(actual, lower, upper=None, *, kind=None, dtype="float32", allowance=0.0):
    """Judge one component; a truth of two ends is a kink."""
    found = kind or (Kind.CERTIFIED if upper is None else Kind.KINK)
    with balls.precision(256):
        truth = Limit(found, _ball(lower), _ball(lower if upper is None else upper))
        return judge(actual, truth, format_of(dtype), lambda: arb(allowance))


@pytest.mark.parametrize(
    ("actual", "truth", "verdict"),
    [
        (1.0, 1.0, "accurate"),
        (1 + 8 * ULP, 1.0, "accurate"),
        (1 + 9 * ULP, 1.0, "inaccurate"),
        (1.009, 1.0, "inaccurate"),
        (1.011, 1.0, "wrong"),
        (-1.0, 1.0, "wrong"),
        (1.0, -1.0, "wrong"),
        (1e-3, 0.0, "wrong"),
        (-(2.0**-149), 2.0**-149, "accurate"),  # next to zero a sign is below an ulp
        (NAN, 1.0, "spurious_nan"),
        (0.0, 1.0, "spurious_zero"),
        (0.0, -1.18e-38, "spurious_zero"),  # the smallest normal number is 1.1755e-38
        (0.0, 1.17e-38, "flushed"),
        (0.0, 1e-50, "accurate"),  # rounds to zero
        (1e-50, 0.0, "accurate"),
        (INF, 1.0, "spurious_inf"),
        (INF, 0.0, "spurious_inf"),
        (-INF, 0.0, "spurious_inf"),
        (-INF, 1.0, "spurious_inf"),
    ],
)
def test_verdict_of_a_number(actual, truth, verdict):
    assert _judge(actual, truth)[0] == verdict


@pytest.mark.parametrize(
    ("actual", "truth", "verdict"),
    [
        (INF, 1e40, "legitimate_overflow"),
        (-INF, -1e40, "legitimate_overflow"),
        (-INF, 1e40, "wrong"),
        (INF, arb(10) ** 400, "legitimate_overflow"),
        (MAXIMUM, 1e40, "wrong"),
        (MAXIMUM, MAXIMUM, "accurate"),
        (MAXIMUM, MAXIMUM + TOP / 2, "accurate"),  # a tie goes to infinity; the maximum is within the budget of it
        (INF, MAXIMUM + TOP / 2, "legitimate_overflow"),
        (INF, MAXIMUM, "legitimate_overflow"),
        (INF, MAXIMUM - 7 * TOP, "legitimate_overflow"),
        (INF, MAXIMUM - 9 * TOP, "spurious_inf"),
        (MAXIMUM - 9 * TOP, MAXIMUM, "inaccurate"),
    ],
)
def test_verdict_at_the_overflow_threshold(actual, truth, verdict):
    assert _judge(actual, truth)[0] == verdict


@pytest.mark.parametrize(
    ("actual", "truth", "verdict"),
    [
        (INF, INF, "legitimate_infinite"),
        (-INF, -INF, "legitimate_infinite"),
        (-INF, INF, "wrong"),
        (MAXIMUM, INF, "wrong"),
        (0.0, INF, "wrong"),
        (NAN, INF, "spurious_nan"),
    ],
)
def test_verdict_where_the_truth_is_infinite(actual, truth, verdict):
    assert _judge(actual, truth, kind=Kind.INFINITE)[0] == verdict


@pytest.mark.parametrize(
    ("actual", "lower", "upper", "verdict"),
    [
        (0.5, 0, 1, "subgradient"),
        (0.0, 0, 1, "subgradient"),
        (1.0, 0, 1, "subgradient"),
        (1 + 8 * ULP, 0, 1, "subgradient"),
        (1 + 9 * ULP, 0, 1, "inaccurate"),
        (1.5, 0, 1, "wrong"),
        (-0.5, 0, 1, "wrong"),
        (0.0, 1, 2, "spurious_zero"),
        (NAN, -1, 1, "spurious_nan"),
        (INF, -1, 1, "spurious_inf"),
        (INF, -1, INF, "subgradient"),
        (-INF, -1, INF, "spurious_inf"),
        (-INF, -INF, INF, "subgradient"),
        (INF, 1, 1e40, "legitimate_overflow"),
        (-INF, 1, 1e40, "spurious_inf"),
    ],
)
def test_verdict_at_a_kink(actual, lower, upper, verdict):
    assert _judge(actual, lower, upper)[0] == verdict


@pytest.mark.parametrize("actual", [0.0, 1.0, NAN, INF])
@pytest.mark.parametrize("kind", [Kind.UNDEFINED, Kind.UNDECIDED])
def test_without_a_truth_any_answer_is_as_good(actual, kind):
    assert _judge(actual, NAN, kind=kind)[0] == kind.value


@pytest.mark.parametrize(
    ("actual", "truth", "allowance", "verdict"),
    [
        (1.5, 1.0, 0.5, "ill_conditioned"),
        (1.5, 1.0, 0.49, "wrong"),
        (-1.0, 1.0, 2.0, "ill_conditioned"),
        (0.0, 1.0, 1.0, "ill_conditioned"),
        (INF, 3e38, 1e38, "ill_conditioned"),
        (INF, 3e38, 1e37, "spurious_inf"),
        (INF, 0.0, 4e38, "ill_conditioned"),
        (-INF, 0.0, 4e38, "ill_conditioned"),
        (INF, -1e38, 5e38, "ill_conditioned"),
        (INF, -1e38, 4e38, "spurious_inf"),  # which reaches the infinity of the other sign
        (-INF, 1e40, 1e39, "wrong"),
        (1.0, 1.0, 5.0, "accurate"),
    ],
)
def test_conditioning_explains_what_it_allows(actual, truth, allowance, verdict):
    assert _judge(actual, truth, allowance=allowance)[0] == verdict


@pytest.mark.parametrize(
    ("actual", "truth", "verdict"),
    [(1.0, arb(1, 0.5), "undecided"), (2.0, arb(1, 0.5), "wrong"), (INF, arb(3.4e38, 1e37), "undecided")],
)
def test_a_wide_ball_decides_only_what_is_certain(actual, truth, verdict):
    assert _judge(actual, truth)[0] == verdict


def test_error_is_in_ulps_of_the_dtype_around_the_truth():
    assert _judge(1 + 3 * ULP, 1.0)[1] == 3
    assert _judge(1.0 + 2.0**-10, 1.0, dtype="float16")[1] == 1
    assert _judge(2.0**-24, 0.0, dtype="float16")[1] == 1
    assert _judge(NAN, 1.0)[1] == INF
    assert _judge(INF, 1e40)[1] == 0


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_budget_in_each_dtype(dtype):
    f = format_of(dtype)
    at_budget = 1 + budget_ulps(f) * f.epsilon
    assert _judge(at_budget, 1.0, dtype=dtype)[0] == "accurate"
    assert _judge(at_budget + f.epsilon, 1.0, dtype=dtype)[0].fails


@pytest.mark.parametrize("magnitude", ["smallest", "one", "largest"])
@pytest.mark.parametrize(
    ("dtype", "size"),
    [(dtype, size) for dtype in ("float16", "float32", "float64") for size in (1, 3, 24, 25, 400)],
)
def test_a_defect_of_one_percent_fails_in_any_single_component(dtype, size, magnitude):
    f = format_of(dtype)
    scale = {"smallest": f.smallest_normal * 2, "one": 1.0, "largest": f.maximum / 4}[magnitude]
    x = (scale * np.linspace(1, 1.5, size)).astype(dtype)
    bad = size // 2

    def broken(x):
        y = x * x.dtype.type(1.5)
        y[bad] *= x.dtype.type(1.01)
        return y

    def gradient(x):
        partial = np.full_like(x, 1.5)
        partial[bad] *= x.dtype.type(1.01)
        return partial

    of = specification(three_halves, Argument("real", shape=(size,)))
    judged = judge_at(implementation(broken, gradient=gradient, of=of), dtype, (x,))
    for part in (judged.value, judged.gradient[0]):
        assert [index for index, v in np.ndenumerate(part.verdicts) if v.fails] == [(bad,)]
        others = {v for index, v in np.ndenumerate(part.verdicts) if index != (bad,)}
        assert others <= {Verdict.ACCURATE}


def _farthest_pass(size):
    """The largest error in ulps of one component of `size` that passes, in float64."""
    of = specification(three_halves, Argument("real", shape=(size,)))
    x = np.full(size, 1.0)

    def passes(ulps):
        def off(x):
            y = 1.5 * x
            y[0] += ulps * 2.0**-52
            return y

        return not judge_at(implementation(off, of=of), "float64", (x,)).value.failing()

    return max(n for n in range(256) if passes(n))


@pytest.mark.parametrize("size", [2, 24, 25, 200])
def test_budget_does_not_grow_with_the_number_of_elements(size):
    # Half an ulp of input moves 1.5 x by 1.5 half ulps of it.
    assert _farthest_pass(size) == _farthest_pass(1) == int(budget_ulps(format_of("float64")) + BUDGET_SPREADS * 0.75)


def test_a_kink_is_no_ill_conditioning():
    of = specification(lambda xp, x: xp.abs(x), Argument("real"))
    steep = implementation(np.abs, gradient=lambda x: np.full_like(x, 3), of=of)
    assert judge_at(steep, "float32", (np.zeros((), np.float32),)).gradient[0].counts() == {"wrong": 1}


@pytest.mark.parametrize(
    ("verdict", "actual", "expected", "scale", "wanted"),
    [
        ("spurious_nan", NAN, 1.0, 1.0, "critical"),
        ("spurious_inf", INF, 1e-30, 1.0, "critical"),
        ("wrong", 1.0, INF, 1.0, "critical"),
        ("raised", NAN, NAN, 0.0, "critical"),
        ("spurious_zero", 0.0, 1.0, 1.0, "critical"),
        ("spurious_zero", 0.0, 1e-8, 1.0, "minor"),  # below the rounding of the quantity's usual magnitude
        ("spurious_zero", 0.0, 1e-8, 1e-8, "critical"),
        ("wrong", -1.0, 1.0, 1.0, "critical"),
        ("inaccurate", 1.006, 1.0, 1.0, "major"),
        ("inaccurate", 1.001, 1.0, 1.0, "major"),  # less than half of float32's digits are right
        ("inaccurate", 1.0001, 1.0, 1.0, "minor"),
    ],
)
def test_severity(verdict, actual, expected, scale, wanted):
    assert severity(Verdict(verdict), actual, expected, format_of("float32"), scale) == wanted


@pytest.mark.parametrize(
    ("actual", "expected", "noise_scale", "wanted"),
    [
        (1e-7, 0.0, 1.0, "minor"),  # a rounding of what the value moves by, where zero ought to be
        (1e-7, -1e-8, 1.0, "minor"),
        (1e-5, 0.0, 1.0, "major"),  # beyond it
        (1e-7, 0.0, 1e-3, "major"),
        (1e-2, 0.0, 1.0, "critical"),
        (-1e-7, 1e-7, 1.0, "critical"),  # a sign turned round is no noise
        (0.0, 1e-7, 1.0, "critical"),  # nor is what was lost
        (1.1e-7, 1e-7, 1.0, "critical"),
    ],
)
def test_noise_where_zero_ought_to_be_is_minor(actual, expected, noise_scale, wanted):
    assert severity(Verdict.WRONG, actual, expected, format_of("float32"), 0.0, noise_scale) == wanted


def test_counts_and_failing_components():
    def half_broken(x):
        return np.array([x[0] * 1.5, np.nan], x.dtype)

    part = judge_at(implementation(half_broken), "float32", (np.ones(2, np.float32),)).value
    assert part.counts() == {"accurate": 1, "spurious_nan": 1}
    assert part.failing() == [(1,)]


def test_expected_at_a_kink_is_the_end_nearest_to_the_answer():
    of = specification(lambda xp, x: xp.maximum(x, 0.0 * x), Argument("real"))
    point = (np.zeros(()),)
    for answer, nearest in ((3.0, 1.0), (-3.0, 0.0)):
        answers = implementation(lambda x: x, gradient=lambda x, a=answer: np.asarray(a, x.dtype), of=of)
        assert judge_at(answers, "float64", point).gradient[0].expected == nearest
