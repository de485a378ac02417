"""The public API: judge one function from Python, and what comes of it."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck import frameworks, record, reports
from gradcheck.dtypes import format_of
from gradcheck.inputs import points as drawing
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.record import Cause, FindingRecord, Results, Subject
from gradcheck.run import environment
from gradcheck.specification import Specification
from gradcheck.subject import Examination, examine, summarise
from gradcheck.verdict import Severity, Verdict


class Finding:
    """Failing verdicts of one cause, at their simplest point.

    `verdict` and `severity` are string enums; `quantity` is "value" or "gradient"; `argument` is the
    position of the differentiated argument, None for a value; `index` the component; `point` a tuple of
    NumPy arrays of the dtype; `expected` the exact answer rounded to the dtype, at a kink the pair of
    its one-sided ends; `actual` a float; `ulps` the error, inf where there is no distance.
    """

    def __init__(self, source: FindingRecord) -> None:
        self.record = source
        self.verdict, self.severity = Verdict(source.verdict), Severity(source.severity)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        return tuple(_array(numbers) for numbers in self.record.point)

    @property
    def expected(self) -> float | tuple[float, float]:
        text = self.record.expected
        if text.startswith("["):
            low, high = (float(end) for end in text.strip("[]").split(","))
            return low, high
        return float(text)

    @property
    def actual(self) -> float:
        return float(self.record.actual)

    @property
    def cause(self) -> Cause | None:
        return self.record.cause

    def snippet(self) -> str:
        """A script that shows the failure with the framework alone."""
        return self.record.snippet

    def __repr__(self) -> str:
        r = self.record
        where = f"gradient of argument {r.argument}" if r.quantity == "gradient" else "value"
        return f"<{r.severity} {r.verdict} in the {where}{list(r.index)}, {r.dtype} {r.mode}: {r.actual} for {r.expected}>"


def _array(numbers: record.Numbers) -> np.ndarray:
    values = np.array([float(v) for v in numbers.values], dtype=np.float64)
    return values.astype(format_of(numbers.dtype).numpy).reshape(numbers.shape)


@dataclass(frozen=True)
class Report:
    """What a check found.

    `ok`: no finding is critical or major. `counts[quantity][verdict]` counts components.
    `undecided` counts components whose truth could not be established.
    """

    results: Results
    findings: tuple[Finding, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [Finding(f) for s in self.results.subjects for f in s.findings]
        object.__setattr__(self, "findings", tuple(sorted(found, key=lambda f: f.severity.rank)))

    @property
    def ok(self) -> bool:
        return not self.at_least(Severity.MAJOR)

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        total: dict[str, Counter] = {"value": Counter(), "gradient": Counter()}
        for subject in self.results.subjects:
            for quantity, verdicts in subject.counts.items():
                total[quantity].update(verdicts)
        return {quantity: dict(verdicts) for quantity, verdicts in total.items()}

    @property
    def undecided(self) -> int:
        return sum(verdicts.get(Verdict.UNDECIDED.value, 0) for verdicts in self.counts.values())

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of a severity or worse."""
        return tuple(f for f in self.findings if f.severity.rank <= severity.rank)

    def save(self, path: str | Path) -> None:
        """Write the results as JSON."""
        record.save(self.results, path)

    def to_html(self, path: str | Path) -> None:
        """Write the HTML stability report."""
        reports.write(self.results, path)

    def __str__(self) -> str:
        return reports.render(self.results, "terminal")
