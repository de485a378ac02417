"""Replaying JAX: every equation of value and gradient, with its exact node, its pass and the user's line."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from replaying import line, numbers, steps_of, ulps

from gradcheck import dtypes, frameworks
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import BACKWARD, FORWARD

FLOAT64 = dtypes.format_of("float64")
X = np.array([0.7, 1.3, 2.1, 0.2])


def _replay(function, *arrays, dtype="float32", **options):
    return replay("jax", function, arrays, dtype, tuple(range(len(arrays))), **options)


def _composite(x):
    y = jnp.exp(x)
    z = jnp.sin(y) * x
    rows = jnp.stack([y, z])
    return jnp.sum(jnp.log1p(rows**2), axis=0) / jnp.sqrt(1.0 + x * x)


def _in_a_scan(x):
    def body(carry, a):
        carry = carry * jnp.tanh(a)
        return carry, jnp.log(a)

    last, logs = lax.scan(body, jnp.ones((), x.dtype), x)
    return last + jnp.sum(logs)


@jax.jit
def _in_a_jit(x):
    y = x * x
    return jnp.sqrt(y)


@jax.custom_vjp
def _by_hand(x):
    return jnp.log(x)


def _by_hand_forward(x):
    slope = 1 / x
    return jnp.log(x), slope


def _by_hand_backward(slope, g):
    twice = g * slope
    return (twice + jnp.sinh(g),)


_by_hand.defvjp(_by_hand_forward, _by_hand_backward)


@jax.custom_jvp
def _by_hand_too(x):
    return jnp.log(x)


@_by_hand_too.defjvp
def _by_hand_too_jvp(primals, tangents):
    slope = jnp.cosh(primals[0])
    return _by_hand_too(*primals), tangents[0] * slope


def _in_a_branch(x):
    def left(x):
        return jnp.log(x)

    def right(x):
        return jnp.sin(x)

    return lax.cond(x[0] > 0, left, right, x)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("function", [_composite, _in_a_scan, _in_a_jit, _in_a_branch, _by_hand, jax.nn.softplus])
def test_every_step_holds_nearly_the_number_of_its_node(function, dtype):
    trace = _replay(function, X, dtype=dtype)
    values = numbers(trace, [X], dtype)
    followed = [h for s in trace.steps for h in s.results if h.native.dtype.kind not in "iub"]
    assert trace.notes == ()
    assert len(followed) > 3
    assert max(ulps(h, values, dtype) for h in (*followed, trace.value, *trace.gradient)) < 60


@pytest.mark.parametrize("function", [_composite, _in_a_scan, _in_a_branch, _by_hand])
def test_value_and_gradient_are_those_that_are_judged(function):
    value, gradient = frameworks.get("jax").gradient(function, [X], (0,), "float64")
    trace = _replay(function, X, dtype="float64")
    np.testing.assert_allclose(trace.value.native, value, rtol=1e-14)
    np.testing.assert_allclose(trace.gradient[0].native, gradient[0], rtol=1e-13)
    assert trace.value.native.dtype == np.float64


def test_results_are_read_by_the_steps_that_follow():
    trace = _replay(lambda x: jnp.sin(jnp.exp(x)), X)
    exp, sin = trace.steps[:2]
    assert (exp.operation, sin.operation) == ("exp", "sin")
    assert sin.operands[0].node == exp.results[0].node
    np.testing.assert_array_equal(sin.operands[0].native, exp.results[0].native)


def test_only_chosen_arguments_are_differentiated():
    trace = replay("jax", lambda x, y: x * y, [X, 2 * X], "float32", (1,))
    assert len(trace.gradient) == 1
    np.testing.assert_array_equal(trace.gradient[0].native, X.astype(np.float32))


# --- passes and lines ------------------------------------------------------------------------------------------


def test_slopes_belong_to_the_backward_pass():
    trace = _replay(lambda x: jnp.sin(x), X)
    assert [(s.operation, s.phase) for s in trace.steps] == [
        ("sin", FORWARD),
        ("cos", BACKWARD),
        ("mul", BACKWARD),
    ]


@pytest.mark.parametrize(
    ("operation", "text"), [("exp", "y = "), ("sin", "z = "), ("log1p", "jnp.sum"), ("sqrt", "sqrt")]
)
def test_forward_steps_have_the_users_line(operation, text):
    (step,) = steps_of(_replay(_composite, X), operation, FORWARD)
    assert step.location == line(_composite, text)
    assert step.forward is None


def test_backward_steps_have_the_line_and_the_number_of_their_forward_step():
    trace = _replay(_composite, X)
    (cos,) = steps_of(trace, "cos", BACKWARD)
    assert cos.location == line(_composite, "z = ")
    assert trace.steps[cos.forward].operation == "sin"


def test_steps_in_a_scan_are_those_of_each_turn():
    trace = _replay(_in_a_scan, X)
    turns = steps_of(trace, "tanh", FORWARD)
    assert len(turns) == len(X)
    assert {s.location for s in turns} == {line(_in_a_scan, "tanh")}
    logs = [s for s in trace.steps if s.operation == "div" and s.location == line(_in_a_scan, "jnp.log")]
    assert [float(s.operands[1].native) for s in logs] == X[::-1].astype(np.float32).tolist()


def test_a_backward_step_of_a_scan_belongs_to_its_own_turn():
    trace = _replay(_in_a_scan, X)
    products = [s for s in trace.steps if s.phase == BACKWARD and s.forward and s.operation == "mul"]
    tanh = [s for s in products if trace.steps[s.forward].operation == "tanh"]
    assert len(tanh) >= len(X)
    assert [trace.steps[s.forward].operands[0].native for s in tanh] == sorted(
        (trace.steps[s.forward].operands[0].native for s in tanh), key=list(X[::-1].astype(np.float32)).index
    )


def test_steps_under_jit_have_the_line_inside():
    trace = _replay(_in_a_jit, X)
    assert steps_of(trace, "sqrt", FORWARD)[0].location == line(_in_a_jit.__wrapped__, "sqrt")
    assert {s.location for s in trace.steps if s.operation == "mul"} >= {line(_in_a_jit.__wrapped__, "x * x")}


def test_the_branch_that_is_taken_is_followed():
    trace = _replay(_in_a_branch, X)
    assert steps_of(trace, "log", FORWARD)[0].location == line(_in_a_branch, "log")
    assert not steps_of(trace, "sin", FORWARD)


@pytest.mark.parametrize("around", [lambda f: f, jax.jit, lambda f: lambda x: lax.map(f, x)], ids=["", "jit", "scan"])
def test_rules_of_custom_vjp_keep_their_lines(around):
    trace = _replay(around(_by_hand), X)
    assert trace.custom
    assert steps_of(trace, "log", FORWARD)[0].location == line(_by_hand_forward, "jnp.log")
    assert steps_of(trace, "div", BACKWARD)[0].location == line(_by_hand_forward, "1 / x")
    assert steps_of(trace, "sinh", BACKWARD)[0].location == line(_by_hand_backward, "sinh")


def test_rules_of_custom_jvp_keep_their_lines():
    trace = _replay(jax.jit(_by_hand_too), X)
    assert trace.custom
    assert steps_of(trace, "cosh", BACKWARD)[0].location == line(_by_hand_too_jvp, "cosh")


def test_a_rule_that_gives_no_cotangent_for_an_argument():
    @jax.custom_vjp
    def scaled(x, y):
        return x * y

    scaled.defvjp(lambda x, y: (x * y, y), lambda y, g: (g * y, None))
    trace = _replay(scaled, X, 2 * X)
    np.testing.assert_array_equal(trace.gradient[0].native, 2 * X.astype(np.float32))
    np.testing.assert_array_equal(trace.gradient[1].native, np.zeros(4))


def test_a_custom_rule_beside_indexing_and_a_branch():
    def function(x):
        return lax.cond(x[0] > 0, lambda x: _by_hand(x[jnp.array([0, 2])]), lambda x: x[:2], x)

    trace = _replay(function, X)
    assert trace.custom
    assert steps_of(trace, "sinh", BACKWARD)[0].location == line(_by_hand_backward, "sinh")


def test_rules_of_jax_itself_are_not_custom():
    assert not _replay(lambda x: jax.nn.relu(x) + jax.nn.softplus(x), X).custom


def test_steps_inside_a_function_of_jax_have_the_line_of_the_call():
    def function(x):
        first = jax.nn.softplus(x)
        return first + jax.nn.softplus(2 * x)

    exp = steps_of(_replay(function, X), "exp", FORWARD)
    assert [s.location for s in exp] == [line(function, "first ="), line(function, "return")]


# --- gradients written by hand ---------------------------------------------------------------------------------


def test_a_gradient_written_by_hand_is_the_backward_pass():
    def gradient(x, y):
        slope = 1 / x
        return slope, jnp.cos(y)

    trace = _replay(lambda x, y: jnp.log(x) + jnp.sin(y), X, X, gradient=gradient)
    assert trace.custom
    assert [s.operation for s in trace.steps if s.phase == BACKWARD] == ["div", "cos"]
    assert steps_of(trace, "div", BACKWARD)[0].location == line(gradient, "1 / x")
    values = numbers(trace, [X, X], "float32")
    assert max(ulps(h, values, "float32") for h in trace.gradient) < 4


def test_a_gradient_of_the_wrong_shape_says_so():
    with pytest.raises(frameworks.WrongResult, match="shape"):
        _replay(jnp.log, X, gradient=lambda x: jnp.sum(x))


def _in_products(x):
    return jnp.prod(jnp.exp(x)) + jnp.cumprod(x)[-1]


def test_a_product_derived_as_a_tree_goes_by_its_name():
    trace = _replay(jax.jit(_in_products), X)
    forward = {s.operation for s in trace.steps if s.phase is FORWARD}
    assert {"reduce_prod", "cumprod"} <= forward
    assert "mul" not in forward
