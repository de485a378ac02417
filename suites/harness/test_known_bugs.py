"""Every known bug is found, every control is clean, and each trigger fails as it is recorded to."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import known_bugs_mathematics as mathematics
import numpy as np
import pytest
from click.testing import CliRunner
from mpmath import mp

from gradcheck import frameworks
from gradcheck.commands.benchmark import benchmark
from gradcheck.dtypes import format_of
from gradcheck.suites.known_bugs import BY_ID, CASES, CONTROLS, rivals
from gradcheck.suites.known_bugs.measure import Measured, Summary, check, found, measure, serious
from gradcheck.verdict import Severity, Verdict

# torch warns of what it lacks under vmap, NumPy of the overflows that are to be found.
pytestmark = pytest.mark.filterwarnings("ignore")
ROUNDINGS = 100  # an answer this many roundings off is off


def _named(cases):
    return [pytest.param(case, id=case.id) for case in cases]


@pytest.fixture(autouse=True)
def _installed(request):
    """Skips the cases of a framework that is not here; optax comes with the tests' JAX."""
    case = getattr(request.node, "callspec", None) and request.node.callspec.params.get("case")
    if case and case.framework != "numpy":
        pytest.importorskip(case.framework)


@pytest.mark.parametrize("case", _named(CASES))
def test_bug_is_found_without_the_trigger(case):
    report = check(case)
    assert found(case, report.findings), f"expected {case.failure} in the {case.quantity}, found {report.findings}"


@pytest.mark.parametrize("case", _named(CONTROLS))
def test_control_is_clean(case):
    report = check(case)
    assert not serious(report.findings)
    assert not report.errors


@pytest.mark.parametrize("case", _named(CASES))
def test_trigger_fails_as_recorded(case):
    """The framework's own answer against mpmath."""
    component, right = mathematics.right_answer(case)
    actual, form = _answer(case, component), format_of(case.dtype)
    if case.failure is Verdict.SPURIOUS_NAN:
        assert math.isnan(actual)
        assert mp.isfinite(right)
    elif case.failure is Verdict.SPURIOUS_INF:
        assert math.isinf(actual)
        assert abs(right) <= form.maximum
    else:
        assert math.isfinite(actual)
        assert abs(actual - right) > ROUNDINGS * form.epsilon * abs(right)
        assert (actual == 0) <= (abs(right) > form.smallest_subnormal)


def _answer(case, component) -> float:
    framework, positions = frameworks.get(case.framework), [k for k, a in enumerate(case.arguments) if a.differentiate]
    if case.quantity == "value":
        return float(framework.evaluate(case.make(), case.point, case.dtype, "eager")[component])
    _, gradient = framework.gradient(case.make(), case.point, tuple(positions), case.dtype, "eager")
    return float(gradient[component[0]][component[1:]])


@pytest.mark.parametrize("case", _named(CASES))
def test_trigger_is_in_the_domains(case):
    assert all(a.parsed.contains(x).all() for a, x in zip(case.arguments, case.point, strict=True))


def test_every_case_has_its_own_name():
    assert len(BY_ID) == len(CASES) + len(CONTROLS)
    assert set(mathematics.RIGHT) == {bug.id for bug in CASES}


def test_importing_the_cases_imports_no_framework():
    code = "import sys, gradcheck.suites.known_bugs; print(sorted({'torch', 'jax', 'optax'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class _Reported:
    """As much of a finding as is read here."""

    def __init__(self, quantity, verdict, severity=Severity.CRITICAL):
        self.quantity, self.verdict, self.severity = quantity, verdict, severity


@pytest.mark.parametrize(
    ("quantity", "verdict", "expected"),
    [
        ("value", Verdict.SPURIOUS_INF, True),
        ("value", Verdict.SPURIOUS_NAN, True),
        ("value", Verdict.WRONG, False),
        ("gradient", Verdict.SPURIOUS_INF, False),
    ],
)
def test_found_is_the_right_kind_in_the_right_quantity(quantity, verdict, expected):
    bug = BY_ID["t_norm_overflow"]  # a spurious infinity in the value
    assert found(bug, [_Reported(quantity, verdict, Severity.MINOR)]) is expected


def test_a_lost_answer_may_come_back_as_a_wrong_one():
    bug = BY_ID["j_gelu_tanh_tail"]
    assert bug.failure is Verdict.SPURIOUS_ZERO
    assert found(bug, [_Reported("value", Verdict.INACCURATE)])


def test_minor_findings_are_no_false_alarm():
    reported = [_Reported("value", Verdict.WRONG, severity) for severity in Severity]
    assert [f.severity for f in serious(reported)] == [Severity.CRITICAL, Severity.MAJOR]


@pytest.mark.parametrize(("name", "told"), [("r_sinc_zero", 0.0), ("rj_sigmoid_exp", -1000.0)])
def test_rival_sees_a_nan_gradient_when_told_where(name, told):
    bug = BY_ID[name]
    pytest.importorskip(bug.framework)
    assert rivals.finds(bug, [(np.array([told, 0.5]),)])
    assert not rivals.finds(bug, [(np.array([0.5, 1.5]),)])


def test_measure_says_why_there_is_no_answer(monkeypatch):
    monkeypatch.setattr("gradcheck.suites.known_bugs.measure.check", lambda case: 1 / 0)
    measured = measure(CONTROLS[0])
    assert not measured.right
    assert measured.error == "ZeroDivisionError: division by zero"


def test_summary_counts():
    bug, control = Measured("b", True, (), 1.0, 1.0, typical=False, triggered=True), Measured("c", True, (), 1.0, 1.0)
    summary = Summary((bug, replace(bug, right=False)), (control,))
    assert (summary.found, summary.false_alarms, summary.perfect) == (1, 0, False)
    assert summary.rival(lambda m: m.triggered) == (2, 2)
    assert summary.rival(lambda m: m.typical) == (0, 2)
    assert not Summary((bug,), (replace(control, right=False),)).perfect
    assert Summary((bug,), (control,)).perfect


def test_command_exits_by_what_was_found():
    pytest.importorskip("torch")
    done = CliRunner().invoke(benchmark, ["known-bugs", "--jobs", "1", "t_norm_overflow", "c_t_relu"])
    assert done.exit_code == 0, done.output
    assert "found         1 of 1 bugs" in done.output
    assert "false alarms  0 of 1 controls" in done.output


def test_command_names_what_there_is():
    done = CliRunner().invoke(benchmark, ["known-bugs", "t_norm"])
    assert done.exit_code == 2
    assert "t_norm_overflow" in done.output
