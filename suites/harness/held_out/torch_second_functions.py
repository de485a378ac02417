"""More of what users of PyTorch write: physics, statistics, layers, geometry, signals and hand-written gradients."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

# Physics, chemistry, biology


def planck(frequency, temperature):
    return frequency**3 / (torch.exp(frequency / temperature) - 1)


def langevin(field):
    """The magnetisation of a paramagnet."""
    return 1 / torch.tanh(field) - 1 / field


def boltzmann_ratio(first, second, temperature):
    return torch.exp(-first / temperature) / torch.exp(-second / temperature)


def kinetic_energy(speed):
    """Of a unit mass; the speed of light is 1."""
    return 1 / torch.sqrt(1 - speed * speed) - 1


def resonance(inductance, capacitance):
    return torch.rsqrt(inductance * capacitance) / (2 * math.pi)


def orbital_rate(axis, attraction):
    return torch.sqrt(attraction) * torch.rsqrt(axis**3)


def von_mises_stress(principal):
    return torch.sqrt(((principal - principal.roll(1)) ** 2).sum() / 2)


def space_charge_current(voltage):
    return voltage * torch.sqrt(voltage)


def log_mean_temperature(warm, cold):
    return (warm - cold) / (torch.log(warm) - torch.log(cold))


def lennard_jones(r):
    attraction = (1 / r) ** 6
    return 4 * (attraction * attraction - attraction)


def hill(concentration, half, exponent):
    bound = concentration**exponent
    return bound / (half**exponent + bound)


def michaelis_menten(substrate, constant):
    return substrate / (constant + substrate)


def allometric(mass, exponent):
    return torch.exp(exponent * torch.log(mass))


# Statistics


def weibull_nll(x, scale, shape):
    ratio = x / scale
    return -torch.log(shape / scale * ratio ** (shape - 1) * torch.exp(-(ratio**shape)))


def poisson_probability(rate, count):
    return torch.exp(-rate) * rate**count / torch.exp(torch.lgamma(count + 1))


def kumaraswamy_quantile(u, a, b):
    return (1 - (1 - u) ** (1 / b)) ** (1 / a)


def ordinal_nll(score, lower, upper):
    return -torch.log(torch.sigmoid(upper - score) - torch.sigmoid(lower - score))


def jensen_shannon(p, q):
    middle = (p + q) / 2
    return 0.5 * (p * torch.log(p / middle) + q * torch.log(q / middle)).sum()


def correlation(x, y):
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / torch.sqrt((x * x).sum() * (y * y).sum())


def correlation_loss(x, y):
    return 1 - correlation(x, y).clamp(-1.0, 1.0)


def fisher_z(x, y):
    return torch.atanh(correlation(x, y))


def noisy_or(p):
    return 1 - torch.prod(1 - p, dim=-1)


def geometric_mean(x):
    return torch.prod(x) ** (1 / x.numel())


def expected_log_share(concentration):
    return concentration * torch.digamma(concentration)


def johnson_transform(x):
    """The inverse hyperbolic sine, as the textbook has it."""
    return torch.log(x + torch.sqrt(x * x + 1))


def log_secant(x):
    return torch.log(x) / (x - 1)


def overlap(a, b):
    """The Bhattacharyya coefficient of two softmaxes."""
    return torch.sqrt(torch.softmax(a, dim=-1) * torch.softmax(b, dim=-1)).sum().clamp(max=1.0)


def survival_nll(score):
    p = torch.sigmoid(score)
    return torch.where(p < 1, -torch.log1p(-p), torch.zeros_like(p))


def floored_nll(score):
    return -torch.log(torch.sigmoid(score)).clamp(min=-100)


def arcsine_transform(share):
    return torch.asin(torch.sqrt(share))


# Layers, activations, schedules


def mish(x):
    return x * torch.tanh(torch.log(1 + torch.exp(x)))


def inverse_square_root_unit(x):
    return x / torch.sqrt(1 + x**2)


def generalised_mean_pool(x, power):
    return x.clamp(min=1e-6).pow(power).mean().pow(1 / power)


def attention_score(query, key):
    return (query * key).sum() / 8


def soft_argmax(logits):
    return (torch.softmax(logits, dim=-1) * torch.arange(logits.shape[-1], dtype=logits.dtype)).sum()


def gated_linear_unit(x):
    return F.glu(x, dim=-1)


def noam_rate(step):
    return torch.minimum(step**-0.5, step * 4000**-1.5)


def guarded_sinc(x):
    return torch.where(x.abs() < 1e-4, 1 - x * x / 6, torch.sin(x) / x)


def twice_guarded_sinc(x):
    near = x.abs() < 1e-4
    safe = torch.where(near, torch.ones_like(x), x)
    return torch.where(near, 1 - x * x / 6, torch.sin(safe) / safe)


# Geometry, graphics, signals


def poincare_distance(u, v):
    room = (1 - (u * u).sum()) * (1 - (v * v).sum())
    return torch.acosh(1 + 2 * ((u - v) ** 2).sum() / room)


def sagitta(radius, half_chord):
    return radius - torch.sqrt(radius * radius - half_chord * half_chord)


def rayleigh_quotient(matrix, x):
    return torch.dot(x, torch.mv(matrix, x)) / torch.dot(x, x)


def safe_direction(x):
    squared = (x * x).sum()
    return x / torch.sqrt(torch.where(squared > 0, squared, torch.ones_like(squared)))


def sphere_distance(x, radius):
    return torch.sqrt((x * x).sum()) - radius


def encoded_light(x):
    """The transfer function of sRGB."""
    return torch.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def knot_spacing(widths):
    knots = F.pad(torch.cumsum(widths, dim=-1), (1, 0))
    return knots[1:] - knots[:-1]


def capacity(signal, noise):
    """In bits a symbol."""
    return torch.log2(signal + noise) - torch.log2(noise)


def log_mel(power):
    level = power.clamp(min=1e-10).log10()
    return torch.maximum(level, level.max() - 8)


def vegetation_index(infrared, red):
    return (infrared - red) / (infrared + red)


# Hand-written gradients


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return -0.5 * grad


class _Direction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        size = torch.sqrt((x * x).sum())
        ctx.save_for_backward(size)
        return x / size

    @staticmethod
    def backward(ctx, grad):
        (size,) = ctx.saved_tensors
        return grad / size


class _ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x * 0.6666667)
        ctx.save_for_backward(y)
        return 1.7159 * y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * 1.7159 * (1 - y * y)


class _LogSigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return -F.softplus(-x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(-x)


# Each name is what a user calls.
reversed_gradient, direction, scaled_tanh, log_sigmoid = (
    *(_Reversal.apply, _Direction.apply),
    *(_ScaledTanh.apply, _LogSigmoid.apply),
)
