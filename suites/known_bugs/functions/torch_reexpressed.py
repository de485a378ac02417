"""Formulas in PyTorch; what is wrong with each is in `gradcheck.suites.known_bugs.torch_reexpressed`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812


def r_mlsm_saturated(x, y):
    return -(y * torch.log(torch.sigmoid(x) + 1e-12) + (1 - y) * torch.log(1 - torch.sigmoid(x) + 1e-12))


class _Sinc(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sinc(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        u = math.pi * x
        return g * (u * torch.cos(u) - torch.sin(u)) / (u * x)


r_sinc_zero = _Sinc.apply


def r_norm_sq_zero(x):
    return torch.sqrt((x * x).sum()) ** 2


def r_asinh_neg(x):
    return torch.log(x + torch.sqrt(x * x + 1))


def r_cos_denominator(a, b):
    eps = 1.1754944e-38
    return (a * b).sum() / (torch.linalg.vector_norm(a).clamp(min=eps) * torch.linalg.vector_norm(b).clamp(min=eps))


def r_kornia_focal_pow(x, y):
    p, eps = torch.sigmoid(x), 1e-8
    return -(torch.pow(1 - p, 0.5) * y * torch.log(p + eps) + torch.pow(p, 0.5) * (1 - y) * torch.log(1 - p + eps))


def r_kornia_lab(x):
    return torch.where(x > 0.008856, torch.pow(x, 1 / 3), 7.787 * x + 4 / 29)


def r_so3_log_identity(r):
    phi = torch.acos(((r[0, 0] + r[1, 1] + r[2, 2]) - 1) / 2)
    denominator = 2 * torch.sin(phi.abs().clamp(min=1e-4) * phi.sign())
    skew = (r - r.T) * (phi / denominator)
    return torch.stack([skew[2, 1], skew[0, 2], skew[1, 0]])


def r_nb_logits(logits):
    def lgamma(number):
        return torch.lgamma(torch.tensor(number, dtype=logits.dtype))

    coefficient = lgamma(20.0) - lgamma(10.0) - lgamma(11.0)
    return coefficient + 10 * torch.log1p(-torch.sigmoid(logits)) + 10 * torch.log(torch.sigmoid(logits))


def r_snn_surrogate(x):
    return 25 * torch.exp(-25 * x) / (torch.exp(-25 * x) + 1) ** 2


def r_bern_prob_zero(q):
    logits = torch.log(q) - torch.log1p(-q)
    return -F.binary_cross_entropy_with_logits(logits, torch.zeros_like(q), reduction="none")


def r_gelu_half_cube(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))


def r_gumbel_transform(x):
    return torch.log(torch.exp(-torch.exp(-x))) - x


def r_poincare_near(a, b):
    squared = ((a - b) ** 2).sum()
    argument = 1 + 2 * squared / ((1 - (a * a).sum()) * (1 - (b * b).sum()))
    return torch.acosh(torch.clamp(argument, min=1 + 1e-15))


def r_rms_rescale_zero(x):
    m = x.abs().max()
    y = x / m
    return y / torch.sqrt((y * y).mean() + 1e-5 / (m * m))


def r_bce_maxval_sign(x, y):
    return x - x * y + x.clamp(min=0) + torch.log(torch.exp(-x.clamp(min=0)) + torch.exp(-x - x.clamp(min=0)))


def r_std_constant(x):
    return torch.sqrt(((x - x.mean()) ** 2).mean())


def r_log_cosh(prediction, target):
    difference = prediction - target
    return torch.log((torch.exp(difference) + torch.exp(-difference)) / 2)


def r_inverse_softplus(x):
    return torch.log(torch.exp(x) - 1)


def r_entropy_from_logits(logits):
    log_p = F.log_softmax(logits, dim=-1)
    return -(torch.exp(log_p) * log_p).sum(-1)


def r_log_normal_cdf(x):
    return torch.log(0.5 * (1 + torch.erf(x / math.sqrt(2.0))))


def r_log_of_softmax(x):
    return torch.log(torch.softmax(x, 0))


class _Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, base, exponent):
        result = base**exponent
        ctx.save_for_backward(base, exponent, result)
        return result

    @staticmethod
    def backward(ctx, g):
        base, exponent, result = ctx.saved_tensors
        return g * exponent * base ** (exponent - 1), g * result * torch.log(base)


r_power_zero_base = _Power.apply


def r_log_survival_half(p):
    return torch.log1p(-p.clamp(max=1.0 - 1e-6))
