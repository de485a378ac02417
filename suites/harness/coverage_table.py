"""docs/coverage.md: what shadow truth covers, from the tables that the coverage tests run entry by entry.

Write it anew with `python suites/harness/coverage_table.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage_jax
import coverage_torch

DOCUMENT = Path(__file__).parents[2] / "docs" / "coverage.md"
HEAD = """# What shadow truth covers

Functions whose value and gradient are judged with neither a reference nor a definition. The tests
`test_shadow_torch_coverage.py` and `test_shadow_jax_coverage.py` run every one listed here, and fail where something
public of these libraries is not listed. A function that uses an operation without a rule is judged by finite
differences, and the report names the operation. Write this page anew with `python suites/harness/coverage_table.py`.
"""


@dataclass(frozen=True)
class Row:
    """A table of functions of one framework: those covered, and (name, missing operation) of the others."""

    title: str
    covered: tuple[str, ...]
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        lacking = ", ".join(f"`{name}`: {operation}" for name, operation in self.missing)
        return f"| {self.title} | {len(self.covered)} of {len(self.covered) + len(self.missing)} | {lacking} |"


def rows() -> Iterator[Row]:
    """Torch's tables, then those of JAX."""
    for table, calls in coverage_torch.TABLES.items():
        lacking = {name: coverage_torch.UNSUPPORTED.get((table, name)) for name in calls}
        missing = tuple((name, operation) for name, operation in lacking.items() if operation)
        yield Row(f"torch: {table}", tuple(name for name in calls if not lacking[name]), missing)
    for module, cases in coverage_jax.TABLES.items():
        yield Row(module, tuple(cases))
    missing = tuple((name, f"`{operation}`") for name, (_, operation) in coverage_jax.NOT_COVERED.items())
    yield Row("jax: without a rule", (), missing)


def render() -> str:
    """The whole page."""
    table = ["| functions | covered | not covered: the operation that has no rule |", "| --- | --- | --- |"]
    parts = [HEAD, "\n".join([*table, *(row.line for row in rows())]), *_sections(), _apart()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _sections() -> Iterator[str]:
    for row in rows():
        if row.covered:
            yield f"## {row.title}\n\n" + ", ".join(f"`{name}`" for name in sorted(row.covered))


def _apart() -> str:
    """What no truth is to be had of, with why."""
    lines = [f"- `{name}`: {why}" for name, why in coverage_jax.NOT_MATHEMATICS.items()]
    for module, names in coverage_torch.OTHER.items():
        if names:
            listed = ", ".join(f"`{name}`" for name in sorted(names))
            lines.append(f"- {module}, helpers, other spellings and random numbers: {listed}")
    for (_, name), why in coverage_torch.TORCH_FAILS.items():
        lines.append(f"- torch `{name}` is covered, but torch's own float64 cannot be compared with: {why}")
    for name, why in coverage_jax.JAX_FAILS.items():
        lines.append(f"- `{name}` is covered, but JAX's own float64 cannot be compared with: {why}")
    return "## Not to be covered, or not to be compared with\n\n" + "\n".join(lines)


if __name__ == "__main__":
    DOCUMENT.write_text(render(), encoding="utf-8")
