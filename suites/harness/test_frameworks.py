"""Values and gradients come out of every framework bit for bit, in every dtype and mode, with its state put back."""

from __future__ import annotations

import functools
import pickle
import random
import subprocess
import sys

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch

from gradcheck import dtypes, frameworks
from gradcheck.frameworks.compiled import CAPACITY, Compiled

EVERY = [frameworks.get(name) for name in frameworks.NAMES]
DIFFERENTIATING = [frameworks.get("torch"), frameworks.get("jax")]
FAST_MODES = [(f, mode) for f in DIFFERENTIATING for mode in f.all_modes if mode != "compile"]
named = functools.partial(pytest.mark.parametrize, ids=lambda value: getattr(value, "name", str(value)))

# every sign and kind of number: zeros, smallest and largest subnormal, one, largest, infinities, NaN
PATTERNS = {2: [0x0000, 0x0001, 0x007F, 0x3C00, 0x7BFF, 0x7F80, 0x7FC1], 4: [0, 1, 0x7FFFFF, 0x3F800000, 0x7F7FFFFF]}
PATTERNS[4] += [0x7F800000, 0x7FC00001]
PATTERNS[8] = [0, 1, (1 << 52) - 1, 0x3FF << 52, (0x7FF << 52) - 1, 0x7FF << 52, (0x7FF << 52) + (1 << 51) + 1]


def bit_patterns(dtype):
    target = dtypes.format_of(dtype).numpy
    size = target.itemsize
    positive = np.array(PATTERNS[size], dtype=f"u{size}")
    return np.concatenate([positive, positive | np.array(1 << (8 * size - 1), f"u{size}")]).view(target)


def array(values, dtype="float64"):
    return np.array(values, dtype=dtypes.format_of(dtype).numpy)


@named("dtype", dtypes.NAMES)
@named("framework", EVERY)
def test_arrays_go_in_and_come_out_bit_for_bit(framework, dtype):
    numbers = bit_patterns(dtype)
    out = framework.evaluate(lambda x: x, [numbers], dtype)
    assert out.dtype == numbers.dtype
    assert out.tobytes() == numbers.tobytes()


@named("framework", EVERY)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_shapes_are_kept(framework, shape):
    for dtype in dtypes.NAMES:
        assert framework.evaluate(lambda x: x, [np.ones(shape)], dtype).shape == shape


@named("framework", EVERY)
def test_arrays_of_another_dtype_are_rounded_to_it_and_of_any_layout_read(framework):
    transposed = np.arange(6.0).reshape(2, 3).T[::-1]
    assert np.array_equal(framework.evaluate(lambda x: x, [transposed], "float32"), transposed)
    assert framework.evaluate(lambda x: x, [np.array(0.1)], "float32") == np.float32(0.1)


@named("framework", EVERY)
def test_the_function_gets_copies_and_so_does_the_caller(framework):
    given = np.ones(3)
    out = framework.evaluate(lambda x: x, [given], "float64")
    out[0] = 7
    assert given[0] == 1


def test_a_function_that_writes_writes_a_copy():
    given = np.ones(3)
    frameworks.get("torch").evaluate(lambda x: x.mul_(2), [given], "float64")
    frameworks.get("numpy").evaluate(lambda x: np.multiply(x, 2, out=x), [given], "float64")
    assert given.tolist() == [1, 1, 1]


@named("dtype", dtypes.NAMES)
@pytest.mark.parametrize(("framework", "mode"), FAST_MODES, ids=lambda v: getattr(v, "name", v))
def test_gradient_of_the_sum_of_the_output(framework, mode, dtype):
    x, y, unused = array([1, -2, 3], dtype), array([0.5, 0.25, -4], dtype), array([1], dtype)
    value, gradient = framework.gradient(lambda x, y, unused: x * y, [x, y, unused], (0, 1, 2), dtype, mode)
    assert value.tolist() == [0.5, -0.5, -12]
    assert [g.tolist() for g in gradient] == [y.tolist(), x.tolist(), [0]]
    assert all(g.dtype == x.dtype for g in gradient)


@pytest.mark.parametrize(("framework", "mode"), FAST_MODES, ids=lambda v: getattr(v, "name", v))
def test_the_sum_over_the_output_adds_no_overflow(framework, mode):
    """Four outputs of 2e38 sum to infinity in float32; their gradient is one."""
    value, (gradient,) = framework.gradient(lambda x: x, [np.full(4, 2e38)], (0,), "float32", mode)
    assert value.tolist() == [np.float32(2e38)] * 4
    assert gradient.tolist() == [1] * 4


@named("framework", DIFFERENTIATING)
def test_differentiated_arguments_are_chosen_by_position(framework):
    x, y = np.array([2.0]), np.array([5.0])
    _, gradient = framework.gradient(lambda x, y: x * x * y, [x, y], (1,), "float64")
    assert [g.tolist() for g in gradient] == [[4]]
    _, gradient = framework.gradient(lambda x, y: x * x * y, [x, y], None, "float64")
    assert [g.tolist() for g in gradient] == [[20], [4]]
    assert framework.gradient(lambda x, y: x * y, [x, y], (), "float64")[1] == ()


