"""What the tests of replays share: a step found by name, a line by its text, and native beside exact numbers."""

from __future__ import annotations

import inspect

import numpy as np

from gradcheck import dtypes
from gradcheck.exact import balls, evaluate
from gradcheck.exact.predicates import Predicate
from gradcheck.exact.rounding import rounded_array
from gradcheck.shadow.trace import FORWARD

FLOAT32 = dtypes.format_of("float32").numpy
X = np.array([0.5, 1.25, 2.0], FLOAT32)


def single(*numbers):
    return np.array(numbers, FLOAT32)


def exactly(trace, arrays):
    """The exact value of each node of a trace."""
    with balls.precision(200):
        return evaluate.forward(trace.graph, [balls.from_numbers(a) for a in arrays]).values


def rounded(value, dtype="float32"):
    if isinstance(value, Predicate):
        return value.truth
    return rounded_array(value, dtypes.format_of(dtype))


def assert_native_is_exact(trace, arrays, dtype="float32", ulps=8):
    values = exactly(trace, arrays)
    eps = 2.0 ** (1 - dtypes.format_of(dtype).precision)
    for step in trace.steps:
        for held in step.results:
            expected = rounded(values[held.node], dtype).astype(float)
            scale = np.abs(expected).max(initial=0.0)
            where = f"{step.operation} ({step.phase}, {step.location})"
            np.testing.assert_allclose(held.native.astype(float), expected, 0, ulps * eps * scale, err_msg=where)


def step_of(trace, operation, phase=FORWARD):
    return next((k, s) for k, s in enumerate(trace.steps) if (s.operation, s.phase) == (operation, phase))


def line(function, text):
    """`file:line` of the line of the function that contains the text."""
    lines, first = inspect.getsourcelines(function)
    (place,) = [k for k, written in enumerate(lines) if text in written]
    return f"{inspect.getsourcefile(function)}:{first + place}"
