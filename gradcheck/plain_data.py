"""Dataclasses as plain data, which any JSON reader understands, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """Non-finite floats as text, so that the file is strict JSON."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The fields of a dataclass: a file has a hundred thousand of them."""
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


def build(kind: Any, data: Any) -> Any:
    """Rebuild dataclasses, tuples and floats from plain JSON, by their type hints.

    Raises TypeError, ValueError or AttributeError where the data are something else.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: build(hint, data[name]) for name, hint in _hints(kind).items() if name in data})
    arguments = get_args(kind)
    if type(None) in arguments:
        return None if data is None else build(next(a for a in arguments if a is not type(None)), data)
    if get_origin(kind) is tuple:
        each = arguments if arguments[-1] is not Ellipsis else (arguments[0],) * len(data)
        return tuple(build(k, v) for k, v in zip(each, data, strict=True))
    if get_origin(kind) is Mapping:
        return {k: build(arguments[1], v) for k, v in data.items()}
    return float(data) if kind is float else data
