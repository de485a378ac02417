"""Failures gathered into findings: one for each cause, worst first, at the simplest point, as text that reads back."""

import ml_dtypes
import numpy as np
import pytest
from hand_made import implementation, specification

from gradcheck import Argument, finding
from gradcheck.dtypes import NAMES, format_of
from gradcheck.finding import as_met, failures, gather, numbers, text
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.inputs.points import Point
from gradcheck.judging import judge_at, target_of, unanswered
from gradcheck.verdict import Verdict


def _gathered(given, points, dtype="float32"):
    target = target_of(given)
    judged = [judge_at(given, dtype, point) for point in points]
    return gather(as_met(f for j in judged for f in failures(target, j, dtype)), target, dtype, "eager")


def _point(*values, dtype=np.float32):
    return (np.array(values, dtype),)


def _nan_above_one(x):
    return np.where(np.abs(x) > 1, np.nan, x * 1.5).astype(x.dtype)


def test_one_finding_for_one_cause():
    (found,) = _gathered(implementation(_nan_above_one), [_point(2, 0), _point(3, 5), _point(0.5, 1)])
    assert (found.verdict, found.severity, found.quantity, found.count) == ("spurious_nan", "critical", "value", 3)


def test_the_simplest_point_is_shown():
    points = [_point(2.7182817, 3.1415927), _point(7, 0), _point(2.5, 7)]
    (found,) = _gathered(implementation(_nan_above_one), points)
    assert found.point[0].values == ("7.0", "0.0")
    assert found.index == (0,)


def test_the_record_says_everything():
    of = specification(lambda xp, a, x: a * x, Argument(differentiate=False), Argument(shape=(2,), name="x"))
    given = implementation(lambda a, x: a * x, gradient=lambda a, x: a * np.array([1, 2], x.dtype), of=of)
    (found,) = _gathered(given, [(np.array(3, np.float32), np.array([5, 7], np.float32))])
    assert found.quantity == "gradient"
    assert (found.argument, found.argument_name, found.index) == (1, "x", (1,))
    assert (found.expected, found.actual, found.enclosure) == ("3.0", "6.0", "3.000000000000000000000000")
    assert (found.oracle, found.truth_kind, found.regime) == ("definition", "certified", "given")
    assert (found.dtype, found.mode) == ("float32", "eager")
    assert [p.shape for p in found.point] == [(), (2,)]
    assert found.ulps == 3 / 2.0**-22


def test_an_argument_without_a_name_is_called_by_its_position():
    of = specification(lambda xp, x: x * 1.5, Argument(shape=(1,)))
    (found,) = _gathered(implementation(lambda x: x * x.dtype.type(1.5), gradient=lambda x: -x, of=of), [_point(1)])
    assert found.argument_name == "argument 0"


def test_worst_first_and_values_before_gradients():
    def answers(x):
        return np.array([x[0] * 1.50001, np.nan], x.dtype)

    given = implementation(answers, gradient=lambda x: np.array([np.nan, 1.5], x.dtype))
    found = _gathered(given, [_point(1, 1)])
    assert [(f.quantity, f.verdict, f.severity) for f in found] == [
        ("value", "spurious_nan", "critical"),
        ("gradient", "spurious_nan", "critical"),
        ("value", "inaccurate", "minor"),
    ]


def test_a_finding_is_as_bad_as_its_worst_component_and_shows_that():
    def loses(x):
        return np.where(np.abs(x) < 1e-3, 0, x * x.dtype.type(1.5)).astype(x.dtype)

    points = [_point(1e-12, 1), _point(5e-4, 1)]
    (found,) = _gathered(implementation(loses), points)
    assert (found.severity, found.count) == ("critical", 2)
    assert found.point[0].values[0] == "0.0005"


def test_a_kink_shows_both_ends():
    of = specification(lambda xp, x: xp.abs(x), Argument(shape=(1,)))
    (found,) = _gathered(implementation(np.abs, gradient=lambda x: x * 0 + 30, of=of), [_point(0)])
    assert (found.expected, found.truth_kind) == ("[-1.0, 1.0]", "kink")
    assert found.enclosure.startswith("-1.0")
    assert " to 1.0" in found.enclosure


def test_a_kink_without_end():
    of = specification(lambda xp, x: xp.where(x < 0, -x, xp.sqrt(x)), Argument(shape=(1,)))
    (found,) = _gathered(implementation(np.abs, gradient=lambda x: x * np.nan, of=of), [_point(0)])
    assert found.expected == "[-1.0, inf]"
    assert found.enclosure.endswith(" to inf")


def test_no_answer_carries_what_happened_instead():
    target = target_of(implementation())
    problem = FunctionRaised("f(x)", "ValueError", "no", "loss.py:3")
    judged = unanswered(target, Point("zeros", _point(0, 0)), "float32", Verdict.RAISED, problem)
    (found,) = gather(as_met(failures(target, judged, "float32")), target, "float32", "eager")
    assert (found.verdict, found.severity, found.actual) == ("raised", "critical", "nan")
    assert (found.cause.kind, found.cause.location) == ("FunctionRaised", "loss.py:3")
    assert found.cause.sentence == str(problem)


