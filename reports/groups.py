"""Findings that a reader takes for one: the same failure of one implementation, wherever it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradcheck import dtypes
from gradcheck.record import FindingRecord, Subject
from gradcheck.reports.summary import Located


@dataclass(frozen=True)
class Group:
    """One failure across frameworks, dtypes and modes; `members` worst first."""

    members: tuple[Located, ...]

    @property
    def subject(self) -> Subject:
        return self.members[0].subject

    @property
    def worst(self) -> FindingRecord:
        return self.members[0].finding

    @property
    def standing(self) -> str:
        return self.members[0].standing

    @property
    def title(self) -> str:
        return f"{self.subject.specification} · {self.subject.implementation}"

    @property
    def components(self) -> int:
        return sum(member.finding.count for member in self.members)

    @property
    def frameworks(self) -> tuple[str, ...]:
        return self._distinct(lambda subject: subject.framework)

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(sorted(self._distinct(lambda subject: subject.dtype), key=_narrow_first))

    @property
    def modes(self) -> tuple[str, ...]:
        return self._distinct(lambda subject: subject.mode)

    @property
    def where(self) -> str:
        """`torch, jax · float16, float32 · eager`."""
        return " · ".join(", ".join(part) for part in (self.frameworks, self.dtypes, self.modes))

    def _distinct(self, fact: Callable[[Subject], str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact(member.subject) for member in self.members))


def _narrow_first(dtype: str) -> int:
    return dtypes.NAMES.index(dtype) if dtype in dtypes.NAMES else len(dtypes.NAMES)


def groups(findings: Iterable[Located]) -> tuple[Group, ...]:
    """Group findings that come worst first; so do the groups."""
    members: dict[tuple[str, ...], list[Located]] = {}
    for located in findings:
        s, f = located.subject, located.finding
        key = (located.standing, s.suite, s.specification, s.implementation, f.quantity, f.verdict)
        members.setdefault(key, []).append(located)
    return tuple(Group(tuple(each)) for each in members.values())
