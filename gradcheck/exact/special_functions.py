"""Scalar functions of balls that Arb has not under their usual names, or not over the whole real line.

Arb answers nan outside the domain and also where it gives up (an argument beyond its exponents at this
precision). Inside the domain these functions answer the whole line instead: more precision may tell.
Formulas: DLMF chapters 5, 6, 8, 10 and 25. Names and orders of arguments are SciPy's.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, arb_series

from gradcheck.exact.balls import HALF, INFINITY, NAN, ONE, TWO, WHOLE_LINE, ZERO

# Beyond these Arb's sums take minutes: the answer is the whole line, and the truth undecided.
LARGEST_SHAPE = arb(2000)  # parameters of the incomplete gamma and beta functions
LARGEST_ORDER = arb(10000)  # s of the zeta function, n of polygamma
LOWEST_POLYGAMMA = arb(-10000)


def _told(ball: arb) -> arb:
    return WHOLE_LINE if ball.is_nan() else ball


def bessel(kind: str, order: int, scaled: bool = False) -> Callable[[arb], arb]:
    """Bessel function of one ball; of the second kinds (Y, K) on x >= 0."""
    method, options = getattr(arb, f"bessel_{kind}"), ((scaled,) if scaled else ())
    pole, at_infinity = {"y": (-INFINITY, ZERO), "k": (INFINITY, ZERO), "j": (NAN, ZERO)}.get(kind, (NAN, INFINITY))

    def function(x: arb) -> arb:
        if kind in "yk" and (x < 0 or x.is_nan()):
            return NAN
        if kind in "yk" and x.is_zero():
            return pole
        if x.is_exact() and not x.is_finite() and not x.is_nan():
            size = ZERO if scaled else at_infinity
            return -size if order == 1 and x < 0 else size
        if scaled and x < 0:  # Arb scales by exp(-x), the scaled functions are by exp(-|x|)
            return (-1) ** order * function(-x)
        if scaled and not x >= 0:
            return NAN if x.is_nan() else WHOLE_LINE
        return NAN if x.is_nan() else _told(method(x, arb(order), *options))

    return function


def polygamma(n: arb, x: arb) -> arb:
    """Derivative of order n, an exact integer >= 0, of digamma (DLMF 5.15.1; 25.11.12)."""
    if not (n.is_exact() and n.is_integer()) or n < 0 or x.is_nan():
        return NAN
    if n > LARGEST_ORDER or x < LOWEST_POLYGAMMA:
        return WHOLE_LINE
    order = int(float(n))
    if order == 0:
        return x.digamma()
    if x.is_exact() and x.is_integer() and x <= 0:
        return INFINITY if order % 2 else NAN
    if x.is_exact() and not x.is_finite():
        return ZERO if x > 0 else NAN
    if x > 0:
        return (-1) ** (order + 1) * (n + 1).gamma() * _told((n + 1).zeta(x))
    return acb(x).polygamma(acb(n)).real


def zeta(s: arb, a: arb) -> arb:
    """Hurwitz zeta for a > 0 (DLMF 25.11); a pole at s = 1."""
    if a.is_exact() and not a.is_finite() and a > 0 and s > 1:
        return ZERO
    if not (a > 0 and s.is_finite()) or s.contains(1):
        return NAN
    return WHOLE_LINE if abs(s) > LARGEST_ORDER else _told(s.zeta(a))


def zeta_slope(s: arb, a: arb) -> arb:
    """Derivative of zeta by s, as the second coefficient of its series."""
    if not (a > 0 and s.is_finite()) or s.contains(1):
        return NAN
    if abs(s) > LARGEST_ORDER:
        return WHOLE_LINE
    return _told(arb_series([s, ONE], 2).zeta(a)[1])


def _hard_gamma(a: arb, x: arb) -> bool:
    return bool(a > LARGEST_SHAPE and x > a / 8 and x < a * 8)


def gammainc(a: arb, x: arb) -> arb:
    """Regularised lower incomplete gamma function for a > 0, x >= 0 (DLMF 8.2.4)."""
    if not (a > 0 and x >= 0 and a.is_finite()):
        return NAN
    if x.is_zero() or not x.is_finite():
        return ZERO if x.is_zero() else ONE if x.is_exact() else WHOLE_LINE
    if _hard_gamma(a, x):
        return WHOLE_LINE
    return _told(x.gamma_lower(a, 1) if x < a + 1 else 1 - x.gamma_upper(a, 1))


def gammaincc(a: arb, x: arb) -> arb:
    """Regularised upper incomplete gamma function for a > 0, x >= 0 (DLMF 8.2.4)."""
    if x < a + 1 or not x.is_finite() or not (a > 0 and a.is_finite()):
        return 1 - gammainc(a, x)
    return WHOLE_LINE if _hard_gamma(a, x) else _told(x.gamma_upper(a, 1))


def gammainc_slope(a: arb, x: arb) -> arb:
    """Derivative of gammainc by a: the series of DLMF 8.7.1 term by term, a 2F2."""
    if not (a > 0 and x >= 0 and a.is_finite()):
        return NAN
    if x.is_zero() or not x.is_finite():
        return ZERO if x.is_exact() else WHOLE_LINE
    if a > LARGEST_SHAPE or x > LARGEST_SHAPE:
        return WHOLE_LINE
    series = (-x).hypgeom([a, a], [a + 1, a + 1]) * x**a / (a * a * a.gamma())
    return _told(gammainc(a, x) * (x.log() - a.digamma()) - series)


def betainc(a: arb, b: arb, x: arb) -> arb:
    """Regularised incomplete beta function for a, b > 0 and 0 <= x <= 1 (DLMF 8.17.2)."""
    if not (a > 0 and b > 0 and x >= 0 and x <= 1 and (a + b).is_finite()):
        return NAN
    if x.is_zero() or x == 1:
        return x
    return WHOLE_LINE if a + b > LARGEST_SHAPE else _told(x.beta_lower(a, b, 1))


def betainc_slope(a: arb, b: arb, x: arb) -> arb:
    """Derivative of betainc by a: the series of DLMF 8.17.7 term by term, a 3F2."""
    if not (a > 0 and b > 0 and x >= 0 and x <= 1 and (a + b).is_finite()):
        return NAN
    if x.is_zero() or x == 1:
        return ZERO
    if a + b > LARGEST_SHAPE:
        return WHOLE_LINE
    whole = a.gamma() * b.gamma() / (a + b).gamma()
    series = x.hypgeom([a, a, 1 - b], [a + 1, a + 1]) * x**a / (a * a * whole)
    return _told(betainc(a, b, x) * (x.log() - a.digamma() + (a + b).digamma()) - series)


def spence(x: arb) -> arb:
    """Li2(1 - x) for x >= 0 (DLMF 25.12.1; near 0 by 25.12.6)."""
    if x.is_zero():
        return arb.pi() ** 2 / 6
    if not x >= 0:
        return NAN
    if not x.is_finite():
        return -INFINITY if x.is_exact() else WHOLE_LINE
    if x < HALF:
        return _told(arb.pi() ** 2 / 6 - x.log() * (1 - x).log() - x.polylog(2))
    return _told((1 - x).polylog(2))


def erfcx(x: arb) -> arb:
    """exp(x^2) erfc(x); for large x as Tricomi's U, without the exponentials (DLMF 7.11.5)."""
    if x > ONE and x.is_finite():
        return _told((x * x).hypgeom_u(HALF, HALF)) / arb.pi().sqrt()
    product = (x * x).exp() * x.erfc()
    return _told(product) if x.is_finite() else product


