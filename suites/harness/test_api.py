"""`check` and `assert_stable`: what a person gets, for a function that can be judged and for one that cannot."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hand_made import right, specification

import gradcheck
from gradcheck import Argument, assert_stable, check
from gradcheck import time_limit as limits
from gradcheck.api import NO_GRADIENT
from gradcheck.containment import Exited
from gradcheck.frameworks.errors import FunctionRaised, NotDeterministic, NotInstalled, WritesInput, WrongResult
from gradcheck.judging import ShapeError
from gradcheck.oracle import BadDefinition

torch = pytest.importorskip("torch")

X = Argument("real", shape=(2,))
ONES = {"regimes": ("ones", "zeros")}


def _three_halves(x):
    return 1.5 * x


def _norm(x):
    return torch.sqrt(torch.sum(x * x))


def _torch(function, *arguments, **options):
    return check(function, *(arguments or (X,)), framework="torch", **ONES | options)


def test_a_right_function_is_ok():
    report = _torch(_three_halves)
    assert report.ok
    assert (report.findings, report.undecided, report.errors, report.notes) == ((), 0, (), ())
    assert set(report.counts) == {"value", "gradient"}
    assert set(report.counts["gradient"]) == {"accurate"}


def test_a_wrong_gradient_is_found_with_everything_about_it():
    report = check(_norm, X, points=[(np.zeros(2),)])
    assert not report.ok
    (found,) = report.findings
    assert (found.verdict, found.severity, found.quantity, found.argument) == (
        "spurious_nan",
        "critical",
        "gradient",
        0,
    )
    assert (found.index, found.dtype, found.mode, found.regime, found.oracle) == (
        (0,),
        "float32",
        "eager",
        "given",
        "shadow",
    )
    assert found.point[0].tolist() == [0, 0]
    assert found.expected == (-1.0, 1.0)
    assert np.isnan(found.actual)
    assert found.ulps == np.inf


def test_several_dtypes_and_modes():
    jnp = pytest.importorskip("jax.numpy")
    report = check(jnp.tanh, X, framework="jax", dtypes=("float16", "float64"), modes=("eager", "jit"), **ONES)
    kinds = [(s.dtype, s.mode, s.status) for s in report.results.subjects]
    assert kinds == [(d, m, "clean") for d in ("float16", "float64") for m in ("eager", "jit")]


def test_one_name_instead_of_several():
    report = _torch(torch.tanh, dtypes="float64", modes="eager", regimes="ones")
    assert [s.dtype for s in report.results.subjects] == ["float64"]


def test_the_framework_is_inferred():
    report = check(_norm, X, **ONES)
    assert report.results.subjects[0].framework == "torch"


def test_a_gradient_written_by_hand_is_judged():
    wrong = check(lambda x: x * x, X, framework="numpy", gradient=lambda x: x, **ONES)
    assert {(f.quantity, f.verdict) for f in wrong.findings} == {("gradient", "wrong")}
    assert check(lambda x: x * x, X, framework="numpy", gradient=lambda x: 2 * x, **ONES).ok


def test_numpy_without_a_gradient_says_that_only_the_value_was_judged():
    report = check(right, X, framework="numpy", **ONES)
    assert report.ok
    assert report.counts["gradient"] == {}
    assert NO_GRADIENT in report.notes


def test_a_definition_is_the_truth():
    def clamped(p):
        return torch.nn.functional.binary_cross_entropy(p, torch.ones_like(p))

    zero = {"points": [(np.zeros(()),)], "framework": "torch"}
    as_written = check(clamped, Argument("probability"), **zero)
    defined = check(clamped, Argument("probability"), definition=lambda xp, p: -xp.log(p), **zero)
    assert as_written.counts["value"] == {"accurate": 1}
    assert defined.counts == {"value": {"wrong": 1}, "gradient": {"wrong": 1}}
    assert {f.oracle for f in defined.findings} == {"definition"}


def test_a_specification_is_a_definition():
    of = specification(lambda xp, x: 2 * x)
    assert not check(right, *of.arguments, framework="numpy", definition=of, **ONES).ok


def test_an_argument_that_is_not_differentiated():
    weights = Argument("real", shape=(2,), differentiate=False)
    report = _torch(lambda x, w: x * w, X, weights)
    assert sum(report.counts["gradient"].values()) == sum(report.counts["value"].values())


def test_the_seed_and_the_budget():
    samples = [_torch(torch.tanh, regimes="typical", seed=s).results.subjects[0].samples for s in (0, 0, 1)]
    assert samples[0] == samples[1] != samples[2]
    assert any("the budget ran out after" in note for note in _torch(torch.tanh, budget=1e-9).notes)


def test_global_state_is_as_before():
    torch.manual_seed(3)
    state, default, enabled = torch.get_rng_state(), torch.get_default_dtype(), torch.is_grad_enabled()
    _torch(torch.tanh, dtypes=("float16", "float64"))
    assert torch.equal(torch.get_rng_state(), state)
    assert (torch.get_default_dtype(), torch.is_grad_enabled()) == (default, enabled)


def _writes(x):
    x += 1
    return x


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: None, WrongResult, "returned nothing .None.; expected one float32 array of torch: is a return miss"),
        (lambda x: (x, x), WrongResult, "returned a tuple of 2; .*return.* the one output to be checked"),
        (lambda x: x.to(torch.int32), WrongResult, "returned an int32 array; .* return floating point"),
        (lambda x: torch.complex(x, x), WrongResult, "returned a complex64 array; .* return a real array"),
        (lambda x: x.double(), WrongResult, "returned a float64 array; expected one float32 array"),
        (lambda x: x.sum().item(), WrongResult, r"returned a float; .* return the array itself, not float\(\.\.\.\)"),
        (lambda x: x[:0], ShapeError, r"returned an empty array, shape \(0,\); expected something to judge"),
        (_writes, WritesInput, "_writes.* changed argument 0 in place; .* copy it first"),
        (lambda x: x * torch.rand(2), NotDeterministic, "is not deterministic: .* passing it in as an argument"),
        (lambda x: x * np.random.rand(), NotDeterministic, "is not deterministic"),
        (lambda x: 1 // 0, FunctionRaised, r"raised ZeroDivisionError: .* at .*test_api\.py:\d+; expected one array"),
        (lambda x: sys.exit(3), Exited, r"called sys\.exit\(3\); expected one array: raise an exception instead"),
    ],
)
def test_a_function_that_cannot_be_judged_raises_one_line(function, error, message):
    with pytest.raises(error, match=message) as caught:
        _torch(function)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def _raises_at_zero(x):
    if not x.any():
        raise ValueError("all zero")
    return x


def _exits_at_zero(x):
    return x if x.any() else sys.exit("all zero")


def _hangs_at_zero(x):
    while not x.any():
        time.sleep(0.01)
    return x


@pytest.mark.parametrize(
    ("function", "verdict"), [(_raises_at_zero, "raised"), (_exits_at_zero, "raised"), (_hangs_at_zero, "timed_out")]
)
def test_no_answer_at_some_points_is_a_finding(function, verdict, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    report = _torch(function)
    (found,) = report.findings
    assert (found.verdict, found.severity) == (verdict, "critical")
    assert found.point[0].tolist() == [0, 0]
    assert found.cause.sentence in report.notes
    assert report.counts["value"]["accurate"] > 0


def test_a_function_that_hangs_everywhere_ends_soon(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    started = time.monotonic()
    report = check(lambda x: time.sleep(60), X, framework="torch")
    assert set(report.counts["value"]) == {"timed_out"}
    assert not report.ok
    assert time.monotonic() - started < 20


def test_what_raises_only_in_one_dtype_loses_nothing_of_the_others():
    report = _torch(lambda x: x * torch.ones(2), dtypes=("float16", "float32"))
    assert [s.status for s in report.results.subjects] == ["failed", "clean"]
    assert not report.ok
    assert "returned a float32 array; expected one float16 array" in report.errors[0]
    assert report.counts["value"]["accurate"] > 0


def test_what_goes_wrong_later_loses_nothing_judged_before():
    report = _torch(lambda x: x if x.abs().max() < 1e30 else None, regimes=None)
    assert report.counts["value"]["accurate"] > 10
    assert report.errors[0].endswith("is a return missing?")
    assert not report.ok


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"framework": "tf"}, ValueError, "unknown framework 'tf'; expected one of"),
        ({"dtypes": ("float31",)}, ValueError, "unknown dtype 'float31'"),
        ({"modes": ("jit",)}, ValueError, "torch has no mode 'jit'; expected one of eager, compile, forward"),
        ({"regimes": ("edge",)}, ValueError, "unknown regime 'edge'"),
        ({"budget": -1}, ValueError, "budget=-1; expected a number of seconds"),
        ({"points": [np.ones(2)]}, ValueError, "expected a tuple of arrays"),
        ({"gradient": 1}, TypeError, "gradient=1; expected"),
        ({"definition": lambda xp, x: xp.softmax(x)}, BadDefinition, "has no attribute 'softmax'"),
        ({"definition": lambda xp, x: xp.sum(x)}, ShapeError, r"returned shape \(2,\), its definition \(\)"),
    ],
)
def test_bad_input_is_one_line(options, error, message):
    with pytest.raises(error, match=message) as caught:
        check(torch.tanh, X, **{"framework": "torch", **ONES, **options})
    assert "\n" not in str(caught.value)


def test_a_framework_that_is_not_installed(monkeypatch):
    from gradcheck import frameworks

    jax = frameworks.get("jax")
    monkeypatch.delitem(vars(jax), "library", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(NotInstalled, match=r"pip install 'gradcheck\[jax\]'"):
        check(right, X, framework="jax")


def test_the_wrong_number_of_arguments():
    with pytest.raises(ValueError, match=r"_norm\(x\) cannot be called with 2 arrays .*expected one for each Argument"):
        check(_norm, X, X)
    with pytest.raises(FunctionRaised, match=r"add.* raised TypeError"):  # a builtin says nothing about its parameters
        check(torch.add, X)


def test_assert_stable_gives_the_report():
    assert assert_stable(torch.tanh, X, **ONES).ok


def test_assert_stable_explains_itself():
    with pytest.raises(AssertionError) as caught:
        assert_stable(_norm, X, points=[(np.zeros(2),)])
    first, *rest = str(caught.value).splitlines()
    assert first == "_norm: critical spurious_nan in the gradient by argument 0, component [0], float32, eager"
    assert rest[0] == "  at        (np.array([0.0, 0.0], 'float32'),)"
    assert rest[1].startswith("  expected  [-1.0, 1.0] (kink by shadow: ")
    assert rest[2] == "  got       nan, in 2 components"
    assert rest[3].startswith("  why       ")
    assert "test_api.py:" in "".join(rest[3:5])
    assert rest[-1].startswith("  next      check(..., points=[<the tuple above>]) repeats it, ")


def test_the_explanation_can_be_typed_again():
    with pytest.raises(AssertionError) as caught:
        assert_stable(_norm, X)
    at = next(line for line in str(caught.value).splitlines() if line.startswith("  at"))
    point = eval(at.removeprefix("  at"), {"np": np})
    with pytest.raises(AssertionError, match=str(caught.value).splitlines()[0].split(":")[1].split(",")[0]):
        assert_stable(_norm, X, points=[point])


@pytest.mark.parametrize(("fail_on", "fails"), [("critical", False), ("major", False), ("minor", True)])
def test_fail_on(fail_on, fails):
    def check_tail():
        return assert_stable(
            torch.sigmoid, X, dtypes=("float64",), points=[(np.full(2, 40.0),)], fail_on=fail_on
        )  # its gradient of 4e-18 is lost, far below the rounding of its usual size

    if fails:
        with pytest.raises(AssertionError, match="minor spurious_zero"):
            check_tail()
    else:
        assert [f.severity for f in check_tail().findings] == ["minor"]


def test_fail_on_must_be_a_severity():
    with pytest.raises(ValueError, match="fail_on='bad'; expected one of critical, major, minor"):
        assert_stable(torch.tanh, X, fail_on="bad")


def test_assert_stable_does_not_pass_over_what_broke_off_or_was_not_decided():
    with pytest.raises(AssertionError, match=r"the check was broken off: .*expected one float16 array"):
        assert_stable(lambda x: x * torch.ones(2), X, framework="torch", dtypes=("float16", "float32"), **ONES)
    with pytest.raises(AssertionError, match="nothing could be decided: no exact rule for the operation"):
        assert_stable(lambda x: torch.fft.rfft(x).abs(), X, framework="torch", points=[(np.ones(2),)])


@pytest.mark.parametrize("name", gradcheck.__all__)
def test_public_names(name):
    assert getattr(gradcheck, name) is not None


def test_a_function_that_kills_the_process_kills_this_one():
    """Documented: only a run of suites is in processes of its own."""
    code = "import os, gradcheck; gradcheck.check(lambda x: os._exit(7), gradcheck.Argument(), framework='numpy')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=dict(os.environ))
    assert done.returncode == 7
    assert "os._exit" in check.__doc__
