"""Dataclasses as plain data, which any JSON reader understands, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

MOST_SHOWN = 60  # characters of what was found
NON_FINITE = ("inf", "-inf", "nan")
# What stands for a plain value -> its words. A bool is no int here, and an int is a float.
WORDS: Mapping[type, str] = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}
# The tag of an annotated type, or a dataclass -> what is wrong with a value of it, empty where nothing is.
Checks = Mapping[Any, Callable[[Any], str]]
NONE: Checks = MappingProxyType({})


class Damaged(ValueError):  # noqa: N818 - it is what the data are
    """Something in plain data is not as it has to be: `path` leads there, and `said` follows its name in a sentence."""

    def __init__(self, said: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(said, path)
        self.said, self.path = said, path

    def below(self, step: str | int) -> Damaged:
        """The same, seen from one step further out."""
        return Damaged(self.said, (step, *self.path))

    def __str__(self) -> str:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{steps.removeprefix('.') or 'it'} {self.said}"


def plain(value: Any) -> Any:
    """Non-finite floats as text, so that the file is strict JSON."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def build(kind: Any, data: Any, checks: Checks = NONE) -> Any:
    """Rebuild dataclasses, tuples and floats from plain JSON, by their type hints.

    Raises `Damaged` where the data are something else, or one of the checks finds something wrong with them.
    """
    return _reader(kind)(data, checks)


def found(value: Any) -> str:
    """A value as a message shows it: `is 'wrnog'`."""
    text = repr(value)
    return f"is {text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + '…'}"


Reader = Callable[[Any, Checks], Any]


@cache
def _reader(kind: Any) -> Reader:
    """How a type is read; made once, for a file has half a million values."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    if origin is Annotated:
        return _tagged(*arguments)
    if NoneType in arguments:
        return _optional(next(a for a in arguments if a is not NoneType))
    if origin is tuple:
        return _list(arguments[0]) if arguments[-1] is Ellipsis else _row(arguments)
    if origin is Mapping:
        return _mapping(*arguments)
    return _number if kind is float else _exactly(kind)


def _record(kind: type) -> Reader:
    hints = get_type_hints(kind, include_extras=True)
    readers = {f.name: _reader(hints[f.name]) for f in fields(kind)}
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]

    def read(data: Any, checks: Checks) -> Any:
        _expect(data, dict, "an object")
        if missing := next((name for name in required if name not in data), None):
            raise Damaged(f"has no {missing}; expected {', '.join(required)}")
        made = kind(**{n: _below(n, reader, data[n], checks) for n, reader in readers.items() if n in data})
        _hold(made, checks.get(kind))
        return made

    return read


def _tagged(kind: Any, tag: Any) -> Reader:
    reader = _reader(kind)

    def read(data: Any, checks: Checks) -> Any:
        made = reader(data, checks)
        _hold(made, checks.get(tag))
        return made

    return read


def _optional(kind: Any) -> Reader:
    reader = _reader(kind)
    return lambda data, checks: None if data is None else reader(data, checks)


def _list(kind: Any) -> Reader:
    reader = _reader(kind)

    def read(data: Any, checks: Checks) -> tuple:
        _expect(data, list, "a list")
        return tuple([_below(k, reader, each, checks) for k, each in enumerate(data)])

    return read


def _row(kinds: tuple[Any, ...]) -> Reader:
    readers = [_reader(kind) for kind in kinds]

    def read(data: Any, checks: Checks) -> tuple:
        if not isinstance(data, list) or len(data) != len(readers):
            raise Damaged(f"{found(data)}; expected a list of {len(readers)}")
        return tuple([_below(k, *pair, checks) for k, pair in enumerate(zip(readers, data, strict=True))])

    return read


def _mapping(key: Any, value: Any) -> Reader:
    name, reader = _reader(key), _reader(value)

    def read(data: Any, checks: Checks) -> dict:
        _expect(data, dict, "an object")
        return {_key(name, k, checks): _below(k, reader, each, checks) for k, each in data.items()}

    return read


def _number(data: Any, checks: Checks) -> float:
    if type(data) not in (int, float) and data not in NON_FINITE:
        raise Damaged(f"{found(data)}; expected {WORDS[float]}")
    try:
        return float(data)
    except OverflowError:
        raise Damaged(f"{found(data)}; expected a number of float64") from None


def _exactly(kind: type) -> Reader:
    def read(data: Any, checks: Checks) -> Any:
        if type(data) is not kind:
            raise Damaged(f"{found(data)}; expected {WORDS[kind]}")
        return data

    return read


def _key(reader: Reader, data: str, checks: Checks) -> Any:
    try:
        return reader(data, checks)
    except Damaged as damaged:
        raise Damaged(f"has a key that {damaged.said}") from None


def _below(step: str | int, reader: Reader, data: Any, checks: Checks) -> Any:
    try:
        return reader(data, checks)
    except Damaged as damaged:
        raise damaged.below(step) from None


def _expect(data: Any, kind: type, words: str) -> None:
    if not isinstance(data, kind):
        raise Damaged(f"{found(data)}; expected {words}")


def _hold(made: Any, check: Callable[[Any], str] | None) -> None:
    if check is not None and (said := check(made)):
        raise Damaged(said)
