"""The shadow of torch follows the run: storage, gradient mode, control flow, modules, custom functions.

Torch's own float64 gradient is the oracle here: every subject is well conditioned at the point.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as f

from gradcheck import dtypes, frameworks
from gradcheck.exact.truth import certify
from gradcheck.shadow import watch

FLOAT64 = dtypes.format_of("float64")
X = np.array([[0.7, -1.3, 2.1], [0.4, 1.9, -0.6]])


def _write_rows(x):
    result = torch.zeros_like(x)
    for i in range(len(x)):
        result[i] = x[i] * (i + 2)
    return result


def _write_through_a_view(x):
    result = x.clone()
    column = result.t()[1]
    column.mul_(x[:, 0])
    return result**2


def _read_before_a_write(x):
    result = x * 2
    before = result.clone()
    result.add_(1)
    return before * result


def _mask_written(x):
    result = x.clone()
    result[x < 0] = 0.0
    result[x > 2] = x[x > 2] ** 2
    return result


def _into_out(x):
    with torch.no_grad():
        held = torch.mul(x, x, out=torch.empty(0, dtype=x.dtype))
    return held * x


def _overlapping(x):
    return x.as_strided((2, 2, 2), (3, 1, 1)) ** 2


def _transposed_result(x):
    return (x.t() + 1).exp().t() * x


def _no_grad_block(x):
    with torch.no_grad():
        scale = x.abs().max()
    return x / scale


def _no_grad_clamp(x):
    """The number changes under autograd's feet, the derivative does not: as in torch's cosine_similarity."""
    norm = x.norm(dim=1, keepdim=True).clone()
    with torch.no_grad():
        norm.clamp_(min=3.0)
    return x / norm


def _detached_piece_in_a_buffer(x):
    result = torch.zeros_like(x)
    result[0] = x[0].detach()
    result[1] = x[1]
    return result * x


class _Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        result = torch.empty_like(x)
        result.copy_(x)
        return result.mul_(x).exp_()

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * 2 * x * torch.exp(x * x)


def _force(x):
    energy = (torch.tanh(x) * x).sum() ** 2
    return torch.autograd.grad(energy, x, create_graph=True)[0]


def _force_without_graph(x):
    energy = (torch.tanh(x) ** 3).sum()
    return torch.autograd.grad(energy, x)[0] * x


def _backward_through_layer_norm(x):
    energy = (f.layer_norm(x, (3,)) ** 3).sum()
    return torch.autograd.grad(energy, x, create_graph=True)[0]


def _branch(x):
    while x.norm() < 20:
        x = x * 2 if x.sum() > 0 else x - 1
    return x.sin()


def _recurrent(x):
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(3, 3, generator=generator, dtype=x.dtype)
    state = torch.zeros(3, dtype=x.dtype)
    for row in x:
        state = torch.tanh(weight @ state + row)
    return state


def _functional_gradient(x):
    return torch.func.grad(lambda v: (torch.sin(v) * v).sum())(x)


def _vectorised(x):
    return torch.func.vmap(lambda row: torch.logsumexp(row, 0) * row)(x)


SUBJECTS = {
    "rows written": _write_rows,
    "a view written": _write_through_a_view,
    "read before a write": _read_before_a_write,
    "a mask written": _mask_written,
    "out=": _into_out,
    "overlapping strides": _overlapping,
    "a transposed result": _transposed_result,
    "detach": lambda x: x.detach() * x,
    ".data": lambda x: x.data * x,
    "no_grad": _no_grad_block,
    "a write under no_grad": _no_grad_clamp,
    "a detached piece": _detached_piece_in_a_buffer,
    "a detached result": lambda x: (x * x).detach(),
    "item": lambda x: x * x.max().item(),
    "a custom function": lambda x: _Scaled.apply(x) + x,
    "autograd.grad with a graph": _force,
    "autograd.grad without": _force_without_graph,
    "autograd.grad of a layer norm": _backward_through_layer_norm,
    "branches": _branch,
    "a recurrent loop": _recurrent,
    "func.grad": _functional_gradient,
    "func.vmap": _vectorised,
    "split and stack": lambda x: torch.stack([a * b for a, b in zip(x.unbind(0), x.flip(0).unbind(0), strict=True)]),
    "a decomposition": lambda x: f.interpolate(x[None, None], size=(3, 4), mode="bilinear").exp(),
    "a cast to whole numbers": lambda x: x * x.to(torch.int64) + (x > 0),
    "truths counted": lambda x: x / (x > 0).sum(),
    "logic on truths": lambda x: torch.where((x > 0) & ~(x > 2) | torch.isnan(x), x.exp(), x),
    "a power of a whole number": lambda x: x**3 + x**-2 + 2**x,
    "einsum": lambda x: torch.einsum("ij,kj->ik", x, x),
    "outputs of a sort": lambda x: torch.sort(x, dim=1).values.cumsum(1) * x.argsort(1),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_value_and_gradient_are_those_of_the_run(name):
    _agree(SUBJECTS[name], [X])


def _agree(function, arrays, differentiate=None):
    positions = tuple(range(len(arrays))) if differentiate is None else differentiate
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = watch("torch", function, arrays, "float64", positions)
        value, gradient = frameworks.get("torch").gradient(function, arrays, positions, "float64")
    truth = certify(graph, arrays, positions, FLOAT64)
    np.testing.assert_allclose(value, truth.value.expected, rtol=1e-11)
    for own, true in zip(gradient, truth.gradient, strict=True):
        np.testing.assert_allclose(own, true.expected, rtol=1e-11, atol=1e-14)


MODULES = {
    "a perceptron": lambda: torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.GELU(), torch.nn.Linear(4, 2)),
    "a recurrent cell": lambda: torch.nn.GRUCell(3, 2),
    "a transformer layer": lambda: torch.nn.TransformerEncoderLayer(3, 1, 4, dropout=0.0, batch_first=True),
    "batch norm in training": lambda: torch.nn.BatchNorm1d(3),
    "batch norm in evaluation": lambda: torch.nn.BatchNorm1d(3).eval(),
    "dropout in evaluation": lambda: torch.nn.Dropout(0.5).eval(),
}


@pytest.mark.parametrize("name", MODULES)
def test_parameters_of_a_module_are_constants(name):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        module = MODULES[name]().double()
    _agree(module, [X])


def test_an_argument_that_is_not_differentiated_is_an_input_all_the_same():
    _agree(lambda x, y: torch.exp(x) * torch.log(y), [X, X**2], differentiate=(0,))


def test_an_argument_without_influence_has_gradient_zero():
    _agree(lambda x, y: torch.exp(x), [X, X])


def test_a_constant_function_has_no_gradient():
    graph = watch("torch", lambda x: torch.ones(2, dtype=x.dtype), [X], "float64", (0,))
    truth = certify(graph, [X], (0,), FLOAT64)
    assert truth.value.expected.tolist() == [1, 1]
    assert not truth.gradient[0].expected.any()


def test_a_cast_inside_a_kernel_of_short_numbers_keeps_the_number():
    x = np.array([[0.5, -1.25, 2.0], [0.25, 0.0, -0.5]])
    graph = watch("torch", lambda t: torch.renorm(t, 2, 0, 1.0), [x.astype(np.float16)], "float16", (0,))
    value = certify(graph, [x], (0,), FLOAT64).value.expected
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    assert np.allclose(value, x * np.minimum(1, 1 / (norms + 1e-7)), rtol=1e-6)
