"""The page: complete without a script or a network, safe with text from anywhere, small and quick."""

import base64
import gzip
import hashlib
import json
import re
import time
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest
import sample_results
from sample_results import HOSTILE, finding, subject

from gradcheck.record import Curve, Operation, Profile, Results
from gradcheck.reports import cards, html, letters
from gradcheck.reports.summary import Summary
from gradcheck.verdict import Verdict

# What may stand in a page: anything else came from a text that was not escaped.
_TAGS = (
    "a abbr article aside b body button caption code col colgroup dd details div dl dt h1 h2 h3 h4 head header html i "
    "input kbd label li main meta nav noscript ol p pre script section small span strong style summary table tbody td "
    "th thead time title tr ul wbr"
)
TAGS = set(re.split(" ", _TAGS))
VOID = {"meta", "col", "input", "wbr"}


class Page(HTMLParser):
    """A page as lists: the elements with their attributes, the text of each script, the text of each cell."""

    def __init__(self, source: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.scripts: list[tuple[dict, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attributes), ""))
        if tag == "td":
            self.cells.append((dict(attributes).get("class") or "", ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif inside != "style":
            self.text.append(data)
            if "td" in self.open:
                self.cells[-1] = (self.cells[-1][0], self.cells[-1][1] + data.strip())


@cache
def source(name: str) -> str:
    return html.render(getattr(sample_results, name)())


@cache
def page(name: str) -> Page:
    return Page(source(name))


def test_the_first_lines_say_whether_it_is_clean_and_how_many_are_new():
    words = " ".join("".join(page("troubled").text).split())
    start = words.index("gradient and stability report")
    head = words[start : start + 400]
    assert "4 unexpected findings, 2 missing expected findings, 1 failed subject" in head
    assert "Clean: nothing unexpected, nothing missing." in "".join(page("typical").text)


def test_the_sections_come_in_the_order_of_the_design():
    sections = [a.get("id") for tag, a in page("typical").elements if tag == "section" and a.get("id")]
    assert sections == [
        "first", "matrix", "findings", "details", "plots", "claims", "properties", "subjects",
        "undecided", "second-opinion", "environment",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["typical", "troubled"])
def test_no_text_from_outside_becomes_markup(name):
    found = page(name)
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= TAGS
    assert not [key for _, attributes in found.elements for key in attributes if key.startswith("on")]
    assert "alert(1)" in source(name) or name == "typical"


def test_every_hostile_text_is_shown_in_full():
    shown = "".join(page("troubled").text)
    assert shown.count("<script>alert(1)</script>") > 30
    assert "{{7*7}}" in shown
    assert HOSTILE not in shown  # the control characters are escapes now


def test_hostile_text_stays_inside_the_data_of_the_plots():
    data = [text for attributes, text in page("troubled").scripts if attributes.get("type")]
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", text) for text in data)
    assert any("<script>alert(1)" in unpacked(text) for text in data)


def unpacked(text: str) -> str:
    return gzip.decompress(base64.b64decode(text)).decode()


def test_the_page_fetches_nothing():
    for tag, attributes in page("troubled").elements:
        assert not {"src", "srcset", "data", "action", "poster"} & attributes.keys(), tag
        assert attributes.get("href", "#").startswith("#")
    styles = re.findall(r"<style>(.*?)</style>", source("troubled"), re.DOTALL)
    assert len(styles) == 1
    assert "url(" not in styles[0]
    assert "@import" not in styles[0]


def test_only_the_scripts_of_the_page_may_run():
    policy = next(a["content"] for tag, a in page("troubled").elements if a.get("http-equiv"))
    packed = next(text for attributes, text in page("troubled").scripts if attributes.get("id") == "bokeh")
    code = [*(text for attributes, text in page("troubled").scripts if not attributes.get("type")), unpacked(packed)]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
    assert re.findall(r"'sha256-([^']+)'", policy) == digests
    assert policy.startswith("default-src 'none'")
    assert not [key for _, attributes in page("troubled").elements for key in attributes if key == "style"]


@pytest.mark.parametrize("name", ["typical", "troubled"])
def test_every_link_leads_somewhere(name):
    ids = [a["id"] for _, a in page(name).elements if "id" in a]
    links = [a["href"][1:] for tag, a in page(name).elements if tag == "a"]
    assert len(set(ids)) == len(ids)
    assert set(links) <= set(ids)


@pytest.mark.parametrize("name", ["typical", "troubled"])
def test_every_cell_of_the_matrix_has_a_letter(name):
    known = {*letters.LETTERS.values(), letters.NOT_RUN, letters.FAILED, letters.MISSING}
    cells = [(kind, text) for kind, text in page(name).cells if kind in letters.STANDINGS]
    assert len(cells) > 128
    assert {text for _, text in cells} <= known


def test_not_run_has_its_own_mark_and_is_never_a_pass():
    cells = [cell for cell in page("troubled").cells if cell[0] in letters.STANDINGS]
    assert ("not_run", letters.NOT_RUN) in cells
    assert all((kind == "not_run") == (text == letters.NOT_RUN) for kind, text in cells)
    assert not [text for kind, text in cells if kind == "pass" and not letters_of("pass") >= {text}]


def letters_of(kind: str) -> set[str]:
    return {letter for verdict, letter in letters.LETTERS.items() if letters.kind(verdict) == kind}


def test_the_legend_names_every_verdict_and_no_letter_twice():
    shown = "".join(page("typical").text)
    for verdict in Verdict:
        assert letters.meaning(verdict) in shown
    assert len({*letters.LETTERS.values(), letters.NOT_RUN, letters.FAILED, letters.MISSING}) == len(Verdict) + 3


def test_tables_can_be_read_aloud():
    for tag, attributes in page("typical").elements:
        assert tag != "th" or attributes.get("scope")


def test_a_finding_is_shown_with_all_that_is_known():
    known = finding(known="as the textbook has it", expected="0.1")
    shown = html.render(Results(subjects=(subject(findings=(known,)),)))
    words = "".join(Page(shown).text)
    cause = known.cause
    facts = (known.enclosure, known.advice, known.known, known.snippet, cause.sentence, cause.location, "backward pass")
    facts += ("operand 1", "1e-60", "gradcheck run squared_norm --framework torch", "12 components like it")
    for fact in (*facts, "x = [0, 1e-30]", "0x1.99999ap-4", "∞ ulps"):
        assert fact in words, fact


def test_the_operations_are_shown_with_the_guilty_one_marked():
    steps = (("forward", "mul", ""), ("forward", "sum", "overflow"), ("backward", "div of sum", "departs"))
    facts = {"index": "[0]", "location": "losses/norm.py:12", "native": "inf", "exact": "1e+40", "error": 0.25}
    found = [Operation(step=i, phase=p, name=n, mark=m, **facts) for i, (p, n, m) in enumerate(steps)]
    found[2] = replace(found[2], left_out=7)
    made = Page(html.render(Results(subjects=(subject(findings=(finding(operations=tuple(found)),)),))))
    words = " ".join("".join(made.text).split())
    marked = [a["class"] for tag, a in made.elements if tag == "tr" and a.get("class") in ("guilty", "off")]
    assert marked == ["guilty", "off"]
    order = ("forward pass", "mul [0]", "◀ overflow", "backward pass", "7 results left out", "departs")
    places = [words.rindex(each) for each in order]
    assert places == sorted(places)


def test_findings_beyond_the_limit_keep_a_row_and_their_part_comes_packed(monkeypatch):
    monkeypatch.setattr(cards, "DETAILED", 3)
    found = tuple(finding(index=(i,), expected=f"{i}.25") for i in range(6))
    made = Page(html.render(Results(subjects=(subject(findings=found),))))
    shown = "".join(made.text)
    assert "3 findings shown in full, the worst of each kind before others" in shown
    assert shown.count("Component") == 3
    assert all(f"{i}.25" in shown for i in range(6))
    rest = json.loads(unpacked(next(text for attributes, text in made.scripts if attributes.get("id") == "rest")))
    assert list(rest) == ["4", "5", "6"]
    for number, part in rest.items():
        assert f'id="finding-{number}"' in part
        assert f"{int(number) - 1}.25" in part


def test_the_worst_of_each_group_comes_before_the_others_of_any(monkeypatch):
    monkeypatch.setattr(cards, "DETAILED", 3)
    verdicts = ("spurious_nan", "wrong", "inaccurate")
    found = tuple(finding(v, index=(i,)) for v in verdicts for i in range(4))
    shown = "".join(Page(html.render(Results(subjects=(subject(findings=found),)))).text)
    full = shown[shown.index("Details", shown.index("specification")) : shown.index("Plots", shown.index("Component"))]
    assert [full.count(f" {v}") for v in verdicts] == [1, 1, 1]


def test_a_row_leads_to_its_part_or_to_that_of_the_worst_like_it(monkeypatch):
    monkeypatch.setattr(cards, "DETAILED", 1)
    found = tuple(finding(index=(i,)) for i in range(2))
    made = Page(html.render(Results(subjects=(subject(findings=found),))))
    rows = [a for tag, a in made.elements if tag == "tr" and "data-subject" in a]
    assert [row.get("id") for row in rows] == [None, "finding-2"]
    assert [a["href"] for tag, a in made.elements if tag == "a" and "chip" in a.get("class", "")] == ["#finding-1"] * 2


def test_a_finding_opens_with_what_a_person_can_repeat():
    words = " ".join("".join(Page(html.render(Results(subjects=(subject(findings=(finding(),)),)))).text).split())
    detail = words[words.rindex("Details") :]
    order = ("0 times it is NaN", "overflow", "operand 1", "Scale by the largest", "Point", "Expected", "import torch")
    places = [detail.index(each) for each in order]
    assert places == sorted(places)


def test_a_script_is_there_without_javascript():
    shown = html.render(Results(subjects=(subject(findings=(finding(),)),)))
    assert '<details class="snippet" open>' in shown
    assert '<button class="copy" type="button" hidden>' in shown  # the page's own script unhides it


def library(**changes) -> Results:
    """Functions of a library: one implementation each, that is called as the framework is."""
    names = ("torch.nn.functional.nll_loss", "torch.norm", "torch.nn.functional.gelu (tanh)", "plain")
    about = {"implementation": "torch", "framework": "torch", **changes}
    return Results(subjects=tuple(subject(specification=name, **about) for name in names))


def headings(results: Results) -> list[str]:
    """Of the rows of the matrix, as they are read."""
    rows = re.findall(r'<th scope="row(?:group)?"[^>]*>(.*?)</th>', overview_of(html.render(results)))
    return [re.sub("<.*?>", "", row) for row in rows]


def overview_of(source: str) -> str:
    return source[source.index('<table class="matrix overview">') : source.index("</table>")]


def test_functions_of_a_library_stand_under_their_module():
    assert headings(library()) == [
        "torch.nn.functional", "nll_loss", "gelu (tanh)", "torch", "norm", "plain",
    ]  # fmt: skip


def test_an_implementation_is_named_where_it_is_not_the_framework():
    assert headings(library(implementation="compiled"))[-1] == "plain compiled"
    several = (*library().subjects, subject(specification="torch.norm", implementation="other"))
    assert headings(Results(subjects=several))[-3:] == ["torch", "other", "plain"]


def test_findings_told_as_fewer_groups_are_counted():
    found = tuple(finding(index=(i,)) for i in range(3))
    words = " ".join("".join(Page(html.render(Results(subjects=(subject(findings=found),)))).text).split())
    assert "Look at first 3 findings in 1 group: the same failure of an implementation" in words
    one = "".join(Page(html.render(Results(subjects=(subject(findings=found[:1]),)))).text)
    assert "in 1 group:" not in one


def test_a_number_cut_in_the_table_is_told_in_full_beside_it():
    shown = html.render(Results(subjects=(subject(findings=(finding(expected="1.9287498479639178e-22"),)),)))
    assert '<td title="1.9287498479639178e-22">1.92874985e-22</td><td>nan</td>' in shown


def test_what_the_run_has_drawn_is_shown_in_full_before_others(monkeypatch):
    monkeypatch.setattr(cards, "DETAILED", 1)
    curve = Curve(exact=("0", "1"), computed=("0", "nan"), verdicts=("accurate", "spurious_nan"))
    drawn = Profile(
        argument=0,
        argument_name="x",
        index=(1,),
        component=(),
        inputs=("0", "1"),
        failing=1,
        value=curve,
        gradient=None,
    )
    found = (finding("spurious_nan"), finding("inaccurate", profile=drawn))
    results = Results(subjects=(subject(findings=found),))
    assert [card.is_full for card in cards.cards(Summary(results))] == [False, True]


def test_a_cell_shows_the_worst_failure_not_the_most_ordinary():
    ordinary = finding("inaccurate", point=(sample_results.numbers(("1", "1")),), expected="1")
    shown = html.render(Results(subjects=(subject(findings=(finding("wrong"), ordinary), status="unexpected"),)))
    assert ("new", "W") in Page(overview_of(shown)).cells


def test_two_suites_that_share_a_specification_stay_apart():
    bad = subject(suite="other", status="unexpected", findings=(finding(),))
    for subjects in ((subject(), bad), (bad, subject())):
        cells = Page(html.render(Results(subjects=subjects))).cells
        assert ("new", "N") in cells


@pytest.mark.parametrize("share", [0.08, 1.0])
def test_fifty_thousand_components_stay_small(share):
    results = sample_results.large(share)
    assert sum(len(s.samples) for s in results.subjects) >= 50_000
    start = time.perf_counter()
    size = len(html.render(results).encode("utf-8"))
    assert size < 5_000_000
    assert time.perf_counter() - start < 30  # about 2 s; the rest is for a busy machine
