"""Targets loaded and scanned: what is found, what was assumed, and what is wrong with a target, in one line each."""

import textwrap
import time

import pytest

from gradcheck import time_limit
from gradcheck.loading import NotLoaded, load
from gradcheck.processes import alone
from gradcheck.proposal import Wishes
from gradcheck.scan import Options, Scanned, results_of, scan, scan_one
from gradcheck.verdict import Severity

pytest.importorskip("torch")

MODULE = """
    import os
    import sys

    import numpy as np
    import torch


    def naive(logits):
        return torch.log(torch.exp(logits).sum())

    def stable(logits):
        return torch.logsumexp(logits, -1)

    def leaves(x):
        sys.exit(4)

    def dies(x):
        os._exit(3)

    def hangs(x):
        while True:
            pass

    def plain(x):
        return x * x

    def slope(x):
        return (3 * x,)

    def square(xp, x):
        return x * x

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(3, 2)

        def forward(self, x):
            return torch.tanh(self.inner(x))

    class Needy(torch.nn.Module):
        def __init__(self, size):
            super().__init__()

    class Loss:
        def half(self, x):
            return torch.square(x) / 2

        @staticmethod
        def whole(x):
            return torch.square(x)

    layer = Layer()
    number = 3
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a module `scanned`, importable in this test."""
    (tmp_path / "scanned.py").write_text(textwrap.dedent(MODULE))
    (tmp_path / "broken.py").write_text("def f(x):\n    return x\n\n1 / 0\n")
    (tmp_path / "lacking.py").write_text("import no_such_package_of_anybody\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "scanned", raising=False)
    return str(tmp_path)


QUICK = Options(budget=0.5)


def _found(scanned: Scanned) -> set[tuple[str, str]]:
    return {(f.verdict, f.quantity) for s in scanned.subjects for f in s.findings}


def test_a_naive_loss_is_found_out():
    scanned = scan_one("scanned:naive", Options(budget=3))
    assert ("spurious_inf", "value") in _found(scanned)
    assert scanned.at_least(Severity.CRITICAL)
    assert scanned.problem == ""
    assert scanned.assumptions[0].startswith("logits: assumed real, shape (8,)")
    assert {s.specification for s in scanned.subjects} == {"scanned:naive"}


def test_a_stable_one_is_clean():
    scanned = scan_one("scanned:stable", Options(budget=0.5, dtypes=("float32", "float64")))
    assert not scanned.at_least(Severity.MAJOR)
    assert [s.dtype for s in scanned.subjects] == ["float32", "float64"]


def test_the_framework_of_its_module_where_the_function_does_not_tell():
    assert scan_one("scanned:plain", QUICK).subjects[0].framework == "torch"


def test_a_gradient_and_a_definition_by_name():
    options = Options(framework="numpy", gradient="scanned:slope", definition="scanned:square", budget=0.5)
    scanned = scan_one("scanned:plain", options)
    assert ("wrong", "gradient") in _found(scanned)
    assert {f.oracle for s in scanned.subjects for f in s.findings} == {"definition"}


def test_wishes_reach_the_check():
    wishes = Wishes({"x": "[1, 2]"}, {"x": (2,)}, ("x",))
    scanned = scan_one("scanned:plain", Options(wishes=wishes, budget=0.5))
    assert not scanned.subjects[0].counts["gradient"]
    assert scanned.assumptions == ("x: [1, 2], shape (2,), not differentiated, as given",)


@pytest.mark.parametrize("target", ["scanned:Layer", "scanned:layer", "scanned:Loss.half", "scanned:Loss.whole"])
def test_what_can_be_named(target):
    assert callable(load(target))
    assert scan_one(target, QUICK).problem == ""


def test_the_weights_of_a_layer_are_drawn_with_the_seed():
    import torch

    load("scanned:Layer")  # importing the module draws
    before = torch.random.get_rng_state()
    first, again, other = (load("scanned:Layer", seed).inner.weight for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("scanned", "is no package.module:name; expected such as my_losses:iwae"),
        ("scanned.py:naive", "is no package.module:name"),
        ("scaned:naive", "there is no module scaned, did you mean scanned?"),
        ("torch.nn.functionl:relu", "there is no module torch.nn.functionl, did you mean torch.nn.functional?"),
        ("scanned:nave", "scanned has no attribute nave, did you mean naive?"),
        ("scanned:Loss.hal", "Loss has no attribute hal, did you mean half?"),
        ("scanned:number", "it is of type int; expected a callable"),
        ("scanned:Loss", "it is a class; expected a function: name a method"),
        ("scanned:Needy", "expected a class that needs no arguments"),
        ("broken:f", "importing broken raised ZeroDivisionError: division by zero at "),
        ("lacking:f", "importing lacking raised ModuleNotFoundError: No module named 'no_such_package_of_anybody'"),
    ],
)
def test_a_target_that_names_nothing(target, message):
    with pytest.raises(NotLoaded) as caught:
        load(target)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    scanned = scan_one(target, QUICK)
    assert scanned.problem == str(caught.value)
    assert scanned.subjects[0].status == "failed"


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("scanned:leaves", QUICK, "sys.exit(4)"),
        ("math:sqrt", QUICK, "type --framework and one of numpy, torch, jax"),
        ("torch:_softmax", QUICK, "_softmax is a builtin without a signature"),
        ("scanned:plain", Options(wishes=Wishes(fixed=("z",))), "has no parameter 'z'; expected one of x"),
        ("scanned:plain", Options(modes=("jit",)), "torch has no mode 'jit'"),
        ("scanned:plain", Options(gradient="scanned:slop"), "has no attribute slop, did you mean slope?"),
        ("scanned:plain", Options(framework="numpy", wishes=Wishes(fixed=("x",))), ""),
    ],
)
def test_a_function_that_cannot_be_judged(target, options, message):
    assert message in scan_one(target, options).problem


