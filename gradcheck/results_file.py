"""The results of a run as a file: results.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from gradcheck.plain_data import build, plain
from gradcheck.record import SCHEMA, Results


def save(results: Results, path: str | Path) -> None:
    """Write `results` as JSON. Raises OSError where the file cannot be written."""
    # ASCII: a message of somebody's may hold half a surrogate pair, which no other encoding can write.
    Path(path).write_text(json.dumps(plain(asdict(results))) + "\n", encoding="ascii")


def load(path: str | Path) -> Results:
    """Read a results file. `ValueError` says what is wrong with a file of another make."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a results file: {error}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, dict) else type(data).__name__
        raise ValueError(
            f"{path} is not a results file of schema {SCHEMA}: found {found}; make it anew with gradcheck run"
        )
    try:
        return build(Results, data)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is damaged: {error}; make it anew with gradcheck run") from error
