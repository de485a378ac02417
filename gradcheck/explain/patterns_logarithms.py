"""Rewrites of exponentials and logarithms: of sums of exponentials, sigmoids and softmaxes, log1p, expm1.

Sources: M. Mächler, "Accurately computing log(1 - exp(-|a|))" (2012); DLMF 4.5; see also `expressions`.
"""

from __future__ import annotations

from gradcheck.explain.expressions import (
    exponent,
    log_form,
    log_of_sigmoid,
    log_of_softmax,
    log_sigmoid_of,
    logit_of,
    signed,
    softmax_of,
    softplus_of,
)
from gradcheck.explain.library_calls import library_call
from gradcheck.explain.patterns_norms import base_of_square
from gradcheck.explain.rewriting import Array, Term, apply
from gradcheck.shadow.recorder import pick

Maybe = Array | None


def _logarithm_of(term: Term) -> Term | None:
    """y, of log(y)."""
    return term.of("log")


def _is_sum(term: Term) -> bool:
    """Whether there is a reduction below constant factors and reshaping."""
    term = term.peeled()[0]
    if term.operation in ("divide", "multiply", "add"):
        return any(_is_sum(operand) for operand in term.operands)
    return term.operation == "sum"


def logsumexp(term: Term) -> Maybe:
    inner = _logarithm_of(term)
    return log_form(inner) if inner is not None and _is_sum(inner) and softmax_of(inner) is None else None


def softplus(term: Term) -> Maybe:
    """log(1 + exp(x)), also as log1p(exp(x))."""
    if (inner := term.of("log1p")) is not None:
        return None if exponent(inner) is None else softplus_of(exponent(inner))
    inner = _logarithm_of(term)
    if inner is None:
        return None
    for one, rest in inner.either_way("add"):
        if one.number == 1 and exponent(rest) is not None:
            return softplus_of(exponent(rest))
    return None


def log_sigmoid(term: Term) -> Maybe:
    """log(sigmoid(x)), log(1 - sigmoid(x)), log1p(-sigmoid(x))."""
    if (inner := term.of("log1p")) is not None:
        sign, rest = inner.signed()
        x = logit_of(rest)
        return log_sigmoid_of(-x) if sign < 0 and x is not None else None
    inner = _logarithm_of(term)
    return None if inner is None else log_of_sigmoid(inner)


def log_softmax(term: Term) -> Maybe:
    inner = _logarithm_of(term)
    if inner is None:
        return None
    below, places = inner.peeled()
    found = log_of_softmax(below)
    return None if found is None else pick(found, places)


def from_logits(term: Term) -> Maybe:
    """log(p + c) of a sigmoid or softmax p, where c keeps the logarithm finite: left out, for none is needed."""
    inner = _logarithm_of(term)
    if inner is None:
        return None
    for small, rest in inner.either_way("add"):
        if small.number is not None and 0 < small.number < 1e-3:
            return _log_of_probability(rest)
        for tiny, probability in rest.either_way("add"):  # 1 - p + c is (1 + c) - p or 1 + (c - p) to some
            if small.number == 1 and tiny.number is not None and 0 < tiny.number < 1e-3:
                sign, inside = probability.signed()
                x = logit_of(inside)
                return None if sign > 0 or x is None else log_sigmoid_of(-x)
    return None


def _log_of_probability(term: Term) -> Maybe:
    found = log_of_sigmoid(term)
    return found if found is not None else log_of_softmax(term)


def logarithms_first(term: Term) -> Maybe:
    """The logarithm of a product, quotient or sum of exponentials that has no name of its own."""
    inner = _logarithm_of(term)
    if inner is None or any(rule(term) is not None for rule in (logsumexp, softplus, log_sigmoid, log_softmax)):
        return None
    return log_form(inner)


def log_of_product(term: Term) -> Maybe:
    """log of a product, quotient or square, as a sum of logarithms; the factors are to be positive."""
    inner = _logarithm_of(term)
    if inner is None:
        return None
    inner, places = inner.peeled()
    if inner.operation == "prod_last":
        return pick(term.xp.sum(apply("log", inner.operands[0].new), axis=-1), places)
    if inner.operation in ("multiply", "divide") and all(x.moves for x in inner.operands):
        a, b = (apply("log", x.new) for x in inner.operands)
        return pick(a + b if inner.operation == "multiply" else a - b, places)
    if (root := inner.of("square")) is not None:
        return pick(2.0 * apply("log", apply("absolute", root.new)), places)
    return None


