"""Findings are shown at the simplest point that has them: fewest elements other than 0 and 1, then round numbers."""

import numpy as np
import pytest
from hand_made import implementation, specification

from gradcheck import Argument, check
from gradcheck.dtypes import NAMES, format_of
from gradcheck.finding import failures, reduced, simplest
from gradcheck.inputs import shrink
from gradcheck.inputs.points import Point
from gradcheck.judging import judge_at, judge_point, target_of
from gradcheck.search import QUICK, THOROUGH


def _shrunk(holds, start, *domains, most=150, dtype="float32"):
    """The plainest arrays, and how many were asked about."""
    arrays = tuple(np.asarray(a, dtype=format_of(dtype).numpy) for a in start)
    domains = domains or ("real",) * len(arrays)
    arguments = [Argument(d, shape=a.shape) for d, a in zip(domains, arrays, strict=True)]
    asked = []

    def counted(candidate):
        asked.append(candidate)
        assert all(x.parsed.contains(a).all() for x, a in zip(arguments, candidate, strict=True)), candidate
        assert [(a.dtype, a.shape) for a in candidate] == [(a.dtype, a.shape) for a in arrays]
        return holds(*candidate)

    found = shrink.simplest(arrays, arguments, counted, most)
    assert holds(*found)
    return [a.tolist() for a in found], len(asked)


START = [-3.7, 104.5, 0.1, 17.25, -9.0, 1e-3, 5.5, -2.5]


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (lambda x: True, [0] * 8),
        (lambda x: (x != 0).all(), [1] * 8),
        (lambda x: x[1] > 88.7, [0, 100, 0, 0, 0, 0, 0, 0]),
        (lambda x: x[4] < 0, [0, 0, 0, 0, -1, 0, 0, 0]),
        (lambda x: x[4] < -1.5 and x[3] > 3, [0, 0, 0, 10, -2, 0, 0, 0]),
        (lambda x: x.sum() > 50, [0, 100, 0, 0, 0, 0, 0, 0]),
        (lambda x: 0 < abs(x[5]) < 2e-3, [0, 0, 0, 0, 0, np.float32(1e-3), 0, 0]),
    ],
)
def test_fewest_elements_then_the_roundest_numbers(holds, expected):
    (found,), asked = _shrunk(holds, [START])
    assert found == expected
    assert asked <= 60


def test_a_power_of_ten_comes_as_near_to_one_as_it_can():
    (found,), _ = _shrunk(lambda x: abs(float(x[0])) > 1.9e19, [[-3.1415927e37, 2.5]])
    assert found == [np.float32(1e20), 0]
    (found,), _ = _shrunk(lambda x: 0 < float(x[0]) < 5e-20, [[2.7e-33]])
    assert found == [np.float32(1e-20)]


def test_equal_elements_stay_equal_where_they_must():
    assert _shrunk(lambda x, y: x == y and x > 1, [2.71828, 2.71828])[0] == [2, 2]
    assert _shrunk(lambda x, y: x == y, [2.71828, 2.71828])[0] == [0, 0]


def test_of_two_close_arguments_the_difference_is_kept():
    close = lambda x, y: (abs(x - y) > 0).all() and (abs(x - y) < 1e-3).all()  # noqa: E731
    (x, y), _ = _shrunk(close, [[0.7183, 5.31], [0.7182, 5.3101]])
    assert y == [0, 0]
    assert max(len(str(np.float32(n))) for n in x) <= 7


def test_negative_zeros_go_and_so_do_needless_ones():
    (found,), _ = _shrunk(lambda x: x[1] == 2, [[-0.0, 2, 1, -0.0]])
    assert found == [0, 2, 0, 0]
    assert not np.signbit(found).any()
    (found,), _ = _shrunk(lambda x: np.signbit(x[0]), [[-0.0, 3]])
    assert np.signbit(found).tolist() == [True, False]


@pytest.mark.parametrize(
    ("domain", "start", "expected"),
    [
        ("[3, 8)", [3.3, 7.1], [3, 3]),
        ("positive", [0.3, 7.1], [1, 1]),
        ("{-1, 2}", [-1, 2], [2, 2]),
        ("simplex", [0.2, 0.3, 0.5], [1, 0, 0]),
        ("ball", [0.3, -0.2], [0, 0]),
        ("rotation", [[0.6, -0.8], [0.8, 0.6]], [[1, 0], [0, 1]]),
        ("[-inf, 0]", [-np.inf, -3], [0, 0]),
    ],
)
def test_domains_are_respected(domain, start, expected):
    (found,), _ = _shrunk(lambda x: True, [start], domain)
    assert found == expected


def test_what_a_sampler_drew_is_left_alone():
    found, asked = _shrunk(lambda x, y: True, [[0.25, 0.5], [3.5]], lambda rng, shape: rng.random(shape), "real")
    assert (found, asked) == ([[0.25, 0.5], [0]], 1)


@pytest.mark.parametrize("most", [0, 1, 7, 40])
def test_no_more_questions_than_allowed(most):
    _, asked = _shrunk(lambda x: x.std() > 1, [np.linspace(-9.3, 7.7, 24)], most=most)
    assert asked <= most


