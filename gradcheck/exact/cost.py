"""What running a graph costs, as far as it can be told beforehand, and the same on every machine."""

from __future__ import annotations

import math

from gradcheck.exact.graph import Graph
from gradcheck.exact.special import BESSEL, GAMMA

# A gamma or Bessel function takes time like the square of the bits, seconds at tens of thousands of them.
SLOW = {*GAMMA, *BESSEL}


def work(graph: Graph, runs: int, bits: int) -> float:
    """Slow functions times the square of their bits, in so many runs of the graph: 1e10 is about a second."""
    slow = sum(math.prod(node.shape) for node in graph.nodes if node.operation in SLOW)
    return float(runs) * slow * bits**2
