"""The search finds what the regimes miss, the same each time, and leaves nothing behind."""

import random
import subprocess
import sys
import time
from functools import partial

import hypothesis
import numpy as np
import pytest
from hand_made import implementation, right, specification

from gradcheck import Argument, check, search
from gradcheck.dtypes import NAMES, ordinals
from gradcheck.inputs.constants import constants_of
from gradcheck.inputs.points import Point, make, typical
from gradcheck.judging import judge_at, target_of
from gradcheck.refinement import extend
from gradcheck.search import Effort, Space, Worst, climb, scores
from gradcheck.subject import examine
from gradcheck.verdict import Severity

DOMAINS = ("real", "positive", "probability", "[3, 3.5)", "[-inf, 0]", "{-1, 1}", "simplex", "ball", "rotation")


def _band(low, high):
    """1.5 x, but 1.6 x between two numbers."""

    def wrong_in_a_band(x):
        return np.where((low < x) & (x < high), 1.6 * x, 1.5 * x).astype(x.dtype)

    return wrong_in_a_band


def _definition(xp, x):
    return 1.5 * x


def _checked(function, **options):
    return check(function, Argument(shape=(2,)), framework="numpy", definition=_definition, **options)


def _verdicts(report):
    return {(f.quantity, f.verdict, f.regime) for f in report.findings}


@pytest.mark.parametrize(("low", "high"), [(3.7, 3.8), (-0.0127, -0.0126), (20, 20.1), (1e12, 1.1e12)])
def test_a_narrow_band_that_the_regimes_miss_is_found(low, high):
    points = make([Argument(shape=(2,))], "float32")
    assert not any(((low < p.arrays[0]) & (p.arrays[0] < high)).any() for p in points), "the regimes find it alone"
    report = _checked(_band(low, high))
    assert _verdicts(report) == {("value", "wrong", search.REGIME)}
    (found,) = report.findings
    assert low < found.point[0][found.index] < high


def test_a_growing_error_is_climbed():
    """No constant to go by: the fault is a narrow hump, of which only the foot is ever met by chance."""

    def score(point):
        away = abs(float(point.arrays[0]) - 0.1)
        return {"value": -np.log2(away + 1e-12)}

    visited = []

    def visit(point):
        visited.append(point)
        return score(point)

    arguments = (Argument(),)
    space = Space(arguments, "float32", tuple(typical(arguments, "float32", 0, 1)))
    climb(visit, space, 200)
    best = [max(score(p)["value"] for p in part) for part in (visited[:100], visited)]
    assert best[1] > best[0] + 2, "the climb in the second half did not come nearer"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("dtype", NAMES)
def test_every_point_is_in_the_domain_and_new(domain, dtype):
    shape = (2, 2) if domain == "rotation" else (3,)
    arguments = (Argument(domain, shape=shape), Argument("positive"))
    start = typical(arguments, dtype, 0, 2)
    seen = []
    climb(lambda p: seen.append(p) or {}, Space(arguments, dtype, tuple(start), (-2.0, 0.25, 1e30)), 60)
    assert len(seen) > 10
    assert {a.dtype.name for p in seen for a in p.arrays} == {dtype}
    for point in seen:
        assert [a.shape for a in point.arrays] == [shape, ()]
        assert all(x.parsed.contains(a).all() for x, a in zip(arguments, point.arrays, strict=True)), point.arrays
    assert len({tuple(a.tobytes() for a in p.arrays) for p in (*seen, *start)}) == len(seen) + 2


def test_the_same_seed_gives_the_same_findings_and_another_one_other_points():
    def points(seed):
        seen = []
        arguments = (Argument(shape=(3,)),)
        visit = lambda p: seen.append(p.arrays[0].tobytes()) or {"value": float(p.arrays[0][0] > 1)}  # noqa: E731
        climb(visit, Space(arguments, "float32", tuple(typical(arguments, "float32", 0, 1))), 50, seed)
        return seen

    assert points(0) == points(0)
    assert points(0) != points(1)


def test_a_check_repeats_itself_whatever_was_imported_meanwhile():
    first = _checked(_band(3.7, 3.8), seed=3)
    import gradcheck.cli  # noqa: F401 - hypothesis would take its numbers for constants worth trying

    again = _checked(_band(3.7, 3.8), seed=3)
    assert first.counts == again.counts
    assert [f.point[0].tolist() for f in first.findings] == [f.point[0].tolist() for f in again.findings]


