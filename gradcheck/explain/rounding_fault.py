"""The cause of a failure that exact arithmetic does not share: what the dtype did to the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact import balls
from gradcheck.exact.rounding import round_exact
from gradcheck.explain.compiled_fault import kind_of, rewritten
from gradcheck.explain.emulation import Inside, component, first_inside
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import Fails, Fault, departs, first_fault
from gradcheck.explain.found import Found, Number
from gradcheck.explain.graph_walk import (
    STRUCTURAL,
    discarding_select,
    holds_constant,
    interior,
    is_constant,
    producers,
    zero_by_select,
)
from gradcheck.explain.kinds import Kind
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step

ADDING = ("add", "subtract", "sum", "cumsum_last")


def rounding_cause(run: ExactRun, part: Held, index: tuple[int, ...], like: Fails, fails: Fails) -> Found | None:
    """The first fault of rounding, overflow or underflow that makes a component of the answer fail as it did.

    None where none does by itself. `like`: whether an answer fails so; `fails`: whether it fails at all.
    """
    fault = first_fault(run, part, index, like)
    return None if fault is None else described(run, fault, part, index, fails)


def described(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...], fails: Fails) -> Found:
    """What a fault is: its kind, and the operation that it is to be laid to."""
    if (compiled := rewritten(run, fault)) is not None:
        return found_at(run, compiled, kind_of(run, compiled))
    if _poisons(run, part, fault):
        return found_at(run, fault, Kind.UNTAKEN_BRANCH)
    inside = _inside(run, fault, part, index, fails)
    kind = _kind(run, fault, inside)
    if kind is Kind.CANCELLATION:
        lost = _absorbed(run, fault, inside, part, index, fails) or _rounded_constant(run, fault, inside)
        if lost is not None:
            return lost
    return found_at(run, fault, kind, inside)


def _format(fault: Fault) -> Format:
    return FORMATS[fault.result.native.dtype.name]


def _kind(run: ExactRun, fault: Fault, inside: Inside | None) -> Kind:
    """By what became of the number, of the one inside the step where that is known."""
    native, exact = (inside.native, inside.exact) if inside else (fault.native, fault.exact)
    node = inside.node if inside else fault.result.node
    adds = node is not None and any(
        run.trace.graph.nodes[n].operation in ADDING for n in producers(run.trace.graph, node)
    )
    f = _format(fault)
    if math.isnan(native):
        return Kind.INVALID
    if math.isinf(native) and bool(abs(exact) > f.maximum):
        return Kind.OVERFLOW
    # A sum of floats is exact where it is subnormal: it cannot underflow.
    if not adds and exact != 0 and bool(abs(exact) < f.smallest_normal):
        return Kind.UNDERFLOW
    return Kind.CANCELLATION


def _inside(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...], fails: Fails) -> Inside | None:
    """What goes wrong inside the step, where it is made of more than one operation."""
    if len(interior(run.trace.graph, fault.step, fault.result)) < 2:
        return None
    return first_inside(run, fault.step, fault.result, part, index, fails)


def _poisons(run: ExactRun, part: Held, fault: Fault) -> bool:
    """Whether a select throws the faulty number away, and only its gradient comes through."""
    if part is run.trace.value or fault.result.node is None or math.isfinite(fault.native):
        return False
    if fault.step.phase == FORWARD:
        return discarding_select(run, fault.result.node, fault.index) is not None
    return math.isnan(fault.native) and selected_away(run, fault)


def selected_away(run: ExactRun, fault: Fault) -> bool:
    """Whether a backward step meets a zero that stands for a branch not taken."""
    made = () if fault.step.forward is None else run.trace.steps[fault.step.forward].results
    if any(_is_discarded(run, r, fault.index) for r in made):
        return True
    return any(o.node is not None and _is_float(o) and zero_by_select(run, o.node) for o in fault.step.operands)


def _is_discarded(run: ExactRun, made: Held, index: tuple[int, ...]) -> bool:
    """Whether a select throws away the component of a forward result that a backward step's component belongs to."""
    if made.node is None or not _is_float(made):
        return False
    return discarding_select(run, made.node, index if len(index) == made.native.ndim else None) is not None


def _is_float(held: Held) -> bool:
    return held.native.dtype.name in FORMATS


def _absorbed(
    run: ExactRun, fault: Fault, inside: Inside | None, part: Held, index: tuple[int, ...], fails: Fails
) -> Found | None:
    """The sum that lost an addend, where that is what the step at fault brings to light."""
    if math.isnan(fault.native):
        return None
    for node in _fed(run, fault, inside):
        if run.trace.graph.nodes[node].operation not in ADDING[:2]:
            continue
        lost = _lost_addend(run, node, _format(fault))
        if lost is None:
            continue
        step = _maker(run, node) or fault.step
        if lost.is_constant and departs(round_exact(lost.small.mid(), _format(fault)), lost.small, _format(fault)):
            return _at(Kind.ROUNDED_CONSTANT, step, lost)
        if not _spoilt_before(run, node, part, index, fails):
            return _at(Kind.ABSORPTION, step, lost)
    return None


