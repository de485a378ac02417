"""Losses, layers and densities as users of JAX write them, most with a failure somewhere, some with none."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax


# Sums of exponentials and powers
def info_nce(similarities):
    scores = jnp.exp(similarities / 0.01)
    return -jnp.log(scores[0] / jnp.sum(scores))


def log_evidence(log_likelihoods):
    return jnp.log(jnp.nan_to_num(jnp.sum(jnp.exp(log_likelihoods))))


def mixture_density_nll(mean, log_scale, y):
    z = (y - mean) / jnp.exp(log_scale)
    return -jnp.log(jnp.mean(jnp.exp(-0.5 * z**2) / (jnp.exp(log_scale) * math.sqrt(2 * math.pi))))


def log_rising_factorial(r):
    return jnp.log(lax.fori_loop(0, 40, lambda k, product: product * (r + k), jnp.ones_like(r)))


def layer_norm(x):
    centred = x - jnp.mean(x)
    return centred / jnp.sqrt(jnp.mean(centred**2) + 1e-5)


def student_t_nll(x, mean, scale):
    return jnp.sum(2.0 * jnp.log1p(((x - mean) / scale) ** 2 / 3.0) + jnp.log(scale))


def hidden_markov_log_likelihood(emissions):
    transition = jnp.array([[0.75, 0.25], [0.25, 0.75]], emissions.dtype)

    def step(alpha, emission):
        return (alpha @ transition) * emission, None

    alpha, _ = lax.scan(step, 0.5 * emissions[0], emissions[1:])
    return jnp.log(jnp.sum(alpha))


def sinkhorn_cost(cost):
    kernel = jnp.exp(-cost / 0.01)

    def step(v, _):
        u = 0.5 / (kernel @ v)
        v = 0.5 / (kernel.T @ u)
        return v, u

    v, us = lax.scan(step, jnp.ones_like(cost[0]), None, length=3)
    return jnp.sum(us[-1][:, None] * kernel * v[None, :] * cost)


def heading(displacement):
    return jnp.arctan2(displacement[..., 1], displacement[..., 0])


def signal_to_noise(signal, noise):
    return signal / noise


# Small differences
def von_mises_energy(angle, mean):
    return 4.0 * (1.0 - jnp.cos(angle - mean))


def gaussian_kl(log_scale_p, log_scale_q):
    return log_scale_q - log_scale_p + 0.5 * jnp.exp(2.0 * (log_scale_p - log_scale_q)) - 0.5


def box_cox(x, power):
    return (x**power - 1.0) / power


def render_ray(density):
    alpha = 1.0 - jnp.exp(-density * 0.5)
    light = jnp.cumprod(jnp.concatenate([jnp.ones_like(alpha[:1]), 1.0 - alpha[:-1]]))
    return jnp.sum(light * alpha)


def squashed_log_prob(u, mean, log_std):
    normal = -0.5 * ((u - mean) / jnp.exp(log_std)) ** 2 - log_std - 0.5 * math.log(2 * math.pi)
    return normal - jnp.log(1.0 - jnp.tanh(u) ** 2 + 1e-6)


def squashed_action(u):
    return 2.0 * jnp.tanh(u)


def recovered_pre_activation(u):
    return jnp.arctanh(jnp.tanh(u))


def focal_loss(logits):
    return (1.0 - jax.nn.sigmoid(logits)) ** 2 * jax.nn.softplus(-logits)


def kl_penalty(log_prob, reference_log_prob):
    log_ratio = reference_log_prob - log_prob
    return jnp.exp(log_ratio) - 1.0 - log_ratio


# Small next to large
def compounded(rate, periods):
    return (1.0 + rate / periods) ** periods


def masked_attention(scores, keep):
    return jax.nn.softmax(scores + (1.0 - keep) * -1e9)


def negative_binomial_zero(mean, dispersion):
    return -dispersion * jnp.log(dispersion / (dispersion + mean))


def binarize(x):
    return x + lax.stop_gradient(jnp.sign(x) - x)


# Edges and branches
def binary_cross_entropy(p, label):
    return -(label * jnp.log(p) + (1.0 - label) * jnp.log(1.0 - p))


def mean_reverting_variance(rate, time):
    return (1.0 - jnp.exp(-2.0 * rate * time)) / (2.0 * rate)


def contrastive_loss(a, b):
    distance = jnp.sqrt(jnp.sum((a - b) ** 2))
    return jnp.maximum(0.0, 1.0 - distance) ** 2


def triangle_area(sides):
    s = jnp.sum(sides) / 2
    return jnp.sqrt(jnp.maximum(s * jnp.prod(s - sides), 0.0))


def polar_angle(xyz):
    return jnp.arccos(xyz[2] / jnp.sqrt(jnp.sum(xyz**2)))


def ppo_loss(log_prob, old_log_prob, advantage):
    ratio = jnp.exp(log_prob - old_log_prob)
    return -jnp.minimum(ratio * advantage, jnp.clip(ratio, 0.8, 1.2) * advantage)


def rotate(axis_angle, vector):
    angle = jnp.sqrt(jnp.sum(axis_angle**2))
    first = jnp.where(angle < 1e-6, 1.0, jnp.sin(angle) / angle)
    second = jnp.where(angle < 1e-6, 0.5, (1.0 - jnp.cos(angle)) / angle**2)
    turned = jnp.cross(axis_angle, vector)
    return vector + first * turned + second * jnp.cross(axis_angle, turned)


def clip_by_norm(x):
    return x * jnp.minimum(1.0, 5.0 / jnp.sqrt(jnp.sum(x**2)))


def hard_sigmoid(x):
    return jnp.clip(x / 6.0 + 0.5, 0.0, 1.0)


def safe_probability(logits):
    return jnp.clip(jax.nn.sigmoid(logits), 1e-7, 1.0 - 1e-7)


# Constants
def bias_corrected(moment, step):
    return moment / (1.0 - 0.99999999**step)


def rms_norm(x):
    return x * lax.rsqrt(jnp.mean(x * x) + 1e-8)


# Rules of one's own
@jax.custom_jvp
def softplus_rule(x):
    return jnp.logaddexp(x, 0.0)


@softplus_rule.defjvp
def _softplus_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return softplus_rule(x), jnp.exp(x) / (1.0 + jnp.exp(x)) * t


@jax.custom_vjp
def gate(x):
    return 1.0 / (1.0 + jnp.exp(-x))


gate.defvjp(lambda x: (gate(x), gate(x)), lambda y, g: (g * y * (1.0 - y),))


@jax.custom_vjp
def clip_gradient(x):
    return x


clip_gradient.defvjp(lambda x: (x, None), lambda _, g: (jnp.clip(g, -1.0, 1.0),))


def clipped_regression(x):
    return jnp.sum((clip_gradient(x) - 1.0) ** 2)


@jax.custom_vjp
def round_through(x):
    return jnp.round(x)


round_through.defvjp(lambda x: (jnp.round(x), None), lambda _, g: (g,))


def quantized(x):
    return round_through(4.0 * x) / 4.0


@jax.custom_jvp
def swish(x):
    return x * jax.nn.sigmoid(x)


@swish.defjvp
def _swish_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    s = jax.nn.sigmoid(x)
    return swish(x), t * (s + s * (1.0 - s))


# Nothing is wrong with these
def guarded_root(x):
    return jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0)


def mapped_cond_root(x):
    return jax.vmap(lambda v: lax.cond(v > 0, jnp.sqrt, jnp.zeros_like, v))(x)


def log_softmax(x):
    shifted = x - lax.stop_gradient(jnp.max(x))
    return shifted - jnp.log(jnp.sum(jnp.exp(shifted)))


def dice_loss(p, label):
    return 1.0 - 2.0 * jnp.sum(p * label) / (jnp.sum(p) + jnp.sum(label))


def masked_mean(x, keep):
    return jnp.sum(x * keep) / jnp.sum(keep)


def signed_power(x):
    return jnp.sign(x) * jnp.abs(x) ** 1.5


def alignment_score(log_probs):
    def step(state, frame):
        shifted = jnp.concatenate([jnp.full_like(state[:1], -1e30), state[:-1]])
        return jnp.logaddexp(state, shifted) + frame, None

    start = jnp.where(jnp.arange(log_probs.shape[1]) == 0, log_probs[0], -1e30)
    state, _ = lax.scan(step, start, log_probs[1:])
    return state[-1]


@jax.custom_jvp
def log_one_minus_exp(x):
    return jnp.where(x < 0.7, jnp.log(-jnp.expm1(-x)), jnp.log1p(-jnp.exp(-x)))


@log_one_minus_exp.defjvp
def _log_one_minus_exp_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return log_one_minus_exp(x), t / jnp.expm1(x)


def hinge_loss(score):
    return jnp.maximum(0.0, 1.0 - score)


def fourier_feature(t):
    return jnp.sin(2 * math.pi * 100.0 * t)


def attraction(distance):
    return 1.0 / distance**2
