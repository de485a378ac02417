"""The shared table of subjects, continued: special functions, and the whole table."""

from __future__ import annotations

import mpmath
from exact_subjects import (
    BELOW_ONE,
    ELEMENTARY,
    LOGARITHMS,
    MODERATE,
    PLAIN,
    REAL,
    SHAPES,
    SIGNED,
    STAIRS,
    Subject,
    erf_slope,
    normal_density,
    one,
    pairs,
    upto,
)
from mpmath import mpf

GAMMA_POINTS = (1e-310, 1e-5, 0.3, 0.999, 1.5, 2.0, 7.25, 40.0, 800.0, -0.5, -3.25, -40.75)
QUANTILES = (1e-300, 1e-40, 1e-5, 0.02425, 0.3, 0.75, 1 - 2.0**-24, 1 - 2.0**-53)


def half_normal(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def inverse_erfc(p):
    """By Newton's method on log erfc, from the float solution's size."""
    if p > 1:
        return -inverse_erfc(2 - p)
    if p == 1:
        return mpf(0)
    with mpmath.workdps(20):
        x = mpmath.sqrt(-mpmath.log(p)) if p < 0.05 else mpmath.erfinv(1 - p)
    for _ in range(40):
        value = mpmath.erfc(x)
        step = value * mpmath.log(value / p) / (2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x))
        x += step
        if abs(step) < abs(x) * mpf(10) ** (10 - mpmath.mp.dps):
            break
    return x


def inverse_erf(x):
    return mpmath.sign(x) * inverse_erfc(1 - abs(x)) if abs(x) > 0.1 else mpmath.erfinv(x)


def inverse_slope(inverse):
    return lambda p: mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(inverse(p) ** 2)


def bessel(function, order, scale=0):
    """scale: the sign of the exponent that the scaled function is multiplied with."""
    return lambda x: function(order, x) * (mpmath.exp(scale * abs(x)) if scale else 1)


GAMMA = {
    "gamma": Subject(mpmath.gamma, one(GAMMA_POINTS), digits=300),
    "lgamma": Subject(lambda x: mpmath.log(abs(mpmath.gamma(x))), one(GAMMA_POINTS), {0: mpmath.digamma}, digits=700),
    "digamma": Subject(mpmath.digamma, one(GAMMA_POINTS), {0: lambda x: mpmath.polygamma(1, x)}, digits=150),
    "polygamma": Subject(
        lambda n, x: mpmath.polygamma(int(n), x),
        pairs((0.0, 1.0, 2.0, 5.0), (1e-5, 0.3, 1.0, 7.25, 800.0, -0.5, -3.25)),
        {0: None, 1: lambda n, x: mpmath.polygamma(int(n) + 1, x)},
        digits=150,
    ),
    "zeta": Subject(mpmath.zeta, pairs((1.01, 2.0, 3.5, 20.0), (0.3, 1.0, 7.25)), digits=120),
    "beta": Subject(mpmath.beta, pairs(MODERATE, MODERATE), digits=700),
    "betaln": Subject(
        lambda a, b: mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b),
        pairs(MODERATE, MODERATE),
        {
            0: lambda a, b: mpmath.digamma(a) - mpmath.digamma(a + b),
            1: lambda a, b: mpmath.digamma(b) - mpmath.digamma(a + b),
        },
        digits=700,
    ),
    "gammainc": Subject(
        lambda a, x: mpmath.gammainc(a, 0, x, regularized=True), pairs(SHAPES, (1e-5, 0.3, 2.0, 40.0)), digits=200
    ),
    "gammaincc": Subject(
        lambda a, x: mpmath.gammainc(a, x, regularized=True), pairs(SHAPES, (1e-5, 0.3, 2.0, 40.0)), digits=200
    ),
    "betainc": Subject(
        lambda a, b, x: mpmath.betainc(a, b, 0, x, regularized=True),
        tuple((a, b, x) for a in (0.5, 1.0, 4.5) for b in (0.75, 3.0) for x in (0.3, 0.6)),
        digits=200,
    ),
}
ERROR_FUNCTIONS = {
    "erf": Subject(mpmath.erf, upto(1e4), {0: erf_slope(1)}),
    "erfc": Subject(mpmath.erfc, upto(1e4), {0: erf_slope(-1)}),
    "erfcx": Subject(lambda x: mpmath.exp(x * x) * mpmath.erfc(x), upto(800.0), digits=1500),
    "erfinv": Subject(inverse_erf, one(BELOW_ONE), {0: inverse_slope(inverse_erf)}, digits=400),
    "erfcinv": Subject(
        inverse_erfc, one((*QUANTILES, 1.5, 1.999)), {0: lambda p: -inverse_slope(inverse_erfc)(p)}, digits=100
    ),
    "ndtr": Subject(half_normal, upto(800.0), {0: normal_density}),
    "log_ndtr": Subject(
        lambda x: mpmath.log(half_normal(x)) if x < 0 else mpmath.log1p(-half_normal(-x)),
        upto(40.0),
        {0: lambda x: normal_density(x) / half_normal(x)},
    ),
    "ndtri": Subject(
        lambda p: -mpmath.sqrt(2) * inverse_erfc(2 * p),
        one(QUANTILES),
        {0: lambda p: mpmath.sqrt(2 * mpmath.pi) * mpmath.exp(inverse_erfc(2 * p) ** 2)},
        digits=100,
    ),
}
# Beside 0 the scaled functions have a kink or a removable singularity; the points keep away from 0 alone.
BESSEL = {
    **{f"j{n}": Subject(bessel(mpmath.besselj, n), one((*SIGNED, 1e4)), digits=350) for n in (0, 1)},
    **{f"y{n}": Subject(bessel(mpmath.bessely, n), one((1e-5, 0.3, 60.0)), digits=120) for n in (0, 1)},
    **{f"i{n}": Subject(bessel(mpmath.besseli, n), one((*SIGNED, 800.0)), digits=700) for n in (0, 1)},
    **{f"i{n}e": Subject(bessel(mpmath.besseli, n, -1), one((*SIGNED, 800.0)), digits=700) for n in (0, 1)},
    **{f"k{n}": Subject(bessel(mpmath.besselk, n), one((1e-5, 0.3, 60.0)), digits=120) for n in (0, 1)},
    **{f"k{n}e": Subject(bessel(mpmath.besselk, n, 1), one((1e-5, 0.3, 60.0)), digits=120) for n in (0, 1)},
}
SUBJECTS: dict[str, Subject] = {
    **PLAIN,
    **ELEMENTARY,
    **LOGARITHMS,
    **STAIRS,
    **GAMMA,
    **ERROR_FUNCTIONS,
    **BESSEL,
}
__all__ = ["REAL", "SUBJECTS"]