def _rounded_constant(run: ExactRun, fault: Fault, inside: Inside | None) -> Found | None:
    """A constant held by a select, which the dtype rounds, where the step at fault reads it."""
    f = _format(fault)
    for node in _fed(run, fault, inside):
        step, values = _maker(run, node), run.values(node)
        if step is None or step is fault.step or not isinstance(values, np.ndarray):
            continue
        for at in np.ndindex(values.shape):
            exact: arb = values[at]
            if holds_constant(run, node, at) and round_exact(exact.mid(), f) != exact:
                rounded = round_exact(exact.mid(), f)
                read = (Number(rounded, exact),)
                return Found(Kind.ROUNDED_CONSTANT, step.operation, step.phase, step.location, read, rounded, exact)
    return None


def _spoilt_before(run: ExactRun, node: int, part: Held, index: tuple[int, ...], fails: Fails) -> bool:
    """Whether the rounding of what was added spoils the answer already, the sum itself being exact."""
    read = run.trace.graph.nodes[node].inputs
    results = [result for step in run.trace.steps for result in step.results]
    held = {r.node: balls.from_numbers(to_float64(r.native)) for r in results if r.node is not None and r.node in read}
    return bool(held) and fails(run.answer(part, index, held))


def _fed(run: ExactRun, fault: Fault, inside: Inside | None) -> Iterator[int]:
    """The nodes that make the numbers which the faulty operation reads, and its own."""
    graph = run.trace.graph
    node = inside.node if inside is not None else fault.result.node
    assert node is not None
    for at in producers(graph, node):
        for read in graph.nodes[at].inputs:
            yield from producers(graph, read, (*STRUCTURAL, "negative"))
        yield at


def _maker(run: ExactRun, node: int) -> Step | None:
    for step in run.trace.steps:
        if any(r.node is not None and node in producers(run.trace.graph, r.node) for r in step.results):
            return step
    return None


@dataclass(frozen=True, eq=False)
class _Lost:
    """An addition that comes to its larger addend when it is rounded; `is_constant`: the smaller is the program's."""

    read: tuple[Number, ...]
    small: arb
    rounded: float
    exact: arb
    is_constant: bool


def _at(kind: Kind, step: Step, lost: _Lost) -> Found:
    return Found(kind, step.operation, step.phase, step.location, lost.read, lost.rounded, lost.exact)


def _lost_addend(run: ExactRun, node: int, f: Format) -> _Lost | None:
    graph, exact = run.trace.graph, run.values(node)
    inputs = graph.nodes[node].inputs
    constants = [is_constant(graph, i) for i in inputs]
    sign = -1 if graph.nodes[node].operation == "subtract" else 1
    with balls.precision(run.bits):
        for at in np.ndindex(exact.shape):
            a, b = (component(run.values(i), at) for i in inputs)
            if not (a.is_finite() and b.is_finite()):
                continue
            for k, (small, large) in enumerate(((a, sign * b), (sign * b, a))):
                vanishes = constants[k] and small != 0 and round_exact(small.mid(), f) == 0
                if vanishes or (small != 0 and abs(small) < abs(exact[at]) * f.epsilon / 2):
                    rounded = round_exact(large.mid(), f)
                    return _Lost((_number(a), _number(b)), small, rounded, exact[at], constants[k])
    return None


def _number(ball: arb) -> Number:
    return Number(float(ball.mid()), ball)


def found_at(run: ExactRun, fault: Fault, kind: Kind, inside: Inside | None = None) -> Found:
    """The step of a fault; of a backward one the operation it is the derivative of gives the name."""
    step = fault.step
    operation = step.operation
    if kind is Kind.UNTAKEN_BRANCH and step.forward is not None:
        operation = run.trace.steps[step.forward].operation
    return Found(
        kind=kind,
        operation=operation,
        phase=BACKWARD if kind is Kind.UNTAKEN_BRANCH else step.phase,
        location=step.location,
        read=tuple(_read(run, step, fault.index)) if inside is None else inside.read,
        native=fault.native if inside is None else inside.native,
        exact=fault.exact if inside is None else inside.exact,
        inner="" if inside is None else inside.operation,
    )


def _read(run: ExactRun, step: Step, index: tuple[int, ...]) -> Iterator[Number]:
    for operand in step.operands:
        if _is_float(operand) and operand.native.size:
            native = component(balls.from_numbers(to_float64(operand.native)), index)
            exact = component(run.values(operand.node), index) if operand.node is not None else native
            yield Number(float(native.mid()) if not native.is_nan() else math.nan, exact)
