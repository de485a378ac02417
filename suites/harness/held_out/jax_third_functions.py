"""Finance, physics, signals, robots and layers as users of JAX write them, most with a failure somewhere."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy.special import erf


# Large numbers on the way
def annuity_factor(rate, periods):
    growth = (1.0 + rate) ** periods
    return (growth - 1.0) / (rate * growth)


def mahalanobis(covariance, x):
    """By the adjugate of a matrix of two rows."""
    (a, b), (c, d) = covariance
    return (d * x[0] ** 2 - (b + c) * x[0] * x[1] + a * x[1] ** 2) / (a * d - b * c)


def ising_free_energy(couplings):
    def step(state, coupling):
        same, other = jnp.exp(coupling), jnp.exp(-coupling)
        return jnp.array([[same, other], [other, same]]) @ state, None

    state, _ = lax.scan(step, jnp.ones(2, couplings.dtype), couplings)
    return jnp.log(jnp.sum(state))


def mellowmax(action_values):
    return jnp.log(jnp.mean(jnp.exp(10.0 * action_values))) / 10.0


def dipole_field(moment, distance):
    return moment * distance**-3


def unit_embedding(x):
    return x * lax.rsqrt(jnp.sum(x**2))


# Small numbers on the way
def naive_bayes(first, second):
    """Of two classes, equally frequent, and independent features."""
    one, two = jnp.prod(first), jnp.prod(second)
    return one / (one + two)


def path_curvature(velocity, acceleration):
    turn = velocity[0] * acceleration[1] - velocity[1] * acceleration[0]
    return turn / (velocity[0] ** 2 + velocity[1] ** 2) ** 1.5


def six_norm(x):
    return jnp.sum(x**6) ** (1.0 / 6.0)


def carrier_wave(amplitude, gigahertz, nanoseconds):
    cycles = (gigahertz * 1e9) * (nanoseconds * 1e-9)
    return amplitude * jnp.sin(2.0 * math.pi * cycles)


# Small differences
def slit_path_difference(screen, height, half_gap):
    far = jnp.sqrt(screen**2 + (height + half_gap) ** 2)
    near = jnp.sqrt(screen**2 + (height - half_gap) ** 2)
    return far - near


def sampling_droop(phase):
    """In decibels."""
    return 20.0 * jnp.log10(jnp.sin(phase) / phase)


def deviation_from_moments(x):
    return jnp.sqrt(jnp.mean(x**2) - jnp.mean(x) ** 2)


def oscillator_energy(x):
    return x / jnp.tanh(x)


# Small next to large
def excess_log_partition(energies):
    return jnp.log(jnp.sum(jnp.exp(energies[0] - energies)))


def moving_sums(x):
    """Of two neighbours."""
    sums = jnp.cumsum(x)
    return sums[2:] - sums[:-2]


def drifted_distance(position, velocity):
    end = lax.fori_loop(0, 10, lambda _, at: at + 0.01 * velocity, position)
    return end - position


def redshift(speed):
    """The speed is a fraction of that of light."""
    return jnp.sqrt((1.0 + speed) / (1.0 - speed)) - 1.0


def toll_and_rebate(toll, place, entry, leaving):
    """The way there costs a little, the toll is paid back beyond the exit."""
    return (place + toll * (place - entry)) - toll * (place - leaving)


def confident_cross_entropy(logits):
    shifted = logits - lax.stop_gradient(jnp.max(logits))
    return jnp.log(jnp.sum(jnp.exp(shifted))) - shifted[0]


# Edges
def exponential_integrator_weight(step):
    return jnp.expm1(step) / step


def triangle_wave(phase):
    return jnp.arccos(jnp.cos(phase))


def minkowski_distance(a, b):
    return jnp.sum(jnp.abs(a - b) ** 1.5) ** (2.0 / 3.0)


def geometric_mean_rate(forward_rate, backward_rate):
    return jnp.sqrt(forward_rate * backward_rate)


# Branches
def inverse_softplus(y):
    return jnp.where(y > 30.0, y, jnp.log(jnp.expm1(y)))


def bump(x):
    return jnp.where(jnp.abs(x) < 1.0, jnp.exp(-1.0 / (1.0 - x**2)), 0.0)


def capped_repulsion(distance):
    return jnp.minimum(1.0 / distance, 100.0)


# Bounds
def unsaturated_error(command, error):
    """What an integrator adds up while its actuator is not at its limit."""
    return jnp.where(jnp.tanh(command) < 1.0, error, 0.0)


def best_detector(distances):
    return jnp.max(erf(distances))


@jax.custom_vjp
def limited(x):
    return jnp.tanh(x)


limited.defvjp(
    lambda x: (jnp.tanh(x), (x, jnp.tanh(x))),
    lambda saved, g: (jnp.where(jnp.abs(saved[1]) < 1.0, g / jnp.cosh(saved[0]) ** 2, 0.0),),
)


def limited_steering(angles):
    return jnp.sum(limited(angles))


# Rules of one's own
@jax.custom_jvp
def cube_root(x):
    return jnp.cbrt(x)


@cube_root.defjvp
def _cube_root_jvp(primals, tangents):
    y = cube_root(primals[0])
    return y, tangents[0] / (3.0 * y)


def droplet_radius(volume):
    return cube_root(0.75 * volume / math.pi)


@jax.custom_vjp
def linear_layer(weights, x):
    return weights @ x


linear_layer.defvjp(
    lambda weights, x: (weights @ x, (weights, x)),
    lambda saved, g: (jnp.outer(saved[1], g), saved[0].T @ g),
)


def layer_output(weights, x):
    return jnp.sum(linear_layer(weights, x))


@jax.custom_vjp
def direction(x):
    return x / jnp.sqrt(jnp.sum(x**2))


direction.defvjp(lambda x: (direction(x), x), lambda x, g: (g / jnp.sqrt(jnp.sum(x**2)),))


def alignment(x, target):
    return jnp.sum(direction(x) * target)


# Nothing is wrong with these
def gabor_envelope(x):
    return jnp.exp(-0.5 * x**2)


def second_difference(x):
    return x[2:] - 2.0 * x[1:-1] + x[:-2]


def guarded_bump(x):
    inside = jnp.abs(x) < 1.0
    return jnp.where(inside, jnp.exp(-1.0 / (1.0 - jnp.where(inside, x, 0.0) ** 2)), 0.0)


def hat(x):
    return jnp.maximum(0.0, 1.0 - jnp.abs(x))


@jax.custom_vjp
def hypotenuse(a, b):
    longer, shorter = jnp.maximum(jnp.abs(a), jnp.abs(b)), jnp.minimum(jnp.abs(a), jnp.abs(b))
    return longer * jnp.sqrt(1.0 + (shorter / longer) ** 2)


hypotenuse.defvjp(
    lambda a, b: (hypotenuse(a, b), (a, b, hypotenuse(a, b))),
    lambda saved, g: (g * (saved[0] / saved[2]), g * (saved[1] / saved[2])),
)


def activation_norm(x):
    return x / jnp.sqrt(jnp.mean(x**2) + 1e-6)


def log_odds(p):
    return jnp.log(p) - jnp.log(1.0 - p)
