"""Of two numbers that only together make a NaN, the first is named; of one that does by itself, that one."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Argument, check

ARGUMENTS = (Argument("positive"), Argument("positive"))


def quotient(a, b):
    return a * a / (b**2)


def product(a, b):
    return (a * a) * (b**2)


def difference(a, b):
    return np.sqrt(a * a) - np.sqrt(b**2)


def beside(a, b):
    return a * a + np.sqrt(b**2 / b**2)


# function, point -> the operation and what became of it; `power` is that of b, after the product of a
CAUSES = {
    "0/0": (quotient, (1e-30, 2e-30), "multiply", "underflow"),
    "inf/inf": (quotient, (1e30, 2e30), "multiply", "overflow"),
    "0 * inf": (product, (1e-30, 2e30), "multiply", "underflow"),
    "inf * 0": (product, (1e30, 2e-30), "multiply", "overflow"),
    "inf - inf": (difference, (1e30, 2e30), "multiply", "overflow"),
    "0/0 beside a number that is lost too": (beside, (1e-30, 1e-30), "power", "underflow"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_first_of_the_two_is_named(name):
    function, numbers, operation, kind = CAUSES[name]
    point = tuple(np.float32(x) for x in numbers)
    report = check(function, *ARGUMENTS, framework="numpy", dtypes=("float32",), points=[point])
    (found,) = [f for f in report.findings if f.quantity == "value"]
    assert found.verdict == "spurious_nan"
    assert (found.cause.operation, found.cause.kind) == (operation, kind)
