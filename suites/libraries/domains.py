"""The arguments that the tables of the libraries share."""

from __future__ import annotations

import numpy as np

from gradcheck.inputs.argument import Argument

SIZE, GRID = (4,), (2, 3)


def _definite(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A symmetric positive definite matrix with eigenvalues from 2 on."""
    factor = rng.normal(size=shape)
    return factor @ factor.T + 2 * np.eye(shape[0])


def real(*shape: int) -> Argument:
    return Argument("real", shape)


def definite(size: int) -> Argument:
    return Argument(_definite, (size, size))


REAL, MATRIX = real(*SIZE), real(*GRID)
POSITIVE, POSITIVES = Argument("positive", SIZE), Argument("positive", GRID)
NONNEGATIVE = Argument("nonnegative", SIZE)
UNIT, UNITS = Argument("probability", SIZE), Argument("probability", GRID)
OPEN, OPENS = Argument("(0, 1)", SIZE), Argument("(0, 1)", GRID)
INSIDE = Argument("(-1, 1)", SIZE)
SIMPLEX = Argument("simplex", GRID)
LOGARITHMS = Argument("(-inf, 0]", GRID)  # of probabilities
SIGNS, SIGN_GRID = Argument("{-1, 1}", SIZE, False), Argument("{-1, 1}", GRID, False)
BITS, BIT_GRID = Argument("{0, 1}", SIZE, False), Argument("{0, 1}", GRID, False)
COUNTS = Argument("{0, 1, 2, 5}", SIZE, False)
