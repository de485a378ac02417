"""The baseline: what counts as new, worse, fixed or accepted; the file says it in lines that a person can review."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hand_made import implementation, specification, suite
from sample_results import finding, numbers, subject

from gradcheck import Argument, baseline_file
from gradcheck.baseline import NO_REASON, Baseline, compare_with, explained, points_of
from gradcheck.baseline_update import updated
from gradcheck.judging import target_of
from gradcheck.record import Recorded, Results
from gradcheck.recorded import fitting, judge_recorded, with_recorded
from gradcheck.run import Settings, run
from gradcheck.verdict import Severity

POINT, ONES = (numbers(("0.0", "1e-30")),), (numbers(("1.0", "1.0")),)
WRONG = finding("wrong", severity="major", ulps=1000.0, point=POINT)
HERE, ELSEWHERE = "Linux x86_64", "Darwin arm64"


def results(*findings, platform=HERE, recorded=(), **about):
    judged = subject(findings=findings, recorded=recorded, status="unexpected" if findings else "clean", **about)
    return Results(subjects=(judged,), environment={"platform": platform})


def measured(of, **changes):
    about = {name: getattr(of, name) for name in ("quantity", "argument_name", "verdict", "severity", "point", "ulps")}
    return Recorded(**about | changes)


def written(*findings, reason="known", **about):
    """A baseline of these findings, each with a reason."""
    fresh = updated(Baseline(), results(*findings, **about), Severity.MINOR).baseline
    return Baseline(tuple(replace(e, reason=reason) for e in fresh.entries))


def outcome(found, accepted):
    against = compare_with(found, accepted)
    return {name: len(getattr(against, name)) for name in ("new", "worse", "stale", "accepted", "not_run")}


def counted(**kinds):
    return {"new": 0, "worse": 0, "stale": 0, "accepted": 0, "not_run": 0} | kinds


def test_what_is_in_the_baseline_is_accepted():
    against = compare_with(results(WRONG), written(WRONG))
    assert not against.red
    assert [c.finding for c in against.accepted] == [WRONG]


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        (finding("spurious_inf", quantity="value", argument=None, argument_name=None), {"new": 1, "stale": 1}),
        (finding("spurious_nan"), {"worse": 1}),
        (replace(WRONG, severity="critical"), {"worse": 1}),
        (replace(WRONG, severity="minor"), {"accepted": 1}),
        (replace(WRONG, ulps=1990.0), {"accepted": 1}),
        (replace(WRONG, ulps=2010.0), {"worse": 1}),
        (finding("inaccurate", severity="major"), {"new": 1, "stale": 1}),
        (finding("inaccurate", severity="minor"), {"stale": 1}),
        (finding("spurious_nan", known="the suite expects it"), {"stale": 1}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else f"{value.severity} {value.verdict}",
)
def test_what_another_finding_is_against_a_wrong_one(found, kinds):
    assert outcome(results(found), written(WRONG)) == counted(**kinds)


def by(cause, **changes):
    return replace(WRONG, cause=cause and replace(WRONG.cause, kind=cause), **changes)


@pytest.mark.parametrize(
    ("found", "recorded", "kinds"),
    [
        ([by("overflow"), by("cancellation", point=ONES)], [by("overflow")], {"accepted": 1, "new": 1}),
        ([by("cancellation", point=ONES)], [by("overflow")], {"new": 1, "stale": 1}),
        ([by("overflow")], [by(None)], {"accepted": 1}),
        ([by(None)], [by("overflow")], {"accepted": 1}),
        ([by("overflow", count=1), by("overflow", count=2)], [by("overflow")], {"accepted": 2}),
        ([by("overflow"), by("cancellation")], [by("overflow"), by("cancellation")], {"accepted": 2}),
    ],
)
def test_a_finding_of_another_cause_is_another_one_where_both_are_known(found, recorded, kinds):
    assert outcome(results(*found), written(*recorded)) == counted(**kinds)


def test_at_the_same_point_the_cause_does_not_matter():
    assert outcome(results(by("cancellation")), written(by("overflow"))) == counted(accepted=1)


def test_what_the_recorded_point_still_shows_is_not_fixed_whatever_the_finding_is_put_down_to():
    found = results(by("cancellation", point=ONES), recorded=(measured(WRONG),))
    assert outcome(found, written(by("overflow"))) == counted(new=1)


def test_findings_of_one_cause_are_one_entry_the_worst():
    accepted = written(by("overflow", ulps=5.0, severity="minor"), by("overflow", ulps=7.0))
    assert [(e.cause, e.ulps) for e in accepted.entries] == [("overflow", 7.0)]


def test_an_error_at_another_point_is_not_compared():
    elsewhere = replace(WRONG, ulps=1e9, point=(numbers(("1.0", "1.0")),))
    assert outcome(results(elsewhere), written(WRONG)) == counted(accepted=1)


def test_the_error_at_the_recorded_point_is_compared_wherever_the_finding_is_shown():
    elsewhere = replace(WRONG, point=(numbers(("1.0", "1.0")),))
    found = results(elsewhere, recorded=(measured(WRONG, ulps=3000.0),))
    (worse,) = compare_with(found, written(WRONG)).worse
    assert worse.why == "3e+03 ulps at the recorded point, was 1e+03, 3 times as far off"


def test_a_fixed_finding_leaves_its_entry_stale():
    assert outcome(results(), written(WRONG)) == counted(stale=1)


@pytest.mark.parametrize("about", [{"dtype": "float64"}, {"mode": "jit"}, {"implementation": "other"}])
def test_an_entry_of_what_was_not_judged_is_neither_found_nor_stale(about):
    assert outcome(results(**about), written(WRONG)) == counted(not_run=1)


def test_a_subject_that_failed_was_not_judged():
    found = results()
    failed = replace(found, subjects=tuple(replace(s, status="failed") for s in found.subjects))
    assert outcome(failed, written(WRONG)) == counted(not_run=1)


def test_the_least_severity_that_is_new_can_be_chosen():
    found = results(finding(severity="minor"), finding("wrong", severity="major"))
    new = {least: len(compare_with(found, Baseline(), least).new) for least in Severity}
    assert new == {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}


def test_an_entry_of_a_platform_takes_the_place_of_the_general_one_there():
    general = written(WRONG).entries[0]
    own = replace(general, platform=ELSEWHERE, ulps=1e6)
    accepted, grown = Baseline((general, own)), replace(WRONG, ulps=9e5)
    assert outcome(results(grown, platform=ELSEWHERE), accepted) == counted(accepted=1)
    assert outcome(results(grown), accepted) == counted(worse=1)
    assert outcome(results(), Baseline((own,))) == counted()


def test_entries_without_a_reason_are_named():
    accepted = written(WRONG, reason=" ")
    assert compare_with(results(WRONG), accepted).unexplained == accepted.entries
    assert not compare_with(results(WRONG), written(WRONG)).unexplained


def test_accepted_findings_carry_the_reason_in_the_reports():
    for reason, shown in (("as documented", "as documented"), ("", NO_REASON)):
        found = results(WRONG)
        annotated = explained(found, compare_with(found, written(WRONG, reason=reason)))
        assert annotated.subjects[0].findings[0].known == shown
        assert annotated.subjects[0].status == "expected"


def test_an_update_keeps_what_is_accepted_word_for_word():
    accepted = written(WRONG)
    update = updated(accepted, results(replace(WRONG, ulps=1500.0)), Severity.MAJOR)
    assert update.baseline == accepted
    assert (update.added, update.changed, update.removed) == ((), (), ())


def test_an_update_says_the_cause_that_is_known_now():
    update = updated(written(by("overflow")), results(by("cancellation")), Severity.MAJOR)
    assert [(e.cause, e.reason) for e in update.baseline.entries] == [("cancellation", "known")]
    assert (len(update.added), len(update.changed), update.removed) == (0, 1, ())


def test_an_update_adds_without_a_reason_changes_with_the_old_one_and_removes():
    accepted = written(WRONG, finding("inaccurate"))
    update = updated(accepted, results(replace(WRONG, ulps=1e5), finding("spurious_inf")), Severity.MAJOR)
    assert [(e.verdict, e.reason, e.ulps) for e in update.added] == [("spurious_inf", "", math.inf)]
    assert [(e.verdict, e.reason, e.ulps) for e in update.changed] == [("wrong", "known", 1e5)]
    assert [e.verdict for e in update.removed] == ["inaccurate"]
    assert {e.verdict for e in update.baseline.entries} == {"spurious_inf", "wrong"}


def test_an_update_for_this_platform_leaves_the_general_entries():
    accepted, found = written(WRONG), results(replace(WRONG, ulps=1e5), platform=ELSEWHERE)
    update = updated(accepted, found, Severity.MAJOR, this_platform=True)
    assert [(e.platform, e.ulps) for e in update.baseline.entries] == [("", 1000.0), (ELSEWHERE, 1e5)]
    assert not compare_with(found, update.baseline).red
    assert not compare_with(results(WRONG), update.baseline).red


def test_a_baseline_reads_back_as_it_was_written(tmp_path):
    odd = (numbers(("-0.0", "nan", "inf", "1e-45"), shape=(2, 2)), numbers(("0.1",), shape=()))
    accepted = written(replace(WRONG, point=odd), finding("spurious_inf", point=POINT), reason='two\nlines "quoted"')
    path = tmp_path / baseline_file.NAME
    baseline_file.save(accepted, path)
    assert baseline_file.load(path) == accepted


def test_the_file_is_sorted_and_one_fact_is_one_line(tmp_path):
    accepted = written(WRONG, finding("spurious_inf", point=POINT))
    text = baseline_file.render(accepted)
    assert baseline_file.render(Baseline(accepted.entries[::-1])) == text
    assert "point = [[0.0, 1e-30]]\n" in text
    other = baseline_file.render(Baseline((replace(accepted.entries[0], reason="new"), *accepted.entries[1:])))
    assert sum(a != b for a, b in zip(text.splitlines(), other.splitlines(), strict=True)) == 1


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("schema = 1", "schema = 7", "schema = 7; expected schema = 1"),
        ("[[finding]]", "[[finding", "no TOML.*line 5"),
        ('dtype = "float32"', 'dtype = "float23"', r"finding 1 \(.*\): dtype = 'float23'; expected one of float16"),
        ('verdict = "wrong"', 'verdict = "accurate"', "verdict = 'accurate'; expected one of spurious_nan"),
        ("ulps = 1000.0", 'ulps = "many"', "ulps = 'many'; expected a number, or inf"),
        ("point = [[0.0, 1e-30]]", "point = [[0.0, [1.0]]]", "point = .*; expected a list with an array"),
        ('reason = "known"', "reason = 3", "reason = 3; expected a text in quotes"),
        ('reason = "known"', 'excuse = "known"', "unknown key excuse; expected some of function"),
        ('mode = "eager"\n', "", "mode is missing; expected function"),
    ],
)
def test_a_mistake_in_the_file_is_answered_with_what_is_expected(tmp_path, line, instead, said):
    path = tmp_path / baseline_file.NAME
    text = baseline_file.render(written(WRONG))
    assert line in text
    path.write_text(text.replace(line, instead), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        baseline_file.load(path)


def test_the_same_entry_twice_is_refused(tmp_path):
    path = tmp_path / baseline_file.NAME
    accepted = written(WRONG)
    baseline_file.save(Baseline(accepted.entries * 2), path)
    with pytest.raises(ValueError, match=r"finding 2 .* wrong overflow is there twice"):
        baseline_file.load(path)


def test_a_missing_file_is_answered_with_what_makes_one(tmp_path):
    with pytest.raises(ValueError, match="`gradcheck baseline write RESULTS --file"):
        baseline_file.load(tmp_path / "none.toml")


def test_points_are_those_of_the_function_in_the_dtype_each_once():
    entries = (*written(WRONG).entries, *written(WRONG, mode="jit").entries)
    (point,) = points_of(Baseline(entries), "log squared norm/direct", "torch", "float32")
    assert point.regime == "baseline"
    np.testing.assert_array_equal(point.arrays[0], np.array([0.0, 1e-30], "float32"), strict=True)
    assert not points_of(Baseline(entries), "log squared norm/direct", "torch", "float64")
    assert not points_of(Baseline(entries), "log squared norm/direct", "jax", "float32")


def test_points_of_another_shape_are_left_out():
    recorded = points_of(written(WRONG), "log squared norm/direct", "torch", "float32")
    assert fitting(recorded, [Argument("real", shape=(2,))]) == recorded
    assert not fitting(recorded, [Argument("real", shape=(3,))])


def _wrong_at_a_secret(x):
    return np.where(x == x.dtype.type(1.2345), x, x * x.dtype.type(1.5))


def test_a_run_finds_at_the_recorded_point_what_sampling_misses(tmp_path):
    small = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,), name="x"))
    made = suite(implementation(_wrong_at_a_secret, of=small))
    secret = replace(WRONG, quantity="value", argument=None, argument_name=None, point=(numbers(("1.2345", "1.0")),))
    accepted = written(secret, specification="made", implementation="made", framework="numpy")
    baseline_file.save(accepted, tmp_path / "b.toml")
    settings = Settings(suites=("made",), dtypes=("float32",), jobs=1)
    without = run(settings, lambda name: made).subjects[0]
    (judged,) = run(replace(settings, baseline=tmp_path / "b.toml"), lambda name: made).subjects
    assert not without.findings
    assert judged.counts == without.counts
    assert [f.verdict for f in judged.findings] == ["wrong"]
    (recorded,) = judged.recorded
    assert (recorded.verdict, recorded.point) == ("wrong", secret.point)


def _wrong_in_the_first(x):
    return x * np.array([2, 1.5], x.dtype)


VALUE = {"quantity": "value", "argument": None, "argument_name": None}


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        (replace(WRONG, point=ONES), []),  # of the gradient: what the value shows is what it showed then
        (replace(WRONG, point=ONES, **VALUE), ["wrong"]),
        (replace(WRONG, point=ONES, verdict="spurious_nan", **VALUE), ["wrong"]),  # another has taken its place
    ],
)
def test_what_an_entry_is_about_is_a_finding_and_what_else_fails_at_its_point_is_none(recorded, found):
    small = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,), name="x"))
    target = target_of(implementation(_wrong_in_the_first, of=small))
    about = {"specification": "made", "implementation": "made", "framework": "numpy"}
    accepted = written(recorded, **about)
    seen = judge_recorded(target, points_of(accepted, "made/made", "numpy", "float32"), "float32", "eager")
    after = with_recorded(subject(**about), seen, target, accepted)
    assert [r.verdict for r in after.recorded] == ["wrong"]
    assert [f.verdict for f in after.findings] == found
