"""Where a compiled program leaves what its operations give one by one, and what that does to a number."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from gradcheck.dtypes import FORMATS
from gradcheck.exact import balls
from gradcheck.explain.emulation import component
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import Fault, departures
from gradcheck.explain.graph_walk import ADDITIONS, producers
from gradcheck.explain.kinds import Kind
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import CompiledHeld, Held


def rewritten(run: ExactRun, fault: Fault) -> Fault | None:
    """The first result on the way to a fault that is off, and is not what its operation gives by itself.

    None where there is none: in a replay that is not compiled, or where the compiler has no part in it.
    """
    if not isinstance(fault.result, CompiledHeld):
        return None
    return next(filter(None, (_as_compiled(run, before) for before in departures(run, fault.result))), None)


def _as_compiled(run: ExactRun, fault: Fault) -> Fault | None:
    """The fault at a component that only the compiler puts off."""
    result = fault.result
    if not isinstance(result, CompiledHeld) or result.node is None:
        return None
    compiled, eager = to_float64(result.native), to_float64(result.eager.native)
    f, exact = FORMATS[result.native.dtype.name], run.values(result.node)
    apart = [at for at in fault.departing if _differ(float(compiled[at]), float(eager[at]), f.epsilon)]
    if not apart:
        return None
    at = fault.index if fault.index in apart else apart[0]
    return replace(fault, index=at, native=float(compiled[at]), exact=exact[at], departing=tuple(apart))


def _differ(compiled: float, eager: float, epsilon: float) -> bool:
    """Whether by more than a fused multiplication or a reordered sum."""
    return not np.isclose(compiled, eager, rtol=8 * epsilon, atol=0.0, equal_nan=True)


def compiled_kind(run: ExactRun, fault: Fault) -> Kind:
    """What the compiler did to a number, by what became of it."""
    adds = fault.result.node is not None and any(
        run.trace.graph.nodes[n].operation in ADDITIONS for n in producers(run.trace.graph, fault.result.node)
    )
    if math.isnan(fault.native):
        return Kind.INVALID
    if math.isinf(fault.native):
        return Kind.OVERFLOW
    if adds:
        return Kind.ABSORPTION if _leaves_out_an_addend(fault) else Kind.CANCELLATION
    return Kind.UNDERFLOW if fault.native == 0 and fault.exact != 0 else Kind.CANCELLATION


def _leaves_out_an_addend(fault: Fault) -> bool:
    """Whether the result is one of two operands, though the other is not zero."""
    read = [_read(operand, fault.index) for operand in fault.step.operands]
    return len(read) == 2 and any(one == abs(fault.native) and other != 0 for one, other in (read, read[::-1]))


def _read(operand: Held, index: tuple[int, ...]) -> float:
    return abs(float(component(balls.from_numbers(to_float64(operand.native)), index).mid()))
