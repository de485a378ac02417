"""What is claimed of local response normalisation, each claim measured where it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck.specification import Claim, Implementation, Shown
from gradcheck.suites.seeds.showing import pick, point_of, together
from gradcheck.verdict import Verdict

# Activations (1, 6, 1) with s well away from k, so that the second term of the gradient counts.
TYPICAL = np.array([1.0, 200.0, -300.0, 40.0, 500.0, 6.0]).reshape(1, 6, 1)
RIGHT, WRONG = True, False

# specification, implementation, framework, quantity: is it right?
BACKWARD_PASSES = (
    ("lrn-caffe-3", "caffe_backward", "numpy", "gradient", RIGHT),
    ("lrn-pytorch-4", "caffe_backward", "numpy", "gradient", RIGHT),
    ("lrn-pytorch-4", "window_not_mirrored", "numpy", "gradient", WRONG),
    ("lrn-caffe-3", "divided_by_the_power", "numpy", "gradient", WRONG),
    ("lrn-caffe-3", "power_added", "numpy", "value", WRONG),
)
NOT_THE_GRADIENT = (
    ("lrn-caffe-3", "passed_through", "numpy", "gradient", WRONG),
    ("lrn-caffe-3", "scaled_like_the_activations", "numpy", "gradient", WRONG),
    ("lrn-caffe-3", "normalised_like_the_activations", "numpy", "gradient", WRONG),
)
LIBRARIES = (
    ("lrn-pytorch-5", "functional", "torch", "value", RIGHT),
    ("lrn-pytorch-4", "functional", "torch", "value", RIGHT),
    ("lrn-caffe-4", "pytorch_functional", "torch", "value", WRONG),
    ("lrn-alexnet-5", "pytorch_functional", "torch", "value", WRONG),
    ("lrn-alexnet-5", "pytorch_functional_alpha_times_n", "torch", "value", RIGHT),
)
Row = tuple[str, str, str, str, bool]
Measured = tuple[Verdict, tuple[str, str]]  # of one component: the verdict, and the row of evidence


def claims(implementations: Sequence[Implementation]) -> tuple[Claim, ...]:
    """The claims about these implementations."""

    def claim(name: str, text: str, show: Callable[..., Shown], *arguments: Any, frameworks=("numpy",)) -> Claim:
        return Claim(name=name, text=text, show=partial(show, implementations, *arguments), frameworks=frameworks)

    return (
        claim(
            "which backward passes are right",
            "Caffe's backward pass is the gradient, for even n with the sum over the mirrored window; dividing by "
            "s_i^(-beta-1) is not, nor is adding s^-beta the layer.",
            _right_or_wrong,
            BACKWARD_PASSES,
        ),
        claim(
            "the gradient is not treated like the activations",
            "The gradient is neither passed through, nor scaled by s^-beta, nor normalised as the activations were.",
            _right_or_wrong,
            NOT_THE_GRADIENT,
        ),
        claim(
            "conventions are not interchangeable",
            "PyTorch's layer is not ONNX's for even n (mirrored windows), nor AlexNet's (alpha undivided); "
            "for odd n alpha times n makes it AlexNet's.",
            _right_or_wrong,
            LIBRARIES,
            frameworks=("torch",),
        ),
        claim(
            "the running sum loses everything after one huge channel",
            "The running sum that adds one square and subtracts one keeps nothing of the channels beside a huge one, "
            "though they follow it: too small a sum, a negative one, and NaN for good once a square overflows.",
            _running_sum,
        ),
        claim(
            "squares overflow although the output is representable",
            "a^2 overflows, in float16 from 256 on, where the output is an ordinary number: the output and the "
            "gradient are lost; scaling by the largest activation of the window keeps both.",
            _squares_overflow,
            frameworks=("torch",),
        ),
    )


def _find(implementations: Sequence[Implementation], specification: str, name: str, framework: str) -> Implementation:
    return pick([i for i in implementations if i.specification.name == specification], name, framework)


def _right_or_wrong(implementations: Sequence[Implementation], rows: Sequence[Row]) -> Shown:
    return together(*(_tally(_find(implementations, *row[:3]), row[3], row[4]) for row in rows))


def _judged(implementation: Implementation, dtype: str, a: np.ndarray, quantity: str) -> Any:
    from gradcheck.judging import judge_at  # the engine is needed when a claim is shown, not when a suite is read

    judged = judge_at(implementation, dtype, point_of((a,), dtype))
    return judged.value if quantity == "value" else judged.gradient[0]


def _tally(implementation: Implementation, quantity: str, right: bool) -> Shown:
    """The verdicts of every component at the typical point, in float64: all pass, or most are wrong."""
    verdicts = list(_judged(implementation, "float64", TYPICAL, quantity).verdicts.flat)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in Counter(map(str, verdicts)).items())
    holds = all(v.passes for v in verdicts) if right else verdicts.count(Verdict.WRONG) > len(verdicts) / 2
    return Shown(holds, ((f"{implementation.label} float64 {quantity}", counts),))


def _component(implementation: Implementation, dtype: str, a: np.ndarray, quantity: str, channel: int) -> Measured:
    part, index = _judged(implementation, dtype, a, quantity), (0, channel, 0)
    numbers = f"{part.actual[index]:.6g} for {part.expected[index]:.6g}: {part.verdicts[index]}"
    where = f"{quantity} of channel {channel} at [{', '.join(f'{x:g}' for x in a.flat)}]"
    return part.verdicts[index], (f"{implementation.name} {implementation.framework} {dtype}, {where}", numbers)


def _lost_and_kept(loses: Measured, keeps: Measured, verdict: Verdict) -> Shown:
    return Shown(loses[0] == verdict and keeps[0].passes, (loses[1], keeps[1]))


# first channel, dtype, channel looked at, verdict there; the others are 300, whose squares move s from 2 to 11
HUGE_FIRST = (
    (1e8, "float32", 3, Verdict.WRONG),
    (1e8, "float32", 5, Verdict.SPURIOUS_NAN),
    (1e20, "float32", 3, Verdict.SPURIOUS_NAN),
    (1e20, "float64", 3, Verdict.WRONG),
)


def _running_sum(implementations: Sequence[Implementation]) -> Shown:
    running = _find(implementations, "lrn-caffe-3", "running_sum", "numpy")
    direct = _find(implementations, "lrn-caffe-3", "direct", "numpy")

    def shown(huge: float, dtype: str, channel: int, verdict: Verdict) -> Shown:
        a = np.array([huge, 300, 300, 300, 300, 300]).reshape(1, 6, 1)
        loses, keeps = (_component(i, dtype, a, "value", channel) for i in (running, direct))
        return _lost_and_kept(loses, keeps, verdict)

    return together(*(shown(*row) for row in HUGE_FIRST))


# dtype, activation in every channel
TOO_LARGE_TO_SQUARE = (("float16", 300.0), ("float32", 1e20), ("bfloat16", 1e20), ("float64", 1e160))


def _squares_overflow(implementations: Sequence[Implementation]) -> Shown:
    functional = _find(implementations, "lrn-pytorch-5", "functional", "torch")
    scaled = _find(implementations, "lrn-pytorch-5", "scaled", "torch")

    def shown(dtype: str, size: float, quantity: str) -> Shown:
        loses, keeps = (_component(i, dtype, np.full((1, 6, 1), size), quantity, 2) for i in (functional, scaled))
        return _lost_and_kept(loses, keeps, Verdict.SPURIOUS_ZERO)

    return together(*(shown(*row, quantity) for row in TOO_LARGE_TO_SQUARE for quantity in ("value", "gradient")))
