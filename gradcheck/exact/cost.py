"""What running a graph costs, as far as it can be told beforehand, and the same on every machine."""

from __future__ import annotations

import math

from gradcheck.exact.elementwise import ELEMENTWISE
from gradcheck.exact.graph import Graph
from gradcheck.exact.special import BESSEL, GAMMA, POWERS
from gradcheck.exact.stairs import STAIRS

# A gamma or Bessel function takes time like the square of the bits, seconds at tens of thousands of them.
SLOW = {*GAMMA, *BESSEL}
# Arithmetic and roots take next to none; every other function, an exponential, that part of what a gamma takes.
ARITHMETIC = {"add", "subtract", "multiply", "divide", "negative", "square", "sqrt", "rsqrt", "absolute"}
ARITHMETIC |= {"maximum", "minimum", *STAIRS, *POWERS} - {"exp2", "sinc"}
TRANSCENDENTAL = {*ELEMENTWISE} - SLOW - ARITHMETIC
PART = 1 / 140


def work(graph: Graph, runs: int, bits: int) -> float:
    """Functions times the square of their bits, in so many runs of the graph: 1e10 is about a second."""
    slow, quick = (
        sum(math.prod(node.shape) for node in graph.nodes if node.operation in names)
        for names in (SLOW, TRANSCENDENTAL)
    )
    return float(runs) * (slow + PART * quick) * bits**2
