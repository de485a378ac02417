"""Arguments of a function under test: their domain, shape and whether they are differentiated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Argument:
    """One positional argument.

    `domain` is a name (`real`, `positive`, `nonnegative`, `probability`, `simplex`, `ball`,
    `rotation`), an interval such as `"[-1, 1)"`, a set such as `"{-1, 1}"`, or a sampler
    `sampler(rng, shape) -> float64 array`. `shape` is the shape of the array, `()` for a scalar.
    """

    domain: str | Callable[..., Any] = "real"
    shape: tuple[int, ...] = ()
    differentiate: bool = True
    name: str | None = None
