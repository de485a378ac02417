"""The cause of a failure that exact arithmetic does not share: what the dtype did to the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact import balls
from gradcheck.exact.rounding import round_exact
from gradcheck.explain.absorption import absorbed, feeding, maker, vanished
from gradcheck.explain.compiled_fault import compiled_kind, rewritten
from gradcheck.explain.departure import kind_of
from gradcheck.explain.emulation import Inside, component, first_inside
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import Fails, Fault, first_fault, first_of_infinities, held
from gradcheck.explain.found import Found, Number
from gradcheck.explain.graph_walk import (
    SELECTS,
    discarding_select,
    fits,
    holds_constant,
    interior,
    moves,
    producers,
    zero_by_select,
)
from gradcheck.explain.kinds import CHOSEN, Kind
from gradcheck.explain.together import first_of_two
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step


def rounding_cause(run: ExactRun, part: Held, index: tuple[int, ...], like: Fails, fails: Fails) -> Found | None:
    """The first fault of rounding, overflow or underflow that makes a component of the answer fail as it did.

    None where none does by itself. `like`: whether an answer fails so; `fails`: whether it fails at all.
    """
    fault = first_fault(run, part, index, like, fails) or first_of_infinities(run, part, index, like)
    return None if fault is None else described(run, first_of_two(run, part, index, fault, fails), part, index, fails)


def described(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...], fails: Fails) -> Found:
    """What a fault is: its kind, and the operation that it is to be laid to."""
    if (compiled := rewritten(run, fault)) is not None:
        return found_at(run, compiled, compiled_kind(run, compiled))
    if _poisons(run, fault, part, index):
        return found_at(run, fault, Kind.UNTAKEN_BRANCH)
    inside = _inside(run, fault, part, index, fails)
    kind = _kind(run, fault, inside)
    node = fault.result.node if inside is None else inside.node
    if kind is Kind.UNDERFLOW and (constant := vanished(run, fault, node)) is not None:
        return constant
    if kind is Kind.CANCELLATION:
        lost = absorbed(run, fault, node, part, index, fails) or _rounded_constant(run, fault, node)
        if lost is not None:
            return lost
    chosen = _is_chosen(run, fault) if inside is None else inside.operation in SELECTS
    if kind is not Kind.ROUNDED_CONSTANT and chosen:
        return replace(found_at(run, fault, Kind.CLAMP, inside), template=CHOSEN, operation=_chooser(run, fault.step))
    return found_at(run, fault, kind, inside)


def _chooser(run: ExactRun, step: Step) -> str:
    """The operation of the forward pass that a backward step chooses for."""
    return step.operation if step.forward is None else run.trace.steps[step.forward].operation


def _is_chosen(run: ExactRun, fault: Fault) -> bool:
    """Whether a select gives another of its operands than exactly: what it compared was rounded past a bound."""
    graph = run.trace.graph
    return any(graph.nodes[at].operation in SELECTS for at in producers(graph, fault.result.node or 0))


def _format(fault: Fault) -> Format:
    return FORMATS[fault.result.native.dtype.name]


def _kind(run: ExactRun, fault: Fault, inside: Inside | None) -> Kind:
    """By what became of the number, of the one inside the step where that is known."""
    native, exact = (inside.native, inside.exact) if inside else (fault.native, fault.exact)
    node = inside.node if inside else fault.result.node
    read = inside.read if inside else tuple(read_by(run, fault.step, fault.index))
    if node is not None and inside is None and _holds_rounded(run, node, fault):
        return Kind.ROUNDED_CONSTANT
    return kind_of(native, exact, read, _operations(run, fault, node, inside), _format(fault))


def _operations(run: ExactRun, fault: Fault, node: int | None, inside: Inside | None) -> list[str]:
    """What gives the number: one operation, or none that is known where the step is made of several."""
    graph = run.trace.graph
    if node is None or (inside is None and len(interior(graph, fault.step, fault.result)) > 1):
        return []
    return [graph.nodes[n].operation for n in producers(graph, node)]


def _holds_rounded(run: ExactRun, node: int, fault: Fault) -> bool:
    """Whether the number is a constant that a select holds, and that the dtype rounds."""
    rounded = round_exact(fault.exact.mid(), _format(fault)) != fault.exact
    return rounded and len(fault.index) == np.ndim(run.values(node)) and holds_constant(run, node, fault.index)


def _inside(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...], fails: Fails) -> Inside | None:
    """What goes wrong inside the step, where it is made of more than one operation."""
    if len(interior(run.trace.graph, fault.step, fault.result)) < 2:
        return None
    return first_inside(run, fault.step, fault.result, part, index, fails)


def _poisons(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...]) -> bool:
    """Whether a select throws the faulty number away, and only its gradient comes through: as NaN."""
    if part is run.trace.value or fault.result.node is None or math.isfinite(fault.native):
        return False
    if run.answer(part, index, held(run, fault)).is_finite():
        return False
    if fault.step.phase == FORWARD:
        return discarding_select(run, fault.result.node, fault.index) is not None and not moves(
            run, fault.result.node, fault.index, run.trace.value.node
        )
    return math.isnan(fault.native) and selected_away(run, fault)


def selected_away(run: ExactRun, fault: Fault) -> bool:
    """Whether a backward step meets a zero that stands for a branch not taken."""
    made = () if fault.step.forward is None else run.trace.steps[fault.step.forward].results
    if any(_is_discarded(run, r, fault.index) for r in made):
        return True
    if len(interior(run.trace.graph, fault.step, fault.result)) > 1:
        return False  # a kernel: what it multiplies a zero by is its own
    return any(_is_float(o) and _is_zero_by_select(run, o, fault.index) for o in fault.step.operands)


def _is_zero_by_select(run: ExactRun, read: Held, index: tuple[int, ...]) -> bool:
    """Of an array of the result's shape it is the number at the same place that has to be zero."""
    if read.node is None:
        return False
    values = run.values(read.node)
    if fits(index, np.shape(values)):
        return bool(values[index] == 0) and zero_by_select(run, read.node)
    return zero_by_select(run, read.node)


