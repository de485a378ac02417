"""Where modes, dtypes or frameworks disagree at the point of a finding, it says which of them are wrong."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch
from hand_made import implementation, right

from gradcheck import Argument, check
from gradcheck.explain.blame import sentence
from gradcheck.record import Side
from gradcheck.results_file import load
from gradcheck.run import Settings, Task, perform
from gradcheck.specification import Suite


def _log_exp(x):
    return jnp.log(jnp.exp(x))


def _found(report, quantity="value"):
    return next(f for f in report.findings if f.quantity == quantity)


def _at_89(**options):
    return check(_log_exp, Argument(shape=(1,)), framework="jax", points=[(np.array([89]),)], **options)


def test_jit_is_right_and_eager_wrong_where_a_compiler_takes_log_exp_for_nothing():
    found = _found(_at_89())
    assert found.record.blame == "jit is right (89.0), eager is wrong (inf)"
    assert [(s.mode, s.actual, s.verdict, s.right) for s in found.disagreements] == [
        ("eager", "inf", "spurious_inf", False),
        ("jit", "89.0", "accurate", True),
    ]
    assert "sides     jit is right (89.0), eager is wrong (inf)" in found.explanation()


def test_what_is_right_says_nothing():
    assert _at_89(modes=("jit",)).findings == ()


def test_another_dtype_that_was_asked_for_is_a_side_in_the_same_mode():
    report = _at_89(dtypes=("float32", "float64"))
    assert _found(report).record.blame == "float32 jit and float64 eager are right (89.0), float32 eager is wrong (inf)"


def test_all_sides_that_fail_alike_are_no_disagreement():
    def doubled(x):
        return 2 * jnp.sqrt(jnp.abs(x))

    report = check(doubled, Argument("[1, 2]", shape=(1,)), framework="jax", definition=lambda xp, x: xp.sqrt(x))
    assert report.findings
    assert all(f.disagreements == () and f.record.blame == "" for f in report.findings)


def test_both_wrong_in_their_own_way_with_the_exact_value():
    def lost(x):
        return x * (0 if x.dtype == torch.float64 else torch.nan)

    report = check(
        lost,
        Argument(shape=(1,)),
        dtypes=("float32", "float64"),
        framework="torch",
        definition=lambda xp, x: xp.exp(x),
        points=[(np.array([1.0]),)],
    )
    found = next(f for f in report.findings if f.dtype == "float64" and f.quantity == "value")
    assert found.record.blame == "float64 is wrong (0.0), float32 is wrong (nan); exactly it is 2.718281828459045"


def test_a_point_of_one_dtype_that_another_does_not_hold_is_not_asked_about():
    report = check(
        lambda x: x * torch.nan,
        Argument(shape=(1,)),
        dtypes=("float64", "float32"),
        framework="torch",
        definition=lambda xp, x: xp.exp(x),
        points=[(np.array([0.1]),)],
    )
    assert all(not f.disagreements for f in report.findings if f.dtype == "float64")


def _side(mode, right, actual, framework="jax"):
    verdict = "accurate" if right else "spurious_nan"
    return Side(framework=framework, mode=mode, dtype="float32", actual=actual, verdict=verdict, right=right)


@pytest.mark.parametrize("mode", ["jit", "compile"])
def test_a_failure_that_only_a_compiler_makes_is_laid_at_its_door(mode):
    said = sentence([_side(mode, False, "nan"), _side("eager", True, "1.0")], "1.0")
    assert said == (f"eager is right (1.0), {mode} is wrong (nan), so it is the compiler's rewriting that is at fault")


def test_another_framework_that_is_right_excuses_no_compiler():
    said = sentence([_side("jit", False, "nan"), _side("eager", True, "1.0", "torch")], "1.0")
    assert said == "torch eager is right (1.0), jax jit is wrong (nan)"


def _suite():
    of_torch = implementation(lambda x: x * 0, framework="torch")
    of_numpy = implementation(right)
    return Suite(name="sides", title="sides", implementations=(of_numpy, of_torch))


def test_a_run_names_the_framework_that_is_wrong():
    subjects = perform(
        Task("sides", _suite().implementations[0].specification.name, "float32"),
        Settings(suites=("sides",)),
        lambda name: _suite(),
    )
    of_numpy, of_torch = subjects
    assert not any(f.disagreements for f in of_numpy.findings)
    values = [f for f in of_torch.findings if f.quantity == "value"]
    assert values
    assert all(f.blame.startswith("numpy is right (") and "torch is wrong (0.0)" in f.blame for f in values)


def test_the_sides_come_back_from_a_file(tmp_path):
    report = _at_89()
    report.save(tmp_path / "results.json")
    assert load(tmp_path / "results.json").subjects[0].findings[0].disagreements == report.findings[0].disagreements
