"""The cause of a failure that exact arithmetic shares: a singularity, a value held, a rule that is no derivative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gradcheck.dtypes import FORMATS
from gradcheck.exact import balls
from gradcheck.exact.graph import INPUT
from gradcheck.exact.predicates import Predicate
from gradcheck.explain.departure import kind_of
from gradcheck.explain.emulation import component
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import Fault, first_singularity, operands_of
from gradcheck.explain.found import Found
from gradcheck.explain.graph_walk import SELECTS, discarding_select, holds_constant, interior, is_constant, producers
from gradcheck.explain.kinds import OUTWEIGHED, Kind
from gradcheck.explain.rounding_fault import found_at, read_by, selected_away
from gradcheck.finding import Failure
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step

TIED = ("maximum", "minimum", "fmax", "fmin")  # whose slope is one-sided where two operands are equal
BENT = ("absolute", "sign")  # and at zero


def formula_cause(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """What makes the program itself, run exactly, give another answer than the truth."""
    if (found := _kernel_without_a_rule(run, part, failure)) is not None:
        return found
    answer = run.answer(part, failure.index)
    if not answer.is_finite():
        fault = first_singularity(run, part, failure.index)
        return None if fault is None else found_at(run, fault, _singular_kind(run, part, fault, failure))
    for sought in (_held_value, _added_constant, _tie, _wrong_rule):
        if (found := sought(run, part, failure)) is not None:
            return found
    return None


def _kernel_without_a_rule(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """A backward step that no rule follows: the exact run takes its result as it is, and nothing else is rounded."""
    steps = run.trace.steps if part is not run.trace.value and not run.trace.custom else ()
    for number, step in enumerate(steps):
        for result in step.results:
            if step.forward is None or result.node is not None or result.native.dtype.name not in FORMATS:
                continue
            actual, exact = float(failure.part.actual[failure.index]), failure.part.truth.lower[failure.index]
            fault = Fault(number, step, result, _first(result.native.shape), actual, exact)
            read = tuple(read_by(run, step, fault.index))
            return found_at(run, fault, kind_of(actual, exact, read, (), FORMATS[result.native.dtype.name]))
    return None


def _differentiable(run: ExactRun, step: Step, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The nodes of that shape which the forward step of a backward one read."""
    assert step.forward is not None
    read = [o.node for o in run.trace.steps[step.forward].operands if o.node is not None]
    return tuple(n for n in read if isinstance(run.values(n), np.ndarray) and run.values(n).shape == shape)


def _singular_kind(run: ExactRun, part: Held, fault: Fault, failure: Failure) -> Kind:
    if not all(balls.is_finite(values).all() for values in operands_of(run, fault.step)):
        return Kind.INVALID  # of infinities that were handed in
    is_pole = not _is_nothing_by_nothing(run, fault)
    if fault.step.phase == FORWARD and part is run.trace.value and not is_pole:
        return Kind.INVALID
    if part is run.trace.value or fault.result.node is None:
        return Kind.DOMAIN_EDGE
    discarded = discarding_select(run, fault.result.node, fault.index, fault.native) is not None
    if fault.step.phase == FORWARD and discarded:
        return Kind.UNTAKEN_BRANCH
    if fault.step.phase == BACKWARD and selected_away(run, fault):
        return Kind.UNTAKEN_BRANCH
    infinite = not run.answer(part, failure.index).is_nan()  # else it is 0/0 or 0 * inf, whatever the slope
    if fault.step.phase == BACKWARD and infinite and _has_slopes(run, part, failure):
        return Kind.WRONG_RULE
    return Kind.DOMAIN_EDGE if is_pole else Kind.INVALID


def _has_slopes(run: ExactRun, part: Held, failure: Failure) -> bool:
    """Whether what the forward pass computes has slopes here, so that it is another function's that has none."""
    nodes = enumerate(run.trace.graph.nodes)
    inputs = tuple(n for n, node in nodes if node.operation == INPUT and node.shape == part.native.shape)
    return all(bool(slope[failure.index].is_finite()) for slope in run.derivatives(inputs))


def _is_nothing_by_nothing(run: ExactRun, fault: Fault) -> bool:
    """0/0, a quotient that is no pole."""
    operations = [run.trace.graph.nodes[n].operation for n in interior(run.trace.graph, fault.step, fault.result)]
    return operations == ["divide"] and all(
        component(values, fault.index) == 0 for values in operands_of(run, fault.step)
    )


def _steps(run: ExactRun, phase: str) -> Iterator[tuple[int, Step, Held]]:
    for number, step in enumerate(run.trace.steps):
        for result in step.results:
            if step.phase == phase and result.node is not None and isinstance(run.values(result.node), np.ndarray):
                yield number, step, result


def _beside(shape: tuple[int, ...], part: Held, failure: Failure) -> list[tuple[int, ...]]:
    """The components of a node that belong to the failing one: that of the same place, where the shapes are alike."""
    return [failure.index] if shape == part.native.shape else list(np.ndindex(shape))