def test_nothing_decided_is_no_clean_result():
    from gradcheck.scan import _with_problem

    judged = scan_one("scanned:stable", QUICK)
    subject = judged.subjects[0].__class__(
        **{**vars(judged.subjects[0]), "counts": {"value": {"undecided": 3}}, "findings": (), "notes": ("why",)}
    )
    assert _with_problem(Scanned("t", (), (subject,))).problem == "nothing could be decided: why"


def test_the_death_of_one_costs_one(folder):
    died, lives = scan(["scanned:dies", "scanned:plain"], Options(folder=folder, budget=0.2))
    assert "the process ended without an answer" in died.problem
    assert lives.problem == ""
    assert lives.subjects[0].points


def test_a_function_that_hangs_is_said_to(monkeypatch):
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    assert "the function did not return within 0.2 s" in scan_one("scanned:hangs", QUICK).problem


def test_a_process_that_does_not_come_back_is_ended():
    # what no alarm reaches: compiled code that loops
    assert "no answer within 0.5 s" in alone(time.sleep, 60, seconds=0.5).reason


@pytest.mark.parametrize(
    ("budget", "seconds"), [(None, 3600.0), (10.0, 300.0 + 10.0 * 2 * 1)], ids=["without a budget", "with one"]
)
def test_how_long_a_process_may_take(budget, seconds):
    assert Options(budget=budget, dtypes=("float32", "float16")).seconds == seconds


def test_the_targets_are_one_run():
    from datetime import UTC, datetime

    one = scan_one("scanned:stable", QUICK)
    other = scan_one("scanned:nave", QUICK)
    results = results_of([one, other], [QUICK], datetime.now(UTC))
    assert [s.specification for s in results.subjects] == ["scanned:stable", "scanned:nave"]
    assert results.settings["targets"] == "scanned:stable scanned:nave"
    assert "assumed real" in results.settings["scanned:stable: logits"]
