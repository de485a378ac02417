"""How a page is filled in: everything from outside is escaped, and no control character reaches the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gradcheck.reports import text

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """The templates of the pages, with escaping on."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
    )


def part(name: str) -> Markup:
    """A file of ours that goes into a page as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())


def _safe(value: Any) -> Any:
    return text.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