@pytest.mark.parametrize("dtype", NAMES)
def test_numbers_read_back_bit_for_bit(dtype):
    f = format_of(dtype)
    rng = np.random.default_rng(0)
    bits = rng.integers(np.iinfo(f.integer).min, np.iinfo(f.integer).max, 2000, dtype=f.integer)
    array = bits.view(f.numpy).reshape(40, 50)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        array = np.where(np.isnan(array), f.numpy.type(0), array)
    kept = numbers(array, dtype)
    assert (kept.dtype, kept.shape) == (dtype, (40, 50))
    again = np.array([float(v) for v in kept.values]).astype(f.numpy).reshape(kept.shape)
    assert again.tobytes() == array.tobytes()


def test_text_is_short():
    assert text(np.float64(np.float32(0.1)), "float32") == "0.1"
    assert text(float(ml_dtypes.bfloat16(0.1)), "bfloat16") == "0.1"
    assert [text(-1e20, dtype) for dtype in ("bfloat16", "float32", "float64")] == ["-1e+20"] * 3
    assert text(3.3895e38, "bfloat16") == "3.39e+38"
    assert [text(x, "bfloat16") for x in (0.0, -0.0, np.inf, np.nan)] == ["0.0", "-0.0", "inf", "nan"]
    assert text(np.inf, "float16") == "inf"


def test_simplicity_counts_what_is_neither_zero_nor_one():
    given = implementation(lambda x: x * np.nan)
    target = target_of(given)

    def rank(*values):
        return finding.simplicity(failures(target, judge_at(given, "float32", _point(*values)), "float32")[0])

    assert rank(0, 1) < rank(0, 2) < rank(0, 0.3) < rank(2, 2)


@pytest.mark.parametrize(("other", "severity"), [(1 + 2.0**-23, "minor"), (1.001, "critical")])
def test_an_answer_between_the_sides_of_a_tie_that_a_rounding_makes_is_minor(other, severity):
    of = specification(lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1))
    halves = implementation(lambda x: np.max(x + 1), gradient=lambda x: (x * 0 + 0.5,), of=of)
    (record,) = _gathered(halves, [_point(1.0, other)])
    assert (record.quantity, record.severity, record.count) == ("gradient", severity, 2)


def test_an_answer_beyond_both_sides_of_such_a_tie_is_critical():
    of = specification(lambda xp, x: xp.maximum(x[0] + 1, x[1] + 1))
    twice = implementation(lambda x: np.max(x + 1), gradient=lambda x: (x * 0 + 2,), of=of)
    (record,) = _gathered(twice, [_point(1.0, 1 + 2.0**-23)])
    assert record.severity == "critical"


def test_a_nan_for_a_number_beyond_the_dtype_is_major_and_for_an_infinite_one_critical():
    lost = implementation(lambda x: x * np.nan, of=specification(lambda xp, x: x * x))
    (record,) = _gathered(lost, [_point(1e20, 1e20)])
    assert (record.verdict, record.severity, record.expected) == ("spurious_nan", "major", "inf")
    lost = implementation(lambda x: x * np.nan, of=specification(lambda xp, x: xp.log(x)))
    (record,) = _gathered(lost, [_point(0, 0)])
    assert (record.severity, record.expected) == ("critical", "-inf")


def test_what_only_subnormal_inputs_bring_about_is_major():
    lost = implementation(lambda x: np.where(np.abs(x) < 1e-3, np.nan, x * 1.5).astype(x.dtype))
    (record,) = _gathered(lost, [_point(1e-40, 1), _point(1, 1e-42)])
    assert record.severity == "major"
    (record,) = _gathered(lost, [_point(1e-40, 1), _point(1.2345e-4, 1)])
    assert (record.severity, record.point[0].values) == ("critical", ("0.00012345", "1.0"))
    (record,) = _gathered(lost, [_point(1e-5, 1, dtype=np.float16)], "float16")  # subnormal, yet an ordinary number
    assert record.severity == "critical"


@pytest.mark.parametrize(("near", "severity"), [(0.03125, "minor"), (4.0, "critical")])
def test_the_sign_of_a_difference_within_the_rounding_of_what_it_is_of_is_a_tie(near, severity):
    def hinge(xp, x):
        return xp.maximum((x[0] + 700) - (x[1] + 700) - near, 0.0)

    halves = np.array([0.5, -0.5], np.float16)
    answers = implementation(lambda x: x[0] * 0, gradient=lambda x: (halves,), of=specification(hinge))
    found = _gathered(answers, [_point(1, 1, dtype=np.float16)], "float16")
    assert {f.severity for f in found if f.quantity == "gradient"} == {severity}
