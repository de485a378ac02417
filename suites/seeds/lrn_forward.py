"""Forward passes of local response normalisation: the libraries', and those that keep or lose their digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from gradcheck.reference.lrn import Constants, Window


def torch_functional(n: int, constants: Constants, alpha: float | None = None) -> Callable[..., Any]:
    """`torch.nn.functional.local_response_norm`, with `alpha` in place of the constant where given."""
    settings = asdict(constants) | ({} if alpha is None else {"alpha": alpha})

    def local_response_norm(a: Any) -> Any:
        import torch

        return torch.nn.functional.local_response_norm(a, n, **settings)

    return local_response_norm


def jax_reduce_window(window: Window, constants: Constants) -> Callable[..., Any]:
    """XLA's windowed sum over the channels of an array (batch, channels, length)."""
    width = window.before + window.after + 1

    def reduce_window(a: Any) -> Any:
        import jax

        padding = ((0, 0), (window.before, window.after), (0, 0))
        zero = np.zeros((), a.dtype)
        sums = jax.lax.reduce_window(a * a, zero, jax.lax.add, (1, width, 1), (1, 1, 1), padding)
        return a * (constants.k + constants.alpha * sums / window.divisor) ** -constants.beta

    return reduce_window


def scaled(window: Window, constants: Constants) -> Callable[..., Any]:
    """The formula that squares nothing large, for any `xp`.

    With `u = sqrt(alpha/d) a`, r the largest |u| in the window, 1 at least, and q = r^-1/2,

        b = (a q^2) q^(4 beta - 2) t^-beta,    t = s/r^2 = k q^4 + sum of (u q^2)^2,

    whose factors stay near b or near 1. q drops out of b, so it is a constant to the derivative. It multiplies and
    is no square: XLA turns `u / r` into `u * (1 / r)` and sets a subnormal 1 / r to zero.
    """

    def lrn_scaled(xp: Any, a: Any) -> Any:
        u = (constants.alpha / window.divisor) ** 0.5 * _windows(xp, window, a)
        largest = xp.stop_gradient(xp.max(xp.abs(u), axis=-1))
        q = xp.pow(xp.where(largest > 1.0, largest, xp.ones_like(largest)), -0.5)
        ratios = u * q[..., None] * q[..., None]
        t = constants.k * q * q * q * q + xp.sum(ratios * ratios, axis=-1)
        return a * q * q * xp.pow(q, 4 * constants.beta - 2) * xp.pow(t, -constants.beta)

    return lrn_scaled


def _windows(xp: Any, window: Window, a: Any) -> Any:
    """The window of each channel along a new last axis, with zeros beyond the ends."""
    channels = a.shape[1]
    before, after = xp.zeros_like(a[:, : window.before]), xp.zeros_like(a[:, : window.after])
    padded = xp.concat([before, a, after], axis=1)
    return xp.stack([padded[:, i : i + channels] for i in range(window.before + window.after + 1)], axis=-1)


def running_sum(window: Window, constants: Constants) -> Callable[..., Any]:
    """NumPy, as Caffe sums: from channel to channel one square comes in at the head and one goes out at the tail."""

    def lrn_running(a: np.ndarray) -> np.ndarray:
        squares, channels = a * a, a.shape[1]
        sums = [squares[:, window.around(0, channels)].sum(axis=1)]
        for i in range(1, channels):
            head, tail = i + window.after, i - 1 - window.before
            entering = squares[:, head] if head < channels else 0.0
            leaving = squares[:, tail] if tail >= 0 else 0.0
            sums.append(sums[-1] + entering - leaving)
        return a * (constants.k + constants.alpha * np.stack(sums, axis=1) / window.divisor) ** -constants.beta

    return lrn_running


def added(window: Window, constants: Constants) -> Callable[..., Any]:
    """NumPy, as some wrote it: the power is added to the activation where it should scale it, a + s^-beta."""
    return lambda a: a + scales(window, constants, a) ** -constants.beta


def direct(window: Window, constants: Constants) -> Callable[..., Any]:
    """NumPy, a sum over the window of each channel."""
    return lambda a: a * scales(window, constants, a) ** -constants.beta


def scales(window: Window, constants: Constants, a: np.ndarray) -> np.ndarray:
    """s of NumPy activations (batch, channels, ...)."""
    return constants.k + constants.alpha * windowed(window, a * a) / window.divisor


def windowed(window: Window, terms: np.ndarray) -> np.ndarray:
    """For each channel the sum of `terms` over its window."""
    channels = terms.shape[1]
    return np.stack([terms[:, window.around(i, channels)].sum(axis=1) for i in range(channels)], axis=1)
