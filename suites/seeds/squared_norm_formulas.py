"""The formulas of the squared norm, of `x` and `y` (rows, columns), and their gradients written by hand for NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

INFINITY = float("inf")


def rows_first(xp, x, y):
    return xp.mean(xp.sum(xp.square(x - y), axis=1))


def divided_first(xp, x, y):
    """Every term is divided by the number of rows before it is summed, so only the mean itself can overflow."""
    d = x - y
    return xp.sum(d / x.shape[0] * d)


def divided_first_gradient(xp, x, y):
    by_x = (x - y) / x.shape[0] * 2.0
    return by_x, -by_x


def root_of_sum(xp, x, y):
    return xp.sqrt(xp.sum(xp.square(x - y), axis=1))


def root_of_sum_gradient(xp, x, y):
    by_x = (x - y) / root_of_sum(xp, x, y)[:, None]
    return by_x, -by_x


def log_of_sum(xp, x, y):
    return xp.log(xp.sum(xp.square(x - y), axis=1))


def log_of_sum_gradient(xp, x, y):
    d = x - y
    by_x = 2.0 * d / xp.sum(xp.square(d), axis=1, keepdims=True)
    return by_x, -by_x


def _scaled(xp, x, y):
    """d * shrink divided by its largest component in the row, that component, and shrink.

    `shrink` is 1, but 1/16 where x - y overflows or comes so near that its reciprocal, by which XLA
    divides a row, is subnormal. The first is at most 1, and 0 where d is 0.
    """
    ones = xp.ones_like(x[:, :1])
    overflows = 8.0 * xp.max(xp.abs(x - y), axis=1, keepdims=True) == INFINITY
    shrink = xp.where(overflows, ones / 16.0, ones)
    d = x * shrink - y * shrink
    largest = xp.stop_gradient(xp.max(xp.abs(d), axis=1, keepdims=True))
    return d / xp.where(_divides(largest), largest, ones), largest, shrink


def _divides(largest):
    """Whether it is not 0, nor flushed to 0: XLA on the CPU does that where it computes, not where it compares."""
    return 2.0 * largest > 0


def _sum_of_scaled(xp, scaled, largest):
    """Between 1 and the number of columns; 1 for a row of zeros, whose root and logarithm have a derivative there."""
    total = xp.sum(xp.square(scaled), axis=1, keepdims=True)
    return xp.where(_divides(largest), total, xp.ones_like(total))


def _direction(xp, x, y):
    """d / |d|, and 0 where d is 0."""
    scaled, largest, _ = _scaled(xp, x, y)
    return scaled / xp.sqrt(_sum_of_scaled(xp, scaled, largest))


def along_direction(xp, x, y):
    """|d| as the component of d along its own direction, which is also its gradient."""
    return xp.sum((x - y) * xp.stop_gradient(_direction(xp, x, y)), axis=1)


def along_direction_gradient(xp, x, y):
    by_x = _direction(xp, x, y)
    return by_x, -by_x


def log_scaled(xp, x, y):
    scaled, largest, shrink = _scaled(xp, x, y)
    log_norm = 2.0 * (xp.log(largest) - xp.log(shrink)) + xp.log(_sum_of_scaled(xp, scaled, largest))
    return log_norm[:, 0]


def log_scaled_gradient(xp, x, y):
    scaled, largest, shrink = _scaled(xp, x, y)
    scale = xp.where(_divides(largest), largest, xp.ones_like(largest))
    by_x = 2.0 * shrink * scaled / _sum_of_scaled(xp, scaled, largest) / scale
    return by_x, -by_x


def torch_logsumexp(added: float) -> Callable[..., Any]:
    def function(x, y):
        import torch

        return torch.logsumexp(2 * torch.log(torch.abs(x - y) + added), dim=1)

    return function


def jax_logsumexp(added: float) -> Callable[..., Any]:
    def function(x, y):
        import jax

        return jax.nn.logsumexp(2 * jax.numpy.log(jax.numpy.abs(x - y) + added), axis=1)

    return function


def numpy_logsumexp(added: float) -> Callable[..., Any]:
    def function(x, y):
        import numpy as np

        return np.logaddexp.reduce(2 * np.log(np.abs(x - y) + added), axis=1)

    return function


# each framework's own logsumexp
LOGSUMEXP = {"numpy": numpy_logsumexp, "torch": torch_logsumexp, "jax": jax_logsumexp}
