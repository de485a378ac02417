"""What every report says first."""

import math
from dataclasses import replace

import pytest
from sample_results import finding, numbers, subject, troubled, typical

from gradcheck import dtypes
from gradcheck.ordinary import strangeness
from gradcheck.record import ClaimRecord, PropertyRecord, Results
from gradcheck.reports.groups import groups
from gradcheck.reports.numbers import array, bits, brief, point, ulps
from gradcheck.reports.summary import Summary, component

CLAIM = ClaimRecord(suite="s", name="c", text="t", holds=False)
PROPERTY = PropertyRecord(suite="s", specification="p", claim="c", holds=True, expected=True, witness="w")


def summary(*findings, **results):
    return Summary(Results(subjects=(subject(findings=findings),), **results))


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (Results(subjects=(subject(findings=(finding(),)),)), "1 unexpected finding."),
        (Results(subjects=(subject(missing=("a", "b")),)), "2 missing expected findings."),
        (Results(subjects=(subject(status="failed"),)), "1 failed subject."),
        (Results(subjects=(subject(status="unexpected"),)), "1 unexpected subject."),
        (Results(subjects=(), claims=(CLAIM, CLAIM)), "2 claims not held."),
        (Results(subjects=(), properties=(replace(PROPERTY, holds=False),)), "1 property not as expected."),
        (Results(subjects=(), properties=(replace(PROPERTY, expected=False),)), "1 property not as expected."),
    ],
)
def test_everything_bad_turns_a_run_red_and_is_named(results, said):
    assert not Summary(results).clean
    assert Summary(results).headline == said


def test_expected_and_minor_findings_leave_a_run_clean():
    counted = summary(finding(known="as written"), finding(severity="minor"), properties=(PROPERTY,))
    assert counted.clean
    assert counted.headline.startswith("Clean")
    assert [located.standing for located in counted.findings] == ["expected", "minor"]


def test_findings_come_worst_first():
    minor = finding("spurious_nan", severity="minor")
    inaccurate, far, near = finding("inaccurate"), finding("wrong", ulps=1e9), finding("wrong", ulps=1e8)
    simple = finding("wrong", ulps=1e8, point=(numbers(("1",)),))
    ordered = summary(minor, inaccurate, near, simple, far).findings
    assert [located.finding for located in ordered] == [far, simple, near, inaccurate, minor]


def test_of_equal_severity_the_ordinary_come_before_the_edge_of_the_format():
    def at(point, expected, verdict="spurious_nan"):
        return finding(verdict, point=(numbers((point, "0")),), expected=expected)

    hundred, far, tiny = at("100", "1.5", "inaccurate"), at("1e30", "1.5"), at("1", "1e-36")
    infinite, huge = at("1", "inf"), at("1e300", "-inf")
    beyond = replace(hundred, severity="major")
    found = summary(huge, infinite, tiny, far, beyond, hundred).findings
    assert [located.finding for located in found] == [hundred, far, tiny, infinite, huge, beyond]


def test_zeros_are_ordinary_and_what_is_no_number_is_not():
    zeros = finding(point=(numbers(("0", "-0.0")),), expected="0.0")
    assert strangeness(zeros) == (False, 0)
    assert strangeness(replace(zeros, point=())) == (False, 0)
    assert strangeness(replace(zeros, point=(numbers(("nan",)),))) == (False, math.inf)
    assert strangeness(replace(zeros, expected="an answer")) == (True, 0)


@pytest.mark.parametrize(
    ("number", "beside", "shown"),
    [
        ("1.9287498479639178e-22", "nan", "1.92874985e-22"),
        ("0.5", "", "0.5"),
        ("1.23456789012", "1.23456789034", "1.2345678901"),
        ("1.2345678901234567", "1.2345678901234567", "1.2345678901234567"),
        ("1.234567890123e+400", "inf", "1.23456789e+400"),
        ("-inf", "1", "-inf"),
        ("no answer at all", "1", "no answer at all"),
    ],
)
def test_a_number_is_told_with_the_digits_that_matter(number, beside, shown):
    assert brief(number, beside) == shown


def test_a_distance_that_is_not_a_number_does_not_upset_the_order():
    undefined, infinite, finite = (finding("wrong", ulps=u) for u in (math.nan, math.inf, 1.0))
    assert summary(finite, undefined, infinite).findings[-1].finding is finite


def test_a_verdict_and_a_severity_of_a_later_version_come_last():
    later = finding("spooky", severity="odd")
    assert summary(later, finding("inaccurate")).findings[-1].finding is later


def test_components_add_up_over_the_subjects():
    counted = Summary(typical(components=4))
    assert counted.components["value"]["accurate"] == sum(s.counts["value"]["accurate"] for s in typical(4).subjects)
    assert counted.kinds()["undecided"] == 0
    assert Summary(troubled(4)).kinds()["undecided"] == 6


def test_the_same_failure_of_one_implementation_is_one_group():
    grouped = groups(Summary(typical(components=4)).standing("expected"))
    first = grouped[0]
    assert len(first.members) == 12
    assert first.where == "torch, jax · float16, bfloat16, float32, float64 · eager, jit"
    assert first.components == 12 * 12
    assert len({(g.title, g.worst.quantity, g.worst.verdict) for g in grouped}) == len(grouped)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"index": (1, 2)}, "gradient of x[1, 2]"),
        ({"index": (), "argument_name": None}, "gradient of argument 1"),
        ({"quantity": "value", "index": (0,)}, "value[0]"),
    ],
)
def test_a_component_is_named(changes, said):
    assert component(finding(**changes)) == said


def test_numbers_are_shown_as_they_are():
    assert array(numbers(("0", "-0", "nan", "inf"), shape=(2, 2))) == "[[0, -0], [nan, inf]]"
    assert array(numbers(("0.1",), shape=())) == "0.1"
    assert array(numbers((), shape=(0,))) == "[]"
    assert point((numbers(("1",)), numbers(("2",), shape=())), ("x",)) == "x = [1], argument 2 = 2"
    cut = array(numbers(tuple(map(str, range(30))), shape=(5, 6)))
    assert cut.endswith(", 23, …] (shape 5×6, 6 more)")


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("value", [0.1, -1e-30, 6e-8, 1.5, 0.0, 60000.0])
def test_bits_are_those_of_the_number_of_the_dtype(value, dtype):
    number = dtypes.format_of(dtype).numpy.type(value)
    assert float.fromhex(bits(str(number), dtype)) == float(number)


def test_bits_are_no_longer_than_the_format():
    assert bits("1e-45", "float32") == "0x1p-149"
    assert bits("0.1", "float16") == "0x1.998p-4"


@pytest.mark.parametrize("text", ["nan", "inf", "1e39", "[-1, 1]", "<b>"])
def test_what_is_no_finite_number_has_no_bits(text):
    assert bits(text, "float32") == ""


def test_ulps_are_three_digits_and_never_blank():
    assert [ulps(u) for u in (0.0, 0.12345, 1234.5, 1e12, math.inf, math.nan)] == [
        "0", "0.123", "1.23e+03", "1.00e+12", "∞", "NaN",
    ]  # fmt: skip
