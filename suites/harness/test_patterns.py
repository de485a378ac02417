"""The patterns: each recognises what people write, and what it writes instead is the same mathematics, slopes too."""

import numpy as np
import pytest

from gradcheck.exact import balls, record
from gradcheck.exact.evaluate import backward, forward
from gradcheck.exact.graph import INPUT
from gradcheck.explain.patterns import PATTERNS
from gradcheck.explain.rewriting import rewritten


def softmax(xp, x):
    return xp.exp(x) / xp.sum(xp.exp(x), axis=-1, keepdims=True)


# pattern -> ways of writing it, in two arguments of shape (2, 3)
WRITTEN = {
    "logsumexp": (
        lambda xp, x, y: xp.log(xp.sum(xp.exp(x), axis=-1)),
        lambda xp, x, y: xp.log(xp.mean(xp.exp(x), axis=0, keepdims=True)),
        lambda xp, x, y: xp.log(xp.sum(y * xp.exp(x))),
        lambda xp, x, y: xp.log(xp.sum(xp.exp(x), axis=-1) + 1e-3),
        lambda xp, x, y: xp.log(xp.reshape(xp.sum(xp.exp(x), axis=-1), (2, 1))),
    ),
    "log_softmax": (
        lambda xp, x, y: xp.log(softmax(xp, x)),
        lambda xp, x, y: xp.log(softmax(xp, x)[:, 1]),
    ),
    "softplus": (
        lambda xp, x, y: xp.log(1 + xp.exp(x)),
        lambda xp, x, y: xp.log(xp.exp(-x) + 1.0),
        lambda xp, x, y: xp.log1p(xp.exp(x)),
    ),
    "log_sigmoid": (
        lambda xp, x, y: xp.log(xp.sigmoid(x)),
        lambda xp, x, y: xp.log(1 - xp.sigmoid(x)),
        lambda xp, x, y: xp.log1p(-xp.sigmoid(x)),
        lambda xp, x, y: xp.log(1 / (1 + xp.exp(-x))),
        lambda xp, x, y: xp.log(xp.exp(x) / (1 + xp.exp(x))),
    ),
    "cross entropy from logits": (
        lambda xp, x, y: xp.log(xp.sigmoid(x) + 1e-18),
        lambda xp, x, y: xp.log(1 - xp.sigmoid(x) + 1e-18),
        lambda xp, x, y: xp.log(softmax(xp, x) + 1e-18),
    ),
    "logarithm of a sum of squares, scaled by the maximum": (
        lambda xp, x, y: xp.log(xp.sum(x * x, axis=-1)),
        lambda xp, x, y: xp.log(xp.sum(xp.square(x), axis=0, keepdims=True) + 1e-3),
    ),
    "add logarithms": (
        lambda xp, x, y: xp.log(xp.exp(x) * xp.sigmoid(y)),
        lambda xp, x, y: xp.log((xp.exp(x) + xp.exp(-x)) / 2),
        lambda xp, x, y: xp.log(xp.sqrt(xp.exp(x))),
    ),
    "tanh": (
        lambda xp, x, y: (xp.exp(x) - xp.exp(-x)) / (xp.exp(-x) + xp.exp(x)),
        lambda xp, x, y: (xp.exp(2 * x) - 1) / (xp.exp(2 * x) + 1),
    ),
    "sinh": (lambda xp, x, y: (xp.exp(x) - xp.exp(-x)) / 2, lambda xp, x, y: 0.5 * (xp.exp(-x) - xp.exp(x))),
    "asinh": (lambda xp, x, y: xp.log(x + xp.sqrt(x * x + 1)),),
    "acosh": (lambda xp, x, y: xp.log(1 + y + xp.sqrt(xp.square(1 + y) - 1)),),
    "atanh": (lambda xp, x, y: 0.5 * xp.log((1 + y) / (1 - y)), lambda xp, x, y: xp.log((1 - y) / (1 + y))),
    "log_ndtr": (
        lambda xp, x, y: xp.log(0.5 * (1 + xp.erf(x))),
        lambda xp, x, y: xp.log(xp.erfc(x) / 2),
        lambda xp, x, y: xp.log(xp.ndtr(x)),
    ),
    "log of 1 - tanh squared": (
        lambda xp, x, y: xp.log(1 - xp.tanh(x) ** 2),
        lambda xp, x, y: xp.log1p(-xp.square(xp.tanh(x))),
    ),
    "log(1 - exp(x))": (lambda xp, x, y: xp.log(1 - xp.exp(-y)), lambda xp, x, y: xp.log1p(-xp.exp(-y))),
    "inverse softplus": (lambda xp, x, y: xp.log(xp.exp(y) - 1), lambda xp, x, y: xp.log(xp.expm1(y))),
    "log1p": (lambda xp, x, y: xp.log(1 + y), lambda xp, x, y: xp.log(1 - y)),
    "expm1": (lambda xp, x, y: xp.exp(x) - 1, lambda xp, x, y: 1 - xp.exp(x), lambda xp, x, y: -1 + xp.exp(x)),
    "softmax by max subtraction": (
        lambda xp, x, y: softmax(xp, x),
        lambda xp, x, y: xp.exp(x) / xp.sum(xp.exp(x), axis=0),
    ),
    "sigmoid": (
        lambda xp, x, y: 1 / (1 + xp.exp(-x)),
        lambda xp, x, y: xp.exp(x) / (xp.exp(x) + 1),
        lambda xp, x, y: 1 - xp.sigmoid(x),
    ),
    "add exponents": (
        lambda xp, x, y: xp.exp(x) * xp.exp(y),
        lambda xp, x, y: xp.exp(x) / xp.exp(y),
        lambda xp, x, y: xp.exp(xp.log(y)),
    ),
    "norm scaled by the maximum": (
        lambda xp, x, y: xp.sqrt(xp.sum(x * x, axis=-1)),
        lambda xp, x, y: xp.sum(x**2, axis=0, keepdims=True) ** 0.5,
        lambda xp, x, y: xp.sqrt(xp.mean(xp.square(x), axis=-1) + 1e-3),
    ),
    "reciprocal of the scaled norm": (lambda xp, x, y: xp.rsqrt(xp.sum(x * x, axis=-1)),),
    "hypot": (lambda xp, x, y: xp.sqrt(x * x + y**2),),
    "absolute value": (lambda xp, x, y: xp.sqrt(xp.square(x)),),
    "double where": (
        lambda xp, x, y: xp.where(x > 0, xp.sqrt(x), 0.0),
        lambda xp, x, y: xp.where(x > 0, y, xp.log(-2.0 * x) / x),
    ),
    "clamp before, not after": (
        lambda xp, x, y: xp.maximum(xp.log(y), -1.0),
        lambda xp, x, y: xp.minimum(2.0, xp.exp(x)),
        lambda xp, x, y: xp.maximum(xp.sqrt(y), 0.5),
    ),
    "entr": (lambda xp, x, y: y * xp.log(y),),
    "xlogy": (lambda xp, x, y: x * xp.log(y), lambda xp, x, y: xp.log1p(y) * x),
    "xlogy by where": (lambda xp, x, y: x * xp.log(y),),
    "rsqrt": (lambda xp, x, y: 1 / xp.sqrt(y), lambda xp, x, y: xp.reciprocal(xp.sqrt(y))),
    "logarithm of a product as a sum": (
        lambda xp, x, y: xp.log(xp.prod(y, axis=-1)),
        lambda xp, x, y: xp.log(y * (y + 1)),
        lambda xp, x, y: xp.log(y / (y + 1)),
        lambda xp, x, y: xp.log(xp.square(x)),
    ),
    "two-pass variance": (
        lambda xp, x, y: xp.mean(x * x, axis=-1) - xp.mean(x, axis=-1) ** 2,
        lambda xp, x, y: xp.mean(xp.square(x), axis=0, keepdims=True) - xp.square(xp.mean(x, axis=0, keepdims=True)),
    ),
    "difference of squares": (
        lambda xp, x, y: x * x - y**2,
        lambda xp, x, y: 1 - xp.square(x),
        lambda xp, x, y: xp.square(x) - 1,
    ),
    "half angle": (lambda xp, x, y: 1 - xp.cos(x),),
    "complementary function": (lambda xp, x, y: 1 - xp.erf(x), lambda xp, x, y: 1 - xp.ndtr(x)),
    "conjugate": (
        lambda xp, x, y: xp.sqrt(y + 1) - xp.sqrt(y),
        lambda xp, x, y: xp.sqrt(1 + y) - 1,
    ),
    "divide before multiplying": (
        lambda xp, x, y: x * x / (y * y),
        lambda xp, x, y: xp.square(x) / xp.exp(y),
        lambda xp, x, y: xp.square(x) / (2 * xp.square(y)),
        lambda xp, x, y: xp.square(x) / y,
        lambda xp, x, y: x * xp.sin(x) / y,
    ),
    "divide before summing": (
        lambda xp, x, y: xp.mean(x, axis=-1),
        lambda xp, x, y: xp.mean(x * x),
        lambda xp, x, y: xp.sum(x * y, axis=0, keepdims=True) / 2,
    ),
    "scale before squaring": (lambda xp, x, y: 0.5 * xp.square(x), lambda xp, x, y: x**2 * -0.25),
}
CASES = [(name, k) for name, ways in WRITTEN.items() for k in range(len(ways))]


