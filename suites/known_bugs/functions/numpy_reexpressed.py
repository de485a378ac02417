"""Formulas in NumPy; what is wrong with each is in `gradcheck.suites.known_bugs.numpy_reexpressed`."""

from __future__ import annotations

import numpy as np


def rn_log_softmax(x):
    return x - np.log(np.sum(np.exp(x)))


def rn_kl_zero(p, q):
    return np.sum(p * np.log(p / q))


def rn_softplus(x):
    return np.log(1 + np.exp(x))


def rn_angle_identical(a, b):
    return np.arccos(np.sum(a * b) / (np.sqrt(np.sum(a * a)) * np.sqrt(np.sum(b * b))))


def rn_great_circle(latitudes, longitudes):
    products = np.sin(latitudes[0]) * np.sin(latitudes[1]), np.cos(latitudes[0]) * np.cos(latitudes[1])
    return np.arccos(products[0] + products[1] * np.cos(longitudes[0] - longitudes[1]))
