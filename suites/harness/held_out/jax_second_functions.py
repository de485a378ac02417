"""More losses, densities, physics and signals as users of JAX write them, most with a failure somewhere."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy.special import erf, gammaln


# Large numbers on the way
def gamma_density(x, shape):
    return x ** (shape - 1.0) * jnp.exp(-x) / jnp.exp(gammaln(shape))


def dominant_eigenvalue(matrix):
    start = jnp.array([1.0, 0.0], matrix.dtype)
    v, _ = lax.scan(lambda v, _: (matrix @ v, None), start, None, length=20)
    return v @ (matrix @ v) / (v @ v)


def log_normal_deviation(mean, sigma):
    return jnp.sqrt(jnp.exp(sigma**2) - 1.0) * jnp.exp(mean + sigma**2 / 2.0)


def list_mle(scores):
    """The items are in the order of their relevance."""
    remaining = jnp.cumsum(jnp.exp(scores)[::-1])[::-1]
    return jnp.sum(jnp.log(remaining) - scores)


def fermi_occupation(energy):
    return 1.0 / (1.0 + jnp.exp(energy))


def mutual_information(joint, first, second):
    return jnp.log(joint / (first * second))


# Small numbers on the way
def lennard_jones(depth, sigma, distance):
    """In the units of the SI."""
    return 4.0 * depth * (sigma**12 / distance**12 - sigma**6 / distance**6)


def apparent_magnitude(luminosity, distance):
    return -2.5 * jnp.log10(luminosity / (4.0 * math.pi * distance**2))


def kernel_regression(x, centres, responses):
    weights = jnp.exp(-0.5 * ((x - centres) / 0.1) ** 2)
    return jnp.sum(weights * responses) / jnp.sum(weights)


def participation_ratio(amplitudes):
    return jnp.sum(amplitudes**2) ** 2 / jnp.sum(amplitudes**4)


# Small differences
def circular_segment(radius, angle):
    return 0.5 * radius**2 * (angle - jnp.sin(angle))


def langevin(field):
    return 1.0 / jnp.tanh(field) - 1.0 / field


def itakura_saito(power, model):
    ratio = power / model
    return jnp.sum(ratio - jnp.log(ratio) - 1.0)


def expected_improvement(mean, deviation, best):
    z = (mean - best) / deviation
    below = 0.5 * (1.0 + erf(z / math.sqrt(2.0)))
    return (mean - best) * below + deviation * jnp.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)


def squareplus(x):
    return 0.5 * (x + jnp.sqrt(x**2 + 4.0))


# Small next to large
def channel_capacity(bandwidth, signal, noise):
    return bandwidth * jnp.log2(1.0 + signal / noise)


def weibull_sample(uniform, shape):
    return (-jnp.log(1.0 - uniform)) ** (1.0 / shape)


def lifting_energy(mass, height):
    def potential(h):
        return -3.986e14 / (6.371e6 + h)

    return mass * (potential(height) - potential(jnp.zeros_like(height)))


def kalman_variance(prior, noise):
    def step(variance, r):
        gain = variance / (variance + r)
        return (1.0 - gain) * variance, None

    variance, _ = lax.scan(step, prior, noise)
    return variance


# Edges
def hyperboloid_distance(u, v):
    inner = jnp.sqrt(1.0 + jnp.sum(u**2)) * jnp.sqrt(1.0 + jnp.sum(v**2)) - jnp.sum(u * v)
    return jnp.arccosh(inner)


def parallel_resistance(resistances):
    return 1.0 / jnp.sum(1.0 / resistances)


def masked_log_likelihood(p, mask):
    return -jnp.sum(mask * jnp.log(p))


def minibatch_deviation(x):
    return jnp.sqrt(jnp.mean((x - jnp.mean(x)) ** 2))


def orbital_period(axis, gravity):
    return 2.0 * math.pi * jnp.sqrt(axis**3 / gravity)


def rotation_error(diagonal):
    """The angle of a rotation from the diagonal of its matrix."""
    return jnp.arccos(jnp.clip((jnp.sum(diagonal) - 1.0) / 2.0, -1.0, 1.0))


# Branches
def lab_lightness(t):
    delta = 6.0 / 29.0
    return jnp.where(t > delta**3, jnp.cbrt(t), t / (3.0 * delta**2) + 4.0 / 29.0)


def spherical_bessel(x):
    return jnp.where(jnp.abs(x) < 0.01, x / 3.0, jnp.sin(x) / x**2 - jnp.cos(x) / x)


def decibels(amplitude):
    return jnp.maximum(20.0 * jnp.log10(amplitude), -80.0)


def pair_energy(positions):
    gaps = positions[:, None, :] - positions[None, :, :]
    distances = jnp.sqrt(jnp.sum(gaps**2, axis=-1))
    return 0.5 * jnp.sum(jnp.where(jnp.eye(len(positions), dtype=bool), 0.0, 1.0 / distances))


# Bounds
def metropolis_acceptance(energy_change, temperature):
    return jnp.minimum(1.0, jnp.exp(-energy_change / temperature))


def edge_coverage(distance):
    return jnp.clip(0.5 * (1.0 + erf(distance)), 0.0, 1.0)


def restoring_torque(stiffness, angle):
    """None at rest."""
    return lax.cond(jnp.cos(angle) < 1.0, lambda k, a: k * jnp.sin(a), lambda k, a: jnp.zeros_like(a), stiffness, angle)


# Rules of one's own
@jax.custom_vjp
def quadratic_form(x, matrix):
    return x @ (matrix @ x)


quadratic_form.defvjp(
    lambda x, matrix: (quadratic_form(x, matrix), (x, matrix)),
    lambda saved, g: (2.0 * g * (saved[1] @ saved[0]), g * jnp.outer(saved[0], saved[0])),
)


@jax.custom_vjp
def policy(logits):
    weights = jnp.exp(logits - jnp.max(logits))
    return weights / jnp.sum(weights)


policy.defvjp(lambda logits: (policy(logits),) * 2, lambda p, g: (g * p * (1.0 - p),))


def expected_return(logits, returns):
    return jnp.sum(policy(logits) * returns)


@jax.custom_jvp
def newton_root(x):
    return lax.fori_loop(0, 8, lambda _, y: 0.5 * (y + x / y), jnp.ones_like(x))


@newton_root.defjvp
def _newton_root_jvp(primals, tangents):
    y = newton_root(primals[0])
    return y, tangents[0] / y


# Nothing is wrong with these
def guarded_sinc(x):
    nonzero = jnp.where(x == 0.0, 1.0, x)
    return jnp.where(x == 0.0, 1.0, jnp.sin(nonzero) / nonzero)


@jax.custom_jvp
def safe_norm(x):
    return jnp.sqrt(jnp.sum(x**2))


@safe_norm.defjvp
def _safe_norm_jvp(primals, tangents):
    norm = safe_norm(primals[0])
    return norm, jnp.sum(primals[0] * tangents[0]) / jnp.where(norm == 0.0, 1.0, norm)


def outflow_speed(height):
    return jnp.sqrt(2.0 * 9.81 * height)


def streaming_log_sum_exp(x):
    def step(state, value):
        largest, total = state
        now = jnp.maximum(largest, value)
        return (now, total * jnp.exp(largest - now) + jnp.exp(value - now)), None

    (largest, total), _ = lax.scan(step, (x[0], jnp.ones_like(x[0])), x[1:])
    return largest + jnp.log(total)


def signed_area(a, b):
    return 0.5 * (a[0] * b[1] - a[1] * b[0])


def total_variation(x):
    return jnp.sum(jnp.abs(x[1:] - x[:-1]))


def catenary(x):
    return jnp.cosh(x)


def cross_correlation(a, b):
    return jnp.sum(a * b) / jnp.sqrt(jnp.sum(a**2) * jnp.sum(b**2))
