"""Finite differences do not lie: the true error lies below the estimate, with mpmath as the oracle."""

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from gradcheck import finite_differences

# name -> the function in float64, the same function in mpmath
FUNCTIONS = {
    "exp": (np.exp, mpmath.exp),
    "log": (lambda x: np.log(np.abs(x)), lambda x: mpmath.log(abs(x))),
    "one plus log": (lambda x: 1 + np.log(np.abs(x)), lambda x: 1 + mpmath.log(abs(x))),
    "sqrt": (lambda x: np.sqrt(np.abs(x)), lambda x: mpmath.sqrt(abs(x))),
    "one plus sqrt": (lambda x: 1 + np.sqrt(np.abs(x)), lambda x: 1 + mpmath.sqrt(abs(x))),
    "sin": (np.sin, mpmath.sin),
    "fast sin": (lambda x: np.sin(1e4 * x), lambda x: mpmath.sin(10000 * x)),
    "cube": (lambda x: x**3, lambda x: x**3),
    "reciprocal": (lambda x: 1 / x, lambda x: 1 / x),
    "softplus": (lambda x: np.logaddexp(0, x), lambda x: mpmath.log1p(mpmath.exp(x))),
    "tanh": (np.tanh, mpmath.tanh),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x: 1 / (1 + mpmath.exp(-x))),
    "x log x": (lambda x: x * np.log(np.abs(x)), lambda x: x * mpmath.log(abs(x))),
    "abs": (np.abs, abs),
    "abs of a shift": (lambda x: np.abs(x - 1), lambda x: abs(x - 1)),
    "relu": (lambda x: np.maximum(x, 0), lambda x: max(x, mpf(0))),
    "relu of a shift": (lambda x: np.maximum(x - 0.3, 0), lambda x: max(x - mpf(0.3), mpf(0))),
    "square and relu": (lambda x: (x - 1) ** 2 + np.maximum(-x, 0), lambda x: (x - 1) ** 2 + max(-x, mpf(0))),
    "small kink": (lambda x: x + 1e-3 * np.abs(x), lambda x: x + mpf(1e-3) * abs(x)),
    "clamp": (lambda x: 2 * np.clip(x, -1, 1), lambda x: 2 * min(max(x, mpf(-1)), mpf(1))),
    "staircase": (lambda x: (1e10 + x) - 1e10, lambda x: x),
    "lost": (lambda x: 1e20 + x, lambda x: x),
    "naive log1p": (lambda x: np.log(1 + x), lambda x: mpmath.log(1 + x)),
    "naive expm1": (lambda x: np.exp(x) - 1, lambda x: mpmath.exp(x) - 1),
    "float32 inside": (lambda x: np.sin(x.astype(np.float32)).astype(np.float64), mpmath.sin),
    "peak": (lambda x: np.exp(-((x - 3) ** 2) * 1e6), lambda x: mpmath.exp(-((x - 3) ** 2) * 10**6)),
    "runge": (lambda x: 1 / (1 + 25 * x * x), lambda x: 1 / (1 + 25 * x * x)),
    "smoothed abs": (lambda x: np.sqrt(x * x + 1e-12), lambda x: mpmath.sqrt(x * x + mpf(1e-12))),
    "guarded log": (lambda x: np.log(x * x + 1e-20), lambda x: mpmath.log(x * x + mpf(1e-20))),
}
SCALES = (1e-300, 1e-160, 1e-30, 3e-17, 1e-10, 1e-7, 1e-5, 1e-3, 0.03, 0.29, 0.3001, 0.7, 0.9999999, 1.0001, 2.9993)
SCALES += (5.5, 20.0, 37.5, 89.0, 704.0, 1e4, 85000.25, 1e8, 1e15, 1e30, 1e160, 1e300)
NUMBERS = (*SCALES, *(-s for s in SCALES), *np.random.default_rng(0).standard_normal(10))


def _derivative(function, x):
    """A central difference at a step so small that 420 digits leave more than 50."""
    with mpmath.workdps(420):
        x = mpf(float(x))
        h = abs(x) * mpf(10) ** -100
        try:
            return (function(x + h) - function(x - h)) / (2 * h)
        except ValueError:  # complex where the function is not real
            return None


def _measure(name):
    """For every number: estimate, its error, the true derivative."""
    function, exact = FUNCTIONS[name]
    measured = []
    with np.errstate(all="ignore"):
        for x in NUMBERS:
            true = _derivative(exact, x)
            if not isinstance(true, mpmath.mpc) and true is not None:
                (estimate,) = finite_differences.gradient(function, [np.array(x)], [0])
                measured.append((x, float(estimate.value), float(estimate.error), true))
    return measured


