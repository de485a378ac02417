"""The pictures of the suites as a page shows them: what is to be seen in words, and the drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gradcheck.picture import FIELD, PictureRecord
from gradcheck.reports import network_diagram, plots, surface_plot, trajectory_plot, window_table

_WORDS: dict[str, Callable[[Any], list[str]]] = {
    "surface": surface_plot.sentences,
    "diagram": network_diagram.sentences,
    "windows": window_table.sentences,
    "trajectory": trajectory_plot.sentences,
}
# What the templates lay out.
_LAID_OUT: dict[str, Callable[[Any], Any]] = {
    "surface": surface_plot.rows,
    "diagram": network_diagram.drawing,
    "windows": window_table.conventions,
    "trajectory": trajectory_plot.rows,
}
# Those that BokehJS draws.
_DRAWN: dict[str, Callable[[Any, str], tuple[dict[str, Any], ...]]] = {
    "surface": surface_plot.items,
    "trajectory": trajectory_plot.items,
}


@dataclass(frozen=True)
class Shown:
    """One picture on the page. `kind` is one of the drawings, or empty where there is none and `record` says why."""

    record: PictureRecord
    anchor: str
    kind: str
    sentences: tuple[str, ...]
    targets: tuple[str, ...]  # ids of the elements that BokehJS draws into
    packed: str
    layout: Any


def pictures(records: Iterable[PictureRecord]) -> tuple[Shown, ...]:
    """The pictures in the order of the run."""
    return tuple(_shown(record, f"picture-{i}") for i, record in enumerate(records, start=1))


def _shown(record: PictureRecord, anchor: str) -> Shown:
    kind = next((name for name in FIELD.values() if getattr(record, name) is not None), "")
    drawing = getattr(record, kind) if kind else None
    items = _DRAWN[kind](drawing, anchor) if kind in _DRAWN else ()
    return Shown(
        record=record,
        anchor=anchor,
        kind=kind,
        sentences=tuple(_WORDS[kind](drawing)) if kind else (),
        targets=tuple(item["target_id"] for item in items),
        packed=plots.pack(items) if items else "",
        layout=_LAID_OUT[kind](drawing) if kind in _LAID_OUT else None,
    )
