"""The table of operations: how each one is run forward on balls, and how derivatives flow back.

Every operation is an `Operation`: `forward(node, *values)` and `backward(node, adjoint, output,
*values)`, which yields for each operand a step that makes its adjoint (or None). Elementwise ones come from
the facts in `elementwise`; structural ones (reshape, slice, pad, transpose, gather) are all one: `gather`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.exact import balls, predicates
from gradcheck.exact.adjoint import Adjoint
from gradcheck.exact.arithmetic import BALLS
from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.graph import Node
from gradcheck.exact.predicates import Predicate
from gradcheck.exact.rules import Elementwise

Value = Any  # an array of balls, or a Predicate
Step = Callable[..., Any]  # makes the flow to one operand: an Adjoint, or marks on a Predicate
Steps = Iterator[Step | None]


@dataclass(frozen=True)
class Operation:
    forward: Callable[..., Value]
    backward: Callable[..., Steps]


def _elementwise(rule: Elementwise) -> Operation:
    def backward(node: Node, adjoint: Adjoint, output: np.ndarray, *x: np.ndarray) -> Steps:
        for k, partial in enumerate(rule.partials):
            flow = adjoint.without(rule.cuts[k](*x)) if rule.cuts else adjoint
            yield lambda flow=flow, partial=partial, k=k: flow.times(partial(BALLS, output, *x)).summed_to(x[k].shape)

    return Operation(lambda node, *x: balls.array(rule.value(BALLS, *x)), backward)


def _comparison(name: str) -> Operation:
    def backward(node: Node, poison: np.ndarray, output: Predicate, a: np.ndarray, b: np.ndarray) -> Steps:
        """A truth that a small move would change leaves both operands without a derivative here."""
        flow = Adjoint(balls.choose(poison & output.tie, balls.NAN, balls.ZERO))
        for operand in (a, b):
            yield lambda operand=operand: flow.summed_to(operand.shape)

    def forward(node: Node, a: np.ndarray, b: np.ndarray) -> Predicate:
        truth = predicates.compare(name, a, b)
        # x != x asks for nan: a number that is compared with itself moves along with itself.
        return Predicate.of(truth.truth) if node.inputs[0] == node.inputs[1] else truth

    return Operation(forward, backward)


def _logic(name: str) -> Operation:
    def backward(node: Node, poison: np.ndarray, output: Predicate, *operands: Predicate) -> Steps:
        for operand in operands:
            yield lambda operand=operand: _any_to(poison, operand.truth.shape)

    return Operation(lambda node, *p: predicates.combine(name, *p), backward)


def _any_to(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    extra = mask.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1)
    return np.asarray(np.logical_or.reduce(mask, axis=axes)).reshape(shape) if axes else np.asarray(mask)


def _where_forward(node: Node, condition: Predicate, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    result = balls.choose(condition.truth, a, b)
    if condition.unknown.any():
        unknown, a, b, result = np.broadcast_arrays(condition.unknown, a, b, result)
        hull = np.frompyfunc(lambda p, q: p.union(q), 2, 1)
        result = result.copy()
        result[unknown] = hull(a[unknown], b[unknown])
    return result


def _where_backward(
    node: Node, adjoint: Adjoint, output: np.ndarray, condition: Predicate, a: np.ndarray, b: np.ndarray
) -> Steps:
    alive = np.ones(adjoint.data.shape, bool) if adjoint.cut is None else ~adjoint.cut
    yield lambda: _any_to(alive & condition.tie, condition.truth.shape)
    taken, unknown = (np.broadcast_to(m, adjoint.data.shape) for m in (condition.truth, condition.unknown))
    shared = adjoint.times(balls.choose(unknown, balls.UNIT_INTERVAL, balls.ONE)) if unknown.any() else adjoint
    yield lambda: shared.without(~taken & ~unknown).summed_to(a.shape)
    yield lambda: shared.without(taken & ~unknown).summed_to(b.shape)


def _flat(operands: tuple[Value, ...]) -> Value:
    if isinstance(operands[0], Predicate):
        parts = zip(*(p.parts for p in operands), strict=True)
        return Predicate(*(np.concatenate([mark.reshape(-1) for mark in marks]) for marks in parts))
    return operands[0].reshape(-1) if len(operands) == 1 else np.concatenate([x.reshape(-1) for x in operands])


def _gather_forward(node: Node, *operands: Value) -> Value:
    """Pick elements of the operands, laid flat one behind the other; position -1 is a filled zero, or false."""
    positions, flat = node.parameters["positions"], _flat(operands)
    if isinstance(flat, Predicate):
        return flat.map(
            lambda part: part[positions] & (positions >= 0) if part.size else np.zeros_like(positions, bool)
        )
    result = balls.array(flat[positions]) if flat.size else balls.full(positions.shape, balls.ZERO)
    return balls.choose(positions < 0, balls.ZERO, result) if (positions < 0).any() else result


def _gather_backward(node: Node, adjoint: Adjoint | np.ndarray, output: Value, *operands: Value) -> Steps:
    positions = node.parameters["positions"]
    kept = positions >= 0
    sizes = [o.truth.size if isinstance(o, Predicate) else o.size for o in operands]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    if isinstance(adjoint, np.ndarray):
        marks = np.zeros(starts[-1], dtype=bool)
        np.logical_or.at(marks, positions[kept], adjoint[kept])
        pieces = [marks[a:b] for a, b in itertools.pairwise(starts)]
        yield from (lambda p=p, o=o: p.reshape(o.truth.shape) for p, o in zip(pieces, operands, strict=True))
        return
    flow = scatter_add(adjoint, positions, starts[-1])
    for (a, b), o in zip(itertools.pairwise(starts), operands, strict=True):
        data, cut = flow.data[a:b].reshape(o.shape), None if flow.cut is None else flow.cut[a:b].reshape(o.shape)
        yield lambda data=data, cut=cut: Adjoint(data, cut)


def scatter_add(adjoint: Adjoint, positions: np.ndarray, size: int) -> Adjoint:
    """The transpose of a gather: add each element where it came from; what was not read is cut."""
    kept = positions >= 0
    alive = kept if adjoint.cut is None else kept & ~adjoint.cut
    data, cut = balls.full((size,), balls.ZERO), np.ones(size, dtype=bool)
    np.add.at(data, positions[kept], adjoint.data[kept])
    cut[positions[alive]] = False
    return Adjoint(data, cut if cut.any() else None)


def _sum_forward(node: Node, x: np.ndarray) -> np.ndarray:
    total = np.add.reduce(x, axis=node.parameters["axes"], keepdims=True)
    return balls.array(total + balls.ZERO).reshape(node.shape)


def _expanded(node: Node, values: np.ndarray, like: np.ndarray) -> np.ndarray:
    """A reduced array, stretched back over the axes that were reduced."""
    kept = tuple(1 if i in node.parameters["axes"] else n for i, n in enumerate(like.shape))
    return np.broadcast_to(values.reshape(kept), like.shape)


def _sum_backward(node: Node, adjoint: Adjoint, output: np.ndarray, x: np.ndarray) -> Steps:
    cut = None if adjoint.cut is None else _expanded(node, adjoint.cut, x)
    yield lambda: Adjoint(_expanded(node, adjoint.data, x), cut)


def _extreme(elementwise: str, sign: int) -> Operation:
    def forward(node: Node, x: np.ndarray) -> np.ndarray:
        better = np.frompyfunc(lambda a, b: a.max(b) if sign > 0 else a.min(b), 2, 1)
        return balls.array(_reduce(better, x, node.parameters["axes"])).reshape(node.shape)

    def backward(node: Node, adjoint: Adjoint, output: np.ndarray, x: np.ndarray) -> Steps:
        top = _expanded(node, output, x)
        loses = np.asarray(x < top if sign > 0 else x > top, dtype=bool)
        contested = ~loses & (_expanded(node, _reduce(np.add, (~loses).astype(int), node.parameters["axes"]), x) > 1)
        tied = contested & balls.same(x, top)
        slope = balls.choose(tied, balls.NAN, balls.choose(contested, balls.UNIT_INTERVAL, balls.ONE))
        cut = None if adjoint.cut is None else _expanded(node, adjoint.cut, x)
        flow = Adjoint(_expanded(node, adjoint.data, x), cut)
        yield lambda: flow.without(loses).times(slope)

    return Operation(forward, backward)


def _reduce(ufunc: np.ufunc, x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    for axis in sorted(axes, reverse=True):
        x = ufunc.reduce(x, axis=axis)
    return x


def _prod_forward(node: Node, x: np.ndarray) -> np.ndarray:
    return balls.array(np.multiply.reduce(x, axis=-1) * balls.ONE)


def _prod_backward(node: Node, adjoint: Adjoint, output: np.ndarray, x: np.ndarray) -> Steps:
    """Products of all the others, from the left and from the right, so that zeros need no division."""
    ones = balls.full((*x.shape[:-1], 1), balls.ONE)
    left = np.multiply.accumulate(np.concatenate([ones, x[..., :-1]], axis=-1), axis=-1)
    right = np.multiply.accumulate(np.concatenate([ones, x[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    flow = Adjoint(adjoint.data[..., None], None if adjoint.cut is None else adjoint.cut[..., None])
    wide = Adjoint(
        np.broadcast_to(flow.data, x.shape), None if flow.cut is None else np.broadcast_to(flow.cut, x.shape)
    )
    yield lambda: wide.times(left * right)


def _cumsum_backward(node: Node, adjoint: Adjoint, output: np.ndarray, x: np.ndarray) -> Steps:
    from_the_end = lambda ufunc, part: ufunc.accumulate(part[..., ::-1], axis=-1)[..., ::-1]  # noqa: E731 - one line
    cut = None if adjoint.cut is None else from_the_end(np.logical_and, adjoint.cut)
    yield lambda: Adjoint(balls.array(from_the_end(np.add, adjoint.data)), cut)


def _matmul_backward(node: Node, adjoint: Adjoint, output: np.ndarray, a: np.ndarray, b: np.ndarray) -> Steps:
    turned = Adjoint(_turned(adjoint.data), None if adjoint.cut is None else _turned(adjoint.cut))
    yield lambda: Adjoint(_flow_through_product(adjoint, _turned(b))).summed_to(a.shape)
    yield lambda: Adjoint(_turned(_flow_through_product(turned, a))).summed_to(b.shape)


def _turned(matrix: np.ndarray) -> np.ndarray:
    return np.swapaxes(matrix, -1, -2)


def _flow_through_product(adjoint: Adjoint, other: np.ndarray) -> np.ndarray:
    """adjoint @ other, where what was cut adds nothing even beside an infinity."""
    if adjoint.cut is None:
        return balls.array(adjoint.data @ other)
    terms = adjoint.data[..., :, :, None] * other[..., None, :, :]
    terms[np.broadcast_to(adjoint.cut[..., None], terms.shape)] = balls.ZERO
    return balls.array(np.add.reduce(terms, axis=-2))


def _identity_backward(node: Node, adjoint: Adjoint, output: np.ndarray, x: np.ndarray) -> Steps:
    yield lambda: adjoint


def _nothing_backward(node: Node, adjoint: Adjoint, output: Value, *x: Value) -> Steps:
    return iter([None] * len(x))


def _test(name: str) -> Operation:
    return Operation(lambda node, x: predicates.test(name, x), _nothing_backward)


OPERATIONS: dict[str, Operation] = {
    **{name: _elementwise(rule) for name, rule in ELEMENTWISE.items()},
    **{name: _comparison(name) for name in predicates.COMPARISONS},
    **{name: _logic(name) for name in predicates.LOGIC},
    **{name: _test(name) for name in predicates.TESTS},
    "pi": Operation(lambda node: BALLS.pi(), _nothing_backward),
    "where": Operation(_where_forward, _where_backward),
    "gather": Operation(_gather_forward, _gather_backward),
    "sum": Operation(_sum_forward, _sum_backward),
    "max": _extreme("maximum", 1),
    "min": _extreme("minimum", -1),
    "prod_last": Operation(_prod_forward, _prod_backward),
    "cumsum_last": Operation(lambda node, x: balls.array(np.add.accumulate(x, axis=-1)), _cumsum_backward),
    "matmul": Operation(lambda node, a, b: balls.array(a @ b), _matmul_backward),
    "identity": Operation(lambda node, x: x, _identity_backward),
    "stop_gradient": Operation(lambda node, x: x, _nothing_backward),
}
