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
