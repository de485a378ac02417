"""The graph of a function under test at each point, with what its library already does right left right.

The shadow of `torch.logsumexp` is the bare formula, for in exact arithmetic nothing more is needed. To run it natively
as the library does, it is written as the library does; what is then found in the graph is the user's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gradcheck import shadow
from gradcheck.containment import contained
from gradcheck.exact.graph import Graph
from gradcheck.exact.namespace import SymbolicArray
from gradcheck.explain.patterns import PATTERNS
from gradcheck.explain.rewriting import Rule, Term, rewritten
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.shadow.replay import replay
from gradcheck.shadow.trace import FORWARD


@dataclass
class FunctionGraphs:
    """Graphs of the target's function in a dtype, remembered for each point."""

    target: Target
    dtype: str
    _graphs: dict[Point, Graph] = field(default_factory=dict, repr=False)

    def at(self, point: Point) -> Graph:
        """What the function does; the oracle's graph where it cannot be watched. Raises `FrameworkError`."""
        if point not in self._graphs:
            with contained():
                self._graphs[point] = self._watched(point)
        return self._graphs[point]

    def _watched(self, point: Point) -> Graph:
        target = self.target
        try:
            graph = shadow.watch(
                target.framework.name, target.function, point.arrays, self.dtype, target.truths.differentiated
            )
        except FrameworkError:
            return target.truths.oracle.graph(point.arrays)
        return rewritten(graph, _as_the_library(self._steps(point)))[0] if target.framework.name == "torch" else graph

    def _steps(self, point: Point) -> set[tuple[str, str]]:
        """Operation and location of each step of the forward pass; nothing where it cannot be replayed."""
        try:
            trace = replay("torch", self.target.function, point.arrays, self.dtype, ())
        except FrameworkError:
            return set()
        return {(step.operation, step.location) for step in trace.steps if step.phase == FORWARD}


def _as_the_library(steps: Iterable[tuple[str, str]]) -> dict[str, Rule]:
    """The rules of the patterns that the library's own operations follow, at the lines where these are called."""
    rules = {}
    for name, pattern in PATTERNS.items():
        places = frozenset(location for operation, location in steps if operation in pattern.library)
        if places:
            rules[name] = _only_at(places, pattern.rule)
    return rules


def _only_at(places: frozenset[str], rule: Rule) -> Rule:
    def limited(term: Term) -> SymbolicArray | None:
        return rule(term) if term.location in places else None

    return limited
