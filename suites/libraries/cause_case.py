"""A finding in a library with its right cause, by hand: the form of the tables `causes_torch`, `causes_jax`, ...

The key of such a table is the name of the function in the suite, a blank, and the quantity: "torch.cdist gradient". A
function of the library is one operation where its kernel is fused, else it is seen operation by operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcheck.suites.causes import RightCause

Nested = tuple[Any, ...]  # an array, as tuples of tuples of numbers


@dataclass(frozen=True)
class CauseCase:
    """A finding as data and its causes: the right one, then others that are as defensible.

    `point`: an array an argument. `index`: the failing entry of the value, or of the gradient with respect to argument
    number `argument` (none for a value). `false_alarm`: why the library is right after all; then there is no cause.
    """

    quantity: str  # "value" or "gradient"
    argument: int | None
    index: tuple[int, ...]
    verdict: str
    point: tuple[Nested, ...]
    causes: tuple[RightCause, ...] = ()
    dtype: str = "float32"
    mode: str = "eager"
    false_alarm: str = ""


def value(
    index: tuple[int, ...], verdict: str, point: tuple[Nested, ...], *causes: RightCause, **more: str
) -> CauseCase:
    """The finding that this entry of the value fails. `more`: the fields that have defaults."""
    return CauseCase("value", None, index, verdict, point, causes, **more)


def gradient(
    argument: int, index: tuple[int, ...], verdict: str, point: tuple[Nested, ...], *causes: RightCause, **more: str
) -> CauseCase:
    """The finding that this entry of the gradient with respect to this argument fails. `more`: as of `value`."""
    return CauseCase("gradient", argument, index, verdict, point, causes, **more)


def full(shape: tuple[int, ...], number: float, entries: Mapping[tuple[int, ...], float] | None = None) -> Nested:
    """An array of this shape that holds this number but for these entries."""
    return _filled(shape, number, entries or {}, ())


def _filled(
    shape: tuple[int, ...], number: float, entries: Mapping[tuple[int, ...], float], at: tuple[int, ...]
) -> Any:
    if not shape:
        return float(entries.get(at, number))
    return tuple(_filled(shape[1:], number, entries, (*at, k)) for k in range(shape[0]))
