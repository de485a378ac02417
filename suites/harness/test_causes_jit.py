"""The cause of what fails only compiled: the operation that XLA's rewriting breaks, and the user's line."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from replayed import line, single

from gradcheck import Argument, check, suites
from gradcheck.explain.cause import cause_of
from gradcheck.explain.kinds import PARTS
from gradcheck.finding import failures
from gradcheck.inputs.points import Point
from gradcheck.judging import judge_point, target_of
from gradcheck.shadow import jax_compiled, jax_trees
from gradcheck.shadow.replay import replay
from gradcheck.suites.known_bugs import BY_ID
from gradcheck.suites.known_bugs.causes import CAUSES
from gradcheck.suites.seeds.causes import causes_of

ONLY_JIT = "; only under jit, where XLA rewrites the operations: run one by one they give "
SATURATED = ([0, 20], [0, 0])  # logits and labels: 1 - p rounds to 0
OF_THE_ELBO = ([[0, 20, 0]] * 2, [[0, 0, 0]] * 2, [[0, 0]] * 2, [[0, 0]] * 2)
SEEDS = [
    ("vae", "bernoulli_log_density", "plus_1e-18", "value", "spurious_inf", SATURATED),
    ("vae", "bernoulli_log_density", "plus_1e-18", "value", "spurious_nan", ([0, 20], [1, 1])),
    ("vae", "bernoulli_log_density", "plus_1e-18", "gradient", "spurious_nan", SATURATED),
    ("vae", "elbo", "plus_1e-18", "value", "spurious_inf", OF_THE_ELBO),
    ("vae", "elbo", "plus_1e-18", "gradient", "spurious_nan", OF_THE_ELBO),
    ("magnitude_sign", "paraboloid", "as_published", "gradient", "spurious_nan", ([0, 0], [0, 3e38])),
    ("magnitude_sign", "paraboloid", "as_published", "gradient", "spurious_inf", ([0, 3e38], [0, 0])),
]


def _seed(suite, specification, name):
    wanted = (specification, name, "jax")
    every = suites.load(suite).implementations
    return target_of(next(i for i in every if (i.specification.name, i.name, i.framework) == wanted))


@pytest.mark.parametrize(("suite", "specification", "name", "quantity", "verdict", "point"), SEEDS)
def test_a_seed_that_fails_only_compiled_has_the_cause_worked_out_by_hand(
    suite, specification, name, quantity, verdict, point
):
    target, arrays = _seed(suite, specification, name), tuple(np.array(x, np.float32) for x in point)
    judged = judge_point(target, Point("given", arrays), "float32", "jit")
    found = [f for f in failures(target, judged, "float32") if (f.quantity, f.verdict) == (quantity, verdict)]
    right = causes_of(specification, name, "jax", "jit", quantity, verdict)
    assert found
    for cause in (cause_of(target, f, "float32") for f in found):
        assert any(r.admits(cause.kind, cause.operation, cause.phase) for r in right), (cause, right)
        assert ONLY_JIT in cause.sentence


def _explained(function, *numbers, mode="jit"):
    """Quantity -> the cause of each finding."""
    arguments, points = Argument(shape=(len(numbers),)), [(single(*numbers),)]
    report = check(function, arguments, framework="jax", modes=(mode,), points=points)
    return {f.quantity: f.cause for f in report.findings}


def test_a_function_that_compiles_itself_fails_so_in_eager_mode():
    bug = BY_ID["j_softmax_scaled_jit"]
    cause = _explained(bug.make(), *bug.point[0], mode="eager")["value"]
    assert any(r.admits(cause.kind, cause.operation, cause.phase) for r in CAUSES[bug.id]), cause
    assert (cause.kind, cause.operation) == ("cancellation", "sub")
    assert cause.sentence.endswith(ONLY_JIT + "1.0")


def _log_of_the_rest(x):
    return jnp.log(1 - jax.nn.sigmoid(x) + 1e-18)


def _in_a_scan(x):
    return jax.lax.scan(lambda total, one: (total + _log_of_the_rest(one), None), 0.0, x)[0]


def _in_a_loop(x):
    return jax.lax.fori_loop(0, 2, lambda _, total: total - _log_of_the_rest(x), x)


def _in_a_branch(x):
    return jax.lax.cond(x.sum() > 0, _log_of_the_rest, jnp.sin, x)


@pytest.mark.parametrize("function", [_log_of_the_rest, _in_a_scan, _in_a_loop, _in_a_branch])
def test_what_fails_only_compiled_is_found_inside_control_flow(function):
    causes = _explained(function, 0.0, 20.0)
    assert set(causes) == {"value", "gradient"}
    for cause in causes.values():
        assert (cause.kind, cause.operation, cause.phase) == ("absorption", "add", "forward")
        assert cause.location == line(_log_of_the_rest, "1e-18")


@jax.jit
def _root_under_jit(x):
    root = jnp.sqrt(x)
    return jnp.where(x > 0, root, 0.0)


def _root_in_a_scan(x):
    def body(total, one):
        root = jnp.sqrt(one * one)
        return total + root, None

    return jax.lax.scan(body, 1.0, x)[0]


@jax.custom_vjp
def _by_hand(x):
    return x * x


def _backward(x, cotangent):
    slope = x / x
    return (2 * x * slope * cotangent,)


_by_hand.defvjp(lambda x: (x * x, x), _backward)
BACKWARD = [
    (_root_under_jit, (-1.0, 1.0), _root_under_jit.__wrapped__, "jnp.sqrt"),
    (_root_in_a_scan, (0.0, 0.0), _root_in_a_scan, "jnp.sqrt"),
    (_by_hand, (0.0, 0.0), _backward, "slope = x / x"),
]


@pytest.mark.parametrize(("function", "point", "written", "text"), BACKWARD)
def test_a_nan_of_the_backward_pass_names_its_line(function, point, written, text):
    cause = _explained(function, *point)["gradient"]
    assert cause.phase == "backward"
    assert cause.location == line(written, text)


def test_what_is_right_only_compiled_has_a_cause_where_it_is_not():
    assert _explained(lambda x: jnp.log(jnp.exp(x)), 89.0) == {}
    causes = _explained(lambda x: jnp.log(jnp.exp(x)), 89.0, mode="eager")
    assert {(c.kind, c.operation) for c in causes.values()} == {("overflow", "exp")}
    assert not any(ONLY_JIT in c.sentence for c in causes.values())


def _compiled(*numbers, function=_log_of_the_rest):
    return replay("jax", function, [single(*numbers)], "float32", (0,), mode="jit")


def _of(trace, operation):
    return [s.results[0] for s in trace.steps if s.operation == operation and s.phase == "forward"]


def test_a_compiled_replay_has_both_results():
    (added,) = _of(_compiled(20.0), "add")
    assert (added.native, added.eager.native) == (0, np.float32(1e-18))


def test_what_was_compiled_serves_other_points_that_go_the_same_way(monkeypatch):
    first = _of(_compiled(20.0, 0.0, function=_in_a_branch), "log")[0].native
    monkeypatch.setattr(jax, "jit", None)
    np.testing.assert_array_equal(_of(_compiled(0.0, 20.0, function=_in_a_branch), "log")[0].native, first[::-1])
    other = _compiled(0.0, -20.0, function=_in_a_branch)
    with pytest.raises(TypeError):
        _of(other, "sin")[0].native  # noqa: B018 - compiles


@pytest.mark.parametrize("limit", ["MOST_COMPILED", "MOST_CUT"])
def test_beyond_the_limits_the_results_are_those_of_the_operations_one_by_one(monkeypatch, limit):
    monkeypatch.setattr(jax_compiled, limit, 0)
    (added,) = _of(_compiled(20.0, 20.0, 20.0), "add")
    assert added.native is added.eager.native


def test_float64_is_compiled_in_float64():
    trace = replay("jax", _log_of_the_rest, [np.array([40.0])], "float64", (0,), mode="jit")
    assert {h.native.dtype.name for s in trace.steps for h in s.results} == {"float64"}


def _loop_until_done(x):
    return jax.vmap(lambda one: jax.lax.while_loop(lambda s: s < 10, lambda s: s * 2, one))(x)


def test_samples_that_are_done_stay_as_they_are_when_compiled():
    trace = replay("jax", _loop_until_done, [single(1.0, 7.0)], "float32", (), mode="jit")
    np.testing.assert_array_equal(trace.value.native, [16.0, 14.0])


def test_a_partial_product_is_not_called_the_product():
    numbers = np.float32([1e-30, 1e30, 1e-30, 1e30])
    report = check(jnp.prod, Argument("real", shape=(4,)), framework="jax", dtypes=("float32",), points=[(numbers,)])
    causes = [f.cause for f in report.findings if f.cause is not None]
    assert causes
    assert all(c.operation == "reduce_prod" for c in causes)
    assert all(c.sentence.startswith("mul inside reduce_prod") for c in causes)
    assert set(PARTS) == set(jax_trees.TREES)
