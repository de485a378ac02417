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
from gradcheck.judge import judge
from gradcheck.judging import Target
from gradcheck.record import Cause
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import Held, Trace
from gradcheck.verdict import Verdict


def cause_of(target: Target, failure: Failure, dtype: str) -> Cause | None:
    """Why a component fails, found by a replay at its point; None where a replay does not tell.

    The function runs eagerly whatever the mode: what only a compiler makes of it is not seen (`Blame` says so).
    Raises what the framework raises for a function that cannot run.
    """
    trace = replay(
        target.framework.name,
        target.function,
        failure.point.arrays,
        dtype,
        target.truths.differentiated,
        target.gradient,
    )
    found = explained(trace, failure, format_of(dtype))
    return None if found is None else worded(found, dtype)


def explained(trace: Trace, failure: Failure, f: Format) -> Found | None:
    """The operation at fault in a trace of the failure's point."""
    part = answer_of(trace, failure)
    if part is None or part.node is None:
        return None
    run, fails = ExactRun(trace, failure.point.arrays, f, part, failure.index), failing(failure, f)
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
    if not np.isfinite(_actual(failure)):
        return lambda answer: not answer.is_finite() or bool(abs(answer) > f.maximum)
    if failure.verdict is Verdict.SPURIOUS_ZERO:
        return lambda answer: round_exact(answer.mid(), f) == 0
    return failing(failure, f)


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


def _shows(part: Held, failure: Failure, fails: Callable[[arb], bool]) -> bool:
    """Whether the replay fails as the judged run did."""
    return fails(balls.from_numbers(np.asarray(part.native, dtype=np.float64))[failure.index])
