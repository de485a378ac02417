"""The operations of a finding: the guilty one is marked, at most so many lines, nothing where nothing is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import gradcheck
from gradcheck import Argument, frameworks
from gradcheck.explain import operations
from gradcheck.explain.operations import operations_of
from gradcheck.fallback import shadowed
from gradcheck.judging import Target
from gradcheck.record import FindingRecord

pytest.importorskip("torch")

X = (Argument("real", shape=(3,)),)


def norm(x):
    return (x * x).sum().sqrt()


@cache
def findings() -> dict[str, FindingRecord]:
    """Quantity -> the finding where the square of 1e20 overflows."""
    point = np.array([1e20, 1.0, 1.0], dtype=np.float32)
    report = gradcheck.check(norm, *X, framework="torch", points=[(point,)])
    return {f.quantity: f for s in report.detailed.subjects for f in s.findings}


def target() -> Target:
    torch = frameworks.get("torch")
    truths = shadowed(torch, norm, X, has_gradient=True)
    return Target(framework=torch, function=norm, gradient=None, arguments=X, truths=truths)


def test_the_guilty_operation_is_marked_and_what_follows_departs():
    found = findings()["value"]
    guilty, *after = [o for o in found.operations if o.mark]
    assert (guilty.mark, guilty.name, guilty.phase) == ("overflow", "mul", "forward") == marked(found)
    assert (guilty.index, guilty.native, guilty.exact, guilty.error) == ("[0]", "inf", "1.00000004e+40", float("inf"))
    assert guilty.location.partition("test_operations.py:")[1]
    assert {o.mark for o in after} == {"departs"}


def marked(found: FindingRecord) -> tuple[str, str, str]:
    return found.cause.kind, found.cause.operation, found.cause.phase


def test_the_forward_pass_comes_before_the_backward_pass():
    phases = [o.phase for o in findings()["gradient"].operations]
    assert phases == sorted(phases, reverse=True)
    assert set(phases) == {"forward", "backward"}


def test_a_long_program_is_cut_around_the_guilty_operation(monkeypatch):
    whole = findings()["gradient"]
    monkeypatch.setattr(operations, "MOST", 6)
    cut = operations_of(target(), whole)
    assert len(cut) == 6 < len(whole.operations)
    assert [o.mark for o in cut if o.mark not in ("", "departs")] == [whole.cause.kind]
    assert (cut[0].step, cut[-1].step) == (whole.operations[0].step, whole.operations[-1].step)
    assert sum(o.left_out for o in cut) == len(whole.operations) - len(cut)


def test_there_are_none_where_the_cause_is_not_known():
    assert operations_of(target(), replace(findings()["value"], cause=None)) == ()


def test_there_are_none_where_the_function_cannot_run_again():
    broken = replace(target(), function=lambda x: 1 / 0)
    assert operations_of(broken, findings()["value"]) == ()
