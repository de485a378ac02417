"""A formula of the array namespace as straight-line code: what ran at one point, without helpers, loops and branches.

The formula runs once over arrays that remember where they came from. What is used once is written where it is used, and
what the result does not need is left out.
"""

from __future__ import annotations

import ast
import itertools
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck import frameworks
from gradcheck.dtypes import format_of
from gradcheck.explain import snippet_names
from gradcheck.explain.source import Source
from gradcheck.explain.source_nodes import CannotWrite
from gradcheck.frameworks.namespace import NAMES, Namespace
from gradcheck.record import Numbers

# ufunc that an operator is for NumPy's mixin -> the operator, and its node
_OPERATORS: dict[str, tuple[Callable[..., Any], Any]] = {
    **{"add": (operator.add, ast.Add), "subtract": (operator.sub, ast.Sub), "multiply": (operator.mul, ast.Mult)},
    **{"divide": (operator.truediv, ast.Div), "power": (operator.pow, ast.Pow), "negative": (operator.neg, ast.USub)},
    **{"less": (operator.lt, ast.Lt), "less_equal": (operator.le, ast.LtE), "equal": (operator.eq, ast.Eq)},
    **{
        "greater": (operator.gt, ast.Gt),
        "greater_equal": (operator.ge, ast.GtE),
        "not_equal": (operator.ne, ast.NotEq),
    },
    **{"matmul": (operator.matmul, ast.MatMult)},
}
_PLAIN = ("shape", "ndim", "dtype")  # of an array, none of which is an array


class _Seen(NDArrayOperatorsMixin):
    """An array of the run, and how it was made: `write(*operands)` is its expression, of those of its operands."""

    def __init__(self, native: Any, write: Callable[..., ast.expr], operands: Sequence[_Seen]) -> None:
        self.native, self.write, self.operands = native, write, operands

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> _Seen:
        if ufunc.__name__ not in _OPERATORS or method != "__call__" or options:
            raise CannotWrite(f"it applies {ufunc.__name__} of NumPy")
        run, kind = _OPERATORS[ufunc.__name__]

        def write(*parts: ast.expr) -> ast.expr:
            if issubclass(kind, ast.unaryop):
                return ast.UnaryOp(kind(), parts[0])
            if issubclass(kind, ast.cmpop):
                return ast.Compare(parts[0], [kind()], [parts[1]])
            return ast.BinOp(parts[0], kind(), parts[1])

        return _made(run, inputs, write)

    def __getitem__(self, key: Any) -> _Seen:
        return _Seen(self.native[key], lambda x: ast.Subscript(x, _index(key), ast.Load()), [self])

    def __bool__(self) -> bool:
        raise CannotWrite("it decides on the numbers of an array")

    def __getattr__(self, name: str) -> Any:
        if name in _PLAIN:
            return getattr(self.native, name)
        raise CannotWrite(f"it asks an array for {name}")


def straight_line(source: Source, formula: FunctionType, names: Sequence[str], point: Sequence[Numbers]) -> ast.expr:
    """Define `formula(xp, *names)` as what it does at a point; the expression of the defined function.

    Raises `CannotWrite` where the formula asks arrays for more than operators, items, shapes and `xp`.
    """
    framework = frameworks.get(source.framework)
    with framework.settings(source.dtype):
        arrays = [framework.from_numpy(_array(n)) for n in point]
        inputs = [_Seen(a, lambda n=n: ast.Name(n, ast.Load()), []) for a, n in zip(arrays, names, strict=True)]
        result = formula(_namespace(source), *inputs)
    if not isinstance(result, _Seen):
        raise CannotWrite("its result depends on no array")
    parameters = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
    return source.add(ast.FunctionDef(formula.__name__, parameters, list(_body(source, result)), [], lineno=0))


def _namespace(source: Source) -> Namespace:
    """`xp` over such arrays; of numbers alone it is the framework's own."""

    def member(name: str) -> Callable[..., Any]:
        def apply(*arguments: Any, **keywords: Any) -> Any:
            if not list(_seen(arguments)):
                return getattr(source.xp, name)(*arguments, **keywords)

            def write(*parts: ast.expr) -> ast.expr:
                named = [ast.keyword(key, source.expression(value)) for key, value in keywords.items()]
                return source.of_namespace(name, list(parts), named)

            return _made(lambda *native: getattr(source.xp, name)(*native, **keywords), arguments, write)

        return apply

    return Namespace({name: member(name) for name in NAMES if name != "pi"} | {"pi": source.xp.pi})


def _made(run: Callable[..., Any], arguments: Sequence[Any], write: Callable[..., ast.expr]) -> _Seen:
    """An array computed from arguments among which there are arrays, numbers, and lists of either."""

    def from_parts(source_of: Iterator[ast.expr], argument: Any) -> ast.expr:
        if isinstance(argument, _Seen):
            return next(source_of)
        if isinstance(argument, list | tuple):
            kind = ast.List if isinstance(argument, list) else ast.Tuple
            return kind([from_parts(source_of, a) for a in argument], ast.Load())
        return snippet_names.literal(argument)

    def whole(*parts: ast.expr) -> ast.expr:
        remaining = iter(parts)
        return write(*(from_parts(remaining, a) for a in arguments))

    return _Seen(run(*map(_native, arguments)), whole, list(_seen(arguments)))


def _native(argument: Any) -> Any:
    if isinstance(argument, list | tuple):
        return type(argument)(_native(a) for a in argument)
    return argument.native if isinstance(argument, _Seen) else argument


def _seen(argument: Any) -> Iterator[_Seen]:
    if isinstance(argument, _Seen):
        yield argument
    elif isinstance(argument, list | tuple):
        for part in argument:
            yield from _seen(part)


def _body(source: Source, result: _Seen) -> Iterator[ast.stmt]:
    """Statements for the arrays that are used more than once, then the return."""
    order = list(_in_order(result))
    uses = Counter(id(operand) for array in order for operand in array.operands)
    written: dict[int, ast.expr] = {}
    names = (f"t{k}" for k in itertools.count())
    for array in order:
        node = source.narrowed_operands(array.write(*(written[id(o)] for o in array.operands)))
        if uses[id(array)] > 1 and array.operands:
            name = next(names)
            yield ast.Assign([ast.Name(name, ast.Store())], node, lineno=0)
            node = ast.Name(name, ast.Load())
        written[id(array)] = node
    yield ast.Return(written[id(result)])


def _in_order(result: _Seen) -> Iterator[_Seen]:
    """Every array that the result needs, operands first."""
    done: set[int] = set()
    waiting = [(result, False)]
    while waiting:
        array, ready = waiting.pop()
        if id(array) in done:
            continue
        if ready:
            done.add(id(array))
            yield array
        else:
            waiting += [(array, True), *((operand, False) for operand in reversed(array.operands))]


def _index(key: Any) -> ast.expr:
    if isinstance(key, tuple):
        return ast.Tuple([_index(k) for k in key], ast.Load())
    if isinstance(key, slice):
        ends = [None if end is None else snippet_names.literal(end) for end in (key.start, key.stop, key.step)]
        return ast.Slice(*ends)
    return snippet_names.literal(key)


def _array(numbers: Numbers) -> np.ndarray:
    values = np.array([float(v) for v in numbers.values], dtype=np.float64)
    return values.astype(format_of(numbers.dtype).numpy).reshape(numbers.shape)
