"""Functions of JAX and optax as installed; what is wrong with each is in `gradcheck.suites.known_bugs.jax_library`."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jax.scipy.special
import jax.scipy.stats
import optax

j_norm_tiny_grad = jnp.linalg.norm
j_norm_half = jnp.linalg.norm
j_standardize_cancel = jax.nn.standardize
j_i0_grad_tiny = jax.scipy.special.i0
j_spence_large = jax.scipy.special.spence
j_sigmoid_grad_tail = jax.nn.sigmoid
j_tanh_grad_tail = jnp.tanh
j_optax_sce_masked = optax.losses.softmax_cross_entropy
j_gelu_tanh_tail = jax.nn.gelu


def j_poisson_zero_rate(rate):
    return jax.scipy.stats.poisson.logpmf(jnp.zeros(2, jnp.int32), rate)


def j_beta_edge_grad(x):
    return jax.scipy.stats.beta.logpdf(x, 1.0, 1.0)


@jax.jit
def j_softmax_scaled_jit(x):
    return jax.nn.softmax(x / 0.07)
