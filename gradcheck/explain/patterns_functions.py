"""Rewrites of formulas that a library has a function for: hyperbolic functions, the normal distribution's tails.

Sources: DLMF 4.28 and 4.37 (hyperbolic functions and their inverses), 7.2 (error functions).
"""

from __future__ import annotations

from gradcheck.explain.expressions import exponent, signed
from gradcheck.explain.patterns_norms import base_of_square, under_root
from gradcheck.explain.rewriting import Array, Term, apply

Maybe = Array | None


def _pair(term: Term, operation: str) -> tuple[Term, Term] | None:
    """a and b, of exp(a) - exp(b) or exp(a) + exp(b)."""
    if term.operation != operation:
        return None
    a, b = (operand.of("exp") for operand in term.operands)
    return None if a is None or b is None else (a, b)


def _opposite(a: Term, b: Term) -> bool:
    (p, x), (q, y) = a.signed(), b.signed()
    return p == -q and x.same(y)


def tanh(term: Term) -> Maybe:
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x)), and (exp(x) - 1) / (exp(x) + 1) = tanh(x / 2)."""
    found = _tanh_of_two(term)
    return _tanh_of_one(term) if found is None else found


def _tanh_of_two(term: Term) -> Maybe:
    above = _pair(term.operands[0], "subtract") if term.operation == "divide" else None
    below = None if above is None else _pair(term.operands[1], "add")
    if above is None or below is None or not _opposite(*above):
        return None
    matched = any(above[0].same(p) and above[1].same(q) for p, q in (below, below[::-1]))
    return apply("tanh", above[0].new) if matched else None


def _tanh_of_one(term: Term) -> Maybe:
    if term.operation != "divide" or term.operands[0].operation != "subtract":
        return None
    power, one = term.operands[0].operands
    x = exponent(power)
    if one.number != 1 or x is None:
        return None
    if any(c.number == 1 and rest.same(power) for c, rest in term.operands[1].either_way("add")):
        return apply("tanh", x / 2.0)
    return None


def sinh(term: Term) -> Maybe:
    """(exp(x) - exp(-x)) / 2."""
    scaled = [t.operands[0] for t in [term] if t.operation == "divide" and t.operands[1].number == 2]
    scaled += [rest for c, rest in term.either_way("multiply") if c.number == 0.5]
    for difference in scaled:
        pair = _pair(difference, "subtract")
        if pair is not None and _opposite(*pair):
            return apply("sinh", pair[0].new)
    return None


def atanh(term: Term) -> Maybe:
    """log((1 + x) / (1 - x)) = 2 atanh(x)."""
    inner = term.of("log")
    if inner is None or inner.operation != "divide":
        return None
    above, below = inner.operands
    for p, one, q, x in above.summands():
        for r, other_one, s, y in below.summands():
            ones = one.number == 1 and other_one.number == 1 and p == r == 1
            if ones and q == -s and x.number is None and x.same(y):
                return 2.0 * apply("atanh", signed(q, x.new))
    return None


def asinh(term: Term) -> Maybe:
    """log(x + sqrt(x * x + 1))."""
    return _of_root(term, "asinh", 1)


def acosh(term: Term) -> Maybe:
    """log(x + sqrt(x * x - 1))."""
    return _of_root(term, "acosh", -1)


def _of_root(term: Term, function: str, unit: int) -> Maybe:
    inner = term.of("log")
    for x, root in inner.either_way("add") if inner is not None else ():
        below = under_root(root)
        for sign, square, other_sign, one in below.summands() if below is not None else ():
            base = base_of_square(square)
            if sign > 0 and base is not None and base.same(x) and other_sign * (one.number or 0) == unit:
                return apply(function, x.new)
    return None


def log_ndtr(term: Term) -> Maybe:
    """log((1 + erf(u)) / 2) and log(erfc(-u) / 2) are log_ndtr(sqrt(2) u)."""
    inner = term.of("log")
    if inner is None:
        return None
    if (x := inner.of("ndtr")) is not None:
        return apply("log_ndtr", x.new)
    halves = [rest for c, rest in inner.either_way("multiply") if c.number == 0.5]
    halves += [inner.operands[0]] if inner.operation == "divide" and inner.operands[1].number == 2 else []
    for whole in halves:
        if (u := _of_normal(whole)) is not None:
            return apply("log_ndtr", u * apply("sqrt", term.xp.asarray(2.0)))
    return None


def _of_normal(whole: Term) -> Maybe:
    """u, of 1 + erf(u) and erfc(-u)."""
    if (negative := whole.of("erfc")) is not None:
        return -negative.new
    for sign, one, other_sign, rest in whole.summands():
        if sign * (one.number or 0) == 1 and (u := rest.of("erf")) is not None:
            return signed(other_sign, u.new)
    return None


def complement(term: Term) -> Maybe:
    """1 - erf(x) and 1 - ndtr(x) have functions of their own."""
    for sign, one, other_sign, rest in term.summands():
        if sign * (one.number or 0) == 1 and other_sign < 0:
            if (x := rest.of("erf")) is not None:
                return apply("erfc", x.new)
            if (x := rest.of("ndtr")) is not None:
                return apply("ndtr", -x.new)
    return None
