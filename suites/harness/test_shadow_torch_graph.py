"""The graph that the shadow of torch leaves: operations, not numbers; and what is said where it cannot be made."""

from __future__ import annotations

import inspect

import mpmath
import numpy as np
import pytest
import torch
import torch.nn.functional as f

from gradcheck import dtypes, frameworks
from gradcheck.exact import Kind, record
from gradcheck.exact.truth import certify
from gradcheck.frameworks.errors import FunctionRaised, WrongResult
from gradcheck.inputs import points
from gradcheck.reference.bernoulli import BERNOULLI_LOG_DENSITY
from gradcheck.reference.gaussian import GAUSSIAN_LOG_DENSITY
from gradcheck.reference.linear_regression import MEAN_SQUARED_ERROR
from gradcheck.reference.signed_error import SIGNED_ERROR
from gradcheck.shadow import UnsupportedOperation, watch


def _watched(function, *arrays, dtype="float64", differentiate=(0,)):
    arrays = [np.asarray(a, dtype=dtypes.format_of(dtype).numpy) for a in arrays]
    return watch("torch", function, arrays, dtype, differentiate), arrays


def _truth(function, *arrays, dtype="float64", differentiate=(0,)):
    graph, arrays = _watched(function, *arrays, dtype=dtype, differentiate=differentiate)
    return certify(graph, arrays, differentiate, dtypes.format_of(dtype))


def test_a_graph_holds_operations_so_it_is_true_elsewhere_too():
    graph, _ = _watched(lambda x: torch.softmax(x * x, 0) @ x.abs(), [0.5, 1.5, 2.5])
    elsewhere = [np.array([3.0, -1.25, 0.125])]
    truth = certify(graph, elsewhere, (0,), dtypes.format_of("float64"))
    expected = _truth(lambda x: torch.softmax(x * x, 0) @ x.abs(), elsewhere[0])
    assert truth.value.expected == expected.value.expected
    assert (truth.gradient[0].expected == expected.gradient[0].expected).all()


def test_precision_is_not_that_of_the_run():
    truth = _truth(lambda x: torch.log1p(torch.exp(x)) - x, [40.0], dtype="float16")
    with mpmath.workdps(60):
        expected = float(mpmath.log1p(mpmath.exp(40)) - 40)
    assert truth.value.expected[0] == float(np.float16(expected))


def test_limits_are_taken_where_the_run_has_no_number():
    truth = _truth(lambda x: torch.sin(x) / x, [0.0])
    assert truth.value.expected[0] == 1
    assert truth.value.kinds[0] == Kind.LIMIT


@pytest.mark.parametrize(
    "function",
    [
        lambda x: torch.maximum(x, torch.zeros_like(x)),
        torch.relu,
        lambda x: x.clamp(min=0),
        lambda x: torch.where(x > 0, x, 0.0),
        lambda x: torch.amax(torch.stack([x, torch.zeros_like(x)]), 0),
        lambda x: f.max_pool1d(f.pad(x[None], (1, 0)), 2)[0],
        lambda x: x * (x > 0),
    ],
)
def test_a_tie_is_a_kink(function):
    gradient = _truth(function, [0.0]).gradient[0]
    assert gradient.kinds[0] == Kind.KINK
    assert (float(gradient.lower[0]), float(gradient.upper[0])) == (0, 1)


def test_a_branch_not_taken_is_cut():
    truth = _truth(lambda x: torch.where(x > 0, torch.sqrt(x), 0.0), [-1.0])
    assert truth.gradient[0].expected[0] == 0


def test_a_clamped_logarithm_has_no_slope():
    truth = _truth(lambda p: f.binary_cross_entropy(p, torch.ones_like(p)), [0.0], dtype="float32")
    assert (truth.value.expected, truth.gradient[0].expected[0]) == (100, 0)


@pytest.mark.parametrize(
    ("dtype", "tenth"), [("float16", np.float32(0.1)), ("float32", np.float32(0.1)), ("float64", 0.1)]
)
def test_a_number_of_python_is_rounded_as_the_dtype_computes(dtype, tenth):
    graph, _ = _watched(lambda x: x * 0.1 + 3, [1.0], dtype=dtype)
    constants = [float(n.parameters["numbers"]) for n in graph.nodes if n.operation == "constant"]
    assert constants == [float(tenth), 3]


