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

SCRIPT = re.compile(r"^### (\d+)\n\n([^\n]+)\n\n```python\n(.+?)\n```$", re.MULTILINE | re.DOTALL)


def _scripts() -> Iterator[tuple[str, str, str]]:
    for library in suites.LIBRARIES:
        for number, title, script in SCRIPT.findall(_page(library)):
            yield library, f"{number}: {title}", script


def _page(library: str) -> str:
    return library_findings.FOLDER.joinpath(f"{library}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def interpreter():
    started = Interpreter()
    yield started
    started.close()


@pytest.mark.parametrize(("library", "title", "script"), list(_scripts()), ids=lambda text: text.split("\n")[0][:80])
def test_a_script_shows_its_failure(library, title, script, interpreter):
    assert len(script.splitlines()) <= 15
    shown = interpreter.run(script)
    words = re.match(r"actual (\S+) expected (.+)", shown)
    # A function that raises where it should answer prints nothing: what it raises is its answer.
    assert words is None or words[1] != words[2].strip(), shown
    assert words or "Error" in shown, shown


@pytest.mark.parametrize("library", suites.LIBRARIES)
def test_a_page_has_a_script_for_every_row_and_only_reasons_of_the_baseline(library):
    rows = [line.split(" | ") for line in _page(library).splitlines() if line.startswith("| [")]
    scripts = SCRIPT.findall(_page(library))
    assert len(rows) == len(scripts) > 0
    entries = baseline_file.load(library_findings.BASELINES / f"{library}-baseline.toml").entries
    assert all(entry.reason.strip() for entry in entries)
    assert {row[-1].removesuffix(" |").replace("\\|", "|") for row in rows} <= {entry.reason for entry in entries}
