"""The profile of a finding: what is exact and what was computed over a line through its point.

One input component moves, all others stay. From the failing input the line is left both ways by steps that widen
until the answer is right again or the domain ends; inputs spaced evenly in float ordinals then show that stretch with
as much around it, and each end of the wrong part is narrowed down.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.dtypes import Format, format_of, from_ordinals, ordinals
from gradcheck.exact import balls
from gradcheck.finding import array_of, text
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray
from gradcheck.judged import Judged
from gradcheck.judging import Target
from gradcheck.record import Curve, FindingRecord, Profile
from gradcheck.subject import judged_or_not
from gradcheck.verdict import FAILURES, WORST_FIRST, Verdict

EVEN = 33  # inputs spaced evenly over the line
WIDER = 8  # each step away from the failing input is so many times the one before
# A right answer ends the wrong stretch where it is right at this multiple of the step as well: errors of rounding
# come and go from one number to the next.
AGAIN = 1.5
LEAST = EVEN // 2  # ordinals beside a wrong stretch
SHORTEST = 9  # inputs that make a line: the components of a simplex hardly move alone
FINE_BITS = 12  # the ends of the wrong stretch are known to this part of an octave, in bits
SECONDS = 20.0  # after which a profile is given up: the function is too slow to be asked so often
NO_ANSWER = ("nan", "nan")

Component = tuple[int, tuple[int, ...]]  # an argument and a place in it
Choice = Callable[[Target, FindingRecord, Sequence[np.ndarray]], Component]
Seen = dict[str, tuple[str, str, Verdict]]  # quantity -> exact, computed, verdict


class _NoProfile(Exception):  # noqa: N818 - it says what there is not
    """The line cannot be drawn: nothing may move, or the failure does not show again."""


def profile_of(target: Target, finding: FindingRecord) -> Profile | None:
    """The profile of a finding of the function, None where it has none or cannot be asked for. Raises nothing.

    What moves is the component of the gradient, or that with which the value moves most. Where all of that line is
    wrong it is the largest component, which may be the one to blame.
    """
    found: Profile | None = None
    for choose in (_own, _most_sizeable):
        try:
            profile = _Line.through(target, finding, choose).profile()
        except Exception:  # away from its point the function may do whatever it likes
            continue
        if not all(Verdict(verdict).fails for verdict in _judged(finding, profile).verdicts):
            return profile
        found = found or profile
    return found


def _judged(finding: FindingRecord, profile: Profile) -> Curve:
    return profile.gradient if finding.quantity == "gradient" and profile.gradient is not None else profile.value


@dataclass
class _Line:
    """The inputs at which one component has another number; a place on it is a float ordinal."""

    target: Target
    finding: FindingRecord
    arrays: tuple[np.ndarray, ...]
    argument: int
    index: tuple[int, ...]
    started: float = field(default_factory=time.monotonic)
    _seen: dict[int, Seen | None] = field(default_factory=dict)

    @classmethod
    def through(cls, target: Target, finding: FindingRecord, choose: Choice) -> _Line:
        arrays = tuple(array_of(numbers) for numbers in finding.point)
        argument, index = choose(target, finding, arrays)
        line = cls(target, finding, arrays, argument, index)
        if not target.arguments[argument].parsed.is_continuous or not line.is_wrong(line.middle):
            raise _NoProfile
        return line

    @property
    def form(self) -> Format:
        return format_of(self.finding.dtype)

    @property
    def middle(self) -> int:
        """The place of the failing input."""
        return int(ordinals(self.arrays[self.argument])[self.index])

    @property
    def component(self) -> tuple[int, ...] | None:
        """The one of the value that is shown; None: the sum of several, whose gradient the finding is about."""
        if self.finding.quantity == "value":
            return self.finding.index
        shape = self.target.truths.at(self.arrays, self.form).value.shape
        return (0,) * len(shape) if math.prod(shape) == 1 else None

    @property
    def fine(self) -> int:
        """Ordinals that are next to nothing."""
        return 1 << max(self.form.precision - 1 - FINE_BITS, 0)

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last place that the domain may have."""
        first, last = self.target.arguments[self.argument].parsed.ordinals(self.form)
        return int(first), int(last)

    def profile(self) -> Profile:
        places = sorted(place for place in self._places() if self.at(place) is not None)
        if len(places) < SHORTEST:
            raise _NoProfile
        seen = [shown for place in places if (shown := self.at(place)) is not None]
        name = self.target.arguments[self.argument].name
        return Profile(
            argument=self.argument,
            argument_name=name or f"argument {self.argument}",
            index=self.index,
            inputs=tuple(text(float(self._input(place)), self.finding.dtype) for place in places),
            failing=places.index(self.middle),
            component=self.component,
            value=_curve([each["value"] for each in seen]),
            gradient=_curve([each["gradient"] for each in seen]) if all("gradient" in each for each in seen) else None,
        )

    def _places(self) -> set[int]:
        low, high = (self._edge(direction) for direction in (-1, 1))
        beside = max((high - low) // 3, LEAST)
        first, last = max(low - beside, self.ends[0]), min(high + beside, self.ends[1])
        even = {first + (last - first) * k // (EVEN - 1) for k in range(EVEN)} | {self.middle}
        inside = sorted(place for place in even if self.at(place) is not None)
        return even | {place for pair in self._turns(inside) for place in self._narrowed(*pair)}

    def _edge(self, direction: int) -> int:
        """Where, about, the answers are right again on one side; the end of the domain where they are not."""
        end = self.ends[(direction + 1) // 2]
        room, wrong, step = abs(end - self.middle), 0, 1
        while step < room and self._goes_on(step, direction):
            wrong, step = step, max(step * WIDER, self.fine)
        step = min(step, room)
        if self.is_wrong(self.middle + direction * step):
            return end
        while step > WIDER // 2 * max(wrong, 1):
            between = math.isqrt(max(wrong, 1) * step)
            if self._goes_on(between, direction):
                wrong = between
            else:
                step = between
        return self.middle + direction * (step if self.at(self.middle + direction * step) is not None else wrong)

    def _goes_on(self, step: int, direction: int) -> bool:
        """Whether the answer is wrong at a step from the failing input, or a little farther."""
        return any(self.is_wrong(self.middle + direction * math.ceil(step * more)) for more in (1, AGAIN))

    def _turns(self, inside: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pairs of neighbours between which the wrong stretch around the failing input begins and ends."""
        for direction in (-1, 1):
            beside = inside[inside.index(self.middle) :] if direction > 0 else inside[: inside.index(self.middle) + 1]
            way = beside if direction > 0 else beside[::-1]
            yield from [(a, b) for a, b in itertools.pairwise(way) if not self.is_wrong(b)][:1]

    def _narrowed(self, wrong: int, right: int) -> tuple[int, int]:
        """The two places brought together, as near as it can be read off a plot with a few digits."""
        while abs(right - wrong) > self.fine:
            between = (wrong + right) // 2
            if self.is_wrong(between):
                wrong = between
            else:
                right = between
        return wrong, right

    def is_wrong(self, place: int) -> bool:
        """Whether the finding's component fails there; outside of the domain nothing does."""
        seen = self.at(place)
        return seen is not None and seen[self.finding.quantity][2].fails

    def at(self, place: int) -> Seen | None:
        """What is seen at a place; None outside of the domain."""
        if place not in self._seen:
            self._seen[place] = self._looked(place)
        return self._seen[place]

    def _looked(self, place: int) -> Seen | None:
        if not self.ends[0] <= place <= self.ends[1]:
            return None
        moved = self.arrays[self.argument].copy()
        moved[self.index] = self._input(place)
        if not self.target.arguments[self.argument].parsed.contains(moved).all():
            return None
        if time.monotonic() - self.started > SECONDS:
            raise _NoProfile
        arrays = tuple(moved if k == self.argument else a for k, a in enumerate(self.arrays))
        judged = judged_or_not(self.target, Point("profile", arrays), self.finding.dtype, self.finding.mode)
        return dict(self._read(judged))

    def _input(self, place: int) -> np.ndarray:
        """The number at a place; the failing one keeps the sign of its zero."""
        own = self.arrays[self.argument][self.index]
        return own if place == self.middle else from_ordinals(place, self.finding.dtype)

    def _read(self, judged: Judged) -> Iterator[tuple[str, tuple[str, str, Verdict]]]:
        value = _summed(judged.value) if self.component is None else _at(judged.value, self.component)
        yield "value", self._texts(*value)
        own = self.finding.argument
        argument, index = (self.argument, self.index) if own is None else (own, self.finding.index)
        positions = self.target.truths.differentiated
        if argument in positions:
            if judged.gradient:
                yield "gradient", self._texts(*_at(judged.gradient[positions.index(argument)], index))
            elif judged.problem is not None:
                yield "gradient", (*NO_ANSWER, value[2])

    def _texts(self, exact: float, computed: float, verdict: Verdict) -> tuple[str, str, Verdict]:
        return text(exact, self.finding.dtype), text(computed, self.finding.dtype), verdict


def _own(target: Target, finding: FindingRecord, arrays: Sequence[np.ndarray]) -> Component:
    """The component of the gradient, or that with which the value moves most."""
    if finding.argument is None:
        return _most_moving(target, arrays, format_of(finding.dtype))
    return finding.argument, finding.index


def _most_sizeable(target: Target, finding: FindingRecord, arrays: Sequence[np.ndarray]) -> Component:
    return _largest(_sizes(target, arrays))


def _sizes(target: Target, arrays: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """Of the components that may move."""
    return {k: np.abs(to_float64(a)) for k, a in enumerate(arrays) if target.arguments[k].parsed.is_continuous}


def _most_moving(target: Target, arrays: Sequence[np.ndarray], form: Format) -> Component:
    """By its slope times its size, first where the slope is no number. Where nothing moves the value, the largest."""
    sizes, truth = _sizes(target, arrays), target.truths.at(arrays, form)
    slopes = dict(zip(target.truths.differentiated, (part.expected for part in truth.gradient), strict=True))
    with np.errstate(invalid="ignore", over="ignore"):  # zero times an infinite slope
        moves = {k: sizes[k] * np.abs(slope) for k, slope in slopes.items() if k in sizes}
    moves = {k: np.where(np.isfinite(slopes[k]), m, np.inf) for k, m in moves.items()}
    return _largest(moves if any(m.any() for m in moves.values()) else sizes)


def _largest(sizes: dict[int, np.ndarray]) -> Component:
    """The argument and index of the largest of some numbers, the first of equals."""
    if not sizes:
        raise _NoProfile
    flat = {k: s.reshape(-1) for k, s in sizes.items()}
    argument = max(flat, key=lambda k: (flat[k].max(), -k))
    place = np.unravel_index(int(flat[argument].argmax()), sizes[argument].shape)
    return argument, tuple(int(i) for i in place)


def _at(part: JudgedArray, index: tuple[int, ...]) -> tuple[float, float, Verdict]:
    return float(part.expected[index]), float(part.actual[index]), part.verdicts[index]


def _summed(part: JudgedArray) -> tuple[float, float, Verdict]:
    """The sum of an output, whose gradient it is, with the worst verdict of its components."""
    with np.errstate(all="ignore"):
        return _exact_sum(part), float(part.actual.sum()), min(part.verdicts.flat, key=_badness)


def _exact_sum(part: JudgedArray) -> float:
    """Rounded to the dtype; a ball added to an infinity would be unknown."""
    if not np.isfinite(part.expected).all():
        return float(part.expected.sum())
    with balls.precision(part.truth.bits):
        total = balls.array(np.add.reduce(part.truth.lower, axis=None))
    return float(replace(part.truth, lower=total, upper=total).expected)


def _badness(verdict: Verdict) -> int:
    """Failures first, the worst of them before; then what is undecided, then passes."""
    return WORST_FIRST.index(verdict) if verdict in FAILURES else len(Verdict) + (verdict is not Verdict.UNDECIDED)


def _curve(seen: Sequence[tuple[str, str, Verdict]]) -> Curve:
    exact, computed, verdicts = zip(*seen, strict=True)
    return Curve(exact=exact, computed=computed, verdicts=tuple(v.value for v in verdicts))
