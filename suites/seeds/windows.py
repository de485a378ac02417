"""The windows of local response normalisation, measured from outside: which channels go into which output.

An output is b_i = a_i s_i^-beta, so s_i = (b_i / a_i)^(-1/beta). With every activation 1 but one of them c,
s_i grows by alpha w_ij (c^2 - 1), where w_ij is the weight of channel j in the sum of output i.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck import exact, frameworks
from gradcheck.matching import number_name
from gradcheck.picture import Reach, Window, Windows
from gradcheck.reference.lrn import Constants
from gradcheck.specification import Implementation, Picture, Specification
from gradcheck.suites.seeds.showing import quick_mode

CHANNELS = 6
LOUD = 1000.0
# A weight below this is none: what float64 loses of s_i on the way is a thousand times less.
NOTHING = 1e-9
DTYPE = "float64"


def pictures(
    titles: Mapping[str, tuple[Specification, ...]], implementations: Sequence[Implementation]
) -> tuple[Picture, ...]:
    """One picture a title: these conventions side by side, with what implementations of each do."""
    return tuple(
        Picture(name=title, title=title, draw=partial(windows, specifications, implementations))
        for title, specifications in titles.items()
    )


def windows(specifications: Sequence[Specification], implementations: Sequence[Implementation]) -> Windows:
    """The windows of these specifications; of implementations those that are installed."""
    here = [i for i in implementations if frameworks.get(i.framework).available()]
    return Windows(
        windows=tuple(
            Window(
                specification=specification.name,
                source=specification.source,
                exact=reach("definition", _exactly(specification)),
                measured=tuple(
                    reach(f"{i.name}, {i.framework}", _computed(i)) for i in here if i.specification is specification
                ),
            )
            for specification in specifications
        )
    )


def reach(who: str, layer: Callable[[np.ndarray], np.ndarray], constants: Constants = Constants()) -> Reach:  # noqa: B008
    """The weights of a layer on float64 activations (batch, channels, 1), in units of alpha."""
    ones = np.ones((1, CHANNELS, 1))
    points = np.concatenate([ones, *(_loud(j) for j in range(CHANNELS))])
    sums = (layer(points) / points)[..., 0] ** (-1 / constants.beta)
    weights = (sums[1:] - sums[0]).T / (constants.alpha * (LOUD**2 - 1))
    return Reach(who=who, weights=tuple(tuple(map(_name, row)) for row in weights))


def _loud(channel: int) -> np.ndarray:
    point = np.ones((1, CHANNELS, 1))
    point[0, channel] = LOUD
    return point


def _name(weight: float) -> str:
    """Such as "1/5" or "1"; rounded to half of float64's digits, in which it is a weight and not its error."""
    return "0" if abs(weight) < NOTHING else number_name(float(f"{weight:.8g}"))


def _exactly(specification: Specification) -> Callable[[np.ndarray], np.ndarray]:
    return lambda a: exact.value_of(specification.definition, (a,)).astype(np.float64)


def _computed(implementation: Implementation) -> Callable[[np.ndarray], Any]:
    framework = frameworks.get(implementation.framework)
    return lambda a: framework.evaluate(implementation.function, (a,), DTYPE, quick_mode(implementation.framework))
