"""The front page of several runs in a browser: links, phone width, no script and no network, hostile text."""

import pytest
import sample_results
from browser import Opened
from sample_results import HOSTILE
from test_reports_index import BAD, NAN, results, write

from gradcheck.reports import index, runs
from gradcheck.reports.runs import Run


@pytest.fixture
def page(tmp_path):
    """The file of a front page: two runs with their reports, a hostile one, and two that cannot be read."""
    found = [runs.read(write(tmp_path / str(k), results(*some, night=k))) for k, some in ((1, (BAD,)), (2, (BAD, NAN)))]
    hostile = Run(HOSTILE, sample_results.troubled(4))
    index.write([*found, hostile, Run(HOSTILE, problem=HOSTILE), runs.read(tmp_path / "3")], tmp_path / "index.html")
    return tmp_path / "index.html"


@pytest.fixture
def look(chromium, page):
    """Opens the page at a width; it may complain of nothing, and ask for nothing."""
    opened = []

    def look(width, **options):
        found = Opened(chromium.new_context(viewport={"width": width, "height": 900}, **options).new_page())
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("dialog", lambda dialog: (found.complaints.append(dialog.message), dialog.dismiss()))
        found.page.goto(page.as_uri())
        opened.append(found)
        return found

    yield look
    for each in opened:
        each.page.context.close()
        assert not each.complaints
        assert each.requests[0] == page.as_uri()
        assert all(url.startswith(page.parent.as_uri()) for url in each.requests)


@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}, {"color_scheme": "dark"}])
def test_all_is_there_and_nothing_is_wider_than_the_page(look, width, options):
    page = look(width, **options).page
    said = page.text_content("main")
    for words in (
        "The latest run: 4 unexpected findings",
        "2 not readable",
        "No such file",
        "N 2 +1",
        "<script>alert(1)",
    ):
        assert words in " ".join(said.split()), words
    wide = page.locator("main").bounding_box()["width"]
    assert wide <= width
    if options.get("java_script_enabled", True):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelectorAll('script, img').length") == 0


def test_a_run_opens_its_report(look, page):
    shown = look(1400)
    shown.page.click("table.runs a")
    assert shown.page.url == (page.parent / "2/report.html").as_uri()
