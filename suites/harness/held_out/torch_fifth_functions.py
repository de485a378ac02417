"""What scientists write in PyTorch: geometry, cameras, robots, orbits, signals, graphs, hyperbolic space."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812

# Geometry and cameras


def normalised_quaternion(q):
    return q / torch.sqrt((q * q).sum())


def pixel_column(focal, x, depth):
    return focal * x / depth


def face_normal(first_edge, second_edge):
    """Of a triangle of a mesh."""
    n = torch.linalg.cross(first_edge, second_edge)
    return n / torch.linalg.vector_norm(n)


def rotation_angle(q):
    """Of a quaternion, real part first."""
    return 2 * torch.acos(q[0] / torch.linalg.vector_norm(q))


def gram_distance(x, y):
    """Squared, as kernels and point clouds have it."""
    return (x * x).sum() + (y * y).sum() - 2 * torch.dot(x, y)


def left_jacobian_weight(angle):
    """The third coefficient of the left Jacobian of SO(3)."""
    return (angle - torch.sin(angle)) / angle**3


def rodrigues_weight(angle):
    """The second coefficient of Rodrigues' formula, by its series near 0."""
    return torch.where(angle < 1e-4, 0.5 - angle * angle / 24, (1 - torch.cos(angle)) / (angle * angle))


def smaller_principal_curvature(mean, gaussian):
    return mean - torch.sqrt(mean * mean - gaussian)


def misalignment(tilt):
    return torch.relu(1 - torch.cos(tilt))


def refraction_angle(ratio, incidence):
    """A right angle where all light is reflected."""
    s = ratio * torch.sin(incidence)
    return torch.where(s < 1, torch.asin(s), torch.full_like(s, math.pi / 2))


def wrapped_heading_error(heading, wanted):
    return torch.atan2(torch.sin(heading - wanted), torch.cos(heading - wanted))


def angle_of_edges(u, v):
    return torch.atan2(torch.linalg.vector_norm(torch.linalg.cross(u, v)), torch.dot(u, v))


def stereo_depth(focal, left, right):
    return focal / (left - right)


def scaled_length(x):
    largest = x.abs().max()
    return largest * torch.sqrt(((x / largest) ** 2).sum())


# Hyperbolic embeddings


def hyperbolic_hypotenuse(a, b):
    return torch.acosh(torch.cosh(a) * torch.cosh(b))


def klein_distance(x, y):
    squared = (1 - torch.dot(x, x)) * (1 - torch.dot(y, y))
    return torch.acosh((1 - torch.dot(x, y)) / torch.sqrt(squared))


def distance_of_mapped(tangent):
    """How far from the origin of the Poincare ball the exponential map takes a tangent vector."""
    r = torch.linalg.vector_norm(tangent)
    point = torch.tanh(r) * tangent / r
    return torch.atanh(torch.linalg.vector_norm(point))


def exponential_map_weight(r):
    return torch.tanh(r) / r


def hyperboloid_time(tangent):
    return torch.cosh(torch.sqrt((tangent * tangent).sum()))


def squared_geodesic(minus_inner):
    return torch.acosh(minus_inner) ** 2


def clamped_artanh(r):
    return torch.atanh(torch.tanh(r).clamp(max=1 - 1e-7))


# Physics


def central_acceleration(mu, position):
    return -mu * position / torch.linalg.vector_norm(position) ** 3


def potential(mass, squared_distance):
    return -mass * torch.rsqrt(squared_distance)


def displacement(position, velocity, step):
    moved = position.clone()
    moved += velocity * step
    return moved - position


def optical_depth(absorption):
    return -torch.log(torch.exp(-absorption).prod())


def cycloid_advance(angle):
    return angle - torch.sin(angle)


def yukawa(r):
    return torch.exp(-r) / r


def coulomb(charge, r):
    return charge / r


def rotational_energy(inertia, rate):
    return 0.5 * inertia * rate * rate


# Robots and signals


def zero_order_hold(rate, gain, step):
    """The discrete gain of a first-order system."""
    return gain * (torch.exp(rate * step) - 1) / rate


def gripper_opening(command):
    return 0.08 * torch.sigmoid(command)


def limited_oscillator(phase):
    return F.hardtanh(torch.sin(phase))


def asinh_stretch(pixel):
    return torch.asinh(pixel)


def lanczos(x):
    return torch.sinc(x) * torch.sinc(x / 3)


def mu_law(x):
    return torch.sign(x) * torch.log(1 + 255 * x.abs()) / math.log(256)


# Graphs and point clouds


def neighbour_mean(features):
    """Two neighbours of one node."""
    index = torch.zeros(2, dtype=torch.long)
    return torch.zeros_like(features[:1]).index_add_(0, index, features) / 2


def soft_correspondence(query, cloud):
    weight = torch.exp(-((query - cloud) ** 2))
    return weight / weight.sum()


def valid_log_range(r):
    out = torch.zeros_like(r)
    valid = r > 0
    out[valid] = torch.log(r[valid])
    return out


# Hand-written gradients


class _SlantRange(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return torch.hypot(x, y)

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        r = torch.sqrt(x * x + y * y)
        return grad * x / r, grad * y / r


class _SavedRange(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        r = torch.hypot(x, y)
        ctx.save_for_backward(x, y, r)
        return r

    @staticmethod
    def backward(ctx, grad):
        x, y, r = ctx.saved_tensors
        return grad * (x / r), grad * (y / r)


class _SmoothContact(torch.autograd.Function):
    @staticmethod
    def forward(ctx, depth):
        ctx.save_for_backward(depth)
        return F.softplus(depth)

    @staticmethod
    def backward(ctx, grad):
        (depth,) = ctx.saved_tensors
        return grad * torch.exp(depth) / (1 + torch.exp(depth))


class _LineOfSight(torch.autograd.Function):
    @staticmethod
    def forward(ctx, offset):
        r = torch.linalg.vector_norm(offset)
        ctx.save_for_backward(r)
        return offset / r

    @staticmethod
    def backward(ctx, grad):
        (r,) = ctx.saved_tensors
        return grad / r


class _LogVolumeChange(torch.autograd.Function):
    @staticmethod
    def forward(ctx, deformation):
        ctx.save_for_backward(deformation)
        return torch.log(torch.linalg.det(deformation))

    @staticmethod
    def backward(ctx, grad):
        (deformation,) = ctx.saved_tensors
        return grad * torch.linalg.inv(deformation)


# Each name is what a user calls.
slant_range, saved_range, smooth_contact = _SlantRange.apply, _SavedRange.apply, _SmoothContact.apply
line_of_sight, log_volume_change = _LineOfSight.apply, _LogVolumeChange.apply
