"""Functions of PyTorch as installed; what is wrong with each is in `gradcheck.suites.known_bugs.torch_library`."""

from __future__ import annotations

import torch
import torch.distributions as D  # noqa: N812
import torch.nn.functional as F  # noqa: N812

t_sigmoid_grad_tail = torch.sigmoid
t_atan2_half = torch.atan2
t_norm_overflow = torch.linalg.vector_norm
t_asinh_grad = torch.asinh


def t_soft_margin_inf(x, y):
    return F.soft_margin_loss(x, y, reduction="none")


def t_lse_forward_chain(x):
    return torch.logsumexp(torch.logsumexp(x, 1), 0)


def t_bce_logits_grad_tail(x, y):
    return F.binary_cross_entropy_with_logits(x, y, reduction="none")


def t_normalize_large(x):
    return F.normalize(x, dim=0)


def t_layer_norm_large(x):
    return F.layer_norm(x, (4,))


def t_batch_norm_large(x):
    return F.batch_norm(x, None, None, training=True)


def t_rms_norm_large(x):
    return F.rms_norm(x, (4,), eps=1e-6)


def t_sinc_second(x):
    if not x.requires_grad:
        x = x.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        return torch.autograd.grad(torch.sinc(x).sum(), x, create_graph=True)[0]


def t_bce_sigmoid_clamp(x):
    return F.binary_cross_entropy(torch.sigmoid(x), torch.ones_like(x), reduction="none")


def t_studentt_df(x, df):
    return D.StudentT(df).log_prob(x)


def t_cdist_products(a, b):
    return torch.cdist(a, b, compute_mode="use_mm_for_euclid_dist")
