"""Local response normalisation: each activation divided by a power of the squares in its neighbourhood.

    b_i = a_i s_i^-beta,        s_i = k + alpha/d * sum of a_j^2 over the window of i,

with the window clipped at both ends, and d a constant: windows cut short divide by it too. With g the
gradient arriving from above and 1 for the sum of the output,

    dL/da_i = s_i^-beta g_i - (2 alpha beta/d) a_i * sum of g_j a_j s_j^(-beta-1) over all j whose window has i in it.

For a window of even width that second sum runs over the *mirrored* window. Frameworks agree on the formula
and on nothing else; the conventions are the table below. The paper: Krizhevsky, Sutskever and Hinton,
"ImageNet classification with deep convolutional neural networks", 2012, section 3.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.inputs.argument import Argument
from gradcheck.reference import wide
from gradcheck.reference.wide import Wide, square
from gradcheck.specification import Specification


@dataclass(frozen=True, kw_only=True)
class Constants:
    """The constants of the formula; by default those of the paper."""

    k: float = 2.0
    alpha: float = 1e-4
    beta: float = 0.75


@dataclass(frozen=True, kw_only=True)
class Window:
    """The channels `i - before` to `i + after` around channel i, and the constant that divides alpha."""

    before: int
    after: int
    divisor: int

    def around(self, i: int, length: int) -> slice:
        return slice(max(0, i - self.before), min(length, i + self.after + 1))

    def mirrored(self) -> Window:
        """The channels whose windows have channel i in them."""
        return Window(before=self.after, after=self.before, divisor=self.divisor)


@dataclass(frozen=True)
class Convention:
    """What a library makes of its size parameter, and where that is written."""

    window: Callable[[int], Window]
    source: str


CONVENTIONS: dict[str, Convention] = {
    "pytorch": Convention(
        lambda n: Window(before=n // 2, after=(n - 1) // 2, divisor=n),
        "torch 2.13, torch/nn/functional.py, local_response_norm: pad (size // 2, (size - 1) // 2), then avg_pool",
    ),
    # Caffe refuses an even size, yet its arithmetic (pre_pad, inverse_pre_pad) is this for every n, as is ONNX's rule.
    "caffe": Convention(
        lambda n: Window(before=(n - 1) // 2, after=n // 2, divisor=n),
        "BVLC/caffe, src/caffe/layers/lrn_layer.cpp; onnx.ai/onnx/operators/onnx__LRN.html",
    ),
    # An even n sums over n + 1 channels.
    "alexnet": Convention(
        lambda n: Window(before=n // 2, after=n // 2, divisor=1),
        "Krizhevsky et al. 2012, section 3.3: j from max(0, i - n/2) to min(N - 1, i + n/2), alpha undivided",
    ),
    "tensorflow": Convention(
        lambda depth_radius: Window(before=depth_radius, after=depth_radius, divisor=1),
        "tensorflow.org, tf.nn.local_response_normalization: sqr_sum over depth_radius to both sides, alpha undivided",
    ),
}


def formula(window: Window, constants: Constants) -> Callable[..., Any]:
    """The textbook formula across axis 1 of an array (batch, channels, ...)."""

    def lrn(xp: Any, a: Any) -> Any:
        squares, channels = a * a, a.shape[1]
        sums = [xp.sum(squares[:, window.around(i, channels)], axis=1) for i in range(channels)]
        scale = constants.k + constants.alpha * xp.stack(sums, axis=1) / window.divisor
        return a * xp.pow(scale, -constants.beta)

    return lrn


def formula_within(window: Window, constants: Constants) -> Callable[..., Any]:
    """The same within each channel, over squares of the last two axes of (batch, channels, height, width)."""

    def lrn_within(xp: Any, a: Any) -> Any:
        squares, (height, width) = a * a, a.shape[2:]

        def total(y: int, x: int) -> Any:
            return xp.sum(squares[:, :, window.around(y, height), window.around(x, width)], axis=(2, 3))

        rows = [xp.stack([total(y, x) for x in range(width)], axis=-1) for y in range(height)]
        scale = constants.k + constants.alpha * xp.stack(rows, axis=2) / window.divisor
        return a * xp.pow(scale, -constants.beta)

    return lrn_within


# index of an element, shape -> the elements in its window, as an index
Region = Callable[[tuple[int, ...], tuple[int, ...]], tuple[Any, ...]]


def _across(window: Window) -> Region:
    return lambda at, shape: (at[0], window.around(at[1], shape[1]), *at[2:])


def _within(window: Window) -> Region:
    return lambda at, shape: (*at[:2], window.around(at[2], shape[2]), window.around(at[3], shape[3]))


def _membership(region: Region, shape: tuple[int, ...]) -> np.ndarray:
    """For each element, of all elements counted in a row, a 1 for each that is in its window."""
    inside = np.zeros((*shape, *shape))
    for at in np.ndindex(shape):
        inside[at][region(at, shape)] = 1.0
    return inside.reshape(np.prod(shape, dtype=int), -1)


def _power(x: Wide, exponent: float) -> Wide:
    return wide.exp(wide.log(x) * exponent)


def _scales(inside: np.ndarray, divisor: int, constants: Constants, a: Wide) -> Wide:
    return constants.k + constants.alpha * (square(a) @ inside.T) / float(divisor)


def value(region: Region, divisor: int, constants: Constants) -> Callable[[np.ndarray], np.ndarray]:
    """b of a float64 array, rounded once: on the way neither a^2 nor s^-beta overflows."""

    def normalised(a: np.ndarray) -> np.ndarray:
        flat = Wide.of(a.reshape(-1))
        scales = _scales(_membership(region, a.shape), divisor, constants, flat)
        b = (flat * _power(scales, -constants.beta)).rounded().reshape(a.shape)
        return np.copysign(b, a)  # of a zero

    return normalised


def gradient(region: Region, divisor: int, constants: Constants) -> Callable[[np.ndarray], tuple[np.ndarray]]:
    """The gradient of the sum of b: each output j reaches the activations of its own window."""
    factor = Wide.of(2.0 * constants.beta) * constants.alpha / float(divisor)

    def derivative(a: np.ndarray) -> tuple[np.ndarray]:
        flat, inside = Wide.of(a.reshape(-1)), _membership(region, a.shape)
        scales = _scales(inside, divisor, constants, flat)
        powers = _power(scales, -constants.beta)
        reaching = (flat * powers / scales) @ inside
        return ((powers - factor * flat * reaching).rounded().reshape(a.shape),)

    return derivative


def across_channels(
    convention: str, n: int, *, shape: tuple[int, ...] = (1, 6, 1), constants: Constants | None = None
) -> Specification:
    """The specification of a library's layer across channels.

    `convention` is one of `CONVENTIONS`; `n` is that library's size parameter (for TensorFlow the depth
    radius). `shape` is (batch, channels, ...). `ValueError` names the conventions there are.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"unknown convention {convention!r}; expected one of {', '.join(CONVENTIONS)}")
    rule, constants = CONVENTIONS[convention], constants or Constants()
    window = rule.window(n)
    region = _across(window)
    return Specification(
        name=f"lrn-{convention}-{n}",
        definition=formula(window, constants),
        arguments=(Argument("real", shape=shape, name="activations"),),
        value=value(region, window.divisor, constants),
        gradient=gradient(region, window.divisor, constants),
        source=rule.source,
    )


def within_channel(
    n: int, *, shape: tuple[int, int, int, int] = (1, 1, 3, 3), constants: Constants | None = None
) -> Specification:
    """The specification of Caffe's within-channel form: squares of odd width n, alpha divided by n^2, k = 1."""
    constants = constants or Constants(k=1.0)
    window = Window(before=(n - 1) // 2, after=n // 2, divisor=n * n)
    region = _within(window)
    return Specification(
        name=f"lrn-within-{n}",
        definition=formula_within(window, constants),
        arguments=(Argument("real", shape=shape, name="activations"),),
        value=value(region, window.divisor, constants),
        gradient=gradient(region, window.divisor, constants),
        source="BVLC/caffe, src/caffe/layers/lrn_layer.cpp, WITHIN_CHANNEL: average pooling, padding counted, shift 1",
    )
