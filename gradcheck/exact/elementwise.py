"""Table of the elementwise operations: the value, and the partial derivative by each operand.

The elementary functions (DLMF chapter 4) are here, the others in `special` and `stairs`.
"""

from __future__ import annotations

from gradcheck.exact.rules import (
    Elementwise,
    across_branch_cut,
    certainly_less,
    itself,
    kinked,
    maximum_slope,
    may_be_zero,
    minimum_slope,
    reciprocal_root,
    square,
    unary,
)
from gradcheck.exact.special import SPECIAL
from gradcheck.exact.stairs import STAIRS

ELEMENTWISE: dict[str, Elementwise] = {
    **SPECIAL,
    **STAIRS,
    "add": Elementwise(lambda fn, a, b: a + b, (lambda fn, y, a, b: fn.one, lambda fn, y, a, b: fn.one)),
    "subtract": Elementwise(lambda fn, a, b: a - b, (lambda fn, y, a, b: fn.one, lambda fn, y, a, b: -fn.one)),
    "multiply": Elementwise(lambda fn, a, b: a * b, (lambda fn, y, a, b: b, lambda fn, y, a, b: a)),
    "divide": Elementwise(lambda fn, a, b: a / b, (lambda fn, y, a, b: 1 / b, lambda fn, y, a, b: -(a / b) / b)),
    "negative": Elementwise(lambda fn, x: -x, (lambda fn, y, x: -fn.one,)),
    "square": Elementwise(lambda fn, x: x * x, (lambda fn, y, x: 2 * x,)),
    "power": Elementwise(
        lambda fn, x, p: fn.power(x, p),
        (lambda fn, y, x, p: p * fn.power(x, p - 1), lambda fn, y, x, p: y * fn.log(x)),
    ),
    "exp": unary("exp", lambda fn, y, x: y),
    "expm1": unary("expm1", lambda fn, y, x: fn.exp(x)),
    "log": unary("log", lambda fn, y, x: 1 / x),
    "log2": unary("log2", lambda fn, y, x: 1 / (x * fn.log(fn.number(2)))),
    "log10": unary("log10", lambda fn, y, x: 1 / (x * fn.log(fn.number(10)))),
    "log1p": unary("log1p", lambda fn, y, x: 1 / (1 + x)),
    "sqrt": unary("sqrt", lambda fn, y, x: fn.half / y),
    "rsqrt": unary("rsqrt", lambda fn, y, x: -y / (2 * x)),
    "sin": unary("sin", lambda fn, y, x: fn.cos(x)),
    "cos": unary("cos", lambda fn, y, x: -fn.sin(x)),
    "tan": unary("tan", lambda fn, y, x: 1 + y * y),
    "asin": unary("asin", lambda fn, y, x: reciprocal_root(fn, (1 - x) * (1 + x))),
    "acos": unary("acos", lambda fn, y, x: -reciprocal_root(fn, (1 - x) * (1 + x))),
    "atan": unary("atan", lambda fn, y, x: 1 / (1 + x * x)),
    "sinh": unary("sinh", lambda fn, y, x: fn.cosh(x)),
    "cosh": unary("cosh", lambda fn, y, x: fn.sinh(x)),
    "tanh": unary("tanh", lambda fn, y, x: square(fn.sech(x))),
    "asinh": unary("asinh", lambda fn, y, x: reciprocal_root(fn, 1 + x * x)),
    "acosh": unary("acosh", lambda fn, y, x: reciprocal_root(fn, (x - 1) * (x + 1))),
    "atanh": unary("atanh", lambda fn, y, x: 1 / ((1 - x) * (1 + x))),
    "sigmoid": unary("sigmoid", lambda fn, y, x: y * fn.sigmoid(-x)),
    "absolute": unary("absolute", kinked(lambda fn, y, x: fn.sign(x), itself, may_be_zero)),
    "maximum": Elementwise(
        lambda fn, a, b: fn.maximum(a, b),
        (maximum_slope(0), maximum_slope(1)),
        (lambda a, b: certainly_less(a, b), lambda a, b: certainly_less(b, a)),
    ),
    "minimum": Elementwise(
        lambda fn, a, b: fn.minimum(a, b),
        (minimum_slope(0), minimum_slope(1)),
        (lambda a, b: certainly_less(b, a), lambda a, b: certainly_less(a, b)),
    ),
    "atan2": Elementwise(
        lambda fn, y, x: fn.atan2(y, x),
        (
            kinked(lambda fn, z, y, x: x / (x * x + y * y), across_branch_cut, may_be_zero),
            lambda fn, z, y, x: -y / (x * x + y * y),
        ),
    ),
    "xlogy": Elementwise(lambda fn, x, y: fn.xlogy(x, y), (lambda fn, z, x, y: fn.log(y), lambda fn, z, x, y: x / y)),
    "xlog1py": Elementwise(
        lambda fn, x, y: fn.xlog1py(x, y), (lambda fn, z, x, y: fn.log1p(y), lambda fn, z, x, y: x / (1 + y))
    ),
}
