"""One point judged: what the function answered there, component by component, and what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray
from gradcheck.oracle import Provenance


@dataclass(frozen=True, eq=False)
class Judged:
    """One point judged; `gradient` has one array for each differentiated argument, or is empty.

    `provenance` says where the truth came from, `problem` what the function did instead of answering.
    """

    point: Point
    value: JudgedArray
    gradient: tuple[JudgedArray, ...] = ()
    provenance: Provenance | None = None
    problem: FrameworkError | None = None

    def parts(self) -> Iterator[tuple[str, int | None, JudgedArray]]:
        """(quantity, number of the differentiated argument, judged array)."""
        yield "value", None, self.value
        for k, part in enumerate(self.gradient):
            yield "gradient", k, part

    @property
    def fails(self) -> bool:
        """Whether any component does."""
        return any(part.failing() for _, _, part in self.parts())
