"""Arithmetic that sets subnormal numbers to zero: what it may answer near zero."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from gradcheck.dtypes import Format
from gradcheck.exact import balls
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point
from gradcheck.judge import JudgedArray, judge_array
from gradcheck.judged import Judged
from gradcheck.oracle import NoTruth, Truths
from gradcheck.verdict import Verdict


def excuse(judged: Judged, truths: Truths, f: Format, judge_at: Callable[[Point], Judged]) -> None:
    """Failures that setting subnormal inputs to zero explains are `flushed`.

    They are explained where the answer is right for the point with its subnormal inputs set to zero, or within
    what the exact answer moves with the smallest normal number: the rounding unit of such arithmetic near zero.
    And at a subnormal input, which such arithmetic does not have, where the smallest normal number instead of it
    gives a right answer, or a number for what is none: what becomes of zero (a pole, or outside the domain) is
    judged at zero, if that is an input at all.
    A number that is lost on the way from normal inputs is the function's own loss, and stays a failure.
    `judge_at` judges the function at another point.
    """
    arrays = judged.point.arrays
    if judged.fails and near_zero(arrays, f):
        with contextlib.suppress(NoTruth):
            _excuse_nearby(judged, truths, f)
    if judged.fails and has_subnormals(arrays, f):
        with contextlib.suppress(FrameworkError):
            _excuse_by_normal(judged, truths, f, judge_at)


def _excuse_nearby(judged: Judged, truths: Truths, f: Format) -> None:
    arrays = judged.point.arrays
    spreads = truths.spread(arrays, f, least=f.smallest_normal)
    for (_, _, part), spread in zip(judged.parts(), spreads, strict=False):  # value alone, perhaps
        _excuse(part, _passing(judge_array(part.actual, part.truth, partial(np.asarray, spread))))
    flushed = tuple(without_subnormals(a, f) for a in arrays)
    if judged.fails and _is_in_domain(truths, flushed):
        truth = truths.at(flushed, f)
        for (_, _, part), there in zip(judged.parts(), (truth.value, *truth.gradient), strict=False):
            nothing = balls.full(there.shape, balls.ZERO)
            _excuse(part, _passing(judge_array(part.actual, there, partial(np.asarray, nothing))))


def _is_in_domain(truths: Truths, arrays: Sequence[np.ndarray]) -> bool:
    return all(argument.parsed.contains(x).all() for argument, x in zip(truths.arguments, arrays, strict=True))


def _excuse_by_normal(judged: Judged, truths: Truths, f: Format, judge_at: Callable[[Point], Judged]) -> None:
    normal = tuple(without_subnormals(a, f, f.smallest_normal) for a in judged.point.arrays)
    if _is_in_domain(truths, normal):
        there = judge_at(Point(judged.point.regime, normal))
        for (_, _, part), (_, _, other) in zip(judged.parts(), there.parts(), strict=True):
            _excuse(part, _passing(other) | (~np.isfinite(part.actual) & np.isfinite(other.actual)))


def has_subnormals(arrays: Sequence[np.ndarray], f: Format) -> bool:
    """Whether some input is subnormal in the format."""
    return any(((a != 0) & (np.abs(to_float64(a)) < f.smallest_normal)).any() for a in arrays)


def near_zero(arrays: Sequence[np.ndarray], f: Format) -> bool:
    """Whether some input is so small that the smallest normal number is no rounding error of it."""
    numbers = np.concatenate([np.abs(to_float64(a)).reshape(-1) for a in arrays])
    return bool(((numbers > 0) & (numbers < f.smallest_normal / f.epsilon)).any())


def _passing(part: JudgedArray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda verdict: verdict.passes, 1, 1)(part.verdicts), dtype=bool)


def _excuse(part: JudgedArray, explained: np.ndarray) -> None:
    for index in part.failing():
        if explained[index]:
            part.verdicts[index] = Verdict.FLUSHED


def without_subnormals(array: np.ndarray, f: Format, instead: float = 0.0) -> np.ndarray:
    """The array with its subnormal numbers set to zeros of their sign, or to another number `instead`."""
    numbers = to_float64(array)
    subnormal = (np.abs(numbers) < f.smallest_normal) & (numbers != 0)
    return np.where(subnormal, np.copysign(instead, numbers), numbers).astype(f.numpy)