@pytest.mark.parametrize("differentiate", [(True, False), (2,), (-1,)])
def test_flags_and_positions_out_of_range_are_refused(differentiate):
    with pytest.raises(ValueError, match=r"expected positions of arguments, out of \(0, 1\)"):
        frameworks.get("numpy").gradient(lambda x, y: x, [np.ones(1), np.ones(1)], differentiate, "float64")


def test_numpy_has_no_gradient_of_its_own():
    value, gradient = frameworks.get("numpy").gradient(np.exp, [np.zeros(2)], (0,), "float32")
    assert value.tolist() == [1, 1]
    assert gradient is None


@named("framework", EVERY)
def test_a_handwritten_gradient_is_used_as_it_stands(framework):
    for handwritten in (lambda x, y: (3 * x,), lambda x, y: [3 * x], lambda x, y: 3 * x):
        _, gradient = framework.gradient(
            lambda x, y: x * y, [np.ones(2), np.ones(2)], (0,), "float32", gradient=handwritten
        )
        assert [g.tolist() for g in gradient] == [[3, 3]]


def test_an_output_cut_from_its_input_has_gradient_zero():
    for function in (lambda x: x.detach(), lambda x: torch.ones_like(x)):
        _, (gradient,) = frameworks.get("torch").gradient(function, [np.ones(2)], (0,), "float32")
        assert gradient.tolist() == [0, 0]


def test_torch_compile_does_not_fall_back_to_eager_past_dynamos_recompilation_limit():
    framework = frameworks.get("torch")
    for k in range(9):  # dynamo's own limit is 8 for one code object, which all our wrappers share

        def function(x, k=k):
            return x * (k if torch.compiler.is_compiling() else 1000)

        value, (gradient,) = framework.gradient(function, [np.ones(1)], (0,), "float32", "compile")
        assert (value.item(), gradient.item()) == (k, k)


def test_jit_compiles_once_for_a_function_shape_and_dtype():
    traces = []

    def function(x):
        traces.append(x.shape)
        return x * 2

    framework = frameworks.get("jax")
    for _ in range(3):
        for value in (1.0, 2.0):
            framework.evaluate(function, [np.full(3, value)], "float32", "jit")
    assert len(traces) == 1
    for value in (1.0, 2.0, 3.0):
        framework.gradient(function, [np.full(3, value)], (0,), "float32", "jit")
    assert len(traces) == 2
    framework.evaluate(function, [np.ones(4)], "float32", "jit")
    framework.evaluate(function, [np.ones(3)], "float64", "jit")
    assert len(traces) == 4


def test_the_memory_of_compiled_functions_is_bounded_and_keeps_the_latest_used():
    compiled = Compiled()
    first = object()
    compiled.get(first, "jit", lambda: "first")
    for _ in range(CAPACITY):
        compiled.get(object(), "jit", lambda: "other")
        assert compiled.get(first, "jit", lambda: "built again") == "first"
    assert len(compiled) == CAPACITY


@pytest.mark.parametrize("enabled", [False, True])
def test_jax_x64_is_on_for_float64_alone_and_put_back(enabled):
    framework = frameworks.get("jax")
    with jax.enable_x64(enabled):
        assert framework.gradient(jnp.exp, [np.ones(1)], (0,), "float64")[1][0].item() == pytest.approx(np.e, rel=1e-15)
        assert framework.evaluate(jnp.exp, [np.ones(1)], "float32", "jit").dtype == np.float32
        assert framework.batched(jnp.exp)(np.ones((2, 1))).dtype == np.float64
        assert jax.config.jax_enable_x64 is enabled


def test_jax_is_not_stopped_by_a_nan_that_is_to_be_judged():
    with jax.debug_nans(True):
        assert np.isnan(frameworks.get("jax").evaluate(jnp.log, [np.array([-1.0])], "float32"))
        assert jax.config.jax_debug_nans


