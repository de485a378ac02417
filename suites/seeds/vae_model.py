"""A whole small variational autoencoder, its data repeated before the encoder or its mu and log_std after it.

Arguments: `x` (rows, inputs), `noise` (samples, rows, latent), then weight and bias of the encoder's layer, of mu,
of log_std, of the decoder's layer and of the logits. The value is the bound of each row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.suites.seeds.vae_formulas import from_logits, mean_of_expm1


def repeat_before(xp, x, noise, we, be, wm, bm, ws, bs, *decoder):
    """Every row passes the encoder once for each sample."""
    samples, rows, latent = noise.shape
    repeated = _repeater(xp, samples)(x)
    mu, log_std = _encode(xp, repeated, we, be, wm, bm, ws, bs)
    return _bound(xp, repeated, xp.reshape(noise, (samples * rows, latent)), mu, log_std, samples, *decoder)


def repeat_after(xp, x, noise, we, be, wm, bm, ws, bs, *decoder):
    """Every row passes the encoder once, and its mu and log_std are repeated."""
    samples, rows, latent = noise.shape
    mu, log_std = _encode(xp, x, we, be, wm, bm, ws, bs)
    repeat = _repeater(xp, samples)
    return _bound(
        xp, repeat(x), xp.reshape(noise, (samples * rows, latent)), repeat(mu), repeat(log_std), samples, *decoder
    )


def _repeater(xp, samples: int) -> Callable[[Any], Any]:
    """(rows, n) -> (samples * rows, n), the rows in turn."""
    return lambda a: xp.reshape(xp.broadcast_to(a, (samples, *a.shape)), (samples * a.shape[0], a.shape[1]))


def _encode(xp, x, we, be, wm, bm, ws, bs):
    hidden = xp.tanh(xp.matmul(x, we) + be)
    return xp.matmul(hidden, wm) + bm, xp.matmul(hidden, ws) + bs


def _bound(xp, x, noise, mu, log_std, samples, wd, bd, wl, bl):
    """Of rows repeated for each sample; (z - mu) / std is the noise, so that log q needs no division."""
    z = mu + xp.exp(log_std) * noise
    logits = xp.matmul(xp.tanh(xp.matmul(z, wd) + bd), wl) + bl
    log_p_x = xp.sum(from_logits(xp, logits, x), axis=-1)
    log_prior_ratio = xp.sum(0.5 * (xp.square(noise) - xp.square(z)) + log_std, axis=-1)
    log_w = xp.reshape(log_p_x + log_prior_ratio, (samples, -1))
    return mean_of_expm1(xp, xp.permute_dims(log_w, (1, 0)))
