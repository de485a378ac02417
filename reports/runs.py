"""Runs one after the other: each read from its file, and held against the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from gradcheck import results_file
from gradcheck.baseline import Against, Baseline, compare_with
from gradcheck.comparison import Comparison, compare
from gradcheck.record import Results
from gradcheck.reports.against import held
from gradcheck.reports.summary import Summary
from gradcheck.verdict import Severity

RESULTS, REPORT = "results.json", "report.html"
# Whose versions a run is told by; what else was installed is in its own report.
VERSIONS = ("gradcheck", "torch", "jax", "numpy")
ABSENT = "not installed"


@dataclass(frozen=True)
class Run:
    """One run, or why it cannot be read; `report` is the page of it, where there is one."""

    name: str
    results: Results | None = None
    problem: str = ""
    against: Against | None = None
    report: Path | None = None

    @cached_property
    def summary(self) -> Summary:
        assert self.results is not None
        return Summary(self.results, self.against)

    @property
    def versions(self) -> dict[str, str]:
        """Package -> version, of those that are installed."""
        known = self.results.environment if self.results else {}
        return {name: known[name] for name in VERSIONS if known.get(name, ABSENT) != ABSENT}

    @property
    def order(self) -> datetime:
        """When it was started; a run that does not say comes before all others."""
        try:
            started = datetime.fromisoformat(self.results.started if self.results else "")
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)
        return started if started.tzinfo else started.replace(tzinfo=UTC)


def read(path: str | Path, baseline: Baseline | None = None, fail_on: Severity = Severity.MAJOR) -> Run:
    """The run of a folder or a results file, held against a baseline if there is one; never raises for the file."""
    file = Path(path) / RESULTS if Path(path).is_dir() else Path(path)
    try:
        results = results_file.load(file)
    except OSError as error:
        return Run(str(path), problem=f"{file} cannot be read: {error.strerror}")
    except ValueError as error:
        return Run(str(path), problem=str(error))
    against = None if baseline is None else compare_with(results, baseline, fail_on)
    report = file.with_name(REPORT)
    return Run(str(path), _slim(held(results, against)), "", against, report if report.is_file() else None)


def _slim(results: Results) -> Results:
    """Without what only the plots show: that is most of a file."""
    return replace(results, subjects=tuple(replace(s, samples=()) for s in results.subjects))


def in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Those that can be read, the oldest first."""
    return tuple(sorted((run for run in runs if run.results), key=lambda run: run.order))


def since(run: Run, before: Sequence[Run]) -> Comparison | None:
    """What moved since the last of the runs before it that judged the same; None where none did."""
    for earlier in reversed(before):
        assert earlier.results is not None
        assert run.results is not None
        try:
            found = compare(earlier.results, run.results)
        except ValueError:  # nothing in common
            continue
        # The same function in another framework, dtype or mode is no earlier run of it.
        if not found.differing:
            return found
    return None
