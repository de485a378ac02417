"""Losses and layers as users of PyTorch write them, from elementary operations."""

from __future__ import annotations

import math
import sys

import torch
import torch.nn.functional as F  # noqa: N812

# Similarity, attention, sequence models


def info_nce(similarity):
    """The positive pair is the first one."""
    scores = torch.exp(similarity / 0.03)
    return -torch.log(scores[0] / scores.sum())


def masked_attention(scores, mask):
    bias = (1 - mask) * -1e9
    return F.softmax(scores + bias, dim=-1)


def minus_infinity_attention(scores, mask):
    return F.softmax(scores.masked_fill(mask == 0, -math.inf), dim=-1)


def tempered_softmax(logits, temperature):
    return F.softmax(logits / temperature, dim=-1)


def hidden_markov_nll(initial, transition, emission):
    alpha = initial * emission[0]
    for step in emission[1:]:
        alpha = (alpha.unsqueeze(1) * transition).sum(0)
        alpha *= step
    return -torch.log(alpha.sum())


def cosine_similarity(a, b):
    return (a * b).sum() / (torch.sqrt((a * a).sum()) * torch.sqrt((b * b).sum()))


def cosine_loss(a, b):
    return 1 - cosine_similarity(a, b).clamp(-1.0, 1.0)


def angle_between(a, b):
    return torch.acos(cosine_similarity(a, b))


def triplet(anchor, positive, negative):
    near = torch.sqrt(((anchor - positive) ** 2).sum(-1))
    far = torch.sqrt(((anchor - negative) ** 2).sum(-1))
    return F.relu(near - far + 0.2)


def sinkhorn_cost(cost, a, b):
    kernel = torch.exp(-cost / 0.05)
    u = torch.ones_like(a)
    for _ in range(3):
        v = b / (kernel * u[:, None]).sum(0)
        u = a / (kernel * v[None, :]).sum(1)
    return (u[:, None] * kernel * v[None, :] * cost).sum()


# Likelihoods


def gaussian_nll(x, mean, log_variance):
    return 0.5 * (log_variance + (x - mean) ** 2 * torch.exp(-log_variance))


def mixture_nll(x, weights, means, scales):
    density = weights * torch.exp(-0.5 * ((x - means) / scales) ** 2) / scales
    return -torch.log(density.sum())


def von_mises_nll(angle, mean, concentration):
    return torch.log(torch.i0(concentration)) - concentration * torch.cos(angle - mean)


def beta_function(a, b):
    return torch.exp(torch.lgamma(a)) * torch.exp(torch.lgamma(b)) / torch.exp(torch.lgamma(a + b))


def negative_binomial_log_probability(count, dispersion, mean):
    chosen = torch.lgamma(count + dispersion) - torch.lgamma(dispersion) - torch.lgamma(count + 1)
    total = dispersion + mean
    return chosen + dispersion * torch.log(dispersion / total) + count * torch.log(mean / total)


def poisson_deviance(mean, count):
    return 2 * (count * torch.log(count / mean) - (count - mean))


def vae_kl(mean, log_variance):
    return -0.5 * (1 + log_variance - mean**2 - torch.exp(log_variance)).sum()


def tanh_policy_correction(action):
    return torch.log(1 - torch.tanh(action) ** 2)


def ppo_clip(log_probability, old_log_probability, advantage):
    ratio = torch.exp(log_probability - old_log_probability)
    return torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage)


def entropy_tiny(p):
    return -(p * torch.log(p + sys.float_info.min)).sum()


# Classification


def binary_cross_entropy(p, label):
    return -(label * torch.log(p) + (1 - label) * torch.log(1 - p)).mean()


def binary_cross_entropy_clamped(p, label):
    p = p.clamp(1e-8, 1 - 1e-8)
    return -(label * torch.log(p) + (1 - label) * torch.log(1 - p)).mean()


def nll_clamped(p):
    return -torch.log(p.clamp(min=1e-8))


def focal(logits, label):
    p = torch.sigmoid(logits)
    return -(label * (1 - p) ** 2 * torch.log(p) + (1 - label) * p**2 * torch.log(1 - p))


def focal_from_logits(logits, label):
    positive, negative = F.logsigmoid(logits), F.logsigmoid(-logits)
    return -(label * torch.exp(2 * negative) * positive + (1 - label) * torch.exp(2 * positive) * negative)


def cross_entropy_first(logits):
    return -F.log_softmax(logits, dim=-1)[0]


def generator_loss(score):
    return -torch.log(torch.sigmoid(score))


def dice(p, target):
    return (2 * (p * target).sum() + 1e-8) / (p.sum() + target.sum() + 1e-8)


def precision(true_positives, false_positives):
    return true_positives / (true_positives + false_positives)


def logit(p):
    return torch.log(p / (1 - p))


def hinge(score, label):
    return torch.clamp(1 - label * score, min=0)
