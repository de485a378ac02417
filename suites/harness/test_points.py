"""Points: inside the domains, in the dtype, distinct, the same for the same seed, and of every regime."""

import subprocess
import sys

import numpy as np
import pytest

from gradcheck.dtypes import NAMES, format_of, ordinals
from gradcheck.inputs import points
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.regimes import REGIMES

EVERY_DTYPE = pytest.mark.parametrize("dtype", NAMES)


def _shifted(rng, shape):
    return rng.uniform(2, 3, shape)


ARGUMENTS = {
    "scalar": [Argument()],
    "vector": [Argument(shape=(8,))],
    "positive": [Argument("positive", (4,))],
    "nonnegative": [Argument("nonnegative", (4,))],
    "probability": [Argument("probability", (6,))],
    "log weights": [Argument("[-inf, 0]", (5,))],
    "labels": [Argument("{-1, 1}", (4,))],
    "simplex": [Argument("simplex", (2, 5))],
    "ball": [Argument("ball", (2, 3))],
    "rotation": [Argument("rotation", (3, 3))],
    "sampled": [Argument(_shifted, (3,))],
    "two scalars": [Argument(), Argument("probability")],
    "cross entropy": [Argument(shape=(4,)), Argument("probability", (4,))],
    "pose": [Argument("rotation", (3, 3)), Argument(shape=(3,))],
    "three": [Argument(shape=(2,)), Argument(shape=(2,)), Argument("positive", (2,))],
    "broadcast": [Argument(shape=(4, 3)), Argument(shape=(3,))],
    "model": [Argument(shape=(2, 3))] * 8,
}
EVERY_CASE = pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)


def _bits(made):
    return [(p.regime, *(a.tobytes() for a in p.arrays)) for p in made]


@EVERY_DTYPE
@EVERY_CASE
def test_points_have_the_dtype_and_shape_and_lie_inside_the_domains(arguments, dtype):
    for point in points.make(arguments, dtype):
        for argument, array in zip(arguments, point.arrays, strict=True):
            assert array.dtype == format_of(dtype).numpy
            assert array.shape == argument.shape
            if point.regime != "non_finite":
                assert argument.parsed.contains(array).all(), (point.regime, array)


@EVERY_DTYPE
@EVERY_CASE
def test_points_are_distinct_and_about_as_many_as_a_check_can_afford(arguments, dtype):
    made = points.make(arguments, dtype)
    bits = [key[1:] for key in _bits(made)]
    assert len(set(bits)) == len(bits)
    assert 15 <= len(bits) <= 100


@EVERY_DTYPE
def test_an_unbounded_argument_sees_every_regime(dtype):
    alone = {p.regime for p in points.make([Argument(shape=(4,))], dtype)}
    assert alone == set(REGIMES) - {"equal_arguments", "domain_boundary", "one_ulp_inside"}
    both = {p.regime for p in points.make([Argument(shape=(4,)), Argument("probability", (4,))], dtype)}
    assert both == set(REGIMES)


