"""Derivatives flowing backward, with the difference between a zero and a path that was cut.

A select cuts the tape of the branch it did not take: what arrives there is no number zero, and
meeting an infinite slope it makes no 0 * inf. A numerical zero does: sqrt(x)**2 at 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.exact import balls


@dataclass(frozen=True)
class Adjoint:
    """The derivative of the output by each element; `cut` marks elements that no path reaches."""

    data: np.ndarray
    cut: np.ndarray | None = None

    def times(self, slope: object) -> Adjoint:
        """The chain rule; `slope` broadcasts against the data or is broadcast to it."""
        data = balls.array(self.data * slope)
        return Adjoint(data, self.cut)._cleared()

    def without(self, mask: np.ndarray) -> Adjoint:
        """Cut also where `mask` holds."""
        cut = np.broadcast_to(mask, self.data.shape) if self.cut is None else self.cut | mask
        return Adjoint(self.data, np.asarray(cut))._cleared()

    def _cleared(self) -> Adjoint:
        if self.cut is None or not self.cut.any():
            return Adjoint(self.data)
        data = self.data.copy()
        data[self.cut] = balls.ZERO
        return Adjoint(data, self.cut)

    def plus(self, other: Adjoint) -> Adjoint:
        cut = None if self.cut is None or other.cut is None else self.cut & other.cut
        return Adjoint(balls.array(self.data + other.data), cut)

    def summed_to(self, shape: tuple[int, ...]) -> Adjoint:
        """The adjoint of an operand that was broadcast from `shape`."""
        if self.data.shape == shape:
            return self
        extra = self.data.ndim - len(shape)
        axes = tuple(range(extra)) + tuple(
            i + extra for i, n in enumerate(shape) if n == 1 and self.data.shape[i + extra] != 1
        )
        data = balls.array(np.add.reduce(self.data, axis=axes)).reshape(shape)
        cut = None if self.cut is None else np.logical_and.reduce(self.cut, axis=axes).reshape(shape)
        return Adjoint(data, cut)
