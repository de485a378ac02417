"""What cannot be asked is refused before anything runs, in one line that says what to type instead."""

import functools

import numpy as np
import pytest
from hand_made import right, specification

from gradcheck import Argument
from gradcheck.request import Request, inferred, several

X = Argument("real", shape=(2,))


def _request(function=right, *arguments, **fields):
    defaults = {
        "framework": "numpy",
        "dtypes": ("float32",),
        "modes": ("eager",),
        "gradient": None,
        "definition": None,
        "regimes": None,
        "seed": 0,
        "budget": None,
        "points": None,
    }
    return Request(function=function, arguments=arguments or (X,), **defaults | fields)


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"function": 3}, TypeError, "the function is 3; expected a callable: arrays in, one array out"),
        ({"gradient": 3}, TypeError, r"gradient=3; expected gradient\(\*arrays\)"),
        ({"definition": "x"}, TypeError, r"definition='x'; expected definition\(xp, \*arrays\) or a Specification"),
        ({"framework": "tf"}, ValueError, "unknown framework 'tf'; expected one of numpy, torch, jax"),
        ({"dtypes": ("float31",)}, ValueError, "unknown dtype 'float31'; expected one of float16"),
        ({"dtypes": ()}, ValueError, r"dtypes=\(\) leaves nothing to judge; expected at least one"),
        ({"modes": ("jit",)}, ValueError, "numpy has no mode 'jit'; expected one of eager"),
        ({"modes": ()}, ValueError, r"modes=\(\) leaves nothing"),
        ({"regimes": ()}, ValueError, r"regimes=\(\) leaves nothing"),
        ({"points": []}, ValueError, r"points=\[\] leaves nothing to judge; expected a list of tuples"),
        ({"budget": 0}, ValueError, "budget=0; expected a number of seconds above 0"),
        ({"budget": "5"}, ValueError, "budget='5'; expected a number of seconds"),
        ({"budget": float("nan")}, ValueError, "budget=nan; expected a number of seconds"),
    ],
)
def test_refused(fields, error, message):
    with pytest.raises(error, match=message):
        _request(**fields)


def test_no_argument():
    with pytest.raises(ValueError, match=r'no Argument given for right; .* check\(right, Argument\("real", shape'):
        Request(
            function=right,
            arguments=(),
            framework="numpy",
            dtypes=("float32",),
            modes=("eager",),
            gradient=None,
            definition=None,
            regimes=None,
            seed=0,
            budget=None,
            points=None,
        )


@pytest.mark.parametrize("given", ["real", np.ones(2), Argument])
def test_what_is_no_argument(given):
    with pytest.raises(TypeError, match=r"argument 1 of right is described by .*; expected an Argument, such as"):
        _request(right, X, given)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x, y: x, r"<lambda>\(x, y\) cannot be called with 1 array \(missing a required argument: 'y'\)"),
        (lambda: 1, r"<lambda>\(\) cannot be called with 1 array \(too many positional arguments\)"),
        (lambda x, *, scale: x, "missing a required argument: 'scale'.*functools.partial or a lambda"),
    ],
)
def test_a_function_of_another_number_of_arrays(function, message):
    with pytest.raises(ValueError, match=message):
        _request(function)


@pytest.mark.parametrize(
    "function",
    [right, lambda *arrays: arrays[0], lambda x, eps=1e-8: x, functools.partial(lambda x, y: x, y=1), np.sqrt, max],
)
def test_functions_that_can_be_called_or_do_not_say(function):
    assert _request(function).function is function


def test_a_definition_takes_xp_first():
    with pytest.raises(ValueError, match=r"<lambda>\(x\) cannot be called with 2 arrays .*expected xp, then one for"):
        _request(definition=lambda x: x)
    of = specification()
    assert _request(definition=of).formula is of.definition


def test_points_of_the_caller():
    (point,) = _request(points=[([0.1, 2],)]).points_in("float16")
    assert point.regime == "given"
    assert point.arrays[0].dtype == np.float16
    assert point.arrays[0].tolist() == [np.float16(0.1), 2.0]


def test_points_of_the_regimes():
    points = _request(regimes=("ones", "zeros")).points_in("float32")
    assert {p.regime for p in points} == {"zeros", "ones"}
    with pytest.raises(ValueError, match="unknown regime 'edge'; expected some of zeros"):
        _request(regimes=("edge",)).points_in("float32")


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([np.ones(2)], r"points\[0\] is a ndarray; expected a tuple of arrays, one for each Argument: points="),
        ([3.0], r"points\[0\] is a float; expected a tuple"),
        ([(np.ones(2),), (np.ones(3),)], r"points\[1\] has arrays of shapes \[\(3,\)\]; expected \[\(2,\)\]"),
        ([(np.ones(2), np.ones(2))], r"expected \[\(2,\)\], one for each Argument"),
        ([([1.0, -1e6],)], r"points\[0\] holds 1e\+06, beyond float16 \(at most 65504\).*leave float16 out"),
    ],
)
def test_points_that_cannot_be_used(points, message):
    with pytest.raises(ValueError, match=message):
        _request(points=points).points_in("float16")


def test_infinities_and_nan_of_the_caller_stay():
    (point,) = _request(points=[([np.inf, np.nan],)]).points_in("float16")
    assert np.isinf(point.arrays[0][0])
    assert np.isnan(point.arrays[0][1])


def test_one_name_is_as_good_as_several():
    assert several("float32") == ("float32",)
    assert several(["a", "b"]) == ("a", "b")


def test_the_framework_is_read_off_the_function():
    assert inferred(np.sqrt) == "numpy"
    with pytest.raises(ValueError, match="cannot tell the framework of <lambda>; pass framework= one of numpy, torch"):
        inferred(lambda x: x)
