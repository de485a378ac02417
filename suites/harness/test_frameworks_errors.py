"""What is wrong with a function is said in one line: what happened, what was expected, for which call, what to do."""

from __future__ import annotations

import inspect
import random

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from gradcheck import frameworks

POINT = [np.array([1.0, 2.0, 3.0])]


def boom(x):
    raise KeyError("boom\nand more")


def through_torch(x):
    return torch.matmul(x, torch.ones(5, dtype=x.dtype))


def raised(framework, function, mode="eager", **options):
    with pytest.raises(frameworks.FrameworkError) as caught:
        frameworks.get(framework).check_callable(function, POINT, "float32", mode, **options)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("framework", "mode"), [("numpy", "eager"), ("torch", "eager"), ("jax", "eager"), ("jax", "jit")]
)
def test_what_the_function_raises_is_told_with_its_line(framework, mode):
    error = raised(framework, boom, mode)
    line = inspect.getsourcelines(boom)[1] + 1
    assert isinstance(error, frameworks.FunctionRaised)
    assert (error.type_name, error.message) == ("KeyError", str(KeyError("boom\nand more")))
    assert error.location == f"{__file__}:{line}"
    assert str(error).startswith(f"boom(float32[3]) under {framework}, {mode}, raised KeyError: 'boom")
    assert error.__suppress_context__


def test_an_error_inside_the_framework_is_located_at_the_users_line():
    error = raised("torch", through_torch)
    assert error.type_name == "RuntimeError"
    assert error.location == f"{__file__}:{inspect.getsourcelines(through_torch)[1] + 1}"


def test_an_error_without_a_line_of_the_users_has_none():
    error = raised("torch", torch.linalg.det)
    assert error.location == ""
    assert str(error).endswith("; expected one array")


def test_an_error_in_a_backward_pass_is_told():
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return x.clone()

        @staticmethod
        def backward(context, cotangent):
            raise ValueError("no backward")

    with pytest.raises(frameworks.FunctionRaised, match=r"ValueError: no backward at .*test_frameworks_errors\.py"):
        frameworks.get("torch").gradient(Wrong.apply, POINT, (0,), "float32")


RESULTS = [
    ("torch", lambda x: None, "nothing (None)", "is a return missing?"),
    ("torch", lambda x: (x, x), "a tuple of 2", "the one output to be checked"),
    ("torch", lambda x: [x], "a list of 1", "the one output to be checked"),
    ("torch", lambda x: x.sum().item(), "a float", "without"),
    ("torch", lambda x: x.numpy(), "a numpy.ndarray", "another framework's array"),
    ("torch", lambda x: x.argmax(), "an int64 array", "floating point"),
    ("torch", lambda x: x > 1, "a bool array", "a comparison has no gradient"),
    ("torch", lambda x: torch.fft.fft(x), "a complex64 array", "its real part"),
    ("torch", lambda x: x.double(), "a float64 array", "dtype=x.dtype"),
    ("numpy", lambda x: x * np.float64(2), "a float64 array", "dtype=x.dtype"),
    ("numpy", lambda x: np.argmax(x), "an int64 array", "floating point"),
    ("numpy", lambda x: float(x[0]), "a float", "without"),
    ("numpy", lambda x: np.array(["a"]), "a str32 array", "return the array itself"),
    ("jax", lambda x: None, "nothing (None)", "is a return missing?"),
    ("jax", lambda x: {"loss": x}, "a dict of 1", "the one output to be checked"),
    ("jax", lambda x: jnp.fft.fft(x), "a complex64 array", "its real part"),
    ("jax", lambda x: x.astype("float16"), "a float16 array", "dtype=x.dtype"),
    ("jax", lambda x: x.astype("bfloat16"), "a bfloat16 array", "dtype=x.dtype"),
]


