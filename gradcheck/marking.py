"""Functions of a test module that pytest is to check: one marked where it is written, or a table of many."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gradcheck.inputs.argument import Argument

F = TypeVar("F", bound=Callable[..., Any])
ATTRIBUTE = "__gradcheck__"  # of a marked function: its `Case`


@dataclass(frozen=True)
class Case:
    """A function to check, its arguments and the options of `gradcheck.assert_stable`."""

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    dtypes: tuple[str, ...]
    modes: tuple[str, ...]
    options: Mapping[str, Any]

    def claims(self) -> Iterator[tuple[str, str, str]]:
        """(claim, dtype, mode): each a test of its own."""
        for dtype in self.dtypes:
            for mode in self.modes:
                yield claim(dtype, mode), dtype, mode


def claim(dtype: str, mode: str) -> str:
    """What a test states, behind the name of its function."""
    return f"is right in {dtype}, {mode}"


@dataclass(frozen=True)
class Table:
    """The cases that `table` was given."""

    cases: tuple[Case, ...]


def mark(
    *arguments: Argument, dtypes: Sequence[str] = ("float32",), modes: Sequence[str] = ("eager",), **options: Any
) -> Callable[[F], F]:
    """Marks a function of a test module: pytest checks it, in each dtype and mode as a test of its own.

    There is one `Argument` for each positional argument; the options are those of `assert_stable`. The function
    itself is given back unchanged. Raises TypeError for anything but a function: that belongs into a `table`.
    """

    def marked(function: F) -> F:
        if not inspect.isfunction(function):
            raise TypeError(
                f"gradcheck.mark is for a function of the test module, not for {function!r}; "
                "write stability = gradcheck.table({the_function: Argument(...)})"
            )
        setattr(function, ATTRIBUTE, Case(function, arguments, tuple(dtypes), tuple(modes), options))
        return function

    return marked


def table(
    functions: Mapping[Callable[..., Any], Argument | Sequence[Argument]],
    *,
    dtypes: Sequence[str] = ("float32",),
    modes: Sequence[str] = ("eager",),
    **options: Any,
) -> Table:
    """Functions from anywhere, each with its `Argument` or a tuple of them; bound to a name of a test module.

    Each function is checked in each dtype and mode as a test of its own; the options are those of `assert_stable`.
    """
    return Table(
        tuple(
            Case(function, _several(arguments), tuple(dtypes), tuple(modes), options)
            for function, arguments in functions.items()
        )
    )


def _several(arguments: Any) -> tuple[Argument, ...]:
    return tuple(arguments) if isinstance(arguments, list | tuple) else (arguments,)
