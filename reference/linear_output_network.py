"""Half squared error of the 1-1-1 network with a linear output, a2 = z2:

L = (z2 - y)^2 / 2,   dL/dz2 = z2 - y.
"""

from __future__ import annotations

from typing import Any

from gradcheck.reference.sigmoid_network import network, preactivation
from gradcheck.reference.sigmoid_network_squared_error import half_squared_error
from gradcheck.reference.wide import Wide, square


def definition(xp: Any, w1: Any, w2: Any, x: Any, y: Any) -> Any:
    return half_squared_error(xp, preactivation(xp, w1, w2, x), y)


def _loss(z2: Wide, y: Wide) -> Wide:
    return 0.5 * square(z2 - y)


def _delta(z2: Wide, y: Wide) -> Wide:
    return z2 - y


LINEAR_OUTPUT_NETWORK = network("linear_output_network", definition, _loss, _delta)
