"""The largest stable rate: predicted from Hessians and observed in runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck import divergence

X = np.array([0.5, 1.0, 3.0])
Y = 2 * X - 1
LINE = (2.0, -1.0)


def loss(xp, m, b, x, y):
    residual = m * x + b - y
    return xp.mean(residual * residual)


def step(line, batch, rate):
    (m, b), (x, y) = line, batch
    residual = m * x + b - y
    return m - rate * 2 * np.mean(residual * x), b - rate * 2 * np.mean(residual)


SAMPLES = tuple(zip(X, Y, strict=True))
HESSIANS = [divergence.hessian(loss, (0.0, 0.0), sample) for sample in SAMPLES]


def run(batches, dtype=np.float64, passes=300):
    return lambda rate: divergence.descend(step, (0.0, 0.0), batches, rate, dtype=dtype, passes=passes, solution=LINE)


def test_the_hessian_is_that_of_the_mean_squared_error():
    expected = 2 * np.array([[np.mean(X * X), np.mean(X)], [np.mean(X), 1.0]])
    np.testing.assert_allclose(divergence.hessian(loss, (0.3, -7.0), (X, Y)), expected, rtol=1e-15)


def test_a_loss_that_is_not_quadratic_is_refused():
    with pytest.raises(ValueError, match="not quadratic"):
        divergence.hessian(lambda xp, m: m**4, (1.0,), ())


def test_the_batch_threshold_of_a_parabola():
    """(3 m)^2 / 2 has the second derivative 9, so steps overshoot by more than they correct from 2/9 on."""
    matrix = divergence.hessian(lambda xp, m: 0.5 * (3.0 * m) ** 2, (1.0,), ())
    assert divergence.batch_threshold(matrix) == pytest.approx(2 / 9, rel=1e-15)


def test_the_batch_threshold_is_observed():
    predicted = divergence.batch_threshold(divergence.hessian(loss, (0.0, 0.0), (X, Y)))
    assert divergence.observed_threshold(run([(X, Y)]), predicted) == pytest.approx(predicted, rel=1e-3)


def test_the_spectral_radius_is_that_of_the_pass():
    """A pass over the samples is affine; its linear part is read off three runs of the step itself."""
    rate = 0.07

    def passed(line):
        for sample in SAMPLES:
            line = step(line, sample, rate)
        return np.array(line)

    origin = passed((0.0, 0.0))
    linear = np.stack([passed((1.0, 0.0)) - origin, passed((0.0, 1.0)) - origin], axis=1)
    assert divergence.spectral_radius(HESSIANS, rate) == pytest.approx(abs(np.linalg.eigvals(linear)).max(), rel=1e-12)
    assert divergence.amplification(HESSIANS, rate) >= np.linalg.norm(linear, 2) * (1 - 1e-12)


def test_the_online_threshold_is_observed_and_not_that_of_the_worst_sample():
    predicted = divergence.online_threshold(HESSIANS)
    worst = min(map(divergence.batch_threshold, HESSIANS))
    assert divergence.observed_threshold(run(SAMPLES), predicted) == pytest.approx(predicted, rel=5e-3)
    assert not math.isclose(predicted, worst, rel_tol=0.02)


def test_rounding_lowers_the_threshold_only_where_a_pass_amplifies():
    exactly = divergence.online_threshold(HESSIANS)
    assert divergence.online_threshold_in(HESSIANS, 2.0**-52) == pytest.approx(exactly, rel=1e-9)
    x = np.arange(31.0)
    steep = [np.array([[v * v, v], [v, 1.0]]) for v in x]
    assert divergence.online_threshold_in(steep, 2.0**-7) < 0.7 * divergence.online_threshold(steep)


def test_one_sample_alone_diverges_at_its_own_limit():
    (matrix,) = HESSIANS[2:]
    limit = divergence.batch_threshold(matrix)
    course = run(SAMPLES[2:], passes=10**4)(1.1 * limit)
    assert course.diverged
    assert course.first_non_finite is not None


@pytest.mark.parametrize(("dtype", "bits"), [(np.float16, 16), (np.float32, 128), (np.float64, 1024)])
def test_the_first_non_finite_step_is_when_the_growth_reaches_the_dtype(dtype, bits):
    """p <- -2 p from 1 is 2**bits after that many steps, the first power of two beyond the dtype."""
    course = divergence.descend(
        lambda p, _, rate: (p[0] - rate * p[0],), (1.0,), [()], 3.0, dtype=dtype, passes=2000, solution=(0.0,)
    )
    assert course.first_non_finite == bits


def test_a_run_that_does_not_turn_is_refused():
    with pytest.raises(ValueError, match="from stable to diverging between the rates"):
        divergence.observed_threshold(run([(X, Y)]), 1e-3)


@pytest.mark.parametrize("turn", [-1.5, -0.25, 0.7])
def test_bisection_finds_the_turn_on_either_side_of_zero(turn):
    assert divergence.bisect(lambda r: r > turn, -2.0, 1.0) == pytest.approx(turn, rel=1e-11)
