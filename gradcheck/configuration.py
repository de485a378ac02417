"""`[tool.gradcheck]` of pyproject.toml: what is checked where the command line, or a test, says nothing else.

    [tool.gradcheck]
    baseline = "gradcheck-baseline.toml"
    fail-on = "major"
    seed = 0
    dtypes = ["float32"]
    modes = ["eager"]

    [[tool.gradcheck.functions]]
    target = "my_losses:focal"
    domains = { probs = "probability", targets = "{0, 1}" }
    shapes = { probs = [8], targets = [8] }
    differentiate = { targets = false }
    dtypes = ["float32", "float64"]
    modes = ["eager", "compile"]
    framework = "torch"

Only `target` is needed: what is not said of an argument is proposed, as `gradcheck scan` does.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradcheck import configuration_keys
from gradcheck.proposal import Wishes
from gradcheck.verdict import Severity

FILE = "pyproject.toml"
TABLE = "gradcheck"
DTYPES, MODES = ("float32",), ("eager",)


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function that the project wants checked, `package.module:name`, and what is said of its arguments."""

    target: str
    domains: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    differentiate: Mapping[str, bool] = field(default_factory=dict)
    dtypes: tuple[str, ...] = ()  # empty: those of the configuration
    modes: tuple[str, ...] = ()
    framework: str | None = None

    @property
    def wishes(self) -> Wishes:
        fixed = tuple(name for name, moves in self.differentiate.items() if not moves)
        return Wishes(self.domains, self.shapes, fixed)


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What the table says; the defaults where there is none. `folder` is that of the file."""

    folder: Path = field(default_factory=Path.cwd)
    functions: tuple[Function, ...] = ()
    baseline: Path | None = None
    fail_on: Severity = Severity.MAJOR
    seed: int = 0
    dtypes: tuple[str, ...] = DTYPES
    modes: tuple[str, ...] = MODES

    def function(self, target: str) -> Function:
        """What is said of a target; nothing where it is not among the functions."""
        return next((f for f in self.functions if f.target == target), Function(target=target))

    def of(self, function: Function) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The dtypes and modes of a function."""
        return function.dtypes or self.dtypes, function.modes or self.modes

    @property
    def accepted(self) -> Path | None:
        """The baseline, once it was written: without it nothing is accepted."""
        return self.baseline if self.baseline and self.baseline.exists() else None

    @property
    def defaults(self) -> dict[str, Any]:
        """Of the options of each command, as click takes them."""
        common = {"fail_on": self.fail_on.value}
        holding = common | ({"baseline": _from_here(self.accepted)} if self.accepted else {})
        judging = holding | {"seed": self.seed}
        keeping = common | ({"path": _from_here(self.baseline)} if self.baseline else {})
        return {"run": judging, "scan": judging, "report": holding, "baseline": {"write": keeping, "check": keeping}}


def _from_here(path: Path) -> str:
    """As a person would type it: results say it, and are to be the same on every machine."""
    return os.path.relpath(path)


def find(folder: Path) -> Configuration:
    """The configuration of the project that a folder belongs to: its pyproject.toml is there or above.

    Raises ValueError for a mistake in it, with the key, the line and the allowed values.
    """
    for above in (folder, *folder.parents):
        if (above / FILE).is_file():
            return load(above / FILE)
    return Configuration(folder=folder)


def load(path: Path) -> Configuration:
    """The configuration that a pyproject.toml holds. Raises ValueError for a mistake in it."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text).get("tool", {}).get(TABLE, {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    found = configuration_keys.read(table, text, path.name)
    functions = tuple(Function(**each) for each in found.pop("functions", ()))
    if "baseline" in found:
        found["baseline"] = path.parent / found["baseline"]
    return Configuration(folder=path.parent, functions=functions, **found)
