"""Domains: reading them, membership, one-sided moves, and rounding that never leaves them."""

import math
from fractions import Fraction

import numpy as np
import pytest

from gradcheck.dtypes import FORMATS, NAMES, format_of, from_ordinals, ordinals
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.domains import NAMED, parse

INF = math.inf
EVERY_DTYPE = pytest.mark.parametrize("dtype", NAMES)
# domain -> members, strangers
MEMBERSHIP = {
    "real": ([-1e300, -0.0, 5.0], [INF, -INF, math.nan]),
    "positive": ([5e-324, 1.0], [0.0, -0.0, -1.0, INF, math.nan]),
    "nonnegative": ([0.0, 1e300], [-0.0, -5e-324, INF]),
    "probability": ([0.0, 0.5, 1.0], [-0.1, 1.0000000000000002]),
    "[-1, 1)": ([-1.0, 0.0, 0.9999999999999999], [1.0, -1.0000000000000002]),
    "(-1, 1]": ([1.0, 0.0], [-1.0, 2.0]),
    "[-inf, 0]": ([-INF, -3.0, 0.0], [5e-324, INF, math.nan]),
    "( 0 ,inf]": ([INF, 1e-300], [0.0, -INF]),
    "{-1, 1}": ([-1.0, 1.0], [0.0, -0.0, math.nan]),
}


@pytest.mark.parametrize("domain", MEMBERSHIP)
def test_contains(domain):
    members, strangers = MEMBERSHIP[domain]
    parsed = parse(domain)
    assert parsed.contains(np.array(members)).tolist() == [True] * len(members)
    assert parsed.contains(np.array(strangers)).tolist() == [False] * len(strangers)


@pytest.mark.parametrize(
    ("domain", "problem"),
    [
        ("probabilty", "unknown"),
        ("[1, 0]", "empty"),
        ("(1, 1]", "empty"),
        ("[0, one]", "'one', which is not a number"),
        ("[0, nan]", "nan"),
        ("{1, x}", "'x', which is not a number"),
        ("{}", "not a number"),
        ("[0, 1, 2]", "unknown"),
    ],
)
def test_a_bad_domain_says_what_is_allowed_and_shows_an_example(domain, problem):
    with pytest.raises(ValueError, match="domain") as raised:
        Argument(domain)
    message = str(raised.value)
    assert repr(domain.strip()) in message
    assert problem in message
    assert all(name in message for name in NAMED)
    assert "for example Argument('[0, 1)', shape=(8,))" in message


def test_a_domain_that_is_neither_text_nor_sampler_is_a_type_error():
    with pytest.raises(TypeError, match=r"0\.5 is neither text nor a sampler"):
        Argument(0.5)


@pytest.mark.parametrize("shape", [3, (0,), (2.5,), (-1, 2)])
def test_a_bad_shape_is_refused(shape):
    with pytest.raises(ValueError, match="tuple of positive integers"):
        Argument("real", shape=shape)


@pytest.mark.parametrize(("domain", "shape"), [("simplex", ()), ("ball", ()), ("rotation", (3,)), ("rotation", (2, 3))])
def test_a_shape_that_the_domain_cannot_have_is_refused(domain, shape):
    with pytest.raises(ValueError, match=r"e\.g\. shape="):
        Argument(domain, shape=shape)


SIDES = [
    ("real", 0.0, (True, True)),
    ("nonnegative", 0.0, (False, True)),
    ("nonnegative", -0.0, (False, True)),
    ("positive", 5e-324, (True, True)),
    ("probability", 1.0, (True, False)),
    ("probability", 0.5, (True, True)),
    ("[-inf, 0]", -INF, (False, True)),
    ("(0, inf]", INF, (True, False)),
    ("{-1, 1}", 1.0, (True, True)),
]


@pytest.mark.parametrize(("domain", "number", "sides"), SIDES)
def test_sides(domain, number, sides):
    down, up = parse(domain).sides(np.array([number]))
    assert (down.tolist(), up.tolist()) == ([sides[0]], [sides[1]])


