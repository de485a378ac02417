"""The evidence lower bound of a Gaussian encoder and a Bernoulli decoder, its divergence in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import bernoulli, wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

ROWS, INPUTS, LATENT = 2, 3, 2


def _definition(xp: Any, logits: Any, observation: Any, mu: Any, log_std: Any) -> Any:
    reconstruction = -observation * xp.log1p(xp.exp(-logits)) - (1.0 - observation) * xp.log1p(xp.exp(logits))
    divergence = 0.5 * (xp.square(mu) + xp.exp(2.0 * log_std) - 1.0) - log_std
    return xp.sum(reconstruction, axis=-1) - xp.sum(divergence, axis=-1)


def divergence(mu: Wide, log_std: Wide) -> Wide:
    """KL(N(mu, exp(2 log_std)) || N(0, 1)), each component by itself."""
    return 0.5 * (wide.square(mu) + wide.expm1_less_x(2.0 * log_std))


def value(logits: np.ndarray, observation: np.ndarray, mu: np.ndarray, log_std: np.ndarray) -> np.ndarray:
    """Log density of the observation less the divergence, each summed over the last axis; shape (rows,)."""
    reconstruction = bernoulli.log_density(Wide.of(logits), observation).sum(-1)
    return (reconstruction - divergence(Wide.of(mu), Wide.of(log_std)).sum(-1)).rounded()


def gradient(
    logits: np.ndarray, observation: np.ndarray, mu: np.ndarray, log_std: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """observation - sigmoid(logits), -mu and 1 - exp(2 log_std)."""
    by_logits = bernoulli.log_density_gradient(Wide.of(logits), observation)
    return by_logits.rounded(), -mu, (-wide.expm1(2.0 * Wide.of(log_std))).rounded()


ELBO = Specification(
    name="elbo",
    definition=_definition,
    arguments=(
        Argument("real", shape=(ROWS, INPUTS), name="logits"),
        Argument("{0, 1}", shape=(ROWS, INPUTS), differentiate=False, name="observation"),
        Argument("real", shape=(ROWS, LATENT), name="mu"),
        Argument("[-20, 20]", shape=(ROWS, LATENT), name="log_std"),
    ),
    value=value,
    gradient=gradient,
    source="Kingma and Welling, Auto-Encoding Variational Bayes (2014), (10), divergence as in appendix B",
)
