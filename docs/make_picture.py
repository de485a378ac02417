"""Make the picture of the report that README.md shows: the first screen of a run of the seed suites.

    gradcheck run --output out
    python docs/make_picture.py out/results.json

needs Chromium on the path, and Playwright (`pip install playwright`), which drives it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from gradcheck import reports, results_file

PICTURE = Path(__file__).with_name("report.png")
WIDTH, HEIGHT = 1280, 960
MOST_BYTES = 300_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--hide-scrollbars")  # fmt: skip


def picture(page: Path, browser: str) -> bytes:
    """The first screen of a page, in light colours, as PNG. Raises RuntimeError where the page has an error."""
    from playwright.sync_api import sync_playwright

    problems: list[str] = []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=OPTIONS)
        shown = started.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        shown.on("pageerror", lambda error: problems.append(str(error)))
        shown.goto(page.as_uri())
        shown.wait_for_load_state("networkidle")
        data = shown.screenshot()
        started.close()
    if problems:
        raise RuntimeError(f"the page has errors: {'; '.join(problems)}")
    return data


def main(words: list[str]) -> int:
    """Exit code 0: written; 2: wrong use, no browser, or a picture too large for a README."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if len(words) != 1 or browser is None:
        wrong = "Chromium is not on the path" if len(words) == 1 else "name one results.json"
        print(f"{wrong}; {__doc__.strip() if __doc__ else ''}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        reports.write(results_file.load(words[0]), page)
        data = picture(page, browser)
    if len(data) > MOST_BYTES:
        print(f"{len(data):,} bytes are too many for a README; expected at most {MOST_BYTES:,}", file=sys.stderr)
        return 2
    PICTURE.write_bytes(data)
    print(f"wrote {PICTURE} ({len(data):,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
