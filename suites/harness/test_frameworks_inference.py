"""The framework of a function is read off the function, without calling it."""

from __future__ import annotations

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from gradcheck.frameworks import infer

TORCH_CONSTANT = torch.ones(3)


class Layer(torch.nn.Module):
    def forward(self, x):
        return x


class Loss:
    def __init__(self, weights):
        self.weights = weights

    def __call__(self, x):
        return (x * self.weights).sum()

    def method(self, x):
        return jnp.sum(x)


class Custom(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return x


def by_helper(x):
    return _helper(x) + 1


def _helper(x):
    return jnp.exp(x)


def by_import(x):
    import torch.special

    return torch.special.erf(x)


def by_recursion(x):
    return by_recursion(x)


def by_attribute_only(x):
    return x.numpy().torch


def annotated(x: torch.Tensor) -> torch.Tensor:
    return x.sum()


def annotated_in_part(x: jax.Array | None, y: float) -> float:
    return x.sum() * y


def closed_over(library):
    return lambda x: library.exp(x)


@functools.wraps(by_helper)
def wrapped(*args):
    return by_helper(*args)


CASES = {
    "torch builtin": (torch.mean, "torch"),
    "torch.special": (torch.special.erf, "torch"),
    "torch functional": (F.softplus, "torch"),
    "torch module": (torch.nn.MSELoss(), "torch"),
    "a user's module": (Layer(), "torch"),
    "a user's module, method": (Layer().forward, "torch"),
    "torch.autograd.Function": (Custom.apply, "torch"),
    "tensor method": (torch.Tensor.sum, "torch"),
    "jnp jitted": (jnp.exp, "jax"),
    "jnp ufunc": (jnp.maximum, "jax"),
    "jax.nn": (jax.nn.relu, "jax"),
    "jitted": (jax.jit(lambda x: x), "jax"),
    "custom_vjp": (jax.custom_vjp(lambda x: x), "jax"),
    "optax": (optax.l2_loss, "jax"),
    "partial": (functools.partial(functools.partial(optax.huber_loss, delta=2.0)), "jax"),
    "numpy ufunc": (np.exp, "numpy"),
    "method of an array": (np.ones(3).dot, "numpy"),
    "numpy function": (np.linalg.norm, "numpy"),
    "vectorized": (np.vectorize(math.erf), "numpy"),
    "global": (lambda x: torch.exp(x), "torch"),
    "alias": (lambda x: F.relu(x), "torch"),
    "constant": (lambda x: x * TORCH_CONSTANT, "torch"),
    "nested": (lambda x: [(lambda y: jnp.exp(y))(v) for v in x], "jax"),
    "closure": (closed_over(jnp), "jax"),
    "helper": (by_helper, "jax"),
    "wrapped": (wrapped, "jax"),
    "import": (by_import, "torch"),
    "annotation": (annotated, "torch"),
    "annotation in part": (annotated_in_part, "jax"),
    "held by the object": (Loss(np.ones(3)), "numpy"),
    "held by a partial": (functools.partial(lambda w, x: w * x, jnp.ones(3)), "jax"),
    "method": (Loss(1.0).method, "jax"),
    "numpy beside torch": (lambda x: torch.exp(x) * np.pi, "torch"),
    "both": (lambda x: torch.exp(jnp.exp(x)), None),
    "none": (lambda x: x * x, None),
    "none, recursive": (by_recursion, None),
    "attributes do not count": (by_attribute_only, None),
    "builtin": (abs, None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_framework_is_read_off_the_function(name):
    function, expected = CASES[name]
    assert infer(function) == expected