def log_ndtr(x: arb) -> arb:
    """Logarithm of the normal distribution function erfc(-x / sqrt 2) / 2 (DLMF 7.2.2)."""
    u = x / TWO.sqrt()
    if x < 0 and x.is_finite():
        return (erfcx(-u) / 2).log() - u * u
    upper = u.erfc() / 2
    return (_told(-upper) if x.is_finite() else -upper).log1p()


def expn(n: arb, x: arb) -> arb:
    """Generalised exponential integral of an integer order n >= -1, for x >= 0 (DLMF 8.19.2)."""
    if not (n.is_exact() and n.is_integer() and n >= -1 and x >= 0):
        return NAN
    if x.is_zero():
        return INFINITY if n <= 1 else 1 / (n - 1)
    if not x.is_finite():
        return ZERO if x.is_exact() else WHOLE_LINE
    return _told(x.expint(n))


def cbrt(x: arb) -> arb:
    """The real cube root, odd."""
    return -((-x).root(3)) if x < 0 else x.root(3)


def truncate(x: arb) -> arb:
    if x >= 0 or x <= 0:
        return x.floor() if x >= 0 else x.ceil()
    return x.floor().union(x.ceil())


def round_half_even(x: arb) -> arb:
    below = (x + HALF).floor()
    tie = x.is_exact() and x.is_finite() and (2 * x).is_integer() and not x.is_integer()
    return below - 1 if tie and not (below / TWO).is_integer() else below


def heaviside(x: arb, middle: arb) -> arb:
    """0 left of zero, `middle` at zero, 1 right of it."""
    if x < 0 or x > 0:
        return ONE if x > 0 else ZERO
    return middle if x.is_zero() else NAN if x.is_nan() else middle.union(ZERO).union(ONE)


def copysign(x: arb, y: arb) -> arb:
    """|x| with the sign of y; not a number at y = 0, whose sign a ball does not carry."""
    if y > 0 or y < 0:
        return abs(x) if y > 0 else -abs(x)
    return NAN if y.is_zero() or y.is_nan() else abs(x).union(-abs(x))


UNARY: dict[str, Callable[[arb], arb]] = {
    **{f"{kind}{order}": bessel(kind, order) for kind in "jyik" for order in (0, 1)},
    **{f"{kind}{order}e": bessel(kind, order, scaled=True) for kind in "ik" for order in (0, 1)},
    "cbrt": cbrt,
    "cospi": arb.cos_pi,
    "erfcinv": arb.erfcinv,
    "erfcx": erfcx,
    "expi": arb.ei,
    "lambertw": arb.lambertw,
    "log_ndtr": log_ndtr,
    "round": round_half_even,
    "sinc": arb.sinc_pi,
    "spence": spence,
    "trunc": truncate,
}
BINARY: dict[str, Callable[[arb, arb], arb]] = {
    "copysign": copysign,
    "expn": expn,
    "gammainc": gammainc,
    "gammainc_slope": gammainc_slope,
    "gammaincc": gammaincc,
    "heaviside": heaviside,
    "polygamma": polygamma,
    "zeta": zeta,
    "zeta_slope": zeta_slope,
}
TERNARY: dict[str, Callable[[arb, arb, arb], arb]] = {"betainc": betainc, "betainc_slope": betainc_slope}
