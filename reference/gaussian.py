"""The log density of a diagonal Gaussian, in the parameters an encoder gives: mean and log standard deviation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

SHAPE = (2, 3)
HALF_LOG_2_PI = 0.5 * wide.log(2.0 * (Wide.of(math.pi) + 1.2246467991473532e-16))  # pi as a sum of two float64


def _definition(xp: Any, z: Any, mu: Any, log_std: Any) -> Any:
    deviation = (z - mu) / xp.exp(log_std)
    return xp.sum(-log_std - 0.5 * xp.log(2.0 * xp.pi) - 0.5 * xp.square(deviation), axis=-1)


def log_density(z: Wide, mu: Wide, log_std: Wide) -> Wide:
    """Logarithm of the density at `z`, each component by itself."""
    deviation = (z - mu) * wide.exp(-log_std)
    return -(log_std + HALF_LOG_2_PI + 0.5 * wide.square(deviation))


def value(z: np.ndarray, mu: np.ndarray, log_std: np.ndarray) -> np.ndarray:
    """Log density of each row of `z`, summed over the last axis."""
    return log_density(Wide.of(z), Wide.of(mu), Wide.of(log_std)).sum(-1).rounded()


def gradient(z: np.ndarray, mu: np.ndarray, log_std: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """With the precision p = exp(-2 log_std): -(z - mu) p, (z - mu) p and (z - mu)**2 p - 1."""
    difference, precision = Wide.of(z) - mu, wide.exp(-2.0 * Wide.of(log_std))
    by_mu = difference * precision
    return (-by_mu).rounded(), by_mu.rounded(), (by_mu * difference - 1.0).rounded()


GAUSSIAN_LOG_DENSITY = Specification(
    name="gaussian_log_density",
    definition=_definition,
    arguments=(
        Argument("real", shape=SHAPE, name="z"),
        Argument("real", shape=SHAPE, name="mu"),
        # standard deviations from 2e-9 to 5e8, the bounds that implementations clamp to
        Argument("[-20, 20]", shape=SHAPE, name="log_std"),
    ),
    value=value,
    gradient=gradient,
    source="Kingma and Welling, Auto-Encoding Variational Bayes (2014), appendix C.2, a row at a time",
)
