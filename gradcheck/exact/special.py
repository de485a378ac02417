"""Rows of the table of elementwise operations: special functions, under SciPy's names and orders of arguments.

Sources of the derivatives: DLMF chapters 5 (gamma), 6 (exponential integrals), 7 (error functions), 8
(incomplete gamma and beta), 10 (Bessel) and 25 (zeta, dilogarithm); 4.13 (Lambert W).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.exact.rules import Elementwise, Rule, certainly_less, nowhere, resolved, two_over_root_pi, unary


def _named(name: str, *partials: Rule) -> Elementwise:
    return Elementwise(lambda fn, *x: getattr(fn, name)(*x), partials)


def _root_of_two_pi(fn: Any) -> np.ndarray:
    return fn.sqrt(2 * fn.pi())


def _root_of_two(fn: Any) -> np.ndarray:
    return fn.sqrt(fn.number(2))


def _ndtr(fn: Any, x: np.ndarray) -> np.ndarray:
    return fn.erfc(-x / _root_of_two(fn)) / 2


def _normal_density(fn: Any, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return fn.exp(-x * x / 2) / _root_of_two_pi(fn)


def _mills(fn: Any, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Density over distribution function of the normal: the inverse of Mills' ratio, left of 0 without exponentials."""
    left = fn.sqrt(2 / fn.pi()) / fn.erfcx(-x / _root_of_two(fn))
    return fn.where(certainly_less(x, fn.zero), left, _normal_density(fn, y, x) / _ndtr(fn, x))


def _gamma_density(fn: Any, y: np.ndarray, a: np.ndarray, x: np.ndarray) -> np.ndarray:
    return fn.power(x, a - 1) * fn.exp(-x) / fn.gamma(a)


