"""What a check gives back: fields and types of the public contract, counts, files, and an explanation to act on."""

from dataclasses import replace

import numpy as np
import pytest
import sample_results
from sample_results import finding, numbers, subject

from gradcheck import Severity, Verdict, api, results_file
from gradcheck.dtypes import format_of
from gradcheck.finding import numbers as recorded
from gradcheck.record import Cause, Results
from gradcheck.report import Finding, Report
from gradcheck.reports.explanation import LINES, MOST_SHOWN, WIDTH


def _report(*subjects):
    return Report(Results(subjects=subjects))


def test_fields_of_a_finding():
    found = Finding(finding(point=(numbers(("1.5", "-2")), numbers(("0.1",), "float16", ()))))
    assert isinstance(found.verdict, Verdict)
    assert isinstance(found.severity, Severity)
    assert (found.verdict, found.severity, found.quantity) == ("spurious_nan", "critical", "gradient")
    assert (found.argument, found.index, found.dtype, found.mode) == (0, (1,), "float32", "eager")
    assert (found.regime, found.oracle) == ("zeros", "definition")
    assert [(a.dtype, a.shape) for a in found.point] == [(np.float32, (2,)), (np.float16, ())]
    assert found.point[0].tolist() == [1.5, -2]
    assert found.expected == float(np.float32(2e30)) or found.expected == 2e30
    assert np.isnan(found.actual)
    assert found.ulps == found.record.ulps
    assert found.cause.kind == "overflow"
    assert "import torch" in found.snippet()


@pytest.mark.parametrize(
    ("text", "value"), [("2.5", 2.5), ("-inf", -np.inf), ("[-1.0, 1.0]", (-1.0, 1.0)), ("[0.0, inf]", (0.0, np.inf))]
)
def test_expected(text, value):
    assert Finding(finding(expected=text)).expected == value


def test_points_of_bfloat16():
    import ml_dtypes

    (array,) = Finding(finding(point=(numbers(("1.5",), "bfloat16"),))).point
    assert array.dtype == ml_dtypes.bfloat16


def test_repr_is_one_line():
    found = Finding(finding(actual="nan", expected="2e+30"))
    assert repr(found) == ("<critical spurious_nan in the gradient by x, component [1], float32 eager: nan for 2e+30>")


def test_an_explanation_can_be_acted_on():
    lines = Finding(finding("wrong", actual="1.0", ulps=3.0, point=(numbers(("0.5", "2")),))).explanation().splitlines()
    assert lines[0] == "critical wrong in the gradient by x, component [1], float32, eager"
    assert lines[1] == "  at        (np.array([0.5, 2], 'float32'),)"
    assert lines[2].startswith("  expected  2e+30 (certified by definition: ")
    assert lines[3] == "  got       1.0 (3 ulps off), in 12 components"
    assert lines[4].startswith("  why       The derivative of the logarithm at 0 is infinite, and 0 times it is NaN.")
    assert "(losses/norm.py:12)" in lines[4]
    assert lines[5] == "  do        Scale by the largest component before squaring."
    assert lines[6].startswith("  next      check(..., points=[<the tuple above>]) repeats it")
    assert len(lines) == 7


def test_the_numbers_of_an_explanation_are_short_in_their_dtype():
    for dtype in ("bfloat16", "float32"):
        point = (recorded(np.array([[1e20, 0.1]], format_of(dtype).numpy), dtype),)
        text = Finding(finding(point=point, dtype=dtype)).explanation()
        assert f"  at        (np.array([[1e+20, 0.1]], '{dtype}'),)\n" in text


def test_an_explanation_has_places_without_the_folders_of_a_machine():
    why = Cause(
        kind="overflow", operation="exp", phase="forward", location="/home/me/a/b.py:3", sentence="It overflows"
    )
    assert "  why       It overflows (a/b.py:3)\n" in Finding(finding(cause=why)).explanation()
    raised = replace(why, sentence="f raised E at /home/me/a/b.py:3; expected one array")
    text = Finding(finding("raised", truth_kind="undecided", actual="nan", cause=raised)).explanation()
    assert "  got       f raised E at a/b.py:3; expected one array\n" in text


def test_an_explanation_without_a_distance_or_an_index():
    text = Finding(finding(quantity="value", index=(), ulps=float("inf"), actual="nan", count=1)).explanation()
    assert "in the value, float32" in text
    assert "  got       nan\n" in text


def test_an_explanation_of_no_answer():
    why = Cause(kind="FunctionRaised", operation="", phase="forward", location="", sentence="f raised E: no")
    text = Finding(finding("raised", truth_kind="undecided", actual="nan", cause=why)).explanation()
    assert "expected  an answer\n" in text
    assert "got       f raised E: no\n" in text
    assert text.count("f raised E") == 1


