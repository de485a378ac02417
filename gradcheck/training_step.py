"""Which gradient does a hand-written training step apply?

A step `step(parameters, batch, rate) -> parameters` takes and returns tuples of arrays. Its displacement
`parameters - step(...)` is `rate` times a gradient only for plain gradient descent, and dividing by the
rate shows that gradient only if the subtraction lost nothing. So a step that consists of arithmetic is run
on exact rationals, where rates may be as small as one likes; one that needs floats is run in float64 and
carries an error bound. Several rates tell a slope from a bend, rate zero tells what moves by itself, and
calling twice tells whether the step remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Arrays = tuple[Any, ...]
Step = Callable[[Arrays, Arrays, Any], Sequence[Any]]

# Powers of two, so that dividing by them rounds nothing. In rationals they can be tiny, and what is
# left of an extrapolation over six of them is below anything that float64 shows.
RATIONAL_RATES = tuple(Fraction(1, 2**k) for k in range(60, 66))
FLOAT_RATES = tuple(2.0**-k for k in range(10, 13))

_fractions = np.frompyfunc(Fraction, 1, 1)


@dataclass(frozen=True)
class AppliedGradient:
    """What a step applied at one point: the slope of its displacement at rate zero.

    `gradient` holds one float64 array a parameter, off by at most `error`: 0 where `arithmetic` is
    "rational", an estimate where it is "float64". `at_rest` is the displacement at rate zero, one array a
    parameter. `curved`: the displacement bends with the rate, as that of several updates in one call
    does. `second_over_first`: how far a second, identical call moved, relative to the first; 1 for a
    step that keeps no state. Of a step that does, `gradient` is what its first call applied.
    """

    gradient: tuple[np.ndarray, ...]
    error: float
    arithmetic: str
    at_rest: tuple[np.ndarray, ...]
    curved: bool
    second_over_first: float

    @property
    def repeats(self) -> bool:
        return self.second_over_first == 1.0

    @property
    def rests(self) -> bool:
        """Whether rate zero leaves the parameters where they are."""
        return _largest(self.at_rest) == 0


def applied_gradient(step: Step, parameters: Arrays, batch: Arrays) -> AppliedGradient:
    """Infer the gradient that `step` applies at `parameters` for `batch`, numbers or float64 arrays.

    The step is called a dozen times, on copies. Raises `ValueError` where it does not return one array
    a parameter, of its shape.
    """
    floats = _Runner("float64", step, _as(np.float64, parameters), _as(np.float64, batch))
    first, second = (floats.displacement(FLOAT_RATES[0]) for _ in range(2))
    if any((a != b).any() for a, b in zip(first, second, strict=True)):
        return _first_call(floats, first, _ratio(second, first))
    return _inferred(_most_exact(floats), FLOAT_RATES)


@dataclass(frozen=True)
class _Runner:
    """A step with its arguments in one arithmetic."""

    arithmetic: str
    step: Step
    parameters: Arrays
    batch: Arrays

    def moved(self, rate: Any) -> tuple[Any, ...]:
        parameters, batch = (tuple(array.copy() for array in arrays) for arrays in (self.parameters, self.batch))
        moved = tuple(np.asarray(part) for part in self.step(parameters, batch, rate))
        expected = [p.shape for p in self.parameters]
        if [part.shape for part in moved] != expected:
            raise ValueError(
                f"the step returned arrays of shapes {[part.shape for part in moved]}; expected {expected}, one a "
                "parameter; return the updated parameters as a tuple, in the order they were given"
            )
        return moved

    def displacement(self, rate: Any) -> list[Any]:
        return [p - m.astype(p.dtype) for p, m in zip(self.parameters, self.moved(rate), strict=True)]

    def rounding(self, rate: Any) -> float:
        """A bound on what rounding does to the displacement divided by the smallest rate."""
        moved = self.moved(rate)
        sizes = [_largest(self.parameters), _largest(moved)]
        return 8 * max(float(np.finfo(part.dtype).eps) for part in moved) * max(sizes) / rate


def _most_exact(floats: _Runner) -> _Runner:
    """The same step on rationals, where it consists of arithmetic alone."""
    exactly = _Runner("rational", floats.step, _rationals(floats.parameters), _rationals(floats.batch))
    try:
        numbers = [number for part in exactly.moved(RATIONAL_RATES[0]) for number in part.ravel()]
    except Exception:  # whatever a library raises for numbers that are no floats
        return floats
    return exactly if all(isinstance(number, Fraction) for number in numbers) else floats


def _inferred(runner: _Runner, rates: Sequence[Any]) -> AppliedGradient:
    exactly = runner.arithmetic == "rational"
    rates = RATIONAL_RATES if exactly else rates
    rest = runner.displacement(0 * rates[0])
    quotients = [_quotient(runner.displacement(rate), rest, rate) for rate in rates]
    bend = _largest([far - near for far, near in zip(quotients[0], quotients[-1], strict=True)])
    error = 0.0 if exactly else runner.rounding(rates[-1])
    curved = bend > error
    slope = _extrapolated(quotients, rates) if curved else quotients[0]
    return AppliedGradient(_floats(slope), error, runner.arithmetic, _floats(rest), curved, 1.0)


def _first_call(runner: _Runner, displacement: Sequence[Any], ratio: float) -> AppliedGradient:
    rate = FLOAT_RATES[0]
    gradient = tuple(part / rate for part in displacement)
    rest = tuple(np.zeros(p.shape) for p in runner.parameters)
    return AppliedGradient(gradient, runner.rounding(rate), runner.arithmetic, rest, False, ratio)


def _quotient(displacement: Sequence[Any], rest: Sequence[Any], rate: Any) -> list[Any]:
    return [(part - still) / rate for part, still in zip(displacement, rest, strict=True)]


def _extrapolated(table: Sequence[list[Any]], rates: Sequence[Any]) -> list[Any]:
    """Value at rate zero of the polynomials through the quotients, by Neville's scheme."""
    rows = list(table)
    for width in range(1, len(rates)):
        weights = [rates[k + width] / (rates[k] - rates[k + width]) for k in range(len(rates) - width)]
        rows = [
            [near + (near - far) * w for far, near in zip(rows[k], rows[k + 1], strict=True)]
            for k, w in enumerate(weights)
        ]
    return rows[0]


def _as(dtype: Any, arrays: Arrays) -> Arrays:
    return tuple(np.asarray(array, dtype=dtype) for array in arrays)


def _rationals(arrays: Arrays) -> Arrays:
    return tuple(np.asarray(_fractions(array), dtype=object) for array in arrays)


def _floats(arrays: Sequence[Any]) -> tuple[np.ndarray, ...]:
    return _as(np.float64, tuple(arrays))


def _largest(parts: Sequence[Any]) -> float:
    return max((float(abs(part).max()) for part in _floats(parts) if part.size), default=0.0)


def _ratio(second: Sequence[Any], first: Sequence[Any]) -> float:
    length = _largest(first)
    return _largest(second) / length if length else float("inf")
