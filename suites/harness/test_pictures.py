"""The pictures of the seed suites show what is true, and one that cannot be drawn takes nothing down."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import pytest

from gradcheck import divergence, drawing, frameworks, results_file, suites
from gradcheck.dtypes import format_of
from gradcheck.picture import PictureRecord, Surface
from gradcheck.record import Results
from gradcheck.reference.lrn import CONVENTIONS
from gradcheck.reference.signed_error import SIGNED_ERROR
from gradcheck.specification import Implementation, Picture, Suite
from gradcheck.suites.seeds import linear_rates, magnitude_sign, surfaces, windows

PAINTED = ("magnitude_sign", "backpropagation", "linear_regression", "lrn")


@cache
def painted(suite: str) -> dict[str, PictureRecord]:
    return {picture.name: picture for picture in drawing.pictures(suites.load(suite))}


@pytest.mark.parametrize("suite", PAINTED)
def test_every_picture_can_be_drawn(suite):
    assert len(painted(suite)) == len(suites.load(suite).pictures) > 0
    assert [picture.error for picture in painted(suite).values() if picture.error] == []


def test_drawn_again_a_picture_is_the_same():
    again = {picture.name: picture for suite in PAINTED for picture in drawing.pictures(suites.load(suite))}
    assert again == {name: picture for suite in PAINTED for name, picture in painted(suite).items()}


def test_a_file_of_results_keeps_them(tmp_path):
    kept = tuple(picture for suite in PAINTED for picture in painted(suite).values())
    results_file.save(Results(subjects=(), pictures=kept), tmp_path / "results.json")
    assert results_file.load(tmp_path / "results.json").pictures == kept


def _suite(*pictures):
    return Suite(name="suite", title="A suite", pictures=pictures)


def _broken():
    raise RuntimeError("no canvas")


def _surface():
    return Surface(specification="s", predictions=(0.0,), targets=(0.0,), slopes=((1.0,),), minima=(0.0,))


def test_a_picture_that_cannot_be_drawn_says_why_and_leaves_the_others():
    broken, whole = drawing.pictures(
        _suite(Picture(name="a", title="A", draw=_broken), Picture(name="b", title="B", draw=_surface))
    )
    assert (broken.error, broken.surface) == ("RuntimeError: no canvas", None)
    assert whole.surface == _surface()


@pytest.mark.parametrize(("wanted", "count"), [(None, 1), (("torch",), 1), (("jax",), 0)])
def test_pictures_of_other_frameworks_are_left_out(wanted, count):
    of_torch = Picture(name="a", title="A", draw=_surface, frameworks=("torch",))
    assert len(list(drawing.pictures(_suite(of_torch), wanted))) == count


def test_pictures_of_a_framework_that_is_not_installed_are_left_out(monkeypatch):
    monkeypatch.setattr(type(frameworks.get("torch")), "available", lambda _: False)
    assert not list(drawing.pictures(_suite(Picture(name="a", title="A", draw=_surface, frameworks=("torch",)))))


# Maps

# The losses once more, for mpmath, and the prediction of their least value.
LOSSES = {
    "paraboloid": (lambda p, t: (p + t) ** 2 / 8 + (p - t) ** 2 / 4, lambda t: t / 3),
    "relu_penalty": (lambda p, t: (p - t) ** 2 + max(-p, 0), lambda t: t if t >= 0 else min(t + 0.5, 0)),
    "signed_error": (lambda p, t: (p - t) ** 2 + 4 * max(-p * t, 0), lambda t: t),
}


@pytest.mark.parametrize("name", LOSSES)
def test_slopes_and_least_losses_are_those_of_mpmath(name):
    drawn = painted("magnitude_sign")[f"map of {name}"].surface
    loss, least = LOSSES[name]
    for row, column in np.random.default_rng(3).integers(0, len(drawn.targets), (60, 2)):
        p, t = drawn.predictions[column], drawn.targets[row]
        with mpmath.workdps(50):
            slope = mpmath.diff(lambda q, t=t: loss(q, mpmath.mpf(t)), p, h=mpmath.mpf(2) ** -60)
        assert drawn.slopes[row][column] == pytest.approx(float(slope), abs=1e-12)
        assert drawn.minima[row] == pytest.approx(least(t), abs=1e-11)


def test_an_implementation_with_another_sign_is_marked_where_it_has_it():
    def sign_lost(prediction, target):
        slope = magnitude_sign.signed_error_slope(prediction, target)[0]
        return (np.where(prediction > 3, -slope, slope),)

    backwards = Implementation(
        name="backwards",
        specification=SIGNED_ERROR,
        framework="numpy",
        function=lambda prediction, target: (prediction - target) ** 2,
        gradient=sign_lost,
    )
    (found,) = surfaces.surface(SIGNED_ERROR, [backwards]).computed
    expected = {(p, t) for p in surfaces.MIDDLES for t in surfaces.MIDDLES if p > 3 and p != t}
    assert set(found.cells) == expected


# Diagrams

POINTS = {"deltas, cross-entropy": (0.5, -1.5, 0.75, 0.25), "deltas, saturated": (20.0, 20.0, 1.0, 0.0)}


def _exact_deltas(w1, w2, x, y):
    """Of the cross-entropy, in 60 digits."""
    with mpmath.workdps(60):
        w1, w2, x, y = map(mpmath.mpf, (w1, w2, x, y))
        a1 = 1 / (1 + mpmath.exp(-w1 * x))
        a2 = 1 / (1 + mpmath.exp(-w2 * a1))
        z2 = a2 - y
        z1 = z2 * w2 * a1 * (1 - a1)
        return {"w1": z1 * x, "z1": z1, "a1": z2 * w2, "w2": z2 * a1, "z2": z2, "a2": z2 / (a2 * (1 - a2))}


@pytest.mark.parametrize("name", POINTS)
def test_exact_deltas_are_those_of_mpmath(name):
    diagram = painted("backpropagation")[name].diagram
    truth = _exact_deltas(*POINTS[name])
    kind = format_of(diagram.dtype).numpy.type
    assert {v.name: v.derivative for v in diagram.variables} == {v: str(kind(float(t))) for v, t in truth.items()}


def _verdicts(name: str, code: int) -> dict[str, str]:
    return {d.variable: d.verdict for d in painted("backpropagation")[name].diagram.codes[code].deltas}


def test_the_deltas_are_those_of_the_cross_entropy_and_not_of_the_squared_error():
    assert set(_verdicts("deltas, cross-entropy", 0).values()) == {"accurate"}
    assert _verdicts("deltas, squared error", 0) == dict.fromkeys(("w1", "z1", "w2", "z2"), "wrong")
    assert set(_verdicts("deltas, squared error", 1).values()) == {"accurate"}
    by_z2 = painted("backpropagation")["deltas, squared error"].diagram.codes[0].deltas[-1]
    assert ("cross-entropy with a sigmoid output", "z2") in by_z2.belongs
    assert ("half squared error with a sigmoid output", "a2") in by_z2.belongs
    assert ("half squared error with a sigmoid output", "z2") not in by_z2.belongs


def test_in_saturation_only_the_careful_deltas_are_right():
    assert _verdicts("deltas, saturated", 0)["z1"] == "spurious_zero"
    assert set(_verdicts("deltas, saturated", 1).values()) == {"accurate"}
    assert _verdicts("deltas, saturated", 2)["w2"] == "spurious_nan"


# Windows


@pytest.mark.parametrize("name", ["Windows of odd size 5", "Windows of even size 4"])
def test_measured_windows_are_those_of_the_conventions(name):
    for window in painted("lrn")[name].windows.windows:
        _, convention, size = window.specification.split("-")
        rule = CONVENTIONS[convention].window(int(size))
        expected = np.full((windows.CHANNELS, windows.CHANNELS), Fraction(0))
        for i in range(windows.CHANNELS):
            expected[i, rule.around(i, windows.CHANNELS)] = Fraction(1, rule.divisor)
        assert [[Fraction(w) for w in row] for row in window.exact.weights] == expected.tolist()


def test_a_layer_taken_for_another_is_seen():
    even = {w.specification: w for w in painted("lrn")["Windows of even size 4"].windows.windows}
    (own,), (taken,) = even["lrn-pytorch-4"].measured, even["lrn-caffe-4"].measured
    assert own.weights == even["lrn-pytorch-4"].exact.weights
    assert taken.weights == own.weights != even["lrn-caffe-4"].exact.weights


# Trajectories


def _descended(rate: float, count: int) -> list[Fraction]:
    """Half the mean squared errors of batch descent, on rationals."""
    m, b, x = Fraction(0), Fraction(0), [Fraction(k) for k in range(31)]
    losses = []
    for _ in range(count):
        off = [3 * each - m * each - b for each in x]
        losses.append(sum(e * e for e in off) / 62)
        m += Fraction(rate) * sum(e * each for e, each in zip(off, x, strict=True)) / 31
        b += Fraction(rate) * sum(off) / 31
    return losses


def test_predicted_and_measured_losses_are_those_of_rationals():
    drawn = painted("linear_regression")["batch descent"].trajectory
    for descent in [d for d in drawn.descents if d.dtype == "float64"]:
        expected = [float(loss) for loss in _descended(descent.rate, 12)]
        assert descent.losses[:12] == pytest.approx(expected, rel=1e-9)
        assert descent.predicted[:12] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("batch descent", linear_rates.batch_limit()),
        ("online descent", divergence.online_threshold(linear_rates.sample_hessians())),
    ],
)
def test_in_float64_the_loss_turns_at_the_predicted_rate(name, limit):
    drawn = painted("linear_regression")[name].trajectory
    assert drawn.threshold == limit
    growth = drawn.sweeps[-1].growth
    assert drawn.sweeps[-1].dtype == "float64"
    below = [g for rate, g in zip(drawn.rates, growth, strict=True) if rate < 0.99 * limit]
    above = [g for rate, g in zip(drawn.rates, growth, strict=True) if rate > 1.01 * limit]
    assert max(below) < 1 < min(above)


def test_a_run_that_leaves_the_dtype_ends_there():
    drawn = painted("linear_regression")["batch descent"].trajectory
    (left,) = [d for d in drawn.descents if d.first_non_finite]
    assert left.dtype == "float16"
    assert len(left.losses) == 1 + left.first_non_finite
    assert np.isinf(left.losses[-1])
    assert np.isfinite(left.losses[:-1]).all()
