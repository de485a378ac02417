"""A function judged at a point: what it answers, what is no answer, and what flushing excuses."""

import numpy as np
import pytest
from hand_made import implementation, right, specification, three_halves

from gradcheck import Argument
from gradcheck.dtypes import format_of
from gradcheck.frameworks.errors import FunctionRaised
from gradcheck.inputs.points import Point
from gradcheck.judging import ShapeError, judge_at, judge_point, target_of, truths_of, unanswered
from gradcheck.oracle import ShadowOracle, Truths
from gradcheck.verdict import Verdict

X = np.array([1.0, -2.0], np.float32)


def test_value_without_a_gradient():
    judged = judge_at(implementation(), "float32", (X,))
    assert judged.value.actual.tolist() == judged.value.expected.tolist() == [1.5, -3.0]
    assert judged.gradient == ()
    assert judged.problem is None


def test_a_gradient_written_by_hand_is_judged():
    judged = judge_at(implementation(gradient=lambda x: (x * 0 + 1.5,)), "float32", (X,))
    assert [(quantity, number) for quantity, number, _ in judged.parts()] == [("value", None), ("gradient", 0)]
    assert judged.gradient[0].counts() == {"accurate": 2}


def test_the_gradient_is_numbered_among_the_differentiated_arguments():
    of = specification(lambda xp, a, b: a * b, Argument(differentiate=False), Argument())
    given = implementation(lambda a, b: a * b, gradient=lambda a, b: a, of=of)
    judged = judge_at(given, "float64", (np.array(3.0), np.array(5.0)))
    assert [part.expected for part in judged.gradient] == [3.0]


def test_automatic_differentiation_is_judged():
    torch = pytest.importorskip("torch")
    of = specification(lambda xp, x: xp.sqrt(xp.sum(x * x)))
    norm = implementation(lambda x: torch.sqrt(torch.sum(x * x)), of=of, framework="torch")
    zero = judge_at(norm, "float32", (np.zeros(2, np.float32),))
    assert zero.value.counts() == {"accurate": 1}
    assert zero.gradient[0].counts() == {"spurious_nan": 2}


def test_another_shape_than_the_definition_is_refused():
    with pytest.raises(ShapeError, match=r"returned shape \(\), its definition \(2,\), for inputs of shapes \(2,\)"):
        judge_at(implementation(lambda x: x.sum()), "float32", (X,))


def test_an_empty_output_is_refused():
    with pytest.raises(ShapeError, match=r"returned an empty array, shape \(0,\)"):
        judge_at(implementation(lambda x: x[:0]), "float32", (X,))


