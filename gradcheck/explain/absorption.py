"""The sum that lost an addend, where a later step, near or far, brings that to light."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact import balls
from gradcheck.exact.predicates import Predicate
from gradcheck.exact.rounding import round_exact
from gradcheck.explain.emulation import component
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import MOST_TRIED, Fails, Fault, departs
from gradcheck.explain.found import Found, Number
from gradcheck.explain.graph_walk import ADDITIONS, STRUCTURAL, fits, is_constant, leading_to, producers
from gradcheck.explain.kinds import Kind
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import Held, Step

SUMS = (*ADDITIONS, "sum", "cumsum_last", "matmul")


def absorbed(
    run: ExactRun, fault: Fault, at_fault: int | None, part: Held, index: tuple[int, ...], fails: Fails
) -> Found | None:
    """The addition whose lost addend the node `at_fault`, that of a fault or inside its step, brings to light.

    Held at its larger addend it makes the answer fail, all else being exact.
    """
    if math.isnan(fault.native):
        return None
    f = FORMATS[fault.result.native.dtype.name]
    near, deciding = list(feeding(run, at_fault)), list(_deciding(run, at_fault))
    far = sorted(leading_to(run.trace.graph, at_fault) - {*near, *deciding})
    for node in (*near, *deciding, *far):
        # Far from the fault a kernel is right to its own rounding, whatever it adds inside.
        if run.trace.graph.nodes[node].operation not in SUMS or (node in far and maker(run, node) is None):
            continue
        step = maker(run, node) or fault.step
        # What a component is compared with may be another component.
        lost_there = _lost_addends(run, node, fault.index if node in near else None, f)
        for lost in islice(lost_there, MOST_TRIED):
            if node not in far and lost.is_constant and departs(round_exact(lost.small.mid(), f), lost.small, f):
                return _at(Kind.ROUNDED_CONSTANT, step, lost)
            if _spoils(run, node, lost, part, index, fails) and not _spoilt_before(run, node, part, index, fails):
                return _at(Kind.ABSORPTION, step, lost)
    return None


def vanished(run: ExactRun, fault: Fault, at_fault: int | None) -> Found | None:
    """The addition of a constant that the dtype has as zero, which is all that the sum would have been."""
    f = FORMATS[fault.result.native.dtype.name]
    for node in () if at_fault is None else producers(run.trace.graph, at_fault):
        if run.trace.graph.nodes[node].operation in ADDITIONS:
            for lost in _lost_addends(run, node, fault.index, f):
                if lost.is_constant and round_exact(lost.small.mid(), f) == 0:
                    return _at(Kind.ROUNDED_CONSTANT, maker(run, node) or fault.step, lost)
    return None


def feeding(run: ExactRun, node: int | None) -> Iterator[int]:
    """The nodes that make the numbers which a node reads, and its own."""
    graph = run.trace.graph
    for at in () if node is None else producers(graph, node):
        for read in graph.nodes[at].inputs:
            yield from producers(graph, read, (*STRUCTURAL, "negative"))
        yield at


def _deciding(run: ExactRun, node: int | None) -> Iterator[int]:
    """The nodes, from the last to the first, that lead to the truths which a node reads."""
    graph = run.trace.graph
    read = [] if node is None else [i for at in feeding(run, node) for i in graph.nodes[at].inputs]
    truths = {i for i in read if isinstance(run.values(i), Predicate)}
    yield from sorted({n for truth in truths for n in leading_to(graph, truth)}, reverse=True)


def maker(run: ExactRun, node: int) -> Step | None:
    """The step that makes the numbers of a node."""
    for step in run.trace.steps:
        if any(r.node is not None and node in producers(run.trace.graph, r.node) for r in step.results):
            return step
    return None


def _spoilt_before(run: ExactRun, node: int, part: Held, index: tuple[int, ...], fails: Fails) -> bool:
    """Whether the rounding of what was added spoils the answer already, the sum itself being exact."""
    read = run.trace.graph.nodes[node].inputs
    results = [result for step in run.trace.steps for result in step.results]
    held = {r.node: balls.from_numbers(to_float64(r.native)) for r in results if r.node is not None and r.node in read}
    return bool(held) and fails(run.answer(part, index, held))


@dataclass(frozen=True, eq=False)
class _Lost:
    """An addition that comes to its larger addend when it is rounded; `is_constant`: the smaller is the program's."""

    at: tuple[int, ...]
    read: tuple[Number, ...]
    small: arb
    rounded: float
    exact: arb
    is_constant: bool


