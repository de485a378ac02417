"""What an expression is, whichever way it is written: an exponential, a sigmoid, a softmax; and the logarithm of such.

Sources: P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax functions"
(IMA J. Numer. Anal. 41, 2021); DLMF 4.5.
"""

from __future__ import annotations

import numpy as np

from gradcheck.explain.library_calls import library_call
from gradcheck.explain.rewriting import Array, Term, apply, stretched
from gradcheck.shadow.recorder import pick, positions_of

Maybe = Array | None


def signed(sign: int, x: Array) -> Array:
    return x if sign > 0 else -x


def log_sigmoid_of(x: Array) -> Array:
    return library_call("log_sigmoid", -softplus_of(-x), x)


def softplus_of(x: Array) -> Array:
    return apply("logaddexp", x, stretched(apply("multiply", x, 0.0), x.shape))


# --- what an expression is -----------------------------------------------------------------------


def exponent(term: Term) -> Maybe:
    """x, of exp(x)."""
    return None if (x := term.of("exp")) is None else x.new


def logit_of(term: Term) -> Maybe:
    """x, of what is sigmoid(x) in any way of writing it."""
    if (x := term.of("sigmoid")) is not None:
        return x.new
    complement = _complement(term)
    if complement is not None:
        return complement
    if (below := term.of("reciprocal")) is not None:
        return _decay(below)
    if term.operation != "divide":
        return None
    above, below = term.operands
    if above.number == 1:
        return _decay(below)
    if above.of("exp") is not None and any(c.number == 1 and rest.same(above) for c, rest in below.either_way("add")):
        return exponent(above)
    return None


def _complement(term: Term) -> Maybe:
    """-x, of 1 - sigmoid(x)."""
    for sign, one, other_sign, rest in term.summands():
        if sign > 0 and one.number == 1 and other_sign < 0 and rest.number is None:
            x = logit_of(rest)
            return None if x is None else -x
    return None


def _decay(below: Term) -> Maybe:
    """x, of the 1 + exp(-x) under a fraction."""
    for one, rest in below.either_way("add"):
        if one.number == 1 and (x := exponent(rest)) is not None:
            return -x
    return None


def softmax_of(term: Term) -> tuple[Array, int] | None:
    """x and the axis, of exp(x) / sum(exp(x))."""
    if (called := term.call("softmax")) is not None:
        return called[0].new, called[1]["axis"]
    if term.operation != "divide" or term.operands[0].of("exp") is None:
        return None
    above, below = term.operands
    total, places = below.peeled()
    if total.operation != "sum" or len(total.axes) != 1 or not total.operands[0].same(above):
        return None
    rows = np.moveaxis(positions_of(term.shape), total.axes[0], -1).shape[:-1]
    expected = np.expand_dims(positions_of(rows), total.axes[0])
    if above.shape != term.shape or not _agree(places, expected, term.shape):
        return None
    return exponent(above), total.axes[0]


def _agree(places: np.ndarray, expected: np.ndarray, shape: tuple[int, ...]) -> bool:
    return bool((np.broadcast_to(places, shape) == np.broadcast_to(expected, shape)).all())


# --- the logarithm of an expression that is never negative ----------------------------------------


def log_form(term: Term) -> Maybe:
    """The logarithm of what is known to be positive, without computing it first; None where nothing is known."""
    if term.number is not None:
        return apply("log", term.new) if term.number > 0 else None
    for known in (exponent, log_of_sigmoid, log_of_softmax, _log_of_sum, _log_of_two, _log_of_gather):
        found = known(term)
        if found is not None:
            return found
    return None


def log_of_sigmoid(term: Term) -> Maybe:
    x = logit_of(term)
    return None if x is None else log_sigmoid_of(x)


def log_of_softmax(term: Term) -> Maybe:
    found = softmax_of(term)
    if found is None:
        return None
    x, axis = found
    formula = x - apply("log", term.xp.sum(apply("exp", x), axis=axis, keepdims=True))
    return library_call("log_softmax", formula, x, axis=axis)


def _log_of_sum(term: Term) -> Maybe:
    """logsumexp; with weights of any sign, the largest exponent is taken out of the sum."""
    if term.operation != "sum" or not term.axes:
        return None
    summand = term.operands[0]
    x = log_form(summand)
    if x is not None:
        return _logsumexp(term, stretched(x, summand.shape))
    for weight, power in summand.either_way("multiply"):
        if power.of("exp") is not None and power.shape == summand.shape:
            return _weighted_logsumexp(term, weight.new, exponent(power))
    return None


def _logsumexp(term: Term, x: Array) -> Array:
    formula = apply("log", term.xp.sum(apply("exp", x), axis=term.axes))
    return term.xp.reshape(library_call("logsumexp", formula, x, axes=term.axes), term.shape)


def _weighted_logsumexp(term: Term, weight: Array, x: Array) -> Array:
    xp = term.xp
    top = xp.stop_gradient(xp.max(x, axis=term.axes, keepdims=True))
    rest = xp.sum(apply("multiply", weight, apply("exp", x - top)), axis=term.axes)
    return xp.reshape(apply("log", rest), term.shape) + xp.reshape(top, term.shape)


def _log_of_two(term: Term) -> Maybe:
    """Of a sum, product, quotient, root or square of positive expressions."""
    if term.operation in ("sqrt", "square", "power"):
        factor = {"sqrt": 0.5, "square": 2.0}.get(term.operation) or term.operands[1].number
        inner = log_form(term.operands[0])
        return None if inner is None or factor is None else inner * factor
    if term.operation not in ("add", "multiply", "divide"):
        return None
    a, b = (log_form(operand) for operand in term.operands)
    if a is None or b is None:
        return None
    return apply({"add": "logaddexp", "multiply": "add", "divide": "subtract"}[term.operation], a, b)


def _log_of_gather(term: Term) -> Maybe:
    if term.operation != "gather" or len(term.operands) != 1 or (term.positions < 0).any():
        return None
    inner = log_form(term.operands[0])
    return None if inner is None else pick(inner, term.positions)
