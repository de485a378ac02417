"""Well-written functions of JAX and optax; what to know of each is in `gradcheck.suites.known_bugs.jax_controls`."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import jax.scipy.special
import jax.scipy.stats
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


c_j_logsumexp_bfloat16 = jax.nn.logsumexp

c_j_softplus_bfloat16 = jax.nn.softplus

c_j_logsumexp_float16 = jax.nn.logsumexp

c_j_softplus_float16 = jax.nn.softplus

c_j_log_softmax = jax.nn.log_softmax

c_j_huber = optax.losses.huber_loss


def c_j_focal(x, y):
    return optax.losses.sigmoid_focal_loss(x, y, gamma=2.0)


c_j_cross_entropy = optax.losses.softmax_cross_entropy


c_j_erf = jax.scipy.special.erf

c_j_digamma = jax.scipy.special.digamma

c_j_elu = jax.nn.elu

c_j_logaddexp_float64 = jnp.logaddexp

c_j_normal_logpdf = jax.scipy.stats.norm.logpdf


def c_j_rms_norm(x):
    return x * jax.lax.rsqrt(jnp.mean(x * x) + 1e-6)


def c_j_log1mexp(x):
    near = x < math.log(2.0)
    return jnp.where(
        near,
        jnp.log(-jnp.expm1(-jnp.where(near, x, 1.0))),
        jnp.log1p(-jnp.exp(-jnp.where(near, 1.0, x))),
    )


def c_j_cumulative_logsumexp(x):
    return jax.lax.cumlogsumexp(x)


c_j_kl = optax.losses.kl_divergence
