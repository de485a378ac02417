"""What the reports say of a baseline: what got worse near the top, what is accepted with its reason."""

import html
import re
from dataclasses import replace

import pytest
from sample_results import HOSTILE, finding, numbers, subject, troubled

from gradcheck import reports
from gradcheck.baseline import Against, Baseline, compare_with
from gradcheck.baseline_update import updated
from gradcheck.record import Results
from gradcheck.reports.markdown import LINES
from gradcheck.verdict import Severity

POINT = (numbers(("0.0", "1e-30")),)
WRONG = finding("wrong", severity="major", ulps=1000.0, point=POINT)
GROWN = finding("wrong", severity="major", ulps=1e6, point=POINT)


def results(*findings, **about):
    return Results(subjects=(subject(findings=findings, status="unexpected" if findings else "clean", **about),))


REASON = "the norm has no gradient at zero"


def against(old, new, reason=REASON):
    entries = updated(Baseline(), old, Severity.MINOR).baseline.entries
    return compare_with(new, Baseline(tuple(replace(entry, reason=reason) for entry in entries)))


CASES = {
    "accepted": (results(WRONG), results(WRONG)),
    "new": (results(), results(WRONG)),
    "worse": (results(WRONG), results(GROWN)),
    "stale": (results(WRONG), results()),
}


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
@pytest.mark.parametrize(
    ("case", "counted"),
    [("accepted", "0 new, 0 worse, 0 fixed"), ("new", "1 new"), ("worse", "1 worse"), ("stale", "1 fixed")],
)
def test_the_section_counts_what_there_is(format, case, counted):
    old, new = CASES[case]
    shown = reports.render(new, format, against(old, new))
    assert "Against the baseline" in shown
    assert counted in shown


@pytest.mark.parametrize("format", reports.FORMATS)
def test_without_a_baseline_nothing_is_said_of_one(format):
    assert "Against the baseline" not in reports.render(results(WRONG), format)


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_what_got_worse_is_said(format):
    shown = reports.render(results(GROWN), format, against(*CASES["worse"]))
    assert "at the recorded point, was 1e" in " ".join(shown.split())


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("new", "wrong"),
        ("worse", "1e+06 ulps at the recorded point, was 1e+03, 1,000 times as far off), at x = [0.0, 1e-30]"),
        ("worse", f"accepted until now because: {REASON}"),
        ("stale", f"(overflow) in the gradient of x; accepted until now because: {REASON}"),
    ],
)
def test_every_kind_is_shown_with_its_reason_and_how_much_worse_it_is(format, case, said):
    old, new = CASES[case]
    assert said in words(reports.render(new, format, against(old, new)))


def test_the_page_has_every_reason_for_what_is_accepted_the_others_count_it():
    old, new = CASES["accepted"]
    assert f"accepted because: {REASON}" in reports.render(new, "html", against(old, new))
    for format in ("terminal", "markdown"):
        assert "1 accepted" in reports.render(new, format, against(old, new))


def words(shown):
    """Without the escapes of HTML and Markdown, and on one line."""
    return " ".join(html.unescape(re.sub(r"\\(?=[^\w\s])", "", shown)).split())


@pytest.mark.parametrize(
    ("case", "title"),
    [("worse", "Worse than in the baseline"), ("stale", "Fixed: remove the entries")],
)
@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_what_nobody_has_written_a_reason_for_is_said_too(format, case, title):
    old, new = CASES[case]
    shown = words(reports.render(new, format, against(old, new, reason="")))
    assert title in shown
    assert "accepted until now without a reason" in shown
    assert "1 entry without a reason" in shown


@pytest.mark.parametrize("format", ["terminal", "html"])
def test_entries_of_what_was_not_run_are_named_with_their_reason(format):
    away = results(implementation="another")
    shown = words(reports.render(away, format, against(results(WRONG), away)))
    assert "Not run: nothing is known of these entries" in shown
    assert f"wrong (overflow) in the gradient of x; accepted because: {REASON}" in shown


@pytest.mark.parametrize(("was", "now", "times"), [(0.0, 5.0, ""), (10.0, float("inf"), ""), (10.0, 40.0, ", 4 times")])
def test_how_much_worse_is_a_number_only_where_there_is_one(was, now, times):
    old, new = (results(finding("wrong", ulps=ulps, point=POINT)) for ulps in (was, now))
    (changed,) = against(old, new).worse
    assert changed.why == f"{now:.3g} ulps at the recorded point, was {was:.3g}{times}{' as far off' if times else ''}"


def test_the_page_has_it_before_the_verdicts_and_links_to_it():
    page = reports.render(results(), "html", against(*CASES["stale"]))
    assert '<a href="#baseline">' in page
    assert page.index('id="baseline"') < page.index('id="verdicts"')


@pytest.mark.parametrize(
    ("case", "headline"),
    [("accepted", "Clean"), ("worse", "1 unexpected finding"), ("stale", "1 stale baseline entry")],
)
def test_the_headline_is_red_for_what_the_baseline_does_not_accept(case, headline):
    old, new = CASES[case]
    for format in ("terminal", "markdown", "html"):
        assert headline in reports.render(new, format, against(old, new))


def test_accepted_findings_are_suppressed_with_their_reason_and_fail_no_test_case():
    old, new = CASES["accepted"]
    assert '"suppressions"' in reports.render(new, "sarif", against(old, new))
    assert "<failure" not in reports.render(new, "junit", against(old, new))


def test_stale_entries_fail_a_test_case_and_are_a_result():
    old, new = CASES["stale"]
    assert 'type="stale"' in reports.render(new, "junit", against(old, new))
    assert '"ruleId": "stale"' in reports.render(new, "sarif", against(old, new))


@pytest.mark.parametrize("format", reports.FORMATS)
def test_text_from_outside_stays_text(format):
    about = {"specification": HOSTILE, "implementation": HOSTILE}
    new = results(finding("wrong", argument_name=HOSTILE, expected=HOSTILE, actual=HOSTILE), **about)
    held = against(results(WRONG, **about), new)
    shown = reports.render(new, format, held)
    assert not {"\x1b", "\u202e", "\0"} & set(shown)
    if format == "html":
        assert "<script>alert" not in shown


def test_markdown_stays_within_its_lines():
    new = troubled(4)
    found = against(results(WRONG), results(GROWN))
    many = Against(worse=found.worse * 9, new=found.worse * 9, stale=(found.worse[0].entry,) * 9)
    assert len(reports.render(new, "markdown", many).splitlines()) <= LINES
