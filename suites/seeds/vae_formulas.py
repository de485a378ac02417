"""The formulas of variational autoencoders: log densities, evidence lower bound, K-sample bound and its surrogate."""

from __future__ import annotations

from typing import Any

ADDED = 1e-18  # inside the logarithms of the Bernoulli density, against log 0


def divided_by_variance(xp, z, mu, log_std):
    """The density as it is printed, with the variance exp(2 log_std)."""
    return xp.sum(
        -log_std - 0.5 * xp.log(2.0 * xp.pi) - xp.square(z - mu) / (2.0 * xp.exp(2.0 * log_std)),
        axis=-1,
    )


def standardised(xp, z, mu, log_std):
    """Squares only what has been divided by the standard deviation."""
    return xp.sum(-log_std - 0.5 * xp.log(2.0 * xp.pi) - 0.5 * xp.square((z - mu) * xp.exp(-log_std)), axis=-1)


def torch_normal(z, mu, log_std):
    import torch

    return torch.distributions.Normal(mu, torch.exp(log_std), validate_args=False).log_prob(z).sum(-1)


def jax_normal(z, mu, log_std):
    import jax

    return jax.scipy.stats.norm.logpdf(z, mu, jax.numpy.exp(log_std)).sum(-1)


def plus_1e_18(xp, logits, observation):
    p = xp.sigmoid(logits)
    return observation * xp.log(p + ADDED) + (1.0 - observation) * xp.log(1.0 - p + ADDED)


def from_logits(xp, logits, observation):
    """log sigmoid of the logit, negated for the observation 0, without exp of anything positive.

    One condition chooses twice, so that the derivative at 0 is 1/2 whatever a framework makes of abs there.
    """
    signed = (2.0 * observation - 1.0) * logits
    return xp.where(signed < 0, signed, 0.0) - xp.log1p(xp.exp(xp.where(signed < 0, signed, -signed)))


def torch_with_logits(logits, observation):
    import torch

    return -torch.nn.functional.binary_cross_entropy_with_logits(logits, observation, reduction="none")


def jax_log_sigmoid(logits, observation):
    import jax

    return observation * jax.nn.log_sigmoid(logits) + (1 - observation) * jax.nn.log_sigmoid(-logits)


def elbo_plus_1e_18(xp, logits, observation, mu, log_std):
    divergence = 0.5 * (xp.square(mu) + xp.exp(2.0 * log_std) - 1.0) - log_std
    return xp.sum(plus_1e_18(xp, logits, observation), axis=-1) - xp.sum(divergence, axis=-1)


def elbo_from_logits(xp, logits, observation, mu, log_std):
    divergence = 0.5 * (xp.square(mu) + xp.exp(2.0 * log_std) - 1.0) - log_std
    return xp.sum(from_logits(xp, logits, observation), axis=-1) - xp.sum(divergence, axis=-1)


def log_of_mean(xp, log_w):
    return xp.log(xp.mean(xp.exp(log_w), axis=-1))


def max_subtracted(xp, log_w):
    """logsumexp less log K, the largest log weight taken out of the exponentials."""
    largest = xp.stop_gradient(xp.max(log_w, axis=-1, keepdims=True))
    return largest[..., 0] + xp.log(xp.sum(xp.exp(log_w - largest), axis=-1)) - xp.log(float(log_w.shape[-1]))


def mean_of_expm1(xp, log_w):
    """The same with expm1 and log1p, which keep log weights that exp rounds to 1."""
    largest = xp.stop_gradient(xp.max(log_w, axis=-1, keepdims=True))
    return largest[..., 0] + xp.log1p(xp.mean(xp.expm1(log_w - largest), axis=-1))


def normalised(xp, log_w):
    weights = xp.exp(log_w - xp.max(log_w, axis=-1, keepdims=True))
    return weights / xp.sum(weights, axis=-1, keepdims=True)


def surrogate(xp, log_w):
    """sum_k w_k log_w_k over normalised weights, differentiated as it stands."""
    return xp.sum(normalised(xp, log_w) * log_w, axis=-1)


def surrogate_stopped(xp, log_w):
    """The same with the weights held constant in the derivative."""
    return xp.sum(xp.stop_gradient(normalised(xp, log_w)) * log_w, axis=-1)


def torch_logsumexp(log_w: Any) -> Any:
    import math

    import torch

    return torch.logsumexp(log_w, dim=-1) - math.log(log_w.shape[-1])


def jax_logsumexp(log_w: Any) -> Any:
    import math

    import jax

    return jax.nn.logsumexp(log_w, axis=-1) - math.log(log_w.shape[-1])
