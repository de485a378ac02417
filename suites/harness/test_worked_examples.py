"""The worked examples that fix the meaning of each verdict, with shadow truth and with that of a definition.

Measured with torch 2.13 and jax 0.10.2: point, exact answer and computed one are in the comments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from gradcheck import Argument, check


@dataclass(frozen=True, kw_only=True)
class Example:
    """A claim: what a function shows at a point."""

    claim: str
    function: Callable[[Any], Callable[..., Any]]  # given the framework's package
    definition: Callable[..., Any]
    point: Any
    value: str | set[str]
    gradient: str | set[str]  # verdicts that the gradient has, among others
    framework: str = "torch"
    dtype: str = "float32"
    mode: str = "eager"
    domain: str = "real"
    clamped: bool = False  # the definition differs from the program as written


def _norm(xp, x):
    return xp.sqrt(xp.sum(x * x))


EXAMPLES = (
    Example(
        claim="a square beyond the dtype overflows legitimately",  # 1e40 -> inf
        function=lambda t: lambda x: t.sum(x * x),
        definition=lambda xp, x: xp.sum(x * x),
        point=[1e20],
        value="legitimate_overflow",
        gradient="accurate",
    ),
    Example(
        claim="a norm that is representable is infinite, its gradient lost",  # 1e20, [1, 1e-20, 1e-20] -> inf, 0
        function=lambda t: lambda x: t.sqrt(t.sum(x * x)),
        definition=_norm,
        point=[1e20, 1, 1],
        value="spurious_inf",
        gradient={"spurious_zero"},
    ),
    Example(
        claim="a mean overflows through its sum",  # 2e38 -> inf
        function=lambda t: t.mean,
        definition=lambda xp, x: xp.mean(x),
        point=[2e38] * 4,
        value="spurious_inf",
        gradient="accurate",
    ),
    Example(
        claim="the norm has a kink at zero, and NaN is no subgradient",  # [-1, 1] -> NaN
        function=lambda t: lambda x: t.sqrt(t.sum(x * x)),
        definition=_norm,
        point=[0, 0],
        value="accurate",
        gradient="spurious_nan",
    ),
    Example(
        claim="zero is a subgradient of the norm at zero",  # [-1, 1] -> 0
        function=lambda t: t.linalg.norm,
        definition=_norm,
        point=[0, 0],
        value="accurate",
        gradient="subgradient",
    ),
    Example(
        claim="half is a subgradient of a maximum at a tie",  # [0, 1] -> 0.5
        function=lambda t: lambda x: t.maximum(x[0], x[1]),
        definition=lambda xp, x: xp.maximum(x[0], x[1]),
        point=[3, 3],
        value="accurate",
        gradient="subgradient",
    ),
    Example(
        claim="the slope of a square root at zero is infinite",  # inf -> inf
        function=lambda t: t.sqrt,
        definition=lambda xp, x: xp.sqrt(x),
        point=[0],
        domain="nonnegative",
        value="accurate",
        gradient="legitimate_infinite",
    ),
    Example(
        claim="an untaken branch poisons the gradient",  # 0 -> NaN
        function=lambda t: lambda x: t.where(x > 0, t.sqrt(x), t.zeros_like(x)),
        definition=lambda xp, x: xp.where(x > 0, xp.sqrt(x), xp.zeros_like(x)),
        point=[-1],
        value="accurate",
        gradient="spurious_nan",
    ),
    Example(
        claim="log(exp(89)) is infinite where it runs as it is written",  # 89, 1 -> inf, NaN
        function=lambda j: lambda x: j.numpy.log(j.numpy.exp(x)),
        definition=lambda xp, x: xp.log(xp.exp(x)),
        framework="jax",
        point=[89],
        value="spurious_inf",
        gradient="spurious_nan",
    ),
    Example(
        claim="log(exp(89)) is right where a compiler simplifies it",  # 89, 1 -> 89, 1
        function=lambda j: lambda x: j.numpy.log(j.numpy.exp(x)),
        definition=lambda xp, x: xp.log(xp.exp(x)),
        framework="jax",
        mode="jit",
        point=[89],
        value="accurate",
        gradient="accurate",
    ),
    Example(
        claim="an underflow to the correctly rounded zero is right",  # 1.4e-87 -> 0
        function=lambda t: t.nn.functional.softplus,
        definition=lambda xp, x: xp.log1p(xp.exp(x)),
        point=[-200],
        value="accurate",
        gradient="accurate",
    ),
    Example(
        claim="a sigmoid loses the gradient of its tail",  # 4.2e-18 -> 0
        function=lambda t: t.sigmoid,
        definition=lambda xp, x: 1 / (1 + xp.exp(-x)),
        dtype="float64",
        point=[40],
        value="accurate",
        gradient="spurious_zero",
    ),
    Example(
        claim="a clamped log is right as it is written, and its gradient wrong",  # 100, 0 -> 100, -1e12
        function=lambda t: lambda p: t.nn.functional.binary_cross_entropy(p, t.ones_like(p)),
        definition=lambda xp, p: -xp.mean(xp.log(p)),
        domain="probability",
        point=[0],
        value="accurate",
        gradient="wrong",
        clamped=True,
    ),
    Example(
        claim="float16 is judged as float16",
        function=lambda t: t.tanh,
        definition=lambda xp, x: xp.tanh(x),
        dtype="float16",
        point=[0.5, -0.25, 0.75],
        value="accurate",
        gradient="accurate",
    ),
)
IDS = [e.claim for e in EXAMPLES]


def _report(example: Example, **options):
    package = pytest.importorskip(example.framework)
    point = np.asarray(example.point, example.dtype)
    return check(
        example.function(package),
        Argument(example.domain, shape=point.shape),
        framework=example.framework,
        dtypes=(example.dtype,),
        modes=(example.mode,),
        points=[(point,)],
        **options,
    )


def _verdicts(words: str | set[str]) -> set[str]:
    return {words} if isinstance(words, str) else words


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_by_shadow(example):
    counts = _report(example).counts
    assert set(counts["value"]) == _verdicts(example.value)
    assert _verdicts(example.gradient) <= set(counts["gradient"])
    if isinstance(example.gradient, str):
        assert set(counts["gradient"]) == {example.gradient}


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not e.clamped], ids=lambda e: e.claim)
def test_by_definition(example):
    defined, shadowed = (_report(example, **options) for options in ({"definition": example.definition}, {}))
    assert defined.counts == shadowed.counts
    assert [f.expected for f in defined.findings] == [f.expected for f in shadowed.findings]


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.clamped], ids=lambda e: e.claim)
def test_a_program_that_is_not_its_definition_is_wrong_by_it(example):
    counts = _report(example, definition=example.definition).counts
    assert (set(counts["value"]), set(counts["gradient"])) == ({"wrong"}, {"wrong"})


def _severities(claim: str):
    (example,) = (e for e in EXAMPLES if e.claim == claim)
    return [(f.quantity, f.index, f.severity) for f in _report(example).findings]


def test_a_lost_gradient_is_critical_where_it_matters():
    lost = _severities("a norm that is representable is infinite, its gradient lost")
    assert ("gradient", (0,), "critical") in lost


def test_a_lost_gradient_is_minor_far_below_the_rounding_of_the_usual_one():
    assert _severities("a sigmoid loses the gradient of its tail") == [("gradient", (0,), "minor")]