def test_sides_of_joint_domains():
    down, up = parse("simplex").sides(np.array([0.0, 1.0], dtype=np.float32))
    assert (down.tolist(), up.tolist()) == ([False, True], [True, True])
    for domain in ("ball", "rotation"):
        down, up = parse(domain).sides(np.eye(3))
        assert down.all()
        assert up.all()


CANDIDATES = (0.0, -0.0, 0.1, -0.3, 1.0, -1.0, 1 - 1e-12, 1 + 1e-12, 1e-300, -1e-320, 1e300, -1e308, INF, -INF)


@EVERY_DTYPE
@pytest.mark.parametrize("domain", [*(d for d in MEMBERSHIP), "[0, 1)", "(0.1, 0.3)", "[1, inf)", "(-inf, -2]"])
def test_fitting_never_leaves_an_interval_or_set(domain, dtype):
    parsed = parse(domain)
    fitted = parsed.fit(np.array(CANDIDATES), format_of(dtype))
    assert fitted.dtype == format_of(dtype).numpy
    assert parsed.contains(fitted).all(), fitted
    known = parsed.fit(fitted.astype(np.float64), format_of(dtype))
    assert known.tobytes() == fitted.tobytes()


def test_fitting_mirrors_what_it_can_and_keeps_signed_zero_where_it_is_a_member():
    fitted = parse("nonnegative").fit(np.array([-2.5, -0.0]), format_of("float32"))
    assert fitted.tobytes() == np.array([2.5, 0.0], np.float32).tobytes()
    assert np.signbit(parse("[-1, 1]").fit(np.array([-0.0]), format_of("float32"))).all()
    assert parse("probability").fit(np.array([-0.25, -7.0, 7.0]), format_of("float16")).tolist() == [0.25, 0.0, 1.0]


def test_a_rounded_interval_keeps_its_open_end_out():
    # The nearest float16 to 0.3 is above it.
    assert float(np.float16(0.3)) > 0.3
    fitted = parse("[0, 0.3)").fit(np.array([0.29999]), format_of("float16"))
    assert float(fitted[0]) < 0.3
    assert int(ordinals(fitted)[0]) == int(ordinals(np.float16([0.3]))[0]) - 1


@pytest.mark.parametrize("domain", ["[1e5, 1e6]", "{1e6}", "(0, 1e-9)"])
def test_a_domain_without_a_number_of_the_dtype_says_so(domain):
    with pytest.raises(ValueError, match="no float16 number lies in the domain"):
        parse(domain).fit(np.zeros(2), format_of("float16"))


@EVERY_DTYPE
@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_fitted_ball_row_is_strictly_inside_in_exact_arithmetic(dtype, n):
    rng = np.random.default_rng(n)
    candidates = [rng.standard_normal((3, n)) * scale for scale in (1e-300, 0.3, 1.0, 1e5, 1e300)]
    candidates += [np.ones((3, n)), np.eye(n), np.full((1, n), 1 - 1e-9)]
    ball = parse("ball")
    candidates += ball.inside(rng, (2, n), format_of(dtype))
    for candidate in candidates:
        fitted = ball.fit(candidate, format_of(dtype))
        assert ball.contains(fitted).all()
        assert all(sum(Fraction(float(v)) ** 2 for v in row) < 1 for row in fitted)


@EVERY_DTYPE
def test_the_ball_knows_its_boundary_exactly(dtype):
    form = format_of(dtype)
    below = 1 - form.epsilon / 2
    rows = np.array([[below, 0.0], [1.0, 0.0], [0.6, 0.8], [0.0, 0.0]]).astype(form.numpy)
    exact = [sum(Fraction(float(v)) ** 2 for v in row) < 1 for row in rows]
    assert parse("ball").contains(rows)[:, 0].tolist() == exact
    axis = parse("ball").fit(np.array([[1.0, 0.0]]), form)
    assert axis.astype(float).tolist() == [[below, 0.0]]


