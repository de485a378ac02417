"""The status of a subject: what it was expected to show, against what it did."""

import pytest
import sample_results
from hand_made import implementation

from gradcheck import ExpectedFinding, Verdict
from gradcheck.expectation import assess, claim_of, expected_of

NAN = ExpectedFinding(verdict=Verdict.SPURIOUS_NAN, quantity="gradient", reason="the log of zero")


def _found(verdict="spurious_nan", severity="critical", quantity="gradient"):
    return sample_results.finding(verdict, severity=severity, quantity=quantity)


def _status(findings=(), expected=(), **fields):
    return assess(sample_results.subject(findings=tuple(findings), **fields), implementation(expected=tuple(expected)))


@pytest.mark.parametrize(
    ("findings", "expected", "fields", "status"),
    [
        ([], [], {}, "clean"),
        ([_found()], [NAN], {}, "expected"),
        ([_found()], [], {}, "unexpected"),
        ([_found(severity="major")], [], {}, "unexpected"),
        ([_found(severity="minor")], [], {}, "clean"),
        ([_found(severity="minor")], [NAN], {}, "expected"),
        ([_found(quantity="value")], [NAN], {}, "missing"),
        ([_found("wrong")], [NAN], {}, "missing"),
        ([], [NAN], {}, "missing"),
        ([_found(), _found("wrong")], [NAN], {}, "unexpected"),
        ([], [], {"counts": {"value": {"undecided": 1, "accurate": 9}}}, "undecided"),
        ([_found()], [], {"counts": {"value": {"undecided": 1}}}, "unexpected"),
        ([], [], {"error": "it broke"}, "failed"),
        ([_found()], [], {"error": "it broke"}, "failed"),
    ],
)
def test_status(findings, expected, fields, status):
    assert _status(findings, expected, **fields).status == status


def test_what_is_not_required_is_accepted_and_not_missed():
    sometimes = ExpectedFinding(verdict=Verdict.SPURIOUS_NAN, quantity="gradient", required=False)
    assert _status([], [sometimes]).status == "clean"
    assert _status([_found()], [sometimes]).status == "expected"


def test_the_reason_goes_with_the_finding_and_the_missing():
    assert _status([_found()], [NAN]).findings[0].known == "the log of zero"
    assert _status([], [NAN]).missing == ("gradient spurious_nan: the log of zero",)
    assert _status([_found()], []).findings[0].known == ""


def test_an_expectation_without_a_reason_still_counts_as_known():
    bare = ExpectedFinding(verdict=Verdict.SPURIOUS_NAN, quantity="gradient")
    assert _status([_found()], [bare]).status == "expected"


def test_only_what_concerns_the_dtype_and_mode_is_expected():
    half = ExpectedFinding(verdict=Verdict.WRONG, quantity="value", dtypes=("float16",), modes=("jit",))
    given = implementation(expected=(NAN, half))
    assert expected_of(given, "float16", "jit") == [NAN, half]
    assert expected_of(given, "float16", "eager") == expected_of(given, "float32", "jit") == [NAN]


def test_a_claim_states_what_a_test_of_it_would():
    assert claim_of(implementation(), "float32", "eager") == "made-made-numpy in float32 (eager) is right"
    known = claim_of(implementation(expected=(NAN,)), "float32", "eager")
    assert known == "made-made-numpy in float32 (eager) is known to have gradient spurious_nan"
