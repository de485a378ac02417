"""The numbers that the references compute in, against mpmath: 100 bits, and exponents beyond float64."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from gradcheck.reference import wide
from gradcheck.reference.wide import Wide

DIGITS = 1200
BITS = 100
RNG = np.random.default_rng(0)


def _draw(low: float, high: float) -> Wide:
    """Numbers with digits in both parts; their exponents are uniform."""
    size = RNG.choice([-1, 1], 200) * np.exp2(RNG.uniform(low, high, 200))
    return Wide.of(size) + size * 2.0**-60


def _exact(x: Wide) -> list:
    parts = zip(x.high.flat, x.low.flat, x.exponent.flat, strict=True)
    return [(mpmath.mpf(float(h)) + mpmath.mpf(float(low))) * mpmath.mpf(2) ** int(e) for h, low, e in parts]


def _assert_near(actual: Wide, exact: list, bits: int = BITS) -> None:
    for a, e in zip(_exact(actual), exact, strict=True):
        assert abs(a - e) <= abs(e) * mpmath.mpf(2) ** -bits


ARITHMETIC = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}
# name: our function, mpmath's, exponents of the arguments drawn
FUNCTIONS = {
    "exp": (wide.exp, mpmath.exp, (-80, 13)),
    "expm1": (wide.expm1, mpmath.expm1, (-80, 9)),
    "expm1_less_x": (wide.expm1_less_x, lambda x: mpmath.expm1(x) - x, (-80, 9)),
    "tanh": (wide.tanh, mpmath.tanh, (-80, 6)),
    "sigmoid": (wide.sigmoid, lambda x: 1 / (1 + mpmath.exp(-x)), (-80, 9)),
    "sqrt of the square": (lambda x: wide.sqrt(wide.square(x)), abs, (-900, 900)),
}


@pytest.mark.parametrize("operation", ARITHMETIC)
def test_arithmetic(operation):
    a, b, apply = _draw(-1000, 1000), _draw(-1000, 1000), ARITHMETIC[operation]
    with mpmath.workdps(DIGITS):
        _assert_near(apply(a, b), [apply(x, y) for x, y in zip(_exact(a), _exact(b), strict=True)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    function, exact, exponents = FUNCTIONS[name]
    x = _draw(*exponents)
    with mpmath.workdps(DIGITS):
        _assert_near(function(x), [exact(v) for v in _exact(x)], bits=90)


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (lambda x: wide.log1p(wide.square(x)), lambda x: mpmath.log1p(x * x)),
        (wide.softplus, lambda x: mpmath.log1p(mpmath.exp(x))),
    ],
    ids=["log1p", "softplus"],
)
def test_logarithms_keep_float64_of_what_is_far_below_one(function, exact):
    x = _draw(-80, 9)
    with mpmath.workdps(DIGITS):
        _assert_near(function(x), [exact(v) for v in _exact(x)], bits=52)


def test_sums_cancel_without_loss():
    terms = Wide.of(np.array([[1e308, 1.0, -1e308, 1e-20], [1e-308, -1e-308, 5e-324, 0.0]]))
    assert terms[1].sum(-1).rounded() == 5e-324
    assert (terms[0, :1] + terms[0, 2] + terms[0, 1] + terms[0, 3]).rounded() == 1.0


def test_squares_do_not_leave_the_range():
    x = np.array([1.7e308, 5e-324, 0.0, -3.0])
    assert np.array_equal(wide.sqrt(wide.square(x)).rounded(), np.abs(x))
    assert np.array_equal(wide.square(x).rounded(), [np.inf, 0.0, 0.0, 9.0])


def test_logarithm_of_zero_and_of_what_only_the_exponent_holds():
    assert np.array_equal(wide.log(np.array([0.0, 1.0])).rounded(), [-np.inf, 0.0])
    assert wide.log(wide.exp(np.array(-1e5))).rounded() == -1e5


def test_zero_divided_by_zero_is_zero_where_asked_for():
    zero = Wide.of(np.zeros(1))
    assert (zero / zero.or_one()).rounded() == 0


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_non_finite_numbers_become_nan(number):
    assert np.isnan((Wide.of(np.array(number)) * 2.0).rounded())
