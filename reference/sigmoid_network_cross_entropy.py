"""Cross-entropy of the 1-1-1 network with a sigmoid output a2 = sigmoid(z2):

    L = -y log(a2) - (1 - y) log(1 - a2) = y softplus(-z2) + (1 - y) softplus(z2),   dL/dz2 = a2 - y.

1 - a2 is written sigmoid(-z2): the same number, and the balls need no 14,000 bits for it at z2 = 1e4.
The derivative is y (a2 - 1) + (1 - y) a2 with 1 - a2 = sigmoid(-z2).
"""

from __future__ import annotations

from typing import Any

from gradcheck.reference.sigmoid_network import network, preactivation
from gradcheck.reference.wide import Wide, sigmoid, softplus


def definition(xp: Any, w1: Any, w2: Any, x: Any, y: Any) -> Any:
    return cross_entropy(xp, preactivation(xp, w1, w2, x), y)


def cross_entropy(xp: Any, z2: Any, y: Any) -> Any:
    """The textbook loss of a pre-activation z2 and a target y in [0, 1]."""
    return -(y * xp.log(xp.sigmoid(z2))) - (1.0 - y) * xp.log(xp.sigmoid(-z2))


def _loss(z2: Wide, y: Wide) -> Wide:
    return y * softplus(-z2) + (1.0 - y) * softplus(z2)


def _delta(z2: Wide, y: Wide) -> Wide:
    return (1.0 - y) * sigmoid(z2) - y * sigmoid(-z2)


SIGMOID_NETWORK_CROSS_ENTROPY = network("sigmoid_network_cross_entropy", definition, _loss, _delta)
