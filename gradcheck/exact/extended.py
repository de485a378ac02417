"""Values at poles and infinities that have one meaning but that Arb answers with nan: log 0 = -inf.

Where a value has no single meaning (1/0, inf - inf, 0 * inf) there is no entry: the limits decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from flint import arb

from gradcheck.exact.balls import INFINITY, MINUS_INFINITY, ONE, TWO, ZERO


def _half_pi() -> arb:
    return arb.pi() / 2


# function -> {exact input: value there}
EXTENDED: dict[str, Mapping[float, Callable[[], arb]]] = {
    "log": {0.0: lambda: MINUS_INFINITY},
    "log2": {0.0: lambda: MINUS_INFINITY},
    "log10": {0.0: lambda: MINUS_INFINITY},
    "log1p": {-1.0: lambda: MINUS_INFINITY},
    "atanh": {1.0: lambda: INFINITY, -1.0: lambda: MINUS_INFINITY},
    "acosh": {np.inf: lambda: INFINITY},
    "asinh": {np.inf: lambda: INFINITY, -np.inf: lambda: MINUS_INFINITY},
    "erf": {np.inf: lambda: ONE, -np.inf: lambda: -ONE},
    "erfc": {np.inf: lambda: ZERO, -np.inf: lambda: TWO},
    "erfcx": {np.inf: lambda: ZERO, -np.inf: lambda: INFINITY},
    "log_ndtr": {np.inf: lambda: ZERO, -np.inf: lambda: MINUS_INFINITY},
    "erfinv": {1.0: lambda: INFINITY, -1.0: lambda: MINUS_INFINITY},
    "lgamma": {np.inf: lambda: INFINITY},
    "digamma": {np.inf: lambda: INFINITY},
    "gamma": {np.inf: lambda: INFINITY},
    "rsqrt": {np.inf: lambda: ZERO},
    "sech": {np.inf: lambda: ZERO, -np.inf: lambda: ZERO},
    "cosh": {np.inf: lambda: INFINITY, -np.inf: lambda: INFINITY},
    "sinh": {np.inf: lambda: INFINITY, -np.inf: lambda: MINUS_INFINITY},
    **{
        name: {np.inf: lambda: INFINITY, -np.inf: lambda: MINUS_INFINITY}
        for name in ["floor", "ceil", "trunc", "round", "cbrt"]
    },
    "erfcinv": {0.0: lambda: INFINITY, 2.0: lambda: MINUS_INFINITY},
    "expi": {0.0: lambda: MINUS_INFINITY, np.inf: lambda: INFINITY, -np.inf: lambda: ZERO},
    "lambertw": {np.inf: lambda: INFINITY},
    "sinc": {np.inf: lambda: ZERO, -np.inf: lambda: ZERO},
    "atan": {np.inf: _half_pi, -np.inf: lambda: -_half_pi()},
    "sigmoid": {np.inf: lambda: ONE, -np.inf: lambda: ZERO},
}


def extended(name: str, x: arb, found: arb) -> arb:
    """The value of the function at the exact input x by the table; what was `found` where it has none."""
    if not x.is_exact():
        return found
    for at, value in EXTENDED.get(name, {}).items():
        if x == at:
            return value()
    return found
