"""Every loss, activation, special function and distribution of the table is watched, or its missing operation named."""

from __future__ import annotations

import coverage_jax
import numpy as np
import pytest

from gradcheck.dtypes import format_of
from gradcheck.exact import certify
from gradcheck.frameworks import get
from gradcheck.inputs import points
from gradcheck.shadow import UnsupportedOperation, watch

FLOAT64 = format_of("float64")


def _point(case):
    return points.typical(case.arguments, "float64", seed=0, count=1)[0].arrays


def test_every_public_function_is_listed_once():
    public = {f"{m}.{n}" for m, module in coverage_jax.MODULES.items() for n in dir(module) if not n.startswith("_")}
    cases = {name.partition(",")[0] for name in coverage_jax.CASES}
    tables = [cases, set(coverage_jax.NOT_COVERED), set(coverage_jax.NOT_MATHEMATICS)]
    listed = set.union(*tables)
    assert public - listed == set(), "add it to coverage_jax.py"
    assert {name for name in listed - public if name.partition(".")[0] in coverage_jax.MODULES} == set()
    assert sum(map(len, tables)) == len(listed), "a name is in two tables of coverage_jax.py"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # optax.convex_kl_divergence has a newer name
@pytest.mark.parametrize("name", coverage_jax.CASES)
def test_the_shadow_agrees_with_autodiff_in_float64(name):
    case = coverage_jax.CASES[name]
    arrays = _point(case)
    chosen = [k for k, argument in enumerate(case.arguments) if argument.differentiate]
    truth = certify(watch("jax", case.function, arrays, "float64", chosen), arrays, chosen, FLOAT64)
    value, gradient = get("jax").gradient(case.function, arrays, chosen, "float64", "jit")
    for exact, computed in zip([truth.value, *truth.gradient], [value, *gradient], strict=True):
        scale = np.abs(exact.expected).max()
        np.testing.assert_allclose(computed, exact.expected, rtol=0, atol=case.tolerance * scale)


@pytest.mark.parametrize("name", coverage_jax.NOT_COVERED)
def test_what_is_missing_is_named(name):
    case, operation = coverage_jax.NOT_COVERED[name]
    with pytest.raises(UnsupportedOperation, match=f"the operation jax {operation}"):
        watch("jax", case.function, _point(case), "float64", [0])