def softmax(term: Term) -> Maybe:
    found = softmax_of(term)
    if found is None:
        return None
    x, axis = found
    weights = apply("exp", x)
    return library_call("softmax", weights / term.xp.sum(weights, axis=axis, keepdims=True), x, axis=axis)


def sigmoid(term: Term) -> Maybe:
    """1 / (1 + exp(-x)), exp(x) / (1 + exp(x)) and 1 - sigmoid(x)."""
    x = None if term.operation == "sigmoid" else logit_of(term)
    return None if x is None else apply("sigmoid", x)


def log1p(term: Term) -> Maybe:
    inner = _logarithm_of(term)
    for sign, one, other_sign, rest in inner.summands() if inner is not None else ():
        if sign > 0 and one.number == 1 and rest.number is None and exponent(rest) is None:
            return apply("log1p", signed(other_sign, rest.new))
    return None


def expm1(term: Term) -> Maybe:
    for sign, power, other_sign, one in term.summands():
        if exponent(power) is not None and one.number is not None and sign * other_sign * one.number == -1:
            return signed(sign, apply("expm1", exponent(power)))
    return None


def log1mexp(term: Term) -> Maybe:
    """log(1 - exp(x)): by expm1 near 0, by log1p below -log(2)."""
    x = _negated_exponent(term)
    if x is None:
        return None
    near = apply("greater", x, -0.6931471805599453)
    by_expm1 = apply("log", -apply("expm1", apply("where", near, x, -1.0)))
    by_log1p = apply("log1p", -apply("exp", apply("where", near, -1.0, x)))
    return apply("where", near, by_expm1, by_log1p)


def _negated_exponent(term: Term) -> Maybe:
    """x, of log(1 - exp(x)) and log1p(-exp(x))."""
    if (inner := term.of("log1p")) is not None:
        sign, rest = inner.signed()
        return exponent(rest) if sign < 0 else None
    inner = _logarithm_of(term)
    for sign, one, other_sign, rest in inner.summands() if inner is not None else ():
        if sign > 0 and one.number == 1 and other_sign < 0:
            return exponent(rest)
    return None


def inverse_softplus(term: Term) -> Maybe:
    """log(exp(x) - 1), also as log(expm1(x))."""
    inner = _logarithm_of(term)
    if inner is None:
        return None
    x = None if (of := inner.of("expm1")) is None else of.new
    for sign, power, other_sign, one in inner.summands():
        if exponent(power) is not None and sign > 0 and one.number is not None and other_sign * one.number == -1:
            x = exponent(power)
    return None if x is None else x + apply("log", -apply("expm1", -x))


def log_slope_of_tanh(term: Term) -> Maybe:
    """log(1 - tanh(x) ** 2) = 2 (log 2 - x - softplus(-2 x)), also as log1p."""
    x = _tanh_squared(term)
    if x is None:
        return None
    return 2.0 * (apply("log", term.xp.asarray(2.0)) - x - softplus_of(-2.0 * x))


def _tanh_squared(term: Term) -> Maybe:
    if (inner := term.of("log1p")) is not None:
        sign, square = inner.signed()
        return _base_of_tanh(square) if sign < 0 else None
    inner = _logarithm_of(term)
    for sign, one, other_sign, square in inner.summands() if inner is not None else ():
        if sign > 0 and one.number == 1 and other_sign < 0:
            return _base_of_tanh(square)
    return None


def _base_of_tanh(term: Term) -> Maybe:
    base = base_of_square(term)
    x = None if base is None else base.of("tanh")
    return None if x is None else x.new


def exponents_first(term: Term) -> Maybe:
    """exp(a) exp(b) and exp(a) / exp(b); also exp(log a) and log(exp a) are what they are of."""
    if term.operation in ("multiply", "divide"):
        a, b = (exponent(operand) for operand in term.operands)
        if a is not None and b is not None:
            return apply("exp", a + b if term.operation == "multiply" else a - b)
    if (inner := term.of("exp")) is not None and (base := inner.of("log")) is not None:
        return base.new
    return None
