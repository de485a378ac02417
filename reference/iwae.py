"""The bound of the importance weighted autoencoder: the logarithm of the mean of K weights, from their logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

ROWS, SAMPLES = 2, 5


def _definition(xp: Any, log_w: Any) -> Any:
    return xp.log(xp.mean(xp.exp(log_w), axis=-1))


def _shifted_weights(log_w: Wide) -> tuple[Wide, Wide]:
    """The largest log weight of each row, and the weights divided by the largest; the last axis is K."""
    largest = np.argmax(log_w.rounded(), axis=-1)
    shift = wide.take(log_w, largest)
    return shift, wide.exp(log_w - shift[..., None])


def log_mean_exp(log_w: Wide) -> Wide:
    """Of the last axis. At small log weights log1p(mean(expm1)), which keeps what exp would round away."""
    shift, weights = _shifted_weights(log_w)
    samples = float(log_w.shape[-1])
    by_size = shift + wide.log(weights.sum(-1) / samples)
    near = np.abs(log_w.rounded()).max(axis=-1) < 0.25
    around_one = wide.expm1(wide.where(near[..., None], log_w, 0.0)).sum(-1) / samples
    return wide.where(near, wide.log1p(around_one), by_size)


def normalised_weights(log_w: Wide) -> Wide:
    """Softmax over the last axis, the gradient of the bound."""
    _, weights = _shifted_weights(log_w)
    return weights / weights.sum(-1)[..., None]


def value(log_w: np.ndarray) -> np.ndarray:
    """log mean_k exp(log_w_k) over the last axis."""
    return log_mean_exp(Wide.of(log_w)).rounded()


def gradient(log_w: np.ndarray) -> tuple[np.ndarray]:
    """The normalised weights."""
    return (normalised_weights(Wide.of(log_w)).rounded(),)


IWAE_BOUND = Specification(
    name="iwae_bound",
    definition=_definition,
    arguments=(Argument("real", shape=(ROWS, SAMPLES), name="log_w"),),
    value=value,
    gradient=gradient,
    source="Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), (8) and (14)",
)
