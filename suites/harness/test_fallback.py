"""Where no rule helps: a reference or finite differences judge, wide ones decide nothing, and it is said."""

import numpy as np
import pytest
from mpmath import mp

import gradcheck
from gradcheck import Argument
from gradcheck.dtypes import format_of
from gradcheck.exact import Kind, balls
from gradcheck.fallback import Differences, Estimated, Fallback, NotApplicable, Reference
from gradcheck.frameworks import get
from gradcheck.oracle import BadDefinition, Moves, NoTruth
from gradcheck.specification import Specification

torch = pytest.importorskip("torch")
F32, F64 = format_of("float32"), format_of("float64")
WHY = NoTruth("no rule for the operation made_up")
X = np.array([0.5, -1.5, 2.0], np.float32)
POINTS = [(X,), (np.array([3.0, 1.0, -0.75], np.float32),)]


class Made:
    """A source of given estimates."""

    name, effect = "made", "a made estimate judges instead"

    def __init__(self, compute):
        self.compute = compute

    def estimate(self, arrays, f):
        return [Estimated(np.asarray(m, float), np.asarray(r, float)) for m, r in self.compute(*arrays)]


def _opaque(formula, slope=None):
    """A function of torch that cannot be watched, with the gradient of `slope` in place of its own."""

    class Opaque(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            # the transform there and back is an operation without a rule
            return torch.fft.irfft(torch.fft.rfft(formula(x)), n=x.shape[-1])

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, flow):
            return flow * slope(*ctx.saved_tensors)

    return Opaque.apply


RIGHT = _opaque(lambda x: x**3, lambda x: 3 * x**2)
OFF = _opaque(lambda x: x**3, lambda x: 3.3 * x**2)


def _checked(function, points=POINTS, **options):
    return gradcheck.check(function, Argument(shape=(3,)), framework="torch", points=points, **options)


def test_the_gradient_is_judged_and_the_value_is_undecided():
    report = _checked(RIGHT)
    assert report.counts == {"value": {"undecided": 6}, "gradient": {"accurate": 6}}
    assert report.undecided == 6


def test_a_wrong_gradient_is_found_by_finite_differences():
    finding = _checked(OFF).findings[0]
    assert (finding.verdict, finding.oracle, finding.record.truth_kind) == ("wrong", "finite differences", "estimated")
    (point,) = finding.point
    with mp.workdps(40):
        exact = 3 * mp.mpf(float(point[finding.index])) ** 2
    assert abs(finding.expected - float(exact)) <= 2.0**-23 * float(exact)


def test_the_note_names_the_operation_and_the_line():
    (note,) = [n for n in _checked(RIGHT).notes if "no exact rule" in n]
    assert "aten._fft" in note
    assert f"used at {__file__}:" in note
    assert "finite differences in float64" in note


def test_float64_is_undecided_where_the_estimate_is_too_wide():
    points = [(x.astype(np.float64),) for (x,) in POINTS]
    barely = _opaque(lambda x: torch.sin(x), lambda x: torch.cos(x) * (1 + 1e-14))
    counts = _checked(barely, dtypes="float64", points=points).counts
    assert counts["gradient"] == {"undecided": 6}
    assert "wrong" in _checked(OFF, dtypes="float64", points=points).counts["gradient"]


def test_a_gradient_that_is_nan_fails():
    report = _checked(_opaque(lambda x: x**3, lambda x: x * np.nan))
    assert report.counts["gradient"] == {"spurious_nan": 6}


def test_nothing_is_judged_where_the_differences_say_nothing():
    report = _checked(_opaque(torch.sqrt, lambda x: 1 / (2 * torch.sqrt(x))), points=[(np.zeros(3, np.float32),)])
    assert report.counts == {"value": {"undecided": 3}, "gradient": {"undecided": 3}}
    assert not report.ok


def test_too_many_components_are_refused():
    point = np.zeros(300, np.float32)
    with pytest.raises(NotApplicable, match="300 differentiated components; expected 1 to 256"):
        Differences(get("torch"), RIGHT, (0,)).estimate([point], F32)


def test_a_function_that_refuses_the_differences_has_no_truth():
    def single_only(x):
        if x.dtype != torch.float32:
            raise TypeError("float32 only")
        return torch.fft.rfft(x).abs()

    report = _checked(single_only)
    assert report.counts["value"] == {"undecided": 2}
    assert any("finite differences: not applicable, FunctionRaised" in note for note in report.notes)


