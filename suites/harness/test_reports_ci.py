"""Markdown, JUnit XML and SARIF: what a CI service reads."""

import json
import re
from xml.etree import ElementTree

import pytest
import sample_results
from sample_results import HOSTILE, finding, numbers, subject

from gradcheck.record import Cause, Results
from gradcheck.reports import junit, markdown, sarif

WORST = Results(
    subjects=tuple(
        subject(
            implementation=f"i{i}", status="failed", error="e", missing=("m",), findings=(finding(), finding(known="k"))
        )
        for i in range(50)
    ),
    claims=sample_results.troubled(4).claims[-1:] * 20,
    properties=sample_results.troubled(4).properties[-1:] * 20,
)


def cause(location):
    return Cause(kind="overflow", operation="exp", phase="forward", location=location, sentence="It overflows.")


def test_markdown_has_at_most_sixty_lines():
    shown = markdown.render(WORST).splitlines()
    assert len(shown) <= markdown.LINES
    assert sum("more, in the HTML report" in line for line in shown) == 6


def test_markdown_begins_with_the_answer():
    assert markdown.render(sample_results.typical(4)).startswith("## ✅ gradcheck: Clean")
    assert markdown.render(sample_results.troubled(4)).startswith("## ❌ gradcheck: 4 unexpected findings")


def test_markdown_has_no_foreign_markup():
    shown = markdown.render(sample_results.troubled(4))
    assert not re.search(r"(?<!\\)[<`]", shown.replace("&lt;", ""))
    assert "@all" not in shown
    rows = [line for line in shown.splitlines() if line.startswith("| critical")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 8 for row in rows)


def test_markdown_says_why_and_what_instead():
    (row,) = [line for line in markdown.render(Results(subjects=(subject(findings=(finding(),)),))).splitlines()
              if line.startswith("| critical")]  # fmt: skip
    assert "0 times it is NaN. (losses/norm.py\\:12). Scale by the largest component before squaring |" in row


def test_markdown_entries_keep_to_their_line():
    assert markdown.escaped("a\n| b\r\n# c") == r"a \| b \# c"


def test_junit_has_a_case_for_every_subject_claim_and_property():
    results = sample_results.troubled(4)
    root = ElementTree.fromstring(junit.render(results))
    cases = root.findall("testsuite/testcase")
    assert len(cases) == len(results.subjects) + len(results.claims) + len(results.properties)
    assert root.get("tests") == str(len(cases))
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "6"
    assert root.get("skipped") == "1"
    for suite in root.findall("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))


@pytest.mark.parametrize("status", ["failed", "missing", "unexpected"])
def test_junit_fails_what_is_red(status):
    bad = subject(status=status, error="boom", missing=("gradient wrong",), findings=(finding(),))
    failure = ElementTree.fromstring(junit.render(Results(subjects=(bad,)))).find(".//failure")
    assert failure.get("type") == status
    assert failure.get("message") == (
        "boom; missing expected finding: gradient wrong; unexpected spurious_nan in the gradient of x[1]"
    )
    assert [" ".join(line.split()) for line in failure.text.splitlines()] == [
        "new: spurious_nan (critical) in the gradient of x[1]",
        "at x = [0, 1e-30]",
        "expected 2e+30 (certified by definition)",
        "got nan, ∞ ulps, 12 components",
        "why The derivative of the logarithm at 0 is infinite, and 0 times it is NaN. (losses/norm.py:12)",
        "do Scale by the largest component before squaring.",
        "next gradcheck run squared_norm --framework torch --dtype float32 --mode eager",
    ]


@pytest.mark.parametrize("status", ["expected", "clean", "undecided", "not_run"])
def test_junit_passes_or_skips_the_rest(status):
    root = ElementTree.fromstring(junit.render(Results(subjects=(subject(status=status),))))
    assert root.get("failures") == "0"
    assert (root.get("skipped") == "1") == (status == "not_run")


def test_junit_names_the_file_and_line():
    case = ElementTree.fromstring(junit.render(Results(subjects=(subject(),)))).find(".//testcase")
    assert (case.get("file"), case.get("line")) == ("losses/norm.py", "10")
    assert (case.get("classname"), case.get("time")) == ("squared_norm.log squared norm", "0.250")


def run_of(*findings, **changes):
    log = json.loads(sarif.render(Results(subjects=(subject(findings=findings, **changes),))))
    assert log["version"] == "2.1.0"
    return log["runs"][0]


def test_sarif_results_refer_to_their_rules():
    run = json.loads(sarif.render(sample_results.troubled(4)))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == 56 + 2 + 1  # findings, missing, failed
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1


def test_sarif_points_at_the_cause_and_else_at_the_function():
    at_cause, at_function = run_of(finding(cause=cause("a b/c.py:7")), finding(cause=None))["results"]
    where = [r["locations"][0]["physicalLocation"] for r in (at_cause, at_function)]
    assert where[0] == {"artifactLocation": {"uri": "a%20b/c.py", "uriBaseId": "SRCROOT"}, "region": {"startLine": 7}}
    assert where[1]["artifactLocation"]["uri"] == "losses/norm.py"


def test_sarif_says_why_and_what_instead():
    (result,) = run_of(finding(cause=cause("a/b/c.py:7"), blame="Torch is wrong."))["results"]
    assert result["message"]["text"].endswith(
        "It overflows. (b/c.py:7). Torch is wrong. Scale by the largest component before squaring."
    )


@pytest.mark.parametrize(
    ("location", "uri"),
    [("/a/b.py:3", "file:///a/b.py"), ("C:\\a\\b.py:3", "file:///C:/a/b.py"), ("a\\b.py:3", "a/b.py")],
)
def test_sarif_addresses_are_uris(location, uri):
    (result,) = run_of(finding(cause=cause(location)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize("location", ["", "<string>", "x.py:0", HOSTILE])
def test_sarif_without_a_place_names_the_function(location):
    (result,) = run_of(finding(cause=cause(location)), location="")["results"]
    (where,) = result["locations"]
    assert "physicalLocation" not in where
    assert where["logicalLocations"][0]["fullyQualifiedName"] == "squared_norm.log squared norm.direct"


def test_sarif_suppresses_what_is_expected_with_its_reason():
    new, known = run_of(finding(), finding(known="as written"))["results"]
    assert "suppressions" not in new
    assert known["suppressions"] == [{"kind": "external", "justification": "as written"}]


def test_sarif_levels_follow_the_severity():
    found = run_of(*(finding(severity=s) for s in ("critical", "major", "minor")))["results"]
    assert [r["level"] for r in found] == ["error", "error", "note"]


def test_a_finding_is_the_same_one_at_another_point():
    first, moved, other = run_of(
        finding(), finding(point=(numbers(("3",)),), ulps=4.0, actual="1"), finding(quantity="value")
    )["results"]
    prints = [r["partialFingerprints"]["gradcheck/v1"] for r in (first, moved, other)]
    assert len(set(prints)) == 2
