"""A report is named by format or by suffix; what is unknown is answered with what is known."""

import subprocess
import sys

import pytest
import sample_results

from gradcheck import reports
from gradcheck.record import Results
from gradcheck.reports import text


@pytest.mark.parametrize("format", reports.FORMATS)
def test_a_file_is_written_in_the_format_of_its_suffix(format, tmp_path):
    results = sample_results.typical(components=4)
    for suffix in reports.FORMATS[format][1]:
        path = tmp_path / f"report{suffix}"
        reports.write(results, path)
        assert path.read_text(encoding="utf-8") == reports.render(results, format)


@pytest.mark.parametrize("format", reports.FORMATS)
def test_a_run_without_subjects_has_a_report(format):
    assert reports.render(Results(subjects=()), format)


@pytest.mark.parametrize("format", reports.FORMATS)
def test_the_same_results_give_the_same_bytes(format):
    first = reports.render(sample_results.troubled(components=8), format)
    assert reports.render(sample_results.troubled(components=8), format) == first


@pytest.mark.parametrize("format", reports.FORMATS)
def test_nothing_unprintable_gets_through(format):
    shown = reports.render(sample_results.troubled(components=4), format)
    shown.encode("utf-8")  # no lone surrogate
    for character in ("\x1b", "\u202e", "\0"):
        assert character not in shown


def test_an_unknown_suffix_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match=r"'\.pdf'.*\.html.*\.md.*\.xml.*\.sarif"):
        reports.write(Results(subjects=()), tmp_path / "report.pdf")


def test_an_unknown_format_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'pdf'; expected one of html, terminal"):
        reports.render(Results(subjects=()), "pdf")


def test_a_terminal_summary_needs_no_bokeh():
    code = "import sys; from gradcheck.reports import terminal; sys.exit('bokeh' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unsafe_characters_are_written_as_escapes():
    assert text.printable("a\x1b[31m\u202e\ud800\0\n\tβ") == "a\\x1b[31m\\u202e\\ud800\\x00\n\tβ"
    assert text.one_line(" a\n b\t c ") == "a b c"
    assert text.shortened("abcdef", 4) == "abc…"
