"""Hand-written backward passes of local response normalisation in NumPy: the right one, and those people wrote.

Each takes the activations and returns the gradient of the sum of the output, so the gradient g that
arrives from above is 1 everywhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.reference.lrn import Constants, Window
from gradcheck.suites.seeds.lrn_forward import scales, windowed

Backward = Callable[[np.ndarray], tuple[np.ndarray]]


def caffe(window: Window, constants: Constants) -> Backward:
    """s_i^-beta g_i - (2 alpha beta/d) a_i * sum of g_j b_j / s_j over the mirrored window of i. Right for every n."""
    return _with_sum_over(window.mirrored(), window, constants)


def not_mirrored(window: Window, constants: Constants) -> Backward:
    """The same with the sum over the window itself: right where the window is symmetric, so not for an even n."""
    return _with_sum_over(window, window, constants)


def _with_sum_over(summed: Window, window: Window, constants: Constants) -> Backward:
    factor = 2 * constants.alpha * constants.beta / window.divisor

    def backward(a: np.ndarray) -> tuple[np.ndarray]:
        s = scales(window, constants, a)
        powers = s**-constants.beta
        return (powers - factor * a * windowed(summed, a * powers / s),)

    return backward


def divided_by_the_power(window: Window, constants: Constants) -> Backward:
    """Wrong: s_i^-beta g_i - (2 alpha beta/d) a_i g_i * sum of a_j g_j / s_i^(-beta-1).

    It divides by the power that should multiply, and takes the s of channel i where each j has its own.
    """
    factor = 2 * constants.alpha * constants.beta / window.divisor

    def backward(a: np.ndarray) -> tuple[np.ndarray]:
        s = scales(window, constants, a)
        return (s**-constants.beta - factor * a * windowed(window, a) / s ** (-constants.beta - 1),)

    return backward


def passed_through(window: Window, constants: Constants) -> Backward:
    """Wrong: the gradient from above, as it came."""
    return lambda a: (np.ones_like(a),)


def scaled_like_the_activations(window: Window, constants: Constants) -> Backward:
    """Wrong: s_i^-beta g_i, the gradient divided by what the activation was divided by, s held constant."""
    return lambda a: (scales(window, constants, a) ** -constants.beta,)


def normalised_like_the_activations(window: Window, constants: Constants) -> Backward:
    """Wrong: the layer applied to the gradient from above, g_i (k + alpha/d * sum of g_j^2)^-beta."""
    return lambda a: (scales(window, constants, np.ones_like(a)) ** -constants.beta,)
