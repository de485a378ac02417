"""The front page of several runs: what changed from one to the next, why one cannot be read, links, and no script."""

import re
from dataclasses import replace

import pytest
import sample_results
from sample_results import HOSTILE, finding, subject
from test_reports_html import TAGS, Page

from gradcheck import results_file
from gradcheck.baseline import Baseline
from gradcheck.baseline_update import updated
from gradcheck.record import Results
from gradcheck.reports import index, letters, runs, trend
from gradcheck.reports.runs import Run
from gradcheck.verdict import Severity

BAD = finding("wrong", severity="major", ulps=1000.0)
NAN = finding("spurious_nan", quantity="value", argument=None, argument_name=None)


def results(*findings, night=1, torch="2.13", **about):
    """A run of one function that fails as told, and of one that passes."""
    failing = {"status": "unexpected" if findings else "clean", **about}
    subjects = (subject(findings=findings, **failing), subject(implementation="stable"))
    environment = {"torch": torch, "jax": "not installed", "numpy": "2.4"}
    return Results(subjects=subjects, environment=environment, started=f"2026-11-{night:02}T02:00:01+00:00")


def night(number, *findings, **about):
    return Run(f"nightly/{number}", results(*findings, night=number, **about))


def words(page):
    return " ".join(" ".join(page.text).split())


def cells(*found):
    """The row of the function that fails, the oldest run first: letter, count and change."""
    (row,) = [row for row in trend.rows(found) if row.function.endswith("direct")]
    return [(cell.letter, cell.count, cell.change) for cell in row.cells]


def test_the_trend_of_a_function_over_the_runs():
    found = (night(1), night(2, BAD), night(3, BAD, NAN), night(4, BAD, NAN), night(5, BAD), night(6))
    shown = [("A", 0, ""), ("W", 1, "+1"), ("N", 2, "+1"), ("N", 2, ""), ("W", 1, "−1"), ("A", 0, "−1")]
    assert cells(*found) == shown


def test_another_failure_in_equal_number_is_a_change():
    assert cells(night(1, BAD), night(2, NAN))[1] == ("N", 1, "≠")
    known = night(2, replace(BAD, known="as written"))
    assert cells(night(1, BAD), known)[1] == ("W", 1, "≠")


def test_what_was_not_run_changes_nothing():
    away = night(2, status="not_run", counts={}, regimes={})
    assert cells(night(1, BAD), away, night(3, BAD)) == [("W", 1, ""), (letters.NOT_RUN, 0, ""), ("W", 1, "")]
    other = Run("other", Results(subjects=(subject(implementation="else"),), started="2026-11-02"))
    assert cells(night(1, BAD), other, night(3))[1:] == [(letters.NOT_RUN, 0, ""), ("A", 0, "−1")]


def test_a_dtype_that_only_one_run_judged_is_no_change():
    half = results(BAD, night=1, dtype="float16").subjects[0]
    wide = Run("wide", replace(results(BAD), subjects=(half, *results(BAD).subjects), started="2026-11-01"))
    assert cells(wide, night(2, BAD), night(3, BAD, NAN)) == [("W", 2, ""), ("W", 1, ""), ("N", 2, "+1")]


@pytest.mark.parametrize(
    ("about", "letter", "standing"),
    [
        ({"status": "failed", "error": "boom"}, letters.FAILED, "new"),
        ({"status": "missing", "missing": ("wrong",)}, letters.MISSING, "new"),
        ({"status": "undecided", "counts": {"value": {"accurate": 9, "undecided": 1}}}, "?", "undecided"),
        ({}, "A", "pass"),
    ],
)
def test_a_cell_says_what_became_of_a_function(about, letter, standing):
    (row,) = trend.rows([Run("a", Results(subjects=(subject(**about),)))])
    assert (row.cells[0].letter, row.cells[0].standing) == (letter, standing)


def test_dtypes_and_modes_of_a_function_are_one_row_frameworks_are_not():
    several = tuple(subject(dtype=d, framework=f) for d in ("float16", "float32") for f in ("torch", "jax"))
    assert [row.framework for row in trend.rows([Run("a", Results(subjects=several))])] == ["jax", "torch"]


def test_what_changed_in_the_latest_run_comes_first():
    names = [row.function for row in trend.rows((night(1), night(2, BAD)))]
    assert names == ["log squared norm · direct", "log squared norm · stable"]
    assert [row.is_quiet for row in trend.rows((night(1), night(2, BAD)))] == [False, True]


def test_the_latest_run_is_the_headline_and_the_first_row_in_whatever_order_they_come():
    found = (night(3, BAD), night(1), night(2))
    page = Page(index.render(found))
    assert "The latest run: 1 unexpected finding." in words(page)
    assert re.findall(r"nightly/\d", words(page)) == ["nightly/3", "nightly/2", "nightly/1"]
    assert index.render(found[::-1]) == index.render(found)


def rows_of_runs(*found):
    """The cells of each run as text, the latest first."""
    source = index.render(found)
    table = source[source.index('<table class="runs">') : source.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.DOTALL)
    return [list(map(plain, re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL))) for row in rows]


