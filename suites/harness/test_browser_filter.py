"""What a click in the matrix keeps of the page, and that a link and the Back button lead to the same view."""

import pytest
from browser import typical
from sample_results import finding, subject

from gradcheck.record import Results, Sample


def shown(opened, selector: str) -> list[str]:
    return opened.page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)].filter((each) => !each.closest('[hidden]'))"
        ".map((each) => each.textContent.trim())",
        selector,
    )


def facets(opened, columns: slice) -> set[tuple[str, ...]]:
    return {tuple(row[columns]) for row in opened.rows}


def matrix(opened):
    return opened.page.locator("#matrix .overview")


def cell(opened):
    """Of the specification with most implementations: the first of them, in torch and float16."""
    return matrix(opened).locator("tbody").nth(1).locator("tr").nth(1).locator("td").nth(4)


def test_a_cell_keeps_its_subject_everywhere_below(look):
    opened = look(typical())
    cell(opened).click()
    assert facets(opened, slice(1, 6)) == {("log squared norm", "direct", "torch", "float16", "eager")}
    assert shown(opened, "table.subjects tbody th") == ["log squared norm"]
    assert all("log squared norm · direct" in each for each in shown(opened, "#cards > details > summary"))
    assert len(shown(opened, "#cards > details > summary")) == len(opened.rows)
    [plot] = shown(opened, "#plots > details > summary")
    assert plot.startswith("log squared norm")
    assert opened.page.locator("#plots [data-dtype]:not([hidden])").evaluate_all(
        "(all) => all.filter((each) => !each.closest('[hidden]')).map((each) => each.dataset.dtype)"
    ) == ["float16"]


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("tbody:nth-of-type(2) tr:nth-child(2) th", {"specification": "log squared norm", "implementation": "direct"}),
        ("tbody:nth-of-type(2) tr.group th", {"specification": "log squared norm"}),
        ("thead tr:nth-child(2) th:nth-of-type(5)", {"framework": "torch", "mode": "eager", "dtype": "float16"}),
        ("thead tr:nth-child(1) th:nth-of-type(2)", {"framework": "torch", "mode": "eager"}),
    ],
)
def test_a_heading_keeps_what_it_stands_for(look, heading, kept):
    opened = look(typical())
    matrix(opened).locator(heading).get_by_role("button").click()
    bar = opened.page.get_by_role("region", name="filter of this page")
    assert bar.get_by_title("take this away").count() == len(kept)
    for name, value in kept.items():
        assert bar.get_by_text(f"{name}: {value}", exact=False).count() == 1
    assert opened.rows
    assert all(value in row for row in opened.rows for value in kept.values())
    assert f"{len(opened.rows)} of " in bar.inner_text()


def test_a_row_under_its_module_keeps_the_whole_name(look):
    about = {"implementation": "torch", "status": "unexpected"}
    names = ("torch.nn.functional.nll_loss", "torch.nn.functional.gelu (tanh)", "torch.norm")
    results = Results(subjects=tuple(subject(specification=name, findings=(finding(),), **about) for name in names))
    opened = look(results)
    matrix(opened).get_by_role("button", name="gelu (tanh)").click()
    assert facets(opened, slice(1, 3)) == {(names[1], "torch")}
    assert opened.page.locator("#filtered").get_by_text(f"specification: {names[1]}").count() == 1
    assert matrix(opened).get_by_role("button", name="torch.nn.functional").count() == 0
    assert look(results, opened.place).rows == opened.rows


def test_a_row_of_the_regimes_keeps_its_subject(look):
    opened = look(typical())
    opened.page.locator("details.regimes > summary").nth(1).click()
    row = opened.page.locator("details.regimes").nth(1).locator("tbody tr").nth(5)
    row.locator("td").first.click()
    (kept,) = {tuple(each) for each in opened.page.evaluate(SUBJECTS)}
    assert kept[0] == "log squared norm"
    assert kept[3] in row.inner_text()


SUBJECTS = """() => [...document.querySelectorAll('.subjects tbody tr:not([hidden])')]
  .map((row) => [...row.cells].slice(0, 5).map((cell) => cell.textContent))"""


def test_what_is_kept_can_be_taken_back_piece_by_piece_and_at_once(look):
    opened = look(typical())
    everything = len(opened.rows)
    cell(opened).click()
    bar = opened.page.locator("#filtered")
    bar.get_by_text("implementation: direct").click()
    assert {row[2] for row in opened.rows} > {"direct"}
    bar.get_by_role("button", name="clear").click()
    assert len(opened.rows) == everything
    assert bar.is_hidden()


def test_the_other_cells_of_the_matrix_stand_back(look):
    opened = look(typical())
    assert opened.page.locator("td.aside").count() == 0
    cell(opened).click()
    assert opened.page.locator("#matrix .overview tbody td:not(.aside)").count() == 1


