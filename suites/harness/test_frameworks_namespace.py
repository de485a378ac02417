"""The array namespace has the same names, keywords and numbers in NumPy, PyTorch, JAX and the exact engine."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from gradcheck import exact, frameworks
from gradcheck.frameworks import namespace

EVERY = frameworks.NAMES
POINTS = {
    "positive": [1e-8, 0.3, 1.0, 1.7, 9.5],
    "off the zeros of lgamma": [1e-8, 0.3, 4.5, 40.0],
    "real": [-7.5, -1.0, -1e-8, 0.0, 0.4, 2.5],
}
DOMAINS = {"log": "positive", "sqrt": "positive", "lgamma": "off the zeros of lgamma"}
ORACLES = {
    "abs": abs,
    "square": lambda x: x * x,
    "log1p": lambda x: mpmath.log(1 + x),
    "lgamma": mpmath.loggamma,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "erfc": mpmath.erfc,
}
# the libraries' own error, largest where each is weakest: in ulps of the result
ULPS = {"lgamma": 8, "erfc": 8, "tan": 4}


def run(framework, formula, *arrays, dtype="float64"):
    chosen = frameworks.get(framework)
    return chosen.evaluate(lambda *inputs: formula(chosen.namespace(), *inputs), arrays, dtype)


def ulps(actual, expected):
    return abs(float(mpmath.mpf(float(actual)) - expected)) / np.spacing(max(abs(float(expected)), 5e-324))


@pytest.mark.parametrize("framework", EVERY)
def test_the_names_are_those_listed_and_no_more(framework):
    xp = frameworks.get(framework).namespace()
    assert set(vars(xp)) == set(namespace.NAMES)
    with pytest.raises(AttributeError, match="the array namespace xp has no 'softmax'; it offers pi, exp"):
        xp.softmax  # noqa: B018


def test_every_name_is_known_to_the_exact_engine():
    seen = {}
    exact.value_of(lambda xp, x: seen.setdefault("xp", xp) and x, [np.ones(1)])
    assert [name for name in namespace.NAMES if not hasattr(seen["xp"], name)] == []


@pytest.mark.parametrize("framework", EVERY)
@pytest.mark.parametrize("name", namespace.ELEMENTWISE)
def test_elementwise_functions_are_right_to_a_few_ulps(framework, name):
    points = [x for x in POINTS[DOMAINS.get(name, "real")] if name != "log1p" or x > -1]
    oracle = ORACLES.get(name) or getattr(mpmath, name)
    actual = run(framework, lambda xp, x: getattr(xp, name)(x), np.array(points))
    with mpmath.workprec(300):
        errors = {x: ulps(a, oracle(mpmath.mpf(x))) for x, a in zip(points, actual, strict=True)}
    assert max(errors.values()) <= ULPS.get(name, 2), errors


@pytest.mark.parametrize("name", namespace.ELEMENTWISE)
def test_an_elementwise_function_of_a_python_number_is_a_python_number(name):
    oracle = ORACLES.get(name) or getattr(mpmath, name)
    for framework in EVERY:
        value = getattr(frameworks.get(framework).namespace(), name)(0.7)
        assert isinstance(value, float)
        assert value == pytest.approx(float(oracle(0.7)), rel=4e-16)


MATRIX = np.array([[1.0, -2.0, 4.0], [8.0, 0.5, -1.0]])
FORMULAS = {
    "sum": (lambda xp, x: xp.sum(x), MATRIX.sum()),
    "sum, axis": (lambda xp, x: xp.sum(x, axis=1), MATRIX.sum(1)),
    "sum, by position": (lambda xp, x: xp.sum(x, 0, True), MATRIX.sum(0, keepdims=True)),
    "sum, two axes": (lambda xp, x: xp.sum(x, axis=(0, 1), keepdims=True), MATRIX.sum(keepdims=True)),
    "mean": (lambda xp, x: xp.mean(x, axis=0), MATRIX.mean(0)),
    "max": (lambda xp, x: xp.max(x, axis=-1, keepdims=True), [[4], [8]]),
    "max of all": (lambda xp, x: xp.max(x), 8),
    "min": (lambda xp, x: xp.min(x, axis=0), [1, -2, -1]),
    "prod": (lambda xp, x: xp.prod(x, axis=1), [-8, -4]),
    "pow": (lambda xp, x: xp.pow(x, 2), MATRIX**2),
    "pow of a number": (lambda xp, x: xp.pow(2.0, x), 2.0**MATRIX),
    "maximum": (lambda xp, x: xp.maximum(x, 0.0), np.maximum(MATRIX, 0)),
    "minimum": (lambda xp, x: xp.minimum(x, -x), -abs(MATRIX)),
    "where": (lambda xp, x: xp.where(x > 0, x, 0.0), np.maximum(MATRIX, 0)),
    "where, number first": (lambda xp, x: xp.where(x > 0, 0.0, x), np.minimum(MATRIX, 0)),
    "matmul": (lambda xp, x: xp.matmul(x, xp.permute_dims(x, (1, 0))), MATRIX @ MATRIX.T),
    "@": (lambda xp, x: x @ x[0], MATRIX @ MATRIX[0]),
    "reshape": (lambda xp, x: xp.reshape(x, (3, 2)), MATRIX.reshape(3, 2)),
    "expand_dims": (lambda xp, x: xp.expand_dims(x, axis=1), MATRIX[:, None]),
    "squeeze": (lambda xp, x: xp.squeeze(x[:, :1], 1), MATRIX[:, 0]),
    "broadcast_to": (lambda xp, x: xp.broadcast_to(x, (2, 2, 3)), np.stack([MATRIX, MATRIX])),
    "concat": (lambda xp, x: xp.concat([x, x], axis=1), np.hstack([MATRIX, MATRIX])),
    "concat, by default": (lambda xp, x: xp.concat([x, x]), np.vstack([MATRIX, MATRIX])),
    "stack": (lambda xp, x: xp.stack([x, x], axis=-1), np.stack([MATRIX, MATRIX], -1)),
    "flip": (lambda xp, x: xp.flip(x, axis=1), MATRIX[:, ::-1]),
    "flip of all": (lambda xp, x: xp.flip(x), MATRIX[::-1, ::-1]),
    "zeros_like": (lambda xp, x: xp.zeros_like(x) + 1, np.ones((2, 3))),
    "ones_like": (lambda xp, x: xp.ones_like(x), np.ones((2, 3))),
    "logical": (
        lambda xp, x: xp.where(xp.logical_or(xp.logical_and(x > 0, x < 2), xp.logical_not(x > -2)), x, 0.0),
        [[1, -2, 0], [0, 0.5, 0]],
    ),
    "stop_gradient": (lambda xp, x: xp.stop_gradient(x), MATRIX),
    "operators": (
        lambda xp, x: -(x[0, ...] ** 2) / 4 + 1 - x[1, None, :][0] * 2,
        -(MATRIX[0] ** 2) / 4 + 1 - MATRIX[1] * 2,
    ),
    "constant": (lambda xp, x: x * 0 + xp.log(2 * xp.pi), np.full((2, 3), math.log(2 * math.pi))),
}


@pytest.mark.parametrize("framework", EVERY)
@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_give_the_same_numbers(framework, name):
    formula, expected = FORMULAS[name]
    actual = run(framework, formula, MATRIX)
    assert actual.shape == np.shape(expected)
    assert np.array_equal(actual, expected)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("framework", EVERY)
def test_every_function_keeps_the_dtype(framework, dtype):
    for formula, expected in FORMULAS.values():
        assert run(framework, formula, MATRIX, dtype=dtype).shape == np.shape(expected)  # else WrongResult
    for name in namespace.ELEMENTWISE:
        points = POINTS[DOMAINS.get(name, "real")]
        run(framework, lambda xp, x, name=name: 0.5 * getattr(xp, name)(x) ** 2.0, np.array(points), dtype=dtype)


@pytest.mark.parametrize("framework", EVERY)
def test_where_of_two_numbers_has_no_dtype_and_says_so(framework):
    with pytest.raises(frameworks.FunctionRaised, match=r"write xp.where\(condition, xp.ones_like\(x\), 0.0\)"):
        run(framework, lambda xp, x: x * xp.where(x > 0, 1.0, 0.0), MATRIX)


@pytest.mark.parametrize("framework", ["torch", "jax"])
@pytest.mark.parametrize("mode", ["eager", "forward"])
def test_stop_gradient_holds_its_operand_constant(framework, mode):
    chosen = frameworks.get(framework)
    xp = chosen.namespace()
    _, (gradient,) = chosen.gradient(lambda x: x * xp.stop_gradient(x), [np.array([3.0])], (0,), "float64", mode)
    assert gradient.tolist() == [3]


# x -> erf, erfc, lgamma
EXTREMES = {
    np.nan: (np.nan, np.nan, np.nan),
    np.inf: (1, 0, np.inf),
    -np.inf: (-1, 2, np.inf),
    -1.0: (-math.erf(1), 1 + math.erf(1), np.inf),
    0.0: (0, 1, np.inf),
    1e308: (1, 0, np.inf),
}


@pytest.mark.parametrize("x", EXTREMES)
def test_functions_that_numpy_lacks_take_every_number(x):
    for name, expected in zip(("erf", "erfc", "lgamma"), EXTREMES[x], strict=True):
        actual = run("numpy", lambda xp, x, name=name: getattr(xp, name)(x), x)
        assert np.array_equal(actual, expected, equal_nan=True), name
