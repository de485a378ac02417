"""Every loss, activation, special function and distribution of the table is watched, or its missing operation named."""

from __future__ import annotations

import numpy as np
import pytest
from coverage_jax import JAX_FAILS, MODULES, NOT_COVERED, NOT_MATHEMATICS, TABLES, TOLERANCES

from gradcheck.dtypes import format_of
from gradcheck.exact import certify
from gradcheck.frameworks import get
from gradcheck.inputs import points
from gradcheck.shadow import UnsupportedOperation, watch

FLOAT64 = format_of("float64")


CASES = [(module, name) for module, cases in TABLES.items() for name in cases if f"{module}.{name}" not in JAX_FAILS]


def _point(case):
    return points.typical(case.arguments, "float64", seed=0, count=1)[0].arrays


def test_every_public_function_is_listed_once():
    for module, found in MODULES.items():
        public = {f"{module}.{name}" for name in dir(found) if not name.startswith("_")}
        cases = {f"{module}.{name.partition(' ')[0].partition('.')[0]}" for name in TABLES[module]}
        apart = [{name for name in table if name.startswith(f"{module}.")} for table in (NOT_COVERED, NOT_MATHEMATICS)]
        known = cases.union(*apart)
        assert public - known == set(), "add it to the suite, or to coverage_jax.py"
        assert known - public == set()
        assert len(cases) + sum(map(len, apart)) == len(known), "a name is in two tables"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # optax.convex_kl_divergence has a newer name
@pytest.mark.parametrize(("module", "name"), CASES, ids=map(".".join, CASES))
def test_the_shadow_agrees_with_autodiff_in_float64(module, name):
    case = TABLES[module][name]
    arrays, chosen = _point(case), case.differentiated
    truth = certify(watch("jax", case.function, arrays, "float64", chosen), arrays, chosen, FLOAT64)
    value, gradient = get("jax").gradient(case.function, arrays, chosen, "float64", "jit")
    tolerance = TOLERANCES.get(f"{module}.{name}", 1e-9)
    for exact, computed in zip([truth.value, *truth.gradient], [value, *gradient], strict=True):
        scale = np.abs(exact.expected).max()
        np.testing.assert_allclose(computed, exact.expected, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("name", JAX_FAILS)
def test_where_jax_itself_fails_the_truth_differs(name):
    module, _, function = name.rpartition(".")
    with pytest.raises(AssertionError):
        test_the_shadow_agrees_with_autodiff_in_float64(module, function)


@pytest.mark.parametrize("name", NOT_COVERED)
def test_what_is_missing_is_named(name):
    case, operation = NOT_COVERED[name]
    with pytest.raises(UnsupportedOperation, match=f"the operation jax {operation}"):
        watch("jax", case.function, _point(case), "float64", [0])
