"""Finite differences in float64 as a second opinion: an estimate of the gradient, and how far to trust it.

Central differences at several step sizes are extrapolated to step zero (Richardson, in the tableau of
Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4, 1982). Steps come in families:
a few steps of a size relative to the component, to the largest component, and to 1, because where a
function bends is not known beforehand. All perturbations are evaluated in one batched call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)
# The steps of a family: its largest step divided by powers of a ratio that is no power of two, so that the
# roundings of the perturbed inputs do not repeat.
STEPS = 6
RATIO = 1.7
ORDERS = 3  # columns of the tableau
RELATIVE_STEPS = (2.0**-4, 2.0**-18)
UNRESOLVED = 0.01  # share of the movement that may stay unexplained
FEWEST_ULPS = 64  # of the input, that the smallest step of a family must span


@dataclass(frozen=True)
class Estimate:
    """The gradient of the sum of the output in one argument, all arrays of that argument's shape.

    The true partial derivative of what the function computes lies within `error` of `value`; `error` is inf where
    nothing can be said, and `why` then says the reason. `output` is the float64 output at the point.
    """

    value: np.ndarray
    error: np.ndarray
    why: np.ndarray
    output: np.ndarray


@dataclass(frozen=True)
class _Stencil:
    """One row a family: which argument and component it moves, and where to."""

    argument: np.ndarray  # (families,)
    component: np.ndarray  # (families,)
    up: np.ndarray  # (families, STEPS), steps falling
    down: np.ndarray

    @property
    def half_width(self) -> np.ndarray:
        return (self.up - self.down) / 2


@dataclass(frozen=True)
class _Family:
    """What the families say, each for every component of the output: (families, outputs)."""

    slope: np.ndarray
    error: np.ndarray
    flat: np.ndarray  # nothing moved at all


def gradient(
    batched: Callable[..., np.ndarray], arrays: Sequence[np.ndarray], differentiate: Sequence[int]
) -> tuple[Estimate, ...]:
    """Estimate the gradient of the sum of a function's output in each differentiated argument.

    `batched(*arrays)` takes one float64 array (batch, *shape) an argument and returns the outputs (batch, ...),
    row by row, as `Framework.batched` makes it; it is called once, with some 24 to 72 rows for every component,
    one of which is NaN. `arrays` is the point, `differentiate` the positions of the differentiated arguments.
    Every component of the output is estimated on its own, and only then summed: what a component of the input
    does not touch adds nothing, be it infinite. Time and memory grow with inputs times outputs.
    Raises ValueError where there is not one output row for each row given.
    """
    point = [np.array(array, dtype=np.float64) for array in arrays]
    moved = [(k, i) for k in differentiate for i in range(point[k].size)]
    stencil = _stencil(point, moved)
    with np.errstate(all="ignore"):
        outputs, shape = _evaluate(batched, point, moved, stencil)
        here, poisoned = outputs[0], outputs[1 : 1 + len(moved)]
        there = outputs[1 + len(moved) :].reshape(2, len(stencil.argument), STEPS, here.size)
        families = _families(stencil.half_width, here, *there)
        slopes, errors, reasons = _combine(moved, stencil, families, here, poisoned)
        value, error = slopes.sum(axis=1), errors.sum(axis=1)
        # The sum rounds as well.
        error = np.where(np.isfinite(value), error + EPSILON * np.abs(slopes).sum(axis=1), np.inf)
    estimates, start = [], 0
    for k in differentiate:
        part = slice(start, start := start + point[k].size)
        own = [each[part].reshape(point[k].shape) for each in (value, error, reasons)]
        estimates.append(Estimate(own[0], own[1], own[2], here.reshape(shape)))
    return tuple(estimates)


def _stencil(point: list[np.ndarray], moved: list[tuple[int, int]]) -> _Stencil:
    rows = [(k, i, largest) for k, i in moved for largest in _largest_steps(point[k], i)]
    argument = np.array([k for k, _, _ in rows], dtype=int)
    component = np.array([i for _, i, _ in rows], dtype=int)
    here = np.array([point[k].flat[i] for k, i, _ in rows]).reshape(-1, 1)
    steps = np.array([largest for _, _, largest in rows]).reshape(-1, 1) / RATIO ** np.arange(STEPS)
    # Added and taken away again, the step becomes one that the input can make.
    steps = (here + steps) - here
    return _Stencil(argument, component, here + steps, here - steps)


def _largest_steps(array: np.ndarray, i: int) -> list[float]:
    """The largest step of each family of a component, rising."""
    x = abs(array.flat[i])
    if not np.isfinite(x):
        return []
    finite = np.abs(array[np.isfinite(array)])
    scales = (x, finite.max(), 1.0)
    with np.errstate(over="ignore"):
        least = FEWEST_ULPS * RATIO**STEPS * np.spacing(x)
    steps: list[float] = []
    for step in sorted(scale * relative for scale in scales for relative in RELATIVE_STEPS):
        if step >= least and (not steps or step > 8 * steps[-1]):
            steps.append(step)
    return steps


def _evaluate(
    batched: Callable[..., np.ndarray],
    point: list[np.ndarray],
    moved: list[tuple[int, int]],
    stencil: _Stencil,
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Outputs (rows, outputs) and their shape: at the point, at NaN in each component in turn, up, down."""
    argument = np.concatenate([np.array([k for k, _ in moved], int), *[np.repeat(stencil.argument, STEPS)] * 2])
    component = np.concatenate([np.array([i for _, i in moved], int), *[np.repeat(stencil.component, STEPS)] * 2])
    value = np.concatenate([np.full(len(moved), np.nan), stencil.up.ravel(), stencil.down.ravel()])
    batch = [np.repeat(array[None], len(value) + 1, axis=0) for array in point]
    for k, array in enumerate(batch):
        rows = np.flatnonzero(argument == k)
        array.reshape(len(array), -1)[rows + 1, component[rows]] = value[rows]
    outputs = np.asarray(batched(*batch), dtype=np.float64)
    if outputs.shape[:1] != (len(value) + 1,):
        raise ValueError(f"the batched function returned shape {outputs.shape} for {len(value) + 1} rows")
    return outputs.reshape(len(outputs), -1), outputs.shape[1:]


