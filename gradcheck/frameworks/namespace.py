"""The array namespace `xp` in which a formula is written once for every framework.

Names and meaning are those of the Python array API standard (2023.12, data-apis.org/array-api), with
`erf`, `erfc`, `lgamma`, `sigmoid` and `stop_gradient` beside it. A Python number takes the dtype of
the array it meets, and an elementwise function of a Python number is a Python number, so that a
constant such as `xp.log(2 * xp.pi)` does not change the dtype of a formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

ELEMENTWISE = (
    *("exp", "expm1", "log", "log1p", "sqrt", "abs", "sign", "square", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("atan", "erf", "erfc", "lgamma", "sigmoid"),
)
REDUCTIONS = ("sum", "mean", "max", "min", "prod")
WITH_AXIS = ("expand_dims", "squeeze", "concat", "stack", "flip")  # f(x, axis), axis also as a keyword
AS_THEY_ARE = (
    *("pow", "maximum", "minimum", "matmul", "reshape", "permute_dims", "broadcast_to", "zeros_like", "ones_like"),
    *("logical_and", "logical_or", "logical_not", "stop_gradient"),
)
NAMES = ("pi", *ELEMENTWISE, *REDUCTIONS, *WITH_AXIS, *AS_THEY_ARE, "where")

_DEFAULT_AXIS = {"concat": 0, "stack": 0, "flip": None}  # as in the standard; the others have none


class Namespace:
    """The functions of `NAMES`, as attributes."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.__dict__.update(members)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the array namespace xp has no {name!r}; it offers {', '.join(NAMES)}")


def build(library: Any, extras: Mapping[str, Callable[..., Any]]) -> Namespace:
    """The namespace of an array library; `extras` holds the functions that the library lacks."""

    def native(name: str) -> Callable[..., Any]:
        return extras[name] if name in extras else getattr(library, name)

    members: dict[str, Any] = {"pi": math.pi, "where": _where(library.where)}
    members |= {name: _elementwise(name, native(name)) for name in ELEMENTWISE}
    members |= {name: _reduction(native(name)) for name in REDUCTIONS}
    members |= {name: _with_axis(name, native(name)) for name in WITH_AXIS}
    members |= {name: native(name) for name in AS_THEY_ARE}
    return Namespace(members)


def _elementwise(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    of_number = _OF_NUMBER.get(name) or getattr(math, name)

    def apply(x: Any) -> Any:
        return of_number(x) if type(x) in (int, float) else function(x)

    return apply


# the functions of a Python number that `math` lacks; plain Python, which torch.compile can follow
_OF_NUMBER: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "square": lambda x: x * x,
    "sigmoid": lambda x: (1 + math.tanh(x / 2)) / 2,
}


def _reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    return apply


def _with_axis(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    if name not in _DEFAULT_AXIS:
        return lambda x, axis: function(x, axis=axis)
    return lambda x, axis=_DEFAULT_AXIS[name]: function(x, axis=axis)


def _where(function: Callable[..., Any]) -> Callable[..., Any]:
    def where(condition: Any, a: Any, b: Any) -> Any:
        if type(a) in (int, float) and type(b) in (int, float):
            raise TypeError(
                f"where(condition, {a}, {b}) of two numbers has no dtype; expected an array in at least one place: "
                "write xp.where(condition, xp.ones_like(x), 0.0)"
            )
        return function(condition, a, b)

    return where
