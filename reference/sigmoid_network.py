"""The network of one input, one hidden and one output unit without biases, and what its losses share.

    z1 = w1 x,   a1 = sigmoid(z1),   z2 = w2 a1,   output = link(z2)

with the link `sigmoid` or the identity. Arguments: the weights w1 and w2 and the input x, scalars within
+-1e4 and +-1 so that |z| reaches 1e4, and the target y in [0, 1]. A loss of the output with derivative
d2 in z2 has the gradient dL/dw1 = d2 w2 a1 (1 - a1) x and dL/dw2 = d2 a1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference.wide import Wide, sigmoid
from gradcheck.specification import Specification

SOURCE = "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323, 1986"
ARGUMENTS = (
    Argument("[-10000, 10000]", name="w1"),
    Argument("[-10000, 10000]", name="w2"),
    Argument("[-1, 1]", differentiate=False, name="x"),
    Argument("[0, 1]", differentiate=False, name="y"),
)


def preactivation(xp: Any, w1: Any, w2: Any, x: Any) -> Any:
    """z2, the input of the output unit."""
    return w2 * xp.sigmoid(w1 * x)


def network(
    name: str, definition: Callable[..., Any], loss: Callable[..., Any], delta: Callable[..., Any]
) -> Specification:
    """The specification of one loss: `loss(z2, y)` and its derivative `delta(z2, y)`, in wide numbers.

    Wide, because at z2 = -700 a loss of size exp(z2) is off by 700 times the rounding of a1, which is no
    input, so that half an ulp of the inputs would not explain it.
    """

    def value(w1: np.ndarray, w2: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return loss(w2 * sigmoid(Wide.of(w1) * x), Wide.of(y)).rounded()

    def gradient(w1: np.ndarray, w2: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
        z1 = Wide.of(w1) * x
        a1, rest = sigmoid(z1), sigmoid(-z1)
        d2 = delta(w2 * a1, Wide.of(y))
        return (d2 * w2 * a1 * rest * x).rounded(), (d2 * a1).rounded()

    return Specification(
        name=name, definition=definition, arguments=ARGUMENTS, value=value, gradient=gradient, source=SOURCE
    )
