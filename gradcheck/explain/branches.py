"""Points at which a branch that is not taken would poison the gradient, made rather than met.

The gradient of `where(x > 0, sqrt(x), 0)` is zero times the slope of sqrt where the branch is not taken, and NaN
where that slope is none. So for every select (where, maximum, minimum, clip) and each of its operands, inputs are
sought at which the operand is passed over while an operation in it has an infinite slope, or none: along lines
through ordinary points, first at landmarks, then by bisection to where something on the way changes its sign. The
arithmetic is that of floats, so the points are candidates: to be judged like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest

import numpy as np

from gradcheck.dtypes import Format, format_of
from gradcheck.exact.graph import Graph
from gradcheck.explain.float_graph import FloatGraph, Values, ancestors
from gradcheck.explain.lines import Line, landmarks, lines
from gradcheck.explain.native_graph import CannotRun
from gradcheck.frameworks.errors import FrameworkError
from gradcheck.inputs import points as drawing
from gradcheck.inputs.points import Point
from gradcheck.inputs.shrink import plainness
from gradcheck.judging import Target
from gradcheck.oracle import ShadowOracle

REGIME = "untaken_branch"  # of the points found here
MOST = 24
MOST_EACH = 3  # for one operation behind one select: they show the same
MOST_PAIRS = 24
MOST_BRACKETS = 32
# Numbers computed for one start, the steps of Python counted as so many each: some tenths of a second.
MOST_WORK = 5e6
STEP = 1500

# select -> those of its operands that it may pass over
OPERANDS = {"where": (1, 2), "maximum": (0, 1), "minimum": (0, 1), "max": (0,), "min": (0,)}
# operation -> numbers at which its slope is infinite or ends; one that overflows has none to name
SINGULAR: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt", "rsqrt", "cbrt", "divide", "reciprocal", "power"), (0.0,)),
    **dict.fromkeys(("xlogy", "entr", "hypot", "gamma", "lgamma", "digamma", "expi"), (0.0,)),
    **dict.fromkeys(("log1p", "xlog1py"), (-1.0,)),
    **dict.fromkeys(("asin", "acos", "atanh", "erfinv"), (-1.0, 1.0)),
    **dict.fromkeys(("logit", "ndtri"), (0.0, 1.0)),
    "acosh": (1.0,),
    **dict.fromkeys(("exp", "exp2", "expm1", "sinh", "cosh", "tan", "erfcx", "multiply"), ()),
}
# Where one of these changes its sign, something may be divided by zero that does not change its own, as a square.
CROSSED = ("add", "subtract")
MOST_CROSSED = 8

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Pair:
    """An operand of a select, and an operation before it whose slope may be none."""

    select: int
    operand: int
    singular: int


def candidate_points(target: Target, dtype: str, seed: int = 0, most: int = MOST) -> list[Point]:
    """At most `most` points inside the domains at which an untaken branch may poison the gradient, plainest first.

    None for a gradient that is written by hand, and where the function cannot be watched.
    """
    differentiated = target.truths.differentiated
    if target.gradient is not None or target.framework.name == "numpy" or not differentiated:
        return []
    watched = ShadowOracle(target.framework.name, target.function, differentiated)
    found: dict[Pair, list[Arrays]] = {}
    for start in _starts(target, dtype, seed):
        try:
            look = _Look(watched.graph(start), format_of(dtype))
            _gather(found, look, list(lines(start, target.arguments, look.form)))
        except (FrameworkError, CannotRun):
            continue
    return [Point(REGIME, arrays) for arrays in _taken_in_turn(found)[:most]]


def _starts(target: Target, dtype: str, seed: int) -> list[Arrays]:
    ones = drawing.make(target.arguments, dtype, seed, ["ones"])[:1]
    return [point.arrays for point in ones + drawing.typical(target.arguments, dtype, seed, 1)]


def _taken_in_turn(found: dict[Pair, list[Arrays]]) -> list[Arrays]:
    """The plainest of each pair, then the second ones; a point once."""
    ranked = [sorted(several, key=plainness)[:MOST_EACH] for several in found.values()]
    turns = (a for a in chain.from_iterable(zip_longest(*ranked)) if a is not None)
    return list({tuple(x.tobytes() for x in arrays): arrays for arrays in turns}.values())


class _Look:
    """One graph, and what is looked at in it."""

    def __init__(self, graph: Graph, form: Format) -> None:
        self.original, self.form = graph, form
        # A node is that of the same number whatever the count of points.
        self.graph = FloatGraph(graph, 1, form, []).graph
        self.pairs = sorted(_pairs(self.graph), key=lambda p: self._operation(p.singular) == "multiply")[:MOST_PAIRS]
        self.edges = sorted(set(self._edges()))
        self.nodes = ancestors(self.graph, [p.select for p in self.pairs])

    def _operation(self, node: int) -> str:
        return self.graph.nodes[node].operation

    def _edges(self) -> Iterator[tuple[int, float]]:
        """Nodes, and numbers that it would be telling to bring them to."""
        for pair in self.pairs:
            for i in self.graph.nodes[pair.singular].inputs:
                yield from ((i, edge) for edge in SINGULAR[self._operation(pair.singular)])
            crossed = [n for n in ancestors(self.graph, [pair.singular]) if self._operation(n) in CROSSED]
            yield from ((n, 0.0) for n in crossed[-MOST_CROSSED:])

    def at(self, count: int) -> FloatGraph:
        return FloatGraph(self.original, count, self.form, [p.select for p in self.pairs])

    def work(self, count: int) -> int:
        """What a run of `count` points costs."""
        numbers = sum(int(np.prod(self.graph.nodes[n].shape)) for n in self.nodes)
        return count * numbers + STEP * len(self.nodes)

    def poisoned(self, run: FloatGraph, values: Values) -> np.ndarray:
        """For each pair and point whether the operand is passed over where the slope is none: (pairs, points)."""
        return np.array([self._meets(run, values, pair) for pair in self.pairs]).reshape(-1, run.count)

    def _meets(self, run: FloatGraph, values: Values, pair: Pair) -> np.ndarray:
        bad, over = _bad(run, values, pair.singular), _passed_over(run.graph, values, pair)
        if bad.shape[1:] == over.shape[1:]:
            return _anywhere(bad & over)
        return np.logical_and(_anywhere(bad), _anywhere(over))

    def signals(self, run: FloatGraph, values: Values) -> np.ndarray:
        """Signs along which to bisect, (points, signals): 0 is a number that is met exactly."""
        signs = [np.nan_to_num(np.sign(values[node] - edge), nan=2.0) for node, edge in self.edges]
        marks = [1 + _bad(run, values, pair.singular) for pair in self.pairs]
        marks += [1 + _passed_over(run.graph, values, pair) for pair in self.pairs]
        columns = [np.broadcast_to(c, (run.count, *c.shape[1:])).reshape(run.count, -1) for c in (*signs, *marks)]
        return np.concatenate(columns, axis=1).astype(np.int8)


def _pairs(graph: Graph) -> Iterator[Pair]:
    for select, node in enumerate(graph.nodes):
        for operand in OPERANDS.get(node.operation, ()):
            for before in ancestors(graph, [node.inputs[operand]]):
                if graph.nodes[before].operation in SINGULAR and graph.follows_inputs[before]:
                    yield Pair(select, operand, before)


def _anywhere(marks: np.ndarray) -> np.ndarray:
    """For each point whether anything is marked."""
    return np.asarray(marks.reshape(len(marks), -1).any(axis=1))


def _bad(run: FloatGraph, values: Values, node: int) -> np.ndarray:
    """Where a slope of an operation is infinite or none."""
    bad = np.zeros(run.graph.nodes[node].shape, dtype=bool)
    for slope in run.slopes(node, values):
        bad = bad | ~np.isfinite(slope)
    return bad


def _passed_over(graph: Graph, values: Values, pair: Pair) -> np.ndarray:
    """Where a select does not take its operand."""
    node = graph.nodes[pair.select]
    read, result = [values[i] for i in node.inputs], values[pair.select]
    if node.operation == "where":
        over = ~read[0] if pair.operand == 1 else read[0]
    elif node.operation in ("max", "min"):
        kept = tuple(1 if i in node.parameters["axes"] else n for i, n in enumerate(read[0].shape))
        return np.asarray(read[0] != result.reshape(kept))
    else:
        over = np.asarray(read[pair.operand] != result)
    return np.broadcast_to(over, node.shape)


@dataclass
class _Bracket:
    """Two places on a line between which a signal changes."""

    line: Line
    low: int
    high: int
    signal: int
    before: int

    @property
    def middle(self) -> int:
        return (self.low + self.high) // 2


def _gather(found: dict[Pair, list[Arrays]], look: _Look, along: Sequence[Line]) -> None:
    """Add the points at which a pair meets, along some lines."""
    if not look.pairs or not along:
        return
    numbers = landmarks(look.original, look.form)
    places = [line.places(numbers) for line in along]
    most = max(map(len, places))
    if look.work(most) > MOST_WORK:
        return
    brackets: list[_Bracket] = []
    grid = look.at(most)
    for line, on_line in list(zip(along, places, strict=True))[: int(MOST_WORK // look.work(most))]:
        points = [line.at(place) for place in on_line]
        values = grid.run(points)
        _note(found, look, look.poisoned(grid, values), points)
        brackets += _brackets(line, on_line, look.signals(grid, values))
    _bisect(found, look, _spread(brackets))


def _note(found: dict[Pair, list[Arrays]], look: _Look, marks: np.ndarray, points: Sequence[Arrays]) -> None:
    for pair, marked in zip(look.pairs, marks, strict=True):
        several = [arrays for arrays, mark in zip(points, marked, strict=False) if mark]
        if several:
            found.setdefault(pair, []).extend(several)


def _brackets(line: Line, places: Sequence[int], signals: np.ndarray) -> Iterator[_Bracket]:
    """Where signals change between neighbours on a line, those that change alike once."""
    columns, first = np.unique(signals[: len(places)], axis=1, return_index=True)
    for k, (low, high) in enumerate(pairwise(places)):
        before, after = columns[k], columns[k + 1]
        for c in np.flatnonzero((before != after) & (before != 0) & (after != 0)):
            if high - low > 1:
                yield _Bracket(line, low, high, int(first[c]), int(before[c]))


def _spread(brackets: Sequence[_Bracket]) -> Sequence[_Bracket]:
    """So many of them as are looked into, evenly."""
    step = max(1, -(-len(brackets) // MOST_BRACKETS))
    return brackets[::step]


def _bisect(found: dict[Pair, list[Arrays]], look: _Look, brackets: Sequence[_Bracket]) -> None:
    """Narrow brackets down to neighbours; add the points there at which a pair meets."""
    steps = look.form.numpy.itemsize * 8
    if not brackets or steps * look.work(len(brackets)) > MOST_WORK:
        return
    run = look.at(len(brackets))
    while any(b.high - b.low > 1 for b in brackets):
        signals = look.signals(run, run.run([b.line.at(b.middle) for b in brackets]))
        for b, row in zip(brackets, signals, strict=True):
            if row[b.signal] == b.before:
                b.low = b.middle
            else:
                b.high = b.middle
    for moved in (-1, 0, 1, 2):
        points = [b.line.at(b.low + moved) for b in brackets]
        _note(found, look, look.poisoned(run, run.run(points)), points)
