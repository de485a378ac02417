"""What was meant, where a known bug says something else: textbook formulas, exact when run in exact arithmetic."""

from __future__ import annotations

from typing import Any


def log_one_plus_exp(xp: Any, x: Any) -> Any:
    """`log(1 + exp(-x))`: the binary cross-entropy of sigmoid(x) with the label 1."""
    return xp.log(1.0 + xp.exp(-x))


def log_sigmoid(xp: Any, x: Any) -> Any:
    """`log(1 / (1 + exp(-x)))`."""
    return -xp.log(1.0 + xp.exp(-x))


def rotation_logarithm(xp: Any, r: Any) -> Any:
    """The vector of `(R - R^T) phi / (2 sin phi)` with `cos phi = (tr R - 1) / 2`, (3, 3) -> (3,).

    J. Sola, J. Deray, D. Atchuthan, "A micro Lie theory for state estimation in robotics", arXiv:1812.01537,
    equation (132). At the identity `phi / sin phi` has its limit 1.
    """
    cosine = (r[0, 0] + r[1, 1] + r[2, 2] - 1.0) / 2.0
    identity = cosine == 1.0
    phi = xp.acos(xp.where(identity, 0.0, cosine))
    ratio = xp.where(identity, 1.0, phi / xp.sin(phi)) / 2.0
    skew = (r - r.T) * ratio
    return xp.stack([skew[2, 1], skew[0, 2], skew[1, 0]])


def poincare_distance(xp: Any, a: Any, b: Any) -> Any:
    """Distance of two points of the unit ball, (n,), (n,) -> ().

    M. Nickel, D. Kiela, "Poincare embeddings for learning hierarchical representations", arXiv:1705.08039,
    equation (1).
    """
    squared = xp.sum((a - b) ** 2)
    return xp.acosh(1.0 + 2.0 * squared / ((1.0 - xp.sum(a * a)) * (1.0 - xp.sum(b * b))))


def log_survival(xp: Any, p: Any) -> Any:
    """`log(1 - p)` of a probability kept below `1 - 1e-6`."""
    return xp.log1p(-xp.minimum(p, 1.0 - 1e-6))
