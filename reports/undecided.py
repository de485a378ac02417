"""What could not be decided, and why: never a pass, so every report says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradcheck.record import Subject
from gradcheck.verdict import Verdict

NO_REASON = "no truth was established"
_COUNT = "undecided components"  # how the note begins that only counts them


@dataclass(frozen=True)
class Undecided:
    """One reason, with the subjects that it is given for."""

    why: str
    subjects: tuple[Subject, ...]

    @property
    def components(self) -> int:
        return sum(map(components, self.subjects))


def components(subject: Subject) -> int:
    """How many components of a subject are undecided."""
    return sum(counts.get(Verdict.UNDECIDED, 0) for counts in subject.counts.values())


def reason(subject: Subject) -> str:
    """Why, in the words of its notes."""
    return "; ".join(note for note in subject.notes if not note.startswith(_COUNT)) or NO_REASON


def undecided(subjects: Iterable[Subject]) -> tuple[Undecided, ...]:
    """Each reason, the one for most components first."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects:
        if components(subject):
            found.setdefault(reason(subject), []).append(subject)
    return tuple(sorted((Undecided(why, tuple(some)) for why, some in found.items()), key=lambda u: -u.components))
