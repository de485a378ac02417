"""Rewrites of roots and logarithms of sums of squares: scaled by the largest element, so no square overflows.

Source: J. L. Blue, "A Portable Fortran Program to Find the Euclidean Norm of a Vector" (ACM TOMS 4, 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.exact.namespace import Namespace
from gradcheck.explain.rewriting import Array, Term, apply
from gradcheck.shadow.recorder import pick

Maybe = Array | None


def base_of_square(term: Term) -> Term | None:
    """x, of x * x, x ** 2 and square(x)."""
    if (x := term.of("square")) is not None:
        return x
    if term.operation == "multiply" and term.operands[0].same(term.operands[1]):
        return term.operands[0]
    if term.operation == "power" and term.operands[1].number == 2:
        return term.operands[0]
    return None


def under_root(term: Term) -> Term | None:
    """y, of sqrt(y) and y ** 0.5."""
    if term.operation == "power" and term.operands[1].number == 0.5:
        return term.operands[0]
    return term.of("sqrt")


@dataclass(frozen=True)
class _Squares:
    """A sum of squares: what is squared, over which axes, its shape and the positions that are read of it."""

    x: Array
    axes: tuple[int, ...]
    shape: tuple[int, ...]
    places: np.ndarray

    def parts(self) -> tuple[Array, Array, Array]:
        """Whether all is zero, the scale (1 there), and the sum of the scaled squares (1 there)."""
        xp: Any = Namespace(self.x.graph)
        top = xp.stop_gradient(xp.max(apply("absolute", self.x), axis=self.axes, keepdims=True))
        empty = apply("equal", top, 0.0)
        scale = apply("where", empty, 1.0, top)
        total = xp.sum(apply("square", self.x / scale), axis=self.axes)
        empty, scale = xp.reshape(empty, self.shape), xp.reshape(scale, self.shape)
        return empty, scale, apply("where", empty, 1.0, xp.reshape(total, self.shape))

    def read(self, y: Array) -> Array:
        return pick(y, self.places)


def sum_of_squares(term: Term) -> _Squares | None:
    total, places = term.peeled()
    if total.operation != "sum" or not total.axes:
        return None
    x = base_of_square(total.operands[0])
    return None if x is None else _Squares(x.new, total.axes, total.shape, places)


def norm_of(squares: _Squares) -> Array:
    """The root of the sum; zero, with slope zero (a subgradient), where all is zero."""
    empty, scale, total = squares.parts()
    return squares.read(apply("where", empty, 0.0, scale * apply("sqrt", total)))


def _root(term: Term) -> Maybe:
    """The root of a sum or mean of squares, with or without something small and constant."""
    if (squares := sum_of_squares(term)) is not None:
        return norm_of(squares)
    if term.operation == "divide" and (count := term.operands[1].number) is not None and count > 0:
        squares = sum_of_squares(term.operands[0])
        return None if squares is None else norm_of(squares) / apply("sqrt", term.operands[1].new)
    for small, rest in term.either_way("add"):
        root = _root(rest) if small.number is not None and small.number > 0 else None
        if root is not None:
            return apply("hypot", root, apply("sqrt", small.new))
    return None


def scaled_norm(term: Term) -> Maybe:
    """sqrt(sum(x * x)), also with something small under the root."""
    inner = under_root(term)
    return None if inner is None else _root(inner)


def scaled_reciprocal_norm(term: Term) -> Maybe:
    """1 / sqrt(sum(x * x)), as rsqrt."""
    inner = term.of("rsqrt")
    root = None if inner is None else _root(inner)
    return None if root is None else apply("reciprocal", root)


def log_of_squares(term: Term) -> Maybe:
    """log(sum(x * x)), also with something small added."""
    inner = term.of("log")
    if inner is None:
        return None
    if (squares := sum_of_squares(inner)) is not None:
        empty, scale, total = squares.parts()
        result = apply("log", total) + 2.0 * apply("log", scale)
        return squares.read(apply("where", empty, -np.inf, result))
    root = _root(inner)
    return None if root is None else 2.0 * apply("log", root)


def hypot(term: Term) -> Maybe:
    """sqrt(a * a + b * b), with slope zero where both are zero."""
    inner = under_root(term)
    if inner is None or inner.operation != "add":
        return None
    a, b = (base_of_square(operand) for operand in inner.operands)
    if a is None or b is None:
        return None
    empty = apply("logical_and", apply("equal", a.new, 0.0), apply("equal", b.new, 0.0))
    return apply("where", empty, 0.0, apply("hypot", apply("where", empty, 1.0, a.new), b.new))


def root_of_square(term: Term) -> Maybe:
    inner = under_root(term)
    x = None if inner is None else base_of_square(inner)
    return None if x is None else apply("absolute", x.new)


def rsqrt(term: Term) -> Maybe:
    """1 / sqrt(x), also as reciprocal(sqrt(x))."""
    below = term.of("reciprocal")
    if term.operation == "divide" and term.operands[0].number == 1:
        below = term.operands[1]
    inner = None if below is None else under_root(below)
    return None if inner is None else apply("rsqrt", inner.new)
