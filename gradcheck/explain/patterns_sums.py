"""Rewrites of sums, products and differences: nothing large is made that is divided, or taken away, afterwards.

Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms" (2nd edition, 2002), chapters 1 and 4.
"""

from __future__ import annotations

import numpy as np

from gradcheck.explain.expressions import exponent, signed
from gradcheck.explain.patterns_norms import base_of_square, under_root
from gradcheck.explain.rewriting import Array, Term, apply
from gradcheck.shadow.recorder import pick

Maybe = Array | None


def divide_before_summing(term: Term) -> Maybe:
    """sum(x) / n; of squares, each is divided by sqrt(n) before it is squared."""
    if term.operation != "divide" or term.operands[1].number is None or term.operands[1].shape:
        return None
    total, places = term.operands[0].peeled()
    if total.operation != "sum":
        return None
    count, summand = term.operands[1].new, total.operands[0]
    parts = _share(summand, count)
    return pick(term.xp.reshape(term.xp.sum(parts, axis=total.axes), total.shape), places)


def _share(summand: Term, count: Array) -> Array:
    if (x := base_of_square(summand)) is not None:
        return apply("square", x.new / apply("sqrt", count))
    if summand.operation == "multiply":
        a, b = (x.new for x in summand.operands)
        return (a / count) * b
    return summand.new / count


def divide_before_multiplying(term: Term) -> Maybe:
    """a * a / (b * b), a * a / exp(v), a * b / c and the like."""
    if term.operation != "divide" or not term.operands[1].moves:
        return None
    above, below = term.operands
    a, b = base_of_square(above), base_of_square(below)
    if a is not None and b is not None:
        return apply("square", a.new / b.new)
    if a is not None and (power := exponent(below)) is not None:
        return apply("square", a.new * apply("exp", power * -0.5))
    if a is not None and (inner := _scaled_square(below)) is not None:
        factor, base = inner
        return apply("square", a.new / base.new) / factor.new
    if a is not None:
        return a.new * (a.new / below.new)
    if above.operation == "multiply":
        p, q = above.operands
        return p.new * (q.new / below.new)
    return None


def _scaled_square(term: Term) -> tuple[Term, Term] | None:
    """c and b, of c * b * b."""
    for factor, rest in term.either_way("multiply"):
        if factor.number is not None and (base := base_of_square(rest)) is not None:
            return factor, base
    return None


def divide_before_scaling(term: Term) -> Maybe:
    """c * (x / y) * ... with a number c below 1: the large factor is made small first."""
    for factor, rest in term.either_way("multiply"):
        if factor.number is not None and 0 < abs(factor.number) < 1 and (x := base_of_square(rest)) is not None:
            root = apply("sqrt", apply("absolute", factor.new))
            return signed(1 if factor.number > 0 else -1, apply("square", x.new * root))
    return None


def difference_of_squares(term: Term) -> Maybe:
    if term.operation != "subtract":
        return None
    a, b = (base_of_square(operand) for operand in term.operands)
    if a is None or b is None:
        one, other = term.operands
        if one.number == 1 and (x := base_of_square(other)) is not None:
            return (1.0 - x.new) * (1.0 + x.new)
        if other.number == 1 and (x := base_of_square(one)) is not None:
            return (x.new - 1.0) * (x.new + 1.0)
        return None
    return (a.new - b.new) * (a.new + b.new)


def two_pass_variance(term: Term) -> Maybe:
    """mean(x * x) - mean(x) ** 2, as the mean of (x - mean(x)) ** 2."""
    if term.operation != "subtract":
        return None
    squares, middle_squared = _mean(term.operands[0]), base_of_square(term.operands[1])
    inner = None if middle_squared is None else _mean(middle_squared)
    if squares is None or inner is None or squares[1] != inner[1]:
        return None
    base, (x, axes) = base_of_square(squares[0]), inner
    if base is None or not base.same(x):
        return None
    xp = term.xp
    count = float(np.prod([base.shape[i] for i in axes]))
    middle = xp.sum(base.new, axis=axes, keepdims=True) / count
    return xp.reshape(xp.sum(apply("square", base.new - middle), axis=axes) / count, term.shape)


def _mean(term: Term) -> tuple[Term, tuple[int, ...]] | None:
    """What is averaged, and the axes."""
    if term.operation != "divide":
        return None
    total, count = term.operands
    if total.operation != "sum" or count.number != np.prod([total.operands[0].shape[i] for i in total.axes]):
        return None
    return total.operands[0], total.axes


def one_minus_cos(term: Term) -> Maybe:
    """1 - cos(x) = 2 sin(x / 2) ** 2 (DLMF 4.21)."""
    for sign, one, other_sign, rest in term.summands():
        if sign * (one.number or 0) == 1 and other_sign < 0 and (x := rest.of("cos")) is not None:
            return 2.0 * apply("square", apply("sin", x.new / 2.0))
    return None


def conjugate(term: Term) -> Maybe:
    """sqrt(a) - sqrt(b) = (a - b) / (sqrt(a) + sqrt(b)); also sqrt(1 + x) - 1."""
    if term.operation != "subtract":
        return None
    a, b = (under_root(operand) for operand in term.operands)
    if a is not None and b is not None:
        return (a.new - b.new) / (term.operands[0].new + term.operands[1].new)
    if a is None or term.operands[1].number != 1:
        return None
    for one, x in a.either_way("add"):
        if one.number == 1:
            return x.new / (term.operands[0].new + 1.0)
    return None
