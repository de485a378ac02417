"""Test vectors as a JSON file, whose fields `docs/vectors.md` describes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from gradcheck.dtypes import NAMES
from gradcheck.plain_data import build, plain
from gradcheck.vectors.data import SCHEMA, Vectors


def name_of(vectors: Vectors) -> str:
    """The name of their file: specification and dtype, without what a file system may not like."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in vectors.specification)
    return f"{safe}.{vectors.dtype}.json"


def save(vectors: Vectors, path: str | Path) -> None:
    """Write test vectors, one a line; the same ones give the same bytes. Raises OSError where it cannot be written."""
    fields = plain(asdict(vectors))
    lines = ",\n".join(json.dumps(vector) for vector in fields.pop("vectors"))
    head = json.dumps(fields, indent=1)[:-2]
    Path(path).write_text(f'{head},\n "vectors": [\n{lines}\n]}}\n', encoding="ascii", newline="\n")


def load(path: str | Path) -> Vectors:
    """Read test vectors. Raises ValueError that says what is wrong with a file of another make."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read the test vectors {path}: {error.strerror}; {_REMEDY}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} holds no test vectors: {error}; {_REMEDY}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or "vectors" not in data:
        raise ValueError(f"{path} holds no test vectors of schema {SCHEMA}; {_REMEDY}")
    try:
        vectors = build(Vectors, data)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is damaged: {error}; {_REMEDY}") from error
    if vectors.dtype not in NAMES:
        raise ValueError(f"{path}: dtype {vectors.dtype!r}; expected one of {', '.join(NAMES)}; {_REMEDY}")
    return vectors


_REMEDY = "`gradcheck vectors SUITE --output DIR` writes them"
