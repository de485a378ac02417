"""Arguments of a function under test: their domain, shape and whether they are differentiated."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcheck.inputs import domains
from gradcheck.inputs.domain import Domain


@dataclass(frozen=True)
class Argument:
    """One positional argument.

    `domain` is a name (`real`, `positive`, `nonnegative`, `probability`, `simplex`, `ball`,
    `rotation`), an interval such as `"[-1, 1)"`, a set such as `"{-1, 1}"`, or a sampler
    `sampler(rng, shape) -> float64 array`. `shape` is the shape of the array, `()` for a scalar.
    Raises ValueError for an unknown domain, and for a shape that the domain cannot have.
    """

    domain: str | Callable[..., Any] = "real"
    shape: tuple[int, ...] = ()
    differentiate: bool = True
    name: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", _sizes(self.shape))
        self.parsed.check_shape(self.shape)

    @property
    def parsed(self) -> Domain:
        """The domain as an object: membership, one-sided moves, rounding into it."""
        return domains.parse(self.domain)


def _sizes(shape: Any) -> tuple[int, ...]:
    try:
        sizes = tuple(operator.index(size) for size in shape)
    except TypeError:
        sizes = None
    if sizes is None or any(size < 1 for size in sizes):
        raise ValueError(f"a shape is a tuple of positive integers, found {shape!r}; e.g. shape=(8,) or shape=()")
    return sizes
