"""A whole small variational autoencoder: the K-sample bound as a function of every parameter, the noise given."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import bernoulli, iwae, wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

ROWS, INPUTS, HIDDEN, LATENT, SAMPLES = 3, 3, 4, 2, 2

# the parameters in the order of the arguments; a layer is `x @ weight + bias`
PARAMETERS: dict[str, tuple[int, ...]] = {
    "encoder_weight": (INPUTS, HIDDEN),
    "encoder_bias": (HIDDEN,),
    "mu_weight": (HIDDEN, LATENT),
    "mu_bias": (LATENT,),
    "log_std_weight": (HIDDEN, LATENT),
    "log_std_bias": (LATENT,),
    "decoder_weight": (LATENT, HIDDEN),
    "decoder_bias": (HIDDEN,),
    "logits_weight": (HIDDEN, INPUTS),
    "logits_bias": (INPUTS,),
}


def _log_normal(xp: Any, z: Any, mu: Any, log_std: Any) -> Any:
    deviation = (z - mu) / xp.exp(log_std)
    return xp.sum(-log_std - 0.5 * xp.log(2.0 * xp.pi) - 0.5 * xp.square(deviation), axis=-1)


def _definition(xp: Any, x: Any, noise: Any, *parameters: Any) -> Any:
    we, be, wm, bm, ws, bs, wd, bd, wl, bl = parameters
    hidden = xp.tanh(x @ we + be)
    mu, log_std = hidden @ wm + bm, hidden @ ws + bs
    z = mu + xp.exp(log_std) * noise
    logits = xp.tanh(z @ wd + bd) @ wl + bl
    log_p_x = xp.sum(-x * xp.log1p(xp.exp(-logits)) - (1.0 - x) * xp.log1p(xp.exp(logits)), axis=-1)
    log_w = log_p_x + _log_normal(xp, z, 0.0 * mu, 0.0 * log_std) - _log_normal(xp, z, mu, log_std)
    return xp.log(xp.mean(xp.exp(log_w), axis=0))


class _Forward(NamedTuple):
    """What the backward pass needs of the forward pass; leading axes (samples, rows)."""

    hidden: Wide
    std: Wide
    z: Wide
    decoded: Wide
    logits: Wide
    log_w: Wide


def _forward(x: np.ndarray, noise: np.ndarray, *parameters: np.ndarray) -> _Forward:
    we, be, wm, bm, ws, bs, wd, bd, wl, bl = parameters
    hidden = wide.tanh(Wide.of(x) @ we + be)
    mu, log_std = hidden @ wm + bm, hidden @ ws + bs
    std = wide.exp(log_std)
    z = mu + std * noise
    decoded = wide.tanh(z @ wd + bd)
    logits = decoded @ wl + bl
    # log p(z) - log q(z | x), where (z - mu) / std is the noise and the constants cancel
    prior = 0.5 * (wide.square(noise) - wide.square(z)) + log_std
    return _Forward(hidden, std, z, decoded, logits, bernoulli.log_density(logits, x).sum(-1) + prior.sum(-1))


def value(x: np.ndarray, noise: np.ndarray, *parameters: np.ndarray) -> np.ndarray:
    """The bound for each row of `x` (rows, inputs), `noise` (samples, rows, latent), `parameters` as in PARAMETERS."""
    return iwae.log_mean_exp(_forward(x, noise, *parameters).log_w.T).rounded()


def gradient(x: np.ndarray, noise: np.ndarray, *parameters: np.ndarray) -> tuple[np.ndarray, ...]:
    """Of the sum of the bounds, with respect to each of the parameters: back-propagation, layer by layer."""
    forward = _forward(x, noise, *parameters)
    _, _, wm, _, ws, _, wd, _, wl, _ = parameters
    weights = iwae.normalised_weights(forward.log_w.T).T[..., None]
    by_logits = weights * bernoulli.log_density_gradient(forward.logits, x)
    by_decoder = by_logits @ wl.T * (1.0 - wide.square(forward.decoded))
    by_z = by_decoder @ wd.T - weights * forward.z
    by_mu = by_z.sum(-3)
    by_log_std = (by_z * forward.std * noise + weights).sum(-3)
    by_encoder = (by_mu @ wm.T + by_log_std @ ws.T) * (1.0 - wide.square(forward.hidden))
    layers = (
        (Wide.of(x), by_encoder),
        (forward.hidden, by_mu),
        (forward.hidden, by_log_std),
        (forward.z, by_decoder),
        (forward.decoded, by_logits),
    )
    return tuple(part.rounded() for layer in layers for part in _of_layer(*layer))


def _of_layer(inputs: Wide, by_outputs: Wide) -> tuple[Wide, Wide]:
    """The gradient by the weight and the bias of `inputs @ weight + bias`, summed over samples and rows."""
    weight, bias = inputs[..., :, None] * by_outputs[..., None, :], by_outputs
    for _ in by_outputs.shape[:-1]:
        weight, bias = weight.sum(-3), bias.sum(-2)
    return weight, bias


VAE_MODEL = Specification(
    name="vae_model",
    definition=_definition,
    arguments=(
        Argument("{0, 1}", shape=(ROWS, INPUTS), differentiate=False, name="x"),
        Argument("[-2, 2]", shape=(SAMPLES, ROWS, LATENT), differentiate=False, name="noise"),
        # parameters of the size of an initialisation, which saturates no layer
        *(Argument("[-0.25, 0.25]", shape=shape, name=name) for name, shape in PARAMETERS.items()),
    ),
    value=value,
    gradient=gradient,
    source="Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), (8); one tanh layer each way",
)
