"""The array namespace `xp` in which a definition is recorded as a graph.

It has the array-API names that every framework's namespace has too, so that the same definition runs
in float32 as the naive implementation. A definition is recorded once, without values: it chooses
with `xp.where`, never with a Python `if` on an array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.graph import Graph
from gradcheck.exact.predicates import COMPARISONS, LOGIC, TESTS


class SymbolicArray:
    """An array of a definition while it is recorded: a node of the graph, with a shape and no values."""

    __array_ufunc__ = None  # NumPy arrays on the left hand leave the operation to us

    def __init__(self, graph: Graph, node: int) -> None:
        self.graph, self.node = graph, node

    @property
    def shape(self) -> tuple[int, ...]:
        return self.graph.nodes[self.node].shape

    @property
    def is_predicate(self) -> bool:
        return self.graph.nodes[self.node].predicate

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    @property
    def T(self) -> SymbolicArray:  # noqa: N802 - the array API's name
        return permute_dims(self, tuple(reversed(range(self.ndim))))

    def __getitem__(self, key: Any) -> SymbolicArray:
        if any(isinstance(part, SymbolicArray) for part in (key if isinstance(key, tuple) else (key,))):
            raise TypeError("the index depends on values; write xp.where(condition, a, b) or index by integers")
        return gather(lambda positions: positions[key], self)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("an array of the definition without dimensions has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        raise TypeError(
            "a definition is recorded without values, so it cannot branch on one with `if` or `and`; "
            "write xp.where(condition, a, b) or xp.logical_and(a, b)"
        )


def _graph_of(operands: Sequence[Any]) -> Graph:
    for operand in operands:
        if isinstance(operand, SymbolicArray):
            return operand.graph
    raise TypeError(
        f"none of the operands {', '.join(map(repr, operands))} is an array of the definition; make one of them "
        "an array with xp.asarray(...), or compute with Python's math where the arguments play no part"
    )


def lift(graph: Graph, value: Any) -> SymbolicArray:
    """Numbers and NumPy arrays as constants of the graph; floats are exact doubles."""
    if isinstance(value, SymbolicArray):
        return value
    return SymbolicArray(graph, graph.add_constant(np.asarray(value)))


def _lift_all(operands: Sequence[Any]) -> tuple[Graph, list[SymbolicArray]]:
    graph = _graph_of(operands)
    return graph, [lift(graph, o) for o in operands]


def apply(operation: str, *operands: Any) -> SymbolicArray:
    """Record an elementwise operation; the operands broadcast, truths and numbers become what it reads."""
    graph, arrays = _lift_all(operands)
    truths = {"where": 1}.get(operation, len(arrays) if operation in LOGIC else 0)  # operands read as truths
    arrays = [_truth(a) if k < truths else _number(a) for k, a in enumerate(arrays)]
    shape = np.broadcast_shapes(*(a.shape for a in arrays))
    node = graph.add(operation, tuple(a.node for a in arrays), shape, predicate=operation in _TRUTHS)
    return SymbolicArray(graph, node)


def _number(x: SymbolicArray) -> SymbolicArray:
    """A truth used as a number is 0 or 1."""
    return apply("where", x, 1.0, 0.0) if x.is_predicate else x


def _truth(x: SymbolicArray) -> SymbolicArray:
    """A number used as a truth is whether it differs from 0."""
    return x if x.is_predicate else apply("not_equal", x, 0.0)


def gather(rearrange: Callable[..., np.ndarray], *operands: Any) -> SymbolicArray:
    """Record any structural operation: run it on arrays of positions and pick the elements it left."""
    graph, arrays = _lift_all(operands)
    if not all(a.is_predicate for a in arrays):
        arrays = [_number(a) for a in arrays]
    starts = np.cumsum([0, *(a.size for a in arrays)])
    places = [start + np.arange(a.size).reshape(a.shape) for start, a in zip(starts, arrays, strict=False)]
    positions = np.asarray(rearrange(*places))
    nodes, predicate = tuple(a.node for a in arrays), all(a.is_predicate for a in arrays)
    node = graph.add("gather", nodes, positions.shape, predicate=predicate, positions=positions)
    return SymbolicArray(graph, node)


def _axes(x: SymbolicArray, axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(axes, x.ndim)))


def _reduction(operation: str) -> Callable[..., SymbolicArray]:
    def reduce(x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> SymbolicArray:
        x, axes = _number(x), _axes(x, axis)
        kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
        shape = kept if keepdims else tuple(n for i, n in enumerate(x.shape) if i not in axes)
        return SymbolicArray(x.graph, x.graph.add(operation, (x.node,), shape, axes=axes))

    return reduce


def _elementwise(operation: str, arity: int) -> Callable[..., SymbolicArray]:
    def function(*operands: Any) -> SymbolicArray:
        if len(operands) != arity:
            raise TypeError(f"xp.{operation} takes {arity} operands, got {len(operands)}")
        return apply(operation, *operands)

    return function


def _axes_last(positions: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """The named axes as one, the last."""
    kept = tuple(i for i in range(positions.ndim) if i not in axes)
    count = int(np.prod([positions.shape[i] for i in axes], dtype=int))
    return np.transpose(positions, kept + axes).reshape(*(positions.shape[i] for i in kept), count)


def permute_dims(x: SymbolicArray, axes: tuple[int, ...]) -> SymbolicArray:
    return gather(lambda p: np.transpose(p, axes), x)


def matmul(a: Any, b: Any) -> SymbolicArray:
    """Matrix product; vectors are promoted as the array API says."""
    graph, arrays = _lift_all((a, b))
    a, b = (_number(x) for x in arrays)
    left = a[None, :] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    shape = (*np.broadcast_shapes(left.shape[:-2], right.shape[:-2]), left.shape[-2], right.shape[-1])
    product = SymbolicArray(graph, graph.add("matmul", (left.node, right.node), shape))
    if a.ndim == 1:
        product = product[..., 0, :]
    return product[..., 0] if b.ndim == 1 else product


class Namespace:
    """`xp` for definitions. Functions: see the tables below this class."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @property
    def pi(self) -> SymbolicArray:
        return SymbolicArray(self._graph, self._graph.add("pi", (), ()))

    def asarray(self, values: Any) -> SymbolicArray:
        return lift(self._graph, values)

    def mean(self, x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> SymbolicArray:
        count = int(np.prod([x.shape[i] for i in _axes(x, axis)], dtype=int))
        return self.sum(x, axis=axis, keepdims=keepdims) / count  # type: ignore[attr-defined]  # from a table

    def prod(self, x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> SymbolicArray:
        axes = _axes(x, axis)
        last = gather(lambda p: _axes_last(p, axes), _number(x))
        product = SymbolicArray(x.graph, x.graph.add("prod_last", (last.node,), last.shape[:-1]))
        return gather(lambda p: np.expand_dims(p, axes), product) if keepdims else product

    def cumulative_sum(self, x: Any, axis: int | None = None) -> SymbolicArray:
        if axis is None and x.ndim != 1:
            raise ValueError(f"xp.cumulative_sum of an array of {x.ndim} dimensions needs axis=, an integer")
        axis, x = axis or 0, _number(x)
        last = gather(lambda p: np.moveaxis(p, axis, -1), x)
        total = SymbolicArray(x.graph, x.graph.add("cumsum_last", (last.node,), last.shape))
        return gather(lambda p: np.moveaxis(p, -1, axis), total)

    def zeros_like(self, x: Any) -> SymbolicArray:
        return lift(self._graph, np.zeros(x.shape))

    def ones_like(self, x: Any) -> SymbolicArray:
        return lift(self._graph, np.ones(x.shape))


_EXPOSED = {"absolute": "abs", "power": "pow"}  # name in the table -> the array API's
_ELEMENTWISE = {_EXPOSED.get(name, name): (name, len(rule.partials)) for name, rule in ELEMENTWISE.items()}
_TRUTHS = {name: 1 if name == "logical_not" or name in TESTS else 2 for name in [*COMPARISONS, *LOGIC, *TESTS]}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: _elementwise(operation, arity) for name, (operation, arity) in _ELEMENTWISE.items()},
    **{name: _elementwise(name, arity) for name, arity in _TRUTHS.items()},
    "where": _elementwise("where", 3),
    "stop_gradient": _elementwise("stop_gradient", 1),
    "sum": _reduction("sum"),
    "max": _reduction("max"),
    "min": _reduction("min"),
    "matmul": matmul,
    "permute_dims": permute_dims,
    "reshape": lambda x, shape: gather(lambda p: np.reshape(p, shape), x),
    "expand_dims": lambda x, axis=0: gather(lambda p: np.expand_dims(p, axis), x),
    "squeeze": lambda x, axis: gather(lambda p: np.squeeze(p, axis), x),
    "broadcast_to": lambda x, shape: gather(lambda p: np.broadcast_to(p, shape), x),
    "concat": lambda arrays, axis=0: gather(lambda *p: np.concatenate(p, axis), *arrays),
    "stack": lambda arrays, axis=0: gather(lambda *p: np.stack(p, axis), *arrays),
    "flip": lambda x, axis=None: gather(lambda p: np.flip(p, axis), x),
    "take": lambda x, indices, axis: gather(lambda p: np.take(p, indices, axis), x),
    "repeat": lambda x, repeats, axis: gather(lambda p: np.repeat(p, repeats, axis), x),
}
for _name, _function in _FUNCTIONS.items():
    setattr(Namespace, _name, staticmethod(_function))

