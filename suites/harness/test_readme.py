"""What the README says can be done: its examples run, its make targets exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", _blocks("python"))
def test_example_runs(code):
    exec(compile(code, "README.md", "exec"), {})


def test_make_targets_exist():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = re.findall(r"^make (\w+)", "\n".join(_blocks("console")), flags=re.MULTILINE)
    assert named
    assert set(named) <= set(targets)


def test_links_lead_somewhere():
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert linked
    assert not [path for path in linked if not (ROOT / path).exists()]


def test_the_picture_of_the_report_is_one_and_small():
    data = (ROOT / "docs/report.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 300_000
    assert "](docs/report.png)" in README
    assert "python docs/make_picture.py" in README
