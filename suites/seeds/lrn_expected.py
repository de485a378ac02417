"""What a run must find, and may find, on the implementations of local response normalisation."""

from __future__ import annotations

from gradcheck.specification import ExpectedFinding
from gradcheck.verdict import Verdict

WIDER = ("bfloat16", "float32", "float64")  # than float16 in range
OVERFLOW = "a^2 overflows, from 256 on in float16, so s^-beta is 0 where the exact output is an ordinary number"
PARTLY = "where only some of the windows overflow, the terms of the others are left alone"
FAR_OUT = "as in float16, from the square root of the maximum on, where outputs and gradients are already small"


def _found(verdict: Verdict, quantity: str, reason: str, **which) -> ExpectedFinding:
    return ExpectedFinding(verdict=verdict, quantity=quantity, reason=reason, **which)


def _overflow(quantity: str) -> tuple[ExpectedFinding, ...]:
    return (
        _found(Verdict.SPURIOUS_ZERO, quantity, OVERFLOW, dtypes=("float16",)),
        _found(Verdict.SPURIOUS_ZERO, quantity, FAR_OUT, dtypes=WIDER, required=False),
    )


VALUE_OVERFLOWS = _overflow("value")
GRADIENT_OVERFLOWS = (
    *_overflow("gradient"),
    _found(Verdict.WRONG, "gradient", PARTLY, dtypes=("float16",)),
    _found(Verdict.INACCURATE, "gradient", PARTLY, dtypes=("float16",), required=False),
)
SQUARES_OVERFLOW = (*VALUE_OVERFLOWS, *GRADIENT_OVERFLOWS)


def wrong(quantity: str, reason: str) -> tuple[ExpectedFinding, ...]:
    """Wrong in every dtype; near points where the mistake hardly counts, merely inaccurate."""
    return (
        _found(Verdict.WRONG, quantity, reason),
        _found(Verdict.INACCURATE, quantity, reason, required=False),
    )


LOST = "the channels beside a huge one are lost from the sum, and its square is subtracted from what is left"
RUNNING_SUM = (
    *VALUE_OVERFLOWS,
    _found(Verdict.SPURIOUS_NAN, "value", f"{LOST}: inf - inf, or a negative s"),
    _found(Verdict.WRONG, "value", LOST, required=False),
    _found(Verdict.INACCURATE, "value", LOST, required=False),
)

MIRRORED = "for even n the sum runs over the mirrored window, those channels whose windows have this one in them"
MULTIPLIED = "the sum is multiplied by s_i^(beta+1) instead of each term by s_j^(-beta-1)"
ONNX = "for even n ONNX's window reaches one channel further up, PyTorch's one further down"
UNDIVIDED = "AlexNet does not divide alpha by n"

# name of an implementation -> what is expected of it beside the overflow of the squares in its value
OF_BACKWARD: dict[str, tuple[ExpectedFinding, ...]] = {
    "caffe_backward": GRADIENT_OVERFLOWS,
    "window_not_mirrored": (*_overflow("gradient"), *wrong("gradient", MIRRORED)),
    "divided_by_the_power": (
        *wrong("gradient", MULTIPLIED),
        _found(Verdict.SPURIOUS_INF, "gradient", MULTIPLIED),
        _found(Verdict.SPURIOUS_NAN, "gradient", MULTIPLIED, required=False),
    ),
    "passed_through": wrong("gradient", "each output depends on all activations of its window"),
    "scaled_like_the_activations": (*_overflow("gradient"), *wrong("gradient", "s depends on the activations too")),
    "normalised_like_the_activations": wrong("gradient", "the gradient is no activation: s is that of the activations"),
}
