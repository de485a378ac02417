"""The shadow of NumPy follows the run on duck arrays: ufuncs, functions, views, writes in place, branches.

NumPy's own float64 value and central differences of it are the oracle here: every subject is well conditioned.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck import dtypes, frameworks
from gradcheck.exact.truth import certify
from gradcheck.shadow import UnsupportedOperation, watch

FLOAT64 = dtypes.format_of("float64")
X = np.array([[0.7, -1.3, 2.1, 0.2], [0.4, 1.9, -0.6, 1.1], [-0.8, 0.3, 1.7, -2.2]])
INDICES = np.array([2, 0, 2])


def _written_through_a_view(x):
    result = np.zeros_like(x)
    rows = result[1:]
    rows += x[0]
    rows.T[0] = x[:2, 1] ** 2
    result[result > 1] *= 3.0
    return result


def _read_before_a_write(x):
    y = x * 2
    before = y.copy()
    y[0] = 0.0
    return before * y


def _row_by_row(x):
    total = 0.0
    for row in x:
        total = total + (row @ row if row[0] > 0 else np.exp(row).sum())
    return total


def _added_at(x):
    result = np.zeros_like(x)
    np.add.at(result, INDICES, x**2)
    return result**2


def _out(x):
    result = np.empty_like(x)
    np.exp(x, out=result)
    np.multiply(result, x, out=result)
    return result


def _logsumexp(x):
    top = np.max(x, axis=-1, keepdims=True)
    return np.squeeze(top, -1) + np.log(np.sum(np.exp(x - top), axis=-1))


SUBJECTS = {
    "operators": lambda x: -x + 2.0 * x / 3 - x**2 + 1 / (x + 3) + abs(x) + x % 0.45 + (x @ x.T)[0, 0],
    "ufuncs": lambda x: np.exp(x) + np.log1p(x * x) + np.tanh(x) + np.arctan2(x, 2.0) + np.logaddexp(x, 1) + np.sinc(x),
    "roots": lambda x: np.cbrt(x) + np.sqrt(x * x + 1) + np.hypot(x, 1) + np.square(x) + np.reciprocal(x) + np.sign(x),
    "extremes": lambda x: np.maximum(x, 0.5) + np.fmin(x, 1.0) + np.clip(x, -1, 1) + x.clip(min=0.25),
    "reductions": lambda x: x.sum() + x.mean(0).max() + x.std() + np.var(x, ddof=1) + x.prod() + np.ptp(x) + x.min(),
    "reductions of some": lambda x: (
        np.sum(x, where=x > 0) + np.mean(x, where=x > 0) + np.max(x, where=x < 1, initial=0)
    ),
    "counts": lambda x: (x > 0).sum(axis=0) * x + np.mean(x > 0) * x,
    "running": lambda x: np.cumsum(x, axis=1) + np.maximum.accumulate(x, 1) + np.cumprod(x, 0) + np.cumsum(x).sum(),
    "products": lambda x: np.einsum("ij,kj->ik", x, x) + np.tensordot(x, x, ((1,), (1,))) + np.inner(x, x) + x.dot(x.T),
    "einsum": lambda x: np.einsum("ii->i", x[:, :3]) + np.einsum("...j,...j", x, x) + np.einsum("ij,ij->", x, x),
    "vectors": lambda x: np.dot(x[0], x[1]) + np.vdot(x, x) + np.outer(x[0], x[1]).sum() + np.trace(x[:, :3]),
    "norms": lambda x: (
        np.linalg.norm(x) + np.linalg.norm(x, axis=1) + np.linalg.norm(x, 1, 1) + np.linalg.norm(x, 3, 1)
    ),
    "choices": lambda x: np.where(x > 0, x**2, np.where(x < -1, 3.0, x)) + np.nan_to_num(x) + np.median(x, axis=0),
    "structure": lambda x: np.concatenate([x.T, np.ones((4, 1)) * 2, x.reshape(4, 3)], axis=1) ** 2,
    "more structure": lambda x: (
        np.stack(np.split(np.roll(x, 1, 1), 2, 1)) * np.tile(np.expand_dims(x[:, :2], 0), (2, 1, 1))
    ),
    "padding": lambda x: (
        np.pad(x, 1) ** 2 + np.pad(x, ((1, 1), (1, 1)), mode="reflect") + np.pad(x, 1, constant_values=2)
    ),
    "triangles": lambda x: np.tril(x) * 2 + np.triu(x, 1) ** 2 + np.diag(np.diag(x[:, :3])).sum() + np.diff(x).sum(),
    "indices": lambda x: x[INDICES] ** 2 + x[np.arange(3), np.argmax(x, 1)][:, None] + np.take(x, INDICES, axis=0),
    "masks": lambda x: (
        x[x > 0].sum() + np.sort(x, axis=1) * np.arange(4) + np.take_along_axis(x, np.argsort(x), 1) ** 2
    ),
    "written through a view": _written_through_a_view,
    "read before a write": _read_before_a_write,
    "row by row": _row_by_row,
    "added at": _added_at,
    "out": _out,
    "logsumexp": _logsumexp,
    "outer": lambda x: np.subtract.outer(x[0], x[1]) ** 2 + np.add.reduce(x, axis=0) + np.logical_and.reduce(x > -3),
    "rounding": lambda x: np.floor(x) * x + np.rint(x) * x + np.round(x, 1) + np.trunc(x) * x + np.fmod(x, 0.45),
    "tests": lambda x: (
        np.isfinite(x) * x + x if np.all(np.isfinite(x)) and not np.any(np.isnan(x)) else np.zeros_like(x)
    ),
    "cast": lambda x: (x > 0).astype(x.dtype) * x + x.astype(int) + x.astype(np.float32).astype(np.float64) ** 2,
    "average": lambda x: np.average(x, axis=0, weights=np.array([1.0, 2.0, 3.0])) ** 2,
}


def _truth(function, *arrays, dtype="float64"):
    positions = range(len(arrays))
    return certify(watch("numpy", function, arrays, dtype, positions), arrays, positions, dtypes.format_of(dtype))


def _central_differences(function, x, step=1e-6):
    slopes = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += step
        below[index] -= step
        slopes[index] = (np.sum(function(above)) - np.sum(function(below))) / (2 * step)
    return slopes


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "cast"])
def test_truth_is_what_numpy_computes_at_a_typical_point(name):
    function = SUBJECTS[name]
    truth = _truth(function, X)
    np.testing.assert_allclose(truth.value.expected, function(X), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(truth.gradient[0].expected, _central_differences(function, X), rtol=1e-6, atol=1e-6)


def test_a_cast_between_formats_rounds_nothing():
    gradient = _truth(SUBJECTS["cast"], X).gradient[0].expected
    np.testing.assert_array_equal(gradient, (X > 0) + 2 * X)


def test_functions_of_scipy():
    special = pytest.importorskip("scipy.special")

    def function(x):
        return (
            special.expit(x) + special.erf(x) + special.gammaln(x * x + 1) + special.xlogy(x * x, 2.0) + special.i0e(x)
        )

    truth = _truth(function, X)
    np.testing.assert_allclose(truth.value.expected, function(X), rtol=1e-13)
    np.testing.assert_allclose(truth.gradient[0].expected, _central_differences(function, X), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_python_numbers_take_the_dtype_and_operations_are_not_rounded(dtype):
    x = np.ones(1, dtypes.format_of(dtype).numpy)
    tenth = float(dtypes.format_of(dtype).numpy.type(0.1))
    graph = watch("numpy", lambda x: x * 0.1 + np.log(2 * x) + np.zeros(1, x.dtype), (x,), dtype, (0,))
    truth = certify(graph, (x,), (0,), FLOAT64)
    np.testing.assert_allclose(truth.value.expected, tenth + np.log(2), rtol=1e-15)


def test_the_truth_is_not_that_of_the_floats():
    x = np.array([1e20, 1.0, 1.0], np.float32)
    truth = _truth(lambda x: np.sqrt(np.sum(x * x)), x, dtype="float32")
    assert truth.value.expected == np.float32(1e20)
    np.testing.assert_array_equal(truth.gradient[0].expected, [1, np.float32(1e-20), np.float32(1e-20)])


def _plain_array(x):
    result = np.zeros(3, x.dtype)
    result[0] = x[0, 0]
    return result


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (lambda x: np.asarray(x) * 2, "asarray"),
        (lambda x: math.exp(x[0, 0]) * x, "float"),
        (lambda x: x.item(0) * x, "item"),
        (lambda x: np.abs(np.fft.fft(x)), "fft"),
        (lambda x: x.tobytes(), r"ndarray\.tobytes"),
        (lambda x: np.nextafter(x, 1.0), "nextafter"),
        (lambda x: np.linalg.norm(x, "nuc"), r"linalg\.norm of a matrix"),
        (lambda x: np.frexp(x)[0], r"frexp\.__call__"),
        (_plain_array, "make it with np.zeros_like"),
    ],
)
def test_what_has_no_rule_is_named_with_the_users_line(function, operation):
    with pytest.raises(UnsupportedOperation, match=operation) as caught:
        watch("numpy", function, (X,), "float64", (0,))
    assert caught.value.location.rpartition(":")[0] == __file__


def test_every_node_knows_the_users_line():
    graph = watch("numpy", lambda x: np.mean(np.exp(x)), (X,), "float64", (0,))
    assert {node.location.rpartition(":")[0] for node in graph.nodes[1:]} == {__file__}


def test_the_arguments_are_not_written_to():
    def function(x):
        x[0] = 0.0
        return x

    x = X.copy()
    watch("numpy", function, (x,), "float64", (0,))
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: (x, x), "returned a tuple of 2"),
        (lambda x: np.argmax(x), "int64"),
        (lambda x: x.astype(np.float32), "float32"),
        (lambda x: x + np.ones(7), "raised ValueError"),
    ],
)
def test_what_is_wrong_with_the_function_is_said(function, message):
    with pytest.raises(frameworks.errors.FrameworkError, match=message):
        watch("numpy", function, (X,), "float64", (0,))
