"""The results of a run as a file: results.json."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.configuration_keys import MODES
from gradcheck.dtypes import NAMES, format_of
from gradcheck.environment import environment
from gradcheck.exact import Kind
from gradcheck.frameworks import NAMES as FRAMEWORKS
from gradcheck.plain_data import Checks, Damaged, build, found, plain
from gradcheck.record import SCHEMA, STATUSES, Numbers, Results
from gradcheck.verdict import Severity, Verdict

ANEW = "make it anew with gradcheck run"
# The tag of a text of `gradcheck.record` -> the words that it may be.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "dtype": NAMES,
    "failure": tuple(v.value for v in Verdict if v.fails),
    "framework": FRAMEWORKS,
    "mode": MODES,
    "phase": ("forward", "backward"),
    "quantity": ("value", "gradient"),
    "severity": tuple(s.value for s in Severity),
    "status": STATUSES,
    "truth": tuple(k.value for k in Kind),
    "verdict": tuple(v.value for v in Verdict),
}


def _one_of(words: Iterable[str]) -> Callable[[str], str]:
    allowed = dict.fromkeys(words)
    return lambda text: "" if text in allowed else f"{found(text)}; expected one of {', '.join(allowed)}"


def _number(text: str) -> str:
    return "" if _is_number(text) else f"{found(text)}; expected a number, inf, -inf or nan"


def _answer(text: str) -> str:
    ends = text[1:-1].split(", ") if text.startswith("[") and text.endswith("]") else [text]
    right = len(ends) <= 2 and all(map(_is_number, ends))
    return "" if right else f"{found(text)}; expected a number, or two as in [-1.0, 1.0]"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(made: Numbers) -> str:
    """As many as the shape says, and none that the dtype does not reach."""
    if min(made.shape, default=0) < 0 or math.prod(made.shape) != len(made.values):
        return f"has shape {list(made.shape)} and {len(made.values)} values; expected as many as the shape says"
    beyond = (text for text in made.values if _is_beyond(float(text), made.dtype))
    return next((f"has the value {text}; expected numbers of {made.dtype}" for text in beyond), "")


def _is_beyond(number: float, dtype: str) -> bool:
    """Whether a dtype has only infinity for a number; the shortest decimal of its largest one may be larger than it."""
    f = format_of(dtype)
    if not f.maximum < abs(number) < math.inf:
        return False
    with np.errstate(over="ignore"):
        return bool(np.isinf(f.numpy.type(number)))


CHECKS: Checks = {
    **{tag: _one_of(words) for tag, words in ALLOWED.items()},
    "number": _number,
    "answer": _answer,
    Numbers: _numbers,
}


def save(results: Results, path: str | Path) -> None:
    """Write `results` as JSON. Raises OSError where the file cannot be written."""
    # ASCII: a message of somebody's may hold half a surrogate pair, which no other encoding can write.
    Path(path).write_text(json.dumps(plain(asdict(results))) + "\n", encoding="ascii")


def load(path: str | Path) -> Results:
    """Read a results file.

    Raises ValueError that says in one line what is wrong with a file of another make, a damaged one, or one that was
    changed, and where. Raises OSError where the file cannot be read.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not a results file: {error}; if it was cut off, {ANEW}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        schema = data.get("schema") if isinstance(data, dict) else type(data).__name__
        raise ValueError(f"{path} is not a results file of schema {SCHEMA}: found {schema}; {_next(data)}")
    try:
        return build(Results, data, CHECKS)
    except Damaged as damaged:
        raise ValueError(f"{path} is damaged: {damaged}; {_next(data)}") from None


def _next(data: Any) -> str:
    """What to do about a file: where another version wrote it, that one reads it."""
    written = data.get("environment") if isinstance(data, dict) else None
    wrote = written.get("gradcheck") if isinstance(written, dict) else None
    mine = environment()["gradcheck"]
    if not isinstance(wrote, str) or wrote == mine:
        return ANEW
    return f"gradcheck {wrote} wrote it and this is {mine}: read it with that version, or {ANEW}"
