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
    order = ["4 unexpected findings", "subjects", "claims", "Unexpected findings", "critical wrong in"]
    order += ["Missing:", "Failed", "Claims that do not hold", "Properties not", "Undecided", "Expected", "Next"]
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


def failing(count, **changes):
    return tuple(finding(quantity=f"part {k:02}", **changes) for k in range(count))


def test_what_is_not_listed_is_counted():
    shown = terminal.render(Results(subjects=(subject(specification="f", findings=failing(30)),)))
    listed = [k for k in range(30) if f"part {k:02} of" in shown]
    assert listed == list(range(len(listed)))
    assert f"and {30 - len(listed)} more" in shown


def seeds(red=0):
    """As many subjects as the seed suites have; every so many-th is red in all the ways there are."""
    known = failing(3, known="as written")
    subjects = [
        subject(
            suite=f"suite {k % 6}", implementation=f"i{k // 4}", findings=known, status="expected", mode=f"m{k % 4}"
        )
        for k in range(660)
    ]
    for k in range(red):
        subjects[7 * k] = subject(suite="suite 0", implementation=f"new {k}", findings=failing(4), status="unexpected")
        subjects[7 * k + 1] = subject(suite="suite 1", implementation=f"f{k}", status="failed", error="boom " * 30)
        subjects[7 * k + 2] = subject(
            suite="suite 2", implementation=f"m{k}", status="missing", missing=("it is away",)
        )
        about = {"counts": {"value": {"undecided": 3}}, "notes": (f"no exact rule for the operation {k}",)}
        subjects[7 * k + 3] = subject(suite="suite 3", implementation=f"u{k}", status="undecided", **about)
    return Results(subjects=tuple(subjects))


@pytest.mark.parametrize("red", [0, 1, 3, 40])
def test_a_run_of_the_seed_suites_fits_one_screen(red):
    lines = terminal.render(seeds(red), ["out/results.json", "out/report.html"]).splitlines()
    assert len(lines) <= terminal.LINES
    assert max(map(len, lines)) <= terminal.WIDTH


def rows(shown):
    lines = shown.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("suite "))
    return [line.split() for line in lines[start : lines.index("", start)]]


def test_a_line_a_suite_with_columns_for_what_there_is():
    head, *suites = rows(terminal.render(seeds()))
    assert head == ["suite", "subjects", "components", "fail", "undecided", "expected"]
    assert suites == [["suite", str(k), "110", "13,200", "–", "–", "330"] for k in range(6)]
    head, first, second, third, fourth, *_ = rows(terminal.render(seeds(1)))
    assert head[4:] == ["undecided", "unexpected", "expected", "missing", "failed"]
    assert first[-4:] == ["4", "327", "–", "–"]
    assert (second[-1], third[-2], fourth[5]) == ("1", "1", "3")


def test_one_suite_has_no_table():
    assert "suite " not in terminal.render(Results(subjects=(subject(),)))


def test_many_suites_are_counted():
    many = tuple(subject(suite=f"s{k}") for k in range(terminal.MOST_SUITES + 3))
    assert "and 3 more suites" in terminal.render(Results(subjects=many))


def test_undecided_is_said_with_why_the_commonest_reason_first():
    about = {"status": "undecided", "counts": {"value": {"undecided": 2}}}
    count = "undecided components, for which no truth was established: 2"
    several = (
        subject(**about, implementation="a", notes=("no rule for fft", count)),
        subject(**about, implementation="b"),
        subject(**about, implementation="b", dtype="float16"),
        subject(**about, implementation="b", dtype="float64"),
        subject(notes=("non-finite inputs: NaN in, NaN out",)),
    )
    shown = terminal.render(Results(subjects=several))
    assert "non-finite" not in shown
    entries = shown[shown.index("Undecided, which is no pass") :].splitlines()[1:4]
    assert [" ".join(each.split()) for each in " ".join(entries).replace("  2 comp", "\n2 comp").splitlines()] == [
        "6 components of log squared norm/b torch float32 eager and 2 subjects alike: no truth was established",
        "2 components of log squared norm/a torch float32 eager: no rule for fft",
    ]


@pytest.mark.parametrize(
    ("about", "what", "command"),
    [
        ({"findings": failing(1)}, "runs the worst again", "gradcheck run squared_norm --framework torch"),
        ({"findings": failing(1)}, "accepts what cannot", "gradcheck baseline write out/results.json"),
        ({"status": "missing", "missing": ("m",)}, "runs it again", "gradcheck run squared_norm --framework torch"),
        ({"status": "failed", "error": "e"}, "runs it again", "gradcheck run squared_norm --framework torch"),
        (
            {"findings": failing(1), "suite": "scan", "specification": "my losses:f"},
            "explains the worst",
            "gradcheck explain 'my losses:f' --at out/results.json",
        ),
    ],
)
def test_what_to_type_next_stands_below_what_it_is_for(about, what, command):
    shown = terminal.render(Results(subjects=(subject(**about),)), ["out/results.json"])
    lines = shown[shown.index("Next\n") :].splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith(f"  # {what}"))
    assert lines[place + 1].startswith(f"  {command}")


def test_a_command_is_one_line_however_long_it_is():
    path = f"out/{'deep/' * 30}results.json"
    shown = terminal.render(Results(subjects=(subject(findings=failing(1)),)), [path])
    assert f"\n  gradcheck baseline write {path}\n" in shown


def test_where_all_is_well_nothing_is_to_be_typed():
    known = subject(findings=failing(2, known="as written"), status="expected")
    assert "Next" not in terminal.render(Results(subjects=(known,)), ["out/results.json"])


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
