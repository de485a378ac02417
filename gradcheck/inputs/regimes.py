"""The regimes: named classes of adversarial points, as a table of generators.

A generator yields float64 candidates of the argument's shape; `placement` says how a candidate becomes
a point of the domain. What is large or tiny follows from the dtype, so each regime has its meaning in all four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gradcheck.dtypes import Format, from_ordinals, ordinals
from gradcheck.inputs.domain import Domain, round_to, to_float64


class Placement(Enum):
    """How a candidate becomes a point."""

    MEMBER = "kept only where it is a member as it stands"
    MOVED = "moved to a member nearby"
    DOMAIN = "supplied by the domain itself"
    ANYWHERE = "kept whether a member or not"


@dataclass(frozen=True)
class Draw:
    """What a generator knows: one argument, its position, the dtype, and its own random numbers."""

    domain: Domain
    shape: tuple[int, ...]
    form: Format
    position: int
    rng: np.random.Generator

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def repeats(self) -> int:
        """How many random points to draw: few components hold few numbers, so they get more points."""
        return 3 if self.size < 4 else 2

    def full(self, value: float) -> np.ndarray:
        return np.full(self.shape, value)

    def signs(self) -> np.ndarray:
        return self.rng.choice([-1.0, 1.0], size=self.shape)

    def alternating(self) -> np.ndarray:
        """1, -1, 1, ... in row-major order."""
        return np.resize([1.0, -1.0], self.size).reshape(self.shape)

    def powers(self, low: float, high: float) -> np.ndarray:
        """Magnitudes log-uniform between 2**low and 2**high."""
        return np.exp2(self.rng.uniform(low, high, self.shape))

    def one(self, value: float) -> np.ndarray:
        """Ordinary numbers but for one component."""
        array = self.domain.typical(self.rng, self.shape)
        array.flat[self.rng.integers(self.size)] = value
        return array


@dataclass(frozen=True)
class Regime:
    """`together` and `alone` bound how many points a function of several arguments gets: all
    arguments in the regime, and each argument in turn while the others stay typical."""

    description: str
    generate: Callable[[Draw], Iterator[np.ndarray]]
    placement: Placement = Placement.MOVED
    together: int = 2
    alone: int = 1
    shared: bool = False  # every argument draws the same random numbers
    arguments: int = 1  # the fewest arguments it makes sense for


# Where exp, expm1, log1p(exp), sigmoid and tanh turn in the four dtypes: overflow (11, 89, 710), underflow
# to zero (17, 104, 746), 1 + exp(-x) rounding to 1 (6, 9, 17, 37), and far behind.
TURNS = (5.5, 9.0, 11.5, 17.5, 20.0, 37.5, 50.0, 89.0, 104.5, 710.5, 746.0, 1e4)
OFFSETS = (1e4, 85000.25, -1e4, 2.0**20)


def _zeros(d: Draw) -> Iterator[np.ndarray]:
    yield d.full(0.0)


def _signed_zeros(d: Draw) -> Iterator[np.ndarray]:
    yield d.full(-0.0)
    yield d.alternating() * 0.0


def _ones(d: Draw) -> Iterator[np.ndarray]:
    yield d.full(1.0)
    yield d.full(-1.0)


def _equal(d: Draw) -> Iterator[np.ndarray]:
    yield d.rng.standard_normal(d.shape)
    # Every other component equal.
    yield d.rng.standard_normal(d.shape) + d.position * (d.alternating() > 0)
    yield d.rng.standard_normal(d.shape) * 100.0


def _one_ulp_apart(d: Draw) -> Iterator[np.ndarray]:
    neighbour = np.arange(d.size).reshape(d.shape) % 2
    for base, steps in (
        (d.rng.standard_normal(d.shape), d.position),
        (d.full(1.0), d.position + neighbour),
        (d.full(d.rng.uniform(10, 1000)), d.position - neighbour),
    ):
        yield _shifted(base, steps, d.form)


def _shifted(base: np.ndarray, steps: np.ndarray | int, form: Format) -> np.ndarray:
    return to_float64(from_ordinals(ordinals(round_to(base, form)) + steps, form.name))


def _subnormal(d: Draw) -> Iterator[np.ndarray]:
    least, bits = d.form.smallest_subnormal, d.form.precision - 1
    yield d.full(least)
    for _ in range(d.repeats):
        yield d.signs() * np.floor(d.powers(0, bits)) * least


def _tiny(d: Draw) -> Iterator[np.ndarray]:
    """Near the smallest normal number, and near its square root, where squares are lost."""
    exponent = d.form.minimum_exponent
    for _ in range(d.repeats - 1):
        yield d.signs() * d.powers(exponent / 2 - 3, exponent / 2 + 1)
        yield d.signs() * d.powers(exponent, exponent + 3)


def _typical(d: Draw) -> Iterator[np.ndarray]:
    # The only regime with numbers inside a domain that nothing can be moved into.
    for _ in range(d.repeats + 2 if d.domain.fits_anything else 12):
        yield d.domain.typical(d.rng, d.shape)


def _large(d: Draw) -> Iterator[np.ndarray]:
    half = (d.form.maximum_exponent + 1) / 2
    yield d.powers(half, half + 2)
    # Each square is still a number of the dtype; sums of a few are not.
    yield d.signs() * d.powers(half - 1, half)
    for _ in range(d.repeats):
        yield d.signs() * d.powers(half - 2, half + 2)


def _huge(d: Draw) -> Iterator[np.ndarray]:
    yield d.full(d.form.maximum)
    yield d.full(-d.form.maximum)
    for _ in range(d.repeats):
        yield d.signs() * d.form.maximum * d.powers(-4, 0)


def _mixed_magnitudes(d: Draw) -> Iterator[np.ndarray]:
    f = d.form
    for low, high in ((-13, 13), (f.minimum_exponent, f.maximum_exponent), (0, f.maximum_exponent / 2)):
        yield d.signs() * d.powers(low, high)


def _one_outlier(d: Draw) -> Iterator[np.ndarray]:
    root = 2.0 ** (d.form.maximum_exponent / 2)
    for value in (0.0, 25.0, -1e3, 2 * root, -d.form.maximum, d.form.smallest_normal):
        yield d.one(value)


def _alternating_signs(d: Draw) -> Iterator[np.ndarray]:
    yield d.alternating() * abs(d.rng.standard_normal())
    yield d.alternating() * np.abs(d.rng.standard_normal(d.shape)) * 100.0


def _constant(d: Draw) -> Iterator[np.ndarray]:
    # First one whose last bit is a half: where its mean is rounded, what ought to be a variance of zero is a great
    # deal beside the 1e-5 that normalisations add to it.
    for value in (2.0 ** (d.form.precision - 1), 0.5, -0.1, 1e3):
        yield d.full(value * d.rng.uniform(0.5, 0.99))


def _boundary(d: Draw) -> Iterator[np.ndarray]:
    yield from d.domain.boundary(d.rng, d.shape, d.form)


def _inside(d: Draw) -> Iterator[np.ndarray]:
    yield from d.domain.inside(d.rng, d.shape, d.form)


def _saturation(d: Draw) -> Iterator[np.ndarray]:
    grid = d.rng.permutation([s * t for t in TURNS for s in (1.0, -1.0)])
    positive = d.rng.permutation(np.resize(TURNS, max(d.size, len(TURNS))))[: d.size].reshape(d.shape)
    if d.size > 1:
        yield positive
        yield -positive
        yield d.alternating() * 20.0
    # Every turn occurs at least once: one point holds as many as the argument has components.
    for start in range(0, grid.size, d.size):
        yield np.resize(np.roll(grid, -start), d.size).reshape(d.shape)


def _offset_cluster(d: Draw) -> Iterator[np.ndarray]:
    for offset in OFFSETS:
        centre = np.sign(offset) * min(abs(offset), d.form.maximum / 4)
        spacing = abs(centre) * d.form.epsilon
        yield centre + max(1.0, spacing) * np.round(d.rng.uniform(-4, 4, d.shape) * 4) / 4


def _uniform_ordinals(d: Draw) -> Iterator[np.ndarray]:
    first, last = d.domain.ordinals(d.form)
    for _ in range(d.repeats + 2):
        yield to_float64(from_ordinals(d.rng.integers(first, last, d.shape, endpoint=True), d.form.name))


def _non_finite(d: Draw) -> Iterator[np.ndarray]:
    # Another one first for each argument: few of them are applied where there are several.
    for value in np.roll([np.nan, np.inf, -np.inf], d.position):
        yield d.one(value)
    yield d.full(np.inf)
    yield d.full(-np.inf)


REGIMES: dict[str, Regime] = {
    "zeros": Regime("every component zero", _zeros, Placement.MEMBER, 1),
    "signed_zeros": Regime("negative zeros, and zeros of both signs", _signed_zeros, Placement.MEMBER, 1),
    "ones": Regime("every component 1, or -1", _ones, Placement.MEMBER),
    "equal_arguments": Regime("all arguments the same", _equal, shared=True, arguments=2, together=3, alone=0),
    "one_ulp_apart": Regime("arguments, or components, one ulp apart", _one_ulp_apart, shared=True),
    "subnormal": Regime("subnormal numbers of the dtype", _subnormal, together=1),
    "tiny": Regime("near the smallest normal number and near its square root", _tiny),
    "typical": Regime("ordinary members of the domain", _typical, Placement.DOMAIN, together=4, alone=0),
    "large": Regime("near the square root of the maximum, where squares overflow", _large),
    "huge": Regime("up to the maximum of the dtype", _huge),
    "mixed_magnitudes": Regime("magnitudes spread over the range", _mixed_magnitudes),
    "one_outlier": Regime("one component zero, saturating, large, huge or tiny", _one_outlier, alone=2),
    "alternating_signs": Regime("signs that alternate along the array", _alternating_signs, together=1),
    "constant": Regime("every component the same number", _constant, together=1),
    "domain_boundary": Regime(
        "at the closed ends of the domain: corners, the identity, half turns", _boundary, Placement.DOMAIN, 3, 2
    ),
    "one_ulp_inside": Regime("one ulp inside the boundary of the domain", _inside, Placement.DOMAIN),
    "saturation": Regime(
        "5 to 50 and on to 1e4, of both signs, where exp, sigmoid and tanh turn", _saturation, together=7, alone=4
    ),
    "offset_cluster": Regime("a large common offset with small differences", _offset_cluster, shared=True),
    "uniform_ordinals": Regime("uniform over the numbers of the dtype", _uniform_ordinals),
    "non_finite": Regime(
        "nan and infinities, members or not: reported, never failed", _non_finite, Placement.ANYWHERE, 0, 2
    ),
}