@pytest.mark.parametrize("dtype", NAMES)
def test_the_numbers_of_a_dtype_are_as_short_as_it_writes_them(dtype):
    tenth = np.array([0.1], format_of(dtype).numpy)
    assert shrink.plainness((tenth,))[:2] == (1, len(str(tenth[0])))


def test_plainness_orders_points():
    points = [[0, 0], [1, 0], [0, 2], [0, 0.3], [0, 20], [0, 0.123], [0, 1e9], [0, np.inf], [2, 2]]
    ranks = [shrink.plainness((np.array(p, np.float32),)) for p in points]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_a_finding_keeps_verdict_quantity_argument_and_severity():
    of = specification(lambda xp, x: 1.5 * x, Argument(shape=(3,)))

    def loses(x):
        """Loses what is small: a minor matter below 1e-8, a critical one above; breaks above 1e6."""
        kept = np.where(np.abs(x) < 1e-3, 0, x * 1.5)
        return np.where(np.abs(x) > 1e6, np.nan, kept).astype(x.dtype)

    target = target_of(implementation(loses, of=of))

    def failing(point):
        return failures(target, judge_point(target, point, "float32", "eager"), "float32")

    start = Point("typical", (np.array([7.3e-4, 3.3e9, 2.2e-12], np.float32),))
    lost = [f for f in failing(start) if f.verdict == "spurious_zero"]
    found = reduced(simplest(lost), target.arguments, failing, 100)
    assert (found.group, found.severity) == (simplest(lost).group, "critical")
    assert found.point.regime == "typical"
    values = found.point.arrays[0]
    assert np.count_nonzero(values) == 1
    assert 1e-8 < values.max() < 1e-3


def test_a_finite_value_stays_finite():
    of = specification(lambda xp, x: x[0] * x[1] - xp.log(x[1]), Argument("nonnegative", shape=(2,)))
    target = target_of(implementation(lambda x: np.float32(x[0]), gradient=lambda x: (x * np.nan,), of=of))

    def failing(point):
        return failures(target, judge_point(target, point, "float32", "eager"), "float32")

    lost = simplest(
        [f for f in failing(Point("typical", (np.array([3.7, 2.3], np.float32),))) if f.quantity != "value"]
    )
    found = reduced(lost, target.arguments, failing, 100)
    assert found.point.arrays[0].tolist() == [1, 1]  # where both are zero the value is infinite
    pole = simplest([f for f in failing(Point("zeros", (np.array([3.7, 0], np.float32),))) if f.quantity != "value"])
    assert reduced(pole, target.arguments, failing, 100).point.arrays[0].tolist() == [0, 0]


def _torch_cases():
    def log_form(torch, x):
        return torch.logsumexp(2 * x.abs().log(), 0)

    def norm(torch, x):
        return x.square().sum().sqrt()

    def softplus(torch, x):
        return (1 + x.exp()).log()

    def patched(torch, x):
        return (x.square().sum() + 1e-20).log()

    def logsumexp(torch, x):
        return x.exp().sum().log()

    # function -> (quantity, verdict) -> the fewest elements other than 0 and 1 that show it
    return [
        (log_form, {("gradient", "spurious_nan"): 0}),
        (norm, {("value", "spurious_inf"): 1, ("gradient", "spurious_zero"): 1, ("gradient", "spurious_nan"): 0}),
        (softplus, {("value", "spurious_inf"): 1, ("gradient", "spurious_nan"): 1}),
        (patched, {("value", "spurious_inf"): 1}),
        (logsumexp, {("value", "spurious_inf"): 1, ("gradient", "spurious_nan"): 1}),
    ]


@pytest.mark.parametrize(("formula", "least"), _torch_cases(), ids=lambda x: getattr(x, "__name__", ""))
def test_known_findings_need_no_more_elements_than_they_must(formula, least):
    torch = pytest.importorskip("torch")
    report = check(lambda x: formula(torch, x), Argument(shape=(6,)), framework="torch")
    found = {(f.quantity, f.verdict): f.point for f in report.findings if f.severity == "critical"}
    assert least.keys() <= found.keys()
    for key, count in least.items():
        (x,) = found[key]
        assert np.count_nonzero((x != 0) & (x != 1)) == count, (key, x)
        assert max(len(str(number)) for number in x) <= 5, (key, x)


def test_the_reduced_point_fails_as_the_finding_says():
    def unstable(x):
        with np.errstate(over="ignore"):
            return np.log1p(np.exp(x))

    def softplus(xp, x):
        return xp.log1p(xp.exp(x))

    report = check(unstable, Argument(shape=(4,)), framework="numpy", definition=softplus)
    given = implementation(unstable, of=specification(softplus, Argument(shape=(4,))))
    (found,) = report.findings
    judged = judge_at(given, "float32", found.point)
    assert judged.value.verdicts[found.index] == found.verdict == "spurious_inf"
    assert sorted(found.point[0].tolist()) == [0, 0, 0, 100]


def test_a_run_of_suites_spends_less():
    assert QUICK.searched == 0
    assert QUICK.questions <= 40 < THOROUGH.questions
