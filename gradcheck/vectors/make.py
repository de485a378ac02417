"""Certify the truth of a specification at the points of the regimes, in a form that outlives the process."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import numpy as np
from flint import arb

from gradcheck.dtypes import Format, format_of
from gradcheck.exact import Kind, balls
from gradcheck.exact.rounding import round_exact, ulp
from gradcheck.exact.truth import Enclosures
from gradcheck.finding import text
from gradcheck.flushing import near_zero, without_subnormals
from gradcheck.inputs import points
from gradcheck.inputs.domain import to_float64
from gradcheck.inputs.points import Point
from gradcheck.judge import BUDGET_SPREADS, budget_ulps
from gradcheck.judging import NON_FINITE, Target, target_of
from gradcheck.oracle import NoTruth
from gradcheck.specification import Implementation
from gradcheck.vectors.data import Array, Input, Part, Vector, Vectors

# Of an enclosure: a ball thinner than a millionth of an ulp of float64 stays so.
DIGITS = 32
BITS = 256
# What any answer, or none, passes.
ANYTHING = (Kind.UNDEFINED,)


def make(implementation: Implementation, dtype: str, seed: int = 0) -> Vectors:
    """The certified truth of what is implemented at every point of the regimes, the non-finite ones left out.

    It is that of the definition; without one, of the operations of the implementation itself, each done exactly, and
    points at which one of them has no rule are left out.

    A point with subnormal numbers has twins with zeros and with the smallest normal numbers in their place, for
    arithmetic that flushes them. Raises ValueError for an unknown dtype, `BadDefinition` for a definition that cannot
    be recorded, `NotInstalled` where the framework of an implementation is missing.
    """
    f, specification, target = format_of(dtype), implementation.specification, target_of(implementation)
    drawn = [p for p in points.make(target.arguments, dtype, seed) if p.regime != NON_FINITE]
    return Vectors(
        specification=specification.name,
        source=specification.source,
        dtype=dtype,
        seed=seed,
        oracle=target.truths.oracle.name,
        arguments=tuple(
            Input(
                name=a.name or f"argument {k}",
                shape=a.shape,
                domain=a.domain if isinstance(a.domain, str) else "",
                differentiated=a.differentiate,
            )
            for k, a in enumerate(target.arguments)
        ),
        scales=tuple(s.hex() for s in target.scales(f)),
        vectors=tuple(_vector(target, p, f) for p in _with_twins(drawn, f) if _certified(target, p, f)),
        made_by=f"gradcheck {version('gradcheck')}, python-flint {version('python-flint')}",
    )


def _with_twins(drawn: Sequence[Point], f: Format) -> Iterator[Point]:
    """Each point once, followed by those that are looked at where subnormal numbers are flushed."""
    seen = set()
    for point in drawn:
        flushed = (tuple(without_subnormals(a, f, number) for a in point.arrays) for number in (0.0, f.smallest_normal))
        for arrays in (point.arrays, *flushed):
            key = tuple(a.tobytes() for a in arrays)
            if key not in seen:
                seen.add(key)
                yield Point(point.regime, arrays)


def _certified(target: Target, point: Point, f: Format) -> bool:
    """Whether the truth there is that of the oracle itself, not of what is asked where it has none."""
    try:
        return target.truths.provenance(point.arrays, f).oracle == target.truths.oracle.name
    except NoTruth:
        return False


def _vector(target: Target, point: Point, f: Format) -> Vector:
    truth = target.truths.at(point.arrays, f)
    parts = [truth.value, *truth.gradient]
    spreads = target.truths.spread(point.arrays, f, finely=True)
    near = near_zero(point.arrays, f)
    flushed = target.truths.spread(point.arrays, f, least=f.smallest_normal) if near else [None] * len(parts)
    value, *gradient = (_part(*each, f) for each in zip(parts, spreads, flushed, strict=True))
    return Vector(
        regime=point.regime,
        point=tuple(_array(a, f) for a in point.arrays),
        value=value,
        gradient=tuple(gradient),
        terms=tuple(t.hex() for t in target.truths.terms(point.arrays, f)),
    )


def _array(array: np.ndarray, f: Format) -> Array:
    numbers = to_float64(array).reshape(-1).tolist()
    return Array(decimal=tuple(text(x, f.name) for x in numbers), hex=tuple(x.hex() for x in numbers))


def _part(truth: Enclosures, spread: np.ndarray, flushed: np.ndarray | None, f: Format) -> Part:
    lower, upper = truth.lower.reshape(-1), truth.upper.reshape(-1)
    kinds = [str(kind) for kind in truth.kinds.flat]
    with balls.precision(max(truth.bits, BITS)):
        low, high = ([_rounded(end, f) for end in ends] for ends in (lower, upper))
        allowed = [_budget(*each, f) for each in zip(kinds, lower, spread.flat, strict=True)]
        return Part(
            shape=truth.shape,
            kind=tuple(kinds),
            decimal=tuple(text(x, f.name) for x in low),
            hex=tuple(x.hex() for x in low),
            upper_hex=tuple(x.hex() for x in high),
            enclosure=tuple(map(_shown, lower)),
            upper_enclosure=tuple(map(_shown, upper)) if Kind.KINK in kinds else (),
            budget=tuple(allowed),
            spread=tuple(map(_above, spread.flat)),
            flushed_spread=() if flushed is None else tuple(map(_above, flushed.flat)),
        )


def _rounded(end: arb, f: Format) -> float:
    return round_exact(end.mid() if end.is_finite() else end, f)


def _shown(ball: arb) -> str:
    """A ball in decimal, that reads back as one around it."""
    if ball.is_exact() and not ball.is_finite() and not ball.is_nan():
        return "-inf" if ball < 0 else "inf"
    return ball.str(DIGITS)


def _budget(kind: str, truth: arb, spread: arb, f: Format) -> str:
    """The ulps that any component is granted, and what the conditioning of the problem explains."""
    if kind in ANYTHING:
        return math.inf.hex()
    if not truth.is_finite():
        return (0.0).hex() if truth.is_exact() and not truth.is_nan() else math.nan.hex()
    return _above(budget_ulps(f) * ulp(float(truth.mid()), f) + BUDGET_SPREADS * spread)


def _above(ball: arb) -> str:
    """A double no smaller than a ball, in hexadecimal; nan where nothing is known of it."""
    if ball.is_nan():
        return math.nan.hex()
    upper = ball.upper() if ball.is_finite() else arb("inf")
    rounded = round_exact(upper, format_of("float64"))
    return (rounded if rounded == math.inf or arb(rounded) >= upper else math.nextafter(rounded, math.inf)).hex()
