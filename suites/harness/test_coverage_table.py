"""The page of what is covered is what the coverage tests run."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("jax")
pytest.importorskip("optax")

import coverage_jax
import coverage_table
import coverage_torch


def test_the_page_is_current():
    written = coverage_table.DOCUMENT.read_text(encoding="utf-8")
    assert written == coverage_table.render(), "type: python suites/harness/coverage_table.py"


def test_every_entry_is_in_one_row():
    found = list(coverage_table.rows())
    tables = [*coverage_torch.TABLES.values(), *coverage_jax.TABLES.values(), coverage_jax.NOT_COVERED]
    calls = sum(map(len, tables))
    assert sum(len(row.covered) + len(row.missing) for row in found) == calls


def test_what_is_not_covered_names_its_operation():
    page = coverage_table.render()
    for (_, name), operation in coverage_torch.UNSUPPORTED.items():
        assert f"`{name}`: {operation}" in page
    for name, (_, operation) in coverage_jax.NOT_COVERED.items():
        assert f"`{name}`: `{operation}`" in page
