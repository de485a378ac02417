"""A known bug, and a control, as data; the function of each is loaded when it is made."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.dtypes import format_of
from gradcheck.inputs.argument import Argument
from gradcheck.verdict import Verdict

# What a user of a known bug or control ought to know, where several share it.
IN_THE_FORMULA = (
    "the fault is in the formula or the backward rule itself, not in rounding: re-evaluating the same code in "
    "high precision would not show it"
)
SATURATED = (
    "absolute error of the gradient is below eps; its relative accuracy is lost in the saturated tail "
    "(cf. pytorch/pytorch#195677)"
)
KINK = "not differentiable at the kink: any subgradient is right"
OVERFLOW = "legitimate overflow: for huge input the true value is not representable"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One function and what to call it with.

    `make()` is the function of that `id` in `functions/<framework>_<family>.py`: arrays of the framework in, an
    array out. Only making it imports the framework.
    """

    id: str
    title: str
    framework: str
    arguments: tuple[Argument, ...]
    dtype: str = "float32"
    note: str = ""
    definition: Callable[..., Any] | None = None

    @property
    def family(self) -> str:
        """What the function files are told apart by, beside the framework."""
        raise NotImplementedError

    def make(self) -> Callable[..., Any]:
        """Raises ImportError where the framework, or optax, is not installed."""
        return getattr(importlib.import_module(f"{__package__}.functions.{self.framework}_{self.family}"), self.id)


@dataclass(frozen=True, kw_only=True)
class KnownBug(Case):
    """A numerical bug of a public library.

    `failure` in `quantity` ("value" or "gradient", of the sum of the output) is what is wrong at `trigger`: one
    nested tuple of numbers for each argument, for reading and to verify the case by hand; a check is not told it.
    `status` is "library" where the installed library fails today, and "reexpressed" where the bug was fixed since
    or is another library's: its formula written afresh. `upstream` is the public thread. A `definition` says what
    was meant, where the function itself says something else.
    """

    upstream: str
    failure: Verdict
    quantity: str
    trigger: tuple[Any, ...]
    status: str

    @property
    def family(self) -> str:
        return self.status

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        """The trigger as arrays of the dtype."""
        return tuple(
            np.asarray(numbers, dtype=np.float64).astype(format_of(self.dtype).numpy) for numbers in self.trigger
        )


@dataclass(frozen=True, kw_only=True)
class Control(Case):
    """A well-written function, of which nothing critical or major is to be reported."""

    @property
    def family(self) -> str:
        return "controls"