def _tie(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """A kink of the program at this very point, where its slopes do not fit together."""
    if failure.argument is None or run.trace.custom:
        return None
    graph = run.trace.graph
    for number, step, result in _steps(run, FORWARD):
        node = graph.nodes[result.node or 0]
        read = [run.values(i) for i in node.inputs if isinstance(run.values(i), np.ndarray)]
        ties = [v.tie for i in node.inputs if node.operation == "where" and isinstance(v := run.values(i), Predicate)]
        for at in _beside(node.shape, part, failure):
            numbers = [component(values, at) for values in read]
            if (
                (node.operation in TIED and len(numbers) == 2 and numbers[0] == numbers[1])
                or (node.operation in BENT and numbers[0] == 0)
                or any(tie.shape == node.shape and tie[at] for tie in ties)
            ):
                found = found_at(run, _fault(run, number, step, result, at), Kind.DOMAIN_EDGE)
                return replace(found, phase=BACKWARD)
    return None


def _held_value(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """A select that gives a constant for a number: with the number itself the value would be another."""
    graph = run.trace.graph
    for number, step, result in _steps(run, FORWARD):
        node = graph.nodes[result.node or 0]
        if node.operation not in SELECTS or not graph.follows_inputs[result.node or 0]:
            continue
        for i in node.inputs:
            values = run.values(i)
            if is_constant(graph, i) or not isinstance(values, np.ndarray) or values.shape != node.shape:
                continue
            given = run.values(result.node or 0)
            cut = [at for at in _beside(node.shape, part, failure) if not values[at].overlaps(given[at])]
            if cut and _matters(run, part, failure, result.node or 0, values):
                return found_at(run, _fault(run, number, step, result, cut[0]), Kind.CLAMP)
    return None


def _matters(run: ExactRun, part: Held, failure: Failure, node: int, values: np.ndarray) -> bool:
    """Whether the answer comes nearer to the truth with other values of a node; where a gradient is cut, the value."""
    if failure.argument is not None and run.answer(part, failure.index).contains(0):
        return not all(
            a.overlaps(b)
            for a, b in zip(
                np.ravel(run.values(run.trace.graph.output)),
                np.ravel(run.with_values({node: values})[run.trace.graph.output]),
                strict=True,
            )
        )
    truth = failure.part.truth.lower[failure.index]
    if not truth.is_finite():
        return not run.answer(part, failure.index, {node: values}).is_finite()
    with balls.precision(run.bits):
        before = abs(run.answer(part, failure.index) - truth)
        after = abs(run.answer(part, failure.index, {node: values}) - truth)
        return bool(after < before / 4)


def _added_constant(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """A constant added to a smaller number, without which the answer would be nearer to the truth."""
    graph = run.trace.graph
    for number, step, result in _steps(run, FORWARD):
        for at in producers(graph, result.node or 0):
            node = graph.nodes[at]
            if node.operation != "add" or len(node.inputs) != 2:
                continue
            for i, j in (node.inputs, node.inputs[::-1]):
                added = is_constant(graph, j) and not is_constant(graph, i)
                if added and (
                    _matters(run, part, failure, at, _as(run, i, node.shape)) or _guards(run, part, failure, at, i, j)
                ):
                    fault = _fault(run, number, step, result, _first(result.native.shape))
                    return replace(found_at(run, fault, Kind.ABSORPTION), template=OUTWEIGHED)
    return None


def _guards(run: ExactRun, part: Held, failure: Failure, at: int, number: int, constant: int) -> bool:
    """Whether a tiny constant alone keeps the program off a singularity: there it decides the answer."""
    shape = run.trace.graph.nodes[at].shape
    epsilon = failure.part.truth.format.epsilon
    tiny = all(bool(abs(b) < epsilon) for b in run.values(constant).flat)
    return tiny and not run.answer(part, failure.index, {at: _as(run, number, shape)}).is_finite()


def _as(run: ExactRun, node: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.broadcast_to(run.values(node), shape)


def _first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (0,) * len(shape)


def _wrong_rule(run: ExactRun, part: Held, failure: Failure) -> Found | None:
    """The first backward step whose result is not the derivative.

    Of a value, and of a gradient that is the derivative of what the forward pass computes, its last step.
    """
    wrong = None
    if failure.argument is not None:
        backward = list(_steps(run, BACKWARD))
        wrong = next((s for s in backward if _is_wrong(run, s[1], s[2])), backward[-1] if run.trace.custom else None)
    number, step, result = wrong or list(_steps(run, FORWARD))[-1]
    of_a_kernel = wrong is not None and not run.trace.custom
    kind = Kind.CLAMP if of_a_kernel and _holds_inside(run, step, result) else Kind.WRONG_RULE
    at = failure.index if run.values(result.node or 0).shape == part.native.shape else _first(result.native.shape)
    found = found_at(run, _fault(run, number, step, result, at), kind)
    if kind is Kind.CLAMP:
        return found
    return replace(
        found, native=float(failure.part.actual[failure.index]), exact=failure.part.truth.lower[failure.index]
    )


def _holds_inside(run: ExactRun, step: Step, result: Held) -> bool:
    """Whether a kernel is made of several operations, one of which holds a number at a constant."""
    nodes = interior(run.trace.graph, step, result)
    return len(nodes) > 1 and any(
        holds_constant(run, node, at) for node in nodes for at in np.ndindex(run.trace.graph.nodes[node].shape)
    )


def _is_wrong(run: ExactRun, step: Step, result: Held) -> bool:
    """Whether a backward step's result is the derivative by none of what its forward step read."""
    # A partial of one of several uses is no total derivative; a kernel that ends the backward pass of one is.
    if step.forward is None or result.node is None or not step.operation.endswith("backward"):
        return False
    arrays = _differentiable(run, step, result.native.shape)
    return bool(arrays) and not any(_equal(true, run.values(result.node)) for true in run.derivatives(arrays))


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return all(p.overlaps(q) for p, q in zip(a.flat, b.flat, strict=True))


def _fault(run: ExactRun, number: int, step: Step, result: Held, at: tuple[int, ...]) -> Fault:
    assert result.node is not None
    return Fault(number, step, result, at, float(to_float64(result.native)[at]), run.values(result.node)[at])
