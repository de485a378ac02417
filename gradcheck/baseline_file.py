"""The baseline as a file: TOML that a person reviews in a diff, one table a finding, always in the same order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
from tomlkit.items import Array, Table

from gradcheck.baseline import Baseline, Entry
from gradcheck.dtypes import NAMES, format_of
from gradcheck.finding import numbers
from gradcheck.record import Numbers
from gradcheck.verdict import Severity, Verdict

NAME = "gradcheck-baseline.toml"
SCHEMA = 1
HEAD = (
    "The findings of gradcheck that this project accepts, each with the reason a person gives for it.",
    "`gradcheck baseline write` adds what is new, drops what is fixed, and keeps every reason; comments it does not.",
)
OPTIONAL = ("argument", "cause", "platform", "reason")
# In the order of the file.
KEYS = (
    *("function", "framework", "dtype", "mode", "quantity", "argument", "verdict", "severity", "cause"),
    *("ulps", "point", "platform", "reason"),
)
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "framework": ("numpy", "torch", "jax"),
    "dtype": NAMES,
    "quantity": ("value", "gradient"),
    "verdict": tuple(v.value for v in Verdict if v.fails),
    "severity": tuple(s.value for s in Severity),
}


def load(path: str | Path) -> Baseline:
    """Read a baseline. Raises ValueError that says what is wrong with the file and in which entry of it."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ValueError(
            f"cannot read the baseline {path}: {reason}; `gradcheck baseline write RESULTS --file {path}` makes one"
        ) from error
    try:
        data = tomllib.loads(text, parse_float=str)  # the digits as they are written
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the baseline {path} is no TOML: {error}") from error
    if data.get("schema") != SCHEMA:
        raise ValueError(
            f"the baseline {path} has schema = {data.get('schema')}; expected schema = {SCHEMA}: "
            f"make it anew with `gradcheck baseline write`"
        )
    return Baseline(_entries(data, path))


def save(baseline: Baseline, path: str | Path) -> None:
    """Write a baseline; the same entries give the same bytes. Raises OSError where the file cannot be written."""
    Path(path).write_text(render(baseline), encoding="utf-8", newline="\n")


def render(baseline: Baseline) -> str:
    """The text of the file."""
    document = tomlkit.document()
    for line in HEAD:
        document.add(tomlkit.comment(line))
    document.add("schema", tomlkit.item(SCHEMA))
    tables = tomlkit.aot()
    for entry in sorted(baseline.entries, key=lambda e: e.order):
        tables.append(_table(entry))
    if baseline.entries:
        document.add(tomlkit.nl())
        document.add("finding", tables)
    return tomlkit.dumps(document)


def _table(entry: Entry) -> Table:
    table = tomlkit.table()
    for key in KEYS:
        value = getattr(entry, key)
        if key == "point":
            table.add(key, _array([_nested(each) for each in value]))
        elif value or key not in OPTIONAL or key == "reason":
            table.add(key, tomlkit.string(value, multiline="\n" in value) if isinstance(value, str) else value)
    return table


def _nested(values: Numbers) -> Any:
    return np.array([float(v) for v in values.values]).reshape(values.shape).tolist()


def _array(nested: list) -> Array:
    result = tomlkit.array()
    for each in nested:
        result.append(_array(each) if isinstance(each, list) else each)
    return result


def _entries(data: Mapping[str, Any], path: str | Path) -> tuple[Entry, ...]:
    tables = data.get("finding", [])
    if set(data) - {"schema", "finding"} or not isinstance(tables, list):
        raise ValueError(
            f"the baseline {path} has {', '.join(data)}; expected schema = {SCHEMA} and [[finding]] tables"
        )
    entries: dict[tuple, Entry] = {}
    for number, table in enumerate(tables, start=1):
        where = f"{path}, finding {number} ({table.get('function', 'no function')})"
        entry = _entry(table, where)
        if (entry.key, entry.platform) in entries:
            raise ValueError(f"{where}: {' '.join(filter(None, entry.key))} is there twice; remove one of them")
        entries[entry.key, entry.platform] = entry
    return tuple(entries.values())


def _entry(table: Mapping[str, Any], where: str) -> Entry:
    required = [f.name for f in fields(Entry) if f.name not in OPTIONAL]
    if unknown := [key for key in table if key not in KEYS]:
        raise ValueError(f"{where}: unknown key {', '.join(unknown)}; expected some of {', '.join(KEYS)}")
    if missing := [key for key in required if key not in table]:
        raise ValueError(f"{where}: {', '.join(missing)} is missing; expected {', '.join(required)}")
    for key, allowed in ALLOWED.items():
        if table[key] not in allowed:
            raise ValueError(f"{where}: {key} = {table[key]!r}; expected one of {', '.join(allowed)}")
    texts = {key: value for key, value in table.items() if key not in ("ulps", "point")}
    if odd := [key for key, value in texts.items() if not isinstance(value, str)]:
        raise ValueError(f"{where}: {odd[0]} = {texts[odd[0]]!r}; expected a text in quotes")
    return Entry(**texts, ulps=_number(table["ulps"], where), point=_point(table["point"], table["dtype"], where))


def _number(value: Any, where: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{where}: ulps = {value!r}; expected a number, or inf") from None


def _point(value: Any, dtype: str, where: str) -> tuple[Numbers, ...]:
    try:
        with np.errstate(over="ignore"):
            arrays = [np.array(each, dtype=np.float64).astype(format_of(dtype).numpy) for each in value]
    except (TypeError, ValueError):
        raise ValueError(f"{where}: point = {value!r}; expected a list with an array for each argument") from None
    return tuple(numbers(array, dtype) for array in arrays)