@EVERY_DTYPE
def test_a_fitted_simplex_row_sums_as_near_to_one_as_the_dtype_allows(dtype):
    form = format_of(dtype)
    simplex = parse("simplex")
    rng = np.random.default_rng(2)
    candidates = [
        rng.standard_normal((50, 7)),
        np.zeros((1, 7)),
        np.full((1, 7), 1e308),
        np.exp2(rng.uniform(-60, 0, (9, 7))),
    ]
    for candidate in candidates:
        fitted = simplex.fit(candidate, form)
        assert simplex.contains(fitted).all()
        for row in fitted:
            residual = abs(1 - sum(Fraction(float(v)) for v in row))
            # Half the spacing at the largest component: no change of that component comes nearer.
            assert residual <= Fraction(float(np.spacing(np.float64(row.max())))) * 2 ** (53 - form.precision) / 2


def test_simplex_membership():
    rows = np.array([[0.25, 0.75], [0.5, 0.6], [-0.5, 1.5]], dtype=np.float32)
    assert parse("simplex").contains(rows)[:, 0].tolist() == [True, False, False]


@EVERY_DTYPE
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (2, 4, 4)])
def test_rotations_are_rotations(dtype, shape):
    form, rotation, rng = format_of(dtype), parse("rotation"), np.random.default_rng(3)
    arrays = [rotation.typical(rng, shape), *rotation.boundary(rng, shape, form), *rotation.inside(rng, shape, form)]
    for array in arrays:
        fitted = rotation.fit(array, form)
        assert fitted.shape == shape
        assert rotation.contains(fitted).all()
        assert np.abs(np.linalg.det(fitted.astype(np.float64)) - 1).max() < 8 * shape[-1] * form.epsilon


def test_the_boundary_of_rotations_has_the_identity_half_turns_and_tiny_turns():
    rotation, form = parse("rotation"), format_of("float64")
    arrays = rotation.boundary(np.random.default_rng(0), (3, 3), form)
    cosines = [(np.trace(array) - 1) / 2 for array in arrays]
    assert np.array_equal(arrays[0], np.eye(3))
    assert sum(abs(c + 1) < 1e-12 for c in cosines) == 2
    assert all(abs(c - 1) < 1e-6 for c in cosines[-3:])
    assert not np.array_equal(arrays[-1], np.eye(3))
    for turned in arrays:
        np.testing.assert_allclose(turned.T @ turned, np.eye(3), atol=1e-14)


def test_reflections_and_scaled_matrices_are_no_rotations():
    assert not parse("rotation").contains(np.diag([1.0, 1.0, -1.0])).any()
    assert not parse("rotation").contains(1.1 * np.eye(3)).any()


@EVERY_DTYPE
@pytest.mark.parametrize("domain", ["probability", "[0, 1)", "(0, 1)", "[-inf, 0]", "positive", "real"])
def test_one_ulp_inside_is_one_ulp_inside(domain, dtype):
    form, parsed = FORMATS[dtype], parse(domain)
    low, high = parsed.members(form)
    expected = set()
    if parsed.lower_closed or math.isfinite(parsed.lower):
        expected.add(low + parsed.lower_closed)
    if parsed.upper_closed or math.isfinite(parsed.upper):
        expected.add(high - parsed.upper_closed)
    found = {int(ordinals(parsed.fit(a, form))) for a in parsed.inside(np.random.default_rng(0), (), form)}
    assert found == expected
    assert parsed.contains(from_ordinals(np.array([low, high]), dtype)).all()
    assert not parsed.contains(from_ordinals(np.array([low - 1, high + 1]), dtype)).any()


def test_a_sampler_is_asked_and_held_to_the_shape():
    argument = Argument(lambda rng, shape: rng.uniform(2, 3, shape), shape=(4,))
    drawn = argument.parsed.typical(np.random.default_rng(0), (4,))
    assert drawn.shape == (4,)
    assert ((drawn >= 2) & (drawn <= 3)).all()
    wrong = Argument(lambda rng, shape: np.zeros(7), shape=(4,))
    with pytest.raises(ValueError, match=r"shape \(7,\).*shape \(4,\)"):
        wrong.parsed.typical(np.random.default_rng(0), (4,))
