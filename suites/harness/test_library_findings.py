"""The pages of what was found in released libraries: every script shows its failure, every reason is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

pytest.importorskip("torchmetrics")
pytest.importorskip("optax")

import library_findings
from interpreter import Interpreter

from gradcheck import baseline_file, suites
from gradcheck.finding import text

SCRIPT = re.compile(r"^### (\d+)\n\n([^\n]+)\n\n```python\n(.+?)\n```$", re.MULTILINE | re.DOTALL)

RAISED = "nan"  # in the table, in the place of a number


def _scripts() -> Iterator[tuple[str, str, str, str]]:
    """With what the row of the table says was computed."""
    for library in suites.LIBRARIES:
        page = _page(library)
        for number, title, script in SCRIPT.findall(page):
            (row,) = re.findall(rf"^\| \[{number}\]\(.*", page, re.MULTILINE)
            yield library, f"{number}: {title}", script, row.split(" | ")[4].strip("`")


def _page(library: str) -> str:
    return library_findings.FOLDER.joinpath(f"{library}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def interpreter():
    started = Interpreter()
    yield started
    started.close()


@pytest.mark.parametrize(
    ("library", "title", "script", "actual"), [pytest.param(*row, id=f"{row[0]} {row[1][:80]}") for row in _scripts()]
)
def test_a_script_shows_its_failure(library, title, script, actual, interpreter):
    assert len(script.splitlines()) <= 15
    shown = interpreter.run(script)
    words = re.fullmatch(r"actual (.+) expected (.+)\n", shown, re.DOTALL)
    assert words, shown
    assert words[1] != words[2]
    # Of a function that raises where it should answer, the error is what is printed.
    assert (text(float(words[1]), title.split(", ")[-1]) if "Error(" not in words[1] else RAISED) == actual


@pytest.mark.parametrize("library", suites.LIBRARIES)
def test_a_page_has_a_script_for_every_row_and_only_reasons_of_the_baseline(library):
    rows = [line.split(" | ") for line in _page(library).splitlines() if line.startswith("| [")]
    scripts = SCRIPT.findall(_page(library))
    assert len(rows) == len(scripts) > 0
    entries = baseline_file.load(library_findings.BASELINES / f"{library}-baseline.toml").entries
    assert all(entry.reason.strip() for entry in entries)
    assert {row[-1].removesuffix(" |").replace("\\|", "|") for row in rows} <= {entry.reason for entry in entries}
