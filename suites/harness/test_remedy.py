"""Remedies: the known pattern is named, the rewritten function passes where the given one fails, or nothing is said."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from gradcheck import frameworks
from gradcheck.explain import native_graph, patterns, remedy
from gradcheck.explain.function_graphs import FunctionGraphs
from gradcheck.explain.native_graph import as_function
from gradcheck.explain.patterns import PATTERNS
from gradcheck.explain.remedy import suggest
from gradcheck.explain.rewriting import rewritten
from gradcheck.finding import failures
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target, judge_point
from gradcheck.oracle import DefinitionOracle, ShadowOracle, Truths
from gradcheck.verdict import Severity

REAL, POSITIVE, NONNEGATIVE = "real", "positive", "nonnegative"


def target(function, domains, shape, framework="torch", definition=None, gradient=None):
    arguments = tuple(Argument(domain, shape=shape) for domain in domains)
    shadow = ShadowOracle(framework, function, tuple(range(len(arguments))))
    oracle = shadow if definition is None else DefinitionOracle(definition)
    truths = Truths(oracle, arguments)
    return Target(
        framework=frameworks.get(framework), function=function, gradient=gradient, arguments=arguments, truths=truths
    )


def point(*arrays, dtype="float32"):
    return Point("given", tuple(np.asarray(a, dtype=dtype) for a in arrays))


def worst(given, at, dtype):
    """Severities of the failures at a point."""
    return {f.severity for f in failures(given, judge_point(given, at, dtype, "eager"), dtype)}


# function, domains of its arguments, the point where it fails, what is suggested
NAIVE = {
    "logsumexp": (lambda x: torch.log(torch.exp(x).sum(-1)), [REAL], ([100.0, 1.0, 2.0],)),
    "logsumexp of a mean": (lambda x: torch.log(torch.exp(x).mean()), [REAL], ([-200.0, -201.0, -220.0],)),
    "softmax by max subtraction": (lambda x: torch.exp(x) / torch.exp(x).sum(-1), [REAL], ([100.0, 1.0, 2.0],)),
    "log_softmax": (lambda x: torch.log(torch.softmax(x, -1)), [REAL], ([200.0, 1.0, -100.0],)),
    "softplus": (lambda x: torch.log(1 + torch.exp(x)), [REAL], ([100.0, 1.0, -30.0],)),
    "log_sigmoid": (lambda x: torch.log(1 - torch.sigmoid(x)), [REAL], ([100.0, 1.0, -200.0],)),
    "log1p": (lambda x: torch.log(1 + x), [POSITIVE], ([1e-9, 1.0, 2.0],)),
    "expm1": (lambda x: torch.exp(x) - 1, [REAL], ([1e-9, 1.0, 2.0],)),
    "norm scaled by the maximum": (lambda x: torch.sqrt((x * x).sum(-1)), [REAL], ([1e20, 1.0, 1.0],)),
    "norm scaled by the maximum, at 0": (lambda x: torch.sqrt((x * x).sum(-1)), [REAL], ([0.0, 0.0, 0.0],)),
    "logarithm of a sum of squares, scaled by the maximum": (
        lambda x: torch.log((x**2).sum(-1)),
        [REAL],
        ([1e20, 1.0, 1.0],),
    ),
    "hypot": (lambda x, y: torch.sqrt(x * x + y * y), [REAL, REAL], ([0.0, 1e20, 2.0], [0.0, 1e20, 3.0])),
    "double where": (lambda x: torch.where(x > 0, torch.sqrt(x), 0.0), [REAL], ([-1.0, 1.0, 2.0],)),
    "clamp before, not after": (
        lambda x: torch.clamp(torch.log(x), min=-3.0),
        [NONNEGATIVE],
        ([0.0, 1.0, 2.0],),
    ),
    "entr": (lambda x: x * torch.log(x), [NONNEGATIVE], ([0.0, 1.0, 2.0],)),
    "divide before summing": (lambda x: x.mean(-1), [REAL], ([3e38, 3e38, 2.0],)),
    "half angle": (lambda x: 1 - torch.cos(x), [REAL], ([1e-4, 1.0, 2.0],)),
    "logarithm of a product as a sum": (lambda x: torch.log(torch.prod(x, -1)), [POSITIVE], ([1e-30, 1e-20, 2.0],)),
    "tanh": (
        lambda x: (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x)),
        [REAL],
        ([100.0, 1.0, 2.0],),
    ),
    "asinh": (lambda x: torch.log(x + torch.sqrt(x * x + 1)), [REAL], ([-1e6, 1.0, 2.0],)),
    "two-pass variance": (lambda x: (x * x).mean(-1) - x.mean(-1) ** 2, [REAL], ([10000.0, 10001.0, 10002.0],)),
    "compute in float64": (lambda x: torch.exp(x) * 1e-30, [REAL], ([100.0, 1.0, 2.0],)),
}


@pytest.mark.parametrize("name", NAIVE)
def test_the_known_pattern_is_named_and_passes(name):
    function, domains, arrays = NAIVE[name]
    given, at = target(function, domains, (3,)), point(*arrays)
    found = suggest(given, [at], "float32")
    assert found is not None
    assert found.name == re.split(", at | of a mean", name)[0]
    assert found.proven
    assert found.points_checked == 1
    assert found.sentence.endswith("this passes at the point where yours fails.")
    if found.name in PATTERNS:
        assert PATTERNS[found.name].code("torch") == found.code
        graph, _ = rewritten(FunctionGraphs(given, "float32").at(at), {found.name: PATTERNS[found.name].rule})
        better = replace(given, function=as_function(graph, "torch"))
        assert worst(given, at, "float32")
        assert worst(better, at, "float32") <= {Severity.MINOR}


def _rooted(x):
    return torch.where(x > 0, torch.sqrt(x), 0.0)


def _floored(x):
    return torch.log(x).clamp(min=-3.0)


def _two_on_a_line(x):
    return torch.where(x > 0, torch.sqrt(x), 0.0) + torch.where(x > 5, x, 0.0)


@pytest.mark.parametrize(
    ("function", "domain", "arrays", "said"),
    [
        (_rooted, REAL, [-1.0, 1.0, 2.0], "not taken, for torch.where(x > 0, torch.sqrt(x), 0.0) at test_remedy.py:"),
        (_floored, NONNEGATIVE, [0.0, 1.0, 2.0], "inside, for torch.log(x).clamp(min=-3.0) at test_remedy.py:"),
        (_two_on_a_line, REAL, [-1.0, 1.0, 2.0], "not taken, for the torch.where whose untaken branch fails at "),
    ],
)
def test_what_letters_cannot_name_is_quoted_or_said_in_words(function, domain, arrays, said):
    sentence = suggest(target(function, [domain], (3,)), [point(arrays)], "float32").sentence
    assert said in sentence


def test_no_pattern_has_a_placeholder_for_a_function():
    for pattern in PATTERNS.values():
        for framework in ("torch", "jax", "numpy"):
            said = f"{pattern.advice(framework)} for {pattern.replaced(framework)}"
            assert not re.search(r"\bf\(|\.\.\.|f's", said), said


def test_in_jax_too():
    import jax.numpy as jnp

    given = target(lambda x: jnp.log(1 + jnp.exp(x)), [REAL], (2,), "jax")
    found = suggest(given, [point([100.0, 1.0])], "float32", "jit")
    assert (found.name, found.code, found.proven) == ("softplus", "jax.nn.softplus(x)", True)
    given = target(lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0), [REAL], (2,), "jax")
    assert suggest(given, [point([-1.0, 1.0])], "float32").name == "double where"


def test_in_numpy_the_value_is_judged():
    given = target(lambda x: np.log(np.sum(np.exp(x))), [REAL], (3,), "numpy")
    found = suggest(given, [point([100.0, 1.0, 2.0])], "float32")
    assert (found.name, found.proven) == ("logsumexp", True)


def test_a_hand_written_gradient_is_helped_by_a_wider_dtype_only():
    given = target(
        lambda x: np.sqrt(np.sum(x * x)), [REAL], (2,), "numpy", gradient=lambda x: x / np.sqrt(np.sum(x * x))
    )
    found = suggest(given, [point([1e20, 1.0])], "float32")
    assert (found.name, found.proven) == ("compute in float64", True)


def test_both_patterns_where_one_is_not_enough():
    given = target(lambda x: torch.log(1 + torch.exp(x)) + torch.log(torch.exp(-x).sum()), [REAL], (2,))
    found = suggest(given, [point([100.0, -100.0])], "float32")
    assert set(found.name.split(" + ")) == {"softplus", "logsumexp"}
    assert len(found.code.splitlines()) == 2


def test_of_many_patterns_only_those_needed_are_named():
    def function(x):
        needed = torch.log(1 + torch.exp(x)) + torch.log(torch.exp(-x).sum())
        return needed + torch.sqrt((x * x + 1e-6) / 9).sum() + x.mean() + torch.where(x > 0, x.square(), 0.0)

    found = suggest(target(function, [REAL], (2,)), [point([100.0, -100.0])], "float32")
    assert set(found.name.split(" + ")) == {"softplus", "logsumexp"}


def test_what_the_library_does_right_is_not_counted():
    def function(x):
        steady = torch.logsumexp(1000 * x, -1)
        return steady + torch.sqrt(x * x).sum()

    found = suggest(target(function, [REAL], (2,)), [point([0.0, 1.0])], "float32")
    assert found.name == "absolute value"


def test_sixteen_bits_are_helped_by_float32():
    given = target(lambda x: (x * 300 + 1) / 300, [REAL], (2,))
    found = suggest(given, [point([300.0, 1.0], dtype="float16")], "float16")
    assert found.name == "compute in float32"
    assert found.code == "function(x.to(torch.float32)).to(torch.float16)"


def test_a_pattern_and_float32_together():
    given = target(lambda x: torch.log(torch.exp(x * 100).sum(-1)) * 300 / 300, [REAL], (2,))
    found = suggest(given, [point([10.0, 0.5], dtype="float16")], "float16")
    assert found.name == "logsumexp, in float32"


def test_from_logits_is_held_against_the_definition():
    def definition(xp, x):
        return -xp.log1p(xp.exp(-x))

    function = lambda x: torch.log(torch.sigmoid(x) + 1e-18)  # noqa: E731
    at = [point([-100.0, 1.0])]
    meant = suggest(target(function, [REAL], (2,), definition=definition), at, "float32")
    assert (meant.name, meant.proven) == ("cross entropy from logits", True)
    # as written, the logarithm is never below log(1e-18): what leaves that out is another function
    written = suggest(target(function, [REAL], (2,)), at, "float32")
    assert written is None or written.name != meant.name


def test_nothing_is_said_where_nothing_helps():
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1.0

        @staticmethod
        def backward(ctx, flow):
            return 2 * flow

    assert (
        suggest(target(Wrong.apply, [REAL], (2,), definition=lambda xp, x: x + 1), [point([3.0, 1.0])], "float32")
        is None
    )


def test_nothing_is_said_where_nothing_fails():
    given = target(lambda x: torch.log(torch.exp(x).sum(-1)), [REAL], (3,))
    assert suggest(given, [point([1.0, 2.0, 3.0])], "float32") is None
    assert suggest(given, [], "float32") is None


def test_points_where_it_does_not_fail_are_not_counted():
    given = target(lambda x: torch.log(torch.exp(x).sum(-1)), [REAL], (3,))
    found = suggest(given, [point([1.0, 2.0, 3.0]), point([100.0, 1.0, 2.0]), point([200.0, 1.0, 2.0])], "float32")
    assert found.points_checked == 2
    assert found.sentence.endswith("this passes at the 2 points where yours fails.")


@pytest.mark.parametrize("error", ["value", "slope"])
def test_a_wrong_rewrite_is_not_suggested(monkeypatch, error):
    right = PATTERNS["softplus"]

    def wrong(term):
        made = right.rule(term)
        if made is None:
            return None
        return made * 1.001 if error == "value" else term.xp.stop_gradient(made)

    table = {"softplus": replace(right, rule=wrong)}
    monkeypatch.setattr(remedy, "PATTERNS", table)
    monkeypatch.setattr(remedy.widening, "WIDER", {})
    given = target(lambda x: torch.log(1 + torch.exp(x)), [REAL], (2,))
    assert suggest(given, [point([100.0, 1.0])], "float32") is None
    monkeypatch.setattr(remedy, "PATTERNS", {"softplus": right})
    assert suggest(given, [point([100.0, 1.0])], "float32").name == "softplus"
    assert patterns.PATTERNS["softplus"] is right


def test_a_rewrite_that_fails_elsewhere_is_not_suggested(monkeypatch):
    """It is right at the failing point, and wrong at the typical ones."""
    right = PATTERNS["softplus"]

    def wrong(term):
        made = right.rule(term)
        return None if made is None else term.xp.where(made > 50.0, made, 0.0)

    monkeypatch.setattr(remedy, "PATTERNS", {"softplus": replace(right, rule=wrong)})
    monkeypatch.setattr(remedy.widening, "WIDER", {})
    given = target(lambda x: torch.log(1 + torch.exp(x)), [REAL], (2,))
    assert suggest(given, [point([100.0, 90.0])], "float32") is None


def test_what_cannot_be_run_says_that_it_was_not_checked(monkeypatch):
    def refused(graph, framework):
        raise native_graph.CannotRun("erfcx", framework)

    monkeypatch.setattr(remedy, "as_function", refused)
    monkeypatch.setattr(remedy.widening, "WIDER", {})
    given = target(lambda x: torch.log(1 + torch.exp(x)), [REAL], (2,))
    found = suggest(given, [point([100.0, 1.0])], "float32")
    assert (found.proven, found.points_checked) == (False, 0)
    assert "not checked" in found.sentence
    assert "passes" not in found.sentence


def test_the_pattern_at_the_cause_is_tried_first():
    def function(x, y):
        return torch.log(torch.exp(x) * torch.exp(y))

    given, at = target(function, [REAL, REAL], (2,)), [point([100.0, 1.0], [-99.0, 1.0])]
    where = f"{__file__}:{function.__code__.co_firstlineno + 1}"
    assert suggest(given, at, "float32", operation="multiply", location=where).name == "add exponents"
    found = suggest(given, at, "float32", operation="log", location=where)
    assert found.name == "add logarithms"
    assert where.rpartition("/")[2] in found.sentence


def test_the_scaled_norm_is_right_at_subnormals_and_at_the_largest_numbers():
    given = target(lambda x: torch.sqrt((x * x).sum(-1)), [REAL], (2,))
    points = [point([3e38, 1.0]), point([1e-30, 1e-38]), point([0.0, 0.0]), point([2e38, 2e38])]
    assert suggest(given, points, "float32").points_checked == 4
