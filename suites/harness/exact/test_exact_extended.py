"""Values at infinities and poles: those with one meaning, and none where there is no single one."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.exact import value_of
from gradcheck.exact.extended import EXTENDED
from gradcheck.exact.namespace import apply

INF, PI = np.inf, np.pi
# operation -> {operands: value}
KNOWN = {
    "log": {0: -INF, INF: INF},
    "log2": {0: -INF, INF: INF},
    "log10": {0: -INF, INF: INF},
    "log1p": {-1: -INF, INF: INF},
    "exp": {-INF: 0, INF: INF},
    "exp2": {-INF: 0, INF: INF},
    "expm1": {-INF: -1, INF: INF},
    "sqrt": {0: 0, INF: INF},
    "rsqrt": {INF: 0},
    "cbrt": {0: 0, INF: INF, -INF: -INF},
    "reciprocal": {INF: 0, -INF: 0},
    "sinh": {INF: INF, -INF: -INF},
    "cosh": {INF: INF, -INF: INF},
    "tanh": {INF: 1, -INF: -1},
    "asinh": {INF: INF, -INF: -INF},
    "acosh": {INF: INF},
    "atanh": {1: INF, -1: -INF},
    "atan": {INF: PI / 2, -INF: -PI / 2},
    "sigmoid": {INF: 1, -INF: 0},
    "erf": {INF: 1, -INF: -1},
    "erfc": {INF: 0, -INF: 2},
    "ndtr": {INF: 1, -INF: 0},
    "erfcx": {INF: 0, -INF: INF},
    "log_ndtr": {INF: 0, -INF: -INF},
    "erfinv": {1: INF, -1: -INF},
    "erfcinv": {0: INF, 1: 0, 2: -INF},
    "ndtri": {0: -INF, 1: INF},
    "lgamma": {0: INF, -3: INF, INF: INF},
    "gamma": {INF: INF},
    "digamma": {INF: INF},
    "expi": {0: -INF, INF: INF, -INF: 0},
    "exp1": {0: INF, INF: 0},
    "lambertw": {0: 0, INF: INF},
    "sinc": {0: 1, INF: 0},
    "spence": {0: PI**2 / 6, 1: 0, INF: -INF},
    "entr": {0: 0},
    "logit": {0: -INF, 1: INF},
    "i0": {0: 1, INF: INF, -INF: INF},
    "i1": {0: 0, INF: INF, -INF: -INF},
    "i0e": {0: 1, INF: 0},
    "i1e": {0: 0, -INF: 0},
    "j0": {0: 1, INF: 0},
    "j1": {0: 0, -INF: 0},
    "y0": {0: -INF, INF: 0},
    "y1": {0: -INF},
    "k0": {0: INF, INF: 0},
    "k1": {0: INF},
    "k0e": {0: INF, INF: 0},
    "k1e": {0: INF},
    "floor": {INF: INF},
    "ceil": {-INF: -INF},
    "trunc": {INF: INF},
    "round": {-INF: -INF, 0.5: 0, 1.5: 2, 2.5: 2, -0.5: 0},
    "sign": {INF: 1, -INF: -1, 0: 0},
    "absolute": {-INF: INF},
    "maximum": {(INF, 1): INF, (-INF, 1): 1},
    "minimum": {(INF, 1): 1},
    "atan2": {(1, INF): 0, (INF, 1): PI / 2},
    "xlogy": {(0, 0): 0, (2, 0): -INF, (0, INF): 0},
    "xlog1py": {(0, -1): 0, (2, -1): -INF},
    "rel_entr": {(0, 0): 0, (0, 2): 0, (2, 0): INF},
    "kl_div": {(0, 2): 2, (2, 0): INF},
    "logaddexp": {(-INF, 2): 2, (INF, 2): INF},
    "logaddexp2": {(2, -INF): 2},
    "hypot": {(0, 0): 0, (INF, 1): INF},
    "power": {
        (0, 0): 1,
        (0, 2.5): 0,
        (0, -2.5): INF,
        (0, -2): INF,
        (INF, 2): INF,
        (INF, -1): 0,
        (-INF, 3): -INF,
        (-INF, 2): INF,
        (2, INF): INF,
        (2, -INF): 0,
        (0.5, INF): 0,
        (0.5, -INF): INF,
        (INF, 0): 1,
    },
    "gammainc": {(2, 0): 0, (2, INF): 1},
    "gammaincc": {(2, 0): 1, (2, INF): 0},
    "zeta": {(2, INF): 0},
    "betainc": {(2, 3, 0): 0, (2, 3, 1): 1},
    "polygamma": {(1, 0): INF, (1, INF): 0, (1, -2): INF},
    "expn": {(2, 0): 1},
    "heaviside": {(0, 0.5): 0.5, (-INF, 0.5): 0, (INF, 0.5): 1},
}
UNKNOWN = {
    "divide": [(1, 0), (0, 0), (INF, INF)],
    "reciprocal": [0],
    "power": [(-2, 0.5), (1, INF), (0, -3)],
    "multiply": [(0, INF)],
    "subtract": [(INF, INF)],
    "log": [-1],
    "sqrt": [-1],
    "acos": [2],
    "gamma": [0, -2],
    "digamma": [-2],
    "zeta": [(1, 2)],
    "copysign": [(2, 0)],
    "gammainc": [(-1, 2)],
    "betainc": [(1, 1, 2)],
    "polygamma": [(2, -1), (0.5, 2)],
    "y0": [-1],
    "lambertw": [-1],
    "logaddexp": [(-INF, -INF)],
    "remainder": [(1, 0)],
}


def _value(operation, operands):
    arrays = [np.array(float(x)) for x in (operands if isinstance(operands, tuple) else (operands,))]
    return value_of(lambda xp, *x: apply(operation, *x), arrays).item()


@pytest.mark.parametrize("operation", KNOWN)
def test_a_value_with_one_meaning_is_given(operation):
    for operands, expected in KNOWN[operation].items():
        value = _value(operation, operands)
        assert value.is_finite() == np.isfinite(expected), operands
        assert value.is_exact() or value.is_finite(), operands
        assert abs(float(value) - expected) < 1e-15 if np.isfinite(expected) else float(value) == expected, operands


@pytest.mark.parametrize("operation", UNKNOWN)
def test_no_number_is_claimed_where_there_is_no_single_one(operation):
    for operands in UNKNOWN[operation]:
        assert _value(operation, operands).is_nan(), operands


def test_every_extended_value_is_tested():
    for function, values in EXTENDED.items():
        assert function == "sech" or set(values) <= set(KNOWN[function]) | {-INF, INF}, function
