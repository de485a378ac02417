"""What the shadow of torch covers: at a typical point its truth is torch's own float64 value and gradient."""

from __future__ import annotations

import warnings
import zlib

import numpy as np
import pytest
import torch
import torch.distributions
import torch.nn.functional as f
from coverage_torch import OTHER, TABLES, TORCH_FAILS, UNSUPPORTED, WITHOUT_DERIVATIVE
from covered import Covered

from gradcheck import dtypes, frameworks
from gradcheck.exact.truth import certify
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.inputs import points
from gradcheck.shadow import UnsupportedOperation, watch

FLOAT64 = dtypes.format_of("float64")
TORCH = frameworks.get("torch")
CALLS = [(table, name) for table, calls in TABLES.items() for name in calls]
COVERED = [call for call in CALLS if call not in UNSUPPORTED and call not in TORCH_FAILS]


def _point(table: str, name: str) -> tuple[Covered, list[np.ndarray]]:
    """The call and its arguments."""
    call = TABLES[table][name]
    return call, list(points.typical(call.arguments, "float64", zlib.crc32(name.encode()), 1)[0].arrays)


@pytest.fixture(autouse=True)
def _warnings_of_torch():
    """Some of the functions warn that they are slow, or new."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize(("table", "name"), COVERED, ids=map(":".join, COVERED))
def test_truth_is_what_torch_computes_at_a_typical_point(table, name):
    call, arrays = _point(table, name)
    _agree(call, arrays, gradient=(table, name) not in WITHOUT_DERIVATIVE)


def _agree(call: Covered, arrays: list[np.ndarray], gradient: bool = True) -> None:
    differentiate = call.differentiated
    truth = certify(watch("torch", call.function, arrays, "float64", differentiate), arrays, differentiate, FLOAT64)
    np.testing.assert_allclose(TORCH.evaluate(call.function, arrays, "float64"), truth.value.expected, 1e-9, 1e-13)
    if not gradient:
        return
    _, partials = TORCH.gradient(call.function, arrays, differentiate, "float64")
    for own, true in zip(partials, truth.gradient, strict=True):
        np.testing.assert_allclose(own, true.expected, 1e-9, 1e-13)


@pytest.mark.parametrize(("table", "name"), TORCH_FAILS, ids=map(":".join, TORCH_FAILS))
def test_where_torch_itself_fails_the_truth_differs(table, name):
    with pytest.raises((AssertionError, FunctionRaised)):
        _agree(*_point(table, name))


@pytest.mark.parametrize(("table", "name"), UNSUPPORTED, ids=map(":".join, UNSUPPORTED))
def test_what_is_not_covered_names_the_operation_that_lacks_a_rule(table, name):
    call, arrays = _point(table, name)
    with pytest.raises(UnsupportedOperation) as caught:
        watch("torch", call.function, arrays, "float64", call.differentiated)
    assert caught.value.operation == UNSUPPORTED[table, name]


def _names(module: object) -> set[str]:
    public = {name for name in dir(module) if name[0].islower() and callable(getattr(module, name))}
    return {name for name in public if not name.endswith("_")}  # in place


def _listed(*tables: str) -> set[str]:
    return {name.partition(" ")[0] for table in tables for name in TABLES[table]}


def test_every_function_of_torch_nn_functional_is_listed():
    listed = _listed("loss", "activation", "normalisation", "distance", "layer")
    missing = _names(f) - listed - OTHER["torch.nn.functional"]
    assert not missing, f"not in coverage_torch.py or suites/libraries/torch_losses.py: {sorted(missing)}"


def test_every_function_of_torch_special_is_listed():
    missing = _names(torch.special) - _listed("special") - OTHER["torch.special"]
    assert not missing, f"not in suites/libraries/torch_special.py: {sorted(missing)}"


def test_every_distribution_is_listed():
    classes = {name for name in torch.distributions.__all__ if name[0].isupper() and not name.endswith("Transform")}
    missing = classes - _listed("distribution") - OTHER["torch.distributions"]
    assert not missing, f"not in suites/libraries/torch_distributions.py: {sorted(missing)}"


def test_the_table_of_what_is_covered(capsys):
    """Printed for a reader of the log: pytest -s."""
    for table, calls in TABLES.items():
        lacking = [f"{name} ({UNSUPPORTED[table, name]})" for name in calls if (table, name) in UNSUPPORTED]
        print(f"{table:14} {len(calls) - len(lacking):3} of {len(calls):3} covered", *lacking)
    assert len(capsys.readouterr().out.splitlines()) == len(TABLES)
