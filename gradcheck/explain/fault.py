"""Where a replay first goes wrong: the operation whose fault reaches the answer.

An operation is at fault where its native result departs from the exact one, and the answer goes wrong when that
result alone takes the place of the exact one, everything else being exact. What a later `where` throws away is no
fault then, unless its gradient poisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from flint import arb

from gradcheck.dtypes import FORMATS, Format
from gradcheck.exact import balls
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.graph_walk import ADDITIONS, leading_to, producers
from gradcheck.inputs.domain import to_float64
from gradcheck.judge import budget_ulps
from gradcheck.shadow.trace import BACKWARD, FORWARD, Held, Step

MOST_TRIED = 64  # results substituted in search of the one at fault
MOST_COMPONENTS = 4096  # of one result that are looked at


@dataclass(frozen=True, eq=False)
class Fault:
    """A result of a step, and the component of it that is farthest off; `number` is that of the step."""

    number: int
    step: Step
    result: Held
    index: tuple[int, ...]
    native: float
    exact: arb
    departing: tuple[tuple[int, ...], ...] = ()  # the components that are off


Fails = Callable[[arb], bool]


def departs(native: float, exact: arb, f: Format) -> bool:
    """Whether a native number is farther from the exact one than rounding explains, whatever the dtype's range.

    What is not known exactly departs from nothing.
    """
    if exact.is_nan() or not (exact.is_finite() or exact.is_exact()):
        return False
    if np.isnan(native):
        return True
    if not exact.is_finite() or np.isinf(native):
        return not (np.isinf(native) and not exact.is_finite() and (native > 0) == bool(exact > 0))
    return bool(abs(arb(native) - exact) > budget_ulps(f) * f.epsilon * abs(exact))


def format_of(array: np.ndarray) -> Format | None:
    """None for integers and truths."""
    return FORMATS.get(array.dtype.name)


def departures(run: ExactRun, part: Held) -> Iterator[Fault]:
    """Every float result on the way to `part` with a departing component, in the order the program ran.

    The forward pass goes first, where a framework computes slopes along the way.
    """
    leading = leading_to(run.trace.graph, part.node)
    for number, step in sorted(enumerate(run.trace.steps), key=lambda numbered: numbered[1].phase == BACKWARD):
        for result in step.results:
            fault = _departure(run, number, step, result) if result.node in leading else None
            if fault is not None:
                yield fault


def _departure(run: ExactRun, number: int, step: Step, result: Held) -> Fault | None:
    f = format_of(result.native)
    if f is None or result.node is None or not result.native.size:
        return None
    exact, native = run.values(result.node), to_float64(result.native)
    if not isinstance(exact, np.ndarray) or exact.shape != native.shape:
        return None
    with balls.precision(run.bits):
        found = [i for i in _looked_at(native.shape) if departs(float(native[i]), exact[i], f)]
        if not found:
            return None
        worst = max(found, key=lambda i: _distance(float(native[i]), exact[i]))
    return Fault(number, step, result, worst, float(native[worst]), exact[worst], tuple(found))


def _looked_at(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for count, index in enumerate(np.ndindex(shape)):
        if count == MOST_COMPONENTS:
            return
        yield index


def _distance(native: float, exact: arb) -> float:
    """Relative; infinite where one of them is no finite number."""
    if not np.isfinite(native) or not exact.is_finite():
        return np.inf
    return float((abs(arb(native) - exact) / abs(exact)).mid()) if exact != 0 else np.inf


def first_fault(run: ExactRun, part: Held, index: tuple[int, ...], like: Fails, fails: Fails) -> Fault | None:
    """The first departing result that makes the answer fail by itself as it did; None where none does.

    Of one that is no finite number it is enough that the answer fails: in exact arithmetic an infinity divided by
    another is nothing, where the program has a NaN. Where the program has a number, the answer has to be one too.
    """
    before: list[Fault] = []
    is_number = bool(np.isfinite(to_float64(part.native)[index]))
    spoilt: Fails = lambda answer: fails(answer) and (answer.is_finite() or not is_number)  # noqa: E731 - used as one
    for fault in islice(departures(run, part), MOST_TRIED):
        enough = like if np.isfinite(fault.native) else spoilt
        if enough(run.answer(part, index, held(run, fault))):
            return _origin(run, _at_its_component(run, fault, part, index, enough), before)
        before.append(fault)
    return None


def _origin(run: ExactRun, fault: Fault, before: list[Fault]) -> Fault:
    """Of what is no finite number because an operand is none, where exactly it is one, that operand's own origin.

    So of a sum of numbers that all were lost.
    """
    read = {at for operand in fault.step.operands for at in _handed_on(run, operand)}
    for earlier in before:
        alike = _are_no_numbers(fault, earlier) or _adds_nothings(run, fault, earlier)
        if alike and read.intersection(_handed_on(run, earlier.result)):
            return _origin(run, earlier, before[: before.index(earlier)])
    return fault


def _are_no_numbers(fault: Fault, earlier: Fault) -> bool:
    return not np.isfinite(fault.native) and not np.isfinite(earlier.native)


def _adds_nothings(run: ExactRun, fault: Fault, earlier: Fault) -> bool:
    """Whether a sum is zero because what it adds was lost before, each too little to matter by itself."""
    operations = {run.trace.graph.nodes[at].operation for at in _handed_on(run, fault.result)}
    if not (operations <= {*ADDITIONS, "sum"} and fault.native == 0 == earlier.native):
        return False
    shape = fault.result.native.shape
    terms = [to_float64(o.native) for o in fault.step.operands if format_of(o.native) is not None]
    return "sum" in operations or all(np.broadcast_to(x, shape)[fault.index] == 0 for x in terms)


def _handed_on(run: ExactRun, array: Held) -> Iterator[int]:
    """The nodes whose numbers an array holds."""
    if array.node is not None:
        yield from producers(run.trace.graph, array.node)


def _at_its_component(run: ExactRun, fault: Fault, part: Held, index: tuple[int, ...], fails: Fails) -> Fault:
    """The fault at the component that does it, where one does alone."""
    exact, native = run.values(fault.result.node or 0), to_float64(fault.result.native)
    if len(fault.departing) > 1:
        for at in fault.departing[:MOST_TRIED]:
            if fails(run.answer(part, index, held(run, fault, (at,)))):
                return replace(fault, index=at, native=float(native[at]), exact=exact[at])
    return fault


def first_of_infinities(run: ExactRun, part: Held, index: tuple[int, ...], fails: Fails) -> Fault | None:
    """The first of several results that are no finite number, though what they read is, where they fail together.

    Of two infinities a minimum takes either: none of them makes it fail by itself.
    """
    born = [fault for fault in islice(departures(run, part), MOST_TRIED) if _is_born(fault)]
    together = {node: values for fault in born for node, values in held(run, fault).items()}
    return born[0] if len(born) > 1 and fails(run.answer(part, index, together)) else None


def _is_born(fault: Fault) -> bool:
    read = [to_float64(o.native) for o in fault.step.operands if format_of(o.native) is not None]
    return not np.isfinite(fault.native) and all(np.isfinite(numbers).all() for numbers in read)


def farthest_fault(run: ExactRun, part: Held, index: tuple[int, ...]) -> Fault | None:
    """The departing result that moves the answer farthest, where none makes it fail by itself."""
    right = run.answer(part, index)
    farthest, most = None, 0.0
    for fault in islice(departures(run, part), MOST_TRIED):
        answer = run.answer(part, index, held(run, fault))
        moved = float(abs(answer - right).mid()) if answer.is_finite() and right.is_finite() else 0.0
        if moved > most:
            farthest, most = fault, moved
    return farthest


def held(run: ExactRun, fault: Fault, components: tuple[tuple[int, ...], ...] | None = None) -> dict[int, np.ndarray]:
    """The departing components of a result (or some of them) as the framework had them, the others exact."""
    assert fault.result.node is not None
    values = run.values(fault.result.node).copy()
    native = balls.from_numbers(to_float64(fault.result.native))
    for at in fault.departing if components is None else components:
        values[at] = native[at]
    return {fault.result.node: values}


def first_singularity(run: ExactRun, part: Held, index: tuple[int, ...]) -> Fault | None:
    """The first result that is no finite number even exactly, though all it read is, and that spoils the answer.

    With a finite number in its place the answer would be one; where several spoil it, each by itself, the first of
    those. Where the infinities are the function's own input, the first result that is no number at all.
    Where none does by itself, for what it makes is singular again, simply the first.
    """
    phase = FORWARD if part is run.trace.value else BACKWARD
    born: list[Fault] = []
    for is_born in (_from_finite, _from_numbers):
        born = [fault for fault in _singularities(run) if is_born(run, fault)][:MOST_TRIED] or born
        if (found := _spoiling(run, part, index, born)) is not None:
            return found
    return next((fault for fault in born if fault.step.phase == phase), next(iter(born), None))


def _spoiling(run: ExactRun, part: Held, index: tuple[int, ...], found: list[Fault]) -> Fault | None:
    stands_in = [_finite(run, fault) for fault in found]
    for fault, stand_in in zip(found, stands_in, strict=True):
        if run.answer(part, index, stand_in).is_finite():
            return fault
    for k, fault in enumerate(found):
        others = {node: values for j, other in enumerate(stands_in) if j != k for node, values in other.items()}
        if (
            not run.answer(part, index, others).is_finite()
            and run.answer(part, index, others | stands_in[k]).is_finite()
        ):
            return fault
    return None


def _from_finite(run: ExactRun, fault: Fault) -> bool:
    return all(balls.is_finite(values).all() for values in operands_of(run, fault.step))


def _from_numbers(run: ExactRun, fault: Fault) -> bool:
    return fault.exact.is_nan() and not any(balls.is_nan(values).any() for values in operands_of(run, fault.step))


def operands_of(run: ExactRun, step: Step) -> Iterator[np.ndarray]:
    """The exact values of what a step read, truths left out."""
    for operand in step.operands:
        if operand.node is not None:
            values = run.values(operand.node)
            if isinstance(values, np.ndarray):
                yield values


def _singularities(run: ExactRun) -> Iterator[Fault]:
    """Every result with a component that is no finite number; one that is no number at all before an infinite one."""
    for number, step in enumerate(run.trace.steps):
        for result in step.results:
            if result.node is None or format_of(result.native) is None:
                continue
            exact = run.values(result.node)
            if not isinstance(exact, np.ndarray) or exact.shape != result.native.shape:
                continue
            off = sorted(np.argwhere(~balls.is_finite(exact)).tolist(), key=lambda i: not exact[tuple(i)].is_nan())
            if off:
                index = tuple(off[0])
                yield Fault(number, step, result, index, float(to_float64(result.native)[index]), exact[index])


def _finite(run: ExactRun, fault: Fault) -> dict[int, np.ndarray]:
    """The result with a finite number wherever it has none."""
    assert fault.result.node is not None
    values = run.values(fault.result.node)
    return {fault.result.node: balls.choose(balls.is_finite(values), values, balls.ONE)}
