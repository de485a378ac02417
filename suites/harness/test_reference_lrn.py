"""Local response normalisation: the windows of each convention, and value and gradient against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from gradcheck.reference import lrn

CONSTANTS = lrn.Constants(k=2.0, alpha=1e-4, beta=0.75)
# convention, n, channel 3 of 8: the channels that its window takes in, by hand from the sources.
WINDOWS = (
    ("pytorch", 5, [1, 2, 3, 4, 5]),
    ("pytorch", 4, [1, 2, 3, 4]),
    ("caffe", 5, [1, 2, 3, 4, 5]),
    ("caffe", 4, [2, 3, 4, 5]),
    ("alexnet", 5, [1, 2, 3, 4, 5]),
    ("alexnet", 4, [1, 2, 3, 4, 5]),
    ("tensorflow", 2, [1, 2, 3, 4, 5]),
)
DISTINCT = (("pytorch", 4), ("pytorch", 5), ("caffe", 4), ("alexnet", 4), ("tensorflow", 2))
SPECIFICATIONS = [
    *(lrn.across_channels(name, n, constants=CONSTANTS) for name, n in DISTINCT),
    lrn.within_channel(3),
]


@pytest.mark.parametrize(("convention", "n", "channels"), WINDOWS)
def test_window_is_where_the_library_places_it(convention, n, channels):
    window = lrn.CONVENTIONS[convention].window(n)
    assert list(range(8))[window.around(3, 8)] == channels


def test_window_is_clipped_at_both_ends():
    window = lrn.Window(before=2, after=1, divisor=4)
    assert [list(range(4))[window.around(i, 4)] for i in range(4)] == [[0, 1], [0, 1, 2], [0, 1, 2, 3], [1, 2, 3]]


def test_mirrored_window_holds_those_whose_window_holds_the_channel():
    window = lrn.Window(before=3, after=1, divisor=5)
    back = window.mirrored()
    for i in range(7):
        inside = [j for j in range(7) if i in range(7)[window.around(j, 7)]]
        assert list(range(7)[back.around(i, 7)]) == inside


def _points():
    """Random and extreme points: a^2 beyond float64, below it, mixed, and the sign of zero."""
    rng = np.random.default_rng(0)
    sizes = (1e-320, 1e-200, 1e-5, 1.0, 30.0, 1e3, 1e10, 1e154, 1e200, 1.7e308)
    for size in sizes:
        yield f"{size:g}", size * rng.uniform(-1, 1, 9)
    yield "mixed", rng.choice(sizes, 9) * rng.uniform(-1, 1, 9)
    yield "outlier", np.array([1.7e308, 1, -2, 3, -4, 5, 1e-300, 100, -100])
    yield "zeros", np.array([0.0, -0.0] * 4 + [0.0])


POINTS = dict(_points())


def _mpmath(specification, a):
    """The formula and its numerical derivative in mpmath, by way of the window's membership alone."""
    name, _, n = specification.name.removeprefix("lrn-").partition("-")
    k = 1.0 if name == "within" else CONSTANTS.k
    window = lrn.Window(before=1, after=1, divisor=9) if name == "within" else lrn.CONVENTIONS[name].window(int(n))
    places = list(np.ndindex(a.shape))

    def inside(i, j):
        axes = (2, 3) if name == "within" else (1,)
        fixed = all(i[axis] == j[axis] for axis in range(a.ndim) if axis not in axes)
        return fixed and all(-window.before <= j[axis] - i[axis] <= window.after for axis in axes)

    def total(numbers):
        def scale(i):
            return (
                k + mpmath.mpf(CONSTANTS.alpha) * sum(numbers[j] ** 2 for j in places if inside(i, j)) / window.divisor
            )

        return [numbers[i] * scale(i) ** -mpmath.mpf(CONSTANTS.beta) for i in places]

    numbers = {i: mpmath.mpf(float(a[i])) for i in places}
    values = total(numbers)
    slopes = []
    for i in places:
        step = mpmath.mpf(10) ** -250 * max(abs(numbers[i]), 1)
        up, down = ({**numbers, i: numbers[i] + sign * step} for sign in (1, -1))
        slopes.append(sum(b - c for b, c in zip(total(up), total(down), strict=True)) / (2 * step))
    return values, slopes


def _ulps(computed, exact):
    """Distance in units in the last place of float64, the spacing of subnormals at least."""
    spacing = mpmath.mpf(2) ** max(-1074, (mpmath.frexp(exact)[1] if exact else -1074) - 53)
    return float(abs(mpmath.mpf(float(computed)) - exact) / spacing)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=lambda s: s.name)
def test_value_and_gradient_are_those_of_mpmath(specification, point):
    shape = specification.arguments[0].shape
    a = POINTS[point][: np.prod(shape)].reshape(shape)
    with mpmath.workdps(900):
        values, slopes = _mpmath(specification, a)
        worst_value = max(map(_ulps, specification.value(a).flat, values))
        worst_slope = max(map(_ulps, specification.gradient(a)[0].flat, slopes))
    assert worst_value <= 0.5001, f"value off by {worst_value} ulps at {a.tolist()}"
    assert worst_slope <= 0.5001, f"gradient off by {worst_slope} ulps at {a.tolist()}"


def test_zero_keeps_its_sign():
    a = np.array([0.0, -0.0, 1.0, -1.0, 0.0, -0.0]).reshape(1, 6, 1)
    b = SPECIFICATIONS[0].value(a)
    assert np.signbit(b).tolist() == np.signbit(a).tolist()


def test_unknown_convention_names_those_there_are():
    with pytest.raises(ValueError, match="unknown convention 'keras'; expected one of pytorch, caffe"):
        lrn.across_channels("keras", 5)
