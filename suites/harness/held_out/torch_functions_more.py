"""Norms, robust losses, geometry, special functions and hand-written gradients of PyTorch users."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

# Norms and statistics


def rms_norm(x):
    return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)


def group_norm_one_pass(x):
    mean = x.mean()
    variance = (x**2).mean() - mean**2
    return (x - mean) * torch.rsqrt(variance + 1e-5)


def layer_norm_two_pass(x):
    centred = x - x.mean()
    return centred / torch.sqrt((centred * centred).mean() + 1e-5)


def weighted_variance(x, weights):
    mean = (weights * x).sum()
    return ((weights * x * x).sum() - mean * mean).clamp(min=0)


def structural_similarity(x, y):
    mean_x, mean_y = x.mean(), y.mean()
    variance_x, variance_y = (x * x).mean() - mean_x * mean_x, (y * y).mean() - mean_y * mean_y
    covariance = (x * y).mean() - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + 1e-4) / (mean_x * mean_x + mean_y * mean_y + 1e-4)
    return luminance * (2 * covariance + 9e-4) / (variance_x + variance_y + 9e-4)


def masked_mean(x, mask):
    count = mask.sum(-1)
    return torch.where(count > 0, (x * mask).sum(-1) / count, torch.zeros_like(count))


def quantised(x):
    """As 8-bit integers, before they are rounded."""
    with torch.no_grad():
        scale = x.abs().max() / 127
    return x / scale


# Robust losses and activations


def charbonnier(residual):
    return torch.sqrt(residual**2 + 1e-6)


def cauchy_loss(residual):
    return torch.log(1 + (residual / 2) ** 2)


def pseudo_huber(residual):
    return torch.sqrt(1 + residual**2) - 1


def huber(residual):
    size = residual.abs()
    return torch.where(size < 1, 0.5 * residual**2, size - 0.5)


def compressed_residual(residual):
    size = residual.abs()
    return torch.where(size < 1, residual**2, 2 * torch.sqrt(size) - 1)


def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def elu(x):
    return torch.where(x > 0, x, torch.exp(x) - 1)


def guarded_softplus(x):
    return torch.where(x > 20, x, torch.log(1 + torch.exp(x)))


def stable_softplus(x):
    return F.relu(x) + torch.log1p(torch.exp(-x.abs()))


def bounded_action(x):
    return 2 * torch.tanh(x)


def amplitude(power):
    return torch.sqrt(F.relu(power))


def safe_root(x):
    positive = x > 0
    return torch.where(positive, torch.sqrt(torch.where(positive, x, torch.ones_like(x))), torch.zeros_like(x))


# Geometry, physics, schedules


def distance(a, b):
    return torch.sqrt(((a - b) ** 2).sum())


def haversine(p, q):
    """Latitude and longitude in radians, kilometres."""
    half = torch.sin((q - p) / 2) ** 2
    return 2 * 6371 * torch.asin(torch.sqrt(half[0] + torch.cos(p[0]) * torch.cos(q[0]) * half[1]))


def hellinger(p, q):
    return 0.5 * ((torch.sqrt(p) - torch.sqrt(q)) ** 2).sum()


def inverse_square(r):
    return (1e-12 / r**2).sum()


def scaled_energy(momentum):
    """Computed in small units, given back in large ones."""
    energy = (momentum * 1e25) ** 2
    return energy * 1e-25 * 1e-25


def ray_weights(density, step):
    alpha = 1 - torch.exp(-density * step)
    passed = torch.cumprod(1 - alpha + 1e-10, dim=-1)
    return torch.cat([alpha[:1], alpha[1:] * passed[:-1]])


def inverse_distance_weighting(gap, values):
    return (torch.clamp(1 / gap, max=10) * values).sum()


def cosine_warm_up(progress):
    return 0.5 * (1 - torch.cos(math.pi * progress))


def gamma_correction(x):
    return x ** (1 / 2.2)


def gaussian_kernel(x, y):
    return torch.exp(-((x - y) ** 2).sum())


# Special functions


def thin_plate(r):
    return r * r * torch.log(r)


def bernoulli_function(x):
    return x / torch.expm1(x)


def inverse_tanh(x):
    return 0.5 * torch.log((1 + x) / (1 - x))


def box_cox(x, power):
    return (torch.pow(x, power) - 1) / power


def running_logsumexp(x):
    return torch.log(torch.cumsum(torch.exp(x), dim=-1))


def detached_logsumexp(x):
    top = x.max().detach()
    return top + torch.log(torch.exp(x - top).sum())


def stop_gradient_product(x):
    return x * x.detach()


def log_ratio(a, b):
    return torch.log(a) - torch.log(b)


# Hand-written gradients


class _Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return F.softplus(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        e = torch.exp(x)
        return grad * e / (1 + e)


class _Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(x)


class _FullSwish(_Swish):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * (s + x * s * torch.sigmoid(-x))


class _Sign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sign(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x.abs() <= 1)


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits):
        log_p = F.log_softmax(logits / 0.5, dim=-1)
        ctx.save_for_backward(log_p)
        return -log_p[0]

    @staticmethod
    def backward(ctx, grad):
        (log_p,) = ctx.saved_tensors
        slope = torch.exp(log_p)
        slope[0] -= 1
        return grad * slope


class _Expm1(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x)
        ctx.save_for_backward(y)
        return y.sub_(1)

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * y


class _SafeLog(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.log(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (x + 1e-3)


# Each name is what a user calls.
custom_softplus, swish, full_swish, binarised = _Softplus.apply, _Swish.apply, _FullSwish.apply, _Sign.apply
tempered_cross_entropy, exp_minus_one, safe_log = _CrossEntropy.apply, _Expm1.apply, _SafeLog.apply
