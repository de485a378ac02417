"""A torch replay: every call of forward and backward as a step, beside what it holds in exact arithmetic."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
import torch.nn.functional as f
from replayed import X, assert_native_is_exact, exactly, line, rounded, single, step_of

from gradcheck import dtypes, frameworks
from gradcheck.exact import balls, evaluate
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import BACKWARD, FORWARD

run = functools.partial(replay, "torch")


# --- exact beside native --------------------------------------------------------------------------


def _composite(x, w):
    h = torch.log(torch.exp(x) + 1.5)
    h = f.layer_norm(h, (3,), w)
    h = torch.where(h > 0, h, 0.5 * h).clone()
    h.add_(x)
    h[0] = h[1] * 2
    p = torch.softmax(torch.outer(h, w) @ x, -1)
    return (p.clamp(min=0.2) * x).sum()


def test_every_step_of_a_well_conditioned_function_agrees_with_exact_arithmetic():
    arrays = [X, single(0.75, -0.5, 1.5)]
    trace = run(_composite, arrays, "float32", (0, 1))
    assert_native_is_exact(trace, arrays, ulps=16)
    assert trace.notes == ()
    assert not trace.custom
    names = {s.operation for s in trace.steps if s.phase == FORWARD}
    assert names >= {
        "exp",
        "log",
        "native_layer_norm",
        "where",
        "gt",
        "add_",
        "copy_",
        "mv",
        "_softmax",
        "clamp",
        "sum",
    }
    names = {s.operation for s in trace.steps if s.phase == BACKWARD}
    assert names >= {"_softmax_backward_data", "native_layer_norm_backward", "select_backward", "div", "where"}


def test_value_and_gradient_are_those_of_a_plain_run():
    arrays = [X, single(0.75, -0.5, 1.5)]
    trace = run(_composite, arrays, "float32", (0, 1))
    value, gradient = frameworks.get("torch").gradient(_composite, arrays, (0, 1), "float32")
    np.testing.assert_array_equal(trace.value.native, value)
    for held, own in zip(trace.gradient, gradient, strict=True):
        np.testing.assert_array_equal(held.native, own)
    values = exactly(trace, arrays)
    np.testing.assert_allclose(rounded(values[trace.value.node]), value, 1e-6)
    np.testing.assert_allclose(rounded(values[trace.gradient[1].node]), gradient[1], 1e-4, 1e-6)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_every_dtype_keeps_its_own_numbers(dtype):
    own = dtypes.format_of(dtype).numpy
    arrays = [np.array([0.5, 1.25, 2.0], own)]
    trace = run(lambda x: torch.log(x.exp() + 1).mean(), arrays, dtype, (0,))
    assert {held.native.dtype for s in trace.steps for held in (*s.operands, *s.results)} == {np.dtype(own)}
    assert_native_is_exact(trace, arrays, dtype)


def test_exact_numbers_go_on_where_native_ones_overflow_or_round():
    trace = run(lambda x: torch.log(torch.exp(x)) + 1e-20, [single(89.0)], "float32", (0,))
    (_, exp), (_, log) = step_of(trace, "exp"), step_of(trace, "log")
    assert exp.results[0].native == np.inf
    assert log.results[0].native == np.inf
    values = exactly(trace, [single(89.0)])
    assert np.isfinite(float(values[exp.results[0].node][0].mid()))
    assert rounded(values[trace.value.node]) == 89
    assert rounded(values[trace.gradient[0].node]) == 1
    assert np.isnan(trace.gradient[0].native)


def test_the_seed_is_exact_so_a_mean_of_three_has_an_exact_gradient():
    trace = run(torch.mean, [X], "float32", (0,))
    with balls.precision(200):
        third = evaluate.forward(trace.graph, [balls.from_numbers(X)]).values[trace.gradient[0].node]
        assert all((ball * 3 - 1).contains(0) and (ball * 3 - 1).rad() < 1e-40 for ball in third)


def test_an_input_that_plays_no_part_has_zeros():
    trace = run(lambda x, y: x * 2, [X, single(4.0)], "float32", (0, 1))
    np.testing.assert_array_equal(trace.gradient[1].native, [0.0])
    assert rounded(exactly(trace, [X, single(4.0)])[trace.gradient[1].node]) == 0
    constant = run(lambda x: torch.ones(2), [X], "float32", (0,))
    np.testing.assert_array_equal(constant.gradient[0].native, np.zeros(3))


def test_an_in_place_step_holds_what_it_read_before_it_wrote():
    def write(x):
        y = x * 2
        y.exp_()
        return y

    trace = run(write, [X], "float32", (0,))
    _, step = step_of(trace, "exp_")
    np.testing.assert_array_equal(step.operands[0].native, 2 * X)
    np.testing.assert_array_equal(step.results[0].native, torch.exp(2 * torch.from_numpy(X)).numpy())
    values = exactly(trace, [X])
    np.testing.assert_array_equal(rounded(values[step.operands[0].node]), 2 * X)
    assert_native_is_exact(trace, [X])


def test_an_in_place_write_below_autograd_may_hold_infinities():
    """No difference of old and new is taken, which would be inf - inf."""

    def write(x):
        y = (x / 0.0).clone()
        with torch.no_grad():
            y.mul_(2.0)
        return y

    trace = run(write, [X], "float32", (0,))
    assert "subtract" not in {node.operation for node in trace.graph.nodes}


# --- lines ----------------------------------------------------------------------------------------


def _several_lines(x):
    a = torch.exp(x)
    b = a * 3
    c = torch.where(b > 4, b, torch.sqrt(b))
    d = c[:2]
    return d.sum() * (a.prod())


def test_backward_steps_carry_the_line_and_number_of_their_forward_step():
    trace = run(_several_lines, [X], "float32", (0,))
    for step in trace.steps:
        assert step.location.startswith(__file__), step
        if step.phase == BACKWARD and step.forward is not None:
            assert trace.steps[step.forward].location == step.location
    _, slice_backward = step_of(trace, "slice_backward", BACKWARD)
    assert slice_backward.location == line(_several_lines, "d = c[:2]")
    assert slice_backward.forward is None
    roots = [s for s in trace.steps if s.location == line(_several_lines, "torch.sqrt(b)") and s.phase == BACKWARD]
    forward = {trace.steps[s.forward].operation for s in roots}
    assert forward == {"where", "sqrt"}
    assert trace.steps[-1].location == line(_several_lines, "a = torch.exp")
    assert trace.steps[trace.steps[-1].forward].operation == "exp"


def test_a_write_through_a_view_is_no_part_of_what_comes_after():
    def write(x):
        y = x * 1.0
        y[0] = x[1] * 2
        held = y.detach() > 0
        return torch.where(held, y, 0.0)

    trace = run(write, [X], "float32", (0,))
    copies = [s for s in trace.steps if s.phase == BACKWARD and s.operation == "copy_"]
    assert copies
    assert {s.location for s in copies} == {line(write, "y[0] = ")}
    assert_native_is_exact(trace, [X])


def _no_grad_block(x):
    with torch.no_grad():
        scale = x.max() * 2
        y = x / scale
    return x * y


def test_a_no_grad_block_has_forward_steps_of_its_own_lines_and_no_backward_ones():
    trace = run(_no_grad_block, [X], "float32", (0,))
    assert step_of(trace, "max")[1].location == line(_no_grad_block, "x.max()")
    assert step_of(trace, "div")[1].location == line(_no_grad_block, "y = x / scale")
    (back,) = [s for s in trace.steps if s.phase == BACKWARD]
    assert (back.operation, back.location) == ("mul", line(_no_grad_block, "return x * y"))
    np.testing.assert_allclose(rounded(exactly(trace, [X])[trace.gradient[0].node]), X / 4)


def test_a_call_with_out_is_the_call_without_it_and_a_copy():
    def out(x):
        y = torch.empty(0)
        torch.exp(x.detach(), out=y)
        return y * x

    trace = run(out, [X], "float32", (0,))
    assert [s.operation for s in trace.steps if s.phase == FORWARD] == ["exp", "copy_", "mul"]
    assert_native_is_exact(trace, [X])


# --- hand-written derivatives ----------------------------------------------------------------------


class _Logarithm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        shifted = x + 1
        ctx.save_for_backward(shifted)
        return torch.log(shifted)

    @staticmethod
    def backward(ctx, grad):
        (shifted,) = ctx.saved_tensors
        slope = 1 / shifted
        return grad * slope


def _custom(x):
    y = x.exp()
    z = _Logarithm.apply(y)
    return z * 2


def test_the_backward_of_a_custom_function_has_its_own_lines():
    trace = run(_custom, [X], "float32", (0,))
    assert trace.custom
    assert_native_is_exact(trace, [X])
    assert step_of(trace, "log")[1].location == line(_Logarithm, "torch.log(shifted)")
    _, slope = step_of(trace, "reciprocal", BACKWARD)
    assert slope.location == line(_Logarithm, "slope = 1 / shifted")
    assert trace.steps[slope.forward].location == line(_Logarithm, "shifted = x + 1")
    assert next(s for s in trace.steps if s.phase == BACKWARD).location == line(_custom, "return z * 2")
    assert trace.steps[-1].location == line(_custom, "y = x.exp()")


def test_a_custom_function_whose_backward_does_nothing_is_custom_too():
    class Straight(torch.autograd.Function):
        forward = staticmethod(lambda ctx, x: torch.round(x))
        backward = staticmethod(lambda ctx, grad: grad)

    assert run(Straight.apply, [X], "float32", (0,)).custom
    assert not run(torch.round, [X], "float32", (0,)).custom


def _square(x, y):
    return x**2 * y


def _slopes_of_square(x, y):
    by_x = 2 * x * y
    return by_x, x**2


def test_a_hand_written_gradient_is_the_backward_phase():
    arrays = [X, single(3.0, 4.0, 5.0)]
    trace = run(_square, arrays, "float32", (0, 1), gradient=_slopes_of_square)
    assert trace.custom
    np.testing.assert_array_equal(trace.gradient[0].native, 2 * X * arrays[1])
    values = exactly(trace, arrays)
    np.testing.assert_array_equal(rounded(values[trace.gradient[1].node]), X**2)
    back = [s for s in trace.steps if s.phase == BACKWARD]
    assert [s.operation for s in back] == ["mul", "mul", "pow"]
    assert back[0].location == line(_slopes_of_square, "by_x =")
    assert back[0].forward is None


def test_a_lone_hand_written_partial_needs_no_tuple():
    trace = run(torch.exp, [X], "float32", (0,), gradient=lambda x: torch.exp(x))
    np.testing.assert_array_equal(trace.gradient[0].native, trace.value.native)
