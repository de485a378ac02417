"""Replaying NumPy: every operation on watched arrays, with its exact node, and a gradient written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from replaying import line, numbers, steps_of, ulps

from gradcheck import dtypes, frameworks
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import BACKWARD, FORWARD

X = np.array([0.7, 1.3, 2.1, 0.2])


def _replay(function, *arrays, dtype="float64", **options):
    return replay("numpy", function, arrays, dtype, tuple(range(len(arrays))), **options)


def _composite(x):
    y = np.exp(x)
    z = np.sin(y) * x
    rows = np.stack([y, z])
    total = np.sum(np.log1p(rows**2), axis=0)
    return total / np.sqrt(1.0 + x * x) + np.mean(x)


def _written(x):
    out = np.zeros_like(x)
    out[1:] = x[:-1] * 2
    out += x
    np.multiply(out, x, out=out)
    np.add.at(out, [0, 0], x[:2])
    return np.where(out > 1, out, 1.0)


def _log_of_exp(x):
    return np.log(np.exp(x))


def _its_gradient(x):
    y = np.exp(x)
    return y / np.exp(x)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("function", [_composite, _written, _log_of_exp])
def test_every_step_holds_nearly_the_number_of_its_node(function, dtype):
    trace = _replay(function, X, dtype=dtype, gradient=_its_gradient)
    values = numbers(trace, [X], dtype)
    followed = [h for s in trace.steps for h in s.results if h.native.dtype.kind not in "iub"]
    assert trace.notes == ()
    assert len(followed) > 3
    assert max(ulps(h, values, dtype) for h in (*followed, trace.value, *trace.gradient)) < 60


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("function", [_composite, _written, _log_of_exp, lambda x: np.mean(x) + np.var(x)])
def test_value_and_gradient_are_those_that_are_judged(function, dtype):
    value, gradient = frameworks.get("numpy").gradient(function, [X], (0,), dtype, gradient=_its_gradient)
    trace = _replay(function, X, dtype=dtype, gradient=_its_gradient)
    assert trace.value.native.dtype == value.dtype
    np.testing.assert_array_equal(trace.value.native, value)
    np.testing.assert_array_equal(trace.gradient[0].native, gradient[0])


def test_results_are_read_by_the_steps_that_follow():
    exp, log = _replay(_log_of_exp, X).steps
    assert (exp.operation, log.operation) == ("exp", "log")
    assert log.operands[0].node == exp.results[0].node
    np.testing.assert_array_equal(log.operands[0].native, exp.results[0].native)


@pytest.mark.parametrize(("operation", "text"), [("exp", "y ="), ("sin", "z ="), ("log1p", "log1p"), ("sqrt", "sqrt")])
def test_steps_have_the_users_line(operation, text):
    (step,) = steps_of(_replay(_composite, X), operation, FORWARD)
    assert (step.phase, step.location) == (FORWARD, line(_composite, text))


def test_a_function_made_of_others_is_noted_as_those():
    trace = _replay(lambda x: np.linalg.norm(x), X)
    assert [s.operation for s in trace.steps] == ["absolute", "multiply", "sum", "sqrt"]


def test_a_step_in_place_keeps_what_it_read():
    (added,) = steps_of(_replay(_written, X), "add", FORWARD)
    assert added.operands[0].native[0] == 0
    assert added.results[0].native[0] == X[0]


def test_without_a_gradient_there_is_no_backward_pass():
    trace = _replay(_composite, X)
    assert trace.gradient is None
    assert not trace.custom
    assert all(s.phase == FORWARD for s in trace.steps)


def test_a_gradient_written_by_hand_is_the_backward_pass():
    trace = _replay(_log_of_exp, X, gradient=_its_gradient)
    assert trace.custom
    backward = [s for s in trace.steps if s.phase == BACKWARD]
    assert [s.operation for s in backward] == ["exp", "exp", "divide"]
    assert backward[2].location == line(_its_gradient, "return")


def test_value_and_gradient_share_the_inputs_of_the_graph():
    trace = _replay(lambda x, y: x * y, X, X + 1, gradient=lambda x, y: (y * 1.0, x * 1.0))
    assert len(trace.graph.inputs) == 2
    values = numbers(trace, [X, X + 1], "float64")
    assert max(ulps(h, values, "float64") for h in trace.gradient) == 0


def test_a_gradient_of_the_wrong_shape_says_so():
    with pytest.raises(frameworks.WrongResult, match="shape"):
        _replay(_log_of_exp, X, gradient=lambda x: np.sum(x))


# --- fixes -----------------------------------------------------------------------------------------------------


def test_a_fixed_step_goes_on_with_what_it_was_given():
    at = np.array([800.0])
    assert _replay(_log_of_exp, at).value.native[0] == math.inf
    mended = _replay(_log_of_exp, at, fixes={0: [np.array([1e300])]}, gradient=_its_gradient)
    assert mended.value.native[0] == pytest.approx(math.log(1e300))
    assert mended.steps[0].results[0].native[0] == 1e300
    assert np.isnan(mended.gradient[0].native[0])


def test_a_step_of_the_backward_pass_is_fixed():
    mended = _replay(_log_of_exp, X, fixes={4: [np.full(4, 5.0)]}, gradient=_its_gradient)
    np.testing.assert_array_equal(mended.gradient[0].native, np.full(4, 5.0))


def test_a_fix_of_what_is_written_in_place_is_seen_through_its_views():
    def function(x):
        out = np.zeros_like(x)
        view = out[:2]
        out += x
        return view * 1.0

    (number,) = (k for k, s in enumerate(_replay(function, X).steps) if s.operation == "add")
    mended = _replay(function, X, fixes={number: [np.full(4, 9.0)]})
    np.testing.assert_array_equal(mended.value.native, [9.0, 9.0])


def test_a_fix_of_a_view_leaves_what_it_looks_at():
    mended = _replay(lambda x: np.reshape(x, (2, 2)).sum() + x, X, fixes={0: [np.zeros((2, 2))]})
    np.testing.assert_array_equal(mended.value.native, X)


# --- what is not followed --------------------------------------------------------------------------------------


def test_what_has_no_rule_is_taken_from_the_run_with_a_note():
    def function(x):
        sizes = np.linalg.svd(x.reshape(2, 2))[1]
        return np.exp(sizes)

    trace = _replay(function, X)
    (svd,) = steps_of(trace, "svd", FORWARD)
    assert [h.node for h in svd.results] == [None] * 3
    assert trace.notes == (f"numpy svd at {line(function, 'svd')}",)
    assert trace.value.node is not None
    np.testing.assert_array_equal(trace.value.native, function(X))


def test_complex_numbers_are_not_followed():
    def function(x):
        spectrum = np.fft.fft(x)
        return np.abs(spectrum * x)

    trace = _replay(function, X)
    np.testing.assert_array_equal(trace.value.native, function(X))
    assert trace.value.node is None
    numbers(trace, [X], "float64")


@pytest.mark.parametrize("lose", [np.asarray, lambda x: np.array(x.tolist()), lambda x: x * math.exp(x[0].item())])
def test_a_gradient_that_leaves_the_watched_arrays_is_noted(lose):
    def gradient(x):
        return 2 * lose(x)

    trace = _replay(np.square, X, gradient=gradient)
    np.testing.assert_array_equal(trace.gradient[0].native, gradient(X))
    assert any(f" at {__file__}:" in note for note in trace.notes)


def test_a_function_that_takes_no_watched_arrays_is_run_as_it_is():
    def strict(x):
        if type(x) is not np.ndarray:
            raise TypeError("an array, please")
        return np.exp(x)

    trace = _replay(strict, X, gradient=strict)
    assert trace.steps == ()
    assert (trace.value.node, trace.gradient[0].node) == (None, None)
    np.testing.assert_array_equal(trace.gradient[0].native, np.exp(X))
    assert trace.notes == ("strict cannot be watched: TypeError: an array, please",)


def test_a_function_that_raises_says_so():
    def broken(x):
        raise ValueError("no")

    with pytest.raises(frameworks.FunctionRaised, match="no"):
        _replay(broken, X)


def test_a_reduction_by_logaddexp_is_followed():
    trace = _replay(lambda x: np.logaddexp.reduce(x), X)
    assert ulps(trace.value, numbers(trace, [X], "float64"), "float64") < 4
