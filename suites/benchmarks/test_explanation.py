"""What an explanation costs beside a plain check of the same point: one group a function, to be read as a ratio."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gradcheck import frameworks
from gradcheck.explain.cause import cause_of
from gradcheck.finding import failures
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target, judge_point
from gradcheck.oracle import ShadowOracle, Truths

ARGUMENTS = (Argument("real", shape=(8,)),)
FUNCTIONS = {
    "log of a sum of exponentials": lambda x: torch.log(torch.exp(x).sum()),
    "root of a sum of squares": lambda x: torch.sqrt((x * x).sum()),
    "log of a sigmoid": lambda x: torch.log(torch.sigmoid(x)).sum(),
    "a branch not taken": lambda x: torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x)),
}
POINTS = {
    "log of a sum of exponentials": np.full(8, 100.0),
    "root of a sum of squares": np.full(8, 1e20),
    "log of a sigmoid": np.full(8, -200.0),
    "a branch not taken": np.zeros(8),
}


def _target(name: str) -> Target:
    function = FUNCTIONS[name]
    truths = Truths(ShadowOracle("torch", function, (0,)), ARGUMENTS)
    return Target(
        framework=frameworks.get("torch"), function=function, gradient=None, arguments=ARGUMENTS, truths=truths
    )


def _judged(name: str):
    """With nothing remembered of the point."""
    return judge_point(_target(name), Point("given", (POINTS[name].astype(np.float32),)), "float32", "eager")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_plain_check_of_a_point(benchmark, name):
    benchmark.group = name
    benchmark(_judged, name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_explanation_of_a_point(benchmark, name):
    benchmark.group = name
    target = _target(name)
    failure = failures(target, _judged(name), "float32")[0]
    assert benchmark(cause_of, target, failure, "float32") is not None
