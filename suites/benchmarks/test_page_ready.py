"""How long a browser takes until a page of 50,000 judged components is ready, and then to sort and to filter it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))  # the browser and the results of its tests
import sample_results
from browser import chromium, rendered  # noqa: F401  a fixture

READY = 3.0  # seconds
SORTED = """() => {
  document.querySelector("th[data-column=ulps] button").click();
  document.body.offsetHeight;
}"""


@pytest.fixture(scope="module", params=[0.08, 1.0], ids=["a twelfth fails", "all fails"])
def address(request, tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(rendered(sample_results.large(request.param)), encoding="utf-8")
    return file.as_uri()


def test_ready(benchmark, chromium, address):  # noqa: F811
    benchmark.group = "a page"

    def opened() -> None:
        page = chromium.new_page()
        page.goto(address)
        page.close()

    benchmark.pedantic(opened, rounds=3)
    assert benchmark.stats.stats.min < READY


def test_sorted(benchmark, chromium, address):  # noqa: F811
    benchmark.group = "a page"
    page = chromium.new_page()
    page.goto(address)
    benchmark.pedantic(page.evaluate, args=(SORTED,), rounds=6)
    page.close()
