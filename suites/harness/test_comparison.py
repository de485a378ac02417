"""Two runs side by side: better, worse, same, new, gone, the worst movers first."""

import math
from dataclasses import replace

import pytest
from sample_results import finding, numbers, subject

from gradcheck.comparison import compare
from gradcheck.record import Results
from gradcheck.verdict import Severity

INACCURATE = finding("inaccurate", severity="major", ulps=1000.0)


def results(*findings, **about):
    return Results(subjects=(subject(findings=findings, **about),))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (INACCURATE, INACCURATE, "same"),
        (INACCURATE, replace(INACCURATE, ulps=1900.0), "same"),
        (INACCURATE, replace(INACCURATE, ulps=2100.0), "worse"),
        (INACCURATE, replace(INACCURATE, ulps=400.0), "better"),
        (INACCURATE, replace(INACCURATE, ulps=math.inf), "worse"),
        (INACCURATE, replace(INACCURATE, severity="minor", ulps=1e9), "better"),
        (INACCURATE, replace(INACCURATE, verdict="wrong", ulps=1.0), "worse"),
        (finding("spurious_nan"), finding("spurious_nan"), "same"),
        (finding("spurious_nan", ulps=math.nan), finding("spurious_nan"), "same"),
        (None, INACCURATE, "new"),
        (INACCURATE, None, "gone"),
    ],
)
def test_what_became_of_a_finding(old, new, kind):
    comparison = compare(*(results(*filter(None, [f])) for f in (old, new)))
    assert [move.kind for move in comparison.moves] == [kind]


def test_the_worst_finding_of_each_quantity_counts():
    value = replace(INACCURATE, quantity="value", argument=None, argument_name=None)
    comparison = compare(results(INACCURATE, value), results(finding("spurious_nan"), INACCURATE, value))
    assert [(m.kind, m.shown.quantity) for m in comparison.moves] == [("worse", "gradient"), ("same", "value")]


def test_the_worst_movers_come_first():
    places = [replace(INACCURATE, argument_name=name) for name in "abcd"]
    ulps = (3e3, 1e6, 1e2, 1e3)
    moved = [replace(f, ulps=u) for f, u in zip(places, ulps, strict=True)]
    critical = finding("spurious_inf", quantity="value", argument_name=None)
    comparison = compare(results(*places), results(*moved, critical))
    shown = [(m.kind, m.shown.argument_name) for m in comparison.moves]
    assert shown == [("worse", "b"), ("worse", "a"), ("new", None), ("better", "c"), ("same", "d")]
    assert comparison.counts == {"worse": 2, "new": 1, "better": 1, "same": 1}


@pytest.mark.parametrize(
    ("name", "old", "new"), [("framework", "torch", "jax"), ("dtype", "float32", "float16"), ("mode", "eager", "jit")]
)
def test_runs_of_two_frameworks_dtypes_or_modes_are_compared_by_them(name, old, new):
    comparison = compare(results(INACCURATE, **{name: old}), results(INACCURATE, **{name: new}))
    assert comparison.differing == {name: (old, new)}
    assert [move.kind for move in comparison.moves] == ["same"]


def test_what_one_run_alone_judged_is_not_compared():
    both = subject(findings=(INACCURATE,))
    failed = replace(subject(implementation="b", findings=(INACCURATE,)), status="failed")
    old = Results(subjects=(both, subject(implementation="a", findings=(INACCURATE,)), failed))
    new = Results(subjects=(both, subject(implementation="b")))
    comparison = compare(old, new)
    assert [s.implementation for s in comparison.only_old] == ["a"]
    assert [s.implementation for s in comparison.only_new] == ["b"]
    assert (comparison.common, len(comparison.moves)) == (1, 1)


def test_runs_with_nothing_in_common_are_refused():
    with pytest.raises(
        ValueError, match=r"norm/a in the old one, .*norm/b in the new one; expected the same functions"
    ):
        compare(results(implementation="a"), results(implementation="b"))


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ({"verdict": "wrnog"}, "a finding is 'wrnog'; expected one of spurious_nan, "),
        ({"verdict": "accurate"}, "a finding is 'accurate'; expected one of spurious_nan, "),
        ({"severity": "dire"}, "a finding is 'dire'; expected one of critical, major, minor"),
    ],
)
def test_a_word_that_no_finding_has_is_no_improvement(unknown, said):
    with pytest.raises(ValueError, match=said):
        compare(results(INACCURATE), results(replace(INACCURATE, **unknown)))


@pytest.mark.parametrize(("fail_on", "worse"), [("critical", False), ("major", True), ("minor", True)])
def test_the_least_severity_that_is_worse_can_be_chosen(fail_on, worse):
    comparison = compare(results(), results(INACCURATE, finding(severity="minor", point=(numbers(("1.0",)),))))
    assert comparison.is_worse(Severity(fail_on)) is worse


@pytest.mark.parametrize(("old", "new"), [(INACCURATE, None), (INACCURATE, INACCURATE)])
def test_what_is_gone_or_the_same_is_not_worse(old, new):
    assert not compare(*(results(*filter(None, [f])) for f in (old, new))).is_worse(Severity.MINOR)
