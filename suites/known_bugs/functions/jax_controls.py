"""Well-written functions of JAX and optax; what to know of each is in `gradcheck.suites.known_bugs.jax_controls`."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax

c_j_softplus = jax.nn.softplus
c_j_log_sigmoid = jax.nn.log_sigmoid
c_j_logaddexp = jnp.logaddexp
c_j_logsumexp = jax.nn.logsumexp
c_j_sbce = optax.losses.sigmoid_binary_cross_entropy
c_j_relu = jax.nn.relu
c_j_arctan = jnp.arctan
c_j_sq_error = optax.losses.squared_error


def c_j_safe_norm(x):
    largest = jnp.max(jnp.abs(x))
    scale = jax.lax.stop_gradient(jnp.where(largest > 0, largest, 1.0).astype(x.dtype))
    y = x / scale
    squared = jnp.sum(y * y)
    zero = squared == 0
    return jnp.where(zero, 0.0, jnp.sqrt(jnp.where(zero, 1.0, squared))).astype(x.dtype) * scale
