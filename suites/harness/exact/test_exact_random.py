"""Random expressions against mpmath's numbers and dual numbers: nothing certified may be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath
import numpy as np
from exact_oracle import contains
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mpf

from gradcheck.dtypes import FORMATS
from gradcheck.exact import Kind, certify, record

DIGITS = 3000
LARGEST_EXPONENT = 800  # beyond it mpmath's digits would not hold a sum beside exp(x)


@dataclass(frozen=True)
class Dual:
    """A number of mpmath with its derivatives by the two arguments."""

    value: mpf
    slopes: tuple[mpf, mpf]

    def through(self, value, slope):
        return Dual(value, tuple(slope * s for s in self.slopes))


def _exp(x):
    assume(abs(x.value) <= LARGEST_EXPONENT)
    return x.through(mpmath.exp(x.value), mpmath.exp(x.value))


def _log(x):
    assume(x.value > 0)
    return x.through(mpmath.log(x.value), 1 / x.value)


def _sqrt(x):
    assume(x.value > 0)
    return x.through(mpmath.sqrt(x.value), 1 / (2 * mpmath.sqrt(x.value)))


def _divide(a, b):
    assume(b.value != 0)
    slopes = tuple((p - a.value / b.value * q) / b.value for p, q in zip(a.slopes, b.slopes, strict=True))
    return Dual(a.value / b.value, slopes)


def _multiply(a, b):
    slopes = tuple(p * b.value + a.value * q for p, q in zip(a.slopes, b.slopes, strict=True))
    return Dual(a.value * b.value, slopes)


def _combine(sign):
    return lambda a, b: Dual(
        a.value + sign * b.value, tuple(p + sign * q for p, q in zip(a.slopes, b.slopes, strict=True))
    )


UNARY = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": lambda x: x.through(mpmath.sin(x.value), mpmath.cos(x.value)),
    "tanh": lambda x: x.through(mpmath.tanh(x.value), mpmath.sech(x.value) ** 2),
    "abs": lambda x: x.through(abs(x.value), mpmath.sign(x.value)),
    "square": lambda x: x.through(x.value**2, 2 * x.value),
}
BINARY = {
    "add": _combine(1),
    "subtract": _combine(-1),
    "multiply": _multiply,
    "divide": _divide,
    "maximum": lambda a, b: a if a.value >= b.value else b,
    "minimum": lambda a, b: a if a.value <= b.value else b,
}
NUMBERS = (1.0, 1.0, 0.5, -2.0, 3.0, 1e-300, 2e-300, 5e-324, 1e-30, 1e16, 1e300, -1e300, 0.1, 40.0)
LEAVES = st.one_of(st.sampled_from(["x", "y"]), st.sampled_from(NUMBERS))


def _extend(children):
    return st.one_of(
        st.tuples(st.sampled_from(sorted(UNARY)), children),
        st.tuples(st.sampled_from(sorted(BINARY)), children, children),
        st.tuples(st.just("where"), children, children, children, children),
    )


EXPRESSIONS = st.recursive(LEAVES, _extend, max_leaves=7)


def _symbolic(xp, x, y, tree):
    if isinstance(tree, tuple):
        operation, *parts = tree
        operands = [_symbolic(xp, x, y, part) for part in parts]
        if operation == "where":
            return xp.where(operands[0] < operands[1], operands[2], operands[3])
        return getattr(xp, operation)(*operands)
    return {"x": x, "y": y}[tree] if isinstance(tree, str) else xp.asarray(tree)


def _dual(tree, arguments):
    if isinstance(tree, tuple):
        operation, *parts = tree
        operands = [_dual(part, arguments) for part in parts]
        if operation == "where":
            return operands[2] if operands[0].value < operands[1].value else operands[3]
        return (UNARY if len(parts) == 1 else BINARY)[operation](*operands)
    return arguments[tree] if isinstance(tree, str) else Dual(mpf(tree), (mpf(0), mpf(0)))


@settings(max_examples=250, deadline=None)
@given(EXPRESSIONS, st.sampled_from(NUMBERS), st.sampled_from(NUMBERS), st.sampled_from(["float32", "float64"]))
def test_what_is_certified_is_right(tree, x, y, dtype):
    with mpmath.workdps(DIGITS):
        zero, one = mpf(0), mpf(1)
        expected = _dual(tree, {"x": Dual(mpf(x), (one, zero)), "y": Dual(mpf(y), (zero, one))})
        graph = record(lambda xp, x, y: _symbolic(xp, x, y, tree), [(), ()])
        truth = certify(graph, [np.array(x), np.array(y)], [0, 1], FORMATS[dtype])
        assert truth.value.kinds.item() in (Kind.CERTIFIED, Kind.UNDECIDED)
        _agrees(truth.value, expected.value)
        for component, slope in zip(truth.gradient, expected.slopes, strict=True):
            _agrees(component, slope)


def _agrees(component, number):
    """A certified component holds the number; one that is not certified claims less."""
    if component.kinds.item() is Kind.CERTIFIED:
        assert contains(component.lower.item(), number, abs(number) * mpf(10) ** -200 + mpf(10) ** -1200)