def _beta(fn: Any, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return fn.gamma(a) * fn.gamma(b) / fn.gamma(a + b)


def _beta_density(fn: Any, y: np.ndarray, a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    return fn.power(x, a - 1) * fn.power(1 - x, b - 1) / _beta(fn, a, b)


def _log_two(fn: Any) -> np.ndarray:
    return fn.log(fn.number(2))


def _log_add(fn: Any, a: np.ndarray, b: np.ndarray, unit: Any = 1) -> np.ndarray:
    """The logarithm, to the base exp(unit), of the sum of two powers of that base."""
    return fn.maximum(a, b) + fn.log1p(fn.exp(-fn.absolute(a - b) * unit)) / unit


GAMMA: dict[str, Elementwise] = {
    "gamma": unary("gamma", lambda fn, y, x: y * fn.digamma(x)),
    "lgamma": unary("lgamma", lambda fn, y, x: fn.digamma(x)),
    "digamma": unary("digamma", lambda fn, y, x: fn.polygamma(fn.number(1), x)),
    "polygamma": _named("polygamma", nowhere, lambda fn, y, n, x: fn.polygamma(n + 1, x)),
    "zeta": _named("zeta", lambda fn, y, s, a: fn.zeta_slope(s, a), lambda fn, y, s, a: -s * fn.zeta(s + 1, a)),
    "beta": Elementwise(
        _beta,
        (
            lambda fn, y, a, b: y * (fn.digamma(a) - fn.digamma(a + b)),
            lambda fn, y, a, b: y * (fn.digamma(b) - fn.digamma(a + b)),
        ),
    ),
    "betaln": Elementwise(
        lambda fn, a, b: fn.lgamma(a) + fn.lgamma(b) - fn.lgamma(a + b),
        (
            lambda fn, y, a, b: fn.digamma(a) - fn.digamma(a + b),
            lambda fn, y, a, b: fn.digamma(b) - fn.digamma(a + b),
        ),
    ),
    "gammainc": _named("gammainc", lambda fn, y, a, x: fn.gammainc_slope(a, x), _gamma_density),
    "gammaincc": _named(
        "gammaincc", lambda fn, y, a, x: -fn.gammainc_slope(a, x), lambda fn, y, a, x: -_gamma_density(fn, y, a, x)
    ),
    "betainc": _named(
        "betainc",
        lambda fn, y, a, b, x: fn.betainc_slope(a, b, x),
        lambda fn, y, a, b, x: -fn.betainc_slope(b, a, 1 - x),
        _beta_density,
    ),
}
ERROR_FUNCTIONS: dict[str, Elementwise] = {
    "erf": unary("erf", lambda fn, y, x: two_over_root_pi(fn) * fn.exp(-x * x)),
    "erfc": unary("erfc", lambda fn, y, x: -two_over_root_pi(fn) * fn.exp(-x * x)),
    "erfcx": unary("erfcx", lambda fn, y, x: 2 * x * y - two_over_root_pi(fn)),
    "erfinv": unary("erfinv", lambda fn, y, x: fn.exp(y * y) / two_over_root_pi(fn)),
    "erfcinv": unary("erfcinv", lambda fn, y, x: -fn.exp(y * y) / two_over_root_pi(fn)),
    "ndtr": Elementwise(_ndtr, (_normal_density,)),
    "log_ndtr": unary("log_ndtr", _mills),
    "ndtri": Elementwise(
        lambda fn, p: -_root_of_two(fn) * fn.erfcinv(2 * p),
        (lambda fn, y, p: fn.exp(y * y / 2) * _root_of_two_pi(fn),),
    ),
}
BESSEL: dict[str, Elementwise] = {
    "j0": unary("j0", lambda fn, y, x: -fn.j1(x)),
    "j1": unary("j1", resolved(lambda fn, y, x: fn.j0(x) - y / x, 0.0, 0.5)),
    "y0": unary("y0", lambda fn, y, x: -fn.y1(x)),
    "y1": unary("y1", lambda fn, y, x: fn.y0(x) - y / x),
    "i0": unary("i0", lambda fn, y, x: fn.i1(x)),
    "i1": unary("i1", resolved(lambda fn, y, x: fn.i0(x) - y / x, 0.0, 0.5)),
    "i0e": unary("i0e", lambda fn, y, x: fn.i1e(x) - fn.sign(x) * y),
    "i1e": unary("i1e", resolved(lambda fn, y, x: fn.i0e(x) - y / x - fn.sign(x) * y, 0.0, 0.5)),
    "k0": unary("k0", lambda fn, y, x: -fn.k1(x)),
    "k1": unary("k1", lambda fn, y, x: -fn.k0(x) - y / x),
    "k0e": unary("k0e", lambda fn, y, x: y - fn.k1e(x)),
    "k1e": unary("k1e", lambda fn, y, x: y - fn.k0e(x) - y / x),
}
LOGARITHMS: dict[str, Elementwise] = {
    "entr": Elementwise(lambda fn, x: -fn.xlogy(x, x), (lambda fn, y, x: -fn.log(x) - 1,)),
    "rel_entr": Elementwise(
        lambda fn, p, q: fn.xlogy(p, p) - fn.xlogy(p, q),
        (lambda fn, y, p, q: fn.log(p) - fn.log(q) + 1, lambda fn, y, p, q: -p / q),
    ),
    "kl_div": Elementwise(
        lambda fn, p, q: fn.xlogy(p, p) - fn.xlogy(p, q) - p + q,
        (lambda fn, y, p, q: fn.log(p) - fn.log(q), lambda fn, y, p, q: 1 - p / q),
    ),
    "logit": Elementwise(lambda fn, x: fn.log(x) - fn.log1p(-x), (lambda fn, y, x: 1 / (x * (1 - x)),)),
    "logaddexp": Elementwise(_log_add, (lambda fn, y, a, b: fn.sigmoid(a - b), lambda fn, y, a, b: fn.sigmoid(b - a))),
    "logaddexp2": Elementwise(
        lambda fn, a, b: _log_add(fn, a, b, _log_two(fn)),
        (
            lambda fn, y, a, b: fn.sigmoid((a - b) * _log_two(fn)),
            lambda fn, y, a, b: fn.sigmoid((b - a) * _log_two(fn)),
        ),
    ),
    "spence": unary("spence", resolved(lambda fn, y, x: fn.log(x) / (1 - x), 1.0, -1.0)),
    "lambertw": unary("lambertw", lambda fn, y, x: fn.exp(-y) / (1 + y)),
    "expi": unary("expi", lambda fn, y, x: fn.exp(x) / x),
    "exp1": Elementwise(lambda fn, x: fn.expn(fn.number(1), x), (lambda fn, y, x: -fn.exp(-x) / x,)),
    "expn": _named("expn", nowhere, lambda fn, y, n, x: -fn.expn(n - 1, x)),
}
POWERS: dict[str, Elementwise] = {
    "reciprocal": Elementwise(lambda fn, x: 1 / x, (lambda fn, y, x: -1 / (x * x),)),
    "cbrt": unary("cbrt", lambda fn, y, x: 1 / (3 * y * y)),
    "exp2": Elementwise(lambda fn, x: fn.power(fn.number(2), x), (lambda fn, y, x: y * _log_two(fn),)),
    "hypot": Elementwise(
        lambda fn, x, y: fn.sqrt(x * x + y * y), (lambda fn, z, x, y: x / z, lambda fn, z, x, y: y / z)
    ),
    "sinc": unary("sinc", resolved(lambda fn, y, x: (fn.cospi(x) - y) / x, 0.0, 0.0)),
}
SPECIAL: dict[str, Elementwise] = {**GAMMA, **ERROR_FUNCTIONS, **BESSEL, **LOGARITHMS, **POWERS}