def longest(length):
    """A finding each part of whose explanation is too long for its lines."""
    point = tuple(numbers(("-1.1754943508222875e-38",) * length, "float64") for _ in range(5))
    texts = {"advice": "rewrite it " * 200, "blame": "they differ " * 200, "actual": "1" * 500, "enclosure": "1 " * 500}
    long = finding(point=point, **texts)
    return replace(long, cause=replace(long.cause, sentence="overflow " * 200))


@pytest.mark.parametrize("length", [1, 15, 40, MOST_SHOWN, 5000])
def test_an_explanation_keeps_to_its_lines_of_120_columns(length):
    lines = Finding(longest(length)).explanation().splitlines()
    assert len(lines) <= 1 + sum(LINES.values())
    assert max(map(len, lines)) <= WIDTH
    assert [line.split()[0] for line in lines if line[2] != " "][1:] == list(LINES)


def test_an_assertion_has_at_most_25_lines(monkeypatch):
    most = max(map(longest, range(1, 9)), key=lambda each: Finding(each).explanation().count("\n"))
    assert Finding(most).explanation().count("\n") == 1 + sum(LINES.values())
    monkeypatch.setattr(api, "check", lambda *_, **__: _report(subject(findings=(most,) * 3)))
    with pytest.raises(AssertionError, match="2 more findings") as failed:
        api.assert_stable(len)
    assert len(str(failed.value).split("\n")) <= 25


def test_an_assertion_of_what_broke_off_has_at_most_25_lines(monkeypatch):
    for broken in (subject(status="failed", error="boom\n" * 99, counts={}), subject(counts={}, notes=("why\n",) * 99)):
        monkeypatch.setattr(api, "check", lambda *_, broken=broken, **__: _report(broken))
        with pytest.raises(AssertionError) as failed:
            api.assert_stable(len)
        assert str(failed.value).count("\n") < 25


def test_the_point_of_an_explanation_can_be_typed_again_over_several_lines():
    text = Finding(finding(point=(numbers(("0.1", "-2") * 20),))).explanation()
    typed = text[text.index("(") : text.index("\n  expected")]
    (array,) = eval(typed, {"np": np})
    assert array.tolist() == np.array([0.1, -2] * 20, "float32").tolist()


def test_a_large_point_is_not_spelled_out():
    many = numbers(("1",) * (MOST_SHOWN + 1))
    assert (
        f"<float32 array of shape ({MOST_SHOWN + 1},), in findings[0].point>"
        in Finding(finding(point=(many,))).explanation()
    )


def test_findings_are_sorted_worst_first():
    report = _report(
        subject(findings=(finding(severity="minor"), finding(severity="major"))),
        subject(findings=(finding(severity="critical"),)),
    )
    assert [f.severity for f in report.findings] == ["critical", "major", "minor"]
    assert [len(report.at_least(s)) for s in Severity] == [1, 2, 3]


@pytest.mark.parametrize(
    ("fields", "ok"),
    [
        ({}, True),
        ({"findings": (finding(severity="minor"),)}, True),
        ({"findings": (finding(severity="major"),)}, False),
        ({"findings": (finding(severity="critical"),)}, False),
        ({"error": "it broke"}, False),
        ({"counts": {"value": {"undecided": 3}}}, False),
        ({"counts": {"value": {"undecided": 3, "accurate": 1}}}, True),
        ({"counts": {}}, False),
    ],
)
def test_ok(fields, ok):
    assert _report(subject(**fields)).ok is ok


def test_counts_are_added_up():
    report = _report(
        subject(counts={"value": {"accurate": 2, "undecided": 1}, "gradient": {}}),
        subject(counts={"value": {"accurate": 3}, "gradient": {"undecided": 4}}),
    )
    assert report.counts == {"value": {"accurate": 5, "undecided": 1}, "gradient": {"undecided": 4}}
    assert report.undecided == 5


def test_notes_and_errors():
    report = _report(subject(notes=("a", "b")), subject(notes=("b",), error="broke"))
    assert report.notes == ("a", "b")
    assert report.errors == ("broke",)


def test_files(tmp_path):
    report = Report(sample_results.typical(4))
    report.save(tmp_path / "results.json")
    assert repr(results_file.load(tmp_path / "results.json")) == repr(report.results)
    for name in ("report.html", "without_suffix"):
        report.to_html(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_hostile_text_can_be_written(tmp_path):
    report = Report(sample_results.troubled(4))
    report.save(tmp_path / "results.json")
    report.to_html(tmp_path / "report.html")


def test_printing_it_gives_the_summary():
    assert str(_report(subject())).startswith("gradcheck  Clean")
