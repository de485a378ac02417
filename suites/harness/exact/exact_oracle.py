"""What balls are compared with: mpmath, another implementation of real arithmetic than Arb."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
from flint import arb
from mpmath import mpf

from gradcheck.exact import balls

ZERO_BELOW = arb(2) ** -1300  # a ball around zero as thin as this is thin for every format


def exact_mpf(ball: arb) -> mpf:
    """An exact ball as the same number of mpmath, at any working precision."""
    mantissa, exponent = ball.man_exp()
    return mpmath.ldexp(mpf(int(mantissa), prec=0, rounding="n"), int(exponent)) if mantissa else mpf(0)


def distance(ball: arb, number: mpf) -> mpf:
    """How far a number lies outside a ball; 0 inside."""
    outside = abs(exact_mpf(ball.mid()) - number) - exact_mpf(ball.rad().upper())
    return outside if outside > 0 else mpf(0)


def contains(ball: arb, number: mpf, error: mpf) -> bool:
    """Whether a number known up to `error` may lie in the ball; the infinities only in themselves."""
    if ball.is_nan():
        return False
    if not ball.is_finite():
        return not ball.is_exact() or (mpmath.isinf(number) and (ball > 0) == (number > 0))
    return mpmath.isfinite(number) and distance(ball, number) <= error


def derivative(function: Callable[..., mpf], point: tuple[float, ...], k: int, digits: int) -> tuple[mpf, mpf]:
    """The partial derivative by operand k from a central difference, and a bound of its error."""
    x = [mpf(p) for p in point]
    size = abs(x[k]) if x[k] else mpf(1)
    step = min(mpf(1), size) * mpf(10) ** (-digits // 8)
    step = mpmath.ldexp(1, int(mpmath.floor(mpmath.log(step, 2))))
    high, low = (function(*x[:k], x[k] + s, *x[k + 1 :]) for s in (step, -step))
    slope = (high - low) / (2 * step)
    noise = max(abs(high), abs(low)) * mpf(10) ** (8 - digits) / step
    return slope, abs(slope) * mpf(10) ** (-digits // 10) + noise


def thin(compute: Callable[[int], arb], accuracy: int = 150) -> list[arb]:
    """Balls at rising precision until one is thin to `accuracy` bits; AssertionError where none is."""
    found = []
    for bits in (128, 384, 1536, 6144, 24576):
        found.append(compute(bits))
        with balls.precision(bits):
            if found[-1].rel_accuracy_bits() >= accuracy or found[-1].rad() < ZERO_BELOW:
                return found
    raise AssertionError(f"no thin ball up to 24576 bits; the last one is {found[-1].str(20)}")
