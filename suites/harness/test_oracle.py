"""Truth at points: remembered, told apart by bits and shape; and what is said where there is none."""

import numpy as np
import pytest
from hand_made import three_halves

from gradcheck import Argument, oracle
from gradcheck.dtypes import format_of
from gradcheck.oracle import BadDefinition, DefinitionOracle, NoTruth, ShadowOracle, Truths

F32, F64 = format_of("float32"), format_of("float64")
torch = pytest.importorskip("torch")


def _truths(definition, *shapes):
    return Truths(DefinitionOracle(definition), tuple(Argument("real", shape=shape) for shape in shapes))


def test_value_and_gradient_of_the_differentiated_arguments():
    arguments = (Argument("real"), Argument("real", differentiate=False), Argument("real"))
    truths = Truths(DefinitionOracle(lambda xp, a, b, c: a * b * c), arguments)
    truth = truths.at([np.array(2.0), np.array(3.0), np.array(5.0)], F64)
    assert truths.differentiated == (0, 2)
    assert truth.value.expected == 30
    assert [g.expected for g in truth.gradient] == [15, 6]


def test_the_same_bytes_in_another_shape_are_another_point():
    truths = _truths(lambda xp, x: xp.sum(x, axis=0), (2, 3))
    numbers = np.arange(6.0)
    assert truths.at([numbers.reshape(2, 3)], F64).value.expected.tolist() == [3, 5, 7]
    assert truths.at([numbers.reshape(3, 2)], F64).value.expected.tolist() == [6, 9]


def test_the_boundary_between_arguments_is_part_of_a_point():
    truths = _truths(lambda xp, a, b: xp.sum(a) - xp.sum(b), (1,), (2,))
    one, two = np.array([1.0]), np.array([2.0, 4.0])
    assert truths.at([one, two], F64).value.expected == -5
    assert truths.at([np.array([1.0, 2.0]), np.array([4.0])], F64).value.expected == -1


def test_signed_zeros_are_different_points():
    truths = _truths(lambda xp, x: 1 / x, (1,))
    signs = [truths.at([np.array([zero])], F64).value.kinds[0] for zero in (0.0, -0.0)]
    assert len(truths._truths) == 2
    assert signs[0] == signs[1]


def test_a_truth_is_certified_once(monkeypatch):
    calls = []
    certify = oracle.certify
    monkeypatch.setattr(oracle, "certify", lambda *a: calls.append(1) or certify(*a))
    truths = _truths(three_halves, (2,))
    for _ in range(2):
        truths.at([np.ones(2)], F64)
    assert len(calls) == 1
    truths.at([np.ones(2)], F32)
    assert len(calls) == 2


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(oracle, "KEPT", 4)
    truths = _truths(three_halves, ())
    for number in range(10):
        truths.at([np.array(float(number))], F64)
    assert len(truths._truths) <= 4


def test_a_label_carries_no_uncertainty():
    arguments = (Argument("real"), Argument("{-1, 1}", differentiate=False))
    truths = Truths(DefinitionOracle(lambda xp, x, y: x * y), arguments)
    point = [np.array(1.0), np.array(-1.0)]
    assert float(truths.spread(point, F64)[0].item()) == 2.0**-53


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (lambda xp, x: xp.foo(x), r"<lambda>\(xp, array\[2\]\) raised AttributeError: .*foo"),
        (lambda xp, x: x if x[0] > 0 else -x, "write xp.where"),
        (lambda xp, x: x @ xp.reshape(x, (5, 1)), "expected a formula of the array-API functions in xp"),
    ],
)
def test_a_definition_that_cannot_be_recorded(definition, message):
    with pytest.raises(BadDefinition, match=message) as caught:
        _truths(definition, (2,)).at([np.ones(2)], F64)
    assert f"at {__file__}:" in str(caught.value)


def test_a_definition_of_two_outputs_is_refused():
    with pytest.raises(BadDefinition, match="the definition returned tuple; expected one array of xp"):
        _truths(lambda xp, x: (x, x), (2,)).at([np.ones(2)], F64)


def test_a_shadow_is_taken_once_for_a_point():
    calls = []

    def counted(x):
        calls.append(1)
        return x * x

    shadow = ShadowOracle("torch", counted, (0,))
    point = [np.ones(2, np.float32)]
    assert shadow.graph(point) is shadow.graph(point)
    assert len(calls) == 1
    shadow.graph([np.zeros(2, np.float32)])
    assert len(calls) == 2


def test_an_operation_without_a_rule_is_named_with_its_line():
    shadow = ShadowOracle("torch", lambda x: torch.fft.rfft(x).abs(), (0,))
    with pytest.raises(NoTruth, match=r"no exact rule for the operation .*fft") as caught:
        shadow.graph([np.ones(4, np.float32)])
    assert f"at {__file__}:" in str(caught.value)


def test_a_function_that_fails_only_when_watched_has_no_truth():
    def refuses(x):
        raise RuntimeError("not under a mode")

    with pytest.raises(NoTruth, match=r"cannot be shadowed: .*not under a mode.*; give a definition= instead"):
        ShadowOracle("torch", refuses, (0,)).graph([np.ones(2, np.float32)])
