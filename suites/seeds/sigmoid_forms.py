"""The 1-1-1 sigmoid network as people write it: its losses, and its deltas by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck import frameworks
from gradcheck.reference.sigmoid_network import preactivation


def sigmoid(z: Any) -> Any:
    """That of NumPy's namespace, which does not overflow."""
    return frameworks.get("numpy").namespace().sigmoid(z)


def cross_entropy_of_output(xp: Any, w1: Any, w2: Any, x: Any, y: Any) -> Any:
    """-y log(a2) - (1 - y) log(1 - a2), from the rounded output a2."""
    a2 = xp.sigmoid(preactivation(xp, w1, w2, x))
    return -(y * xp.log(a2)) - (1.0 - y) * xp.log(1.0 - a2)


def cross_entropy_of_logit(xp: Any, w1: Any, w2: Any, x: Any, y: Any) -> Any:
    """y softplus(-z2) + (1 - y) softplus(z2), each as max(., 0) + log1p(exp(-|z2|))."""
    z2 = preactivation(xp, w1, w2, x)
    tail = xp.log1p(xp.exp(-xp.abs(z2)))
    return y * (xp.maximum(-z2, 0.0) + tail) + (1.0 - y) * (xp.maximum(z2, 0.0) + tail)


def output_error(z2: Any, y: Any) -> Any:
    """d2 = a2 - y of a sigmoid output, as it is written by hand."""
    return sigmoid(z2) - y


def output_error_without_cancelling(z2: Any, y: Any) -> Any:
    """The same number as (1 - y) a2 - y (1 - a2), with 1 - a2 = sigmoid(-z2)."""
    return (1.0 - y) * sigmoid(z2) - y * sigmoid(-z2)


def linear_output_error(z2: Any, y: Any) -> Any:
    """d2 = a2 - y of a linear output, a2 = z2."""
    return z2 - y


def deltas(error: Callable[[Any, Any], Any]) -> Callable[..., tuple[Any, Any]]:
    """The hand-written gradient in (w1, w2): d2 from `error`, d1 = d2 w2 a1 (1 - a1), then x d1 and a1 d2."""

    def gradient(w1: Any, w2: Any, x: Any, y: Any) -> tuple[Any, Any]:
        a1 = sigmoid(w1 * x)
        d2 = error(w2 * a1, y)
        d1 = d2 * w2 * a1 * (1.0 - a1)
        return d1 * x, d2 * a1

    return gradient


def careful_deltas(w1: Any, w2: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """The same gradient with 1 - a1 = sigmoid(-z1) and a d2 that keep their digits in saturation."""
    z1 = w1 * x
    a1 = sigmoid(z1)
    d2 = output_error_without_cancelling(w2 * a1, y)
    return d2 * w2 * a1 * sigmoid(-z1) * x, d2 * a1


def delta_step(weights: tuple[Any, Any], sample: tuple[Any, Any], rate: Any) -> tuple[Any, Any]:
    """`w -= rate * a * d` with the hand-written deltas of a sigmoid output."""
    w1, w2 = weights
    g1, g2 = deltas(output_error)(w1, w2, *sample)
    return w1 - rate * g1, w2 - rate * g2
