"""What an explanation found, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from gradcheck.explain.kinds import Kind


@dataclass(frozen=True, eq=False)
class Number:
    """A number that the operation read: as the framework held it, and exactly."""

    native: float
    exact: arb


@dataclass(frozen=True, eq=False)
class Found:
    """The operation at fault, with what it read and gave.

    `inner`: the operation inside it that goes wrong, where it is made of several; the numbers are that one's then.
    """

    kind: Kind
    operation: str
    phase: str
    location: str
    read: tuple[Number, ...]
    native: float
    exact: arb
    inner: str = ""
    template: str = ""  # of the sentence, where that of the kind does not fit
