"""Judge one function: run it at a point, ask for the truth there, compare component by component."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np

from gradcheck import frameworks
from gradcheck.containment import contained
from gradcheck.dtypes import Format, format_of
from gradcheck.exact import Enclosures, Kind, balls
from gradcheck.fallback import shadowed
from gradcheck.flushing import excuse
from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs import points
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray, judge_array
from gradcheck.judged import Judged
from gradcheck.oracle import BadDefinition, DefinitionOracle, NoTruth, Truths
from gradcheck.specification import Implementation, Specification
from gradcheck.verdict import Verdict

NON_FINITE = "non_finite"  # the regime that reports and does not fail
TYPICAL_POINTS = 4  # from which the usual magnitude of a quantity is read
MOST_TOGETHER = 32  # failing components of an array for which all inputs are moved at once


class ShapeError(FrameworkError):
    """The function returned an array of a shape that cannot be judged."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A function under test, with everything needed to judge it."""

    framework: Framework
    function: Callable[..., Any]
    gradient: Callable[..., Sequence[Any]] | None
    arguments: tuple[Argument, ...]
    truths: Truths
    _scales: dict[str, list[float]] = field(default_factory=dict, repr=False)

    def scales(self, f: Format) -> list[float]:
        """Usual magnitudes of the value and of each gradient: the largest at a few typical points, and at ones.

        Of a gradient, those of its terms count too: softmax sums to 1, so that its gradient is all cancellation.
        """
        if f.name not in self._scales:
            rows = list(self._typical_sizes(f))
            columns = zip(*rows, strict=True) if rows else [()] * (1 + len(self.truths.differentiated))
            self._scales[f.name] = [max(column, default=0.0) for column in columns]
        return self._scales[f.name]

    def _typical_sizes(self, f: Format) -> Iterator[list[float]]:
        ones = points.make(self.arguments, f.name, 0, ["ones"])[:1]
        for point in points.typical(self.arguments, f.name, 0, TYPICAL_POINTS) + ones:
            with contextlib.suppress(NoTruth, BadDefinition):
                yield self.sizes(point.arrays, f)

    def sizes(self, arrays: Sequence[np.ndarray], f: Format) -> list[float]:
        """Magnitudes of the value and of each gradient at a point, the terms of the gradient included.

        Raises `NoTruth` where there is none.
        """
        truth = self.truths.at(arrays, f)
        value, *gradients = [largest(part.expected) for part in (truth.value, *truth.gradient)]
        try:
            cancelled = self.truths.terms(arrays, f)
        except (NoTruth, BadDefinition):  # an estimated truth has no terms to look at
            cancelled = [0.0] * len(gradients)
        return [value, *map(max, gradients, cancelled)]


def unanswered(target: Target, point: Point, dtype: str, verdict: Verdict, problem: FrameworkError) -> Judged:
    """The judgement of a point at which there is no answer, or no truth to hold it against.

    Where the exact value is undefined the function may refuse to answer.
    """
    f = format_of(dtype)
    try:
        truth = target.truths.at(point.arrays, f).value
    except FrameworkError:
        nothing = np.array(balls.NAN, dtype=object)
        truth = Enclosures(nothing, nothing, np.array(Kind.UNDECIDED, dtype=object), f, f.precision)
    verdicts = np.empty(truth.shape, dtype=object)  # np.full would make plain texts of them
    for index, kind in np.ndenumerate(truth.kinds):
        verdicts[index] = Verdict.UNDEFINED if kind is Kind.UNDEFINED else verdict
    off = np.full(truth.shape, np.inf)
    return Judged(point, JudgedArray(verdicts, np.full(truth.shape, np.nan), truth, off), problem=problem)


def largest(numbers: np.ndarray) -> float:
    """The largest finite magnitude, 0 where there is none."""
    finite = np.abs(numbers[np.isfinite(numbers)])
    return float(finite.max()) if finite.size else 0.0


@lru_cache(maxsize=64)
def truths_of(specification: Specification) -> Truths:
    """Truth of a specification's definition, shared by all its implementations."""
    if not specification.is_defined:
        raise ValueError(f"{specification.name} has no definition; the truth of each implementation is its own shadow")
    return Truths(DefinitionOracle(specification.definition), specification.arguments)


@lru_cache(maxsize=64)
def _shadow_of(implementation: Implementation) -> Truths:
    """Truth of an implementation of something without a definition, shared by its modes."""
    framework = frameworks.get(implementation.framework)
    has_gradient = implementation.framework != "numpy" or implementation.gradient is not None
    arguments = implementation.specification.arguments
    return shadowed(framework, implementation.function, arguments, has_gradient=has_gradient)