def test_the_same_seed_gives_the_same_points_in_another_process():
    program = (
        "from gradcheck.inputs import points; from gradcheck.inputs.argument import Argument; import zlib\n"
        "made = points.make([Argument(shape=(3,)), Argument('simplex', (3,))], 'float32', seed=7)\n"
        "print(zlib.crc32(b''.join(p.regime.encode() + a.tobytes() for p in made for a in p.arrays)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_another_seed_gives_other_points():
    arguments = ARGUMENTS["vector"]
    assert _bits(points.make(arguments, "float32", seed=1)) == _bits(points.make(arguments, "float32", seed=1))
    assert _bits(points.make(arguments, "float32", seed=1)) != _bits(points.make(arguments, "float32", seed=2))


def test_a_regime_has_the_same_points_alone_and_among_others():
    arguments = ARGUMENTS["cross entropy"]
    everything = _bits(points.make(arguments, "float64"))
    for regime in ("saturation", "large", "typical"):
        some = _bits(points.make(arguments, "float64", regimes=[regime]))
        among_others = [key for key in everything if key[0] == regime]
        before = {key[1:] for key in everything[: everything.index(among_others[0])]}
        assert among_others == [key for key in some if key[1:] not in before]


def test_an_unknown_regime_names_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown regime 'zeroes'; expected some of zeros, signed_zeros"):
        points.make([Argument()], "float32", regimes=["zeroes"])


def test_zero_and_negative_zero_are_both_there():
    made = points.make([Argument()], "float32", regimes=["zeros", "signed_zeros"])
    assert [np.signbit(p.arrays[0]).item() for p in made] == [False, True]


@EVERY_DTYPE
def test_each_regime_is_what_it_says(dtype):
    form = format_of(dtype)
    arguments = [Argument(shape=(6,))]

    def magnitudes(regime):
        return [np.abs(p.arrays[0].astype(np.float64)) for p in points.make(arguments, dtype, regimes=[regime])]

    assert all((m > 0).all() and (m < form.smallest_normal).all() for m in magnitudes("subnormal"))
    assert any((m * m < form.smallest_normal).all() and (m > form.smallest_normal).all() for m in magnitudes("tiny"))
    with np.errstate(over="ignore"):
        assert any((m * m > form.maximum).all() for m in magnitudes("large"))
    assert any((m == form.maximum).all() for m in magnitudes("huge"))
    assert all((m >= form.maximum / 16.1).all() for m in magnitudes("huge"))
    assert any((m == 0).sum() == 1 for m in magnitudes("one_outlier"))
    assert any(m.max() > 1e6 * m.min() for m in magnitudes("mixed_magnitudes"))
    assert all((m == m[0]).all() for m in magnitudes("constant"))


@EVERY_DTYPE
@pytest.mark.parametrize("count", [1, 3])
def test_some_constant_has_a_full_significand_and_a_coarse_last_bit(dtype, count):
    made = points.make([Argument(shape=(6,)), *[Argument()] * (count - 1)], dtype, regimes=["constant"])
    numbers = [abs(float(point.arrays[0][0])) for point in made if len(set(point.arrays[0].tolist())) == 1]
    assert any(x * format_of(dtype).epsilon > 0.25 and x % 8 for x in numbers)


@EVERY_DTYPE
@pytest.mark.parametrize("shape", [(), (3,), (24,)])
def test_saturation_holds_every_turn_with_both_signs(dtype, shape):
    made = points.make([Argument(shape=shape)], dtype, regimes=["saturation"])
    numbers = np.concatenate([p.arrays[0].astype(np.float64).ravel() for p in made])
    for low, high in (
        (5, 10),
        (10, 18),
        (18, 30),
        (30, 50),
        (80, 90),
        (100, 110),
        (700, 712),
        (740, 750),
        (9e3, 1.1e4),
    ):
        for sign in (1, -1):
            assert ((sign * numbers >= low) & (sign * numbers <= high)).any(), (low, high, sign)


@EVERY_DTYPE
def test_equal_arguments_are_equal_and_neighbours_one_ulp_apart(dtype):
    arguments = [Argument(shape=(4,)), Argument(shape=(4,))]
    equal = [p.arrays for p in points.make(arguments, dtype, regimes=["equal_arguments"])]
    assert any((x == y).all() for x, y in equal)
    assert any((x == y).tolist() == [False, True, False, True] for x, y in equal)
    apart = [p.arrays for p in points.make(arguments, dtype, regimes=["one_ulp_apart"])]
    assert any((np.abs(ordinals(x) - ordinals(y)) == 1).all() for x, y in apart)


def test_labels_and_saturated_logits_meet():
    made = points.make([Argument(shape=(4,)), Argument("{0, 1}", (4,))], "float32", regimes=["saturation"])
    pairs = [(z, y) for p in made for z, y in zip(*p.arrays, strict=True)]
    for wrong in ((1, 0), (-1, 1)):
        assert any(wrong[0] * z >= 5 and y == wrong[1] for z, y in pairs)


def test_a_closed_infinite_end_is_a_point_and_an_open_one_is_not():
    closed = points.make([Argument("[-inf, 0]", (3,))], "float32")
    assert any(np.isneginf(p.arrays[0]).any() for p in closed if p.regime == "domain_boundary")
    for point in points.make([Argument("nonnegative", (3,))], "float32"):
        assert point.regime == "non_finite" or np.isfinite(point.arrays[0]).all()


def test_one_argument_at_a_time_leaves_the_others_typical():
    arguments = [Argument(shape=(3,)), Argument("positive", (3,))]
    made = [p.arrays for p in points.make(arguments, "float64", regimes=["huge"])]
    maximum = np.finfo(np.float64).max
    for k in (0, 1):
        assert any((a[k] == maximum).all() and (np.abs(a[1 - k]) < 10).all() for a in made)


def test_every_argument_of_a_large_model_is_visited():
    arguments = ARGUMENTS["model"]
    visited = {
        k
        for p in points.make(arguments, "float32")
        for k, array in enumerate(p.arrays)
        if sum(np.abs(a).max() > 10 for a in p.arrays) == 1 and np.abs(array).max() > 10
    }
    assert visited == set(range(8))


def test_non_finite_points_hold_nan_and_both_infinities():
    made = points.make([Argument("probability", (3,)), Argument(shape=(3,))], "float16", regimes=["non_finite"])
    for k in (0, 1):
        assert any(not np.isfinite(p.arrays[k]).all() for p in made)
    numbers = np.concatenate([a.astype(np.float64) for p in made for a in p.arrays])
    assert np.isnan(numbers).any()
    assert np.isposinf(numbers).any()
    assert np.isneginf(numbers).any()


def test_typical_gives_the_count_asked_for():
    made = points.typical([Argument("simplex", (3,)), Argument()], "bfloat16", seed=3, count=7)
    assert [p.regime for p in made] == ["typical"] * 7
    assert len(set(_bits(made))) == 7
