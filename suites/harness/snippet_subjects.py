"""Functions of every form that a snippet is written for."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
import torch.nn.functional as F  # noqa: N812

from gradcheck.suites.portable import Portable

SLOPE = 3.0


def helped(x: torch.Tensor) -> torch.Tensor:
    """Uses a constant and a function of this file."""
    result: torch.Tensor = _scaled(x) + math.pi
    return result


def _scaled(x):
    return SLOPE * F.softplus(x)


def handed_on(x):
    return x


def branching(x):
    total = 0.0
    for power in range(1, 4):
        if power != 2:
            total = total + x**power
    return total


def closing_over(weights, exponent):
    def weighted(x):
        return (weights * x**exponent).sum()

    return weighted


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x


class Scaling(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor([0.1, 0.7, 1.3]))
        self.activation = torch.nn.GELU(approximate="tanh")

    def forward(self, x):
        return self.activation(self.scale * x)


@dataclass(frozen=True)
class Power:
    exponent: float

    def __call__(self, x: Any) -> Any:
        return self.raised(x) / 7

    def raised(self, x: Any) -> Any:
        return x**self.exponent


@jax.jit
def compiled(x):
    return jnp.log(jnp.exp(x))


@jax.custom_vjp
def clipped(x):
    return jnp.minimum(x, 1.0)


def _clipped_forward(x):
    return clipped(x), None


def _clipped_backward(_, g):
    return (g * SLOPE,)


clipped.defvjp(_clipped_forward, _clipped_backward)


@jax.custom_jvp
def rooted(x):
    return jnp.sqrt(x)


@rooted.defjvp
def _rooted_rule(primals, tangents):
    (x,), (t,) = primals, tangents
    return rooted(x), t / rooted(x)


def entropy(xp, p, q):
    return -_plogp(xp, p, xp.log(2.0 * xp.pi)) + xp.sum(xp.maximum(q, 0.0)) / float(p.shape[0])


def _plogp(xp, p, added):
    rows = xp.stack([p * xp.log(p), xp.sigmoid(p)], axis=0)
    return xp.sum(rows, axis=(0,), keepdims=True)[0] + added + xp.max(p, axis=-1)


def entropy_gradient(xp, p, q):
    return -xp.log(p) - 1.0, xp.ones_like(q) * 0.3


def too_long(xp, p, q):
    """Many helpers and statements, of which straight-line code keeps what the result needs."""
    a = _first(xp, p)
    b = _second(xp, q)
    xp.tan(a)
    c = xp.where(a < b, a, 0.0)
    d = xp.concat([b, c], axis=0)[3:6]
    e = sum(d[k] ** 2.0 for k in range(d.shape[0]))
    f = _third(xp, e * p, 0.1)
    for k in range(2):
        if f.shape[0] > 2:
            f = f / 3.0
        elif k:
            f = f + 1.0
        else:
            f = -f
    if b.shape[0] == 1:
        c = c + 1.0
    elif b.shape[0] == 2:
        c = c + 2.0
    return f * -c


def _first(xp, x):
    centred = x - xp.mean(x)
    return centred * xp.sigmoid(x)


def _second(xp, x):
    squared = xp.square(x)
    return 0.3 / (squared + 1.0)


def _third(xp, x, added):
    largest = xp.stop_gradient(xp.max(x, axis=-1, keepdims=True))
    return xp.exp(x - largest) + added


def refusing(x):
    raise ArithmeticError("not today")


def hanging(x):
    while (x == 0).all():
        pass
    return x


SQUARE, TWICE = lambda x: x * x, lambda x: (x * 2.0).sum()
ONE = ([0.3, -1.5, 2.0],)
TWO = ([0.3, 1.5, 2.0], [-0.4, 0.1, 0.9])

# name -> framework, function, point, more of what `written` in the test takes
FORMS: dict[str, tuple[str, Any, tuple, dict[str, Any]]] = {
    "torch, library": ("torch", F.softplus, ONE, {}),
    "torch, builtin": ("torch", torch.sigmoid, ONE, {"dtype": "bfloat16"}),
    "torch, two arguments": ("torch", torch.atan2, TWO, {"argument": 1, "dtype": "float16"}),
    "torch, partial": ("torch", functools.partial(F.elu, alpha=0.5), ONE, {}),
    "torch, helpers and constants": ("torch", helped, ONE, {"dtype": "float64"}),
    "torch, value": ("torch", helped, ONE, {"argument": None}),
    "torch, loop": ("torch", branching, ONE, {}),
    "torch, closure": ("torch", closing_over(torch.tensor([0.1, 0.2, 0.3]), 3), ONE, {}),
    "torch, first of two lambdas": ("torch", SQUARE, ONE, {}),
    "torch, second of two lambdas": ("torch", TWICE, ONE, {}),
    "torch, autograd.Function": ("torch", Cube.apply, ONE, {}),
    "torch, layer of torch": ("torch", torch.nn.GELU(), ONE, {}),
    "torch, layer with parameters": ("torch", Scaling(), ONE, {}),
    "torch, callable object": ("torch", Power(3.0), ONE, {}),
    "torch, bound method": ("torch", Power(2.0).raised, ONE, {}),
    "torch, portable": ("torch", Portable(entropy, "torch"), TWO, {}),
    "torch, forward": ("torch", helped, ONE, {"mode": "forward"}),
    "torch, written by hand": ("torch", SQUARE, ONE, {"gradient": Power(1.0)}),
    "torch, infinite point": ("torch", torch.exp, ([float("-inf"), 0.0, 1.0],), {"argument": None, "index": (0,)}),
    "jax, library": ("jax", jnp.tanh, ONE, {}),
    "jax, compiled by the library": ("jax", jax.nn.softplus, ONE, {"dtype": "float16"}),
    "jax, optax": ("jax", optax.losses.squared_error, TWO, {"argument": 1}),
    "jax, jitted": ("jax", compiled, ONE, {"dtype": "bfloat16"}),
    "jax, in jit": ("jax", _scaled_in_jax := (lambda x: SLOPE * jax.nn.softplus(x)), ONE, {"mode": "jit"}),
    "jax, value in jit": ("jax", _scaled_in_jax, ONE, {"mode": "jit", "argument": None}),
    "jax, custom_vjp": ("jax", clipped, ONE, {}),
    "jax, custom_jvp": ("jax", rooted, ([0.3, 1.5, 2.0],), {"dtype": "float64"}),
    "jax, forward": ("jax", compiled, ONE, {"mode": "forward"}),
    "jax, portable": ("jax", Portable(entropy, "jax"), TWO, {"argument": 1}),
    "jax, portable, one of two": ("jax", Portable(entropy, "jax"), TWO, {"argument": 0, "differentiate": (0,)}),
    "jax, too long": ("jax", Portable(too_long, "jax"), TWO, {"argument": 1}),
    "torch, too long": ("torch", Portable(too_long, "torch"), TWO, {"index": (2,), "dtype": "bfloat16"}),
    "numpy, too long": ("numpy", Portable(too_long, "numpy"), TWO, {"argument": None}),
    "numpy, too long in bfloat16": ("numpy", Portable(too_long, "numpy"), TWO, {"argument": None, "dtype": "bfloat16"}),
    "numpy, library": ("numpy", np.logaddexp, TWO, {"argument": None}),
    "numpy, closure": ("numpy", closing_over(np.float32(0.1), 2), ONE, {"argument": None, "index": ()}),
    "numpy, portable": ("numpy", Portable(entropy, "numpy"), TWO, {"argument": None, "index": (0,)}),
    "numpy, portable in bfloat16": (
        *("numpy", Portable(entropy, "numpy"), TWO),
        {"argument": None, "index": (0,), "dtype": "bfloat16"},
    ),
    "numpy, written by hand": (
        *("numpy", Portable(entropy, "numpy"), TWO),
        {"gradient": Portable(entropy_gradient, "numpy"), "argument": 1},
    ),
    "numpy, written by hand in bfloat16": (
        *("numpy", Portable(entropy, "numpy"), TWO),
        {"gradient": Portable(entropy_gradient, "numpy"), "dtype": "bfloat16"},
    ),
}
