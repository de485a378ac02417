"""Renderers of a run's results: each is a pure function of the results and, if given, of what a baseline says of them.

A format is one module with `render(results, against) -> str` and `write(results, path, against)`; a new one is one
file and one line in `FORMATS`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from gradcheck.baseline import Against
from gradcheck.record import Results
from gradcheck.reports.against import held

# Format -> (its module, the suffixes it is known by).
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "html": ("gradcheck.reports.html", (".html", ".htm")),
    "terminal": ("gradcheck.reports.terminal", (".txt",)),
    "markdown": ("gradcheck.reports.markdown", (".md",)),
    "junit": ("gradcheck.reports.junit", (".xml",)),
    "sarif": ("gradcheck.reports.sarif", (".sarif",)),
    "annotations": ("gradcheck.reports.github", (".annotations",)),
}


def format_for(path: str | Path) -> str:
    """The format that the suffix of `path` stands for; `ValueError` names those that are known."""
    suffix = Path(path).suffix.lower()
    for name, (_, suffixes) in FORMATS.items():
        if suffix in suffixes:
            return name
    known = ", ".join(f"{suffixes[0]} ({name})" for name, (_, suffixes) in FORMATS.items())
    raise ValueError(f"no report format for {path}: suffix {suffix!r}; name the file with one of {known}")


def render(results: Results, format: str, against: Against | None = None) -> str:
    """`results` in a named format; `ValueError` names the formats that are known."""
    if format not in FORMATS:
        raise ValueError(f"unknown report format {format!r}; expected one of {', '.join(FORMATS)}")
    # A format is imported when it is asked for: a terminal summary needs no Bokeh.
    return import_module(FORMATS[format][0]).render(held(results, against), against=against)


def write(results: Results, path: str | Path, against: Against | None = None) -> None:
    """Write `results` to `path` in the format its suffix stands for.

    Raises ValueError for an unknown suffix and OSError where the file cannot be written.
    """
    import_module(FORMATS[format_for(path)][0]).write(held(results, against), path, against=against)