def test_a_function_that_raises_is_not_judged():
    with pytest.raises(FunctionRaised, match="ZeroDivisionError"):
        judge_at(implementation(lambda x: 1 // 0), "float32", (X,))


def test_implementations_of_one_specification_share_its_truth():
    of = specification()
    assert truths_of(of) is truths_of(of)
    assert target_of(implementation(of=of)).truths is truths_of(of)


def test_a_subnormal_input_set_to_zero_is_flushed_where_the_framework_does_so():
    jnp = pytest.importorskip("jax.numpy")
    tiny = np.array([1e-39, 1.0], np.float32)  # times 1e10 it would be a normal number
    of = specification(lambda xp, x: 1e10 * x)
    flushing = judge_at(implementation(lambda x: x * jnp.float32(1e10), of=of, framework="jax"), "float32", (tiny,))
    assert flushing.value.verdicts.tolist() == ["flushed", "accurate"]
    losing = implementation(lambda x: np.where(np.abs(x) < 1e-38, 0, x).astype(x.dtype) * np.float32(1e10), of=of)
    assert judge_at(losing, "float32", (tiny,)).value.verdicts.tolist() == ["spurious_zero", "accurate"]


def _jax(function, definition, *arguments):
    return implementation(function, of=specification(definition, *arguments), framework="jax")


def _log_density(xp, scale):
    return -xp.log(scale)


def test_nan_outside_the_domain_is_flushed_where_a_subnormal_number_became_zero():
    jnp = pytest.importorskip("jax.numpy")
    guarded = _jax(
        lambda s: jnp.where(s > 0, -jnp.log(s), jnp.nan), _log_density, Argument("positive", shape=(2,), name="scale")
    )
    subnormal = judge_at(guarded, "float32", (np.array([1e-39, 1.0], np.float32),))
    assert subnormal.value.verdicts.tolist() == ["flushed", "accurate"]
    assert subnormal.gradient[0].verdicts.tolist() == ["flushed", "accurate"]


def test_nan_at_a_pole_is_flushed_and_at_the_pole_itself_it_is_no_number():
    jnp = pytest.importorskip("jax.numpy")
    ratio = _jax(lambda x: jnp.log(x * x) * (x / x) / 2, lambda xp, x: xp.log(x * x) / 2, Argument(shape=(), name="x"))
    assert judge_at(ratio, "float32", (np.array(1e-39, np.float32),)).value.counts() == {"spurious_nan": 1}
    halves = _jax(lambda x: jnp.log(x) + x / x, lambda xp, x: xp.log(x) + 1, Argument("nonnegative", shape=()))
    assert judge_at(halves, "float32", (np.array(1e-39, np.float32),)).value.counts() == {"flushed": 1}
    assert judge_at(halves, "float32", (np.array(0.0, np.float32),)).value.counts() == {"spurious_nan": 1}


def test_what_fails_at_normal_numbers_too_is_not_flushed():
    jnp = pytest.importorskip("jax.numpy")
    squared = _jax(lambda x: jnp.sqrt(x * x), lambda xp, x: abs(x), Argument("positive", shape=(2,), name="x"))
    lost = judge_at(squared, "float32", (np.array([1e-39, 1e-25], np.float32),))
    assert lost.value.verdicts.tolist() == ["flushed", "spurious_zero"]
    inverted = _jax(lambda x, y: x * (1 / y), lambda xp, x, y: x / y, Argument(shape=()), Argument(shape=()))
    big = np.array(3e38, np.float32)  # 1 / y is subnormal
    assert judge_at(inverted, "float32", (big, big)).value.counts() == {"spurious_zero": 1}


def test_the_exact_answer_for_a_number_within_half_an_ulp_is_ill_conditioned():
    torch = pytest.importorskip("torch")
    x = np.array([2e10, 2e10], np.float32)  # half an ulp is 1024: 163 periods
    judged = judge_point(_shadowed(torch.special.bessel_j0), Point("given", (x,)), "float32", "eager")
    assert judged.value.counts() == {"ill_conditioned": 2}


@pytest.mark.parametrize(("exponent", "verdict"), [(18.0, "ill_conditioned"), (40.0, "wrong")])
def test_the_exact_answer_for_all_inputs_within_half_an_ulp_is_ill_conditioned(exponent, verdict):
    def definition(xp, x, w):  # half an ulp of 1e4 is 2**-11, so all products together are uncertain by 20
        return xp.exp(xp.sum(x * w) - 90.0)

    of = specification(definition, Argument(shape=(3,), differentiate=False), Argument(shape=(3,)))
    answers = implementation(lambda x, w: np.exp(np.float32(exponent - 90)), of=of)
    judged = judge_at(answers, "float32", (np.full(3, 1e4, np.float32), np.array([1e4, -1e4, 0], np.float32)))
    assert judged.value.counts() == {verdict: 1}


PROBLEM = FunctionRaised("f(x)", "ValueError", "no", "")


def test_no_answer_has_the_shape_and_the_truth_of_the_answer():
    judged = unanswered(target_of(implementation()), Point("given", (X,)), "float32", Verdict.RAISED, PROBLEM)
    assert judged.value.counts() == {"raised": 2}
    assert judged.value.expected.tolist() == [1.5, -3.0]
    assert np.isnan(judged.value.actual).all()
    assert judged.problem is PROBLEM


def test_where_the_value_is_undefined_a_function_may_refuse():
    target = target_of(implementation(of=specification(lambda xp, x: xp.sqrt(x))))
    judged = unanswered(target, Point("given", (X,)), "float32", Verdict.RAISED, PROBLEM)
    assert judged.value.verdicts.tolist() == ["raised", "undefined"]


def _shadowed(function):
    arguments = (Argument(shape=(2,)),)
    target = target_of(implementation(function, framework="torch"))
    return type(target)(
        framework=target.framework,
        function=function,
        gradient=None,
        arguments=arguments,
        truths=Truths(ShadowOracle("torch", function, (0,)), arguments),
    )


def test_without_any_truth_nothing_is_expected():
    torch = pytest.importorskip("torch")
    target = _shadowed(lambda x: torch.fft.rfft(x).abs())
    judged = unanswered(target, Point("given", (X,)), "float32", Verdict.UNDECIDED, PROBLEM)
    assert judged.value.counts() == {"undecided": 1}
    assert target.scales(format_of("float32")) == [0.0, 0.0]


def test_scales_are_usual_magnitudes():
    value, gradient = target_of(implementation()).scales(format_of("float32"))
    assert 0.1 < value < 100
    assert gradient == 1.5


def test_the_shadow_judges_the_same_as_the_definition():
    pytest.importorskip("torch")
    point = Point("given", (X,))
    shadowed = judge_point(_shadowed(lambda x: x * 1.5), point, "float32", "eager")
    defined = judge_at(implementation(lambda x: x * 1.5, framework="torch"), "float32", (X,))
    assert shadowed.value.expected.tolist() == defined.value.expected.tolist()
    assert shadowed.gradient[0].counts() == defined.gradient[0].counts() == {"accurate": 2}


def test_hand_made_is_right():
    assert right(X).tolist() == three_halves(None, X).tolist()