def test_nothing_is_left_behind(tmp_path):
    code = (
        "import random, numpy as np, hypothesis, gradcheck, warnings\n"
        "warnings.simplefilter('error')\n"
        "state, before, profile = random.getstate(), np.random.get_state()[1].tolist(), hypothesis.settings.default\n"
        "report = gradcheck.check(lambda x: 1.5 * x, gradcheck.Argument(shape=(2,)), framework='numpy')\n"
        "assert random.getstate() == state and np.random.get_state()[1].tolist() == before\n"
        "assert hypothesis.settings.default is profile\n"
        "print(report.counts)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{'value': {'accurate'")
    assert list(tmp_path.iterdir()) == []


@hypothesis.given(seed=hypothesis.strategies.just(3))
@hypothesis.settings(database=None, max_examples=1, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
def test_a_check_inside_a_test_of_hypothesis(seed):
    state = random.getstate()
    assert not _checked(_band(3.7, 3.8), seed=seed).ok
    assert random.getstate() == state


def _extended(given, effort, **options):
    target = target_of(given)
    *_, seen = examine(target, "float32", "eager", make(target.arguments, "float32", regimes=("typical",)))
    before = seen.points
    extend(seen, target, "float32", "eager", effort, **options)
    return seen, seen.points - before


def test_the_number_of_points_is_bounded():
    for most in (0, 10, 40):
        _, searched = _extended(
            implementation(), Effort(searched=most, questions=0, questions_in_all=0, least=Severity.MINOR)
        )
        assert most / 2 <= searched <= most


def test_the_budget_holds_for_search_and_reduction():
    effort = Effort(searched=100, questions=100, questions_in_all=100, least=Severity.MINOR)
    seen, searched = _extended(implementation(lambda x: x * np.nan), effort, deadline=time.monotonic() - 1)
    assert searched == 0
    (kept,) = seen.shown
    assert kept.failure in seen.failures


def test_the_users_own_points_are_not_searched_from():
    report = _checked(_band(3.7, 3.8), points=[(np.array([1, 2]),)])
    assert report.counts["value"] == {"accurate": 2}


def test_what_breaks_the_search_is_a_note_and_loses_nothing():
    def shrinks_far_out(x):
        return right(x) if np.abs(x).max() < 50 else right(x)[:1]

    effort = Effort(searched=40, questions=0, questions_in_all=0, least=Severity.MINOR)
    seen, _ = _extended(implementation(shrinks_far_out), effort)
    assert seen.counts["value"]["accurate"] >= 4
    assert any(note.startswith("the search was broken off by ShapeError: ") for note in seen.notes)


def test_scores_count_failures_in_full_and_what_is_granted_not():
    of = specification(lambda xp, x: xp.sin(x), Argument(shape=(1,)))

    def scored(function, x):
        return scores(judge_at(implementation(function, of=of), "float32", (np.array([x], np.float32),)))["value"]

    off = lambda x: np.sin(np.nextafter(x, np.float32(np.inf)))  # noqa: E731 - half an ulp of input explains it
    assert scored(np.sin, 1.0) <= 1
    assert scored(off, 1e6) <= np.log2(1 + 8)
    assert 15 < scored(lambda x: np.sin(x) * np.float32(1.01), 1.0) < 18
    assert scored(lambda x: x * np.nan, 1.0) == search.INFINITE_SCORE


def test_the_worst_points_are_where_a_search_starts():
    worst, given = (
        Worst(),
        implementation(lambda x: x * x.dtype.type(1.5) + np.where(x > 1, x * 0.1, 0).astype(x.dtype)),
    )
    for values in ([0.5, 0.5], [1, 2], [0.25, 0.25], [3, 3]):
        worst.add(judge_at(given, "float32", (np.array(values, np.float32),)))
    assert [p.arrays[0].tolist() for p in worst.starts()] == [[1, 2], [3, 3]]


def _threshold(x, limit=20.0):
    inner = lambda y: y > 7  # noqa: E731
    return inner(x) + limit + 0.5


class _Called:
    def __init__(self):
        self.slope = 0.125

    def __call__(self, x):
        return x * self.slope + 3.0


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (_threshold, {0.5, 7, 20}),
        (partial(_threshold, limit=30), {0.5, 7, 20, 30}),
        (_band(3.7, 3.8), {1.5, 1.6, 3.7, 3.8}),
        (_Called(), {0.125, 3}),
        (np.sin, set()),
    ],
)
def test_the_constants_of_a_function(function, expected):
    assert expected == set(constants_of(function))


def test_a_number_beyond_the_dtype_is_no_harm():
    arguments = (Argument(shape=(2,)),)
    seen = []
    space = Space(arguments, "float16", (Point("ones", (np.ones(2, np.float16),)),), (1e30, 1e300))
    climb(lambda p: seen.append(p) or {}, space, 40)
    assert all(np.isfinite(ordinals(p.arrays[0])).all() and np.isfinite(p.arrays[0]).all() for p in seen)
