"""Rewrite an exact graph: copy it node by node, and put something else in place of what a rule recognises.

A rule looks at the old graph through a `Term`, and builds its replacement of the new arrays (`Term.new`) of the
terms it found. A replacement computes the same mathematics in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.exact import namespace
from gradcheck.exact.graph import CONSTANT, INPUT, Graph
from gradcheck.exact.namespace import Namespace, SymbolicArray
from gradcheck.explain.library_calls import calls_of, read_natively
from gradcheck.shadow.recorder import Recording, pick, positions_of

# A SymbolicArray: its operators are made at run time, which a type checker does not see.
Array = Any
apply: Callable[..., Array] = namespace.apply

PASSES = 3  # what one replacement makes possible, another may need


@dataclass(frozen=True)
class Change:
    """One replacement: the name of its pattern, and where in the user's code the replaced operation is."""

    pattern: str
    location: str
    operation: str


@dataclass
class Copying:
    """A graph and what became of its nodes so far."""

    graph: Graph
    target: Recording = field(default_factory=Recording)
    arrays: list[Array] = field(default_factory=list)

    @cached_property
    def numbering(self) -> list[int]:
        """The same number for nodes that compute the same."""
        seen: dict[tuple, int] = {}
        numbers: list[int] = []
        for position, node in enumerate(self.graph.nodes):
            own = (position,) if node.operation == INPUT else tuple(numbers[i] for i in node.inputs)
            facts = tuple((name, _hashable(value)) for name, value in sorted(node.parameters.items()))
            numbers.append(seen.setdefault((node.operation, own, node.shape, facts), position))
        return numbers

    @cached_property
    def read(self) -> set[int]:
        """The nodes that the framework computes on its way to the output."""
        alive = {self.graph.output}
        for position in range(len(self.graph.nodes) - 1, -1, -1):
            if position in alive:
                alive.update(read_natively(self.graph.nodes[position]))
        return alive


