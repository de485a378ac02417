"""Judge a function against test vectors: the truth is read, never computed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from flint import arb

from gradcheck import frameworks
from gradcheck.dtypes import Format, format_of
from gradcheck.exact import Enclosures, Kind, balls
from gradcheck.exact.graph import Graph
from gradcheck.exact.truth import Truth
from gradcheck.expectation import status_of
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.oracle import Moves, NoTruth, Provenance, Truths
from gradcheck.record import Subject
from gradcheck.subject import Examination, examine, screen, summarise
from gradcheck.vectors.data import Array, Part, Vector, Vectors
from gradcheck.vectors.make import BITS

Key = tuple[bytes, ...]


@dataclass
class Stored:
    """An oracle that has no formula, only the answers of a file; anywhere else it raises `NoTruth`."""

    vectors: Vectors
    name: str = "vectors"
    _at: dict[Key, Vector] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._at = {_key(p.arrays): v for p, v in zip(points_of(self.vectors), self.vectors.vectors, strict=True)}

    def graph(self, arrays: Sequence[np.ndarray]) -> Graph:
        raise NoTruth(f"test vectors of {self.vectors.specification} hold answers, no formula")

    def vector(self, arrays: Sequence[np.ndarray]) -> Vector:
        """The answers at a point of the file."""
        if _key(arrays) not in self._at:
            raise NoTruth(f"the test vectors of {self.vectors.specification} hold no answer at this point")
        return self._at[_key(arrays)]

    def at(self, arrays: Sequence[np.ndarray], f: Format, why: Exception) -> tuple[Truth, Provenance]:
        stored = self.vector(arrays)
        parts = [_enclosures(part, f) for part in (stored.value, *stored.gradient)]
        return Truth(parts[0], tuple(parts[1:]), BITS), Provenance(self.vectors.oracle)

    def spread(self, arrays: Sequence[np.ndarray], f: Format, moves: Moves, why: Exception) -> list[np.ndarray]:
        stored = self.vector(arrays)
        parts = (stored.value, *stored.gradient)
        return [_balls((p.flushed_spread if moves.least else p.spread) or p.spread, p.shape, _double) for p in parts]


class StoredTruths(Truths):
    """Truths of a file. The size of what a gradient cancels is in it too."""

    def terms(self, arrays: Sequence[np.ndarray], f: Format) -> list[float]:
        assert isinstance(self.fallback, Stored)
        return [float.fromhex(t) for t in self.fallback.vector(arrays).terms]


def judge_function(
    function: Callable[..., Any],
    vectors: Vectors,
    framework: str,
    mode: str = "eager",
    gradient: Callable[..., Sequence[Any]] | None = None,
    **about: Any,
) -> Subject:
    """Judge a function at every point of the test vectors, in their dtype.

    Raises `FrameworkError` for a function that cannot be judged at all; what breaks it off later is in the record.
    """
    target, clock = target_of(function, vectors, framework, gradient), time.monotonic()
    points, seen, error = points_of(vectors), Examination(), ""
    screen(target, points, vectors.dtype, mode)
    try:
        for state in examine(target, vectors.dtype, mode, points):
            seen = state
    except FrameworkError as problem:
        error = str(problem)
    label = frameworks.label(function)
    fields = {
        "suite": "vectors",
        "specification": vectors.specification,
        "implementation": label,
        "framework": framework,
        "claim": f"{label} in {framework}, {vectors.dtype} ({mode}), is {vectors.specification}",
    }
    seconds = time.monotonic() - clock
    subject = summarise(
        seen, target, vectors.dtype, mode, status="clean", error=error, seconds=seconds, **fields | about
    )
    return replace(subject, status=status_of(subject, subject.findings))


def target_of(
    function: Callable[..., Any],
    vectors: Vectors,
    framework: str,
    gradient: Callable[..., Sequence[Any]] | None = None,
) -> Target:
    """The function with the truth of the file."""
    arguments = tuple(Argument(a.domain or "real", a.shape, a.differentiated, a.name) for a in vectors.arguments)
    stored = Stored(vectors)
    return Target(
        framework=frameworks.get(framework),
        function=function,
        gradient=gradient,
        arguments=arguments,
        truths=StoredTruths(stored, arguments, stored),
        _scales={vectors.dtype: [float.fromhex(s) for s in vectors.scales]},
    )


def points_of(vectors: Vectors) -> list[Point]:
    """The points of the file."""
    dtype, shapes = format_of(vectors.dtype).numpy, [a.shape for a in vectors.arguments]
    return [
        Point(v.regime, tuple(_numbers(a, shape, dtype) for a, shape in zip(v.point, shapes, strict=True)))
        for v in vectors.vectors
    ]


def _numbers(array: Array, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    return np.array([float.fromhex(x) for x in array.hex]).astype(dtype).reshape(shape)


def _key(arrays: Sequence[np.ndarray]) -> Key:
    return tuple(np.ascontiguousarray(a).tobytes() for a in arrays)


def _enclosures(part: Part, f: Format) -> Enclosures:
    kinds = np.empty(part.shape, dtype=object)
    kinds.reshape(-1)[:] = [Kind(kind) for kind in part.kind]
    lower = _balls(part.enclosure, part.shape, arb)
    upper = _balls(part.upper_enclosure, part.shape, arb) if part.upper_enclosure else lower
    return Enclosures(lower, upper, kinds, f, BITS)


def _balls(texts: Sequence[str], shape: tuple[int, ...], read: Callable[[str], arb]) -> np.ndarray:
    result = np.empty(len(texts), dtype=object)
    with balls.precision(BITS):
        result[:] = [read(text) for text in texts]
    return result.reshape(shape)


def _double(text: str) -> arb:
    return arb(float.fromhex(text))
