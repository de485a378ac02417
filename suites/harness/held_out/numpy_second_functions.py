"""More physics, statistics and finance as users of NumPy write them, some with a gradient by hand."""

from __future__ import annotations

import math

import numpy as np


# Values
def planck_radiance(frequency, temperature):
    return frequency**3 / np.expm1(frequency / temperature)


def poisson_probability(mean):
    """Of thirty events."""
    probability = np.exp(-mean)
    for k in range(1, 31):
        probability = probability * (mean / k)
    return probability


def hill_response(dose, midpoint, steepness):
    return dose**steepness / (midpoint**steepness + dose**steepness)


def kinetic_energy(mass, speed):
    """The speed is a fraction of that of light."""
    return mass * (1.0 / np.sqrt(1.0 - speed**2) - 1.0)


def log_mean_difference(inlet, outlet):
    return (inlet - outlet) / np.log(inlet / outlet)


def mortgage_payment(principal, rate):
    """Of 360 months."""
    return principal * rate / (1.0 - (1.0 + rate) ** -360)


def likelihood_ratio(x, first, second):
    return np.exp(-0.5 * (x - first) ** 2) / np.exp(-0.5 * (x - second) ** 2)


def inverse_sinh(x):
    return np.log(x + np.sqrt(x**2 + 1.0))


# Values with a gradient by hand
def group_lasso(x):
    return np.sqrt(np.sum(x**2))


def group_lasso_gradient(x):
    return (x / np.sqrt(np.sum(x**2)),)


def occupation(energy):
    return 1.0 / (1.0 + np.exp(energy))


def occupation_gradient(energy):
    return (-np.exp(energy) / (1.0 + np.exp(energy)) ** 2,)


def transmittance(depth):
    return np.clip(np.exp(-depth), 0.0, 1.0)


def transmittance_gradient(depth):
    light = np.exp(-depth)
    return (np.where((light > 0.0) & (light < 1.0), -light, np.zeros_like(light)),)


def first_class_loss(logits):
    largest = np.max(logits)
    return largest + np.log(np.sum(np.exp(logits - largest))) - logits[0]


def first_class_loss_gradient(logits):
    """Without the 1 of the class."""
    weights = np.exp(logits - np.max(logits))
    return (weights / np.sum(weights),)


def welsch_loss(x):
    return np.sum(1.0 - np.exp(-0.5 * x**2))


def welsch_loss_gradient(x):
    """The exponent lacks its half."""
    return (x * np.exp(-(x**2)),)


def geman_mcclure(x):
    return x**2 / (1.0 + x**2)


def geman_mcclure_gradient(x):
    """By the rule of the quotient."""
    below = 1.0 + x**2
    return (2.0 * x / below - 2.0 * x * x**2 / below**2,)


def rectified_root(x):
    return np.sqrt(np.maximum(x, 0.0))


def rectified_root_gradient(x):
    return ((x > 0.0) * (0.5 / np.sqrt(np.maximum(x, 0.0))),)


# Nothing is wrong with these
def silu(x):
    return x * np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))


def silu_gradient(x):
    small = np.exp(-np.abs(x))
    above, below = 1.0 / (1.0 + small), small / (1.0 + small)
    gate = np.where(x > 0.0, above, below)
    return (gate + x * above * below,)


def sphere_distance(point):
    return np.sqrt(np.sum(point**2)) - 5.0


def sphere_distance_gradient(point):
    return (point / np.sqrt(np.sum(point**2)),)


def correlation(x, y):
    x, y = x - np.mean(x), y - np.mean(y)
    return np.sum(x * y) / np.sqrt(np.sum(x**2) * np.sum(y**2))


def surprise(p):
    return -np.log(np.maximum(p, 1e-60)) / math.log(2.0)


def surprise_gradient(p):
    return (-1.0 / (np.maximum(p, 1e-60) * math.log(2.0)),)
