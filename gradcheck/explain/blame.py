"""Blame: where frameworks, modes or dtypes disagree at the point of a finding, the side that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.dtypes import format_of
from gradcheck.finding import text
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.points import Point
from gradcheck.judging import Target, judge_point, target_of
from gradcheck.record import FindingRecord, Numbers, Side, Subject
from gradcheck.specification import Implementation
from gradcheck.verdict import Severity, Verdict

MOST_ASKED = 4  # findings of one subject, the worst first, about which the others are asked
MODES = ("jit", "compile")  # in which a compiler rewrites the program
COMPILER = "so it is the compiler's rewriting that is at fault"


@dataclass(frozen=True, kw_only=True)
class Party:
    """A function in one framework, dtype and mode, that can be asked what it answers at a point.

    `findings` are its own: what it is known to do wrong need not be asked.
    """

    target: Target
    dtype: str
    mode: str
    findings: tuple[FindingRecord, ...] = ()

    def side(self, actual: str, verdict: Verdict) -> Side:
        return Side(
            framework=self.target.framework.name,
            mode=self.mode,
            dtype=self.dtype,
            actual=actual,
            verdict=verdict.value,
            right=verdict.passes,
        )


def blamed(party: Party, others: Sequence[Party]) -> tuple[FindingRecord, ...]:
    """The findings of a party, with what the others answer at their points where that is something else.

    The critical and major ones are asked about, each of the others at most once for each. The truth is that of the
    other's own function: one that was written for other numbers is held to those.
    """
    asked = [f for f in party.findings if Severity(f.severity) is not Severity.MINOR and f.verdict != "timed_out"]
    return tuple(_blamed(f, party, others) if f in asked[:MOST_ASKED] else f for f in party.findings)


def among(judged: Sequence[tuple[Implementation, Subject]]) -> list[Subject]:
    """The subjects of a specification in one dtype, their findings with what the other modes and frameworks answer.

    The implementations of one name are asked in the same mode, where a definition says for all of them what is right.
    """
    return [
        replace(
            subject,
            findings=blamed(_party(mine, subject), [_party(*o) for o in judged if _is_beside(mine, subject, *o)]),
        )
        if subject.findings
        else subject
        for mine, subject in judged
    ]


def _is_beside(mine: Implementation, subject: Subject, other: Implementation, another: Subject) -> bool:
    if not another.points:
        return False
    if mine is other:
        return subject.mode != another.mode
    shared = mine.name == other.name and mine.specification.is_defined
    return shared and mine.framework != other.framework and subject.mode == another.mode


def _party(implementation: Implementation, subject: Subject) -> Party:
    return Party(target=target_of(implementation), dtype=subject.dtype, mode=subject.mode, findings=subject.findings)


def _blamed(finding: FindingRecord, party: Party, others: Sequence[Party]) -> FindingRecord:
    own = party.side(finding.actual, Verdict(finding.verdict))
    different = [side for other in others if (side := _asked(finding, other)) is not None and _differs(side, own)]
    if not different:
        return finding
    sides = (own, *different)
    return replace(finding, disagreements=sides, blame=sentence(sides, finding.expected))


def _differs(a: Side, b: Side) -> bool:
    return a.right != b.right or a.verdict != b.verdict


def _asked(finding: FindingRecord, other: Party) -> Side | None:
    """What another answers for the component of a finding; None where it fails alike, or has nothing to say."""
    arrays = _exactly(finding.point, other.dtype)
    if arrays is None or any(_alike(finding, own) for own in other.findings):
        return None
    try:
        judged = judge_point(other.target, Point(finding.regime, arrays), other.dtype, other.mode)
    except FrameworkError:
        return None
    named = {
        (quantity, None if k is None else other.target.truths.differentiated[k]): part
        for quantity, k, part in judged.parts()
    }
    part = named.get((finding.quantity, finding.argument))
    if part is None or len(finding.index) != part.actual.ndim:  # a gradient that is not had, another shape
        return None
    verdict = part.verdicts[finding.index]
    if verdict in (Verdict.UNDECIDED, Verdict.UNDEFINED):
        return None
    return other.side(text(part.actual[finding.index], other.dtype), verdict)


def _alike(a: FindingRecord, b: FindingRecord) -> bool:
    return (a.quantity, a.argument, a.index, a.verdict, a.point) == (
        b.quantity,
        b.argument,
        b.index,
        b.verdict,
        b.point,
    )


def _exactly(point: Sequence[Numbers], dtype: str) -> tuple[np.ndarray, ...] | None:
    """The point in a dtype; None where its numbers are none of that."""
    wide = [np.array([float(v) for v in numbers.values]).reshape(numbers.shape) for numbers in point]
    with np.errstate(over="ignore"):
        arrays = tuple(a.astype(format_of(dtype).numpy) for a in wide)
    same = all(np.array_equal(a, b.astype(np.float64), equal_nan=True) for a, b in zip(wide, arrays, strict=True))
    return arrays if same else None


def sentence(sides: Sequence[Side], expected: str) -> str:
    """Who is right and who is wrong, with their answers: "jit is right (89.0), eager is wrong (inf); exactly 89.0"."""
    right, wrong = [s for s in sides if s.right], [s for s in sides if not s.right]
    named = [*_named(right, "right", sides), *_named(wrong, "wrong", sides)]
    exact = "" if right else f"; exactly it is {expected}"
    return ", ".join(named) + exact + (f", {COMPILER}" if _is_compiled(right, wrong) else "")


def _named(some: Sequence[Side], word: str, sides: Sequence[Side]) -> Iterator[str]:
    answers: dict[str, list[str]] = {}
    for side in some:
        answer = "an exception" if side.verdict == Verdict.RAISED else side.actual
        answers.setdefault(answer, []).append(_name(side, sides))
    for answer, names in answers.items():
        yield f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} {word} ({answer})"


def _name(side: Side, sides: Iterable[Side]) -> str:
    """What tells a side from the others: its mode alone, where that is all that differs."""
    facts = [(s.framework, s.dtype, s.mode) for s in sides]
    varies = [len(set(column)) > 1 for column in zip(*facts, strict=True)]
    mine = (side.framework, side.dtype, side.mode)
    return " ".join(fact for fact, differs in zip(mine, varies, strict=True) if differs)


def _is_compiled(right: Sequence[Side], wrong: Sequence[Side]) -> bool:
    """Whether the program is right as it is written, and wrong only as a compiler rewrites it."""
    eager = {(s.framework, s.dtype) for s in right if s.mode == "eager"}
    return bool(wrong) and all(s.mode in MODES and (s.framework, s.dtype) in eager for s in wrong)