def target_of(implementation: Implementation) -> Target:
    """`NotInstalled` where the framework is missing."""
    specification = implementation.specification
    has_definition = specification.is_defined
    return Target(
        framework=frameworks.get(implementation.framework),
        function=implementation.function,
        gradient=implementation.gradient,
        arguments=specification.arguments,
        truths=truths_of(specification) if has_definition else _shadow_of(implementation),
    )


def judge_at(implementation: Implementation, dtype: str, point: Sequence[np.ndarray], mode: str = "eager") -> Judged:
    """Judge an implementation at one point: arrays of the dtype, one for each argument."""
    return judge_point(target_of(implementation), Point("given", tuple(point)), dtype, mode)


def judge_point(target: Target, point: Point, dtype: str, mode: str, finely: bool = True) -> Judged:
    """Run the function at the point and judge its value, and its gradient where it has one.

    `finely`: what fails is held against every movement of the inputs within half an ulp. Without, against the ends
    of the movement of each alone, which excuses nearly as much in half the time.

    Raises `FrameworkError` where the function cannot be run (`TimedOut` where it hangs, `Exited` where it exits,
    `ShapeError` where it is another function than its definition) and `NoTruth` where nothing says what is right.
    """
    f = format_of(dtype)
    with contained(mode):
        value, gradient = computed(target, point, dtype, mode)
    if not value.size:
        raise ShapeError(f"the function returned an empty array, shape {value.shape}; expected something to judge")
    truth = target.truths.at(point.arrays, f)
    if value.shape != truth.value.shape:
        raise ShapeError(
            f"the function returned shape {value.shape}, its definition {truth.value.shape}, for inputs of shapes "
            f"{', '.join(str(a.shape) for a in point.arrays)}; return the same shape as the definition"
        )
    parts = [(value, truth.value), *(zip(gradient, truth.gradient, strict=True) if gradient is not None else ())]
    judge_part = partial(_judged_part if finely else _judged_by_ends, target, point, f)
    first, *others = (judge_part(k, answer, part) for k, (answer, part) in enumerate(parts))
    judged = Judged(point, first, tuple(others), target.truths.provenance(point.arrays, f))
    if target.framework.flushes_subnormals:
        excuse(judged, target.truths, f, lambda there: judge_point(target, there, dtype, mode, finely))
    return judged


def _judged_by_ends(
    target: Target, point: Point, f: Format, number: int, answer: np.ndarray, truth: Enclosures
) -> JudgedArray:
    return judge_array(answer, truth, lambda: target.truths.spread(point.arrays, f)[number])


def _judged_part(
    target: Target, point: Point, f: Format, number: int, answer: np.ndarray, truth: Enclosures
) -> JudgedArray:
    """A part of the answer judged; what fails is held against less than half an ulp too, and all inputs at once."""
    part = _judged_by_ends(target, point, f, number, answer, truth)
    if not _close(part):
        return part
    inside = target.truths.spread(point.arrays, f, finely=True)[number]
    part = judge_array(answer, truth, lambda: inside)
    asked = _close(part)[:MOST_TOGETHER]
    if not asked:
        return part
    farthest = inside.copy()
    with contextlib.suppress(NoTruth, BadDefinition):
        shifts = target.truths.together(point.arrays, f, number, asked)
        for index, shift in zip(asked, shifts, strict=True):
            farthest[index] = farthest[index].max(shift)
    return judge_array(answer, truth, lambda: farthest)


def _close(part: JudgedArray) -> list[tuple[int, ...]]:
    return [index for index in part.failing() if _may_be_conditioning(part, index)]


def _may_be_conditioning(part: JudgedArray, index: tuple[int, ...]) -> bool:
    """Whether a spread is of any concern to a failure: both numbers are some."""
    return bool(np.isfinite(part.actual[index])) and bool(part.truth.lower[index].is_finite())


def computed(target: Target, point: Point, dtype: str, mode: str) -> tuple[np.ndarray, tuple[np.ndarray, ...] | None]:
    """What the function itself answers: its value, and the gradient of its sum where it has one."""
    framework, differentiated = target.framework, target.truths.differentiated
    value = framework.evaluate(target.function, point.arrays, dtype, mode)
    if not differentiated:
        return value, None
    # The value on the way to the gradient can differ under a compiler; a user sees the other one.
    _, gradient = framework.gradient(target.function, point.arrays, differentiated, dtype, mode, target.gradient)
    return value, gradient