def _specification(value=lambda x: x**3, gradient=lambda x: (3 * x**2,)):
    return Specification(
        name="cube",
        definition=lambda xp, x: xp.made_up(x),
        arguments=(Argument(shape=(3,)),),
        value=value,
        gradient=gradient,
        source="hand-made",
    )


def test_the_reference_judges_value_and_gradient_below_float64():
    report = _checked(lambda x: x**3, definition=_specification())
    assert report.counts == {"value": {"accurate": 6}, "gradient": {"accurate": 6}}
    assert any("made_up" in note and "float64 reference" in note for note in report.notes)


def test_a_finding_by_the_reference_says_so():
    finding = _checked(lambda x: x**3 * 1.001, definition=_specification()).findings[0]
    assert (finding.verdict, finding.quantity, finding.oracle) == ("inaccurate", "value", "reference")


def test_the_reference_does_not_judge_float64():
    with pytest.raises(NoTruth, match="a float64 reference does not judge float64"):
        Fallback((Reference(_specification()),)).at([X.astype(np.float64)], F64, WHY)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (_specification(gradient=lambda x: ()), "returns gradients of shapes"),
        (_specification(value=lambda x: 1 / 0), "ZeroDivisionError"),
    ],
)
def test_a_reference_that_is_none(given, message):
    with pytest.raises(NoTruth, match=message):
        Fallback((Reference(given),)).at([X], F32, WHY)


def test_a_definition_that_cannot_be_recorded_stays_an_error_without_a_reference():
    with pytest.raises(BadDefinition, match="made_up"):
        _checked(lambda x: x, definition=lambda xp, x: xp.made_up(x))


def test_an_estimate_becomes_a_ball_and_no_estimate_is_undecided():
    source = Made(lambda x: [(x, [np.inf, 0.5, 0.0]), ([np.nan, 1.0, 2.0], [0.0, 0.0, 0.25])])
    truth, provenance = Fallback((source,)).at([X], F32, WHY)
    assert truth.value.kinds.tolist() == [Kind.UNDECIDED, Kind.ESTIMATED, Kind.ESTIMATED]
    assert truth.value.lower[1].contains(-2)
    assert truth.value.lower[1].contains(-1)
    assert not truth.value.lower[1].contains(-2.1)
    assert truth.gradient[0].kinds.tolist() == [Kind.UNDECIDED, Kind.ESTIMATED, Kind.ESTIMATED]
    assert (provenance.oracle, provenance.note) == ("made", f"{WHY}; a made estimate judges instead")


def test_the_next_source_is_asked_where_the_first_has_nothing():
    def nothing(x):
        raise NotApplicable("nothing to say")

    _, provenance = Fallback((Made(nothing), Made(lambda x: [(x, x * 0)]))).at([X], F32, WHY)
    assert provenance.oracle == "made"
    with pytest.raises(NoTruth, match="made_up; made: not applicable, nothing to say"):
        Fallback((Made(nothing),)).at([X], F32, WHY)


def _moves(*shapes, least=0.0, open_sides=True):
    sides = tuple((np.full(s, open_sides), np.full(s, open_sides)) for s in shapes)
    return Moves(tuple(True for _ in shapes), sides, least)


def test_the_spread_is_what_half_an_ulp_of_each_input_moves():
    source = Made(lambda x: [(np.sum(x * [1, 10, 100]), 0.0)])
    (spread,) = Fallback((source,)).spread([np.ones(3, np.float32)], F32, _moves((3,)), WHY)
    assert float(spread.item().mid()) == pytest.approx(111 * 2.0**-24, rel=1e-6)
    held = Fallback((source,)).spread([np.ones(3, np.float32)], F32, _moves((3,), open_sides=False), WHY)
    assert held[0].item() == 0


def test_the_spread_moves_at_least_what_it_is_told():
    (spread,) = Fallback((Made(lambda x: [(x, 0.0 * x)]),)).spread([np.zeros(1)], F32, _moves((1,), least=0.5), WHY)
    assert float(spread[0].mid()) == 0.5


def test_many_components_move_together():
    calls = []
    source = Made(lambda x: calls.append(1) or [(np.sum(x), 0.0)])
    Fallback((source,)).spread([np.ones(50, np.float32)], F32, _moves((50,)), WHY)
    assert len(calls) == 1 + 2 * 4


def test_what_is_unknown_excuses_nothing():
    source = Made(lambda x: [(x, np.full(3, np.inf))])
    (spread,) = Fallback((source,)).spread([X], F32, _moves((3,)), WHY)
    assert all(ball == balls.ZERO for ball in spread)
