"""A real browser for the tests of the page: the system's Chromium, driven by Playwright, cut off from every network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sample_results

from gradcheck.record import Results

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADDRESS = "http://report.test/"  # no such host: what is asked of it is answered here
STRICT = "default-src 'none'"


@dataclass
class Opened:
    """A page in the browser, with everything that it complained of or asked a network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self, policy: str) -> None:
        """What a stricter policy than the page's own keeps from it is no complaint."""
        self.page.on("console", lambda message: self._heard(message, policy))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def _heard(self, message: Any, policy: str) -> None:
        if message.type in ("error", "warning") and not (policy and "Content Security Policy" in message.text):
            self.complaints.append(message.text)

    def shown(self, selector: str) -> list[Any]:
        """The elements that can be seen, as handles."""
        return [each for each in self.page.query_selector_all(selector) if each.is_visible()]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows of the table of findings that can be seen, in their order."""
        return self.page.evaluate(
            "() => [...document.querySelectorAll('table.findings tbody tr:not([hidden])')]"
            ".map((row) => [...row.cells].map((cell) => cell.textContent.trim()))"
        )

    @property
    def place(self) -> str:
        """What the address says after its file."""
        return self.page.evaluate("location.hash")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser. Where there is none the test is skipped; in CI that is a failure."""
    api, program = None, shutil.which("chromium") or shutil.which("chromium-browser")
    with suppress(ImportError):
        from playwright import sync_api as api
    if api is None or program is None:
        missing = "Playwright (pip install playwright)" if api is None else "Chromium (apt-get install chromium)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the tests of the page need {missing}")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def look(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Opens results as a page from a file: `look(results, place="#...", width=1400, policy="", **context)`.

    After the test every page must have asked for nothing and complained of nothing. With a `policy` the page comes
    from a server that sends it.
    """
    contexts, pages = [], []

    def opened(results: Results, place: str = "", width: int = 1400, policy: str = "", **options: Any) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        found = Opened(context.new_page())
        pages.append(found)
        found.watch(policy)
        file = tmp_path / "report.html"
        file.write_text(rendered(results), encoding="utf-8")
        address = ADDRESS if policy else file.as_uri()

        def answer(route: Any) -> None:
            if route.request.url.split("#")[0] != address:
                found.requests.append(route.request.url)
                route.abort()
            elif policy:
                headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
                route.fulfill(body=rendered(results), headers=headers)
            else:
                route.continue_()

        context.route("**/*", answer)
        found.page.goto(address + place)
        return found

    yield opened
    asked, complained = [p.requests for p in pages], [p.complaints for p in pages]
    for context in contexts:
        context.close()
    assert not any(asked)
    assert not any(complained)


_pages: dict[int, tuple[Results, str]] = {}


def rendered(results: Results) -> str:
    """The page of some results, made once."""
    from gradcheck.reports import html  # other tests need no Bokeh

    if id(results) not in _pages:
        _pages[id(results)] = (results, html.render(results))
    return _pages[id(results)][1]


@cache
def typical() -> Results:
    return sample_results.typical()


@cache
def troubled() -> Results:
    return sample_results.troubled()
