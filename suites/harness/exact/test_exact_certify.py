"""`certify`: the loop over precisions ends, its claims hold, and flint's precision is put back."""

from __future__ import annotations

import flint
import mpmath
import numpy as np
import pytest
from exact_oracle import contains
from mpmath import mpf

from gradcheck.dtypes import FORMATS
from gradcheck.exact import Kind, certify, gradient_of, record, value_of
from gradcheck.exact.rounding import is_thin
from gradcheck.exact.truth import precisions

FLOAT64 = FORMATS["float64"]


def _truth(definition, *arrays, dtype="float64"):
    arrays = [np.asarray(a, dtype=float) for a in arrays]
    graph = record(definition, [a.shape for a in arrays])
    return certify(graph, arrays, range(len(arrays)), FORMATS[dtype])


# name -> definition, arguments, the exact value; each claims something false when a difference is lost
CANCELLATIONS = {
    "absorbed": (lambda xp, x, y: xp.where(1 + x < 1 + y, 5.0, 7.0), (1e-300, 2e-300), lambda x, y: 5),
    "absorbed, not equal": (lambda xp, x, y: xp.where(1 + x == 1 + y, 5.0, 7.0), (1e-300, 2e-300), lambda x, y: 7),
    "absorbed twice": (
        lambda xp, x, y: xp.where((1 + x) * (1 + x) < (1 + y) * (1 + y), 5.0, 7.0), (5e-324, 1e-323), lambda x, y: 5,
    ),
    "absorbed by exp": (
        lambda xp, x, y: xp.where(1 + xp.exp(x) < 1 + xp.exp(y), 5.0, 7.0), (-901, -900), lambda x, y: 5,
    ),
    "absorbed in logic": (
        lambda xp, x, y: xp.where(xp.logical_and(1 + x < 1 + y, x > 0), 5.0, 7.0), (1e-300, 2e-300), lambda x, y: 5,
    ),
    "really equal": (lambda xp, x, y: xp.where(xp.exp(x) <= xp.exp(y), 5.0, 7.0), (0.3, 0.3), lambda x, y: 5),
    "lost": (lambda xp, x, y: (x + y) - x, (1e300, 5e-324), lambda x, y: y),
    "maximum": (lambda xp, x, y: xp.maximum(1 + x, 1 + y) - 1, (1e-300, 2e-300), lambda x, y: y),
    "log of exp": (lambda xp, x, y: xp.log(xp.exp(x)) + y, (1e308, 1.0), lambda x, y: x + y),
    "exp of exp": (lambda xp, x, y: xp.log(xp.log(xp.exp(xp.exp(x)))) - y, (300.0, 300.0), lambda x, y: 0),
    "cosine": (lambda xp, x, y: (1 - xp.cos(x)) / y, (1e-160, 1e-300), lambda x, y: (1 - mpmath.cos(x)) / y),
    "root of a square": (lambda xp, x, y: xp.sqrt(x * x) + y, (5e-324, 0.0), lambda x, y: x),
    "huge angle": (lambda xp, x, y: xp.sin(x) + y, (1.7e308, 0.0), lambda x, y: mpmath.sin(x)),
    "large erfc": (lambda xp, x, y: xp.log(xp.erfc(x)) + y * y, (1e150, 0.0), lambda x, y: mpmath.log(mpmath.erfc(x))),
    "sigmoid": (lambda xp, x, y: xp.log(xp.sigmoid(x)) + y, (-1e300, 0.0), lambda x, y: x),
}  # fmt: skip


@pytest.mark.parametrize("name", CANCELLATIONS)
def test_a_certified_value_is_the_value(name):
    definition, arguments, exact = CANCELLATIONS[name]
    value = _truth(definition, *arguments).value
    assert value.kinds.item() is Kind.CERTIFIED
    with mpmath.workdps(1500):
        truth = mpf(exact(*map(mpf, arguments)))
        assert contains(value.lower.item(), truth, abs(truth) * mpf(10) ** -700 + mpf(10) ** -700)
    assert is_thin(value.lower.item(), FLOAT64)


def test_precision_is_as_high_as_it_has_to_be():
    assert _truth(lambda xp, x: xp.exp(x), 1.0, dtype="float32").bits == 128
    assert _truth(lambda xp, x: xp.exp(x), 1.0).bits == 192
    assert _truth(lambda xp, x: xp.log(xp.exp(x)), 1e308).bits == 768


@pytest.mark.parametrize("dtype", FORMATS)
def test_the_loop_ends_where_no_precision_decides(dtype):
    truth = _truth(lambda xp, x: xp.floor(xp.exp(xp.log(x))), 3.0, dtype=dtype)
    assert truth.value.kinds.item() is Kind.UNDECIDED
    assert truth.bits >= list(precisions(FORMATS[dtype]))[-1]
    assert np.isnan(truth.value.expected)


def test_expected_is_rounded_to_the_dtype():
    for dtype in FORMATS:
        value = _truth(lambda xp, x: xp.exp(x), [-1e4, -0.5, 0.1, 80.0, 1e4], dtype=dtype).value
        with mpmath.workdps(60), np.errstate(over="ignore"):
            exact = [float(mpmath.exp(x)) if abs(x) < 600 else (x > 0) * np.inf for x in [-1e4, -0.5, 0.1, 80.0, 1e4]]
            exact[0] = 0.0
            rounded = np.array(exact).astype(FORMATS[dtype].numpy).astype(float)
        np.testing.assert_array_equal(value.expected, rounded)


def test_expected_at_a_kink_is_its_lower_end():
    gradient = _truth(lambda xp, x: xp.abs(x), 0.0).gradient[0]
    assert gradient.expected == -1.0
    assert gradient.shape == ()


@pytest.fixture(params=[53, 77])
def precision_of_flint(request):
    before, flint.ctx.prec = flint.ctx.prec, request.param
    yield request.param
    flint.ctx.prec = before


def test_the_precision_of_flint_is_put_back(precision_of_flint):
    truth = _truth(lambda xp, x: xp.sqrt(x) + xp.abs(x), 0.0)
    assert truth.gradient[0].kinds.item() is Kind.INFINITE or truth.gradient[0].kinds.item() is Kind.KINK
    assert np.isnan(_truth(lambda xp, x: xp.log(x), -1.0).value.expected)
    value_of(lambda xp, x: xp.exp(x), [np.array(2.0)], bits=999)
    gradient_of(lambda xp, x: xp.exp(x), [np.array(2.0)], bits=999)
    assert flint.ctx.prec == precision_of_flint


def test_an_error_inside_leaves_the_precision_as_it_was(precision_of_flint):
    graph = record(lambda xp, x: xp.exp(x), [(2,)])
    with pytest.raises(ValueError, match=r"recorded for inputs of shapes \[\(2,\)\], it was given \[\(3,\)\]"):
        certify(graph, [np.zeros(3)], [0], FLOAT64)
    assert flint.ctx.prec == precision_of_flint


def test_more_singular_components_than_are_sought_are_undecided_not_wrong():
    gradient = _truth(lambda xp, x: xp.abs(x), np.zeros(70)).gradient[0]
    assert set(gradient.kinds.flat) == {Kind.KINK, Kind.UNDECIDED}
