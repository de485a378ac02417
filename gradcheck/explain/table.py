"""The operation table of a replay: each result beside the number it would be exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS
from gradcheck.exact import balls
from gradcheck.exact.predicates import Predicate
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import MOST_COMPONENTS, departs, format_of
from gradcheck.explain.wording import DIGITS, shown
from gradcheck.finding import text
from gradcheck.inputs.domain import to_float64
from gradcheck.record import Cause
from gradcheck.shadow.trace import Held, Step, Trace

FULL_DIGITS = 17  # of an exact number, where `DIGITS` do not tell it from the native one
UNKNOWN = "unknown"  # the exact value of what no rule follows


@dataclass(frozen=True, kw_only=True)
class Row:
    """One result of a step, by the component of it that is farthest off.

    `of`: the forward operation that a backward step belongs to. `index` is None for a scalar. `native` and `exact` are
    texts; `error` is relative to the exact number, inf where there is no distance, None where one of them is no number
    or not known.
    """

    step: int
    phase: str
    operation: str
    of: str
    location: str
    index: tuple[int, ...] | None
    native: str
    exact: str
    error: float | None
    departs: bool


def rows_of(trace: Trace, run: ExactRun) -> tuple[Row, ...]:
    """A row for each result that has any component, in the order the program ran."""
    return tuple(
        _row(trace, number, step, result, run)
        for number, step in enumerate(trace.steps)
        for result in step.results
        if result.native.size
    )


def row_of(cause: Cause, rows: tuple[Row, ...]) -> Row | None:
    """The row of a cause, as far as its operation, pass and line tell; one that departs before one that does not."""
    there = [r for r in rows if r.location == cause.location and cause.operation in (r.operation, r.of)]
    return max(there, key=lambda r: _likeness(r, cause), default=None)


def _likeness(row: Row, cause: Cause) -> tuple:
    result = next((o.native for o in cause.operands if o.name == "result"), "")
    return row.phase == cause.phase, row.departs, row.operation == cause.operation, row.native == result, -row.step


def _row(trace: Trace, number: int, step: Step, result: Held, run: ExactRun) -> Row:
    index, native, exact, error, is_off = _shown(result, run)
    return Row(
        step=number,
        phase=step.phase,
        operation=step.operation,
        of="" if step.forward is None else trace.steps[step.forward].operation,
        location=step.location,
        index=index if result.native.ndim else None,
        native=native,
        exact=exact,
        error=error,
        departs=is_off,
    )


def _shown(result: Held, run: ExactRun) -> tuple[tuple[int, ...], str, str, float | None, bool]:
    """Index, native and exact text, error, and whether it departs, of the component to be shown."""
    exact = None if result.node is None else run.values(result.node)
    numbers = exact.truth if isinstance(exact, Predicate) else exact
    first = (0,) * result.native.ndim
    if numbers is None or np.shape(numbers) != result.native.shape:
        return first, _text(result, first), UNKNOWN, None, False
    if isinstance(exact, Predicate) or format_of(result.native) is None:
        return _discrete(result, numbers)
    with balls.precision(run.bits):
        return _farthest(result, numbers)


def _discrete(result: Held, exact: np.ndarray) -> tuple[tuple[int, ...], str, str, float | None, bool]:
    """Of truths and integers: the first that differs, else the first."""
    truths = exact.dtype == bool
    native: np.ndarray = result.native.astype(bool) if truths else result.native
    differing = [i for i in _looked_at(native.shape) if truths and native[i] != exact[i]]
    index = differing[0] if differing else (0,) * native.ndim
    return index, str(native[index]), _exact_text(exact[index]), None, bool(differing)


def _exact_text(value: Any) -> str:
    return shown(value) if isinstance(value, arb) else str(value)


def _farthest(result: Held, exact: np.ndarray) -> tuple[tuple[int, ...], str, str, float | None, bool]:
    """Of floats: a component that departs before one that is no finite number before any other; the farthest first."""
    f, native = FORMATS[result.native.dtype.name], to_float64(result.native)
    judged = []
    for i in _looked_at(native.shape):
        number, truth = float(native[i]), exact[i]
        judged.append((departs(number, truth, f), not np.isfinite(number), relative_error(number, truth), i))
    is_off, _, error, index = max(judged, key=lambda each: (*each[:2], -1.0 if each[2] is None else each[2]))
    told = _told_apart(float(native[index]), exact[index]) if is_off else shown(exact[index])
    return index, _text(result, index), told, error, is_off


def _told_apart(native: float, exact: arb) -> str:
    """A few digits of an exact number, or as many as a float64 has where fewer are those of the native one."""
    short = shown(exact)
    return exact.mid().str(FULL_DIGITS, radius=False) if short == f"{native:.{DIGITS}g}" else short


def _looked_at(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return (index for _, index in zip(range(MOST_COMPONENTS), np.ndindex(shape), strict=False))


def relative_error(native: float, exact: arb) -> float | None:
    """Of a native number; inf where there is no distance, None where the exact one is no number or not known."""
    if exact.is_nan() or not (exact.is_finite() or exact.is_exact()):
        return None
    if np.isinf(native) and not exact.is_finite() and (native > 0) == bool(exact > 0):
        return 0.0
    if not (np.isfinite(native) and exact.is_finite()):
        return float("inf")
    if exact == 0:
        return 0.0 if native == 0 else float("inf")
    return float((abs(arb(native) - exact) / abs(exact)).mid())


def _text(result: Held, index: tuple[int, ...]) -> str:
    number, dtype = result.native[index], result.native.dtype.name
    return text(float(number), dtype) if dtype in FORMATS else str(number)