def test_a_link_with_an_address_shows_the_same_view(look):
    opened = look(typical())
    cell(opened).click()
    opened.page.locator("table.findings th[data-column=ulps] button").click()
    opened.page.locator("table.findings tbody tr:not([hidden]) a").first.click()
    again = look(typical(), opened.place)
    assert again.rows == opened.rows
    for selector in ("details.card[open] > summary", "table.subjects tbody tr"):
        assert shown(again, selector) == shown(opened, selector)
    assert again.page.locator("table.findings th[data-column=ulps]").get_attribute("aria-sort") == "descending"


def test_the_back_button_leads_through_what_was_seen(look):
    opened = look(typical())
    everything = opened.rows
    cell(opened).click()
    kept = opened.rows
    opened.page.locator("table.findings tbody tr:not([hidden]) a").first.click()
    assert "at=finding-" in opened.place
    opened.page.go_back()
    assert opened.rows == kept != everything
    opened.page.go_back()
    assert opened.rows == everything
    assert opened.page.locator("#filtered").is_hidden()
    opened.page.go_forward()
    assert opened.rows == kept


def test_a_link_of_the_page_keeps_the_filter_and_one_to_what_is_filtered_away_ends_it(look):
    opened = look(typical(), "#dtype=float16")
    opened.page.get_by_role("navigation").get_by_role("link", name="Subjects").click()
    assert opened.place == "#dtype=float16&at=subjects"
    opened.page.locator("#first a.what").first.click()
    assert opened.place == "#finding-1"
    assert opened.page.locator("#finding-1").get_attribute("open") is not None


def test_a_tile_keeps_the_findings_it_counts(look):
    opened = look(typical())
    tile = opened.page.locator(".tiles li.minor")
    count = int(tile.locator("b").inner_text())
    tile.locator("a").click()
    assert len(opened.rows) == count
    assert {row[11] for row in opened.rows} == {"minor"}


def test_a_filter_of_findings_keeps_the_subjects_that_have_one(look):
    opened = look(typical(), "#verdict=inaccurate")
    found = {tuple(row[1:6]) for row in opened.rows}
    assert {tuple(each) for each in opened.page.evaluate(SUBJECTS)} == found


MARKS = """() => Bokeh.documents.flatMap((each) => each.roots()).flatMap((plot) => plot.renderers ?? [])
  .filter((each) => each.data_source.data.who)
  .flatMap((each) => [...each.data_source.data.who].filter((_, number) => each.view.filter.booleans[number]))"""


def test_the_failures_in_a_plot_are_those_of_the_filter(look):
    opened = look(typical(), "#specification=log+squared+norm&framework=torch")
    opened.page.locator("#plots").scroll_into_view_if_needed()
    opened.page.locator("#plots .bk-Figure").nth(3).wait_for(state="attached")
    kept = opened.page.evaluate(MARKS)
    assert {who.split(" ")[1] for who in kept} == {"torch"}
    opened.page.locator("#filtered").get_by_text("framework: torch").click()
    everything = opened.page.evaluate(MARKS)
    assert {who.split(" ")[1] for who in everything} == {"torch", "jax"}
    opened.page.evaluate("() => (location.hash = '#specification=log+squared+norm&implementation=epsilon&mode=jit')")
    assert {tuple(who.split(" ")[:3]) for who in opened.page.evaluate(MARKS)} == {("epsilon", "jax", "jit")}


def test_the_parts_that_came_packed_are_there_when_they_are_asked_for(look, monkeypatch):
    monkeypatch.setattr("gradcheck.reports.cards.DETAILED", 2)
    found = tuple(finding(index=(i,), expected=f"{i}.25", snippet=f"print({i})") for i in range(6))
    results = Results(subjects=(subject(findings=found, status="unexpected", samples=(SAMPLE,)),))
    opened = look(results, "#finding-5")
    opened.page.locator("#finding-5").wait_for()
    assert "4.25" in opened.page.locator("#finding-5 .detail").first.inner_text()
    assert opened.page.locator("#finding-5 button.copy").is_visible()
    opened.page.locator("table.findings tbody tr").nth(3).locator("a").click()
    assert opened.page.locator("#finding-4").get_attribute("open") is not None
    order = opened.page.evaluate("() => [...document.querySelectorAll('#cards > details')].map((each) => each.id)")
    assert order == sorted(order)


SAMPLE = Sample(quantity="value", regime="tiny", ordinal=3, ulps=5e8, verdict="wrong")


def test_a_name_of_two_suites_is_kept_apart(look):
    one, other = (
        subject(suite=suite, findings=(finding(),), status="unexpected", implementation="same") for suite in "ab"
    )
    opened = look(Results(subjects=(one, other)))
    matrix(opened).locator("tbody").nth(1).locator("th[scope=row] button").click()
    assert [row[-1] for row in opened.rows] == ["b"]
    assert len(shown(opened, "table.subjects tbody tr")) == 1
