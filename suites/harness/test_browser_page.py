"""The page in a browser: without a script, under any policy, in the dark, on paper, on a phone, with hostile text."""

import pytest
from browser import STRICT, troubled, typical
from sample_results import finding, subject

from gradcheck.record import Results, Side

READ = "() => document.body.textContent"
WIDTHS = (1400, 500, 400)


def one(**changes) -> Results:
    return Results(subjects=(subject(findings=(finding(**changes),), status="unexpected"),))


ONE = one()
# What a page has to say of its one finding, in this order.
SAYS = (
    "1 unexpected finding",
    "components of 1 subject judged",
    "Look at first",
    "log squared norm · direct",
    "Matrix",
    "Findings",
    "spurious_nan",
    "Details",
    "0 times it is NaN",
    "Scale by the largest component",
    "x = [0, 1e-30]",
    "import torch",
    "Subjects",
    "Undecided",
    "Environment",
)


@pytest.mark.parametrize("policy", ["", STRICT])
def test_without_a_script_everything_is_there(look, policy):
    opened = look(ONE, policy=policy, java_script_enabled=False)
    rest = " ".join(opened.page.evaluate(READ).split())
    for each in SAYS:
        assert each in rest, each
        rest = rest[rest.index(each) :]
    assert not opened.shown("button, input, select, .bar, .scripted")


def test_without_a_script_a_row_and_a_cell_lead_to_the_finding(look):
    opened = look(one(severity="minor"), java_script_enabled=False)
    card = opened.page.locator("#finding-1")
    assert card.get_attribute("open") is None
    for selector in ("table.findings tbody a", "#matrix td a"):
        assert opened.page.locator(selector).first.get_attribute("href") == "#finding-1"
    opened.page.locator("#finding-1 > summary").click()
    assert "2e+30" in card.inner_text()


def test_under_the_strictest_policy_only_the_looks_are_lost(look):
    """`default-src 'none'`: neither a style nor a script applies."""
    plain = look(ONE, policy=STRICT, java_script_enabled=False)
    assert plain.page.evaluate("getComputedStyle(document.body).margin") == "8px"
    table = plain.page.get_by_role("table", name="One row a finding. Its verdict leads to what is known about it.")
    assert table.get_by_role("row").count() == 2


def test_with_the_scripts_kept_from_it_nothing_breaks(look):
    opened = look(ONE, policy=STRICT)
    assert opened.page.evaluate("document.querySelector('.controls').hidden")
    assert "Scale by the largest component" in opened.page.evaluate(READ)


def test_hostile_text_is_text_everywhere(look):
    opened = look(troubled(), "#sort=ulps")
    opened.page.evaluate("() => document.querySelectorAll('details').forEach((each) => (each.open = true))")
    opened.page.wait_for_timeout(500)
    assert opened.page.locator("img").count() == 0
    assert (
        opened.page.locator("script").evaluate_all("(all) => all.filter((each) => each.text.startsWith('alert'))") == []
    )
    hostile = opened.page.locator("#matrix .overview th button", has_text="</script><img").first
    hostile.click()
    assert opened.rows
    assert all("</script><script>alert(1)</script><img src=x onerror=alert(2)>" in row[1] for row in opened.rows)
    assert "alert(1)" in opened.page.locator("#filtered").inner_text()
    again = look(troubled(), opened.place)
    assert again.rows == opened.rows


def test_a_hostile_address_does_nothing(look):
    opened = look(
        ONE, "#specification=%3Cimg%20src=x%20onerror=alert(1)%3E&at=%22%5D%3Cimg%3E&sort=-nothing&q=%E0%A4%A"
    )
    assert opened.page.locator("img").count() == 0
    assert opened.rows == []
    assert "<img src=x onerror=alert(1)>" in opened.page.locator("#filtered").inner_text()
    look(ONE, "#%22%5D%3Cimg%20src=x%3E%zz")


def test_a_script_is_copied_as_it_is(look):
    opened = look(ONE, permissions=["clipboard-read", "clipboard-write"])
    opened.page.evaluate("navigator.clipboard.writeText('something else')")
    opened.page.locator("#finding-1 button.copy").click()
    opened.page.get_by_role("button", name="copied").wait_for()
    assert opened.page.evaluate("navigator.clipboard.readText()") == finding().snippet.rstrip("\n") + "\n"
    opened.page.get_by_role("button", name="copy", exact=True).wait_for(timeout=5000)


def test_where_copying_is_forbidden_the_script_is_selected(look):
    opened = look(ONE)
    opened.page.evaluate("() => (navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')))")
    opened.page.locator("#finding-1 button.copy").click()
    opened.page.get_by_role("button", name="selected").wait_for()
    assert opened.page.evaluate("String(getSelection())").strip() == finding().snippet.strip()


def colour(opened) -> tuple[int, ...]:
    """Of the ground of the page: red, green, blue."""
    text = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return tuple(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(","))


def test_the_colours_are_those_of_the_system_or_the_other_ones(look):
    dark, light = look(ONE, color_scheme="dark"), look(ONE, color_scheme="light")
    assert max(colour(dark)) < 64
    assert min(colour(light)) > 192
    light.page.get_by_role("button", name="dark colours").click()
    assert colour(light) == colour(dark)
    assert light.place == "#theme=dark"
    assert colour(look(ONE, light.place, color_scheme="light")) == colour(dark)
    light.page.get_by_role("button", name="light colours").click()
    assert min(colour(light)) > 192
    assert light.place == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(look, scheme):
    """WCAG 2.1, success criterion 1.4.3: a contrast of 4.5 for text."""
    opened = look(troubled(), color_scheme=scheme)
    poor = opened.page.evaluate(CONTRAST)
    assert poor == []


