"""An exact graph, run natively: every operation of the table means the same there, and autodiff goes through."""

import numpy as np
import pytest

from gradcheck import frameworks
from gradcheck.exact import gradient_of, record, value_of
from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.namespace import apply
from gradcheck.exact.predicates import COMPARISONS, LOGIC
from gradcheck.explain.native_graph import CannotRun, as_function

OPERANDS = (np.array([0.3, 0.7, 1.4]), np.array([0.6, 0.45, 0.2]), np.array([0.5, 0.25, 0.125]))
FRAMEWORKS = ("torch", "jax", "numpy")


def numbers(balls):
    return np.array([float(b.mid()) for b in balls.reshape(-1)]).reshape(balls.shape)


def native(definition, arrays, framework, dtype="float64"):
    function = as_function(record(definition, [a.shape for a in arrays]), framework)
    return frameworks.get(framework).evaluate(function, arrays, dtype)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_elementwise_operation_means_the_same_or_is_refused(framework):
    refused = set()
    for name, rule in ELEMENTWISE.items():
        arrays = OPERANDS[: len(rule.partials)]
        definition = lambda xp, *x, name=name: apply(name, *x)  # noqa: E731 - one for each
        exact = numbers(value_of(definition, arrays))
        try:
            found = native(definition, arrays, framework)
        except CannotRun:
            refused.add(name)
            continue
        known = np.isfinite(exact) & np.isfinite(found)  # torch's zeta, for one, knows no arguments below 1
        assert known.any() or not np.isfinite(exact).any(), name
        np.testing.assert_allclose(found[known], exact[known], rtol=1e-9, err_msg=name)
    assert not refused & {"exp", "log1p", "expm1", "sigmoid", "power", "absolute", "maximum", "lgamma", "rsqrt"}


STRUCTURAL = {
    "sum of an axis": lambda xp, x, y: xp.sum(x, axis=1, keepdims=True),
    "sum of no axes": lambda xp, x, y: xp.sum(x, axis=()),
    "max": lambda xp, x, y: xp.max(x, axis=0),
    "min": lambda xp, x, y: xp.min(x),
    "prod": lambda xp, x, y: xp.prod(x, axis=0),
    "cumulative sum": lambda xp, x, y: xp.cumulative_sum(x, axis=1),
    "matmul": lambda xp, x, y: xp.matmul(x, y),
    "slices and transposes": lambda xp, x, y: x.T[1:, ::-1] * 2.0,
    "reshape": lambda xp, x, y: xp.reshape(x, (3, 2)),
    "concatenation": lambda xp, x, y: xp.concat([x, y.T], axis=0),
    "broadcasting": lambda xp, x, y: xp.broadcast_to(x[0], (4, 3)),
    "comparison and where": lambda xp, x, y: xp.where(xp.logical_and(x > 0.5, y.T != 0.3), x, -1.0),
    "constants": lambda xp, x, y: x * np.array([1.0, 2.0, 3.0]) + xp.pi * xp.sqrt(xp.asarray(2.0)),
    "identity": lambda xp, x, y: apply("identity", x) + y.T,
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", STRUCTURAL)
def test_structure_means_the_same(framework, name):
    arrays = (np.array([[0.3, 0.75, 1.4], [0.1, 2.0, -0.5]]), np.array([[0.6, 0.45], [0.25, 0.2], [1.5, -3.0]]))
    exact = numbers(value_of(STRUCTURAL[name], arrays))
    np.testing.assert_allclose(native(STRUCTURAL[name], arrays, framework), exact, rtol=1e-12)


@pytest.mark.parametrize("name", [*COMPARISONS, *LOGIC])
def test_truths_mean_the_same(name):
    arrays = (np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0]))
    count = 1 if name == "logical_not" else 2
    definition = lambda xp, *x: xp.where(apply(name, *x[:count]), 1.0, 0.0)  # noqa: E731
    for framework in ("torch", "jax"):
        assert (native(definition, arrays, framework) == numbers(value_of(definition, arrays))).all()


@pytest.mark.parametrize("framework", ["torch", "jax"])
@pytest.mark.parametrize("name", STRUCTURAL)
def test_automatic_differentiation_goes_through(framework, name):
    arrays = (np.array([[0.3, 0.75, 1.4], [0.1, 2.0, -0.5]]), np.array([[0.6, 0.45], [0.25, 0.2], [1.5, -3.0]]))
    definition = lambda xp, x, y: xp.square(STRUCTURAL[name](xp, x, y))  # noqa: E731
    function = as_function(record(definition, [a.shape for a in arrays]), framework)
    _, found = frameworks.get(framework).gradient(function, arrays, None, "float64")
    for partial, exact in zip(found, gradient_of(definition, arrays), strict=True):
        np.testing.assert_allclose(partial, numbers(exact), rtol=1e-12)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_it_computes_in_the_dtype_of_its_inputs(framework, dtype):
    found = native(lambda xp, x: xp.exp(x) * 1e-3 + xp.log(xp.asarray(1e300)), (np.array([2.0]),), framework, dtype)
    assert found.dtype == dtype
    assert abs(float(found[0]) - 690.783) < (1 if dtype == "float16" else 1e-2)
    assert np.isinf(native(lambda xp, x: xp.exp(x), (np.array([89.0]),), framework, dtype)[0])


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_stop_gradient_stops_it(framework):
    function = as_function(record(lambda xp, x: x * xp.stop_gradient(x), [(2,)]), framework)
    _, (found,) = frameworks.get(framework).gradient(function, (np.array([3.0, 5.0]),), None, "float64")
    assert found.tolist() == [3.0, 5.0]


def test_an_operation_that_the_framework_lacks_is_named():
    with pytest.raises(CannotRun, match="torch has no function for the operation 'betaln'"):
        as_function(record(lambda xp, x: xp.betaln(x, x), [(2,)]), "torch")
