"""Torch's orthogonal polynomials of a whole degree, by their three-term recurrences (DLMF 18.9)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from gradcheck.shadow.torch_operand import Array, constant

Step = Callable[[int, Array, Array, Array], Array]  # degree n, x, p of degree n and n - 1 -> p of degree n + 1


def _chebyshev(n: int, x: Array, p: Array, q: Array) -> Array:
    return 2.0 * x * p - q


# name -> (polynomial of degree 1, step)
_FAMILIES: dict[str, tuple[Callable[[Array], Array], Step]] = {
    "chebyshev_polynomial_t": (lambda x: x, _chebyshev),
    "chebyshev_polynomial_u": (lambda x: 2.0 * x, _chebyshev),
    "chebyshev_polynomial_v": (lambda x: 2.0 * x - 1.0, _chebyshev),
    "chebyshev_polynomial_w": (lambda x: 2.0 * x + 1.0, _chebyshev),
    "hermite_polynomial_h": (lambda x: 2.0 * x, lambda n, x, p, q: 2.0 * (x * p - n * q)),
    "hermite_polynomial_he": (lambda x: x, lambda n, x, p, q: x * p - n * q),
    "laguerre_polynomial_l": (lambda x: 1.0 - x, lambda n, x, p, q: ((2 * n + 1 - x) * p - n * q) / (n + 1)),
    "legendre_polynomial_p": (lambda x: x, lambda n, x, p, q: ((2 * n + 1) * x * p - n * q) / (n + 1)),
}


def _polynomial(x: Array, degree: Any, *, first: Callable[[Array], Array], step: Step, shifted: bool = False) -> Array:
    """The degree must be one whole number, known when the function is watched."""
    if not isinstance(degree, (int, float)) or degree < 0 or degree != int(degree):
        raise NotImplementedError
    x = 2.0 * x - 1.0 if shifted else x
    before, last = constant(x, 1.0) + 0.0 * x, first(x)
    for n in range(1, int(degree)):
        before, last = last, step(n, x, last, before)
    return before if degree == 0 else last


POLYNOMIALS: dict[str, Callable[..., Array]] = {
    **{f"special_{name}": partial(_polynomial, first=first, step=step) for name, (first, step) in _FAMILIES.items()},
    **{
        f"special_shifted_{name}": partial(_polynomial, first=first, step=step, shifted=True)
        for name, (first, step) in _FAMILIES.items()
        if name.startswith("chebyshev")
    },
}