def _families(h: np.ndarray, here: np.ndarray, up: np.ndarray, down: np.ndarray) -> _Family:
    """`h` (families, STEPS), `here` (outputs,), `up` and `down` (families, STEPS, outputs)."""
    odd = np.where(up == down, 0.0, up / 2 - down / 2)
    even = np.where((up == here) & (down == here), 0.0, (up / 2 + down / 2) - here)
    size = np.maximum(np.maximum(np.abs(up), np.abs(down)).max(axis=1), np.abs(here))
    rounding = 4 * EPSILON * size + SMALLEST
    unexplained = _unexplained(h, odd, even)
    slope, error = _extrapolate(h, odd / h[..., None], rounding + 2 * unexplained)
    error = error + _kink(h, even) + 8 * EPSILON * np.abs(slope) + SMALLEST
    # Noise beyond rounding that makes up much of all that moved: these steps do not resolve the function.
    moved = np.maximum(np.abs(odd), np.abs(even)).max(axis=1)
    unresolved = (unexplained > 4 * rounding) & (unexplained > UNRESOLVED * moved)
    known = np.isfinite(slope) & np.isfinite(error) & ~unresolved
    flat = ((up == here) & (down == here)).all(axis=1)
    return _Family(np.where(known, slope, np.nan), np.where(known, error, np.inf), flat)


def _unexplained(h: np.ndarray, odd: np.ndarray, even: np.ndarray) -> np.ndarray:
    """The noise that the differences themselves show: what three terms of a Taylor series leave of them.

    It sees what eps*|f| does not: a value that was large on the way, or a staircase. (families, outputs)
    """
    t = h / h[:, :1]
    left = []
    for part, powers in ((odd, (1, 3, 5)), (even, (2, 4, 6))):
        basis, _ = np.linalg.qr(np.stack([t**p for p in powers], axis=-1))
        known = np.where(np.isfinite(part), part, 0.0)
        left.append(np.abs(known - basis @ (np.swapaxes(basis, -1, -2) @ known)).max(axis=1))
    return np.maximum(*left)


