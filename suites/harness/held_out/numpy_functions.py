"""Losses as users of NumPy write them, some with a gradient by hand: most with a failure somewhere, some with none."""

from __future__ import annotations

import math

import numpy as np


# Values
def log_cosh(x):
    magnitude = np.abs(x)
    return magnitude + np.log1p(np.exp(-2.0 * magnitude)) - math.log(2.0)


def smaller_root(b, c):
    return (-b + np.sqrt(b * b - 4.0 * c)) / 2.0


def weighted_variance(x, weights):
    total = np.sum(weights)
    return np.sum(weights * x * x) / total - (np.sum(weights * x) / total) ** 2


def tweedie_deviance(y, mean):
    return 2.0 * (-4.0 * y**0.5 + 2.0 * y * mean**-0.5 + 2.0 * mean**0.5)


def great_circle(start, end):
    """Latitude and longitude in radians."""
    along = np.cos(start[0]) * np.cos(end[0]) * np.cos(end[1] - start[1])
    return np.arccos(np.sin(start[0]) * np.sin(end[0]) + along)


def angle_between(a, b):
    return np.arccos(np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b)))


def clipped_cross_entropy(p):
    return -np.log(1.0 - np.clip(p, 1e-9, 1.0 - 1e-9))


def masked_squared_error(prediction, observation, keep):
    return np.sum((prediction - observation) ** 2 * keep) / np.sum(keep)


def tempered_softmax(logits, temperature):
    weights = np.exp(logits / temperature)
    return weights / np.sum(weights)


def log_likelihood(p):
    return np.log(np.prod(p))


def cosine_similarity(a, b):
    return np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))


def entropy(p):
    return -np.sum(p * np.log(p))


def pseudo_huber(residual):
    return np.sqrt(1.0 + residual**2) - 1.0


def symlog(x):
    return np.sign(x) * np.log(1.0 + np.abs(x))


def unit_vector(x):
    return x / (np.sqrt(np.sum(x * x)) + 1e-50)


# Values with a gradient by hand
def product(x):
    return np.prod(x)


def product_gradient(x):
    return (np.prod(x) / x,)


def layer_norm_loss(x):
    centred = x - np.mean(x)
    return np.sum((centred / np.sqrt(np.mean(centred * centred) + 1e-5)) ** 3)


def layer_norm_loss_gradient(x):
    """The scale is held constant, which it is not."""
    centred = x - np.mean(x)
    scale = 1.0 / np.sqrt(np.mean(centred * centred) + 1e-5)
    outer = 3.0 * (centred * scale) ** 2
    return (scale * (outer - np.mean(outer)),)


def logistic_loss(logits):
    return np.logaddexp(0.0, logits)


def logistic_loss_gradient(logits):
    return (np.exp(logits) / (1.0 + np.exp(logits)),)


def hard_sigmoid(x):
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0)


def hard_sigmoid_gradient(x):
    gate = x / 6.0 + 0.5
    return (np.where((gate > 0.0) & (gate < 1.0), np.ones_like(x) / 6.0, np.zeros_like(x)),)


def gaussian_nll(error, variance):
    return 0.5 * (np.log(variance) + error**2 / variance)


def gaussian_nll_gradient(error, variance):
    return error / variance, 0.5 * (1.0 / variance - error**2 / variance**2)


def tanh_layer(x):
    return np.tanh(x)


def tanh_layer_gradient(x):
    return (1.0 - np.tanh(x) ** 2,)


def squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


def squared_error_gradient(prediction, target):
    """Without the division by the number of elements."""
    return 2.0 * (prediction - target), 2.0 * (target - prediction)


# Nothing is wrong with these
def two_pass_variance(x):
    return np.mean((x - np.mean(x)) ** 2)


def two_pass_variance_gradient(x):
    return (2.0 * (x - np.mean(x)) / x.size,)


def log_sum_exp(x):
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


def log_sum_exp_gradient(x):
    weights = np.exp(x - np.max(x))
    return (weights / np.sum(weights),)


def guarded_entropy(p):
    return -np.sum(p * np.log(np.where(p > 0.0, p, 1.0)))


def leave_one_out_gradient(x):
    return (np.array([np.prod(np.delete(x, i)) for i in range(x.size)], x.dtype),)


def inverse_cube(x):
    return 1.0 / x**3


def inverse_cube_gradient(x):
    return (-3.0 / x**4,)
