"""NumPy's and SciPy's universal functions in the operations of the exact table, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck.exact.namespace import Namespace, SymbolicArray, apply, gather, matmul
from gradcheck.exact.operations import OPERATIONS
from gradcheck.shadow import formulas
from gradcheck.shadow.numpy_array import WatchedArray, symbol_of, values_of
from gradcheck.shadow.recorder import Recording

# names that differ from the table's; all others are asked of the table as they are
_RENAMED: dict[str, str] = {
    **{"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh"},
    **{"arctanh": "atanh", "arctan2": "atan2", "true_divide": "divide", "float_power": "power", "fabs": "absolute"},
    **{"rint": "round", "fmax": "maximum", "fmin": "minimum", "gammaln": "lgamma", "psi": "digamma"},
    **{"bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_xor": "logical_xor", "invert": "logical_not"},
    **{"expit": "sigmoid", "_zeta": "zeta", "conjugate": "identity", "positive": "identity", "mod": "remainder"},
}
# what the table has under no name
_FORMULAS: dict[str, Callable[..., SymbolicArray]] = {
    "matmul": matmul,
    "vecdot": lambda a, b: formulas.reduced("sum", apply("multiply", a, b), -1),
    "log_expit": lambda x: apply("log", apply("sigmoid", x)),
    "ldexp": lambda x, n: apply("multiply", x, apply("power", 2.0, n)),
    "deg2rad": lambda x: apply("multiply", x, apply("divide", Namespace(x.graph).pi, 180.0)),
    "rad2deg": lambda x: apply("multiply", x, apply("divide", 180.0, Namespace(x.graph).pi)),
}
# combining operation -> the reduction of the namespace, its neutral element
_REDUCTIONS: dict[str, tuple[str, float]] = {
    "add": ("sum", 0.0),
    "multiply": ("prod", 1.0),
    "maximum": ("max", -np.inf),
    "minimum": ("min", np.inf),
}
_FOLDED = ("logical_and", "logical_or", "logical_xor", "logaddexp")  # reduced by folding


def run(array: WatchedArray, ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """The result of `ufunc` where at least one operand or `out` is watched; refuses what has no rule."""
    out = options.pop("out", ())
    plain = {name: values_of(value) for name, value in options.items()}
    if method == "at":
        return _at(ufunc, *inputs)
    values = getattr(ufunc, method)(*map(values_of, inputs), **plain)
    rule = _METHODS.get(method)
    if isinstance(values, tuple) or rule is None:
        array.refuse(f"{ufunc.__name__}.{method}")
    if np.asarray(values).dtype.kind in "iu" and ufunc.__name__ not in _ON_INTEGERS:
        return values
    symbol = rule(array.graph, ufunc, [_operand(array.graph, x, inputs) for x in inputs], options)
    if not out:
        return WatchedArray.new(symbol, values)
    if not isinstance(out[0], WatchedArray):
        array.refuse("writing into an array not made from an argument (make it with np.zeros_like)")
    return out[0].overwrite(symbol, values)


_ON_INTEGERS = ("add", "subtract", "multiply", "negative", "maximum", "minimum")


def _operand(graph: Recording, value: Any, inputs: Sequence[Any]) -> Any:
    watched = [x.dtype for x in inputs if hasattr(x, "dtype")]
    floats = [dtype for dtype in watched if dtype.kind not in "iub"]
    return symbol_of(graph, value, np.result_type(*floats) if floats else watched[0])


def _call(graph: Recording, ufunc: np.ufunc, operands: Sequence[SymbolicArray], options: dict[str, Any]) -> Any:
    if options.get("where", True) is not True:
        _refuse(operands, f"{ufunc.__name__} with where=")
    formula = _FORMULAS.get(ufunc.__name__)
    return formula(*operands) if formula else apply(_operation(ufunc, operands), *operands)


def _operation(ufunc: np.ufunc, operands: Sequence[SymbolicArray]) -> str:
    name = _RENAMED.get(ufunc.__name__, ufunc.__name__)
    if name not in OPERATIONS:
        _refuse(operands, ufunc.__name__)
    return name


def _refuse(operands: Sequence[SymbolicArray], operation: str) -> Any:
    WatchedArray.new(operands[0], np.zeros(operands[0].shape)).refuse(operation)


def _reduce(graph: Recording, ufunc: np.ufunc, operands: Sequence[SymbolicArray], options: dict[str, Any]) -> Any:
    (x,), axis = operands, options.get("axis", 0)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % x.ndim for i in axes)
    keepdims, where = options.get("keepdims", False), options.get("where", True)
    name = _operation(ufunc, operands)
    if name in _FOLDED and where is True:
        result = formulas.folded(partial(apply, name), x, axes)
        return gather(lambda p: np.expand_dims(p, axes), result) if keepdims else result
    if name not in _REDUCTIONS:
        _refuse(operands, f"{ufunc.__name__}.reduce")
    reduction, neutral = _REDUCTIONS[name]
    if where is not True:
        x = apply("where", symbol_of(graph, where, np.dtype(bool)), x, neutral)
    result = formulas.reduced(reduction, x, axes, keepdims)
    initial = options.get("initial")
    if initial is None or initial is np._NoValue:
        return result
    return apply(name, result, symbol_of(graph, initial, np.dtype(float)))


def _accumulate(graph: Recording, ufunc: np.ufunc, operands: Sequence[SymbolicArray], options: dict[str, Any]) -> Any:
    (x,), axis = operands, options.get("axis", 0)
    if ufunc is np.add:
        return formulas.running_sum(x, axis % x.ndim)
    return formulas.scanned(partial(apply, _operation(ufunc, operands)), x, axis)


def _outer(graph: Recording, ufunc: np.ufunc, operands: Sequence[SymbolicArray], options: dict[str, Any]) -> Any:
    a, b = operands
    return _call(graph, ufunc, [a[(..., *[None] * b.ndim)], b], {})


def _at(ufunc: np.ufunc, target: Any, key: Any, new: Any) -> None:
    """`np.add.at`: every update lands, repeated ones too."""
    if not isinstance(target, WatchedArray) or ufunc.__name__ not in _REDUCTIONS:
        watched = target if isinstance(target, WatchedArray) else new
        watched.refuse(f"{ufunc.__name__}.at")
    reduction, neutral = _REDUCTIONS[ufunc.__name__]
    plain = tuple(map(values_of, key)) if isinstance(key, tuple) else values_of(key)
    landing = np.asarray(target.positions[plain])
    spread = gather(lambda p: np.broadcast_to(p, landing.shape), symbol_of(target.graph, new, target.dtype))
    combine = partial(formulas.reduced, reduction, axis=-1)
    target.storage.symbol = formulas.landed(target.storage.symbol, spread, landing, combine, neutral)
    ufunc.at(target.values, plain, values_of(new))


_METHODS: dict[str, Callable[..., Any]] = {
    "__call__": _call,
    "reduce": _reduce,
    "accumulate": _accumulate,
    "outer": _outer,
}
