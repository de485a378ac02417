"""What users of PyTorch write by hand to train: losses, layers, attention, steps of optimisers, metric learning."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

# Contrastive and metric learning


def multi_similarity_loss(positive, negative):
    pull = torch.log(1 + torch.exp(-2 * (positive - 0.5)).sum()) / 2
    push = torch.log(1 + torch.exp(50 * (negative - 0.5)).sum()) / 50
    return pull + push


def uniformity(distances):
    """How evenly embeddings lie on the sphere."""
    return torch.log(torch.exp(-2 * distances**2).mean())


def n_pair_loss(positive, negatives):
    return torch.log(1 + torch.exp(negatives - positive).sum())


def expanded_distance(a, b):
    """Squared, as one matrix product gives it for many pairs."""
    return (a * a).sum() + (b * b).sum() - 2 * (a * b).sum()


def bradley_terry_nll(chosen, rejected):
    return -torch.log(torch.sigmoid(chosen - rejected))


def product_of_experts(p):
    return torch.exp(torch.log(p).sum())


def sphereface_logit(cosine):
    return torch.cos(4 * torch.acos(cosine))


def arcface_logit(cosine):
    return torch.cos(torch.acos(cosine) + 0.5)


def clipped_cosine_logit(angle):
    return 64 * F.hardtanh(torch.cos(angle))


def kernel_of_distances(points):
    return torch.exp(-(torch.cdist(points, points) ** 2)).sum()


# Classification, segmentation, regression


def distillation(student, teacher):
    target = F.softmax(teacher / 2, dim=-1)
    return (target * (torch.log(target) - F.log_softmax(student / 2, dim=-1))).sum()


def generalised_cross_entropy(logits):
    """Robust to wrong labels; the true class is the first."""
    p = F.softmax(logits, dim=-1)[0]
    return (1 - p**0.7) / 0.7


def one_hot_cross_entropy(p, one_hot):
    return -(one_hot * torch.log(p)).sum()


def floored_cross_entropy(p, label):
    """The logarithms floored, as in torch.nn.BCELoss."""
    hit, miss = torch.log(p).clamp(min=-100), torch.log(1 - p).clamp(min=-100)
    return -(label * hit + (1 - label) * miss).mean()


def ignored_pixels(p, keep):
    return torch.where(keep > 0, -torch.log(p), torch.zeros_like(p)).sum()


def smooth_minimum(distances):
    """Of the distances to a contour, in the Hausdorff loss."""
    return (distances**-8).mean() ** (-1 / 8)


def barron_loss(residual, shape):
    """The general robust loss."""
    room = (shape - 2).abs()
    return room / shape * ((residual**2 / room + 1) ** (shape / 2) - 1)


def focal_weight(p, gamma):
    return (1 - p) ** gamma


def divergence(log_p, target):
    return F.kl_div(log_p, target, reduction="sum")


def gumbel_noise(uniform):
    return -torch.log(-torch.log(uniform + 1e-20) + 1e-20)


# Layers and attention


def linear_attention(keys, values):
    features = F.elu(keys) + 1
    return (features * values).sum() / features.sum()


def causal_attention(scores, values):
    ahead = torch.triu(torch.full((2, 2), -math.inf), diagonal=1)
    return torch.mv(F.softmax(scores + ahead, dim=-1), values)


def geglu(x, gate):
    return x * F.gelu(gate)


def clipped_activation(x, ceiling):
    """Between 0 and a ceiling that is learned (PACT)."""
    return 0.5 * (x.abs() - (x - ceiling).abs() + ceiling)


def gram_matrix(features):
    return features @ features.T / features.numel()


def signed_root(x):
    """After bilinear pooling."""
    return torch.where(x > 0, torch.sqrt(x), -torch.sqrt(-x))


def textbook_sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def gelu_by_tanh(x):
    return 0.5 * x * (1 + torch.tanh(0.7978846 * (x + 0.044715 * x**3)))


def unit_by_rsqrt(x):
    return x * torch.rsqrt((x * x).sum())


def normalised_lead(x):
    return F.layer_norm(x, x.shape)[0]


def forget_gate(x, cell):
    return torch.sigmoid(x + 1) * cell


def unit_length(x):
    return F.normalize(x, dim=-1)


# Optimisers and regularisers


def lamb_trust_ratio(weight, update):
    return torch.sqrt((weight * weight).sum()) / torch.sqrt((update * update).sum())


def applied_update(weight, gradient):
    """What a step of gradient descent changed, to carry on the rest."""
    updated = weight - 0.125 * gradient
    return updated - weight


def debiased_average(average, rate, step):
    return average / (1 - (1 - rate) ** step)


def radam_length(decay, step):
    """How many gradients the second moment of RAdam averages over."""
    longest = 2 / (1 - decay) - 1
    power = decay**step
    return longest - 2 * step * power / (1 - power)


def adagrad_step(accumulated, gradient):
    return gradient / (torch.sqrt(accumulated + gradient**2) + 1e-10)


def weight_decay(weight):
    return 0.5 * (weight * weight).sum()


# Hand-written gradients


class _SoftDice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p, target):
        ctx.save_for_backward(p, target)
        return 2 * (p * target).sum() / (p.sum() + target.sum())

    @staticmethod
    def backward(ctx, grad):
        p, target = ctx.saved_tensors
        return grad * 2 * target / (p.sum() + target.sum()), None


class _RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        scale = torch.rsqrt((x * x).mean() + 1e-6)
        ctx.save_for_backward(scale)
        return x * scale

    @staticmethod
    def backward(ctx, grad):
        (scale,) = ctx.saved_tensors
        return grad * scale


class _HardSwish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * F.relu6(x + 3) / 6

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        inner = (2 * x + 3) / 6
        return grad * torch.where(x > 0, torch.ones_like(x), torch.where(x < -3, torch.zeros_like(x), inner))


class _InPlaceSoftplus(torch.autograd.Function):
    """Keeps the output only."""

    @staticmethod
    def forward(ctx, x):
        y = F.softplus(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (1 - torch.exp(-y))


class _LogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.abs() + torch.log1p(torch.exp(-2 * x.abs())) - math.log(2)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        up, down = torch.exp(x), torch.exp(-x)
        return grad * (up - down) / (up + down)


class _LeanSwish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * s * (1 + x * (1 - s))


# Each name is what a user calls.
soft_dice, rms_normalised, hard_swish = _SoftDice.apply, _RMSNorm.apply, _HardSwish.apply
in_place_softplus, log_cosh_loss, lean_swish = _InPlaceSoftplus.apply, _LogCosh.apply, _LeanSwish.apply
