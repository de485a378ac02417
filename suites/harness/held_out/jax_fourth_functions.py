"""Densities, flows, policies, Gaussian processes and survival as users of JAX write them, most with a failure."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy.special import entr, erf, gammaln, log_ndtr, logsumexp


# Densities and mixtures
def responsibilities(x, means):
    densities = jax.vmap(lambda mean: jnp.exp(-0.5 * (x - mean) ** 2))(means)
    return densities / jnp.sum(densities)


def categorical_kl(p, q):
    return jnp.sum(p * (jnp.log(p) - jnp.log(q)))


def truncated_normal_log_mass(low, high):
    def cdf(x):
        return 0.5 * (1.0 + erf(x / math.sqrt(2.0)))

    return jnp.log(cdf(high) - cdf(low))


def clayton_copula(u, v, theta):
    return (u**-theta + v**-theta - 1.0) ** (-1.0 / theta)


def polya_urn(concentration, drawn):
    """The log probability that all that is drawn is of the first of two colours."""
    total = 2.0 * concentration
    first = gammaln(concentration + drawn) - gammaln(concentration)
    return first - (gammaln(total + drawn) - gammaln(total))


def stick_breaking_remainder(logits):
    return jnp.prod(1.0 - jax.nn.sigmoid(logits))


def frank_copula(u, v, theta):
    rise = (jnp.exp(-theta * u) - 1.0) * (jnp.exp(-theta * v) - 1.0) / (jnp.exp(-theta) - 1.0)
    return -jnp.log(1.0 + rise) / theta


def residual_energy(residual, scale):
    return 0.5 * jnp.sum((residual / scale) ** 2)


def polya_gamma_mean(tilt):
    return jnp.where(tilt == 0.0, 0.25, jnp.tanh(0.5 * tilt) / (2.0 * tilt))


# Hazards
def rare_event_log_likelihood(eta):
    """Complementary log-log link."""
    return jnp.log(1.0 - jnp.exp(-jnp.exp(eta)))


def log_logistic_cumulative_hazard(time, scale, shape):
    return jnp.log(1.0 + (time / scale) ** shape)


def generalised_pareto_survival(excess, scale, shape):
    return (1.0 + shape * excess / scale) ** (-1.0 / shape)


def log_survival_of_step(rate):
    """Of a step of unit length, minus infinity where nobody survives."""
    hazard = 1.0 - jnp.exp(-rate)
    return jnp.where(hazard < 1.0, jnp.log1p(-hazard), -jnp.inf)


def cumulative_incidence(deaths, at_risk):
    """One minus the Kaplan-Meier estimate."""

    def step(survival, counts):
        return survival * (1.0 - counts[0] / counts[1]), None

    survival, _ = lax.scan(step, jnp.ones((), deaths.dtype), (deaths, at_risk))
    return 1.0 - survival


def administratively_censored(time, hazard):
    return jnp.where(time < 5.0, jnp.log(hazard), 0.0) - hazard * jnp.minimum(time, 5.0)


def logistic_log_survival(time, location):
    return jnp.log(1.0 - jax.nn.sigmoid(time - location))


def event_probability(rate, time):
    return -jnp.expm1(-rate * time)


def decay_hazard(activity, nuclei):
    return activity / nuclei


def gompertz_cumulative_hazard(level, growth, time):
    return level * jnp.expm1(growth * time) / growth


# Policies and returns
def softmax_policy_entropy(preferences):
    weights = jnp.exp(preferences)
    policy = weights / jnp.sum(weights)
    return -jnp.sum(policy * jnp.log(policy))


def importance_ratio(log_prob, behaviour_log_prob):
    return jnp.exp(log_prob) / jnp.exp(behaviour_log_prob)


def effective_horizon(discount):
    """Of a hundred steps."""
    return (1.0 - discount**100) / (1.0 - discount)


def vtrace_weight(log_prob, behaviour_log_prob):
    return jnp.minimum(jnp.exp(log_prob - behaviour_log_prob), 1.0)


def first_action_loss(logits):
    return -jnp.log(jax.nn.softmax(logits)[0])


def bandit_value(logit, reward):
    return jax.nn.sigmoid(logit) * reward


def trajectory_log_probability(probabilities):
    path, _ = lax.scan(lambda so_far, p: (so_far * p, None), jnp.ones((), probabilities.dtype), probabilities)
    return jnp.log(path)


# Gaussian processes
def expanded_kernel(x, y):
    return jnp.exp(-0.5 * (x**2 + y**2 - 2.0 * x * y))


def posterior_variance(at, observed):
    k = jnp.exp(-0.5 * (at - observed) ** 2)
    return 1.0 - k * k


def rational_quadratic(distance, length):
    alpha = 1000.0
    return (1.0 + distance**2 / (2.0 * alpha * length**2)) ** -alpha


def matern_three_halves(x, y):
    scaled = math.sqrt(3.0) * jnp.sqrt(jnp.sum((x - y) ** 2))
    return (1.0 + scaled) * jnp.exp(-scaled)


# Flows
def quadratic_spline_inverse(y, slope):
    """On the unit interval; the identity elsewhere."""
    root = jnp.sqrt(slope**2 + 4.0 * (1.0 - slope) * y)
    return jnp.where((y > 0.0) & (y < 1.0), (root - slope) / (2.0 * (1.0 - slope)), y)


@jax.custom_vjp
def log_abs_det(matrix):
    (a, b), (c, d) = matrix
    return jnp.log(jnp.abs(a * d - b * c))


def _log_abs_det_bwd(matrix, g):
    (a, b), (c, d) = matrix
    return (g * jnp.array([[d, -b], [-c, a]]) / (a * d - b * c),)


log_abs_det.defvjp(lambda matrix: (log_abs_det(matrix), matrix), _log_abs_det_bwd)


def linear_flow_log_density(matrix, z):
    """Of a standard normal base, without its constant."""
    return -0.5 * jnp.sum((matrix @ z) ** 2) + log_abs_det(matrix)


# Rules of one's own
@jax.custom_vjp
def simplex_map(logits):
    return jax.nn.softmax(logits)


def _simplex_map_fwd(logits):
    p = simplex_map(logits)
    return p, p


simplex_map.defvjp(_simplex_map_fwd, lambda p, g: (g * p * (1.0 - p),))


def expected_cost(logits, costs):
    return jnp.sum(simplex_map(logits) * costs)


@jax.custom_vjp
def log_normal_cdf(x):
    return log_ndtr(x)


def _log_normal_cdf_bwd(x, g):
    density = jnp.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)
    return (g * density / (0.5 * (1.0 + erf(x / math.sqrt(2.0)))),)


log_normal_cdf.defvjp(lambda x: (log_normal_cdf(x), x), _log_normal_cdf_bwd)


def probit_log_likelihood(margin):
    return log_normal_cdf(margin)


# Nothing is wrong with these
def laplace_log_density(x, location, scale):
    return -jnp.abs(x - location) / scale - jnp.log(2.0 * scale)


def gumbel_log_density(z):
    return -(z + jnp.exp(-z))


def categorical_entropy(p):
    return jnp.sum(entr(p))


def importance_weighted_bound(log_weights):
    return logsumexp(log_weights) - math.log(2.0)


def preference_log_likelihood(margins):
    """Bradley-Terry."""
    return jnp.sum(jax.nn.log_sigmoid(margins))


def guarded_matern(x, y):
    squared = jnp.sum((x - y) ** 2)
    apart = squared > 0.0
    scaled = math.sqrt(3.0) * jnp.where(apart, jnp.sqrt(jnp.where(apart, squared, 1.0)), 0.0)
    return (1.0 + scaled) * jnp.exp(-scaled)


def truncated_ratio(log_prob, behaviour_log_prob):
    return jnp.exp(jnp.minimum(log_prob - behaviour_log_prob, 0.0))


def temporal_difference(reward, value, next_value):
    return reward + 0.5 * next_value - value


def infant_hazard(age):
    return 0.5 * age**-0.5


def beta_kernel(x, a, b):
    return x ** (a - 1.0) * (1.0 - x) ** (b - 1.0)
