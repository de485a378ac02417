"""Numbers typed on the command line, or in a file, as the arrays of a point."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.dtypes import format_of

EXAMPLE = '--at "[0, -1e30, nan]"'
FILE = "a list with the values of each argument, or an object: name of the argument -> values"
# What Python's JSON reads for the numbers that JSON does not have.
_SPELLED = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}
_WORDS = re.compile(r'(?<!["\w])(nan|inf|infinity)(?!["\w])', re.IGNORECASE)


def given(texts: Sequence[str]) -> list[Any] | dict[str, Any]:
    """The values of each argument, as nested lists: typed one by one, or those of one file.

    Raises ValueError for what is not JSON, where `nan` and `inf` are numbers too.
    """
    if len(texts) == 1 and (texts[0].endswith(".json") or Path(texts[0]).is_file()):
        return _of_file(Path(texts[0]))
    return [_parsed(text, f"--at {text!r}", f"a number or a list of them, as in {EXAMPLE}") for text in texts]


def _of_file(path: Path) -> list[Any] | dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}; expected a JSON file: {FILE}") from None
    values = _parsed(text, str(path), FILE)
    if not isinstance(values, list | dict):
        raise ValueError(f"{path} holds {values!r}; expected {FILE}")
    return values


def _parsed(text: str, source: str, expected: str) -> Any:
    try:
        return json.loads(_WORDS.sub(lambda word: _SPELLED[word[0].lower()], text))
    except json.JSONDecodeError as error:
        raise ValueError(f"{source} is not JSON ({error}); expected {expected}") from None


def in_order(values: list[Any] | dict[str, Any], names: Sequence[str], label: str) -> list[Any]:
    """The values of each argument in turn. Raises ValueError where they are not those of all the names."""
    if isinstance(values, dict):
        if set(values) != set(names):
            found = ", ".join(values) or "nothing"
            raise ValueError(f"{label} takes {', '.join(names)}; the point names {found}: name each argument once")
        return [values[name] for name in names]
    return values


def arrays(values: Sequence[Any], names: Sequence[str], dtype: str) -> tuple[np.ndarray, ...]:
    """Arrays of the dtype. Raises ValueError for what is no array of numbers, or beyond the dtype."""
    return tuple(_array(v, name, dtype) for v, name in zip(values, names, strict=True))


def _array(values: Any, name: str, dtype: str) -> np.ndarray:
    wide = _wide(values, name)
    with np.errstate(over="ignore"):
        array = wide.astype(format_of(dtype).numpy)
    beyond = wide[np.isinf(array.astype(np.float64)) & np.isfinite(wide)]
    if beyond.size:
        most = format_of(dtype).maximum
        raise ValueError(f"{name} holds {beyond[0]:g}, beyond {dtype} (at most {most:g}); type another --dtype, or inf")
    return array


def _wide(values: Any, name: str) -> np.ndarray:
    try:
        wide = np.array(_numbers(values), dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} is {json.dumps(values)[:80]}; expected a number, or lists of numbers nested evenly: {EXAMPLE}"
        ) from None
    if not wide.size:
        raise ValueError(f"{name} is empty; expected at least one number, as in {EXAMPLE}")
    return wide


def _numbers(values: Any) -> Any:
    """Lists of floats, nested as they came; a text is read as a number, for results write theirs so."""
    if isinstance(values, list):
        return [_numbers(each) for each in values]
    if isinstance(values, Mapping):
        raise TypeError("an object is no number")
    return float(values)
