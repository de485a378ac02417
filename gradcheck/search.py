"""The search after the regimes: hypothesis moves float ordinals toward the worst error."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, strategies

from gradcheck.dtypes import Format, format_of, from_ordinals, ordinals
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point, typical
from gradcheck.judge import JudgedArray, budget_ulps
from gradcheck.judged import Judged
from gradcheck.judging import NON_FINITE
from gradcheck.verdict import Severity

REGIME = "search"  # of the points found here
WORST_KEPT = 2  # points for each part of the answer to start from
TYPICAL_STARTS = 2
MOST_DRAWN = 16  # numbers drawn for one array; a larger one repeats them
MODERATE = 7  # numbers between 2^-7 and 2^7, where functions are mostly used and switch branches
INFINITE_SCORE = 2048.0  # above the logarithm of any error in ulps

# Choices are drawn bit by bit. Flipping a bit of an ordinal moves by a power of two, which is the step that a
# climb over floats needs; and hypothesis mixes numbers found in the loaded modules into its integers (which
# would make a search depend on what was imported) and keeps them in a folder `.hypothesis`, into its booleans not.
Bit = Callable[[], bool]


@dataclass(frozen=True)
class Effort:
    """How far an examination goes on when its points are judged."""

    searched: int  # points that the search may visit
    questions: int  # points that may be judged to bring one finding to its simplest
    questions_in_all: int  # and for all findings together, the worst first
    least: Severity  # findings less severe stay as they were found
    explained: int = 1  # regimes in which the cause of a group of failures is sought: each may have its own
    remedied: bool = False  # whether remedies are looked for
    forced: int = 0  # points made so that an untaken branch would poison the gradient
    second_opinion: bool = True  # whether finite differences are asked too
    points: int | None = None  # of each regime; None: all


THOROUGH = Effort(
    searched=80, questions=150, questions_in_all=400, least=Severity.MINOR, explained=6, remedied=True, forced=24
)
QUICK = Effort(searched=0, questions=40, questions_in_all=160, least=Severity.MAJOR, forced=4)
GLANCE = Effort(searched=0, questions=15, questions_in_all=45, least=Severity.CRITICAL, points=1)
# Of points that were given, and are to be shown as they are.
AS_GIVEN = Effort(searched=0, questions=0, questions_in_all=0, least=Severity.MINOR, explained=6, remedied=True)


@dataclass
class Worst:
    """The points with the largest errors seen, for each part of the answer."""

    points: dict[str, list[tuple[float, Point]]] = field(default_factory=dict)

    def add(self, judged: Judged) -> None:
        if judged.point.regime != NON_FINITE:
            for part, score in scores(judged).items():
                ranking = [*self.points.get(part, ()), (score, judged.point)]
                self.points[part] = sorted(ranking, key=lambda pair: -pair[0])[:WORST_KEPT]

    def starts(self) -> list[Point]:
        """The worst of each part, then the second ones; a point once."""
        ranked = [ranking[k][1] for k in range(WORST_KEPT) for ranking in self.points.values() if k < len(ranking)]
        return list(dict.fromkeys(ranked))


def scores(judged: Judged) -> dict[str, float]:
    """For each part of the answer the logarithm of its worst error in ulps.

    An error that the budget grants counts no more than the budget: what is merely ill-conditioned leads nowhere.
    """
    named = {quantity if k is None else f"{quantity} {k}": part for quantity, k, part in judged.parts()}
    return {name: _score(part) for name, part in named.items()}


def _score(part: JudgedArray) -> float:
    granted = budget_ulps(part.truth.format)
    pairs = zip(part.verdicts.reshape(-1), part.ulps.reshape(-1), strict=True)
    errors = [ulps if verdict.fails else min(ulps, granted) for verdict, ulps in pairs if not math.isnan(ulps)]
    worst = float(max(errors, default=0.0))
    return math.log2(1 + worst) if math.isfinite(worst) else INFINITE_SCORE


@dataclass(frozen=True)
class Space:
    """Where to search: the arguments, the points to start from, numbers at which the function may switch branches."""

    arguments: tuple[Argument, ...]
    dtype: str
    starts: tuple[Point, ...]
    constants: tuple[float, ...] = ()

    @classmethod
    def around(cls, worst: Worst, arguments: tuple[Argument, ...], dtype: str, constants: tuple[float, ...]) -> Space:
        """Beginning at the worst points, and at ordinary ones for what is wrong elsewhere."""
        ordinary = typical(arguments, dtype, 0, TYPICAL_STARTS)
        return cls(arguments, dtype, (*worst.starts(), *ordinary), constants)

    @property
    def form(self) -> Format:
        return format_of(self.dtype)


def climb(visit: Callable[[Point], Mapping[str, float]], space: Space, most: int, seed: int = 0) -> None:
    """Visit at most `most` points, each once; `visit(point)` returns the scores to be driven up, part by part.

    The same arguments give the same points as long as `visit` returns the same scores. Whatever `visit` raises
    ends the search and is raised. Nothing is written, printed or changed outside: no database, no profile.
    """
    seen = {_bits(point) for point in space.starts}
    problems: list[Exception] = []

    def step(point: Point) -> None:
        # Raised here, hypothesis would try it again.
        if problems or _bits(point) in seen:
            return
        seen.add(_bits(point))
        try:
            for part, score in visit(point).items():
                hypothesis.target(score, label=part)
        except Exception as problem:
            problems.append(problem)

    settings = hypothesis.settings(
        max_examples=most,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.target),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    hypothesis.seed(seed)(settings(hypothesis.given(points_in(space))(step)))()
    if problems:
        raise problems[0]


@strategies.composite
def points_in(draw: strategies.DrawFn, space: Space) -> Point:
    """Points of the domains: a start with an element or two moved, a start with an array drawn anew, a new point."""
    return _Drawing(space, lambda: draw(strategies.booleans())).point()


@dataclass(frozen=True)
class _Drawing:
    """One point being drawn from bits."""

    space: Space
    bit: Bit

    def below(self, count: int) -> int:
        """A number from 0 to below `count`; as good as uniform."""
        extra = 4 if count & (count - 1) else 0
        return self._integer((count - 1).bit_length() + extra) % count

    def _integer(self, bits: int) -> int:
        return sum(1 << k for k in reversed(range(bits)) if self.bit())

    def between(self, low: int, high: int) -> int:
        """An ordinal, both ends included."""
        return low + self._integer((high - low).bit_length()) % (high - low + 1)

    def point(self) -> Point:
        start = self.space.starts[self.below(len(self.space.starts))].arrays
        count = len(start)
        if self.bit():
            k = self.below(count)
            drawn = {k: self.array(k)} if count > 1 and self.bit() else {k: self.array(k) for k in range(count)}
        else:
            k = self.below(count)
            drawn = {k: self.moved(k, start[k])}
        return Point(REGIME, tuple(drawn.get(k, array) for k, array in enumerate(start)))

    def moved(self, k: int, array: np.ndarray) -> np.ndarray:
        """One element moved by ordinals, up to a few binades, or drawn anew."""
        domain = self.space.arguments[k].parsed
        if not (domain.fits_anything and domain.is_continuous):
            return self.array(k)
        numbers = to_float64(array).copy()
        flat, i = numbers.reshape(-1), self.below(array.size)
        if self.bit():
            flat[i] = self.number(*domain.ordinals(self.space.form))
        else:
            reach = 2 ** (self.space.form.precision + 1)
            step = self.between(0, reach) * (1 if self.bit() else -1)
            flat[i] = self._at(int(ordinals(array).reshape(-1)[i]) + step, *domain.ordinals(self.space.form))
        return domain.fit(numbers, self.space.form)

    def array(self, k: int) -> np.ndarray:
        """A member of the domain drawn anew; where only the domain itself knows members, one of those."""
        argument, form = self.space.arguments[k], self.space.form
        domain = argument.parsed
        if not (domain.fits_anything and domain.is_continuous):
            return domain.fit(domain.typical(np.random.default_rng(self._integer(16)), argument.shape), form)
        size = math.prod(argument.shape)
        drawn = [self.number(*domain.ordinals(form)) for _ in range(min(size, MOST_DRAWN))]
        return domain.fit(np.resize(drawn, size).reshape(argument.shape), form)

    def number(self, first: int, last: int) -> float:
        """A number between two ordinals: of moderate size, anywhere, or at and between the function's constants."""
        if self.bit():
            return self._moderate(first, last)
        if self.space.constants and self.bit():
            return self._by_a_constant(first, last)
        return self._at(self.between(first, last), first, last)

    def _moderate(self, first: int, last: int) -> float:
        low, high = (int(ordinals(self.space.form.numpy.type(2.0**e)[None])[0]) for e in (-MODERATE, MODERATE))
        position = self.between(low, high)
        negative = first < 0 and (last <= 0 or self.bit())
        return self._at(-position if negative else position, first, last)

    def _by_a_constant(self, first: int, last: int) -> float:
        constants = self.space.constants
        with np.errstate(over="ignore"):
            positions = [int(p) for p in ordinals(np.array(constants).astype(self.space.form.numpy))]
        i = self.below(len(positions))
        if self.bit() and i + 1 < len(positions):
            return self._at(self.between(positions[i], positions[i + 1]), first, last)
        return self._at(positions[i] + self.between(0, 4) - 2, first, last)

    def _at(self, position: int, first: int, last: int) -> float:
        return float(to_float64(from_ordinals(min(max(position, first), last), self.space.dtype)))


def _bits(point: Point) -> tuple[bytes, ...]:
    return tuple(array.tobytes() for array in point.arrays)
