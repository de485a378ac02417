"""Replaying JAX with fixes, and what the exact graph does not follow."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from replaying import line, numbers, steps_of

from gradcheck import frameworks
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import FORWARD

X = np.array([0.7, 1.3, 2.1, 0.2])


def _replay(function, *arrays, dtype="float32", **options):
    return replay("jax", function, arrays, dtype, tuple(range(len(arrays))), **options)


def test_a_fixed_step_goes_on_with_what_it_was_given():
    def function(x):
        return jnp.log(jnp.exp(x))

    broken = _replay(function, np.array([89.0]))
    assert [float(s.results[0].native[0]) for s in steps_of(broken, "log", FORWARD)] == [math.inf]
    (exp,) = (k for k, s in enumerate(broken.steps) if s.operation == "exp")
    mended = _replay(function, np.array([89.0]), fixes={exp: [np.array([1.0e37])]})
    assert float(mended.value.native[0]) == pytest.approx(math.log(1.0e37), rel=1e-6)
    assert float(mended.gradient[0].native[0]) == pytest.approx(1.0, rel=1e-6)
    assert [s.operation for s in mended.steps] == [s.operation for s in broken.steps]


def test_a_step_of_the_backward_pass_is_fixed():
    trace = _replay(jnp.sin, X)
    mended = _replay(jnp.sin, X, fixes={1: [np.full(4, 5.0)]})
    assert trace.steps[1].operation == "cos"
    np.testing.assert_array_equal(mended.gradient[0].native, np.full(4, 5.0))
    np.testing.assert_array_equal(mended.value.native, trace.value.native)


def test_none_leaves_a_result_as_it_is():
    left = _replay(jnp.sin, X, fixes={0: [None]})
    np.testing.assert_array_equal(left.value.native, _replay(jnp.sin, X).value.native)


def test_what_has_no_rule_is_taken_from_the_run_with_a_note():
    def function(x):
        spectrum = jnp.abs(jnp.fft.fft(x))
        return spectrum * 2

    trace = _replay(function, X)
    (transform,) = (s for s in trace.steps if s.operation == "fft" and s.phase == FORWARD)
    assert transform.results[0].node is None
    assert any("fft" in note and line(function, "fft.fft") in note for note in trace.notes)
    np.testing.assert_allclose(trace.value.native, 2 * np.abs(np.fft.fft(X)), rtol=1e-6)
    numbers(trace, [X], "float32")


def test_integers_are_not_followed_and_draws_are_constants():
    def function(x):
        return x[jnp.argmax(x)] + jax.random.normal(jax.random.key(0), x.shape, x.dtype)

    trace = _replay(function, X)
    assert steps_of(trace, "argmax", FORWARD)[0].results[0].node is None
    assert trace.notes == ()
    np.testing.assert_allclose(trace.gradient[0].native, [0, 0, 4, 0])


def test_a_branch_of_python_on_a_value_is_refused():
    with pytest.raises(frameworks.FrameworkError, match="branch of Python"):
        _replay(lambda x: x if x[0] > 0 else -x, X)


def test_subnormals_are_flushed_as_xla_does():
    trace = _replay(lambda x: x * 1e-10, np.array([1e-35]))
    assert trace.value.native[0] == 0


def test_the_state_of_jax_is_put_back():
    _replay(jnp.sin, X, dtype="float64")
    assert not jax.config.jax_enable_x64
