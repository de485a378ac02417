"""What is claimed of the squared norm, each claim measured at the point that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck import dtypes
from gradcheck.specification import Claim, Implementation, Shown
from gradcheck.suites.seeds.showing import pick, point_of, quick_mode, together, verdict_shown
from gradcheck.verdict import Verdict

AUTODIFF = ("torch", "jax")
ZERO_COMPONENT = [[0.0, 1.0, 2.0]]
SMALL_DIFFERENCE = [[1e-30, 0.0]]
ONE_LARGE = [[1e20, 1.0, 1.0]]
ROOT_2E38 = 1.4142135e19
REPRESENTABLE_ROWS = [[ROOT_2E38, 0.0, 0.0], [ROOT_2E38, 0.0, 0.0]]  # squared norms of 2e38, their sum beyond float32

# name of the implementation, dtype, x (y is 0), quantity, index, verdict, then what verdict_shown takes more
Row = tuple[str, str, list, str, tuple[int, ...], Verdict, dict[str, Any]]

NAN_AT_ZERO: tuple[Row, ...] = tuple(
    ("logsumexp", dtype, ZERO_COMPONENT, "gradient", (0, 0), Verdict.SPURIOUS_NAN, {"expected": 0.0})
    for dtype in dtypes.NAMES
)
NOTHING_IN_FLOAT16: tuple[Row, ...] = (
    ("logsumexp_plus_1e-20", "float16", ZERO_COMPONENT, "gradient", (0, 0), Verdict.SPURIOUS_NAN, {"expected": 0.0}),
)
WRONG_IN_FLOAT32: tuple[Row, ...] = (
    ("logsumexp_plus_1e-20", "float32", ZERO_COMPONENT, "gradient", (0, 0), Verdict.ACCURATE, {"actual": 0.0}),
    (
        *("logsumexp_plus_1e-20", "float32", SMALL_DIFFERENCE, "value", (0,), Verdict.WRONG),
        {"expected": -138.155, "actual": -91.41, "rtol": 1e-4},
    ),
    (
        *("logsumexp_plus_1e-20", "float32", SMALL_DIFFERENCE, "gradient", (0, 0), Verdict.WRONG),
        {"expected": 2e30, "actual": 1e20, "rtol": 1e-4},
    ),
)
ROOT_OVERFLOWS: tuple[Row, ...] = (
    ("root_of_sum", "float32", ONE_LARGE, "value", (0,), Verdict.SPURIOUS_INF, {"expected": 1e20}),
    ("root_of_sum", "float32", ONE_LARGE, "gradient", (0, 0), Verdict.SPURIOUS_ZERO, {"expected": 1.0, "actual": 0.0}),
    ("along_direction", "float32", ONE_LARGE, "value", (0,), Verdict.ACCURATE, {"actual": 1e20}),
    ("along_direction", "float32", ONE_LARGE, "gradient", (0, 0), Verdict.ACCURATE, {"actual": 1.0}),
)
MEAN_OVERFLOWS: tuple[Row, ...] = (
    ("rows_first", "float32", REPRESENTABLE_ROWS, "value", (), Verdict.SPURIOUS_INF, {"expected": 2e38}),
    ("divided_first", "float32", REPRESENTABLE_ROWS, "value", (), Verdict.ACCURATE, {"actual": 2e38}),
)
FINITE_AT_ZERO: tuple[Row, ...] = (
    ("root_of_sum", "float32", [[0.0, 0.0, 0.0]], "gradient", (0, 0), Verdict.SPURIOUS_NAN, {}),
    ("along_direction", "float32", [[0.0, 0.0, 0.0]], "gradient", (0, 0), Verdict.SUBGRADIENT, {"actual": 0.0}),
    ("log_scaled", "float32", ZERO_COMPONENT, "gradient", (0, 0), Verdict.ACCURATE, {"actual": 0.0}),
    ("log_scaled", "float32", ZERO_COMPONENT, "gradient", (0, 1), Verdict.ACCURATE, {"actual": 0.4}),
    ("log_scaled", "float32", SMALL_DIFFERENCE, "gradient", (0, 0), Verdict.ACCURATE, {"actual": 2e30}),
)


def claims(implementations: Sequence[Implementation]) -> tuple[Claim, ...]:
    """The claims about these implementations."""

    def claim(name: str, text: str, show: Callable[..., Shown], *rest: Any, frameworks=AUTODIFF) -> Claim:
        show = partial(show, implementations, *rest, frameworks=frameworks)
        return Claim(name=name, text=text, show=show, frameworks=frameworks)

    everywhere = ("numpy", *AUTODIFF)
    return (
        claim(
            "one zero component makes the gradient of the log form NaN",
            "Where one component of d is zero, logsumexp(2 log|d|) has the right value, and NaN for a gradient of 0.",
            _rows,
            NAN_AT_ZERO,
        ),
        claim(
            "1e-20 is zero in float16",
            "In float16 the 1e-20 inside the logarithm is rounded to zero and cures nothing: the gradient stays NaN.",
            _adds_nothing,
            NOTHING_IN_FLOAT16,
        ),
        claim(
            "1e-20 makes small differences wrong in float32",
            "In float32 1e-20 removes the NaN and makes small differences wrong: at d = (1e-30, 0) the value is -91.4 "
            "for -138.2 and the gradient 1e20 for 2e30.",
            _rows,
            WRONG_IN_FLOAT32,
        ),
        claim(
            "the root overflows although the norm is representable",
            "At d = (1e20, 1, 1) in float32 the square root of the sum is inf for 1e20 and its gradient goes silently "
            "to 0 for 1; along its direction the norm keeps both.",
            _rows,
            ROOT_OVERFLOWS,
        ),
        claim(
            "the mean overflows because the sum came first",
            "Two rows with squared norms of 2e38 have the mean 2e38; summed first they overflow float32, divided not.",
            _rows,
            MEAN_OVERFLOWS,
            frameworks=everywhere,
        ),
        claim(
            "scaled by the largest difference, the gradient is finite and right at zero",
            "Scaling by the largest |d| gives the norm a subgradient at d = 0, where the root of the sum gives NaN, "
            "and the logarithm its gradient wherever it has one: with a zero component, at differences of 1e-30.",
            _rows,
            FINITE_AT_ZERO,
        ),
    )


def _rows(implementations: Sequence[Implementation], rows: Sequence[Row], frameworks: Sequence[str]) -> Shown:
    return together(*(_row(implementations, row, framework) for row in rows for framework in frameworks))


def _row(implementations: Sequence[Implementation], row: Row, framework: str) -> Shown:
    name, dtype, x, quantity, index, verdict, more = row
    point = (x, np.zeros_like(x))
    more = {"mode": quick_mode(framework), **more}
    return verdict_shown(pick(implementations, name, framework), dtype, point, quantity, index, verdict, **more)


def _adds_nothing(implementations: Sequence[Implementation], rows: Sequence[Row], frameworks: Sequence[str]) -> Shown:
    (added,) = point_of([1e-20], "float16")
    rounded = Shown(added == 0, (("1e-20 in float16", str(added)),))
    return together(rounded, _rows(implementations, rows, frameworks))
