"""Draw the pictures of a suite; one that cannot be drawn says why, and takes nothing down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradcheck import frameworks
from gradcheck.picture import FIELD, PictureRecord
from gradcheck.specification import Suite


def pictures(suite: Suite, wanted: Sequence[str] | None = None) -> Iterator[PictureRecord]:
    """The pictures of a suite, those left out whose frameworks are not installed or not `wanted` (None: all are)."""
    for picture in suite.pictures:
        if wanted is not None and not set(picture.frameworks) & {*wanted, "numpy"}:
            continue
        if not all(frameworks.get(name).available() for name in picture.frameworks):
            continue
        about: dict[str, Any] = {"suite": suite.name, "name": picture.name, "title": picture.title}
        try:
            drawing = picture.draw()
            about[FIELD[type(drawing)]] = drawing
            yield PictureRecord(**about)
        except (Exception, SystemExit) as problem:
            yield PictureRecord(**about, error=f"{type(problem).__name__}: {problem}")