def _hashable(value: Any) -> Any:
    return (value.dtype.str, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


@dataclass(frozen=True, eq=False)
class Term:
    """A node of the graph that is rewritten, as a rule sees it."""

    copying: Copying
    position: int

    @property
    def _node(self) -> Any:
        return self.copying.graph.nodes[self.position]

    @property
    def operation(self) -> str:
        return self._node.operation

    @property
    def shape(self) -> tuple[int, ...]:
        return self._node.shape

    def call(self, name: str) -> tuple[Term, Any] | None:
        """Operand and options, where it is the call of that library function."""
        if self._node.parameters.get("call") != name:
            return None
        (operand,) = self._node.parameters["operands"]
        return Term(self.copying, operand), self._node.parameters["options"]

    @property
    def location(self) -> str:
        """The user's "file:line"."""
        return self._node.location

    @property
    def axes(self) -> tuple[int, ...]:
        """Of a reduction."""
        return self._node.parameters["axes"]

    @property
    def positions(self) -> np.ndarray:
        """Of a gather."""
        return self._node.parameters["positions"]

    @property
    def new(self) -> Array:
        """What became of it in the new graph."""
        return self.copying.arrays[self.position]

    @property
    def operands(self) -> tuple[Term, ...]:
        return tuple(Term(self.copying, i)._itself() for i in self._node.inputs)

    def _itself(self) -> Term:
        """Without what does nothing: copies, and factors 1 (torch writes 1 / x as reciprocal(x) * 1)."""
        if self.operation == "identity" and not calls_of(self._node):
            return Term(self.copying, self._node.inputs[0])._itself()
        if self.operation == "multiply":
            a, b = (Term(self.copying, i) for i in self._node.inputs)
            for one, rest in ((a, b), (b, a)):
                if one.number == 1 and rest.shape == self.shape:
                    return rest._itself()
        return self

    @cached_property
    def number(self) -> float | None:
        """The number that all its elements are, if they are a constant."""
        if self.operation == "gather" and len(self.operands) == 1 and (self.positions >= 0).all():
            return self.operands[0].number
        if self.operation != CONSTANT or self._node.predicate:
            return None
        numbers = np.unique(np.asarray(self._node.parameters["numbers"], dtype=np.float64))
        return float(numbers[0]) if numbers.size == 1 else None

    def of(self, *operations: str) -> Term | None:
        """The first operand, where the operation is one of these."""
        return self.operands[0] if self.operation in operations else None

    def same(self, other: Term) -> bool:
        return self.copying.numbering[self.position] == self.copying.numbering[other.position]

    @property
    def moves(self) -> bool:
        """Whether it depends on an input."""
        return self.copying.graph.follows_inputs[self.position]

    def either_way(self, operation: str) -> Iterator[tuple[Term, Term]]:
        """Both orders of the operands of a commutative operation; none where it is another one."""
        if self.operation == operation:
            a, b = self.operands
            yield a, b
            yield b, a

    def summands(self) -> Iterator[tuple[int, Term, int, Term]]:
        """Both orders of the operands of a sum or difference of two, with their signs."""
        if self.operation in ("add", "subtract"):
            (p, a), (q, b) = (operand.signed() for operand in self.operands)
            q = -q if self.operation == "subtract" else q
            yield p, a, q, b
            yield q, b, p, a

    def signed(self) -> tuple[int, Term]:
        """Sign and rest of what may be a negative."""
        if (inner := self.of("negative")) is not None:
            sign, rest = inner.signed()
            return -sign, rest
        for factor, rest in self.either_way("multiply"):
            if factor.number == -1:
                sign, rest = rest.signed()
                return -sign, rest
        return 1, self

    def peeled(self) -> tuple[Term, np.ndarray]:
        """What is below reshaping, slicing and broadcasting, and the position of each element in it."""
        term, positions = self, positions_of(self.shape)
        while term.operation == "gather" and len(term.operands) == 1 and (term.positions >= 0).all():
            positions = term.positions.reshape(-1)[positions]
            term = term.operands[0]
        return term, positions

    @property
    def xp(self) -> Any:
        return Namespace(self.copying.target)


Rule = Callable[[Term], Array | None]


def rewritten(graph: Graph, rules: dict[str, Rule]) -> tuple[Graph, list[Change]]:
    """The graph with everything replaced that a rule recognises, the first that does; and what was replaced."""
    changes: list[Change] = []
    for _ in range(PASSES):
        graph, made = _once(graph, rules)
        changes += made
        if not made:
            break
    return graph, changes


def _once(graph: Graph, rules: dict[str, Rule]) -> tuple[Graph, list[Change]]:
    copying, changes = Copying(graph), []
    for position, node in enumerate(graph.nodes):
        copying.target.here = node.location
        replacement, name = _replacement(copying, position, rules) if position in copying.read else (None, "")
        if replacement is None:
            replacement = _copied(copying, position)
        else:
            changes.append(Change(name, node.location, node.operation))
        copying.arrays.append(replacement)
    copying.target.output = copying.arrays[graph.output].node
    return copying.target, changes


def _replacement(copying: Copying, position: int, rules: dict[str, Rule]) -> tuple[Array | None, str]:
    node = copying.graph.nodes[position]
    if node.operation in (INPUT, CONSTANT) or calls_of(node) or not copying.graph.follows_inputs[position]:
        return None, ""
    for name, rule in rules.items():
        made = rule(Term(copying, position))
        if made is not None:
            return stretched(made, node.shape), name
    return None, ""


def stretched(x: Array, shape: Sequence[int]) -> Array:
    """Broadcast where that is needed."""
    shape = tuple(shape)
    return x if x.shape == shape else pick(x, np.broadcast_to(positions_of(x.shape), shape))


def _copied(copying: Copying, position: int) -> Array:
    node, target = copying.graph.nodes[position], copying.target
    if node.operation == INPUT:
        return SymbolicArray(target, target.add_input(node.shape))
    inputs = tuple(copying.arrays[i].node for i in node.inputs)
    parameters = dict(node.parameters)
    if calls_of(node):
        parameters["operands"] = tuple(copying.arrays[i].node for i in parameters["operands"])
    new = target.add(node.operation, inputs, node.shape, predicate=node.predicate, **parameters)
    return SymbolicArray(target, new)


def with_operands(term: Term, operands: Sequence[Array]) -> Array:
    """The same elementwise operation of other operands."""
    return apply(term.operation, *operands)
