"""Two runs side by side: for each quantity of each function what got better, worse, or stayed as it was.

Where one run has another framework, dtype or mode throughout than the other, that is what they are compared by.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gradcheck.record import FindingRecord, Results, Subject
from gradcheck.verdict import Severity, class_of

# What became of a quantity's worst finding, in the order in which it is shown.
KINDS = ("worse", "new", "better", "gone", "same")
# An error that grew or shrank by less than this factor is the same error.
FACTOR = 2.0
# What a subject is known by; the last three may be what two runs differ in.
NAMES = ("specification", "implementation", "framework", "dtype", "mode")
DIFFERING = ("framework", "dtype", "mode")
NOT_JUDGED = ("failed", "not_run")


@dataclass(frozen=True)
class Move:
    """The worst finding of one quantity of one subject, before and after; at least one of them is there."""

    kind: str  # one of KINDS
    old_subject: Subject
    new_subject: Subject
    old: FindingRecord | None
    new: FindingRecord | None

    @property
    def shown(self) -> FindingRecord:
        """The finding that is there, the later one of two."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def order(self) -> tuple:
        """Sorts the worst movers first: by kind, by how bad it is or was, by how far the error moved."""
        f, s = self.shown, self.new_subject
        growth = math.inf if self.old is None or self.new is None else abs(math.log2(_ratio(self.old, self.new)))
        names = tuple(getattr(s, name) for name in NAMES)
        return KINDS.index(self.kind), class_of(f.severity, f.verdict), -growth, names, f.quantity, _argument(f)


@dataclass(frozen=True)
class Comparison:
    """What two runs have in common, moved; and what only one of them judged."""

    moves: tuple[Move, ...]  # worst movers first
    differing: Mapping[str, tuple[str, str]]  # framework, dtype or mode: what it is in the old run and in the new one
    common: int  # subjects that both judged
    only_old: tuple[Subject, ...]
    only_new: tuple[Subject, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(move.kind for move in self.moves)

    def is_worse(self, fail_on: Severity = Severity.MAJOR) -> bool:
        """Whether anything of that severity is new or worse."""
        mild = [s.value for s in Severity if s.rank > fail_on.rank]
        return any(m.kind in ("worse", "new") and m.shown.severity not in mild for m in self.moves)


def compare(old: Results, new: Results) -> Comparison:
    """Compare two runs. Raises ValueError where they have no subject in common."""
    differing = _differing(old, new)
    before, after = (_judged(results, differing) for results in (old, new))
    common = [key for key in before if key in after]
    if not common:
        raise ValueError(
            f"the two runs judged no function both: {_examples(old)} in the old one, {_examples(new)} in the new one; "
            f"expected the same functions, in another release, framework, dtype or mode"
        )
    moves = (move for key in common for move in _moves(before[key], after[key]))
    return Comparison(
        moves=tuple(sorted(moves, key=lambda m: m.order)),
        differing=differing,
        common=len(common),
        only_old=tuple(s for key, s in before.items() if key not in after),
        only_new=tuple(s for key, s in after.items() if key not in before),
    )


def _differing(old: Results, new: Results) -> dict[str, tuple[str, str]]:
    """What each run has one of throughout, and not the same one."""
    found = {}
    for name in DIFFERING:
        sides = [{getattr(s, name) for s in results.subjects} for results in (old, new)]
        if sides[0] != sides[1] and all(len(side) == 1 for side in sides):
            found[name] = (sides[0].pop(), sides[1].pop())
    return found


def _judged(results: Results, differing: Mapping[str, object]) -> dict[tuple[str, ...], Subject]:
    names = [name for name in NAMES if name not in differing]
    return {tuple(getattr(s, n) for n in names): s for s in results.subjects if s.status not in NOT_JUDGED}


def _examples(results: Results) -> str:
    names = sorted({f"{s.specification}/{s.implementation}" for s in results.subjects if s.status not in NOT_JUDGED})
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") or "nothing"


def _moves(old: Subject, new: Subject) -> Iterator[Move]:
    before, after = _worst(old), _worst(new)
    for quantity in dict.fromkeys((*before, *after)):
        was, now = before.get(quantity), after.get(quantity)
        yield Move(_kind(was, now), old, new, was, now)


def _worst(subject: Subject) -> dict[tuple[str, str], FindingRecord]:
    """The worst finding of each quantity: the value, and the gradient by each argument."""
    worst: dict[tuple[str, str], FindingRecord] = {}
    for finding in sorted(subject.findings, key=_badness):
        worst.setdefault((finding.quantity, _argument(finding)), finding)
    return worst


def _badness(finding: FindingRecord) -> tuple:
    return class_of(finding.severity, finding.verdict), -_error(finding)


def _argument(finding: FindingRecord) -> str:
    return finding.argument_name or ""


def _error(finding: FindingRecord) -> float:
    return math.inf if math.isnan(finding.ulps) else finding.ulps


def _kind(old: FindingRecord | None, new: FindingRecord | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    before, after = (class_of(f.severity, f.verdict) for f in (old, new))
    if before != after:
        return "worse" if after < before else "better"
    ratio = _ratio(old, new)
    return "worse" if ratio > FACTOR else "better" if ratio < 1 / FACTOR else "same"


def _ratio(old: FindingRecord, new: FindingRecord) -> float:
    """How many times larger the error has become; 1 where both are infinite."""
    before, after = _error(old), _error(new)
    if before == after:
        return 1.0
    return after / before if before else math.inf