def test_a_float64_scalar_does_not_widen_an_array():
    graph, _ = _watched(lambda x: x * torch.tensor(0.1, dtype=torch.float64), [1.0], dtype="float32")
    (constant,) = [n for n in graph.nodes if n.operation == "constant"]
    assert float(constant.parameters["numbers"]) == float(np.float32(0.1))


def test_a_captured_tensor_is_exact_in_bfloat16():
    weight = torch.tensor([0.1, 3.0], dtype=torch.bfloat16)
    graph, _ = _watched(lambda x: x * weight, [1.0, 2.0], dtype="bfloat16")
    (constant,) = [n for n in graph.nodes if n.operation == "constant"]
    assert constant.parameters["numbers"].astype(float).tolist() == weight.tolist()


def test_nodes_know_the_line_of_the_user():
    def function(x):
        y = x * 2
        return torch.exp(y)

    line = inspect.getsourcelines(function)[1]
    graph, _ = _watched(function, [1.0])
    places = {n.operation: n.location for n in graph.nodes if n.inputs}
    assert places["multiply"] == f"{__file__}:{line + 1}"
    assert places["exp"] == f"{__file__}:{line + 2}"


def test_what_does_not_reach_the_output_is_left_out():
    def function(x):
        torch.exp(x).sum()
        return x * 2

    graph, _ = _watched(function, [1.0])
    assert [n.operation for n in graph.nodes] == ["input", "constant", "multiply"]


def test_an_unsupported_operation_names_itself_and_the_line():
    def function(x):
        return torch.fft.fft(x).abs()

    line = inspect.getsourcelines(function)[1] + 1
    with pytest.raises(UnsupportedOperation, match=f"_fft_r2c.*{__file__}:{line}.*definition="):
        _watched(function, [1.0, 2.0])


def test_an_unsupported_operation_inside_a_module_of_torch_has_no_line():
    with pytest.raises(UnsupportedOperation) as caught:
        _watched(torch.special.airy_ai, [1.0], differentiate=())
    assert caught.value.location == ""


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (lambda x: torch.func.hessian(lambda v: (v**3).sum() * v.exp().sum())(x), "_efficientzerotensor"),
        (lambda x: x.to_sparse().to_dense(), "_to_sparse"),
        (lambda x: torch.linalg.svdvals(x.reshape(1, 2)), "_linalg_svd"),
        (lambda x: torch.view_as_complex(x.reshape(1, 2)).abs(), "view_as_complex"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, of its derivatives in forward mode
def test_what_cannot_be_followed_is_refused(function, operation):
    with pytest.raises(UnsupportedOperation, match=operation):
        _watched(function, [1.0, 2.0])


def test_reading_bits_is_refused():
    with pytest.raises(UnsupportedOperation, match=r"view\.dtype"):
        _watched(lambda x: x.view(torch.int64), [1.0])


def test_a_function_that_raises_is_said_to():
    with pytest.raises(FunctionRaised, match="shape"):
        _watched(lambda x: x.reshape(7), [1.0, 2.0])


def test_a_result_that_is_no_array_is_refused():
    with pytest.raises(WrongResult):
        _watched(lambda x: (x, x), [1.0])


SPECIFICATIONS = [BERNOULLI_LOG_DENSITY, GAUSSIAN_LOG_DENSITY, MEAN_SQUARED_ERROR, SIGNED_ERROR]


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=lambda s: s.name)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_shadow_and_definition_are_the_same_truth(specification, dtype):
    """Of a torch program that is the definition: its constants are few, and exact in every dtype."""
    positions = tuple(k for k, a in enumerate(specification.arguments) if a.differentiate)
    namespace, format_ = frameworks.get("torch").namespace(), dtypes.format_of(dtype)
    chosen = points.make(specification.arguments, dtype, regimes=("typical", "ones", "zeros"))
    assert chosen
    for point in chosen[:8]:
        shadow = watch("torch", lambda *a: specification.definition(namespace, *a), point.arrays, dtype, positions)
        definition = record(specification.definition, [a.shape for a in point.arrays])
        _same(*(certify(graph, point.arrays, positions, format_) for graph in (shadow, definition)))


def _same(shadow, definition):
    for a, b in zip((shadow.value, *shadow.gradient), (definition.value, *definition.gradient), strict=True):
        np.testing.assert_array_equal(a.kinds, b.kinds)
        np.testing.assert_allclose(a.expected, b.expected, rtol=1e-6)