@pytest.fixture(scope="module")
def measured():
    return {name: _measure(name) for name in FUNCTIONS}


def test_the_true_error_lies_below_the_estimate(measured):
    rows = [(name, *row) for name, each in measured.items() for row in each]
    lies = [row for row in rows if np.isfinite(row[3]) and abs(mpf(row[2]) - row[4]) > mpf(row[3])]
    assert len(rows) > 1500
    assert len(lies) <= 0.01 * len(rows), lies


def test_the_estimate_is_not_vacuous(measured):
    """Where the derivative is within reach of float64 differences, the error is below 1%."""
    sharp = {
        name: np.mean([error <= 0.01 * abs(true) for _, _, error, true in each]) for name, each in measured.items()
    }
    for name in ("log", "sqrt", "sin", "cube", "x log x", "abs", "abs of a shift", "small kink", "smoothed abs"):
        assert sharp[name] > 0.75, (name, sharp[name])


def _one(function, *arrays, differentiate=None):
    return finite_differences.gradient(function, arrays, range(len(arrays)) if differentiate is None else differentiate)


def test_one_batched_call_for_all_arguments():
    calls = []

    def function(x, y):
        calls.append((len(x), len(y)))
        return (x * y).sum(axis=-1)

    x, y = np.array([1.0, -2.0, 1e-3]), np.array([3.0, 1e5, 7.0])
    for_x, for_y = _one(function, x, y)
    assert len(calls) == 1
    assert calls[0][0] == calls[0][1]
    for estimate, true in ((for_x, y), (for_y, x)):
        assert estimate.value.shape == (3,)
        assert (np.abs(estimate.value - true) <= estimate.error).all()
    assert (for_x.error <= 1e-6 * np.abs(y)).all()


def test_only_the_arguments_asked_for_are_moved():
    def function(x, y):
        assert (y == 5.0).all()
        return x * y

    (estimate,) = _one(function, np.array(2.0), np.array(5.0), differentiate=[0])
    assert abs(estimate.value - 5) <= estimate.error <= 1e-9


def test_the_steps_can_be_taken_exactly():
    x = np.array(0.1)
    seen = []
    _one(lambda batch: seen.append(batch) or batch, x)
    rows = seen[0][np.isfinite(seen[0])]
    half = (len(rows) - 1) // 2
    up, down = rows[1 : half + 1], rows[half + 1 :]
    np.testing.assert_array_equal(x + (up - x), up)
    np.testing.assert_array_equal(up - x, x - down)


def test_outputs_that_an_input_does_not_touch_cancel():
    def function(x):
        return np.stack([x[:, 0] ** 2, np.full(len(x), np.inf), np.full(len(x), 1e300), 1e200 * x[:, 1]], axis=-1)

    (estimate,) = _one(function, np.array([3.0, 1.0]))
    assert abs(estimate.value[0] - 6) <= estimate.error[0] <= 1e-8
    assert abs(estimate.value[1] - 1e200) <= estimate.error[1] <= 1e190


def test_several_outputs_are_summed():
    def function(x):
        return np.stack([np.sin(x), np.exp(x)], axis=1)

    x = np.array([[0.3, -1.0], [2.0, 5.0]])
    (estimate,) = _one(function, x)
    assert estimate.value.shape == (2, 2)
    assert estimate.output.shape == (2, 2, 2)
    assert (np.abs(estimate.value - np.cos(x) - np.exp(x)) <= estimate.error).all()
    assert estimate.error.max() < 1e-6


@pytest.mark.parametrize("function", [np.abs, np.sign, lambda x: np.maximum(x, 0), lambda x: np.sqrt(np.abs(x))])
def test_a_kink_or_jump_at_the_point_is_not_taken_for_a_slope(function):
    (estimate,) = _one(function, np.array(0.0))
    assert estimate.error >= 0.4


@pytest.mark.parametrize(
    ("function", "x", "why"),
    [
        (lambda x: x, np.inf, "the input is not finite"),
        (lambda x: x / 0.0, 1.0, "the value at the point is not finite"),
        (lambda x: np.where(x == 1, x, np.nan), 1.0, "the value is not finite within the smallest step"),
    ],
)
def test_where_nothing_can_be_said_the_error_is_infinite_and_the_reason_given(function, x, why):
    (estimate,) = _one(function, np.array(x))
    assert estimate.error == np.inf
    assert estimate.why.item() == why


def test_a_known_estimate_needs_no_reason():
    (estimate,) = _one(np.exp, np.array([0.0, 1.0]))
    assert estimate.why.tolist() == ["", ""]


def test_the_wrong_number_of_rows_is_refused():
    with pytest.raises(ValueError, match=r"returned shape \(\) for \d+ rows"):
        _one(np.sum, np.array([1.0, 2.0]))
