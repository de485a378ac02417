"""Numbers that became nothing, or infinite, and make a NaN only together: 0/0, inf/inf, 0 * inf."""

from __future__ import annotations

from itertools import islice, takewhile

import numpy as np
from flint import arb

from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import MOST_TRIED, Fails, Fault, departures, held
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import Held

# Far beyond every dtype, and farther.
BEYOND = arb(2) ** (1 << 20)
FARTHER = BEYOND**2


def first_of_two(run: ExactRun, part: Held, index: tuple[int, ...], fault: Fault, fails: Fails) -> Fault:
    """An earlier fault that makes a NaN with this one, and the answer fail by itself too; else this one.

    With tiny numbers for the nothings and huge ones for the infinities, x/0 grows with them. 0/0 does not, nor does a
    NaN that the fault makes by itself.
    """
    if not (np.isnan(to_float64(part.native)[index]) and _is_extreme(fault)):
        return fault
    sized = _sized(run, fault, BEYOND)
    alone = run.answer(part, index, sized)
    if not _differ(alone, run.answer(part, index, _sized(run, fault, FARTHER))):
        return fault
    before = takewhile(lambda earlier: earlier.result is not fault.result, islice(departures(run, part), MOST_TRIED))
    for first in filter(_is_extreme, before):
        together = _sized(run, first, BEYOND) | sized
        if fails(run.answer(part, index, held(run, first))) and _differ(alone, run.answer(part, index, together)):
            return first
    return fault


def _is_extreme(fault: Fault) -> bool:
    return fault.native == 0 or bool(np.isinf(fault.native))


def _differ(one: arb, other: arb) -> bool:
    return one.is_finite() and other.is_finite() and bool(abs(one - other) > abs(one) / 4)


def _sized(run: ExactRun, fault: Fault, size: arb) -> dict[int, np.ndarray]:
    """A fault's result with numbers of that size, or one by it, for what is infinite or nothing."""
    ((node, values),) = held(run, fault).items()
    exact = run.values(node)
    for at in fault.departing:
        if values[at] == 0:
            values[at] = exact[at].sgn() / size
        elif not values[at].is_finite():
            values[at] = values[at].sgn() * size
    return {node: values}
