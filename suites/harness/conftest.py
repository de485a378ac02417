"""Of the whole session: nothing of the service it runs on, and how many functions shadow truth was tested on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from browser import chromium, look  # noqa: F401  fixtures

# The test that runs what is covered, and the one that runs what is not -> their title.
RUNS = {
    "test_shadow_torch_coverage.py::test_truth_is_what_torch_computes_at_a_typical_point": "torch, covered",
    "test_shadow_torch_coverage.py::test_what_is_not_covered_names_the_operation_that_lacks_a_rule": "torch, no rule",
    "test_shadow_jax_coverage.py::test_the_shadow_agrees_with_autodiff_in_float64": "jax, covered",
    "test_shadow_jax_coverage.py::test_what_is_missing_is_named": "jax, no rule",
}


def pytest_configure(config: pytest.Config) -> None:
    """Wherever the tests run, a command prints what it prints at home."""
    os.environ.pop("GITHUB_ACTIONS", None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`docs/coverage.md` has the whole table."""
    for title in RUNS.values():
        found = {outcome: list(_names(terminalreporter, outcome, title)) for outcome in ("passed", "failed")}
        if any(found.values()):
            names = f": {', '.join(found['passed'])}" if title.endswith("no rule") else ""
            failed = f", {len(found['failed'])} failed" if found["failed"] else ""
            terminalreporter.write_line(f"shadow of {title}: {len(found['passed'])}{failed}{names}")


def _names(terminalreporter: Any, outcome: str, title: str) -> Iterator[str]:
    for report in terminalreporter.stats.get(outcome, ()):
        test, _, name = report.nodeid.partition("[")
        if any(test.endswith(run) for run, its_title in RUNS.items() if its_title == title):
            yield name.removesuffix("]")
