"""What the tests of a session found, gathered into one run and held against a baseline."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from gradcheck import baseline_file, frameworks, reports, results_file
from gradcheck.api import Observer, assert_stable, explained
from gradcheck.baseline import Against, Baseline, compare_with
from gradcheck.configuration import Configuration
from gradcheck.environment import environment
from gradcheck.loading import load
from gradcheck.marking import Case
from gradcheck.plain_data import build, plain
from gradcheck.proposal import propose
from gradcheck.record import Results
from gradcheck.report import Finding, Report
from gradcheck.reports import against as words
from gradcheck.scan import framework_of
from gradcheck.verdict import Severity

FILES = ("results.json", "report.html")
REPORT = "--gradcheck-report=DIR"
MOST_SHOWN = 20  # fixed entries


class Session(Observer):
    """Told of every `assert_stable` of a process: what it found is kept until it is handed over.

    `test` is the name of the test that runs, under which a function is reported and recorded in a baseline.
    """

    suite = "pytest"

    def __init__(self, baseline: Path | None) -> None:
        self._baseline = baseline
        self.accepted = baseline_file.load(baseline) if baseline else Baseline()
        self._checked: Counter[str] = Counter()
        self._kept: list[Results] = []
        self.test = ""

    def begin(self, test: str) -> None:
        """What is checked from now on is checked by `test`."""
        self.test, self._checked = test, Counter()

    def name(self, function: str) -> str:
        """The test; a function that it checks again has a number."""
        before = self._checked[function]
        return f"{self.test} #{before + 1}" if before else self.test

    def judged(self, report: Report, fail_on: Severity) -> str | None:
        self._kept.append(report.detailed if report.findings else report.results)
        self._checked.update({s.implementation for s in report.results.subjects})
        if self._baseline is None:
            return None
        return _red(compare_with(report.results, self.accepted, fail_on), self._baseline)

    def hand_over(self) -> list[str]:
        """What was kept, each result as a text that travels between processes."""
        kept, self._kept = self._kept, []
        return [json.dumps(plain(asdict(results))) for results in kept]


def _red(against: Against, file: Path) -> str:
    """Why a test fails against the baseline, in at most 25 lines; empty where it does not."""
    if against.worse or against.new:
        worse = f"worse than in {file.name} ({against.worse[0].why}): " if against.worse else ""
        return worse + explained([Finding(change.finding) for change in (*against.worse, *against.new)])
    if not against.stale:
        return ""
    fixed = [f"  {words.entry(entry)}\n" for entry in against.stale]
    more = f"  and {len(fixed) - MOST_SHOWN} more\n" if len(fixed) > MOST_SHOWN else ""
    following = f"pytest {REPORT}; gradcheck baseline write DIR/{FILES[0]} --file {os.path.relpath(file)}"
    return f"fixed, so remove it from {file.name}:\n{''.join(fixed[:MOST_SHOWN])}{more}  next      {following}\n"


def check_case(case: Case, dtype: str, mode: str) -> None:
    """AssertionError where a function of a test module is not right in a dtype and mode."""
    __tracebackhide__ = True
    assert_stable(case.function, *case.arguments, dtypes=(dtype,), modes=(mode,), **case.options)


def check_configured(configuration: Configuration, target: str, dtype: str, mode: str) -> None:
    """AssertionError where a function of the configuration is not; what is not said of its arguments is proposed."""
    __tracebackhide__ = True
    if (folder := str(configuration.folder)) not in sys.path:
        sys.path.insert(0, folder)
    known, function = configuration.function(target), load(target, configuration.seed)
    framework = known.framework or framework_of(function)
    dtypes, modes = configuration.of(known)
    proposal = propose(function, frameworks.get(framework), dtypes[0], known.wishes, modes[0])
    assert_stable(
        function,
        *proposal.arguments,
        framework=framework,
        dtypes=(dtype,),
        modes=(mode,),
        seed=configuration.seed,
        fail_on=configuration.fail_on.value,
    )


def merged(texts: Iterable[str]) -> Results:
    """One run of what the tests of all processes found, in an order that does not depend on which was first."""
    parts = [build(Results, json.loads(text)) for text in texts]
    subjects = (subject for part in parts for subject in part.subjects)
    settings: dict[str, list[str]] = {}
    for part in parts:
        for key, value in part.settings.items():
            settings.setdefault(key, []).extend(value.split())
    return Results(
        subjects=tuple(sorted(subjects, key=lambda s: (s.specification, s.implementation, s.dtype, s.mode))),
        environment=environment(),
        settings={key: " ".join(sorted(set(values))) for key, values in settings.items()},
        started=min((part.started for part in parts), default=""),
        seconds=sum(part.seconds for part in parts),
    )


def write(results: Results, folder: Path, baseline: Path | None, fail_on: Severity) -> list[Path]:
    """The report of a run. Raises OSError where it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    against = compare_with(results, baseline_file.load(baseline), fail_on) if baseline else None
    paths = [folder / name for name in FILES]
    results_file.save(results, paths[0])
    reports.write(results, paths[1], against)
    return paths