def point(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, 3)), rng.uniform(0.05, 0.95, size=(2, 3))]


def answers(graph, arrays):
    """Value and gradients, as balls."""
    run = forward(graph, [balls.from_numbers(a) for a in arrays])
    return [run.output, *backward(run, balls.full(run.output.shape, balls.ONE), graph.inputs)]


def test_every_pattern_is_written_here():
    assert set(WRITTEN) == set(PATTERNS)


@pytest.mark.parametrize(("name", "way"), CASES)
def test_it_is_recognised_and_the_rewrite_is_the_same_mathematics(name, way):
    graph = record(WRITTEN[name][way], [(2, 3), (2, 3)])
    new, changes = rewritten(graph, {name: PATTERNS[name].rule})
    assert {c.pattern for c in changes} == {name}
    tolerance = 1e-60 if PATTERNS[name].identity or name == "logarithm of a product as a sum" else 1e-15
    with balls.precision(256):
        for seed in range(3):
            arrays = point(seed)
            for before, after in zip(answers(graph, arrays), answers(new, arrays), strict=True):
                assert before.shape == after.shape
                assert all(abs(d) < tolerance for d in np.ravel(before - after)), (before, after)


# what looks like a pattern and is none
UNLIKE = {
    "log1p": lambda xp, x, y: xp.log(2 + y),
    "expm1": lambda xp, x, y: xp.exp(x) - 2,
    "softplus": lambda xp, x, y: xp.log(2 + xp.exp(x)),
    "sigmoid": lambda xp, x, y: 1 / (2 + xp.exp(-x)),
    "softmax by max subtraction": lambda xp, x, y: xp.exp(x) / xp.sum(xp.exp(y), axis=-1, keepdims=True),
    "log_sigmoid": lambda xp, x, y: xp.log(2 - xp.sigmoid(x)),
    "norm scaled by the maximum": lambda xp, x, y: xp.sqrt(xp.sum(x * y)),
    "two-pass variance": lambda xp, x, y: xp.mean(x * x, axis=-1) - xp.mean(y, axis=-1) ** 2,
    "tanh": lambda xp, x, y: (xp.exp(x) - xp.exp(-y)) / (xp.exp(x) + xp.exp(-y)),
    "asinh": lambda xp, x, y: xp.log(x + xp.sqrt(y * y + 1)),
    "half angle": lambda xp, x, y: 1 + xp.cos(x),
    "double where": lambda xp, x, y: xp.where(x > 0, xp.sqrt(xp.where(x > 0, x, 1.0)), 0.0),
    "clamp before, not after": lambda xp, x, y: xp.maximum(xp.sin(x), 0.5),
    "add exponents": lambda xp, x, y: xp.exp(x) * y,
    "entr": lambda xp, x, y: x * xp.log(y),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_what_only_looks_like_it_is_left_alone(name):
    graph = record(UNLIKE[name], [(2, 3), (2, 3)])
    new, changes = rewritten(graph, {name: PATTERNS[name].rule})
    assert changes == []
    assert [n.operation for n in new.nodes] == [n.operation for n in graph.nodes]


def test_rewrites_make_each_other_possible():
    graph = record(lambda xp, x, y: xp.log(xp.sum(xp.exp(x) * xp.exp(y), axis=-1)), [(2, 3), (2, 3)])
    rules = {name: PATTERNS[name].rule for name in ("add exponents", "logsumexp")}
    assert {c.pattern for c in rewritten(graph, rules)[1]} == set(rules)


@pytest.mark.parametrize("framework", ["torch", "jax", "numpy"])
def test_the_words_are_those_of_the_framework(framework):
    namespace = {"torch": "torch.", "jax": "jnp.", "numpy": " np."}
    for pattern in PATTERNS.values():
        text = " ".join(("", pattern.code(framework), pattern.advice(framework), pattern.replaced(framework)))
        assert "xp." not in text.replace("exp.", "")
        assert not any(other in text for name, other in namespace.items() if name != framework)


def test_inputs_stay_inputs():
    new, _ = rewritten(record(WRITTEN["logsumexp"][2], [(2, 3), (2, 3)]), {"logsumexp": PATTERNS["logsumexp"].rule})
    assert [new.nodes[i].operation for i in new.inputs] == [INPUT, INPUT]
