"""One function at one point, explained: every operation, the answer, and why it fails where it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.containment import contained
from gradcheck.dtypes import format_of
from gradcheck.explain.cause import answer_of, explained
from gradcheck.explain.exact_run import ExactRun
from gradcheck.explain.remedy import suggest
from gradcheck.explain.snippet import snippet
from gradcheck.explain.table import UNKNOWN, Row, row_of, rows_of
from gradcheck.explain.wording import worded
from gradcheck.finding import Failure, Shown, expected_text, failures, gather, grouped, simplest, text
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.points import Point
from gradcheck.judged import Judged
from gradcheck.judging import Target, computed, judge_point
from gradcheck.oracle import BadDefinition, NoTruth
from gradcheck.record import Cause, FindingRecord
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import Held, Trace
from gradcheck.verdict import Severity, Verdict

NO_GRADIENT = "only the value: NumPy has no automatic differentiation"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Components of the value or of a gradient with one verdict, by the one that is farthest off."""

    name: str  # "value", "gradient of x"
    verdict: str
    index: tuple[int, ...]
    expected: str
    actual: str
    count: int

    @property
    def fails(self) -> bool:
        return Verdict(self.verdict).fails


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What there is to say about a function at a point.

    `kinds`: number of a row -> the kind of the cause that lies there. `notes`: what could not be had, and why.
    """

    answers: tuple[Answer, ...]
    rows: tuple[Row, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    kinds: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        return any(answer.fails for answer in self.answers)


def explain(target: Target, point: Point, dtype: str) -> Explanation:
    """Judge the target at a point, eagerly, and replay it there.

    Raises what the framework raises for a function that cannot run there (`FrameworkError`). Where nothing says what
    is right, or a replay cannot be had, a note says so.
    """
    with contained():
        judged, answers, notes = _answered(target, point, dtype)
        trace, more = _replayed(target, point, dtype)
        found = [] if judged is None else failures(target, judged, dtype)
        groups = [simplest(members) for members in grouped(found).values()]
        counts = [len(members) for members in grouped(found).values()]
        shown = [
            _explained(target, failure, count, trace, dtype) for failure, count in zip(groups, counts, strict=True)
        ]
        rows = () if trace is None else rows_of(trace, _run(trace, point, dtype, groups))
    findings = tuple(_with_snippet(target, r) for r in gather(shown, target, dtype, "eager"))
    return Explanation(
        answers=answers, rows=rows, findings=findings, kinds=_kinds(findings, rows), notes=(*notes, *more)
    )


def _answered(target: Target, point: Point, dtype: str) -> tuple[Judged | None, tuple[Answer, ...], tuple[str, ...]]:
    """The judgement and what came, or, where nothing says what is right, what came and why it is not judged."""
    try:
        judged = judge_point(target, point, dtype, "eager")
    except (NoTruth, BadDefinition) as why:
        return None, _unjudged(target, point, dtype), (f"nothing says what is right here: {why}",)
    note = "" if judged.provenance is None else judged.provenance.note
    missing = NO_GRADIENT if target.truths.differentiated and not judged.gradient else ""
    return judged, _judged(target, judged, dtype), tuple(filter(None, (note, missing)))


def _judged(target: Target, judged: Judged, dtype: str) -> tuple[Answer, ...]:
    answers = []
    for quantity, argument, part in judged.parts():
        for verdict in sorted(set(part.verdicts.flat), key=list(Verdict).index):
            indices = [tuple(int(k) for k in i) for i in np.argwhere(part.verdicts == verdict)]
            worst = max(indices, key=lambda i: _distance(float(part.ulps[i])))
            answer = Answer(
                name=_name(target, quantity, argument),
                verdict=verdict.value,
                index=worst,
                expected=UNKNOWN if verdict is Verdict.UNDECIDED else expected_text(part, worst, dtype),
                actual=text(float(part.actual[worst]), dtype),
                count=len(indices),
            )
            answers.append(answer)
    return tuple(answers)


def _distance(ulps: float) -> float:
    return 0.0 if np.isnan(ulps) else ulps


def _unjudged(target: Target, point: Point, dtype: str) -> tuple[Answer, ...]:
    value, gradient = computed(target, point, dtype, "eager")
    parts = [("value", None, value), *(("gradient", k, g) for k, g in enumerate(gradient or ()))]
    return tuple(
        Answer(
            name=_name(target, quantity, argument),
            verdict=Verdict.UNDECIDED.value,
            index=(0,) * part.ndim,
            expected=UNKNOWN,
            actual=text(part.flat[0], dtype),
            count=part.size,
        )
        for quantity, argument, part in parts
        if part.size
    )


def _name(target: Target, quantity: str, argument: int | None) -> str:
    if argument is None:
        return quantity
    position = target.truths.differentiated[argument]
    return f"{quantity} of {target.arguments[position].name or f'argument {position}'}"


def _replayed(target: Target, point: Point, dtype: str) -> tuple[Trace | None, tuple[str, ...]]:
    name, positions = target.framework.name, target.truths.differentiated
    try:
        trace = replay(name, target.function, point.arrays, dtype, positions, target.gradient)
    except FrameworkError as why:
        return None, (f"the operations cannot be shown: {why}",)
    return trace, trace.notes


def _run(trace: Trace, point: Point, dtype: str, groups: Sequence[Failure]) -> ExactRun:
    """Precise enough for the component that fails, else for the first of the answer."""
    wanted = [(answer_of(trace, failure), failure.index) for failure in groups]
    wanted += [(part, (0,) * part.native.ndim) for part in (trace.value, *(trace.gradient or ()))]
    inputs = Held(point.arrays[0], trace.graph.inputs[0])
    part, index = next(
        ((part, index) for part, index in wanted if part is not None and part.node is not None and part.native.size),
        (inputs, (0,) * inputs.native.ndim),
    )
    return ExactRun(trace, point.arrays, format_of(dtype), part, index)


def _explained(target: Target, failure: Failure, count: int, trace: Trace | None, dtype: str) -> Shown:
    """A failure with its cause and what to write instead."""
    found = None if trace is None else explained(trace, failure, format_of(dtype))
    cause = None if found is None else worded(found, dtype)
    return Shown(failure, count, cause, _advice(target, failure, cause, dtype))


def _advice(target: Target, failure: Failure, cause: Cause | None, dtype: str) -> str:
    if failure.severity is Severity.MINOR:
        return ""
    named = {} if cause is None else {"location": cause.location, "operation": cause.operation}
    remedy = suggest(target, [failure.point], dtype, "eager", **named)
    return "" if remedy is None else remedy.sentence


def _with_snippet(target: Target, record: FindingRecord) -> FindingRecord:
    positions = target.truths.differentiated
    return replace(record, snippet=snippet(target.function, target.framework.name, record, positions, target.gradient))


def _kinds(findings: Sequence[FindingRecord], rows: tuple[Row, ...]) -> dict[int, str]:
    kinds: dict[int, str] = {}
    for finding in findings:
        row = None if finding.cause is None else row_of(finding.cause, rows)
        if row is not None and finding.cause is not None:
            kinds.setdefault(rows.index(row), finding.cause.kind)
    return kinds
