"""Still more of what users of PyTorch write: mechanics, chemistry, optics, robotics, hand-written gradients."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

# Physics, chemistry, biology


def reduced_mass(first, second):
    return first * second / (first + second)


def logistic_growth(start, capacity, time):
    grown = start * torch.exp(time)
    return capacity * grown / (capacity - start + grown)


def drag_force(density, speed):
    return 0.5 * speed**2 * density


def soliton(position):
    return 1 / torch.cosh(position)


def catenary_sag(half_span, tension):
    return tension * (torch.cosh(half_span / tension) - 1)


def energy_over_momentum(momentum, mass):
    return torch.sqrt(momentum * momentum + mass * mass) - momentum


def sphere_form_factor(q):
    return 3 * (torch.sin(q) - q * torch.cos(q)) / q**3


def recession(redshift):
    """The speed of a galaxy; that of light is 1."""
    stretch = (1 + redshift) ** 2
    return (stretch - 1) / (stretch + 1)


def jukes_cantor(differing):
    """The distance of two strands of DNA."""
    return -0.75 * torch.log(1 - 4 / 3 * differing)


def arrhenius(energy, temperature):
    return torch.exp(-energy / temperature)


# Statistics


def unconstrained_scale(scale):
    return torch.log(torch.exp(scale) - 1)


def relative_spread(x):
    return torch.sqrt(torch.var(x)) / x.mean()


def gaussian_entropy(covariance):
    """Up to a constant."""
    return 0.5 * torch.log(torch.det(covariance))


def skewness(x):
    d = x - x.mean()
    return (d**3).mean() / (d**2).mean() ** 1.5


def f_measure(precision, recall):
    return 2 * precision * recall / (precision + recall)


def normal_hazard(x):
    density = torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return density / (0.5 * torch.erfc(x / math.sqrt(2)))


def joint_log_probability(first, second):
    return torch.log(torch.sigmoid(first) * torch.sigmoid(second))


def log_choose(n, k):
    return torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)


def expected_log_beta(a, b):
    return torch.digamma(a) - torch.digamma(a + b)


def mass_outside_peak(counts):
    return counts.sum() - counts.max()


def student_log_kernel(t, freedom):
    return -(freedom + 1) / 2 * torch.log(1 + t * t / freedom)


def moment_deviation(x):
    return torch.sqrt((x * x).mean() - x.mean() ** 2)


def squared_surprise(p):
    return torch.xlogy(p * p, p)


def logit_loss(logits, label):
    return F.binary_cross_entropy_with_logits(logits, label, reduction="none")


# Layers, policies, steps


def mellowmax(values):
    return torch.log(torch.exp(5 * values).mean()) / 5


def textbook_tanh(x):
    up, down = torch.exp(x), torch.exp(-x)
    return (up - down) / (up + down)


def tanh_shrink(x):
    return x - torch.tanh(x)


def quartic_norm(x):
    return torch.linalg.vector_norm(x, ord=4)


def adam_direction(gradient):
    return gradient / (torch.sqrt(gradient * gradient) + 1e-4)


def leading_share(x):
    return (x / torch.linalg.vector_norm(x))[0]


def compressed_reward(x):
    return torch.where(x > 1, torch.log(x) + 1, x)


def floored_deviation(variance):
    return torch.sqrt(variance).clamp(min=0.05)


def clipped_erf(x):
    return F.hardtanh(torch.erf(x))


def gate_leakage(gate):
    return torch.where(torch.tanh(gate) < 1, torch.exp(-gate), torch.zeros_like(gate))


def capped_square(x):
    return torch.clamp(x * x, max=1e6)


def straight_through(x):
    return x + (torch.round(x) - x).detach()


# Geometry, graphics, robotics, signals


def bearing(y, x):
    return torch.atan2(y, x)


def involute(pressure_angle):
    """Of a gear's tooth."""
    return torch.tan(pressure_angle) - pressure_angle


def log_cosine(tilt):
    return torch.log(torch.cos(tilt))


def combined_tilt(roll, pitch):
    return torch.acos(torch.cos(roll) * torch.cos(pitch))


def shear_displacement(shear, point):
    return torch.dot(torch.stack([torch.ones_like(shear), shear]), point) - point[0]


def slerp_weight(angle, share):
    return torch.sin((1 - share) * angle) / torch.sin(angle)


def log_sinc(x):
    return torch.log(torch.sin(x)) - torch.log(x)


def radial_gaussian(x):
    r = torch.sqrt((x * x).sum())
    return torch.exp(-(r**2))


def squared_angle(cosine):
    return torch.acos(cosine) ** 2


def opening_angle(cosine):
    return torch.acos(cosine)


def compact_kernel(r):
    return torch.where(r < 1, (1 - r**2) ** 1.5, torch.zeros_like(r))


def rapidity(lorentz_factor):
    return torch.where(lorentz_factor > 1, torch.acosh(lorentz_factor), torch.zeros_like(lorentz_factor))


def limited_cosine(tilt):
    return torch.minimum(torch.cos(tilt), torch.ones_like(tilt))


def phase(frequency, time):
    return torch.sin(frequency * time)


def leg_length(x, y):
    return torch.hypot(x, y)


def pairwise_distances(points):
    return torch.cdist(points, points)


# Hand-written gradients


class _SquaredReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        held = F.relu(x)
        ctx.save_for_backward(held)
        return held * held

    @staticmethod
    def backward(ctx, grad):
        (held,) = ctx.saved_tensors
        return grad * held


class _QuarterTurn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.stack([-x[1], x[0]])

    @staticmethod
    def backward(ctx, grad):
        return torch.stack([-grad[1], grad[0]])


class _InverseSoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.log(torch.expm1(x))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (1 + torch.exp(-x))


# Each name is what a user calls.
squared_relu, quarter_turn, inverse_softplus = _SquaredReLU.apply, _QuarterTurn.apply, _InverseSoftplus.apply
