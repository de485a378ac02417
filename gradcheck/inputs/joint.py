"""Domains whose components belong together: simplex, ball and rotation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gradcheck.dtypes import Format, format_of, from_ordinals, ordinals
from gradcheck.inputs.domain import Domain, round_to, to_float64


@dataclass(frozen=True)
class Simplex(Domain):
    """Rows (last axis) of nonnegative numbers with sum 1, as near to 1 as the dtype allows."""

    def contains(self, array: np.ndarray) -> np.ndarray:
        x = to_float64(array)
        tolerance = x.shape[-1] * format_of(array.dtype).epsilon
        rows = (x >= 0).all(axis=-1) & (np.abs(x.sum(axis=-1) - 1) <= tolerance)
        return np.broadcast_to(rows[..., None], x.shape).copy()

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        return np.apply_along_axis(self._fit_row, -1, np.abs(candidate), form).astype(form.numpy)

    @staticmethod
    def _fit_row(row: np.ndarray, form: Format) -> np.ndarray:
        largest = row.max()
        divisible = largest > 0 and np.isfinite(largest)
        row = row / largest if divisible else (row == largest).astype(np.float64)
        rounded = to_float64(round_to(row / row.sum(), form))
        # The largest component has the coarsest grid; it takes up what the others leave of 1.
        k = int(rounded.argmax())
        rounded[k] = max(0.0, math.fsum([1.0, *-np.delete(rounded, k)]))
        return to_float64(round_to(rounded, form))

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]).reshape(shape)

    def boundary(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        eye = np.eye(shape[-1])
        lost = self.typical(rng, shape)
        lost[..., rng.integers(shape[-1])] = 0
        corners = eye[rng.integers(shape[-1], size=shape[:-1])].reshape(shape)
        return [_rows(eye[0], shape), _rows(eye[-1], shape), corners, lost]

    def inside(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        n = shape[-1]
        rest = [form.smallest_subnormal, form.epsilon / 2 / max(n - 1, 1)]
        return [_rows(np.array([1 - r * (n - 1)] + [r] * (n - 1)), shape) for r in rest]

    def sides(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = to_float64(array)
        return x > 0, np.ones(x.shape, dtype=bool)

    def check_shape(self, shape: tuple[int, ...]) -> None:
        _need_axis(self, shape)


@dataclass(frozen=True)
class Ball(Domain):
    """Rows (last axis) of Euclidean norm below 1, in exact arithmetic."""

    def contains(self, array: np.ndarray) -> np.ndarray:
        x = to_float64(array)
        rows = np.apply_along_axis(_inside_ball, -1, x)
        return np.broadcast_to(rows[..., None], x.shape).astype(bool)

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        return np.apply_along_axis(self._fit_row, -1, np.asarray(candidate, np.float64), form).astype(form.numpy)

    @staticmethod
    def _fit_row(row: np.ndarray, form: Format) -> np.ndarray:
        if not _inside_ball(row):
            row = row / np.abs(row).max()
            row = row / np.sqrt((row * row).sum())
        rounded = round_to(row, form)
        while not _inside_ball(to_float64(rounded)):
            k = int(np.argmax(np.abs(to_float64(rounded))))
            at = int(ordinals(rounded)[k])
            rounded[k] = from_ordinals(np.array(at - np.sign(at)), form.name)
        return to_float64(rounded)

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        direction = rng.standard_normal(shape)
        direction /= np.sqrt((direction**2).sum(axis=-1, keepdims=True))
        return direction * 0.99 * rng.random((*shape[:-1], 1)) ** (1 / shape[-1])

    def inside(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        axis = np.eye(shape[-1])[0]
        outwards = rng.standard_normal(shape)
        outwards /= np.sqrt((outwards**2).sum(axis=-1, keepdims=True))
        return [_rows(axis, shape), _rows(-axis, shape), np.ones(shape), 2 * outwards]

    def check_shape(self, shape: tuple[int, ...]) -> None:
        _need_axis(self, shape)


@dataclass(frozen=True)
class Rotation(Domain):
    """Matrices (last two axes) of rotations, orthogonal with determinant 1, as the dtype rounds them."""

    fits_anything = False

    def contains(self, array: np.ndarray) -> np.ndarray:
        x = to_float64(array)
        n = x.shape[-1]
        tolerance = 4 * n * format_of(array.dtype).epsilon
        with np.errstate(all="ignore"):
            off = np.abs(np.swapaxes(x, -1, -2) @ x - np.eye(n)).max(axis=(-1, -2))
            whole = (off <= tolerance) & (np.linalg.det(x) > 0)
        return np.broadcast_to(whole[..., None, None], x.shape).copy()

    def fit(self, candidate: np.ndarray, form: Format) -> np.ndarray:
        return round_to(candidate, form)

    def typical(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        q, r = np.linalg.qr(rng.standard_normal(shape))
        q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
        q[..., :, 0] *= np.linalg.det(q)[..., None].round()
        return q

    def boundary(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        """The identity, half turns about an axis of coordinates and about any, quarter turns, tiny turns."""
        n = shape[-1]
        identity = np.broadcast_to(np.eye(n), shape).copy()
        if n == 1:
            return [identity]
        tiny = [self._turn(angle, rng, shape) for angle in (1e-3, math.sqrt(form.epsilon), form.epsilon)]
        half = np.broadcast_to(np.diag([-1.0, -1.0] + [1.0] * (n - 2)), shape).copy()
        return [identity, half, self._turn(math.pi, rng, shape), self._turn(math.pi / 2, rng, shape), *tiny]

    def inside(self, rng: np.random.Generator, shape: tuple[int, ...], form: Format) -> list[np.ndarray]:
        return [] if shape[-1] == 1 else [self._turn(math.pi - math.sqrt(form.epsilon), rng, shape)]

    def _turn(self, angle: float, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """A turn by `angle` (radians) in a random plane, exactly the identity for what it leaves alone."""
        basis = self.typical(rng, shape)
        u, v = basis[..., :, :1], basis[..., :, 1:2]
        # cos(angle) - 1 without cancellation; the turn is 1 + sin (vu' - uv') + (cos - 1)(uu' + vv').
        less = -2 * math.sin(angle / 2) ** 2
        transpose = np.swapaxes
        skew = v @ transpose(u, -1, -2) - u @ transpose(v, -1, -2)
        plane = u @ transpose(u, -1, -2) + v @ transpose(v, -1, -2)
        return np.eye(shape[-1]) + math.sin(angle) * skew + less * plane

    def check_shape(self, shape: tuple[int, ...]) -> None:
        if len(shape) < 2 or shape[-1] != shape[-2]:
            raise ValueError(f"a rotation needs shape (..., n, n), found {shape}; e.g. shape=(3, 3)")


def _need_axis(domain: Domain, shape: tuple[int, ...]) -> None:
    if not shape:
        raise ValueError(
            f"the domain {domain.text!r} is over the last axis, found the scalar shape (); e.g. shape=(4,)"
        )


def _rows(row: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.broadcast_to(row, shape).copy()


def _inside_ball(row: np.ndarray) -> bool:
    """Whether the sum of squares is below 1: decided in floats where that is safe, else exactly."""
    if not (np.abs(row) < 1).all():
        return False
    square = float((row * row).sum())
    if abs(square - 1) > 1e-15 * (row.size + 4):
        return square < 1
    return sum(Fraction(v) ** 2 for v in row.tolist()) < 1
