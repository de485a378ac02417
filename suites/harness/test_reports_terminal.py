"""The terminal summary: narrow, honest, and deaf to what a text tells the terminal to do."""

import io

import pytest
import sample_results
from rich.console import Console
from sample_results import HOSTILE, finding, subject

from gradcheck.record import Results
from gradcheck.reports import terminal


@pytest.mark.parametrize("name", ["typical", "troubled"])
def test_no_line_is_wider_than_a_hundred_columns(name):
    shown = terminal.render(getattr(sample_results, name)(components=4))
    assert max(map(len, shown.splitlines())) <= 100


def test_it_says_what_is_new_first_and_worst_first():
    shown = terminal.render(sample_results.troubled(components=4))
    order = ["4 unexpected findings", "subjects", "claims", "Unexpected findings", "wrong in the value"]
    order += ["inaccurate in the value", "Missing:", "Failed", "Claims that do not hold", "Properties not", "Expected"]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "held 3 of 4" in shown


def test_a_finding_has_its_point_and_its_numbers():
    shown = terminal.render(Results(subjects=(subject(findings=(finding("wrong", actual="7", ulps=2.5e6),)),)))
    assert "at x = [0, 1e-30]" in shown
    assert "expected 2e+30, got 7, 2.50e+06 ulps, 12 components" in shown
    words = " ".join(shown.split())
    assert "why: The derivative of the logarithm at 0 is infinite, and 0 times it is NaN. (losses/norm.py:12)" in words
    assert "do: Scale by the largest component before squaring." in words


def test_what_is_not_listed_is_counted():
    found = tuple(finding(quantity=f"part {i}") for i in range(9))
    assert "and 4 more" in terminal.render(Results(subjects=(subject(findings=found),)))


def test_markup_in_a_text_is_only_text():
    failed = subject(status="failed", error="[bold red]boom[/bold red] [link=http://x]y[/link] :bomb:")
    shown = terminal.render(Results(subjects=(failed,)))
    assert "[bold red]boom[/bold red] [link=http://x]y[/link] :bomb:" in " ".join(shown.split())


def test_paths_come_last():
    shown = terminal.render(Results(subjects=()), ["out/report.html", "out/results.json"])
    assert shown.splitlines()[-2:] == ["    wrote out/report.html", "    wrote out/results.json"]


def test_a_console_with_colour_gets_colour_and_no_foreign_escape():
    console = Console(file=io.StringIO(), width=60, force_terminal=True, color_system="standard")
    terminal.show(Results(subjects=(subject(status="failed", error=HOSTILE),)), console)
    shown = console.file.getvalue()
    assert "\x1b[1;31m" in shown  # the headline
    assert "\x1b[31m\\u202e" not in shown