def _extrapolate(h: np.ndarray, quotients: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The entry of the tableau with the smallest error: truncation as Ridders estimates it, and noise."""
    column = quotients
    amplified = 1 / h
    best = np.full(noise.shape, np.nan)
    least = np.full(noise.shape, np.inf)
    for order in range(1, ORDERS + 1):
        weight = 1 / ((h[:, :-order] / h[:, order:]) ** 2 - 1)
        finer, coarser = column[:, 1:], column[:, :-1]
        refined = finer + weight[..., None] * (finer - coarser)
        amplified = (1 + weight) * amplified[:, 1:] + weight * amplified[:, :-1]
        truncation = np.maximum(np.abs(refined - finer), np.abs(refined - coarser))
        error = truncation + amplified[..., None] * noise[:, None]
        error = np.where(np.isfinite(error), error, np.inf)
        at = error.argmin(axis=1)[:, None]
        entry, its_error = (np.take_along_axis(each, at, axis=1)[:, 0] for each in (refined, error))
        best, least = np.where(its_error < least, entry, best), np.minimum(its_error, least)
        column = refined
    return best, least


def _kink(h: np.ndarray, even: np.ndarray) -> np.ndarray:
    """How far forward and backward slope stay apart as the step goes to zero.

    Their difference is J + c1 h + c3 h^3 with J = 0 where the function is smooth; J from the three smallest steps.
    """
    t = h[:, -3:] / h[:, -3:-2]
    system = np.stack([np.ones_like(t), t, t**3], axis=-1)
    apart = 2 * even[:, -3:] / h[:, -3:, None]
    return np.abs(np.linalg.solve(system, np.where(np.isfinite(apart), apart, 0.0))[:, 0])


def _combine(
    moved: list[tuple[int, int]], stencil: _Stencil, families: _Family, here: np.ndarray, poisoned: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes and errors (components, outputs), and why an error is inf (components,)."""
    shape = (len(moved), here.size)
    slopes, errors = np.full(shape, np.nan), np.full(shape, np.inf)
    disputed, flat = np.zeros(shape, bool), np.ones(shape, bool)
    widest = np.zeros((len(moved), 1))
    ranks = _ranks(moved, stencil)
    for rows in ranks:  # from the narrowest family to the widest
        n = np.flatnonzero(rows >= 0)
        row = rows[n]
        flat[n] &= families.flat[row]
        widest[n, 0] = stencil.half_width[row, 0]
        slope, error = families.slope[row], np.where(families.flat[row], np.inf, families.error[row])
        differ = np.isfinite(error) & np.isfinite(errors[n]) & (np.abs(slope - slopes[n]) > error + errors[n])
        # A wider step may have run over something; but only a sharp narrow estimate may say so.
        disputed[n] |= differ & ~(errors[n] < 1e-3 * np.abs(slopes[n]))
        better = ~differ & (error < errors[n])
        slopes[n], errors[n] = np.where(better, slope, slopes[n]), np.where(better, error, errors[n])
    # A flat output may hide a slope below its resolution, unless not even NaN gets through to it.
    hidden = np.where(poisoned == here, 0.0, (4 * EPSILON * np.abs(here) + SMALLEST) / widest + SMALLEST)
    flat &= (widest > 0) & ~np.isnan(here)
    slopes, errors = np.where(flat, 0.0, slopes), np.where(flat, hidden, np.where(disputed, np.inf, errors))
    return slopes, errors, _reasons(here, widest, disputed & ~flat, np.isinf(errors).any(axis=1))


def _ranks(moved: list[tuple[int, int]], stencil: _Stencil) -> list[np.ndarray]:
    """For each rank the family of that rank of each component, -1 where it has no more."""
    position = {each: n for n, each in enumerate(moved)}
    owner = [position[k, i] for k, i in zip(stencil.argument.tolist(), stencil.component.tolist(), strict=True)]
    ranks: list[np.ndarray] = []
    taken = [0] * len(moved)
    for family, n in enumerate(owner):
        if taken[n] == len(ranks):
            ranks.append(np.full(len(moved), -1))
        ranks[taken[n]][n] = family
        taken[n] += 1
    return ranks


def _reasons(here: np.ndarray, widest: np.ndarray, disputed: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    whys = np.select(
        [
            ~unknown,
            widest[:, 0] == 0,
            np.full(len(unknown), not np.isfinite(here).all()),
            disputed.any(axis=1),
        ],
        [
            "",
            "the input is not finite",
            "the value at the point is not finite",
            "steps of different sizes disagree: a kink or a jump nearby",
        ],
        default="the value is not finite within the smallest step",
    )
    return whys.astype(object)
