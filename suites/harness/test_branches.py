"""A branch that is not taken and would poison the gradient is found by construction, sampled or not."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from gradcheck import Argument, check, frameworks
from gradcheck.dtypes import NAMES, format_of
from gradcheck.explain.branches import MOST_EACH, REGIME, candidate_points
from gradcheck.fallback import shadowed
from gradcheck.inputs.points import make
from gradcheck.judging import NON_FINITE, Target, judge_point

FAR = 12345.678
X = Argument("real", shape=(3,), name="x")
BOUNDED = Argument("[-20000, 20000]", shape=(3,), name="x")
NONNEGATIVE = Argument("nonnegative", shape=(3,), name="x")


def guarded_root(xp, x):
    return xp.where(x > 0.37, xp.sqrt(x - 0.37), xp.zeros_like(x))


def guarded_exp(xp, x):
    return xp.where(x < 80, xp.exp(x), x)


def floored_log(xp, x):
    return xp.maximum(xp.log(x), xp.full_like(x, -5.0))


def capped_reciprocal(xp, x):
    return xp.minimum(1 / x, xp.full_like(x, 2.0))


def clipped_log(xp, x):
    return xp.clip(xp.log(x), -5.0, 5.0)


def largest(xp, x):
    return xp.max(xp.sqrt(x))


def far_log(xp, x):
    """Poisoned at one number alone, one below the threshold."""
    return xp.where(x > FAR, xp.log(x - (FAR - 1)), xp.zeros_like(x))


def far_square(xp, x):
    """What is divided by touches zero, and changes its sign nowhere."""
    away = (x - FAR) ** 2
    return xp.where(away > 1e-3, away / xp.sqrt(away), xp.zeros_like(x))


def safe_root(xp, x):
    positive = x > 0.37
    return xp.where(positive, xp.sqrt(xp.where(positive, x - 0.37, xp.ones_like(x))), xp.zeros_like(x))


def _target(function, arguments, framework="torch", gradient=None):
    chosen = frameworks.get(framework)
    truths = shadowed(chosen, function, arguments, has_gradient=True)
    return Target(framework=chosen, function=function, gradient=gradient, arguments=arguments, truths=truths)


def _bound(formula, xp):
    return lambda *arrays: formula(xp, *arrays)


def _poisoned(target, points, dtype):
    judged = [judge_point(target, point, dtype, "eager") for point in points]
    return [j.point for j in judged if any((p.verdicts == "spurious_nan").any() for p in j.gradient)]


CASES = [
    (guarded_root, X),
    (guarded_exp, X),
    (floored_log, NONNEGATIVE),
    (capped_reciprocal, Argument("[0, 8]", shape=(3,))),
    (clipped_log, NONNEGATIVE),
    (largest, NONNEGATIVE),
]
FAR_CASES = [(far_log, BOUNDED), (far_square, BOUNDED)]
WIDE = ("float32", "float64")  # dtypes that have numbers so near to the far ones


def _cases(dtypes, cases=CASES):
    return [pytest.param(*case, dtype, id=f"{case[0].__name__}-{dtype}") for case in cases for dtype in dtypes]


@pytest.mark.parametrize(("formula", "argument", "dtype"), _cases(NAMES) + _cases(WIDE, FAR_CASES))
def test_candidates_poison_the_gradient_inside_the_domain(formula, argument, dtype):
    target = _target(_bound(formula, torch), (argument,))
    points = candidate_points(target, dtype)
    assert all(argument.parsed.contains(p.arrays[0]).all() for p in points)
    assert {p.arrays[0].dtype for p in points} == {format_of(dtype).numpy}
    assert _poisoned(target, points, dtype)


@pytest.mark.parametrize(("formula", "argument", "dtype"), _cases(["float32"], CASES + FAR_CASES))
def test_in_jax_too(formula, argument, dtype):
    target = _target(_bound(formula, jnp), (argument,), "jax")
    assert _poisoned(target, candidate_points(target, dtype), dtype)


@pytest.mark.parametrize("formula", [far_log, far_square])
def test_what_no_sampled_point_meets_is_found(formula):
    target = _target(_bound(formula, torch), (BOUNDED,))
    sampled = [p for p in make((BOUNDED,), "float32") if p.regime != NON_FINITE]
    assert not _poisoned(target, sampled, "float32"), "the regimes find it alone"
    report = check(target.function, BOUNDED, framework="torch")
    (found,) = [f for f in report.findings if f.verdict == "spurious_nan"]
    assert (found.regime, found.quantity, found.severity) == (REGIME, "gradient", "critical")
    assert found.cause.kind == "untaken branch"
    assert found.record.count >= 1
    assert abs(found.point[0][found.index] - FAR) < 2


def test_a_branch_by_another_argument_is_driven_there():
    def quotient(x, y):
        return torch.where(x == y, torch.zeros_like(x), (x - y).abs().sqrt() * (x - y))

    arguments = (X, Argument("[5, 6]", shape=(3,), differentiate=False))
    target = _target(quotient, arguments)
    points = candidate_points(target, "float32")
    assert any((p.arrays[0] == p.arrays[1]).any() for p in points)


def test_a_double_where_is_safe():
    target = _target(_bound(safe_root, torch), (X,))
    assert not _poisoned(target, candidate_points(target, "float32"), "float32")
    report = check(target.function, X, framework="torch")
    assert not [f for f in report.findings if f.severity != "minor"]


@pytest.mark.parametrize(
    "function",
    [torch.tanh, torch.relu, lambda x: torch.sqrt(x * x + 1), lambda x: torch.logsumexp(torch.relu(x), 0)],
    ids=["no select", "nothing singular", "no select before", "singular behind the select"],
)
def test_without_such_a_branch_there_is_nothing_to_force(function):
    assert candidate_points(_target(function, (X,)), "float32") == []


def test_a_gradient_written_by_hand_is_poisoned_by_no_branch():
    target = _target(_bound(guarded_root, torch), (X,), gradient=lambda x: x)
    assert candidate_points(target, "float32") == []


def test_a_function_that_cannot_be_watched_gives_none():
    def through_numpy(x):
        return torch.where(x > 0, torch.from_numpy(np.sqrt(x.detach().numpy())), x)

    assert candidate_points(_target(through_numpy, (X,)), "float32") == []


def test_few_points_the_same_each_time():
    target = _target(_bound(guarded_root, torch), (X,))
    points = candidate_points(target, "float32", seed=3)
    assert 0 < len(points) <= MOST_EACH
    again = candidate_points(target, "float32", seed=3)
    assert [p.arrays[0].tobytes() for p in again] == [p.arrays[0].tobytes() for p in points]
    assert len(candidate_points(target, "float32", most=1)) == 1


def test_the_users_own_points_are_all_that_is_judged():
    report = check(_bound(guarded_root, torch), X, framework="torch", points=[(np.ones(3),)])
    assert list(report.results.subjects[0].regimes) == ["given"]
