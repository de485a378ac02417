"""The squared norm of differences d = x - y, and what is commonly made of it: mean, root and logarithm.

All three take `x` and `y`, real arrays (rows, columns) of one shape. The references compute in `wide`, where
neither the squares nor the sum over the rows leave the range.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import wide
from gradcheck.reference.wide import Wide
from gradcheck.specification import Specification

SHAPE = (2, 3)
ARGUMENTS = (Argument("real", shape=SHAPE, name="x"), Argument("real", shape=SHAPE, name="y"))

Gradient = tuple[np.ndarray, np.ndarray]


def _difference(x: np.ndarray, y: np.ndarray) -> Wide:
    return Wide.of(x) - y


def _squared(d: Wide) -> Wide:
    return wide.square(d).sum(-1)


def _both(by_x: Wide) -> Gradient:
    rounded = by_x.rounded()
    return rounded, -rounded


def _mean_definition(xp: Any, x: Any, y: Any) -> Any:
    return xp.mean(xp.sum(xp.square(x - y), axis=1))


def mean_value(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean over the rows of the squared norm of x - y; shape ()."""
    d = _difference(x, y)
    return (_squared(d).sum(-1) / float(len(x))).rounded()


def mean_gradient(x: np.ndarray, y: np.ndarray) -> Gradient:
    """2 d / rows and its negative."""
    return _both(2.0 * _difference(x, y) / float(len(x)))


def _norm_definition(xp: Any, x: Any, y: Any) -> Any:
    return xp.sqrt(xp.sum(xp.square(x - y), axis=1))


def norm_value(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Norm of each row of x - y; shape (rows,)."""
    return wide.sqrt(_squared(_difference(x, y))).rounded()


def norm_gradient(x: np.ndarray, y: np.ndarray) -> Gradient:
    """d / |d| and its negative; at d = 0, a kink, the subgradient 0."""
    d = _difference(x, y)
    return _both(d / wide.sqrt(_squared(d)).or_one()[:, None])


def _log_definition(xp: Any, x: Any, y: Any) -> Any:
    return xp.log(xp.sum(xp.square(x - y), axis=1))


def log_value(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Logarithm of the squared norm of each row of x - y, -inf where it is 0; shape (rows,)."""
    return wide.log(_squared(_difference(x, y))).rounded()


def log_gradient(x: np.ndarray, y: np.ndarray) -> Gradient:
    """2 d / |d|**2 and its negative; 0 at d = 0, where it does not exist and 0 is the symmetric choice."""
    d = _difference(x, y)
    return _both(2.0 * d / _squared(d).or_one()[:, None])


MEAN_SQUARED_NORM = Specification(
    name="mean_squared_norm",
    definition=_mean_definition,
    arguments=ARGUMENTS,
    value=mean_value,
    gradient=mean_gradient,
    source="mean_i sum_j (x_ij - y_ij)**2, the squared error of vectors; Bishop, Pattern Recognition (2006), (5.11)",
)
ROW_NORM = Specification(
    name="row_norm",
    definition=_norm_definition,
    arguments=ARGUMENTS,
    value=norm_value,
    gradient=norm_gradient,
    source="sqrt(sum_j d_j**2), the Euclidean norm of each row; scaled against overflow as in Blue, ACM TOMS 4 (1978)",
)
LOG_SQUARED_NORM = Specification(
    name="log_squared_norm",
    definition=_log_definition,
    arguments=ARGUMENTS,
    value=log_value,
    gradient=log_gradient,
    source="log(sum_j d_j**2), the squared norm in logarithms, gradient 2 d / sum_j d_j**2",
)
SPECIFICATIONS = (MEAN_SQUARED_NORM, ROW_NORM, LOG_SQUARED_NORM)
