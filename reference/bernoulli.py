"""The log density of a Bernoulli observation, in the logit a decoder gives: log sigmoid(+-logit)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

SHAPE = (4,)


def _definition(xp: Any, logits: Any, observation: Any) -> Any:
    return -observation * xp.log1p(xp.exp(-logits)) - (1.0 - observation) * xp.log1p(xp.exp(logits))


def log_density(logits: Wide, observation: np.ndarray) -> Wide:
    """Each component by itself: -softplus(-logit) for the observation 1, -softplus(logit) for 0."""
    return -wide.softplus(logits * (1.0 - 2.0 * observation))


def log_density_gradient(logits: Wide, observation: np.ndarray) -> Wide:
    """observation - sigmoid(logit), written without its cancellation: +-sigmoid(-+logit)."""
    sign = 2.0 * observation - 1.0
    return wide.sigmoid(-logits * sign) * sign


def value(logits: np.ndarray, observation: np.ndarray) -> np.ndarray:
    """Log density of each component; `observation` is 0 or 1, of the shape of `logits`."""
    return log_density(Wide.of(logits), observation).rounded()


def gradient(logits: np.ndarray, observation: np.ndarray) -> tuple[np.ndarray]:
    """With respect to the logits."""
    return (log_density_gradient(Wide.of(logits), observation).rounded(),)


BERNOULLI_LOG_DENSITY = Specification(
    name="bernoulli_log_density",
    definition=_definition,
    arguments=(
        Argument("real", shape=SHAPE, name="logits"),
        Argument("{0, 1}", shape=SHAPE, differentiate=False, name="observation"),
    ),
    value=value,
    gradient=gradient,
    source="Kingma and Welling, Auto-Encoding Variational Bayes (2014), appendix C.1, with p = sigmoid(logit)",
)
