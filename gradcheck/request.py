"""What a caller asks for, checked before anything runs: every mistake is one line that says what to type instead."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck import frameworks
from gradcheck.dtypes import format_of
from gradcheck.inputs import points as drawing
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.specification import Specification


@dataclass(frozen=True, kw_only=True)
class Request:
    """A function to judge and how. The fields are the parameters of `gradcheck.check`."""

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    framework: str
    dtypes: tuple[str, ...]
    modes: tuple[str, ...]
    gradient: Callable[..., Sequence[Any]] | None
    definition: Callable[..., Any] | Specification | None
    regimes: tuple[str, ...] | None
    seed: int
    budget: float | None
    points: Sequence[Sequence[Any]] | None

    def __post_init__(self) -> None:
        _require_functions(self)
        _require_arguments(self.function, self.arguments)
        _require_names(self)
        if self.budget is not None and not (isinstance(self.budget, int | float) and self.budget > 0):
            raise ValueError(f"budget={self.budget!r}; expected a number of seconds above 0, or None for no limit")
        _require_parameters(self.function, len(self.arguments), "one for each Argument")
        if self.formula is not None:
            _require_parameters(self.formula, 1 + len(self.arguments), "xp, then one for each Argument")

    @property
    def label(self) -> str:
        return frameworks.label(self.function)

    @property
    def formula(self) -> Callable[..., Any] | None:
        """The definition as a callable `formula(xp, *arrays)`."""
        return self.definition.definition if isinstance(self.definition, Specification) else self.definition

    @property
    def differentiated(self) -> tuple[int, ...]:
        return tuple(k for k, a in enumerate(self.arguments) if a.differentiate)

    def points_in(self, dtype: str) -> list[Point]:
        """The caller's points in the dtype, else those of the regimes."""
        if self.points is None:
            return drawing.make(self.arguments, dtype, self.seed, self.regimes)
        return [Point("given", _arrays(k, p, self.arguments, dtype)) for k, p in enumerate(self.points)]


def several(names: str | Sequence[str]) -> tuple[str, ...]:
    """Names, or a single one."""
    return (names,) if isinstance(names, str) else tuple(names)


def inferred(function: Callable[..., Any]) -> str:
    """The framework that a function is written in; ValueError where nothing tells."""
    name = frameworks.infer(function) if callable(function) else frameworks.NAMES[0]
    if name is None:
        raise ValueError(
            f"cannot tell the framework of {frameworks.label(function)}; "
            f"pass framework= one of {', '.join(frameworks.NAMES)}"
        )
    return name


def _require_functions(request: Request) -> None:
    if not callable(request.function):
        raise TypeError(f"the function is {request.function!r}; expected a callable: arrays in, one array out")
    if request.gradient is not None and not callable(request.gradient):
        raise TypeError(f"gradient={request.gradient!r}; expected gradient(*arrays) -> one array for each argument")
    if request.formula is not None and not callable(request.formula):
        raise TypeError(f"definition={request.definition!r}; expected definition(xp, *arrays) or a Specification")


def _require_arguments(function: Callable[..., Any], arguments: tuple[Argument, ...]) -> None:
    for number, argument in enumerate(arguments):
        if not isinstance(argument, Argument):
            raise TypeError(
                f"argument {number} of {frameworks.label(function)} is described by {argument!r}; expected "
                'an Argument, such as Argument("real", shape=(8,))'
            )
    if not arguments:
        raise ValueError(
            f"no Argument given for {frameworks.label(function)}; expected one for each positional argument, "
            f'such as check({frameworks.label(function)}, Argument("real", shape=(8,)))'
        )


def _require_names(request: Request) -> None:
    framework = frameworks.get(request.framework)
    for name, chosen in (("dtypes", request.dtypes), ("modes", request.modes), ("regimes", request.regimes)):
        if chosen is not None and not len(chosen):
            raise ValueError(f"{name}=() leaves nothing to judge; expected at least one")
    if request.points is not None and not len(request.points):
        raise ValueError("points=[] leaves nothing to judge; expected a list of tuples of arrays, or None")
    for dtype in request.dtypes:
        format_of(dtype)
    for mode in request.modes:
        if mode not in framework.all_modes:
            raise ValueError(f"{framework.name} has no mode {mode!r}; expected one of {', '.join(framework.all_modes)}")


def _require_parameters(function: Callable[..., Any], count: int, meaning: str) -> None:
    """ValueError where a function certainly cannot be called with so many arrays; some say nothing about it."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        arrays = f"{count} array{'s' * (count != 1)}"
        raise ValueError(
            f"{frameworks.label(function)}{signature} cannot be called with {arrays} ({error}); "
            f"expected {meaning}: bind what is no array with functools.partial or a lambda"
        ) from None


def _arrays(number: int, point: Any, arguments: Sequence[Argument], dtype: str) -> tuple[np.ndarray, ...]:
    """One of the caller's points in the dtype. ValueError for another number or shape of arrays than declared."""
    if isinstance(point, np.ndarray) or not isinstance(point, Sequence):
        raise ValueError(
            f"points[{number}] is a {type(point).__name__}; expected a tuple of arrays, one for each Argument: "
            "points=[(array, ...), ...]"
        )
    arrays = tuple(_in_dtype(number, a, dtype) for a in point)
    found, wanted = [a.shape for a in arrays], [a.shape for a in arguments]
    if found != wanted:
        raise ValueError(f"points[{number}] has arrays of shapes {found}; expected {wanted}, one for each Argument")
    return arrays


def _in_dtype(number: int, values: Any, dtype: str) -> np.ndarray:
    given = np.asarray(values)
    with np.errstate(over="ignore"):
        array = given.astype(format_of(dtype).numpy)
    if np.isinf(array.astype(np.float64)).sum() > np.isinf(given.astype(np.float64)).sum():
        largest = float(np.abs(given[np.isfinite(given.astype(np.float64))]).max())
        raise ValueError(
            f"points[{number}] holds {largest:g}, beyond {dtype} (at most {format_of(dtype).maximum:g}); "
            f"expected numbers of the dtype: leave {dtype} out, or the point"
        )
    return array
