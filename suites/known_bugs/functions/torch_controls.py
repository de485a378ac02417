"""Well-written functions of PyTorch; what to know of each is in `gradcheck.suites.known_bugs.torch_controls`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

c_t_softplus = F.softplus
c_t_logsigmoid = F.logsigmoid
c_t_silu = F.silu
c_t_elu = F.elu
c_t_relu = F.relu
c_t_log1p = torch.log1p
c_t_sqrt = torch.sqrt
c_t_log = torch.log


def c_t_huber(x, y):
    return F.huber_loss(x, y, reduction="none")


def c_t_bce_logits(x, y):
    return F.binary_cross_entropy_with_logits(x, y, reduction="none")


def c_t_logsumexp(x):
    return torch.logsumexp(x, 0)


def c_t_log_softmax(x):
    return F.log_softmax(x, 0)


def c_t_gelu_erfc(x):
    return 0.5 * x * torch.special.erfc(-x / math.sqrt(2.0))


def c_t_log_softmax_float16(x):
    return F.log_softmax(x, 0)


def c_t_log_softmax_bfloat16(x):
    return F.log_softmax(x, 0)


def c_t_bce_logits_bfloat16(x, y):
    return F.binary_cross_entropy_with_logits(x, y, reduction="none")


c_t_softplus_float16 = F.softplus


def c_t_gelu_erfc_bfloat16(x):
    return 0.5 * x * torch.special.erfc(-x / math.sqrt(2.0))


c_t_gelu_middle = F.gelu


def c_t_rms_norm(x):
    return F.rms_norm(x, (4,), eps=1e-6)


def c_t_kl_div(x, y):
    return F.kl_div(x, y, reduction="none")


def c_t_focal_logits(x, y):
    return -torch.exp(2 * F.logsigmoid(-x * y)) * F.logsigmoid(x * y)


def c_t_cross_entropy(x, y):
    return -(y * F.log_softmax(x, 1)).sum(1)


def c_t_stable_norm(x):
    scale = x.abs().max().detach().clamp(min=1e-30)
    squared = ((x / scale) ** 2).sum()
    zero = squared == 0
    return torch.where(zero, 0.0, torch.sqrt(torch.where(zero, 1.0, squared))) * scale


def c_t_smooth_l1(x, y):
    return F.smooth_l1_loss(x, y, reduction="none")


def c_t_poisson_nll(x, y):
    return F.poisson_nll_loss(x, y, reduction="none")


def c_t_gaussian_nll(x, y, variance):
    return F.gaussian_nll_loss(x, y, variance, reduction="none")


c_t_erf = torch.erf

c_t_digamma = torch.digamma

c_t_lgamma = torch.lgamma

c_t_logaddexp = torch.logaddexp


c_t_xlogy = torch.special.xlogy

c_t_mish = F.mish

c_t_hypot = torch.hypot


def c_t_max_margin(x, y):
    return F.margin_ranking_loss(x, y, torch.ones_like(x), margin=0.5, reduction="none")


def c_t_linear_layer(x, w):
    return F.softplus(x @ w)


def c_t_layer_norm(x):
    return F.layer_norm(x, (4,))


def c_t_layer_norm_float16(x):
    return F.layer_norm(x, (4,))


def c_t_group_norm(x):
    return F.group_norm(x, 2)


def c_t_softmax(x):
    return F.softmax(x, 0)
