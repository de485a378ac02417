"""Annotations of GitHub Actions: at the line of the cause, escaped as documented, no more than are shown."""

import re

import pytest
import sample_results
from sample_results import HOSTILE, finding, subject

from gradcheck import reports
from gradcheck.baseline import Baseline, compare_with
from gradcheck.baseline_update import updated
from gradcheck.record import Cause, Results
from gradcheck.reports import github
from gradcheck.verdict import Severity

COMMAND = re.compile(r"::(notice|warning|error) ((?:[a-z]+=[^:,]*,)*title=[^:,]*)::(.*)")


def cause(location):
    return Cause(kind="overflow", operation="exp", phase="forward", location=location, sentence="It overflows.")


def read(shown):
    """As a runner reads it: (level, properties, message) of each line."""
    found = []
    for line in shown.splitlines():
        level, properties, message = COMMAND.fullmatch(line).groups()
        pairs = dict(each.split("=", 1) for each in properties.split(","))
        found.append((level, {key: _unescaped(value) for key, value in pairs.items()}, _unescaped(message)))
    return found


def _unescaped(value):
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(escape, character)
    return value


def of(*findings, **changes):
    return read(github.render(Results(subjects=(subject(findings=findings, **changes),))))[1:]


def test_a_finding_marks_the_line_of_its_cause_and_says_what_why_and_what_next():
    ((level, properties, message),) = of(finding(cause=cause("my_losses.py:7"), blame="Torch is wrong."))
    assert level == "error"
    assert properties["file"] == "my_losses.py"
    assert properties["line"] == "7"
    assert properties["title"] == "critical spurious_nan in the gradient of x[1], log squared norm · direct"
    assert message.splitlines() == [
        "at x = [0, 1e-30] expected 2e+30, got nan; torch · float32 · eager",
        "why: It overflows. (my_losses.py:7)",
        "sides: Torch is wrong.",
        "do: Scale by the largest component before squaring.",
        "next: gradcheck run squared_norm --framework torch --dtype float32 --mode eager",
    ]


@pytest.mark.parametrize(
    ("location", "about", "place"),
    [
        ("C:\\a b\\c,d.py:12", "f.py:1", ("C:\\a b\\c,d.py", "12")),
        ("", "f.py:1", ("f.py", "1")),
        ("<string>", "", None),
        ("x.py:0", "f.py:²", None),
    ],
)
def test_the_place_is_the_cause_and_else_the_function(location, about, place):
    ((_, properties, _),) = of(finding(cause=cause(location)), location=about)
    assert (place and (properties["file"], properties["line"])) == place
    assert ("file" in properties) == (place is not None)


def test_special_characters_are_escaped_as_documented():
    assert github.escaped("100%\r\nx: a, b") == "100%25\\x0d%0Ax: a, b"
    shown = github.render(Results(subjects=(subject(specification="a:b,c%", findings=(finding(),)),)))
    assert "in the gradient of x[1]%2C a%3Ab%2Cc%25 · direct::at x = [0, 1e-30] expected" in shown


def test_no_text_from_outside_is_a_command_of_its_own():
    injected = "\n::set-env name=PATH::x\r\n::add-mask::y"
    shown = github.render(
        Results(
            subjects=(
                subject(status="failed", error=injected, specification=injected),
                subject(status="undecided", counts={"value": {"undecided": 1}}, notes=(injected,)),
                subject(missing=(injected,), findings=(finding(advice=injected, argument_name=injected),)),
            )
        )
    )
    assert [level for level, _, _ in read(shown)] == ["notice", "error", "error", "error", "warning"]
    assert {line.split()[0] for line in shown.splitlines()} == {"::notice", "::error", "::warning"}
    for line in github.render(sample_results.troubled(4)).splitlines():
        assert COMMAND.fullmatch(line)
    assert HOSTILE not in shown


def test_levels():
    found = of(finding(), finding("inaccurate", severity="minor"), finding("wrong", known="as written"))
    assert [level for level, _, _ in found] == ["error", "warning"]
    about = {"status": "undecided", "counts": {"value": {"undecided": 4}}, "notes": ("4096 bits do not do",)}
    assert of(**about) == [
        (
            "warning",
            {"file": "losses/norm.py", "line": "10", "title": "undecided: log squared norm/direct torch float32 eager"},
            "4 components: 4096 bits do not do",
        )
    ]


def test_everything_that_turns_a_run_red_is_an_error():
    results = sample_results.troubled(4)
    titles = [properties["title"] for level, properties, _ in read(github.render(results)) if level == "error"]
    for words in (
        "critical spurious_inf",
        "missing: ",
        "failed: ",
        "claim does not hold: ",
        "property not as expected: ",
    ):
        assert any(title.startswith(words) for title in titles), words


def test_no_more_than_are_shown_and_the_last_one_counts_the_rest():
    many = tuple(finding(quantity=f"part {k}") for k in range(12))
    found = of(*many, *(finding("wrong", severity="minor", quantity=f"part {k}") for k in range(github.MOST)))
    assert [level for level, _, _ in found] == ["error"] * 10 + ["warning"] * 10
    assert found[9][2] == "and 3 more, in the HTML report"
    assert "more" not in found[-1][2]


def test_one_failure_in_many_dtypes_is_one_annotation():
    subjects = tuple(subject(dtype=d, findings=(finding(dtype=d),)) for d in ("float16", "float32"))
    _, (_, _, message) = read(github.render(Results(subjects=subjects)))
    assert "torch · float16, float32 · eager" in message


def test_beside_a_baseline_what_is_accepted_is_silent_and_what_is_stale_an_error():
    old = Results(subjects=(subject(findings=(finding("wrong"),)),))
    baseline = updated(Baseline(), old, Severity.MINOR).baseline
    assert len(read(reports.render(old, "annotations", compare_with(old, baseline)))) == 1
    clean = Results(subjects=(subject(),))
    _, (level, properties, message) = read(reports.render(clean, "annotations", compare_with(clean, baseline)))
    assert (level, properties["title"]) == ("error", "fixed: log squared norm/direct")
    assert properties["file"] == "losses/norm.py"
    assert "gradcheck baseline write" in message
