"""Statistics, physics and signals as users of NumPy write them, some with a gradient by hand, most with a failure."""

from __future__ import annotations

import math

import numpy as np


# Values
def effective_sample_size(log_weights):
    weights = np.exp(log_weights)
    return np.sum(weights) ** 2 / np.sum(weights**2)


def reduced_mass(first, second):
    """In kilograms."""
    return first * second / (first + second)


def cable_sag(tension_length, half_span):
    return tension_length * (np.cosh(half_span / tension_length) - 1.0)


def decayed_score(stamp, delay, lifetime):
    now = stamp + delay
    return np.exp(-(now - stamp) / lifetime)


def array_factor(phase):
    """Of eight antennas."""
    return np.sin(4.0 * phase) / np.sin(0.5 * phase)


def distance_to_line(point, along):
    """Of a line through the origin."""
    return np.sqrt(np.sum(point**2) - np.sum(point * along) ** 2 / np.sum(along**2))


def expected_wait(rate):
    """Forever where nothing happens within a second."""
    return np.where(np.exp(-rate) < 1.0, 1.0 / rate, np.inf)


# Values with a gradient by hand
def smooth_magnitude(x):
    return np.logaddexp(x, -x)


def smooth_magnitude_gradient(x):
    return ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),)


def log_density(x):
    return -0.5 * x**2 - 0.5 * math.log(2.0 * math.pi)


def log_density_gradient(x):
    """The slope of the density over the density."""
    density = np.exp(-0.5 * x**2)
    return (-x * density / density,)


def softplus(x):
    return np.log1p(np.exp(x))


def softplus_gradient(x):
    return (1.0 - 1.0 / (1.0 + np.exp(x)),)


def unnormalized_sinc(x):
    return np.sin(x) / x


def unnormalized_sinc_gradient(x):
    return (np.cos(x) / x - np.sin(x) / x**2,)


def pinball(residual):
    return np.sum(np.maximum(0.875 * residual, -0.125 * residual))


def swapped_pinball_gradient(residual):
    """The sides are swapped."""
    return (np.where(residual > 0.0, np.full_like(residual, 0.125), np.full_like(residual, -0.875)),)


def normal_log_density(x, deviation):
    return -np.log(deviation) - 0.5 * (x / deviation) ** 2


def normal_log_density_gradient(x, deviation):
    """The last power should be the third."""
    return -x / deviation**2, -1.0 / deviation + x**2 / deviation**2


def linear_then_log(x):
    return np.where(x > 1.0, np.log(np.maximum(x, 1.0)), x - 1.0)


def linear_then_log_gradient(x):
    above = (x > 1.0).astype(x.dtype)
    return (above * (1.0 / x) + (1.0 - above),)


def diode_current(voltage):
    return voltage**1.5


def diode_current_gradient(voltage):
    return (1.5 * voltage / np.sqrt(voltage),)


# Nothing is wrong with these
def soliton(x):
    return 1.0 / np.cosh(x)


def soliton_gradient(x):
    return (-np.tanh(x) / np.cosh(x),)


def pinball_gradient(residual):
    return (np.where(residual > 0.0, np.full_like(residual, 0.875), np.full_like(residual, -0.125)),)


def precision(hits, false_alarms):
    return hits / (hits + false_alarms)


def inverse_root(x):
    return 1.0 / np.sqrt(x)


def inverse_root_gradient(x):
    return (-0.5 / (x * np.sqrt(x)),)