@pytest.mark.parametrize(("framework", "function", "returned", "hint"), RESULTS)
def test_a_result_that_cannot_be_judged_is_named_with_what_to_do(framework, function, returned, hint):
    error = raised(framework, function)
    assert isinstance(error, frameworks.WrongResult)
    assert error.returned == returned
    assert hint in error.hint.replace("not float(...)", "without")
    wanted = f"<lambda>(float32[3]) under {framework}, eager, returned {returned}; expected one float32 array of "
    assert str(error).startswith(wanted)


@pytest.mark.parametrize("mode", ["eager", "jit", "forward"])
def test_a_gradient_asks_the_same_of_the_result(mode):
    with pytest.raises(frameworks.WrongResult, match="returned a tuple of 2"):
        frameworks.get("jax").gradient(lambda x: (x, x), POINT, (0,), "float32", mode)


HANDWRITTEN = [
    (lambda x: (x, x), "a tuple of 2; expected 1 arrays, one for each differentiated argument"),
    (lambda x: None, "nothing"),
    (lambda x: x.sum(), "an array of shape (); expected shape (3,)"),
    (lambda x: (x.astype("float64"),), "a float64 array; expected one float32 array"),
]


@pytest.mark.parametrize(("gradient", "message"), HANDWRITTEN)
def test_a_handwritten_gradient_of_the_wrong_form_is_told(gradient, message):
    with pytest.raises(frameworks.WrongResult) as caught:
        frameworks.get("numpy").gradient(lambda x: x, POINT, (0,), "float32", gradient=gradient)
    assert f"gradient <lambda>(float32[3]) under numpy, eager, returned {message}" in str(caught.value)


def test_a_handwritten_gradient_that_raises_is_told_by_its_name():
    with pytest.raises(frameworks.FunctionRaised, match="gradient boom"):
        frameworks.get("numpy").gradient(lambda x: x, POINT, (0,), "float32", gradient=boom)


RANDOM = [
    ("torch", lambda x: torch.nn.functional.dropout(x)),
    ("torch", lambda x: x + torch.randn(64)),
    ("numpy", lambda x: x * np.float32(np.random.default_rng().random())),
    ("jax", lambda x: x * random.random()),
]


@pytest.mark.parametrize(("framework", "function"), RANDOM)
def test_noise_is_refused_with_the_advice_to_pass_it_in(framework, function):
    with pytest.raises(frameworks.NotDeterministic) as caught:
        frameworks.get(framework).check_callable(function, [np.arange(64.0)], "float32")
    assert "fix the noise by passing it in as an argument" in str(caught.value)
    assert f"component {caught.value.index} was {caught.value.first} and then {caught.value.second}" in str(
        caught.value
    )
    assert caught.value.first != caught.value.second


def test_a_sign_of_zero_that_changes_is_not_deterministic_and_a_nan_that_stays_is():
    signs = iter([1.0, -1.0])
    with pytest.raises(frameworks.NotDeterministic, match=r"component \(0,\) was 0.0 and then -0.0"):
        frameworks.get("numpy").check_callable(lambda x: 0 * x * next(signs), POINT, "float32")
    frameworks.get("numpy").check_callable(lambda x: x * np.nan, POINT, "float32")


def test_a_shape_that_changes_is_not_deterministic():
    lengths = iter([1, 2])
    with pytest.raises(frameworks.NotDeterministic, match=r"of shape \(1,\) and then of shape \(2,\)"):
        frameworks.get("numpy").check_callable(lambda x: x[: next(lengths)], POINT, "float32")


@pytest.mark.parametrize(
    ("framework", "function"),
    [("torch", lambda x: x.relu_().neg_()), ("numpy", lambda x: np.negative(x, out=x))],
)
def test_writing_into_an_input_is_refused(framework, function):
    error = raised(framework, function)
    assert isinstance(error, frameworks.WritesInput)
    assert "changed argument 0 in place; expected its inputs untouched" in str(error)


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_a_sound_function_passes(framework):
    xp = frameworks.get(framework).namespace()
    for mode in frameworks.get(framework).modes:
        for dtype in frameworks.get(framework).dtypes:
            frameworks.get(framework).check_callable(lambda x: xp.sum(x * 0.5), POINT, dtype, mode)
