"""The keys of `[tool.gradcheck]`: what each holds, and where a mistake in one is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck import dtypes, frameworks
from gradcheck.inputs import domains
from gradcheck.toml_lines import line_of
from gradcheck.verdict import Severity

ABOVE = ("tool", "gradcheck")
MODES = ("eager", "jit", "compile", "forward")
TARGET = re.compile(r"[\w.]+:[\w.]+")

Path = tuple[str | int, ...]


class Mistake(ValueError):  # noqa: N818 - it is what a person made
    """Something at `path` below the table is not as it has to be."""

    def __init__(self, path: Path, said: str) -> None:
        super().__init__(said)
        self.path = path


@dataclass(frozen=True)
class Key:
    """What a key holds: `read(value, path)` gives it as it is used, or raises `Mistake`."""

    read: Callable[[Any, Path], Any]
    is_required: bool = False


def read(table: Mapping[str, Any], text: str, file: str) -> dict[str, Any]:
    """The values of a table `[tool.gradcheck]`, keys as Python names. ValueError: file, line, key, allowed values."""
    try:
        return _table(table, (), KEYS)
    except Mistake as mistake:
        raise ValueError(f"{file}, line {line_of(text, (*ABOVE, *mistake.path))}: {mistake}") from None


def _table(value: Any, path: Path, keys: Mapping[str, Key]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Mistake(path, f"{_name(path)} = {value!r}; expected a table with some of {', '.join(keys)}")
    for key in value:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise Mistake((*path, key), f"unknown key {key!r}; {hint}expected some of {', '.join(keys)}")
    for name, key in keys.items():
        if key.is_required and name not in value:
            raise Mistake(path, f'{_name(path)} has no {name}; expected such as {name} = "my_losses:focal"')
    return {name.replace("-", "_"): keys[name].read(each, (*path, name)) for name, each in value.items()}


def _name(path: Path) -> str:
    """`functions[1].domains.x`; numbers are those of the file, from 1."""
    words = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.lstrip(".") or "[tool.gradcheck]"


def _kind(kind: type, expected: str) -> Callable[[Any, Path], Any]:
    def read(value: Any, path: Path) -> Any:
        if type(value) is not kind:
            raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected {expected}")
        return value

    return read


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _one_of(allowed: Sequence[str]) -> Callable[[Any, Path], str]:
    def read(value: Any, path: Path) -> str:
        if value not in allowed:
            raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected one of {', '.join(allowed)}")
        return value

    return read


def _list_of(allowed: Sequence[str]) -> Callable[[Any, Path], tuple[str, ...]]:
    def read(value: Any, path: Path) -> tuple[str, ...]:
        wrong = [each for each in value if each not in allowed] if isinstance(value, list) else [value]
        if wrong or not value:
            raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected a list of some of {', '.join(allowed)}")
        return tuple(value)

    return read


def _by_argument(read_one: Callable[[Any, Path], Any]) -> Callable[[Any, Path], dict[str, Any]]:
    def read(value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected a table: name of an argument = value")
        return {name: read_one(each, (*path, name)) for name, each in value.items()}

    return read


def _target(value: Any, path: Path) -> str:
    if not (isinstance(value, str) and TARGET.fullmatch(value)):
        raise Mistake(path, f'{_name(path)} = {_shown(value)}; expected package.module:name, as in "my_losses:focal"')
    return value


def _domain(value: Any, path: Path) -> str:
    try:
        domains.parse(_kind(str, 'a domain in quotes, such as "real" or "[0, 1)"')(value, path))
    except Mistake:
        raise
    except ValueError as error:
        raise Mistake(path, f"{_name(path)} = {value!r}: {error}") from None
    return value


def _shape(value: Any, path: Path) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(size) is not int or size < 1 for size in value):
        raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected a list of sizes, as in [4, 3]; [] is a scalar")
    return tuple(value)


def _functions(value: Any, path: Path) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise Mistake(path, f"{_name(path)} = {_shown(value)}; expected tables [[tool.gradcheck.functions]]")
    return tuple(_table(each, (*path, number), OF_A_FUNCTION) for number, each in enumerate(value))


OF_A_FUNCTION: Mapping[str, Key] = {
    "target": Key(_target, is_required=True),
    "domains": Key(_by_argument(_domain)),
    "shapes": Key(_by_argument(_shape)),
    "differentiate": Key(_by_argument(_kind(bool, "true or false"))),
    "dtypes": Key(_list_of(dtypes.NAMES)),
    "modes": Key(_list_of(MODES)),
    "framework": Key(_one_of(frameworks.NAMES)),
}
_severity = _one_of([s.value for s in Severity])
KEYS: Mapping[str, Key] = {
    "functions": Key(_functions),
    "baseline": Key(_kind(str, 'the name of a file, such as "gradcheck-baseline.toml"')),
    "fail-on": Key(lambda value, path: Severity(_severity(value, path))),
    "seed": Key(_kind(int, "a whole number")),
    "dtypes": Key(_list_of(dtypes.NAMES)),
    "modes": Key(_list_of(MODES)),
}
