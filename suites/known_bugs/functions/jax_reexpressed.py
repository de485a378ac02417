"""Formulas in JAX; what is wrong with each is in `gradcheck.suites.known_bugs.jax_reexpressed`."""

from __future__ import annotations

import math

import jax.numpy as jnp


def rj_layer_norm_neg(x):
    m = jnp.mean(x)
    v = jnp.mean(x * x) - m * m
    return (x - m) / jnp.sqrt(v + 1e-5)


def rj_sigmoid_exp(x):
    return 1 / (1 + jnp.exp(-x))


def rj_tanh_logdet(x):
    return jnp.log1p(-(jnp.tanh(x) ** 2))


def rj_matern_grad(x, y):
    r = math.sqrt(3.0) * jnp.sqrt(jnp.sum((x - y) ** 2))
    return (1 + r) * jnp.exp(-r)


def rj_mish_log1p(x):
    return x * jnp.tanh(jnp.log(1 + jnp.exp(x)))


def _softplus(t):
    return jnp.maximum(t, 0.0).astype(t.dtype) + jnp.log1p(jnp.exp(-jnp.abs(t)))


def rj_log_sigmoid_zero(x):
    return -_softplus(-x)


def rj_asinh_large(x):
    return jnp.sign(x) * jnp.log(jnp.abs(x) + jnp.sqrt(x * x + 1))


def rj_categorical_entropy(p):
    return -(p * jnp.log(p)).sum()


def rj_tanh_exp(x):
    return (jnp.exp(2 * x) - 1) / (jnp.exp(2 * x) + 1)


def rj_log1mexp(x):
    return jnp.log(1 - jnp.exp(-x))
