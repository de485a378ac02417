"""What a claim of a suite needs: judge an implementation at one point and say whether it came out as claimed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck.dtypes import format_of
from gradcheck.specification import Implementation, Shown
from gradcheck.verdict import Verdict


def pick(implementations: Iterable[Implementation], name: str, framework: str) -> Implementation:
    """The implementation called `name` in `framework`; `LookupError` names those there are."""
    candidates = list(implementations)
    for implementation in candidates:
        if (implementation.name, implementation.framework) == (name, framework):
            return implementation
    labels = ", ".join(i.label for i in candidates)
    raise LookupError(f"no implementation {name!r} in {framework!r}; there are {labels}")


def quick_mode(framework: str) -> str:
    """The mode in which a few points take least time: eagerly JAX compiles each operation of a shape alone."""
    return "jit" if framework == "jax" else "eager"


def point_of(arrays: Sequence[Any], dtype: str) -> tuple[np.ndarray, ...]:
    """Nested lists or arrays as the point of that dtype nearest to them."""
    return tuple(np.asarray(array, dtype=np.float64).astype(format_of(dtype).numpy) for array in arrays)


def verdict_shown(
    implementation: Implementation,
    dtype: str,
    point: Sequence[Any],
    quantity: str,
    index: tuple[int, ...],
    verdict: Verdict,
    *,
    argument: int = 0,
    expected: float | None = None,
    actual: float | None = None,
    rtol: float = 1e-2,
    mode: str = "eager",
) -> Shown:
    """Whether one component is judged `verdict` and, where given, is `actual` for `expected` (to `rtol`).

    `quantity` is "value" or "gradient", `argument` counts the differentiated arguments, `index` is
    the component's. The evidence is one row: which component, and what was measured there.
    """
    from gradcheck.judging import judge_at  # the engine is needed when a claim is shown, not when a suite is read

    judged = judge_at(implementation, dtype, point_of(point, dtype), mode=mode)
    part = judged.value if quantity == "value" else judged.gradient[argument]
    found, should, does = part.verdicts[index], float(part.expected[index]), float(part.actual[index])
    compiled = "" if mode == "eager" else f" {mode}"
    component = f"{quantity}{f' {argument}' if quantity == 'gradient' else ''}{list(index)}"
    return Shown(
        found == verdict and near(should, expected, rtol) and near(does, actual, rtol),
        ((f"{implementation.label} {dtype}{compiled} {component}", f"{does:.6g} for {should:.6g}: {found}"),),
    )


def near(number: float, claimed: float | None, rtol: float = 1e-2) -> bool:
    """Whether a measured number is the claimed one; NaN is near NaN, and anything near None."""
    if claimed is None or (math.isnan(claimed) and math.isnan(number)):
        return True
    return math.isclose(number, claimed, rel_tol=rtol)


def together(*shown: Shown) -> Shown:
    """One claim out of several: holds where all hold, with the evidence of each."""
    return Shown(all(s.holds for s in shown), tuple(row for s in shown for row in s.evidence))
