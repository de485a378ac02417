"""A torch replay with mended steps, and of what no rule covers."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
import torch.nn.functional as f
from replayed import X, assert_native_is_exact, exactly, line, rounded, single, step_of

from gradcheck import frameworks
from gradcheck.frameworks.errors import FunctionRaised, WrongResult
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import BACKWARD

run = functools.partial(replay, "torch")


# --- fixes ----------------------------------------------------------------------------------------


def _log_exp(x):
    return torch.log(torch.exp(x))


def test_a_mended_forward_step_is_what_autograd_saves():
    before = run(_log_exp, [single(89.0)], "float32", (0,))
    number, _ = step_of(before, "exp")
    after = run(_log_exp, [single(89.0)], "float32", (0,), fixes={number: [single(3e38)]})
    assert after.value.native == pytest.approx(np.log(3e38))
    assert after.gradient[0].native == pytest.approx(1)
    assert after.steps[number].results[0].native == np.float32(3e38)
    assert [s.operation for s in after.steps] == [s.operation for s in before.steps]
    assert rounded(exactly(after, [single(89.0)])[after.value.node]) == 89


def test_a_mended_backward_step_changes_the_gradient_alone():
    before = run(_log_exp, [single(89.0)], "float32", (0,))
    number, _ = step_of(before, "mul", BACKWARD)
    after = run(_log_exp, [single(89.0)], "float32", (0,), fixes={number: [single(1.0)]})
    assert after.value.native == np.inf
    assert after.gradient[0].native == 1


def test_an_in_place_step_and_one_result_of_several_can_be_mended():
    def normalised(x):
        y = x.clone()
        y.mul_(2)
        return f.layer_norm(y, (3,)) * y

    before = run(normalised, [X], "float32", (0,))
    written, _ = step_of(before, "mul_")
    after = run(normalised, [X], "float32", (0,), fixes={written: [single(1.0, 2.0, 4.0)]})
    np.testing.assert_array_equal(step_of(after, "native_layer_norm")[1].operands[0].native, [1, 2, 4])
    norm, _ = step_of(before, "native_layer_norm")
    after = run(normalised, [X], "float32", (0,), fixes={norm: [None, None, single(0.0)]})
    np.testing.assert_array_equal(after.value.native, before.value.native)
    np.testing.assert_allclose(after.gradient[0].native, 2 * step_of(before, "native_layer_norm")[1].results[0].native)


# --- what no rule covers ---------------------------------------------------------------------------


def test_a_function_without_a_rule_is_noted_and_taken_from_the_native_run():
    def airy(x):
        return torch.special.airy_ai(x.detach()) * x

    trace = run(airy, [X], "float32", (0,))
    assert trace.notes == (
        f"special_airy_ai (at {line(airy, 'airy_ai')}) has no exact rule: its result is taken from the native run",
    )
    assert step_of(trace, "special_airy_ai")[1].results[0].node is None
    assert_native_is_exact(trace_without_unknown(trace), [X])


def trace_without_unknown(trace):
    known = tuple(s for s in trace.steps if all(held.node is not None for held in s.results))
    return type(trace)(trace.graph, known, trace.value, trace.gradient)


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (lambda x: (x.view(torch.int32) & 0x7FFFFFFF).view(torch.float32) + x, "view"),
        (lambda x: torch.fft.rfft(x.detach()).abs() + x[:2], "_fft_r2c"),
        (lambda x: torch.fft.irfft(torch.fft.rfft(x).conj(), n=3), "_fft_r2c"),
        (lambda x: (x.detach() * 1j).imag + x, "mul"),
        (lambda x: (x.detach().to_sparse() * 2).to_dense() + x, "_to_sparse"),
        (lambda x: torch.linalg.eigvalsh(torch.outer(x, x)), "_linalg_eigh"),
        (lambda x: torch.det(torch.outer(x, x) + torch.eye(3)), "linalg_lu_solve"),
    ],
)
def test_what_leaves_the_numbers_that_can_be_followed_is_noted_and_runs_as_ever(function, operation):
    trace = run(function, [X], "float32", (0,))
    value, gradient = frameworks.get("torch").gradient(function, [X], (0,), "float32")
    np.testing.assert_array_equal(trace.value.native, value)
    np.testing.assert_array_equal(trace.gradient[0].native, gradient[0])
    assert any(note.startswith(operation) for note in trace.notes), trace.notes
    exactly(trace, [X])


def test_a_result_without_a_rule_that_nothing_reads_is_not_noted():
    assert run(lambda x: f.nll_loss(x[None], torch.tensor([1]), reduction="none"), [X], "float32", (0,)).notes == ()


def test_a_function_that_cannot_run_is_the_users_to_see():
    with pytest.raises(FunctionRaised, match="no such thing"):
        run(_raising, [X], "float32", (0,))
    with pytest.raises(WrongResult):
        run(lambda x: None, [X], "float32", (0,))
    with pytest.raises(FunctionRaised):  # a derivative that torch lacks
        run(lambda x: torch.floor_divide(x, 2.0), [X], "float32", (0,))


def _raising(x):
    raise ValueError("no such thing")


def test_torch_is_as_it_was_before():
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    run(lambda x: x * torch.rand(3), [X], "float32", (0,))
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)
