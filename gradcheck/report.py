"""What a check gives back: findings with numbers in them, counts, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gradcheck import reports, results_file
from gradcheck.dtypes import format_of
from gradcheck.record import Cause, FindingRecord, Numbers, Results, Side
from gradcheck.reports.explanation import explanation
from gradcheck.verdict import Severity, Verdict


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """Failing verdicts of one cause, at their simplest point.

    `record` holds it as the results file does, numbers as text, with more beside: `enclosure`, `count`, ...
    """

    record: FindingRecord

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.record.verdict)

    @property
    def severity(self) -> Severity:
        return Severity(self.record.severity)

    @property
    def quantity(self) -> str:
        """ "value" or "gradient"."""
        return self.record.quantity

    @property
    def argument(self) -> int | None:
        """Position of the argument whose gradient it is; None for a value."""
        return self.record.argument

    @property
    def index(self) -> tuple[int, ...]:
        """The component of the value or of the gradient."""
        return self.record.index

    @property
    def dtype(self) -> str:
        return self.record.dtype

    @property
    def mode(self) -> str:
        return self.record.mode

    @property
    def regime(self) -> str:
        """Of the point; "given" for one of the caller's."""
        return self.record.regime

    @property
    def oracle(self) -> str:
        """Where the truth came from: "definition", "shadow", ..."""
        return self.record.oracle

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        """The input: an array of the dtype for each argument."""
        return tuple(_array(numbers) for numbers in self.record.point)

    @property
    def expected(self) -> float | tuple[float, float]:
        """The exact answer rounded to the dtype; at a kink the pair of its one-sided ends; nan if not known."""
        text = self.record.expected
        if text.startswith("["):
            low, high = (float(end) for end in text.strip("[]").split(","))
            return low, high
        return float(text)

    @property
    def actual(self) -> float:
        """What the function answered; nan where it gave no answer."""
        return float(self.record.actual)

    @property
    def ulps(self) -> float:
        """The error in ulps of the dtype around the exact answer; inf where there is no distance."""
        return self.record.ulps

    @property
    def cause(self) -> Cause | None:
        """Where it went wrong, if that was found out."""
        return self.record.cause

    @property
    def disagreements(self) -> tuple[Side, ...]:
        """What other modes, dtypes or frameworks answer at the point where it is something else; its own side first."""
        return self.record.disagreements

    def snippet(self) -> str:
        """A script that shows the failure with the framework alone; empty where there is none."""
        return self.record.snippet

    def __repr__(self) -> str:
        r = self.record
        return f"<{r.severity} {r.verdict} in {self.where}, {r.dtype} {r.mode}: {r.actual} for {r.expected}>"

    @property
    def where(self) -> str:
        """The quantity and component in words."""
        quantity = f"the gradient by {self.record.argument_name}" if self.quantity == "gradient" else "the value"
        return f"{quantity}, component {list(self.index)}" if self.index else quantity

    def explanation(self) -> str:
        """What was expected, what came and for which input, why, and what to do: at most 25 lines of 120 columns."""
        return explanation(self.record, self.where)


def _array(numbers: Numbers) -> np.ndarray:
    values = np.array([float(v) for v in numbers.values], dtype=np.float64)
    return values.astype(format_of(numbers.dtype).numpy).reshape(numbers.shape)


@dataclass(frozen=True)
class Report:
    """What a check found. `print(report)` gives a summary."""

    results: Results
    _look_into: Callable[[Results], Results] = lambda results: results

    @cached_property
    def detailed(self) -> Results:
        """The results, the worst findings with what only a report shows: it takes as long again to make."""
        return self._look_into(self.results)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Worst first."""
        found = [Finding(f) for s in self.results.subjects for f in s.findings]
        return tuple(sorted(found, key=lambda f: f.severity.rank))

    @property
    def ok(self) -> bool:
        """No critical or major finding, nothing broken off by an error, and a truth for some component at least."""
        decided = sum(sum(verdicts.values()) for verdicts in self.counts.values()) > self.undecided
        return decided and not self.errors and not self.at_least(Severity.MAJOR)

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Components by quantity and verdict, `counts["gradient"]["accurate"]`; only verdicts that occur."""
        total: dict[str, Counter[str]] = {"value": Counter(), "gradient": Counter()}
        for subject in self.results.subjects:
            for quantity, verdicts in subject.counts.items():
                total[quantity].update(verdicts)
        return {quantity: dict(verdicts) for quantity, verdicts in total.items()}

    @property
    def undecided(self) -> int:
        """Components whose truth could not be established; `notes` says why."""
        return sum(verdicts.get(Verdict.UNDECIDED, 0) for verdicts in self.counts.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to know: what was left out and why, how non-finite inputs were met."""
        return tuple(dict.fromkeys(note for s in self.results.subjects for note in s.notes))

    @property
    def errors(self) -> tuple[str, ...]:
        """Why a dtype or mode was broken off before its last point."""
        return tuple(s.error for s in self.results.subjects if s.error)

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of a severity or worse."""
        return tuple(f for f in self.findings if f.severity.rank <= severity.rank)

    def save(self, path: str | Path) -> None:
        """Write the results as JSON. Raises OSError where the file cannot be written."""
        results_file.save(self.detailed, path)

    def to_html(self, path: str | Path) -> None:
        """Write the HTML stability report, whatever the suffix. Raises OSError where the file cannot be written."""
        Path(path).write_text(reports.render(self.detailed, "html"), encoding="utf-8")

    def __str__(self) -> str:
        return reports.render(self.results, "terminal")
