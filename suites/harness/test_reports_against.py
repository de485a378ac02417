"""What the reports say of a baseline: what got worse near the top, what is accepted with its reason."""

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


def against(old, new):
    return compare_with(new, updated(Baseline(), old, Severity.MINOR).baseline)


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
