"""The findings of a page, numbered: which are shown in full, and where each of them is."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.reports import groups
from gradcheck.reports.summary import Located, Summary

# Findings shown in full, the worst of each group before others; the rest come packed, and every one has its row in the
# table. Keeps the page small and quick to open.
DETAILED = 90
STANDINGS = ("new", "expected", "minor")


@dataclass(frozen=True)
class Card:
    """One finding on the page; `first` is the number of the worst of its group, whose card stands for all of them."""

    number: int
    located: Located
    group: groups.Group
    first: int
    is_full: bool

    @property
    def anchor(self) -> str:
        """The finding's own place: its card, or its row in the table where it has none."""
        return f"finding-{self.number}"

    @property
    def told_at(self) -> str:
        """Where to read about it."""
        return self.anchor if self.is_full else f"finding-{self.first}"

    @property
    def leads(self) -> bool:
        """Whether it is the worst of its group."""
        return self.number == self.first


def cards(counted: Summary) -> tuple[Card, ...]:
    """New findings first, then expected, then minor ones; each worst first."""
    ordered = [located for name in STANDINGS for located in counted.standing(name)]
    number = {id(located.finding): i for i, located in enumerate(ordered, start=1)}
    found = [group for name in STANDINGS for group in groups.groups(counted.standing(name))]
    by_number = {number[id(m.finding)]: (group, m) for group in found for m in group.members}
    looked_into = [i for i, located in enumerate(ordered, start=1) if located.finding.profile]
    full = _full(looked_into, [[number[id(m.finding)] for m in group.members] for group in found])
    return tuple(
        Card(i, member, group, number[id(group.worst)], i in full) for i, (group, member) in sorted(by_number.items())
    )


def _full(looked_into: list[int], members: list[list[int]]) -> set[int]:
    """What the run has drawn and replayed, then the worst of each group before the others of any."""
    chosen = dict.fromkeys(looked_into + [each[0] for each in members] + [n for each in members for n in each[1:]])
    return set(list(chosen)[:DETAILED])
