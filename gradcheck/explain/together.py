"""Numbers that became nothing, or infinite, and make a NaN only together: 0/0, inf/inf, 0 * inf."""

from __future__ import annotations

from itertools import islice, takewhile

import numpy as np
from flint import arb

from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import MOST_TRIED, Fails, Fault, departures, held
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import Held

# So far beyond every dtype that a product of one and an ordinary number is beyond it, and a product of two is none.
BEYOND = arb(2) ** (1 << 20)


def first_of_two(run: ExactRun, part: Held, index: tuple[int, ...], fault: Fault, fails: Fails) -> Fault:
    """An earlier fault that makes a NaN with this one, and the answer fail by itself too; else this one.

    With a number of its size in the place of each, 0/0 is an ordinary number and x/0 is beyond all.
    """
    if not (np.isnan(to_float64(part.native)[index]) and _is_extreme(fault)):
        return fault
    second = _sized(run, fault)
    for first in takewhile(lambda earlier: earlier.number < fault.number, islice(departures(run, part), MOST_TRIED)):
        if _is_extreme(first) and fails(run.answer(part, index, held(run, first))):
            alone = run.answer(part, index, second)
            both = run.answer(part, index, _sized(run, first) | second)
            if both.is_finite() and alone.is_finite() and bool(abs(both - alone) > abs(alone) / 2):
                return first
    return fault


def _is_extreme(fault: Fault) -> bool:
    return fault.native == 0 or bool(np.isinf(fault.native))


def _sized(run: ExactRun, fault: Fault) -> dict[int, np.ndarray]:
    """A fault's result with tiny numbers for its nothings and huge ones for its infinities."""
    ((node, values),) = held(run, fault).items()
    exact = run.values(node)
    for at in fault.departing:
        if values[at] == 0:
            values[at] = exact[at].sgn() / BEYOND
        elif not values[at].is_finite():
            values[at] = values[at].sgn() * BEYOND
    return {node: values}
