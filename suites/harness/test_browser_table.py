"""The table of findings in a browser: sorted, filtered by each column, searched, walked through by keys."""

from sample_results import finding, subject

from gradcheck.record import Results
from gradcheck.reports.findings_table import COLUMNS

NAMES = [column.name for column in COLUMNS]
ULPS = (3.0, 1e12, float("inf"), 2e3, 40.0)


def five() -> Results:
    """Five findings that differ in every column."""
    found = [
        finding(verdict, index=(i,), ulps=ULPS[i], severity=severity, count=10**i, regime=regime, expected=f"{i}.5")
        for i, (verdict, severity, regime) in enumerate(
            [
                ("inaccurate", "minor", "tiny"),
                ("wrong", "critical", "huge"),
                ("spurious_nan", "critical", "zeros"),
                ("wrong", "major", "zeros"),
                ("spurious_zero", "minor", "tiny"),
            ]
        )
    ]
    rest = subject(implementation="other", dtype="float64", suite="vae", findings=tuple(found[2:]), status="unexpected")
    return Results(subjects=(subject(findings=tuple(found[:2]), status="unexpected"), rest))


FIVE = five()


def column(opened, name: str) -> list[str]:
    return [row[NAMES.index(name)] for row in opened.rows]


def heading(opened, name: str):
    return opened.page.locator(f"table.findings th[data-column={name}]")


def test_every_column_sorts_up_and_down_and_back(look):
    opened = look(FIVE)
    for name in NAMES:
        came, seen = column(opened, name), {}
        for _ in range(3):
            heading(opened, name).get_by_role("button").click()
            seen[heading(opened, name).get_attribute("aria-sort")] = column(opened, name)
        assert seen.keys() == {"ascending", "descending", None}, name
        assert seen[None] == came, name
        assert seen["ascending"] == seen["descending"][::-1], name
        assert sorted(seen["ascending"]) == sorted(came), name
    assert opened.place == ""


def test_numbers_sort_as_numbers_and_words_of_rank_by_rank(look):
    opened = look(FIVE)
    heading(opened, "ulps").get_by_role("button").click()
    assert column(opened, "ulps") == ["∞", "1.00e+12", "2e+03", "40", "3"]
    heading(opened, "severity").get_by_role("button").click()
    assert column(opened, "severity") == ["critical", "critical", "major", "minor", "minor"]
    heading(opened, "components").get_by_role("button").click()
    assert column(opened, "components") == ["10,000", "1,000", "100", "10", "1"]


def test_the_order_stands_in_the_address(look):
    opened = look(FIVE)
    heading(opened, "ulps").get_by_role("button").click()
    assert opened.place == "#sort=-ulps"
    assert column(look(FIVE, "#sort=ulps"), "ulps") == ["3", "40", "2e+03", "1.00e+12", "∞"]


CHOICES = {
    "verdict": ("wrong", 2),
    "specification": ("log squared norm", 5),
    "implementation": ("other", 3),
    "framework": ("torch", 5),
    "dtype": ("float32", 2),
    "mode": ("eager", 5),
    "severity": ("major", 1),
    "standing": ("unexpected", 3),
    "cause": ("overflow", 5),
    "regime": ("tiny", 2),
    "suite": ("vae", 3),
}


def test_every_column_of_few_values_is_chosen_from(look):
    opened = look(FIVE)
    assert CHOICES.keys() == {each.name for each in COLUMNS if each.kind == "choice"}
    for name, (wanted, left) in CHOICES.items():
        box = control(opened, name)
        options = [option.text_content() for option in box.locator("option").all()]
        assert f"{wanted} ({left})" in options, name
        box.select_option(wanted)
        assert len(opened.rows) == left, name
        box.select_option("")
        assert len(opened.rows) == 5, name


def test_every_other_column_is_typed_into(look):
    opened = look(FIVE)
    typed = {"component": ("X[3", 1), "expected": ("2.5", 1), "actual": ("NAN", 5), "ulps": ("2000", 3)}
    typed |= {"components": ("1,000", 2)}
    assert typed.keys() == {each.name for each in COLUMNS if each.kind != "choice"}
    for name, (words, left) in typed.items():
        control(opened, name).fill(words)
        assert len(opened.rows) == left, name
        control(opened, name).fill("")
        assert len(opened.rows) == 5, name


