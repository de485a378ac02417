"""The cause of a failing component: which operation, in which pass, on which line, and why."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb

from gradcheck.dtypes import Format, format_of
from gradcheck.exact import balls
from gradcheck.exact.limits import Limit
from gradcheck.exact.rounding import round_exact
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.fault import farthest_fault
from gradcheck.explain.formula_fault import formula_cause
from gradcheck.explain.found import Found
from gradcheck.explain.rounding_fault import described, rounding_cause
from gradcheck.explain.wording import worded
from gradcheck.finding import Failure
from gradcheck.inputs.domain import to_float64
from gradcheck.judge import judge
from gradcheck.judging import Target
from gradcheck.record import Cause
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import Held, Trace
from gradcheck.verdict import Verdict

PART_OF_THE_ERROR = 4  # the least part of an error that one operation has to bring about by itself


def cause_of(target: Target, failure: Failure, dtype: str) -> Cause | None:
    """Why a component fails, found by a replay at its point; None where a replay does not tell.

    The function runs eagerly first. Where it does not fail like that, a compiler is at fault: that of JAX is watched
    (also in a function that compiles itself), of that of torch nothing is known.
    Raises what the framework raises for a function that cannot run.
    """
    f, eager = format_of(dtype), _replayed(target, failure, dtype, "eager")
    if _fails_alike(eager, failure, f):
        found = explained(eager, failure, f)
        return None if found is None else worded(found, dtype)
    compiled = _replayed(target, failure, dtype, "jit") if target.framework.name == "jax" else None
    if compiled is None or not _fails_alike(compiled, failure, f):
        return None
    found = explained(compiled, failure, f)
    return None if found is None else worded(found, dtype, eager=_answer(eager, failure))


def _replayed(target: Target, failure: Failure, dtype: str, mode: str) -> Trace:
    differentiated = target.truths.differentiated
    name, arrays = target.framework.name, failure.point.arrays
    return replay(name, target.function, arrays, dtype, differentiated, target.gradient, mode=mode)


def explained(trace: Trace, failure: Failure, f: Format) -> Found | None:
    """The operation at fault in a trace of the failure's point."""
    part = answer_of(trace, failure)
    if part is None or part.node is None:
        return None
    run = ExactRun(trace, failure.point.arrays, f, part, failure.index, failure.part.truth.bits)
    fails = failing(failure, f)
    if not _shows(part, failure, fails):
        return None
    exact = run.answer(part, failure.index)
    if fails(exact) and not (exact.is_finite() and _is_lost(failure, exact)):
        return formula_cause(run, part, failure)
    for like in (_same_failure(failure, f), fails):
        if (found := rounding_cause(run, part, failure.index, like, fails)) is not None:
            return found
    fault = farthest_fault(run, part, failure.index)
    return None if fault is None else described(run, fault, part, failure.index, fails)


def _is_lost(failure: Failure, exact: arb) -> bool:
    """Whether the answer is no number, or nothing, where the program itself says something."""
    return not np.isfinite(_actual(failure)) or (failure.verdict is Verdict.SPURIOUS_ZERO and bool(exact != 0))


def _same_failure(failure: Failure, f: Format) -> Callable[[arb], bool]:
    """Whether another answer would fail in the same way: no number, nothing, or else at all."""
    fails = failing(failure, f)
    if not np.isfinite(_actual(failure)):
        # An answer beyond the dtype may be the right one, where the failure is a NaN.
        return lambda answer: (not answer.is_finite() or bool(abs(answer) > f.maximum)) and fails(answer)
    if failure.verdict is Verdict.SPURIOUS_ZERO:
        return lambda answer: round_exact(answer.mid(), f) == 0
    truth = failure.part.truth.lower[failure.index]
    error = abs(_actual(failure) - truth) / PART_OF_THE_ERROR

    # What explains a hundredth of the error is not why the answer is so far off.
    return lambda answer: fails(answer) and not bool(abs(answer - truth) < error)


def _actual(failure: Failure) -> float:
    return float(failure.part.actual[failure.index])


def answer_of(trace: Trace, failure: Failure) -> Held | None:
    """The value, or the gradient that failed."""
    if failure.argument is None:
        return trace.value
    return None if trace.gradient is None else trace.gradient[failure.argument]


def failing(failure: Failure, f: Format) -> Callable[[arb], bool]:
    """Whether the failure's component would fail with another answer."""
    truth, index = failure.part.truth, failure.index
    limit = Limit(truth.kinds[index], truth.lower[index], truth.upper[index])

    def fails(answer: arb) -> bool:
        number = round_exact(answer.mid(), f) if answer.is_finite() or answer.is_exact() else float("nan")
        with balls.precision(truth.bits):
            verdict, _ = judge(number, limit, f, lambda: balls.ZERO)
        return verdict.fails

    return fails


def _fails_alike(trace: Trace, failure: Failure, f: Format) -> bool:
    """Whether a replay fails as the judged run did: a NaN for a NaN, nothing for nothing, a wrong number for one."""
    actual, answer = _actual(failure), _answer(trace, failure)
    if answer is None or not (np.isfinite(actual) and np.isfinite(answer)):
        return answer is not None and bool(np.array_equal(actual, answer, equal_nan=True))
    return failing(failure, f)(arb(answer)) and (actual == 0) == (answer == 0)


def _answer(trace: Trace, failure: Failure) -> float | None:
    """What a replay gives for the failing component, if it has it."""
    part = answer_of(trace, failure)
    return None if part is None else float(to_float64(part.native)[failure.index])


def _shows(part: Held, failure: Failure, fails: Callable[[arb], bool]) -> bool:
    """Whether the replay fails as the judged run did."""
    return fails(balls.from_numbers(np.asarray(part.native, dtype=np.float64))[failure.index])
