"""Half squared error of the 1-1-1 network with a sigmoid output a2 = sigmoid(z2):

    L = (a2 - y)^2 / 2,   dL/dz2 = (a2 - y) a2 (1 - a2),

with the factor a2 (1 - a2) that the delta `a2 - y` lacks. a2 - y is (1 - y) a2 - y (1 - a2), with
1 - a2 = sigmoid(-z2).
"""

from __future__ import annotations

from typing import Any

from gradcheck.reference.sigmoid_network import network, preactivation
from gradcheck.reference.wide import Wide, sigmoid, square


def definition(xp: Any, w1: Any, w2: Any, x: Any, y: Any) -> Any:
    return half_squared_error(xp, xp.sigmoid(preactivation(xp, w1, w2, x)), y)


def half_squared_error(xp: Any, output: Any, y: Any) -> Any:
    """The textbook loss of an output and a target."""
    error = output - y
    return 0.5 * (error * error)


def _error(z2: Wide, y: Wide) -> Wide:
    return (1.0 - y) * sigmoid(z2) - y * sigmoid(-z2)


def _loss(z2: Wide, y: Wide) -> Wide:
    return 0.5 * square(_error(z2, y))


def _delta(z2: Wide, y: Wide) -> Wide:
    return _error(z2, y) * sigmoid(z2) * sigmoid(-z2)


SIGMOID_NETWORK_SQUARED_ERROR = network("sigmoid_network_squared_error", definition, _loss, _delta)