def plain(cell):
    return " ".join(re.sub(r"<[^>]*>", " ", cell).split())


def test_a_row_counts_what_moved_since_the_run_before():
    worse = replace(BAD, ulps=1e6)
    minor = replace(NAN, severity="minor")
    found = rows_of_runs(night(1, BAD), night(2, worse, minor), night(3, NAN), night(4))
    assert [row[-3:] for row in found] == [["0", "0", "1"], ["0", "1", "1"], ["0", "1", "0"], ["–", "–", "–"]]
    assert [row[3:7] for row in found] == [["240", "0", u, "0"] for u in ("0", "1", "1", "1")]


def test_another_version_is_marked():
    found = rows_of_runs(night(1), night(2), night(3, torch="2.14"))
    assert [row[2] for row in found] == ["torch 2.14 ≠ , numpy 2.4", "torch 2.13, numpy 2.4", "torch 2.13, numpy 2.4"]


def test_the_run_before_is_one_that_judged_the_same():
    other = Run("jax", replace(results(night=2), subjects=(subject(framework="jax"), subject(implementation="x"))))
    jax_alone = Run("jax", replace(results(night=2), subjects=(subject(framework="jax"),)))
    torch_alone = replace(results(BAD, night=3), subjects=results(BAD).subjects[:1])
    assert rows_of_runs(night(1), other, night(3, BAD))[0][-3:] == ["1", "0", "0"]
    # One run with JAX and the next with torch: nothing is new in either.
    assert rows_of_runs(jax_alone, Run("torch", torch_alone))[0][-3:] == ["–", "–", "–"]


def write(folder, found, page=True):
    folder.mkdir(parents=True)
    results_file.save(found, folder / "results.json")
    if page:
        (folder / "report.html").write_text("<p>", encoding="utf-8")
    return folder


def test_a_run_links_to_its_report_where_there_is_one(tmp_path):
    with_page = write(tmp_path / "nightly" / "a b#c", results(night=1))
    without = write(tmp_path / "nightly" / "2", results(night=2), page=False)
    index.write([runs.read(with_page), runs.read(without / "results.json")], tmp_path / "nightly" / "index.html")
    page = Page((tmp_path / "nightly" / "index.html").read_text(encoding="utf-8"))
    links = [a["href"] for tag, a in page.elements if tag == "a"]
    assert [link for link in links if not link.startswith("#")] == ["./a%20b%23c/report.html"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "No such file or directory"),
        ('{"schema": 1,', "is not a results file: "),
        ('{"schema": 99}', "is not a results file of schema 1: found 99"),
        ('{"schema": 1, "subjects": [{}]}', "is damaged: "),
    ],
)
def test_a_run_that_cannot_be_read_is_a_row_that_says_why(tmp_path, text, why):
    if text is not None:
        (tmp_path / "results.json").write_text(text, encoding="utf-8")
    broken = runs.read(tmp_path)
    assert why in broken.problem
    shown = words(Page(index.render((broken, night(1)))))
    assert broken.problem in shown
    assert "1 not readable" in shown
    assert "None of the runs can be read." in words(Page(index.render((broken,))))


def test_what_a_baseline_accepts_is_not_unexpected(tmp_path):
    folder, baseline = write(tmp_path / "a", results(BAD)), updated(Baseline(), results(BAD), Severity.MINOR).baseline
    assert "1 unexpected finding" in words(Page(index.render([runs.read(folder)])))
    assert "Clean: nothing unexpected" in words(Page(index.render([runs.read(folder, baseline)])))


def test_no_text_from_outside_becomes_markup_or_a_script(tmp_path):
    troubled = sample_results.troubled(4)
    folder = write(tmp_path / "javascript:alert(1)<img src=x onerror=alert(2)>", replace(troubled, started=HOSTILE))
    away = Run(HOSTILE, problem=HOSTILE)
    odd = replace(troubled, environment={"torch": HOSTILE}, settings={"interrupted": HOSTILE})
    source = index.render((runs.read(folder), away, Run(HOSTILE, odd)), tmp_path)
    page = Page(source)
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= TAGS - {"script", "button"}
    assert not {"\x1b", "\u202e", "\0"} & set(source)
    for tag, attributes in page.elements:
        assert not {"src", "srcset", "style"} & attributes.keys(), tag
        assert not [key for key in attributes if key.startswith("on")]
        assert attributes.get("href", "#").startswith(("#", "./"))
    policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src")
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_every_link_within_the_page_leads_somewhere():
    page = Page(index.render((night(1, BAD), night(2))))
    assert {a["href"][1:] for tag, a in page.elements if tag == "a"} <= {a.get("id") for _, a in page.elements}


def test_letters_are_explained():
    shown = words(Page(index.render((night(1, BAD), night(2, NAN)))))
    for verdict in ("wrong", "spurious_nan", "accurate"):
        assert f"{verdict}: {letters.meaning(verdict)}" in shown
    assert letters.STANDINGS["new"] in shown


def test_a_year_of_runs_is_a_small_page():
    nights = tuple(replace(night(1, BAD), results=replace(results(BAD), started=f"{y}")) for y in range(1000, 1365))
    assert len(index.render(nights)) < 500_000
