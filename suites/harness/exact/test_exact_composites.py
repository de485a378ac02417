"""Gradients of losses and layers against mpmath: closed forms at a hundred digits and more, extreme points too."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from exact_oracle import contains, thin
from mpmath import mpf

from gradcheck.exact import gradient_of, value_of

DIGITS = 3000


def logsumexp(xp, x):
    top = xp.stop_gradient(xp.max(x))
    return top + xp.log(xp.sum(xp.exp(x - top)))


def layer_norm(xp, x):
    centred = x - xp.mean(x)
    return xp.sum(centred / xp.sqrt(xp.mean(centred**2) + 1e-5) * np.arange(x.size))


def cross_entropy(xp, x):
    return logsumexp(xp, x) - x[0]


def response_norm(xp, x):
    return xp.sum(x / (2 + 1e-4 * xp.sum(x * x)) ** 0.75)


def log_of_products(xp, x):
    return xp.log(xp.sum(xp.exp(xp.prod(xp.stack([x, x[::-1], x + 1]), axis=0))))


def norm(xp, x):
    return xp.sqrt(xp.sum(x * x))


class MpNamespace:
    """The functions of xp that the definitions here use, over vectors of mpmath numbers."""

    exp, log, sqrt = (staticmethod(np.frompyfunc(f, 1, 1)) for f in (mpmath.exp, mpmath.log, mpmath.sqrt))
    sum, max, mean, prod, stack = (staticmethod(f) for f in (np.sum, np.max, np.mean, np.prod, np.stack))

    @staticmethod
    def stop_gradient(x):
        return x


DEFINITIONS = (logsumexp, cross_entropy, layer_norm, response_norm, log_of_products, norm)
POINTS = {
    "typical": [0.3, -1.25, 2.0],
    "saturated": [800.0, -800.0, 40.0],
    "tiny": [1e-310, 5e-324, -1e-300],
    "mixed": [1e-30, -4.0, 300.0],
    "one outlier": [1.0, 1.5, 1e30],
}


def _moved(definition, x, k, step):
    moved = np.array([mpf(v) for v in x], dtype=object)
    moved[k] += step
    return definition(MpNamespace, moved)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.__name__)
def test_value_and_gradient(definition, point):
    if definition is log_of_products and point == "one outlier":
        pytest.skip("exp(1e60), beyond what mpmath holds")
    x = np.array(POINTS[point])
    with mpmath.workdps(DIGITS):
        value = _moved(definition, x, 0, mpf(0))
        for ball in thin(lambda bits: value_of(definition, [x], bits).item()):
            assert contains(ball, value, abs(value) * mpf(10) ** -200 + mpf(10) ** -1000)
        step = mpf(2) ** -3000
        for k in range(x.size):
            slope = (_moved(definition, x, k, step) - _moved(definition, x, k, -step)) / (2 * step)
            for ball in thin(lambda bits, k=k: gradient_of(definition, [x], bits=bits)[0][k]):
                assert contains(ball, slope, abs(slope) * mpf(10) ** -200 + mpf(10) ** -900)