def _at(kind: Kind, step: Step, lost: _Lost) -> Found:
    return Found(kind, step.operation, step.phase, step.location, lost.read, lost.rounded, lost.exact)


def _spoils(run: ExactRun, node: int, lost: _Lost, part: Held, index: tuple[int, ...], fails: Fails) -> bool:
    values = run.values(node).copy()
    values[lost.at] = arb(lost.rounded)
    return fails(run.answer(part, index, {node: values}))


def _lost_addends(run: ExactRun, node: int, index: tuple[int, ...] | None, f: Format) -> Iterator[_Lost]:
    """At the component of a fault where the node has such a one; else (None: anyway) at each."""
    graph = run.trace.graph
    exact: np.ndarray = run.values(node)
    inputs = graph.nodes[node].inputs
    if graph.nodes[node].operation not in ADDITIONS:
        yield from _lost_of_many(run, node, f)
        return
    constants = [is_constant(graph, i) for i in inputs]
    sign = -1 if graph.nodes[node].operation == "subtract" else 1
    with balls.precision(run.bits):
        for at in [index] if index is not None and fits(index, exact.shape) else np.ndindex(exact.shape):
            a, b = (component(run.values(i), at) for i in inputs)
            if not (a.is_finite() and b.is_finite()):
                continue
            ways = enumerate(((a, sign * b), (sign * b, a)))
            for k, (small, large) in sorted(ways, key=lambda way: not constants[way[0]]):  # the program's own first
                vanishes = constants[k] and small != 0 and round_exact(small.mid(), f) == 0
                if vanishes or (small != 0 and abs(small) < abs(exact[at]) * f.epsilon / 2):
                    rounded = round_exact(large.mid(), f)
                    yield _Lost(at, (_number(a), _number(b)), small, rounded, exact[at], constants[k])


def _lost_of_many(run: ExactRun, node: int, f: Format) -> Iterator[_Lost]:
    """The terms of a sum of many that vanish beside it, each alone; of a running one each beside its own sum."""
    exact: np.ndarray = run.values(node)
    with balls.precision(run.bits):
        for at, small in _terms(run, node):
            if exact[at].is_finite() and small != 0 and abs(small) < abs(exact[at]) * f.epsilon / 2:
                large = exact[at] - small
                yield _Lost(at, (_number(large), _number(small)), small, round_exact(large.mid(), f), exact[at], False)


def _terms(run: ExactRun, node: int) -> Iterator[tuple[tuple[int, ...], arb]]:
    """What a sum of many adds, each with the component of the result that it is added to."""
    of = run.trace.graph.nodes[node]
    exact, (terms, *others) = run.values(node), [run.values(i) for i in of.inputs]
    if others:
        (factor,), batch = others, exact.shape[:-2]
        a = np.broadcast_to(terms, (*batch, *terms.shape[-2:]))
        b = np.broadcast_to(factor, (*batch, *factor.shape[-2:]))
        for *first, row, column in np.ndindex(exact.shape):
            for k in range(a.shape[-1]):
                yield (*first, row, column), a[(*first, row, k)] * b[(*first, k, column)]
        return
    axes = of.parameters.get("axes", ())
    for place in np.ndindex(terms.shape):
        kept = [0 if axis in axes else i for axis, i in enumerate(place)]
        yield tuple(kept) if exact.ndim == terms.ndim else tuple(np.delete(kept, axes)), terms[place]


def _number(ball: arb) -> Number:
    return Number(float(ball.mid()), ball)