def torch_state():
    return (
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.get_rng_state().tolist(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_anomaly_enabled(),
        torch.is_inference_mode_enabled(),
    )


@pytest.mark.parametrize("outer", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_torch_state_is_put_back_whatever_the_caller_has_set(outer):
    framework = frameworks.get("torch")
    with outer():
        before = torch_state()
        _, (gradient,) = framework.gradient(lambda x: x * torch.rand(1), [np.ones(2)], (0,), "float32")
        framework.evaluate(torch.sqrt, [-np.ones(2)], "float16")
        framework.batched(torch.exp)(np.ones((2, 2)))
        with pytest.raises(frameworks.NotDeterministic):
            framework.check_callable(lambda x: x * torch.rand(1), [np.ones(2)], "float32")
        assert torch_state() == before
    assert (gradient != 0).all()


def test_torch_anomaly_detection_does_not_stop_a_nan_that_is_to_be_judged():
    with pytest.warns(UserWarning, match="Anomaly Detection"), torch.autograd.detect_anomaly():
        _, (gradient,) = frameworks.get("torch").gradient(lambda x: (x * 0).sqrt() * 0, [np.ones(1)], (0,), "float32")
    assert np.isnan(gradient).all()


def test_generators_of_python_and_numpy_are_put_back_after_a_check():
    before = random.getstate(), np.random.get_state()[1].tolist()
    for noise in (np.random.rand, random.random):
        with pytest.raises(frameworks.NotDeterministic):
            frameworks.get("numpy").check_callable(lambda x, noise=noise: x * noise(), [np.ones(2)], "float64")
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_numpy_warns_nobody_and_keeps_the_callers_error_state():
    with np.errstate(all="raise"):
        before = np.geterr()
        assert frameworks.get("numpy").evaluate(np.exp, [np.array([1e5])], "float16").tolist() == [np.inf]
        assert np.geterr() == before


@named("framework", EVERY)
def test_batched_maps_the_function_over_rows(framework):
    xp = framework.namespace()
    run = framework.batched(lambda x, y: xp.sum(x * y))
    x, y = np.arange(6.0).reshape(2, 3), np.array([[1.0, 2, 3], [4, 5, 6]])
    assert run(x, y).tolist() == [8, 62]


@named("framework", EVERY)
def test_batched_falls_back_to_rows_for_a_branch_on_data(framework):
    run = framework.batched(lambda x: x if x[0] > 0 else -x)
    assert run(np.array([[1.0, 2], [-3, 4]])).tolist() == [[1, 2], [3, -4]]


def test_batched_says_what_is_wrong_with_a_function():
    with pytest.raises(frameworks.FunctionRaised, match="ValueError: no"):
        frameworks.get("torch").batched(_refuse)(np.ones((2, 2)))


def _refuse(x):
    raise ValueError("no")


def test_importing_imports_neither_torch_nor_jax():
    code = (
        "import sys, gradcheck.frameworks as f\n"
        "[f.get(name).available() for name in f.NAMES]\n"
        "f.get('numpy').namespace()\n"
        "print(sorted({'torch', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_a_framework_that_is_not_installed_says_what_to_type(monkeypatch):
    class Absent(type(frameworks.get("torch"))):
        name = "not_installed_framework"

    framework = Absent()
    assert not framework.available()
    with pytest.raises(frameworks.NotInstalled) as caught:
        framework.evaluate(lambda x: x, [np.ones(1)], "float32")
    assert str(caught.value).startswith("not_installed_framework cannot be imported (No module named")
    assert str(caught.value).endswith("type: pip install 'gradcheck[not_installed_framework]'")


def test_unknown_names_are_answered_with_those_there_are():
    with pytest.raises(ValueError, match="unknown framework 'tensorflow'; expected one of numpy, torch, jax"):
        frameworks.get("tensorflow")
    with pytest.raises(ValueError, match="torch has no mode 'jit'; expected one of eager, compile, forward"):
        frameworks.get("torch").evaluate(torch.exp, [np.ones(1)], "float32", "jit")
    with pytest.raises(ValueError, match="unknown dtype 'float8'"):
        frameworks.get("numpy").evaluate(np.exp, [np.ones(1)], "float8")


@named("framework", EVERY)
def test_versions_and_modes_are_told(framework):
    assert framework.available()
    assert framework.version().split(".")[0].isdigit()
    assert set(framework.modes) <= set(framework.all_modes)


def test_bfloat16_numbers_of_python_keep_the_dtype_in_numpy():
    framework = frameworks.get("numpy")
    x = array([1.5, -2.0, 3.0], "bfloat16")
    functions = {
        "product": lambda x: 0.5 * x**2.0 - x / 3,
        "maximum": lambda x: np.maximum(x, 0.0),
        "where": lambda x: np.where(x > 0, x, 0.0),
        "clip": lambda x: np.clip(x, -1, 0.5),
        "mean": lambda x: np.mean(x) * 0.1,
        "matmul": lambda x: x @ x,
        "mask": lambda x: x * (x > 0),
        "item": lambda x: x[0] * 0.5,
    }
    for name, function in functions.items():
        assert framework.evaluate(function, [x], "bfloat16").dtype == ml_dtypes.bfloat16, name
    assert framework.evaluate(functions["where"], [x], "bfloat16").tolist() == [1.5, 0, 3]
    assert framework.evaluate(functions["matmul"], [x], "bfloat16") == 15.25


def test_errors_survive_a_process_boundary():
    with pytest.raises(frameworks.FunctionRaised) as caught:
        frameworks.get("numpy").evaluate(_refuse, [np.ones(1)], "float32")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
