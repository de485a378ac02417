"""Maps of elementwise losses: the slope in the prediction over prediction and target, and where its sign misleads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from gradcheck import exact, frameworks
from gradcheck.dtypes import format_of
from gradcheck.picture import Disagreement, Surface
from gradcheck.specification import Implementation, Picture, Specification
from gradcheck.suites.seeds.showing import quick_mode

# The middles of 64 cells an eighth wide: numbers of every dtype, and none of them on a kink at zero.
MIDDLES = (np.arange(64) - 31.5) / 8
COMPUTED_IN = "float32"
# What the search for the minimum starts from: odd enough that no halving of it meets a kink, where there is no slope.
SEARCHED = (2 * MIDDLES[0] - 1 / 3, 2 * MIDDLES[-1])
HALVINGS = 64
DECIMALS = 12


def pictures(implementations: Sequence[Implementation]) -> tuple[Picture, ...]:
    """One map for each specification, with the slopes that its implementations compute held against it."""
    specifications = dict.fromkeys(i.specification for i in implementations)
    return tuple(
        Picture(
            name=f"map of {specification.name}",
            title=f"{specification.name}: the slope in the prediction",
            draw=partial(surface, specification, [i for i in implementations if i.specification is specification]),
        )
        for specification in specifications
    )


def surface(specification: Specification, implementations: Sequence[Implementation]) -> Surface:
    """The map of one loss, which is convex in the prediction."""
    predictions, targets = (axis.reshape(-1) for axis in np.meshgrid(MIDDLES, MIDDLES))
    (balls,) = exact.gradient_of(specification.definition, (predictions, targets), differentiate=(0,))
    slopes = balls.astype(np.float64)
    return Surface(
        specification=specification.name,
        predictions=tuple(MIDDLES.tolist()),
        targets=tuple(MIDDLES.tolist()),
        slopes=tuple(map(tuple, slopes.reshape(MIDDLES.size, -1).tolist())),
        minima=tuple(minimisers(specification, MIDDLES).tolist()),
        computed=tuple(_computed(i, predictions, targets, slopes) for i in implementations if _differentiable(i)),
    )


def minimisers(specification: Specification, targets: np.ndarray) -> np.ndarray:
    """For each target the prediction of the least loss, where the exact slope turns from falling to rising."""
    low, high = (np.full(targets.shape, end) for end in SEARCHED)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        (slopes,) = exact.gradient_of(specification.definition, (middle, targets), differentiate=(0,))
        rises = (slopes > 0).astype(bool)
        low, high = np.where(rises, low, middle), np.where(rises, middle, high)
    return np.round(0.5 * (low + high), DECIMALS)


def _differentiable(implementation: Implementation) -> bool:
    """Whether it is installed and has a gradient, automatic or by hand."""
    has_gradient = implementation.framework != "numpy" or implementation.gradient is not None
    return has_gradient and frameworks.get(implementation.framework).available()


def _computed(
    implementation: Implementation, predictions: np.ndarray, targets: np.ndarray, slopes: np.ndarray
) -> Disagreement:
    arrays = [a.astype(format_of(COMPUTED_IN).numpy) for a in (predictions, targets)]
    _, gradient = frameworks.get(implementation.framework).gradient(
        implementation.function,
        arrays,
        (0,),
        COMPUTED_IN,
        quick_mode(implementation.framework),
        implementation.gradient,
    )
    assert gradient is not None
    signs = np.sign(gradient[0].astype(np.float64))
    differ = (slopes != 0) & (signs != np.sign(slopes))  # at the minimum itself any sign is a rounding error
    return Disagreement(
        who=f"{implementation.name}, {implementation.framework} {COMPUTED_IN}",
        cells=tuple(zip(predictions[differ].tolist(), targets[differ].tolist(), strict=True)),
    )
