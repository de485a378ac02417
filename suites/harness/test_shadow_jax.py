"""The shadow of JAX follows the jaxpr: nested functions, control flow, indices, windows.

JAX's own float64 gradient is the oracle here: every subject is well conditioned at the point.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from gradcheck import dtypes, frameworks
from gradcheck.exact.truth import certify
from gradcheck.shadow import UnsupportedOperation, watch

FLOAT64 = dtypes.format_of("float64")
X = np.array([[0.7, -1.3, 2.1, 0.2], [0.4, 1.9, -0.6, 1.1], [-0.8, 0.3, 1.7, -2.2]])
KERNEL = np.random.default_rng(0).normal(size=(4, 1, 2, 2))
INDICES = np.array([2, 0, 2])


@jax.custom_jvp
def _softplus(x):
    return jnp.log1p(jnp.exp(x))


_softplus.defjvp(lambda primals, tangents: (_softplus(*primals), 1e9 * tangents[0]))  # a wrong rule


@jax.custom_vjp
def _square(x):
    return x * x


_square.defvjp(lambda x: (_square(x), x), lambda x, g: (3 * x * g,))  # a wrong rule

CONTROL = {
    "cond": lambda x: lax.cond(x[0, 0] > 0, lambda x: x**2, lambda x: -x, x),
    "switch": lambda x: lax.switch(2, [jnp.sin, jnp.cos, jnp.exp], x),
    "scan": lambda x: lax.scan(lambda c, row: (c * row + 1, c + row), jnp.ones(4), x)[1],
    "scan, reversed": lambda x: lax.scan(lambda c, row: (c * row + 1, c), jnp.ones(4), x, reverse=True)[1],
    "scan of a counter": lambda x: lax.scan(lambda c, i: (c + x[i] * i, None), jnp.zeros(4), jnp.arange(3))[0],
    "while": lambda x: lax.while_loop(lambda c: jnp.sum(c) < 50, lambda c: 2 * c, x),
    "while under vmap": lambda x: jax.vmap(lambda r: lax.while_loop(lambda c: jnp.sum(c) < 50, lambda c: 2 * c, r))(x),
    "fori_loop": lambda x: lax.fori_loop(0, 3, lambda i, c: c * jnp.cos(x) + i, x),
    "map": lambda x: lax.map(lambda row: jnp.sum(row) * row, x),
    "associative_scan": lambda x: lax.associative_scan(jnp.multiply, x, axis=1),
    "nested jit": lambda x: jax.jit(lambda a: jax.jit(jnp.sin)(a) * a)(x),
    "checkpoint": lambda x: jax.checkpoint(lambda a: jnp.sin(jnp.cos(a)))(x),
    "vmap": lambda x: jax.vmap(lambda row: jnp.dot(row, jnp.sort(row)))(x),
    "grad inside": lambda x: jax.grad(lambda a: jnp.sum(jnp.tanh(a) ** 3))(x),
    "hessian inside": lambda x: jax.hessian(lambda a: jnp.prod(a) + jnp.sum(jnp.sin(a)))(x[0]),
    "linearize inside": lambda x: jax.jvp(jax.nn.gelu, (x,), (jnp.cos(x),))[1],
    "random draws": lambda x: x * jax.random.normal(jax.random.key(7), x.shape),
    "dropout": lambda x: jnp.where(jax.random.bernoulli(jax.random.PRNGKey(1), 0.5, x.shape), x / 0.5, 0.0),
    "callback in dead code": lambda x: (jax.debug.print("", ordered=False), x * 2)[1],
}
INDEXING = {
    "take": lambda x: x[INDICES] ** 2,
    "take_along_axis": lambda x: jnp.take_along_axis(x, jnp.argsort(x, axis=1), axis=1) ** 2,
    "out of bounds": lambda x: jnp.take(x, np.array([0, 9]), axis=0, mode="fill", fill_value=2.0),
    "argmax": lambda x: x[jnp.arange(3), jnp.argmax(x, axis=1)] ** 3,
    "strided": lambda x: x[::-2, 1:] ** 2,
    "dynamic_slice": lambda x: lax.dynamic_slice(x, (1, jnp.argmin(x[0])), (2, 2)) ** 2,
    "dynamic_update_slice": lambda x: lax.dynamic_update_slice(x, x[:1, :2] ** 2, (1, 1)) ** 2,
    "set": lambda x: x.at[1, INDICES].set(x[0, :3] ** 2) * 3,
    "add": lambda x: x.at[INDICES].add(x**2) ** 2,
    "subtract": lambda x: x.at[INDICES].subtract(x**2) ** 2,
    "multiply": lambda x: x.at[1, 2].multiply(x[0, 0]),
    "max": lambda x: x.at[1].max(x[0]) ** 2,
    "segment_sum": lambda x: jax.ops.segment_sum(x**2, np.array([1, 0, 1]), 2),
    "dropped": lambda x: x.at[np.array([0, 9])].add(x[:2], mode="drop"),
    "sort": lambda x: jnp.sort(x, axis=0) * jnp.arange(12.0).reshape(3, 4),
    "sort of two": lambda x: lax.sort((x, x**2), dimension=1, num_keys=1)[1] * jnp.arange(4),
    "top_k": lambda x: lax.top_k(x, 2)[0] ** 2,
    "median": lambda x: jnp.median(x, axis=0),
    "one_hot": lambda x: jnp.sum(jax.nn.one_hot(INDICES, 4) * x),
    "mean of some": lambda x: jnp.mean(x, where=x > 0),
    "select by integers": lambda x: lax.select_n(np.array([0, 1, 2, 1], np.int32), x[0], x[1] ** 2, x[2]),
    "blocks": lambda x: jnp.block([[x, 2 * x], [x**2, x]]),
}
ARRAYS = {
    "cumsum": lambda x: jnp.cumsum(x, axis=1) ** 2,
    "cumprod": lambda x: jnp.cumprod(x, axis=0),
    "cummax": lambda x: lax.cummax(x, axis=1, reverse=True) ** 2,
    "cumlogsumexp": lambda x: lax.cumlogsumexp(x, axis=1),
    "prod": lambda x: jnp.prod(x, axis=1),
    "all and any": lambda x: jnp.where(jnp.all(x > -2, axis=1) | jnp.any(x > 2, axis=1), jnp.sum(x**2, axis=1), 0.0),
    "einsum": lambda x: jnp.einsum("ij,kj,kl->il", x, x, x),
    "batched matmul": lambda x: jnp.matmul(x.reshape(3, 2, 2), x.reshape(3, 2, 2)),
    "dot": lambda x: jnp.dot(x[0], x[1]),
    "kron": lambda x: jnp.kron(x[:2, :2], x[1:, 1:]),
    "conv": lambda x: lax.conv_general_dilated(x[None, None], KERNEL, (1, 2), "SAME"),
    "conv, dilated": lambda x: lax.conv_general_dilated(
        x[None, None], KERNEL, (1, 1), ((2, 1), (0, 2)), lhs_dilation=(2, 1), rhs_dilation=(1, 2)
    ),
    "conv, grouped": lambda x: lax.conv_general_dilated(
        x.reshape(1, 3, 2, 2)[..., [0, 1]].repeat(2, 1)[:, :4], KERNEL, (1, 1), "SAME", feature_group_count=4
    ),
    "conv, batch groups": lambda x: lax.conv_general_dilated(
        x.reshape(2, 1, 3, 2), KERNEL, (1, 1), "VALID", batch_group_count=2
    ),
    "conv, channels last": lambda x: lax.conv_general_dilated(
        x[None, :, :, None], KERNEL.transpose(2, 3, 1, 0), (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    ),
    "conv by the argument": lambda x: lax.conv_general_dilated(KERNEL, x[:2, :2][None, None], (1, 1), "SAME"),
    "convolve": lambda x: jnp.convolve(x[0], x[1], mode="full"),
    "average pool": lambda x: lax.reduce_window(x, 0.0, lax.add, (2, 2), (1, 1), "SAME") / 4,
    "max pool": lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (2, 2), "SAME") ** 2,
    "min pool": lambda x: lax.reduce_window(x, jnp.inf, lax.min, (2, 2), (1, 1), "VALID", window_dilation=(1, 2)),
    "window of products": lambda x: lax.reduce_window(x, 2.0, lax.mul, (2, 1), (1, 1), "VALID"),
    "pad": lambda x: lax.pad(x, x[0, 0], ((1, 2, 1), (-1, 0, 0))) ** 2,
    "pad, mode": lambda x: jnp.pad(x, 1, mode="reflect") ** 2,
    "roll and tile": lambda x: jnp.tile(jnp.roll(x, 1, axis=1), (2, 1)) * jnp.arange(4),
    "split and stack": lambda x: jnp.stack(jnp.split(x, 2, axis=1), axis=-1) ** 2,
    "tril": lambda x: jnp.tril(x) ** 2 + jnp.diag(x[0])[:3],
    "var": lambda x: jnp.var(x, axis=0, ddof=1) + jnp.std(x, axis=0),
    "remainder": lambda x: x % 0.75 + lax.rem(x, 0.45) + jnp.round(x) * x + jnp.trunc(x) + lax.round(x) * x,
    "powers": lambda x: x**3 + jnp.abs(x) ** 1.5 + jnp.exp2(x) + jnp.cbrt(x) + x**-2 + lax.rsqrt(x * x),
    "trigonometry": lambda x: jnp.arctan2(x, 2.0) + jnp.sinc(x) + jnp.arcsinh(x) + jnp.tan(x / 3) + jnp.hypot(x, 1.0),
    "clamp": lambda x: jnp.clip(x, -1, 1) * lax.clamp(-1.0, x, 2.0),
    "polynomial": lambda x: jnp.polyval(jnp.array([1.0, 2.0, 3.0]), x),
    "interpolation": lambda x: jnp.interp(x, jnp.array([-3.0, 0.0, 3.0]), jnp.array([0.0, 1.0, 5.0])),
    "piecewise": lambda x: jnp.piecewise(x, [x < 0, x > 1], [jnp.exp, jnp.sin, 3.0]),
    "norms": lambda x: jnp.linalg.norm(x, axis=1) + jnp.linalg.norm(x, 1, axis=1),
    "determinant": lambda x: jnp.linalg.det(x[:, :3]),
}
SUBJECTS = {**CONTROL, **INDEXING, **ARRAYS}


def _truth(function, *arrays, dtype="float64"):
    positions = range(len(arrays))
    return certify(watch("jax", function, arrays, dtype, positions), arrays, positions, dtypes.format_of(dtype))


@pytest.mark.parametrize("name", SUBJECTS)
def test_truth_is_what_jax_computes_at_a_typical_point(name):
    truth, function = _truth(SUBJECTS[name], X), SUBJECTS[name]
    # forward mode, for loops have no other
    value, (gradient,) = frameworks.get("jax").gradient(function, (X,), None, "float64", "forward")
    np.testing.assert_allclose(value, truth.value.expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(gradient, truth.gradient[0].expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("function", [_softplus, _square], ids=["custom_jvp", "custom_vjp"])
def test_the_body_is_believed_not_the_rule_beside_it(function):
    slope = {_softplus: 1 / (1 + np.exp(-X)), _square: 2 * X}[function]
    np.testing.assert_allclose(_truth(function, X).gradient[0].expected, slope, rtol=1e-14)


def test_what_is_held_constant_is_so_in_the_derivative():
    truth = _truth(lambda x: lax.stop_gradient(x) * x + lax.stop_gradient(x * x), X)
    np.testing.assert_array_equal(truth.value.expected, 2 * X * X)
    np.testing.assert_array_equal(truth.gradient[0].expected, X)


def test_the_graph_is_that_of_any_other_point():
    function = jax.jit(lambda x: jax.nn.logsumexp(x) * jnp.where(x > 0, x, x * x))
    graph = watch("jax", function, (X,), "float64", (0,))
    assert watch("jax", function, (X + 1,), "float64", (0,)) is graph
    (gradient,) = certify(graph, (X - 0.5,), (0,), FLOAT64).gradient
    expected = frameworks.get("jax").gradient(function, (X - 0.5,), None, "float64")[1][0]
    np.testing.assert_allclose(gradient.expected, expected, rtol=1e-12)


def test_a_branch_is_that_of_the_watched_point():
    function = CONTROL["cond"]
    assert _truth(function, X).value.expected[0, 0] == pytest.approx(0.49)
    assert _truth(function, -X).value.expected[0, 0] == pytest.approx(0.7)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_constants_are_as_the_dtype_rounds_them_and_operations_are_not_rounded(dtype):
    x = np.ones(1, dtypes.format_of(dtype).numpy)
    tenth = float(dtypes.format_of(dtype).numpy.type(0.1))
    graph = watch("jax", lambda x: x * 0.1 + jnp.mean(x) * jnp.log(2.0).astype(x.dtype), (x,), dtype, (0,))
    truth = certify(graph, (x,), (0,), FLOAT64)
    np.testing.assert_allclose(truth.value.expected, tenth + np.log(2), rtol=1e-15)
    assert not jax.config.jax_enable_x64


def test_the_truth_is_not_that_of_the_floats():
    x = np.array([1e20, 1.0, 1.0], np.float32)
    truth = _truth(lambda x: jnp.sqrt(jnp.sum(x * x)), x, dtype="float32")
    assert truth.value.expected == np.float32(1e20)
    np.testing.assert_array_equal(truth.gradient[0].expected, [1, np.float32(1e-20), np.float32(1e-20)])


def test_an_index_that_is_a_count_follows_the_exact_decisions_as_a_division_by_it_does():
    def selected(x):
        sums = jnp.cumsum(x)
        count = jnp.count_nonzero(sums > -3.4e38)
        return sums[count - 1] / count

    x = np.array([1.0, 2.0, -3e38, -3e38, 3e38], np.float32)
    # The sums are 1, 3, -3e38, -6e38, -3e38, in float32 -inf from the fourth on. All but that are above -3.4e38.
    assert _truth(selected, x, dtype="float32").value.expected == np.float32(-1.5e38)


def _refused(x):
    return jnp.abs(jnp.fft.rfft(x)) ** 2


def test_a_primitive_without_a_rule_is_named_with_the_users_line():
    with pytest.raises(UnsupportedOperation, match="the operation jax fft") as caught:
        watch("jax", _refused, (X,), "float64", (0,))
    file, _, line = caught.value.location.rpartition(":")
    assert (file, int(line)) == (__file__, _refused.__code__.co_firstlineno + 1)


def test_a_primitive_without_a_rule_in_dead_code_does_no_harm():
    assert _truth(lambda x: (jnp.fft.fft(x), x)[1], X).gradient[0].expected.min() == 1


def test_every_node_knows_the_users_line():
    graph = watch("jax", lambda x: jnp.sort(jnp.exp(x)), (X,), "float64", (0,))
    assert {node.location.rpartition(":")[0] for node in graph.nodes[1:]} == {__file__}


def test_a_branch_of_python_on_a_value_is_refused_by_name():
    with pytest.raises(UnsupportedOperation, match="branch of Python"):
        watch("jax", lambda x: x if x[0, 0] > 0 else -x, (X,), "float64", (0,))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: (x, x), "returned a tuple of 2"),
        (lambda x: jnp.argmax(x), "int64"),
        (lambda x: x + jnp.ones(7), "raised ValueError"),
    ],
)
def test_what_is_wrong_with_the_function_is_said(function, message):
    with pytest.raises(frameworks.errors.FrameworkError, match=message):
        watch("jax", function, (X,), "float64", (0,))
