"""Gradients of a sum that cancels: the rounding of its terms is no defect, a defect in one of them is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.nn import functional

from gradcheck import Argument, check
from gradcheck.report import Report

# The outputs of these sum to a constant, or nearly so: the exact gradient of the sum is zero, or far below its terms.
WELL_WRITTEN: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "softmax": lambda x: functional.softmax(x, 0),
    "layer_norm": lambda x: functional.layer_norm(x, (4,)),
    "group_norm": lambda x: functional.group_norm(x.reshape(1, 4), 2),
    "softmin times sums": lambda x: functional.softmin(x, 0) * 3.0,
}


def checked(function: Callable[[torch.Tensor], torch.Tensor], dtype: str) -> Report:
    return check(function, Argument("[-100, 100]", shape=(4,)), framework="torch", dtypes=(dtype,))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("name", WELL_WRITTEN)
def test_what_the_sum_cancels_is_minor_at_most(name: str, dtype: str) -> None:
    report = checked(WELL_WRITTEN[name], dtype)
    assert report.counts["gradient"], "no gradient was judged"
    assert [f for f in report.findings if f.severity != "minor"] == []


class _Defective(torch.autograd.Function):
    """Softmax whose backward pass is one part in a hundred too large in one component."""

    @staticmethod
    def forward(ctx, x):
        y = functional.softmax(x, 0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, flow):
        (y,) = ctx.saved_tensors
        own = y * (flow - (flow * y).sum())
        return own * torch.tensor([1.0, 1.0, 1.01, 1.0], dtype=y.dtype)


def weighted(softmax: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[torch.Tensor], torch.Tensor]:
    """Whose sum does not cancel: the outputs count differently."""
    return lambda x: softmax(x) * torch.arange(1, 5, dtype=x.dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_defect_of_a_hundredth_in_one_component_is_found(dtype: str) -> None:
    right, defective = (checked(weighted(s), dtype) for s in (lambda x: functional.softmax(x, 0), _Defective.apply))
    assert [f for f in right.findings if f.severity != "minor"] == []
    found = [f for f in defective.findings if f.severity != "minor" and f.quantity == "gradient"]
    assert found
    assert {f.index for f in found} == {(2,)}


class _Shifted(torch.autograd.Function):
    """Softmax whose backward pass forgets what the other outputs take away."""

    @staticmethod
    def forward(ctx, x):
        y = functional.softmax(x, 0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, flow):
        (y,) = ctx.saved_tensors
        return y * flow


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_a_gradient_that_should_cancel_and_does_not_is_found(dtype: str) -> None:
    report = checked(_Shifted.apply, dtype)
    assert any(f.severity == "critical" and f.quantity == "gradient" for f in report.findings)


@pytest.mark.parametrize("b", [20.0, 37.5, 40.0])
def test_a_large_factor_of_a_saturated_gate_makes_no_critical_finding(b: float) -> None:
    glu = lambda x: functional.glu(x, 0)  # noqa: E731
    point = (np.array([100.0, b]),)
    report = check(glu, Argument("real", shape=(2,)), framework="torch", dtypes=("float64",), points=[point])
    assert report.findings, "1 - sigmoid lost nothing"
    assert {f.severity for f in report.findings} == {"minor"}


def test_a_sign_turned_round_behind_such_a_factor_is_critical() -> None:
    class Turned(torch.autograd.Function):
        """A gate of which the gradient has the wrong sign."""

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return functional.glu(x, 0)

        @staticmethod
        def backward(ctx, flow):
            (x,) = ctx.saved_tensors
            gate = torch.sigmoid(x[1:])
            return torch.cat([flow * gate, -flow * x[:1] * gate * (1 - gate)])

    point = (np.array([100.0, 20.0]),)
    report = check(Turned.apply, Argument("real", shape=(2,)), framework="torch", dtypes=("float64",), points=[point])
    assert [(f.severity, f.index) for f in report.findings if f.quantity == "gradient"] == [("critical", (1,))]
