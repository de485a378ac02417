"""Well-written functions of NumPy; what to know of each is in `gradcheck.suites.known_bugs.numpy_controls`."""

from __future__ import annotations

import numpy as np

c_n_logaddexp = np.logaddexp

c_n_hypot = np.hypot


def c_n_softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def c_n_softplus_float16(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def c_n_log_softmax(x):
    shifted = x - np.max(x)
    return shifted - np.log(np.sum(np.exp(shifted)))


c_n_mean = np.mean
