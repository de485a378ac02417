"""What is checked, as data: specifications, their implementations, what a suite expects and claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcheck import dtypes
from gradcheck.inputs.argument import Argument
from gradcheck.picture import Drawing
from gradcheck.verdict import Verdict


def undefined(xp: Any, *arrays: Any) -> Any:
    """In the place of a definition: the function of a library says itself what it computes."""
    raise TypeError("there is no definition; the truth of each implementation is its own shadow")


@dataclass(frozen=True, kw_only=True)
class Specification:
    """The mathematics of one loss or layer.

    `definition(xp, *arrays)` is the textbook formula, written once against an array namespace; run
    in ball arithmetic it is the truth. `value(*arrays)` and `gradient(*arrays)` are the float64
    reference: a stable value, and the closed-form gradient of the *sum* of the output, one array
    for each differentiated argument. `source` says where the formula comes from.

    A function of a library has none of the three: its truth is the shadow of the implementation.
    """

    name: str
    arguments: tuple[Argument, ...]
    source: str
    definition: Callable[..., Any] = undefined
    value: Callable[..., Any] | None = None
    gradient: Callable[..., Sequence[Any]] | None = None
    properties: tuple[Any, ...] = ()

    @property
    def is_defined(self) -> bool:
        """Whether there is a definition."""
        return self.definition is not undefined


@dataclass(frozen=True, kw_only=True)
class ExpectedFinding:
    """A failure that an implementation is known to have; a run goes red when it is *not* found.

    `required=False` marks a failure that is true and known but that not every platform or seed
    shows: it is accepted, and not missed.
    """

    verdict: Verdict
    quantity: str  # "value" or "gradient"
    dtypes: tuple[str, ...] = dtypes.NAMES
    modes: tuple[str, ...] | None = None  # None: every mode
    reason: str = ""
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Implementation:
    """One callable of one framework that claims to compute a specification.

    `function(*arrays)` takes and returns arrays of the framework. Without `gradient` the gradient is
    the framework's automatic differentiation (none in NumPy: the value alone is judged).
    `gradient(*arrays)` is hand-written: one array for each differentiated argument. `unavailable` says why
    it cannot be run here, such as a release without the function; it is then reported as not run.
    """

    name: str
    specification: Specification
    framework: str  # "numpy", "torch" or "jax"
    function: Callable[..., Any]
    gradient: Callable[..., Sequence[Any]] | None = None
    dtypes: tuple[str, ...] = dtypes.NAMES
    modes: tuple[str, ...] | None = None  # None: the framework's default modes
    expected: tuple[ExpectedFinding, ...] = ()
    unavailable: str = ""

    @property
    def label(self) -> str:
        return f"{self.specification.name}-{self.name}-{self.framework}"


@dataclass(frozen=True)
class Shown:
    """What came of a claim: does it hold, and the measured rows (label, number) a report prints."""

    holds: bool
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence that a suite demonstrates by measuring, such as "1e-20 is zero in float16"."""

    name: str
    text: str
    show: Callable[[], Shown]
    frameworks: tuple[str, ...] = ("numpy",)  # what must be installed to show it


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a suite has to show that belongs to no single finding; `draw` measures it."""

    name: str
    title: str
    draw: Callable[[], Drawing]
    frameworks: tuple[str, ...] = ("numpy",)  # what must be installed to draw it


@dataclass(frozen=True, kw_only=True)
class Suite:
    """What is checked together under one name."""

    name: str
    title: str
    library: str = ""  # the distribution that is judged, where it is a released one
    implementations: tuple[Implementation, ...] = ()
    claims: tuple[Claim, ...] = field(default=())
    pictures: tuple[Picture, ...] = ()
