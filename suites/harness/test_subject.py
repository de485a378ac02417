"""One subject over all its points: nothing seen is lost, and what a function does instead of answering is a verdict."""

import sys
import time

import numpy as np
import pytest
from hand_made import implementation, right, specification

from gradcheck import Argument
from gradcheck import time_limit as limits
from gradcheck.containment import Exited
from gradcheck.dtypes import ordinals
from gradcheck.frameworks.errors import FunctionRaised, NotDeterministic, WritesInput, WrongResult
from gradcheck.inputs.points import Point, make
from gradcheck.judging import NON_FINITE, target_of
from gradcheck.subject import MOST_NOTES, MOST_TIMEOUTS, examine, location, screen, summarise

ZERO, ONE, TWO = (Point(name, (np.full(2, n, np.float32),)) for name, n in (("zeros", 0), ("ones", 1), ("twos", 2)))


def _seen(given, points, **options):
    *_, last = examine(target_of(given), "float32", "eager", points, **options)
    return last


def _screened(function, points=(ZERO, ONE)):
    screen(target_of(implementation(function)), points, "float32", "eager")


def test_components_are_counted_by_regime_and_in_all():
    seen = _seen(implementation(gradient=lambda x: -x), [ONE, TWO])
    assert seen.counts == {"value": {"accurate": 4}, "gradient": {"wrong": 4}}
    assert seen.regimes["twos"] == {"value": {"accurate": 2}, "gradient": {"wrong": 2}}
    assert (seen.points, len(seen.failures), len(seen.samples)) == (2, 4, 4)


def _raises_at_zero(x):
    if not x.any():
        raise ValueError("all zero")
    return right(x)


def _exits_at_zero(x):
    return right(x) if x.any() else sys.exit(3)


def _hangs_at_zero(x):
    while not x.any():
        time.sleep(0.01)
    return right(x)


@pytest.mark.parametrize(
    ("function", "verdict", "note"),
    [
        (_raises_at_zero, "raised", "raised ValueError: all zero at "),
        (_exits_at_zero, "raised", "the function called sys.exit(3)"),
        (_hangs_at_zero, "timed_out", "did not return within 0.1 s"),
    ],
)
def test_no_answer_at_a_point_is_its_verdict(function, verdict, note, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.1)
    seen = _seen(implementation(function), [ONE, ZERO, TWO])
    assert seen.counts["value"] == {"accurate": 4, verdict: 2}
    assert any(note in line for line in seen.notes), seen.notes


def test_a_function_that_keeps_hanging_is_not_asked_again(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    seen = _seen(implementation(_hangs_at_zero), [ZERO] * 5 + [ONE])
    assert seen.points == MOST_TIMEOUTS == 2
    assert "the function hung at 2 points, so 4 of 6 points were left out" in seen.notes


def test_without_a_truth_a_point_is_undecided_and_says_why():
    torch = pytest.importorskip("torch")
    from gradcheck.api import check

    report = check(lambda x: torch.fft.rfft(x).abs(), Argument(shape=(2,)), framework="torch", regimes=("ones",))
    assert set(report.counts["value"]) == {"undecided"}
    assert any("no exact rule for the operation" in note for note in report.notes)
    assert any(note.startswith("undecided components") for note in report.notes)


def test_the_budget_is_kept_after_at_least_one_point():
    seen = _seen(implementation(), [ONE, TWO, ZERO], deadline=time.monotonic() - 1)
    assert seen.points == 1
    assert seen.notes == ["the budget ran out after 1 of 3 points; give more with budget="]


@pytest.mark.parametrize(
    ("function", "note"),
    [
        (right, ""),
        (lambda x: np.nan_to_num(x), "non-finite inputs: a NaN among the inputs gives a finite output"),
        (lambda x: right(x) if np.isfinite(x).all() else sys.exit(1), "non-finite inputs: the function called"),
    ],
)
def test_non_finite_inputs_are_reported_and_do_not_fail(function, note):
    seen = _seen(implementation(function), [Point(NON_FINITE, (np.array([np.nan, 1], np.float32),))])
    assert seen.counts == {"value": {}, "gradient": {}}
    assert [line[: len(note)] for line in seen.notes] == ([note] if note else [])


def test_notes_are_said_once_and_not_without_end():
    seen = _seen(implementation(), [ONE])
    for number in range(100):
        seen.note(f"note {number % 50}")
    assert len(seen.notes) == len(set(seen.notes)) == MOST_NOTES


def test_finite_differences_give_a_second_opinion_once_a_regime():
    torch = pytest.importorskip("torch")
    given = implementation(lambda x: torch.tanh(x), of=specification(lambda xp, x: xp.tanh(x)), framework="torch")
    once, twice = (_seen(given, points).second_opinion for points in ([ONE], [ONE, Point("ones", TWO.arrays)]))
    assert once.agree == twice.agree == 2
    assert once.disagree == 0


def test_the_sample_is_the_worst_component_at_its_place():
    def nan_second(x):
        return np.array([x[0] * 1.5, np.nan], x.dtype)

    point = Point("given", (np.array([3, 5], np.float32),))
    (sample,) = _seen(implementation(nan_second), [point]).samples
    assert (sample.verdict, sample.ulps) == ("spurious_nan", np.inf)
    assert sample.ordinal == ordinals(point.arrays[0])[1]


def test_the_sample_of_a_gradient_is_placed_in_its_own_argument():
    of = specification(lambda xp, a, b: a * b, Argument(differentiate=False), Argument())
    given = implementation(lambda a, b: a * b, gradient=lambda a, b: a, of=of)
    point = Point("given", (np.array(3, np.float32), np.array(5, np.float32)))
    value, gradient = _seen(given, [point]).samples
    assert gradient.ordinal == ordinals(point.arrays[1])
    assert value.ordinal == ordinals(point.arrays[0])


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (lambda x: 1 // 0, FunctionRaised),
        (lambda x: sys.exit(1), Exited),
        (lambda x: None, WrongResult),
        (lambda x: x.astype(int), WrongResult),
        (lambda x: x.__iadd__(1), WritesInput),
        (lambda x: x * np.random.rand(2).astype(x.dtype), NotDeterministic),
    ],
)
def test_a_function_unfit_to_be_judged(function, error):
    with pytest.raises(error):
        _screened(function)


def test_what_a_function_does_at_some_points_does_not_make_it_unfit(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    for function in (_raises_at_zero, _exits_at_zero, _hangs_at_zero):
        _screened(function, (ZERO,))


def test_a_random_factor_is_noticed_though_the_first_point_is_zero():
    with pytest.raises(NotDeterministic):
        _screened(lambda x: x * np.float32(np.random.rand()), (ZERO,))


def test_the_summary_is_a_record():
    given = implementation(gradient=lambda x: -x)
    target = target_of(given)
    seen = _seen(given, make(target.arguments, "float32", 0, ("ones", "non_finite")))
    subject = summarise(
        seen,
        target,
        "float32",
        "eager",
        suite="s",
        specification="p",
        implementation="i",
        framework="numpy",
        claim="c",
        status="clean",
    )
    assert subject.arguments == ("x",)
    assert subject.location.startswith(f"{right.__code__.co_filename}:")
    assert subject.counts["gradient"] == {"wrong": 2 * seen.points}
    assert [f.verdict for f in subject.findings] == ["wrong"]


@pytest.mark.parametrize(("function", "known"), [(right, True), (np.sqrt, False), (sys.exit, False)])
def test_location(function, known):
    assert location(function).startswith(right.__code__.co_filename) is known
