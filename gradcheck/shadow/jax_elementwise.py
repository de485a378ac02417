"""JAX's elementwise primitives as operations of the exact table, or as short formulas in them.

The meaning of a primitive is that of the StableHLO specification (openxla.org/stablehlo/spec) and of
`jax.lax`; the special functions take their operands in the order of `jax.lax`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.exact.namespace import SymbolicArray, apply
from gradcheck.shadow.formulas import outward_round

# primitive -> operation with the same operands
SAME: dict[str, str] = {
    **{"add": "add", "add_any": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative"},
    **{"exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "sqrt": "sqrt", "rsqrt": "rsqrt"},
    **{"pow": "power", "square": "square", "abs": "absolute", "sign": "sign", "max": "maximum", "min": "minimum"},
    **{"sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "atan2": "atan2"},
    **{"exp2": "exp2", "cbrt": "cbrt", "rem": "fmod"},
    **{"sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh"},
    **{"logistic": "sigmoid", "erf": "erf", "erfc": "erfc", "erf_inv": "erfinv", "floor": "floor", "ceil": "ceil"},
    **{"lgamma": "lgamma", "digamma": "digamma", "polygamma": "polygamma", "zeta": "zeta"},
    **{"igamma": "gammainc", "igammac": "gammaincc", "regularized_incomplete_beta": "betainc"},
    **{"bessel_i0e": "i0e", "bessel_i1e": "i1e"},
    **{"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"},
    **{"and": "logical_and", "or": "logical_or", "xor": "logical_xor", "not": "logical_not"},
    **{"eq_to": "equal", "lt_to": "less", "le_to": "less_equal"},
    **{"is_finite": "isfinite", "stop_gradient": "stop_gradient"},
}


def _clamp(low: SymbolicArray, x: SymbolicArray, high: SymbolicArray) -> SymbolicArray:
    return apply("minimum", apply("maximum", x, low), high)


def _integer_power(x: SymbolicArray, y: int) -> SymbolicArray:
    return apply("square", x) if y == 2 else apply("power", x, float(y))


def _round(x: SymbolicArray, rounding_method: Any) -> SymbolicArray:
    """`jax.lax.RoundingMethod`: 0 rounds halves away from zero, 1 to even."""
    return apply("round", x) if int(rounding_method) else outward_round(x)


# primitive -> formula of its operands and parameters
FORMULAS: dict[str, Callable[..., SymbolicArray]] = {
    "clamp": _clamp,
    "integer_pow": _integer_power,
    "round": _round,
}

# what integers made of truths may go through without leaving the integers
ON_INTEGERS = frozenset(
    {"add", "add_any", "sub", "mul", "neg", "square", "abs", "sign", "max", "min", "clamp", "integer_pow"}
)
