"""Torch's products of vectors and matrices, and what linear algebra comes down to without a choice of pivots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.exact.namespace import SymbolicArray, gather, matmul
from gradcheck.shadow.torch_operand import Array, constant, xp


def _plus(x: Array, product: Array, beta: float = 1, alpha: float = 1) -> Array:
    """beta x + alpha product; what is multiplied by a zero beta is not read at all."""
    scaled = product if alpha == 1 else product * alpha
    if beta == 0:
        return scaled
    return (x if beta == 1 else x * beta) + scaled


def _added(product: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    return lambda x, a, b, *, beta=1, alpha=1: _plus(x, product(a, b), beta, alpha)


def _outer(a: Array, b: Array) -> Array:
    return a[:, None] * b[None, :]


def _summed_products(a: Array, b: Array) -> Array:
    return xp.sum(matmul(a, b), axis=0)


def _cross(a: Array, b: Array, *, dim: int = -1) -> Array:
    turned = lambda x, k: gather(lambda p: np.roll(p, -k, axis=dim), x)  # noqa: E731
    return turned(a, 1) * turned(b, 2) - turned(a, 2) * turned(b, 1)


def _trilinear(
    a: Array,
    b: Array,
    c: Array,
    expand1: list[int],
    expand2: list[int],
    expand3: list[int],
    sumdim: list[int],
    unroll_dim: int = 1,
) -> Array:
    """The sum over some axes of the product of three arrays, each with axes of length one put in."""
    wide = [
        gather(lambda p, axes=axes: _expanded(p, axes), x) for x, axes in ((a, expand1), (b, expand2), (c, expand3))
    ]
    return xp.sum(wide[0] * wide[1] * wide[2], axis=tuple(sumdim))


def _expanded(p: np.ndarray, axes: list[int]) -> np.ndarray:
    for axis in axes:
        p = np.expand_dims(p, axis)
    return p


def _trace(x: Array) -> Array:
    return xp.sum(gather(np.diagonal, x))


def _transposed(x: Array) -> Array:
    return gather(lambda p: np.swapaxes(p, -1, -2), x)


def _columns(columns: list[Array]) -> Array:
    return xp.stack(columns, axis=-1)


def cholesky(x: Any, upper: bool = False) -> Array:
    """Column by column (Golub and Van Loan, "Matrix Computations", algorithm 4.2.1).

    One triangle is read, as torch documents; its derivative is that of a symmetric matrix.
    """
    n = x.shape[-1]
    done: list[Array] = []
    if (x.tensor == x.tensor.mT).all():
        x = (x + _transposed(x)) / 2.0
    for j in range(n):
        column = x[..., j:, j] if not upper else x[..., j, j:]
        for earlier in done:
            column = column - earlier[..., j:] * earlier[..., j : j + 1]
        column = column / xp.sqrt(column[..., :1])
        done.append(gather(lambda p, j=j: np.pad(p, [(0, 0)] * (p.ndim - 1) + [(j, 0)], constant_values=-1), column))
    factor = _columns(done)
    return _transposed(factor) if upper else factor


def _solve_triangular(a: Array, b: Array, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Array:
    """Row by row from the end that is known (Golub and Van Loan, section 3.1)."""
    if not left:
        turned = _solve_triangular(_transposed(a), _transposed(b), upper=not upper, unitriangular=unitriangular)
        return _transposed(turned)
    n = a.shape[-1]
    rows: dict[int, Array] = {}
    for i in reversed(range(n)) if upper else range(n):
        row = b[..., i, :]
        for j, known in rows.items():
            row = row - a[..., i, j : j + 1] * known
        rows[i] = row if unitriangular else row / a[..., i, i : i + 1]
    return xp.stack([rows[i] for i in range(n)], axis=-2)


def _triangular_solve(
    b: Array, a: Array, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> tuple[Array, None]:
    a, upper = (_transposed(a), not upper) if transpose else (a, upper)
    return _solve_triangular(a, b, upper=upper, unitriangular=unitriangular), None


def _cholesky_solve(b: Array, factor: Array, upper: bool = False) -> Array:
    lower = _transposed(factor) if upper else factor
    return _solve_triangular(_transposed(lower), _solve_triangular(lower, b, upper=False), upper=True)


def _cholesky_inverse(factor: Array, upper: bool = False) -> Array:
    return _cholesky_solve(constant(factor, np.eye(factor.shape[-1])), factor, upper)


def eliminated(x: Array, pivots: np.ndarray) -> tuple[Array, Array, Array]:
    """Lower and upper factors of the rows permuted by the pivots that the run chose, and the rows themselves.

    Golub and Van Loan, algorithm 3.2.1. One matrix, no batch.
    """
    n = x.shape[-1]
    x = x[pivots]
    rows = [x[i] for i in range(n)]
    factors = [[constant(x, 1.0 if i == j else 0.0) for j in range(n)] for i in range(n)]
    for j in range(n):
        for i in range(j + 1, n):
            factors[i][j] = rows[i][j] / rows[j][j]
            rows[i] = xp.where(np.arange(n) <= j, 0.0, rows[i] - factors[i][j] * rows[j])
    lower = xp.stack([xp.stack(row) for row in factors])
    return lower, xp.stack(rows), x


def _lu(x: Any) -> tuple[Array, Array, int]:
    """Lower, upper, and the sign of the permutation."""
    import torch

    if x.ndim != 2:
        raise NotImplementedError
    permutation, _, _ = torch.linalg.lu(x.tensor.detach().double())
    order = permutation.argmax(0).numpy()
    lower, upper, _ = eliminated(x, order)
    return lower, upper, round(float(np.linalg.det(np.eye(len(order))[order])))


def _slogdet(x: Any) -> tuple[Array, Array]:
    _, upper, sign = _lu(x)
    diagonal = gather(np.diagonal, upper)
    return xp.prod(xp.sign(diagonal)) * sign, xp.sum(xp.log(xp.abs(diagonal)))


def _det(x: Any) -> Array:
    _, upper, sign = _lu(x)
    return xp.prod(gather(np.diagonal, upper)) * sign


def _solved(x: Any, b: Any) -> Array:
    import torch

    permutation, _, _ = torch.linalg.lu(x.tensor.detach().double())
    order = permutation.argmax(0).numpy()
    lower, upper, _ = eliminated(x, order)
    b = b if isinstance(b, SymbolicArray) else constant(x, b)
    columns = b[order] if b.ndim == 2 else b[order][:, None]
    forward = _solve_triangular(lower, columns, upper=False, unitriangular=True)
    solution = _solve_triangular(upper, forward, upper=True)
    return solution if b.ndim == 2 else solution[:, 0]


def _solve(x: Any, b: Any, *, left: bool = True, check_errors: bool = False) -> tuple[Array, None, None, None]:
    if x.ndim != 2 or not left:
        raise NotImplementedError
    return _solved(x, b), None, None, None


def _inverse(x: Any, *, check_errors: bool = False) -> tuple[Array, None]:
    if x.ndim != 2:
        raise NotImplementedError
    return _solved(x, np.eye(x.shape[-1])), None


PRODUCTS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("mm", "bmm", "mv", "dot", "vdot", "matmul"), matmul),
    **dict.fromkeys(("addmm", "addmv", "baddbmm"), _added(matmul)),
    "addr": _added(_outer),
    "addbmm": _added(_summed_products),
    "linalg_cross": _cross,
    "trace": _trace,
    "_trilinear": _trilinear,
    "linalg_cholesky_ex": lambda x, *, upper=False, check_errors=False: (cholesky(x, upper), None),
    "cholesky": cholesky,
    "linalg_solve_triangular": _solve_triangular,
    "triangular_solve": _triangular_solve,
    "cholesky_solve": _cholesky_solve,
    "cholesky_inverse": _cholesky_inverse,
    "_linalg_det": lambda x: (_det(x), None, None),
    "_linalg_slogdet": lambda x: (*_slogdet(x), None, None),
    "_linalg_solve_ex": _solve,
    "linalg_inv_ex": _inverse,
}