# Relative luminance and contrast ratio as WCAG 2.1 defines them; of each kind of element one that is in sight.
CONTRAST = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (each) => {
    for (let node = each; node; node = node.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(node).backgroundColor);
      if (a) return [r, g, b];
    }
  };
  const kinds = 'h1, .scope, .tiles li, .quiet, .chip, td, th, small, a, .truth, .actual, button, dd, .sentence, kbd';
  const seen = new Map();
  for (const each of document.querySelectorAll(kinds)) {
    if (!each.textContent.trim() || !each.checkVisibility({ contentVisibilityAuto: true })) continue;
    const key = [getComputedStyle(each).color, ground(each)].join(' on ');
    if (!seen.has(key)) seen.set(key, each);
  }
  const poor = [];
  for (const [key, each] of seen) {
    const [a, b] = [luminance(channels(getComputedStyle(each).color)), luminance(ground(each))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${each.tagName}.${each.className} ${key}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_on_paper_there_is_what_matters_and_nothing_to_press(look):
    opened = look(typical(), "#verdict=spurious_nan")
    rows = len(opened.rows)
    opened.page.emulate_media(media="print")
    assert not opened.shown("nav, button.copy, .controls, .filters, #theme")
    laid_out = "() => [...document.querySelectorAll('.findings tbody tr')].filter((row) => row.offsetHeight).length"
    assert opened.page.evaluate(laid_out) == rows
    assert len(opened.page.pdf(format="A4")) > 20_000


def test_on_paper_what_is_unexpected_is_unfolded(look):
    opened = look(troubled(), java_script_enabled=False)
    opened.page.emulate_media(media="print")
    unfolded = opened.page.locator("details.card.new").evaluate_all("(all) => all.map((each) => each.offsetHeight)")
    folded = opened.page.locator("details.card.expected").evaluate_all("(all) => all.map((each) => each.offsetHeight)")
    assert min(unfolded) > 3 * max(folded)


def test_on_paper_nothing_is_cut(look):
    """A4 at 96 dots an inch, less the margins."""
    opened = look(typical(), width=720)
    opened.page.emulate_media(media="print")
    wide = "() => [...document.querySelectorAll('table, pre, p')].filter((each) => each.checkVisibility())"
    assert opened.page.evaluate(f"{wide}.filter((each) => each.getBoundingClientRect().right > 721).length") == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_makes_the_page_scroll_sideways(look, width):
    opened = look(troubled(), "#dtype=float32", width=width)
    opened.page.evaluate("() => document.querySelectorAll('details').forEach((each) => (each.open = true))")
    opened.page.add_style_tag(content="section { content-visibility: visible !important; }")
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.evaluate(CUT) == []


# Cells and lines that reach beyond the window without a box around them that scrolls.
CUT = """() => [...document.querySelectorAll('td, th, p, li, dd, h1, h2, h3, h4, button, summary')]
  .filter((each) => each.checkVisibility() && !each.closest('.scroll, pre, .figures'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `${each.tagName}.${each.className} ${each.textContent.slice(0, 40)}`)"""


@pytest.mark.parametrize("section", ["undecided", "second-opinion", "properties", "subjects"])
def test_on_a_phone_no_table_of_long_cells_is_scrolled_sideways(look, section):
    opened = look(troubled(), width=400)
    boxes = opened.page.locator(f"#{section} .scroll")
    assert boxes.count() == 1
    boxes.scroll_into_view_if_needed()
    assert boxes.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    assert boxes.evaluate("(box) => box.querySelector('tbody tr').getBoundingClientRect().left") >= 0


def test_the_matrix_of_few_columns_has_its_legend_beside_it(look):
    opened = look(ONE)
    table = opened.page.locator("#matrix .overview").bounding_box()
    legend = opened.page.locator("#verdicts").bounding_box()
    assert 0 < legend["x"] - (table["x"] + table["width"]) < 60
    assert legend["width"] > 300


def test_a_plot_is_drawn_when_it_is_seen(look):
    opened = look(typical())
    assert opened.page.evaluate("typeof Bokeh") == "undefined"
    opened.page.locator("#plots details[open]").scroll_into_view_if_needed()
    opened.page.locator("#plots .bk-Figure").nth(3).wait_for(state="attached")


def test_the_same_point_elsewhere_says_which_side_is_wrong(look):
    sides = (
        Side(framework="torch", mode="eager", dtype="float32", actual="nan", verdict="spurious_nan", right=False),
        Side(framework="jax", mode="jit", dtype="float32", actual="2e+30", verdict="accurate", right=True),
    )
    opened = look(one(disagreements=sides, blame="eager is wrong (nan), jit is right (2e+30)"))
    table = opened.page.get_by_role("region", name="answers of others at this point")
    rows = [" ".join(row.locator("th, td").all_text_contents()) for row in table.get_by_role("row").all()]
    assert [row.split() for row in rows[1:]] == [
        ["torch", "eager", "float32", "nan", "N", "spurious_nan", "this", "finding"],
        ["jax", "jit", "float32", "2e+30", "A", "accurate"],
    ]


def test_what_is_undecided_is_said_with_why(look):
    opened = look(troubled())
    tile = opened.page.locator(".tiles a[href='#undecided']")
    count = tile.locator("b").inner_text()
    tile.click()
    section = opened.page.locator("#undecided")
    assert f"{count} of " in section.inner_text()
    assert "undecided at 4096 bits: x = [1e300]" in section.locator("td").last.inner_text() + section.inner_text()