def _is_discarded(run: ExactRun, made: Held, index: tuple[int, ...]) -> bool:
    """Whether a select throws away the component of a forward result that a backward step's component belongs to."""
    if made.node is None or not _is_float(made):
        return False
    at = index if fits(index, made.native.shape) else None
    native = math.nan if at is None else float(to_float64(made.native)[at])
    # A maximum throws a component away that the value still follows on another path: that is no branch.
    return discarding_select(run, made.node, at, native) is not None and not moves(
        run, made.node, at, run.trace.value.node, native
    )


def _is_float(held: Held) -> bool:
    return held.native.dtype.name in FORMATS


def _rounded_constant(run: ExactRun, fault: Fault, at_fault: int | None) -> Found | None:
    """A constant held by a select, which the dtype rounds, where the step at fault reads it."""
    f = _format(fault)
    for node in feeding(run, at_fault):
        step, values = maker(run, node), run.values(node)
        if step is None or step is fault.step or not isinstance(values, np.ndarray):
            continue
        for at in np.ndindex(values.shape):
            exact: arb = values[at]
            if holds_constant(run, node, at) and round_exact(exact.mid(), f) != exact:
                rounded = round_exact(exact.mid(), f)
                read = (Number(rounded, exact),)
                return Found(Kind.ROUNDED_CONSTANT, step.operation, step.phase, step.location, read, rounded, exact)
    return None


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
        read=tuple(read_by(run, step, fault.index)) if inside is None else inside.read,
        native=fault.native if inside is None else inside.native,
        exact=fault.exact if inside is None else inside.exact,
        inner="" if inside is None else inside.operation,
    )


def read_by(run: ExactRun, step: Step, index: tuple[int, ...]) -> Iterator[Number]:
    """The numbers that a step reads for a component of its result, natively and exactly."""
    for operand in step.operands:
        if _is_float(operand) and operand.native.size:
            native = component(balls.from_numbers(to_float64(operand.native)), index)
            exact = component(run.values(operand.node), index) if operand.node is not None else native
            yield Number(float(native.mid()) if not native.is_nan() else math.nan, exact)
