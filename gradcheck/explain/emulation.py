"""The inside of one step, as its dtype would compute it: a framework's kernel shows what it gives, not how."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact import balls
from gradcheck.exact.operations import OPERATIONS
from gradcheck.exact.predicates import Predicate
from gradcheck.exact.rounding import rounded_array
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import Fails, departs
from gradcheck.explain.found import Number
from gradcheck.explain.graph_walk import interior
from gradcheck.inputs.domain import to_float64
from gradcheck.shadow.trace import Held, Step

# Kernels of the 16-bit dtypes compute in float32 and round their result.
INSIDE = {"float16": FORMATS["float32"], "bfloat16": FORMATS["float32"]}


ALIKE = 0.5  # relative difference of two computations of a number of which rounding may have left little


@dataclass(frozen=True, eq=False)
class Inside:
    """A node inside a step where the emulated numbers depart; `read` are those of its operands at the component."""

    operation: str
    native: float
    exact: arb
    read: tuple[Number, ...]
    node: int


def first_inside(
    run: ExactRun, step: Step, result: Held, part: Held, index: tuple[int, ...], fails: Fails
) -> Inside | None:
    """The first node inside a step whose emulated result makes the answer fail by itself.

    None where none does, or the framework's kernel gave something else than the emulation. One without which the
    step's result would be right goes before one whose fault a later one would hide.
    """
    f = FORMATS[result.native.dtype.name]
    dtype = INSIDE.get(f.name, f)
    nodes = interior(run.trace.graph, step, result)
    emulated = _emulated(run, step, nodes, dtype)
    if not _is_alike(emulated.get(result.node or 0), result, f):
        return None
    found: list[Inside] = []
    for node in nodes:
        values = emulated[node]
        at = None if isinstance(values, Predicate) else _departing(values, run.values(node), dtype, run.bits)
        if at is None or not fails(run.answer(part, index, {node: values})):
            continue
        found.append(_inside(run, node, emulated, at))
        finite = math.isfinite(found[-1].native)
        if finite or result.node == node or _is_needed(run, step, nodes, node, result, dtype):
            break
    return _born(run, nodes, emulated, found[-1], dtype) if found else None


def _born(run: ExactRun, nodes: Sequence[int], emulated: Mapping[int, Any], found: Inside, f: Format) -> Inside:
    """Of what is no number because an operand is none, the first node that has only finite ones."""
    if math.isfinite(found.native) or all(math.isfinite(number.native) for number in found.read):
        return found
    for node in nodes:
        values = emulated[node]
        at = None if isinstance(values, Predicate) else _departing(values, run.values(node), f, run.bits)
        if at is not None and not math.isfinite(_number(values[at])):
            return _inside(run, node, dict(emulated), at)
    return found


def _emulated(run: ExactRun, step: Step, nodes: Sequence[int], f: Format, exactly: int | None = None) -> dict[int, Any]:
    """The numbers of a step's nodes in a dtype; those of the node `exactly` are what they are without rounding."""
    emulated: dict[int, Any] = dict(_read(run, step))
    for node in nodes:
        emulated[node] = run.values(node) if node == exactly else _computed(run, node, emulated, f)
    return emulated


def _is_needed(run: ExactRun, step: Step, nodes: Sequence[int], node: int, result: Held, f: Format) -> bool:
    """Whether the result of the step is another with this node exact: a later one alone may spoil it as well."""
    assert result.node is not None
    spared = _emulated(run, step, nodes, f, exactly=node)[result.node]
    departing = _departing(spared, run.values(result.node), f, run.bits)
    return departing is None or math.isfinite(_number(spared[departing])) != np.isfinite(
        to_float64(result.native)[departing]
    )


def _is_alike(emulated: object, result: Held, f: Format) -> bool:
    """Whether the emulation came to what the kernel gave: else the kernel computes in another way.

    A kernel may make NaN of what the emulation has as an infinity.
    """
    if not isinstance(emulated, np.ndarray):
        return False
    native, own = to_float64(result.native), rounded_array(emulated, f)
    with np.errstate(invalid="ignore"):
        close = np.abs(native - own) <= ALIKE * np.abs(native)
    return bool((close | (native == own) | (np.isnan(native) & ~np.isfinite(own))).all())


def _read(run: ExactRun, step: Step) -> Iterator[tuple[int, object]]:
    for operand in step.operands:
        if operand.node is not None and not isinstance(run.values(operand.node), Predicate):
            yield operand.node, balls.from_numbers(to_float64(operand.native))


def _computed(run: ExactRun, position: int, emulated: dict[int, Any], f: Format) -> Any:
    node = run.trace.graph.nodes[position]
    with balls.precision(run.bits):
        operands = [emulated.get(i, run.values(i)) for i in node.inputs]
        result = OPERATIONS[node.operation].forward(node, *operands)
        if isinstance(result, Predicate):
            return result
        return balls.from_numbers(rounded_array(balls.array(balls.absorbed(result)), f))


def _departing(values: np.ndarray, exact: np.ndarray, f: Format, bits: int) -> tuple[int, ...] | None:
    with balls.precision(bits):
        found = (i for i in np.ndindex(values.shape) if departs(_number(values[i]), exact[i], f))
        return next(found, None)


def _number(ball: arb) -> float:
    return float(ball.mid()) if not ball.is_nan() else float("nan")


def _inside(run: ExactRun, position: int, emulated: dict[int, object], at: tuple[int, ...]) -> Inside:
    node = run.trace.graph.nodes[position]
    pairs = [(emulated.get(i, run.values(i)), run.values(i)) for i in node.inputs]
    read = tuple(
        Number(_number(component(native, at)), component(exact, at))
        for native, exact in pairs
        if isinstance(native, np.ndarray) and isinstance(exact, np.ndarray)
    )
    values = emulated[position]
    assert isinstance(values, np.ndarray)
    return Inside(node.operation, _number(values[at]), run.values(position)[at], read, position)


def component(array: np.ndarray, index: tuple[int, ...]) -> arb:
    """The element that an elementwise operation reads for `index`; of another shape the largest one."""
    if array.ndim <= len(index):
        place = index[len(index) - array.ndim :]
        try:
            return array[tuple(0 if n == 1 else i for i, n in zip(place, array.shape, strict=True))]
        except IndexError:
            pass
    flat = [b for b in array.reshape(-1) if not b.is_nan()]
    return max(flat, key=lambda b: abs(float(b.mid()))) if flat else balls.NAN
