"""The operations of a function at the point of a finding, as a report shows them: what departs, and where it began."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.containment import contained
from gradcheck.dtypes import format_of
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.table import Row, row_of, rows_of
from gradcheck.finding import array_of
from gradcheck.judging import Target
from gradcheck.record import Cause, FindingRecord, Operation
from gradcheck.shadow.replay import replay

MOST = 30  # lines
BESIDE = 2  # lines before and after the guilty one, whatever else is left out
DEPARTS = "departs"
# The modes whose programs can be replayed; of others the eager one is.
REPLAYED = {"jax": ("eager", "jit")}


def operations_of(target: Target, finding: FindingRecord) -> tuple[Operation, ...]:
    """At most `MOST` results of the run, each beside its exact number, the guilty one among them.

    Nothing where the cause is not known, or a replay does not show it. Raises nothing.
    """
    if finding.cause is None:
        return ()
    for mode in REPLAYED.get(target.framework.name, ("eager",)):
        try:
            with contained(mode):
                rows = _rows(target, finding, mode)
        except Exception:  # a function may do whatever it likes when it is run again
            return ()
        guilty = row_of(finding.cause, rows)
        if guilty is not None and _is_it(guilty, finding.cause):
            return _shown(rows, rows.index(guilty), finding.cause)
    return ()


def _rows(target: Target, finding: FindingRecord, mode: str) -> tuple[Row, ...]:
    arrays, positions = tuple(map(array_of, finding.point)), target.truths.differentiated
    trace = replay(target.framework.name, target.function, arrays, finding.dtype, positions, target.gradient, mode=mode)
    answers = (trace.value,) if finding.argument is None else trace.gradient or (trace.value,)
    part = answers[0 if finding.argument is None else positions.index(finding.argument)]
    return rows_of(trace, ExactRun(trace, arrays, format_of(finding.dtype), part, finding.index))


def _is_it(row: Row, cause: Cause) -> bool:
    result = next((o.native for o in cause.operands if o.name == "result"), None)
    return row.departs or row.native == result


def _shown(rows: Sequence[Row], guilty: int, cause: Cause) -> tuple[Operation, ...]:
    """The guilty row with those beside it, the first and the last; then what departs, then the rest, in their order."""
    near = range(max(guilty - BESIDE, 0), min(guilty + BESIDE + 1, len(rows)))
    departing = (k for k, row in enumerate(rows) if row.departs)
    wanted = dict.fromkeys([guilty, *near, 0, len(rows) - 1, *departing, *range(len(rows))])
    kept = sorted(list(wanted)[:MOST])
    marks = {k: DEPARTS for k in kept if rows[k].departs} | {guilty: cause.kind}
    return tuple(
        _operation(rows[k], marks.get(k, ""), k - before - 1) for before, k in zip([-1, *kept], kept, strict=False)
    )


def _operation(row: Row, mark: str, left_out: int) -> Operation:
    index = "" if row.index is None else f"[{', '.join(map(str, row.index))}]"
    return Operation(
        step=row.step,
        phase=row.phase,
        name=f"{row.operation} of {row.of}" if row.of else row.operation,
        index=index,
        location=row.location,
        native=row.native,
        exact=row.exact,
        error=row.error,
        mark=mark,
        left_out=left_out,
    )