def control(opened, name: str):
    label = next(column.heading for column in COLUMNS if column.name == name)
    return opened.page.get_by_label(f"filter {label}", exact=True)


def test_filters_of_several_columns_hold_together(look):
    opened = look(FIVE, "#regime=zeros&severity=critical")
    assert column(opened, "verdict") == ["N spurious_nan"]


def test_a_search_looks_at_the_row_and_at_why_it_fails(look):
    opened = look(FIVE)
    opened.page.get_by_label("Search").fill("SCALE spurious_ norm.py:12")
    assert column(opened, "verdict") == ["N spurious_nan", "Z spurious_zero"]
    assert opened.place.startswith("#q=SCALE+")
    opened.page.get_by_label("Search").fill("nothing like it")
    assert opened.rows == []


def test_the_number_of_rows_is_announced(look):
    opened = look(FIVE)
    status = opened.page.get_by_role("status")
    assert status.text_content() == "5 findings"
    control(opened, "verdict").select_option("wrong")
    assert status.text_content() == "2 of 5 findings"


def test_the_keys_walk_through_the_rows_that_are_shown(look):
    opened = look(FIVE)
    control(opened, "verdict").select_option("wrong")
    first, second = (link for link in opened.page.locator("tr:not([hidden]) > th > a.chip").all())
    opened.page.keyboard.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "search"
    first.focus()
    for key, expected in (("j", second), ("j", second), ("k", first), ("End", second), ("Home", first)):
        opened.page.keyboard.press(key)
        assert expected.evaluate("(each) => each === document.activeElement"), key
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Enter")
    place = second.get_attribute("href")
    assert opened.place == f"#verdict=wrong&at={place[1:]}"
    assert opened.page.locator(place).get_attribute("open") is not None


def test_the_table_is_one_step_of_the_tab_key(look):
    opened = look(FIVE)
    stops = opened.page.locator("table.findings tbody a:not([tabindex='-1'])")
    assert stops.count() == 1


def test_rows_out_of_sight_are_not_laid_out_until_they_are_scrolled_to(look):
    many = tuple(finding(index=(i,), expected=str(i)) for i in range(400))
    opened = look(Results(subjects=(subject(findings=many, status="unexpected"),)))
    laid_out = "() => [...document.querySelectorAll('.findings tbody tr')].filter((row) => row.offsetHeight).length"
    assert opened.page.evaluate(laid_out) == 150
    opened.page.locator("table.findings tbody a").first.focus()
    opened.page.keyboard.press("End")
    assert opened.page.evaluate(laid_out) == 400


def test_a_reader_aloud_is_told_headings_and_order(look):
    opened = look(FIVE, "#sort=-ulps")
    table = opened.page.get_by_role("table", name="One row a finding. Its verdict leads to what is known about it.")
    assert table.get_by_role("columnheader").count() == len(COLUMNS)
    assert table.get_by_role("columnheader", name="ulps").get_attribute("aria-sort") == "descending"
    assert table.get_by_role("rowheader").first.text_content() == "N spurious_nan"


def test_twelve_columns_are_as_wide_as_the_page(look):
    found = finding(
        "spurious_zero", expected="-1.9287498479639178e-222", actual="-0.00012345678901234", severity="critical"
    )
    results = Results(
        subjects=(subject(specification="torch.nn.functional.embedding_bag", dtype="bfloat16", findings=(found,)),)
    )
    opened = look(results)
    opened.page.locator("#findings").scroll_into_view_if_needed()
    box = opened.page.locator("#findings .scroll").bounding_box()
    for place in (f"tbody td >> nth={NAMES.index('standing') - 1}", "th[data-column=standing]"):
        cell = opened.page.locator("table.findings").locator(place).bounding_box()
        assert cell["x"] + cell["width"] <= box["x"] + box["width"] - 15  # a scroll bar
    for name in ("expected", "actual", "standing", "severity", "dtype", "mode"):
        cell = opened.page.locator("table.findings tbody td").nth(NAMES.index(name) - 1)
        assert cell.evaluate(LINES) == 1, name


LINES = """(cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map(({ top }) => top)).size;
}"""
