"""Torch's elementwise operations as operations of the exact table, or as formulas in them.

Where torch documents a formula (pytorch.org/docs), it is that one. An overflow-free detour of a kernel
(the maximum that logaddexp subtracts) is left out: exponents of balls are unbounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradcheck.exact.namespace import SymbolicArray, apply
from gradcheck.shadow.torch_operand import Array, constant, pi, xp

_SAME_NAME = """exp exp2 expm1 log log2 log10 log1p sqrt rsqrt reciprocal square hypot sin cos tan asin acos atan
atan2 sinh cosh tanh asinh acosh atanh sinc sigmoid erf erfc erfinv lgamma digamma i0 xlogy logaddexp logaddexp2
sign floor ceil trunc floor_divide remainder fmod heaviside copysign maximum minimum isnan isinf isfinite"""
_SPECIAL = "entr erfcx i0e i1 i1e log_ndtr ndtri xlog1py zeta"

# aten name -> operation with the same operands
SAME: dict[str, str] = {
    **{name: name for name in _SAME_NAME.split()},
    **{"abs": "absolute", "neg": "negative", "sgn": "sign", "fmax": "maximum", "fmin": "minimum", "mul": "multiply"},
    **{"pow": "power", "float_power": "power", "igamma": "gammainc", "igammac": "gammaincc"},
    **{"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"},
    **{f"logical_{name}": f"logical_{name}" for name in ("and", "or", "xor", "not")},
    **{f"special_{name}": name for name in _SPECIAL.split()},
    **{f"special_bessel_{name}": name for name in ("j0", "j1", "y0", "y1")},
    **{f"special_modified_bessel_{name}": name for name in ("i0", "i1", "k0", "k1")},
    **{f"special_scaled_modified_bessel_{name}": f"{name}e" for name in ("k0", "k1")},
}


def _add(x: Any, y: Any, alpha: float = 1) -> Array:
    return apply("add", x, y if alpha == 1 else y * alpha)


def _subtract(x: Any, y: Any, alpha: float = 1) -> Array:
    return apply("subtract", x, y if alpha == 1 else y * alpha)


def _divide(x: Any, y: Any, rounding_mode: str | None = None) -> Array:
    quotient = apply("divide", x, y)
    return quotient if rounding_mode is None else _ROUNDINGS[rounding_mode](quotient)


_ROUNDINGS = {"floor": xp.floor, "trunc": xp.trunc}


def _clamp(x: Array, low: Any = None, high: Any = None) -> Array:
    x = x if low is None else apply("maximum", x, low)
    return x if high is None else apply("minimum", x, high)


def _round(x: Array, decimals: int = 0) -> Array:
    return apply("round", x * 10.0**decimals) / 10.0**decimals if decimals else apply("round", x)


def _nan_to_num(x: Array, nan: float | None = None, posinf: float | None = None, neginf: float | None = None) -> Array:
    largest = _largest(x)
    x = xp.where(xp.isnan(x), nan or 0.0, x)
    x = xp.where(x == math.inf, largest if posinf is None else posinf, x)
    return xp.where(x == -math.inf, -largest if neginf is None else neginf, x)


def _largest(x: Any) -> float:
    import torch

    return torch.finfo(x.tensor.dtype).max


def _logit(x: Array, eps: float | None = None) -> Array:
    x = x if eps is None else _clamp(x, eps, 1 - eps)
    return xp.logit(x)


def _softplus(x: Array, beta: float = 1, threshold: float = 20) -> Array:
    """Torch documents that it is linear above the threshold."""
    return xp.where(x * beta > threshold, x, xp.log1p(xp.exp(x * beta)) / beta)


def softplus_of(x: Array) -> Array:
    """log(1 + exp(x)) itself."""
    return xp.log1p(xp.exp(x))


def _elu(x: Array, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Array:
    return xp.where(x > 0, x * scale, xp.expm1(x * input_scale) * (alpha * scale))


def _celu(x: Array, alpha: float = 1.0) -> Array:
    return xp.where(x > 0, x, alpha * xp.expm1(x / alpha))


def _gelu(x: Array, approximate: str = "none") -> Array:
    """Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016): x Phi(x), or its approximation by tanh."""
    if approximate == "none":
        return x * xp.ndtr(x)
    inner = xp.sqrt(2.0 / pi(x)) * (x + 0.044715 * x * x * x)
    return 0.5 * x * (1.0 + xp.tanh(inner))


def _relu6_of(x: Array) -> Array:
    return _clamp(x, 0.0, 6.0)


def _hardshrink(x: Array, lambd: float = 0.5) -> Array:
    return xp.where(xp.logical_and(x >= -lambd, x <= lambd), 0.0, x)


def _softshrink(x: Array, lambd: float = 0.5) -> Array:
    return xp.where(x > lambd, x - lambd, xp.where(x < -lambd, x + lambd, 0.0))


def _leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    return xp.where(x > 0, x, x * negative_slope)


def _rrelu(
    x: Array, noise: Array, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, *unused: Any
) -> Array:
    """In evaluation, the mean slope."""
    if training:
        raise NotImplementedError
    return _leaky_relu(x, (lower + upper) / 2)


def _polygamma(n: int, x: Array) -> Array:
    return apply("polygamma", constant(x, float(n)), x)


def _multigammaln(x: Array, p: int) -> Array:
    """DLMF 35.3.4."""
    terms = [xp.lgamma(x - j / 2) for j in range(p)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total + xp.log(pi(x)) * (p * (p - 1) / 4)


def _identity(x: Array, *args: Any, **kwargs: Any) -> Array:
    return x


def _cast(x: Any, dtype: Any = None, **kwargs: Any) -> Array:
    """Between floating dtypes a cast keeps the number: no rounding in the shadow. To whole numbers it cuts off."""
    if dtype is None or dtype.is_floating_point or dtype.is_complex or not x.tensor.is_floating_point():
        return x
    return apply("not_equal", x, 0.0) if str(dtype) == "torch.bool" else xp.trunc(x)


def _copy(target: Any, source: Any, *args: Any, **kwargs: Any) -> Array:
    return _cast(source, dtype=target.tensor.dtype)


def _fill(target: Any, value: Any) -> Array:
    return value if isinstance(value, SymbolicArray) else constant(target, value)


# aten name -> formula of its arguments
FORMULAS: dict[str, Callable[..., Array]] = {
    "add": _add,
    "sub": _subtract,
    "rsub": lambda x, y, alpha=1: _subtract(y, x, alpha) if alpha == 1 else apply("subtract", y, x * alpha),
    "div": _divide,
    "frac": lambda x: x - xp.trunc(x),
    "round": _round,
    "positive": _identity,
    "addcmul": lambda x, a, b, value=1: x + a * b * value,
    "addcdiv": lambda x, a, b, value=1: x + a / b * value,
    "lerp": lambda x, y, weight: x + weight * (y - x),
    "clamp": lambda x, min=None, max=None: _clamp(x, min, max),
    "clamp_min": lambda x, low: _clamp(x, low),
    "clamp_max": lambda x, high: _clamp(x, None, high),
    "where": lambda condition, a, b: _select(condition, a, b),
    "masked_fill": lambda x, mask, value: _select(mask, value, x),
    "nan_to_num": _nan_to_num,
    "deg2rad": lambda x: x * (pi(x) / 180.0),
    "rad2deg": lambda x: x * (180.0 / pi(x)),
    "logit": _logit,
    "mvlgamma": _multigammaln,
    "polygamma": _polygamma,
    "special_spherical_bessel_j0": lambda x: xp.sinc(x / pi(x)),
    "special_ndtr": lambda x: xp.ndtr(x),
    "relu": lambda x: _clamp(x, 0.0),
    "relu6": _relu6_of,
    "hardtanh": lambda x, low=-1.0, high=1.0: _clamp(x, low, high),
    "hardsigmoid": lambda x: _relu6_of(x + 3.0) / 6.0,
    "hardswish": lambda x: x * _relu6_of(x + 3.0) / 6.0,
    "hardshrink": _hardshrink,
    "softshrink": _softshrink,
    "threshold": lambda x, limit, value: xp.where(x > limit, x, value),
    "leaky_relu": _leaky_relu,
    "rrelu_with_noise": _rrelu,
    "_prelu_kernel": lambda x, weight: xp.where(x > 0, x, x * weight),
    "elu": _elu,
    "celu": _celu,
    "gelu": _gelu,
    "silu": lambda x: x * xp.sigmoid(x),
    "mish": lambda x: x * xp.tanh(softplus_of(x)),
    "softplus": _softplus,
    "log_sigmoid_forward": lambda x: -softplus_of(-x),
    "bitwise_and": lambda x, y: xp.logical_and(*_truths(x, y)),
    "bitwise_or": lambda x, y: xp.logical_or(*_truths(x, y)),
    "bitwise_xor": lambda x, y: xp.logical_xor(*_truths(x, y)),
    "bitwise_not": lambda x: xp.logical_not(*_truths(x)),
    **dict.fromkeys(("clone", "alias_copy", "detach_copy", "lift_fresh_copy", "contiguous", "alias"), _identity),
    **dict.fromkeys(("_to_copy", "convert_element_type"), _cast),
    "copy": _copy,
    "fill": _fill,
    "zero": lambda x: constant(x, 0.0),
}


def _select(condition: Any, a: Any, b: Any) -> Array:
    """Between truths a select is logic."""
    truths = [isinstance(v, bool) or (isinstance(v, SymbolicArray) and v.is_predicate) for v in (a, b)]
    if not all(truths):
        return xp.where(condition, a, b)
    return xp.logical_or(xp.logical_and(condition, a), xp.logical_and(xp.logical_not(condition), b))


def _truths(*operands: Any) -> tuple[Any, ...]:
    """The operands of a bitwise operation, which the shadow knows for truths only."""
    for operand in operands:
        if isinstance(operand, SymbolicArray) and not operand.is_predicate:
            raise NotImplementedError
    return operands


def _recorded(operation: str) -> Callable[..., Array]:
    return lambda *operands: apply(operation, *operands)


ELEMENTWISE: dict[str, Callable[..., Array]] = {
    **{name: _recorded(operation) for name, operation in SAME.items()},
    **FORMULAS,
}
