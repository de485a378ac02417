"""The namespace: every function against NumPy's on the same numbers, every transpose against differences."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.exact import gradient_of, record, value_of
from gradcheck.exact.balls import from_numbers, precision
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import Graph

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(2, 3))
Y = RANDOM.normal(size=(3,))
P = RANDOM.uniform(0.2, 0.8, size=(2, 3))
BATCH_A, BATCH_B = RANDOM.integers(-4, 5, (2, 1, 2, 3)) + 0.0, RANDOM.integers(-4, 5, (4, 3, 2)) + 0.0
floats = np.frompyfunc(lambda ball: float(ball.mid()), 1, 1)

# name -> definition over xp and arrays, the same over NumPy, arguments
STRUCTURE = {
    "reshape": (lambda xp, x: xp.reshape(x, (3, 2)), lambda x: x.reshape(3, 2), (X,)),
    "permute_dims": (lambda xp, x: xp.permute_dims(x, (1, 0)), np.transpose, (X,)),
    "T": (lambda xp, x: x.T, np.transpose, (X,)),
    "expand_dims": (lambda xp, x: xp.expand_dims(x, axis=1), lambda x: np.expand_dims(x, 1), (X,)),
    "squeeze": (lambda xp, x: xp.squeeze(x[:1], axis=0), lambda x: x[0], (X,)),
    "broadcast_to": (lambda xp, x: xp.broadcast_to(x, (2, 2, 3)), lambda x: np.broadcast_to(x, (2, 2, 3)), (X,)),
    "concat": (lambda xp, x, y: xp.concat([x, y[None]], axis=0), lambda x, y: np.vstack([x, y]), (X, Y)),
    "stack": (lambda xp, x, y: xp.stack([x[0], y, x[1]], axis=1), lambda x, y: np.stack([x[0], y, x[1]], 1), (X, Y)),
    "flip": (lambda xp, x: xp.flip(x, axis=1), lambda x: x[:, ::-1], (X,)),
    "take": (lambda xp, x: xp.take(x, np.array([2, 0, 2]), axis=1), lambda x: x[:, [2, 0, 2]], (X,)),
    "repeat": (lambda xp, x: xp.repeat(x, 2, axis=0), lambda x: np.repeat(x, 2, 0), (X,)),
    "slices": (lambda xp, x: x[..., ::-2][1:, None], lambda x: x[..., ::-2][1:, None], (X,)),
    "unpacking": (lambda xp, x: sum(x), lambda x: x[0] + x[1], (X,)),
    "sum": (lambda xp, x: xp.sum(x), np.sum, (X,)),
    "sum axis": (lambda xp, x: xp.sum(x, axis=(0, -1), keepdims=True), lambda x: x.sum(keepdims=True), (X,)),
    "mean": (lambda xp, x: xp.mean(x, axis=0), lambda x: x.mean(0), (X,)),
    "max": (lambda xp, x: xp.max(x, axis=1), lambda x: x.max(1), (X,)),
    "min": (lambda xp, x: xp.min(x, axis=0, keepdims=True), lambda x: x.min(0, keepdims=True), (X,)),
    "prod": (lambda xp, x: xp.prod(x), np.prod, (X,)),
    "prod axis": (lambda xp, x: xp.prod(x, axis=0, keepdims=True), lambda x: x.prod(0, keepdims=True), (X,)),
    "cumulative_sum": (lambda xp, x: xp.cumulative_sum(x, axis=0), lambda x: np.cumsum(x, 0), (X,)),
    "cumulative_sum 1d": (lambda xp, y: xp.cumulative_sum(y), np.cumsum, (Y,)),
    "matmul 2d": (lambda xp, x: x @ x.T, lambda x: x @ x.T, (X,)),
    "matmul 2d 1d": (lambda xp, x, y: x @ y, lambda x, y: x @ y, (X, Y)),
    "matmul 1d 2d": (lambda xp, x, y: y @ x.T, lambda x, y: y @ x.T, (X, Y)),
    "matmul 1d 1d": (lambda xp, y: xp.matmul(y, 2 * y), lambda y: y @ (2 * y), (Y,)),
    "matmul batched": (lambda xp, a, b: xp.matmul(a, b), np.matmul, (BATCH_A, BATCH_B)),
    "matmul array": (lambda xp, x: Y @ x.T + X[0, :2], lambda x: Y @ x.T + X[0, :2], (X,)),
    "where": (lambda xp, x: xp.where(x > 0, x, -2 * x), lambda x: np.where(x > 0, x, -2 * x), (X,)),
    "where number": (lambda xp, x: xp.where(x, 1, 0) + x, lambda x: np.where(x, 1, 0) + x, (X,)),
    "truths as numbers": (lambda xp, x: x * (x > 0) + xp.mean(x < 0), lambda x: x * (x > 0) + np.mean(x < 0), (X,)),
    "truths and numbers": (lambda xp, x: xp.stack([x, x > 0]), lambda x: np.stack([x, x > 0]), (X,)),
    "logic": (
        lambda xp, x: xp.where((x > 0) & ~(x > 1) | xp.logical_xor(x < -1, x < -2), x, 0),
        lambda x: np.where((x > 0) & ~(x > 1) | ((x < -1) ^ (x < -2)), x, 0),
        (X,),
    ),
    "sliced truth": (lambda xp, x: xp.where((x > 0)[:, ::-1], x, 0), lambda x: np.where((x > 0)[:, ::-1], x, 0), (X,)),
    "broadcast": (lambda xp, x, y: x * y + y[:2, None], lambda x, y: x * y + y[:2, None], (X, Y)),
    "reflected": (
        lambda xp, x: 1 - x + 2 / x - 3 * x + 2**x + X - x,
        lambda x: 1 - x + 2 / x - 3 * x + 2**x + X - x,
        (P,),
    ),
    "operators": (lambda xp, x: -x + abs(x) - x**3 + x % 0.3, lambda x: -x + abs(x) - x**3 + x % 0.3, (X,)),
    "pi, likes": (lambda xp, x: xp.pi * xp.ones_like(x) + xp.zeros_like(x), lambda x: np.pi * np.ones_like(x), (X,)),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_the_value_is_numpys(name):
    definition, reference, arrays = STRUCTURE[name]
    value = np.asarray(floats(value_of(definition, arrays)), dtype=float)
    expected = reference(*arrays)
    assert value.shape == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("name", STRUCTURE)
def test_the_transpose_is_the_difference_quotient(name):
    definition, reference, arrays = STRUCTURE[name]
    weights = np.random.default_rng(8).normal(size=np.shape(reference(*arrays)))
    gradient = gradient_of(lambda xp, *x: xp.sum(definition(xp, *x) * weights), arrays)
    for k, array in enumerate(arrays):
        for index in np.ndindex(array.shape):
            assert abs(float(gradient[k][index].mid()) - _slope(reference, weights, arrays, k, index)) < 1e-8


def _slope(reference, weights, arrays, k, index):
    ends = []
    for step in (2.0**-18, -(2.0**-18)):
        moved = [a.copy() for a in arrays]
        moved[k][index] += step
        ends.append(np.sum(reference(*moved) * weights))
    return (ends[0] - ends[1]) / 2.0**-17


ELEMENTWISE_OF_NUMPY = (
    "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "square", "sign", "floor",
    "ceil", "trunc", "log2", "log10", "exp2", "cbrt", "reciprocal", "negative", "sinc", "maximum", "minimum", "hypot",
    "logaddexp", "logaddexp2", "fmod", "remainder", "floor_divide", "heaviside", "copysign",
)  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTWISE_OF_NUMPY)
def test_elementwise_functions_are_numpys(name):
    function = getattr(np, name)
    arrays = (P, P[::-1].copy())[: 1 if name == "sinc" else function.nin]
    value = floats(value_of(lambda xp, *x: getattr(xp, name)(*x), arrays)).astype(float)
    np.testing.assert_allclose(value, function(*arrays), rtol=1e-14)


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_a_product_with_zeros_has_the_products_of_the_others_as_gradient(zeros):
    x = np.array([2.0, -3.0, 5.0, 7.0])
    x[:zeros] = 0
    expected = [np.prod(np.delete(x, i)) for i in range(4)]
    assert [float(b) for b in gradient_of(lambda xp, x: xp.prod(x), [x])[0]] == expected


def test_a_branch_not_taken_sends_no_zero_times_infinity():
    def definition(xp, x):
        safe = xp.where(x > 0, xp.sqrt(x), 0.0) + xp.where(x > 0, xp.cumulative_sum(xp.log(x)), 0.0)
        return safe + xp.where(xp.concat([x[:1] > 0, x[1:] > 9]), xp.sum(xp.log(x[::-1])), 0.0)

    assert [float(b) for b in gradient_of(definition, [np.array([-4.0, -1.0])])[0]] == [0.0, 0.0]


def test_a_branch_not_taken_is_cut_through_a_matrix_product():
    weights = np.array([[1.0, np.inf], [2.0, 3.0]])
    gradient = gradient_of(lambda xp, x: xp.where(np.array([False, True]), weights @ x, 0.0), [np.array([1.0, 1.0])])
    assert [float(b) for b in gradient[0]] == [2.0, 3.0]


def test_stop_gradient_holds_its_operand():
    x = np.array([3.0])
    assert float(gradient_of(lambda xp, x: x * xp.stop_gradient(x * x), [x])[0][0]) == 9.0
    assert float(gradient_of(lambda xp, x: xp.stop_gradient(xp.sqrt(x)) + 0 * x, [x * 0])[0][0]) == 0.0


def test_gather_fills_and_scatter_adds():
    positions = np.array([-1, 0, 2, 0])
    for predicate in (False, True):
        graph = Graph()
        x = graph.add_input((3,))
        source = graph.add("greater", (x, graph.add_constant(np.zeros(3))), (3,), predicate=True) if predicate else x
        picked = graph.add("gather", (source,), (4,), predicate=predicate, positions=positions)
        one, none = graph.add_constant(np.ones(4)), graph.add_constant(np.zeros(4))
        graph.output = graph.add("where", (picked, one, none), (4,)) if predicate else picked
        with precision(128):
            run = forward(graph, [from_numbers(np.array([5.0, 6.0, -7.0]))])
            gradient = backward(run, from_numbers(np.array([1.0, 10.0, 100.0, 1000.0])), [x])[0]
        assert [float(b) for b in run.output] == ([0, 1, 0, 1] if predicate else [0, 5, -7, 5])
        assert [float(b) for b in gradient] == ([0, 0, 0] if predicate else [1010, 0, 100])


ERRORS = {
    "if": (lambda xp, x: x if x[0] > 0 else -x, TypeError, "xp.where"),
    "index": (lambda xp, x: x[x > 0], TypeError, "xp.where"),
    "arity": (lambda xp, x: xp.exp(x, x), TypeError, "takes 1 operands, got 2"),
    "no array": (lambda xp, x: xp.log(2.0), TypeError, "xp.asarray"),
    "returned": (lambda xp, x: (x, x), TypeError, "returned tuple"),
    "length": (lambda xp, x: len(x[0]), TypeError, "no length"),
    "axis": (lambda xp, x: xp.cumulative_sum(x[None]), ValueError, "needs axis="),
    "shapes": (lambda xp, x: x + np.zeros(7), ValueError, "broadcast"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_mistakes_are_named(name):
    definition, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        record(definition, [(3,)])


def test_the_infinities_of_inputs_and_poles_are_exact():
    x = np.array([0.0, np.inf, -np.inf])
    value = value_of(lambda xp, x: xp.exp(x) + xp.tanh(x) + xp.log(xp.abs(x)) + xp.pi, [x])
    assert [float(b) for b in value] == [-np.inf, np.inf, np.inf]
    assert all(b.is_exact() for b in value)
