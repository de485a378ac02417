"""A library as a suite: a table of its functions, each by the place where it is found, with its arguments.

What a function returns is its own definition: the truth is its shadow. The gradient judged is that of the sum of the
output, which is zero for what sums to a constant, such as softmax; such a function is called for a part of its output.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from gradcheck import dtypes
from gradcheck.inputs.argument import Argument
from gradcheck.specification import Implementation, Specification, Suite

WIDE = ("float32", "float64")  # of a function that a library does not offer in 16 bits


@dataclass(frozen=True)
class Entry:
    """How a function is called: `function(*arrays, **options)`, or `call(*arrays)` where that is not enough."""

    arguments: tuple[Argument, ...]
    call: Callable[..., Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    dtypes: tuple[str, ...] = dtypes.NAMES


# The name of a function below its module -> how it is called. What tells two calls of one function apart stands
# after a blank: "gelu (tanh)".
Table = Mapping[str, Entry]


def on(
    *arguments: Argument,
    call: Callable[..., Any] | None = None,
    dtypes: tuple[str, ...] = dtypes.NAMES,
    **options: Any,
) -> Entry:
    """An entry of a table."""
    return Entry(arguments, call, options, dtypes)


def limited(dtypes: tuple[str, ...], table: Table) -> Table:
    """The entries of a table, in these dtypes at most."""
    return {name: replace(entry, dtypes=tuple(d for d in entry.dtypes if d in dtypes)) for name, entry in table.items()}


# A compiled loss is what people train with; judging it eagerly too would take four times as long.
MODES = {"jax": ("jit",)}


def suite(library: str, framework: str, title: str, tables: Mapping[str, Table]) -> Suite:
    """The suite of a library, from the table of each of its modules. Raises ImportError where there is no such library.

    A function that the installed release lacks is listed, and not run.
    """
    importlib.import_module(library)
    implementations = (
        implementation(library, framework, f"{module}.{name}", entry)
        for module, table in tables.items()
        for name, entry in table.items()
    )
    return Suite(name=library, title=title, library=library, implementations=tuple(implementations))


def implementation(library: str, framework: str, name: str, entry: Entry) -> Implementation:
    """The function of an entry; `unavailable` where the release that is installed lacks it."""
    path = path_of(name)
    function = find(path)
    called = entry.call or (partial(function, **entry.options) if function and entry.options else function)
    return Implementation(
        name=library,
        specification=Specification(name=name, arguments=entry.arguments, source=path),
        framework=framework,
        function=called or _never_called,
        dtypes=entry.dtypes,
        modes=MODES.get(framework),
        unavailable="" if function else f"{path} is not there in the installed release",
    )


def path_of(name: str) -> str:
    """`torch.nn.functional.gelu` of `torch.nn.functional.gelu (tanh)`."""
    return name.partition(" ")[0]


def find(path: str) -> Callable[..., Any] | None:
    """The function at a dotted path; None where there is none."""
    for module, names in _splits(path):
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        for name in names:
            found = getattr(found, name, None)
        return found if callable(found) else None
    return None


def _splits(path: str) -> Iterator[tuple[str, list[str]]]:
    """The module and the names below it, the longest module first."""
    parts = path.split(".")
    for k in range(len(parts) - 1, 0, -1):
        yield ".".join(parts[:k]), parts[k:]


def _never_called(*arrays: Any) -> Any:
    raise NotImplementedError