# operator -> operation; the reflected forms of the arithmetic ones are made from it too.
_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "mod": "remainder",
    "floordiv": "floor_divide", "lt": "less",
    "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "and": "logical_and", "or": "logical_or", "xor": "logical_xor",
}  # fmt: skip


def _operator(name: str, operation: str, reflected: bool) -> Callable[..., SymbolicArray]:
    if reflected:
        return lambda self, other: apply(operation, other, self)
    return lambda self, other: apply(operation, self, other)


for _name, _operation in _OPERATORS.items():
    setattr(SymbolicArray, f"__{_name}__", _operator(_name, _operation, reflected=False))
    if _operation not in COMPARISONS:
        setattr(SymbolicArray, f"__r{_name}__", _operator(_name, _operation, reflected=True))
for _name, _function in {"matmul": matmul, "rmatmul": lambda self, other: matmul(other, self)}.items():
    setattr(SymbolicArray, f"__{_name}__", _function)
for _name, _operation in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
    setattr(SymbolicArray, f"__{_name}__", _elementwise(_operation, 1))
SymbolicArray.__hash__ = object.__hash__  # type: ignore[method-assign]  # == is elementwise, the hash is not


def record(definition: Callable[..., Any], shapes: Sequence[tuple[int, ...]]) -> Graph:
    """The graph of `definition(xp, *arrays)` for arrays of the given shapes.

    Raises TypeError where the definition returns something else than one array.
    """
    graph = Graph()
    arrays = [SymbolicArray(graph, graph.add_input(shape)) for shape in shapes]
    result = definition(Namespace(graph), *arrays)
    if isinstance(result, int | float | np.ndarray):
        result = lift(graph, result)
    if not isinstance(result, SymbolicArray):
        raise TypeError(f"the definition returned {type(result).__name__}; expected one array of xp")
    graph.output = _number(result).node
    return graph
