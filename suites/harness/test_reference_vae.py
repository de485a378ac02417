"""The references of the variational autoencoders against mpmath, where they are ordinary and where they saturate."""

from __future__ import annotations

import mpmath
import mpmath_oracle as oracle
import numpy as np
import pytest

from gradcheck.inputs import points
from gradcheck.reference.bernoulli import BERNOULLI_LOG_DENSITY
from gradcheck.reference.elbo import ELBO
from gradcheck.reference.gaussian import GAUSSIAN_LOG_DENSITY
from gradcheck.reference.iwae import IWAE_BOUND
from gradcheck.reference.vae_model import VAE_MODEL

DIGITS = 800  # what changes with the step in numbers of this size
STEP = "1e-350"
ULPS = 1
SIZES = (5e-324, 1e-310, 1e-160, 1e-8, 1.0, 30.0, 1e4, 1e100)
RNG = np.random.default_rng(0)


def _of_size(size: float, shape: tuple[int, ...]) -> np.ndarray:
    return size * RNG.uniform(0.5, 1, shape) * RNG.choice([-1, 1], shape)


def _gaussian():
    for size in SIZES:
        yield f"{size:g}", _of_size(size, (2, 3)), _of_size(1.0, (2, 3)), _of_size(min(size, 20.0), (2, 3))
    yield "at the mean", np.ones((2, 3)), np.ones((2, 3)), _of_size(20.0, (2, 3))
    yield "one ulp off the mean", np.ones((2, 3)), np.nextafter(np.ones((2, 3)), 2), np.full((2, 3), -20.0)


def _bernoulli():
    for size in SIZES:
        yield f"{size:g}", _of_size(size, (4,)), np.array([0.0, 1.0, 0.0, 1.0])
    yield "saturated", np.array([20.0, 37.0, 745.2, -745.2]), np.array([0.0, 1.0, 1.0, 0.0])


def _elbo():
    observation = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    sure = (2 * observation - 1) * 1e4
    for size in SIZES:
        log_std = _of_size(min(size, 20.0), (2, 2))
        yield f"{size:g}", _of_size(size, (2, 3)), observation, _of_size(size, (2, 2)), log_std
        yield f"sure, {size:g}", sure, observation, np.zeros((2, 2)), log_std


def _iwae():
    for size in SIZES:
        yield f"{size:g}", _of_size(size, (2, 5))
    yield "offset", 1e4 + _of_size(1.0, (2, 5))
    yield "near bound 0", np.array([[np.log(5), -800, -800, -800, -800], [0.1, -0.1, 1e-20, 0, -1e-300]])
    yield "far apart", np.array([[1.7e308, -1.7e308, 0, 0, 0], [0.0, -600.25, -710.0, -745.0, 1e-9]])


CASES = [
    pytest.param(specification, arrays, id=f"{specification.name}: {name}")
    for specification, make in (
        (GAUSSIAN_LOG_DENSITY, _gaussian),
        (BERNOULLI_LOG_DENSITY, _bernoulli),
        (ELBO, _elbo),
        (IWAE_BOUND, _iwae),
    )
    for name, *arrays in make()
]


@pytest.mark.parametrize(("specification", "arrays"), CASES)
def test_value_and_gradient_against_mpmath(specification, arrays):
    _assert_near(specification, arrays, DIGITS, STEP)


def test_model_against_mpmath_with_respect_to_every_parameter():
    """Difference quotients know nothing of back-propagation."""
    point = points.make(VAE_MODEL.arguments, "float64", regimes=["typical"])[0]
    _assert_near(VAE_MODEL, point.arrays, digits=120, step="1e-45")


def _assert_near(specification, arrays, digits, step):
    with mpmath.workdps(digits):
        assert oracle.ulps_apart(specification.value(*arrays), oracle.value(specification, arrays)) <= ULPS
        exact = oracle.gradient(specification, arrays, mpmath.mpf(step))
        for actual, by_argument in zip(specification.gradient(*arrays), exact, strict=True):
            assert oracle.ulps_apart(actual, by_argument) <= ULPS
