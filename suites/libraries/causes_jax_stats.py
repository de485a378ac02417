"""The right cause of findings in jax.scipy.stats, by hand; see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    BACKWARD,
    CANCELLATION,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    RightCause,
)
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import SIZE

CAUSES: dict[str, CauseCase] = {
    "jax.scipy.stats.beta.logpdf gradient": gradient(
        1,
        (3,),
        "spurious_inf",
        (full(SIZE, 0.5, {(3,): 1e-38}), full(SIZE, 1.0, {(3,): 0.9}), full(SIZE, 1.0, {(3,): 0.9})),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.stats.cauchy.logpdf gradient": gradient(
        2,
        (3,),
        "wrong",
        (full(SIZE, 0.0, {(3,): 1e19}), full(SIZE, 0.0), full(SIZE, 1.0)),
        RightCause(
            (UNDERFLOW,),
            ("div",),
            BACKWARD,
            "the slope of log1p, 1 / (1 + z^2) = 1e-38, is subnormal, XLA sets it to 0, times z^2 it is 1",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.cauchy.logpdf value": value(
        (3,),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 1e20}), full(SIZE, 0.0), full(SIZE, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32, its log1p is not",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.gamma.logpdf gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}), full(SIZE, 1.0)),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.stats.geom.logpmf gradient": gradient(
        1,
        (1,),
        "spurious_nan",
        (full(SIZE, 1.0), full(SIZE, 0.0, {(1,): 1.0, (3,): 1.0})),
        RightCause(
            (DOMAIN_EDGE, INVALID),
            ("div", "mul"),
            BACKWARD,
            "the slope of (k - 1) log1p(-p) at p = 1 and k = 1 is 0 * 1/0",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.laplace.logpdf value": value(
        (3,),
        "spurious_inf",
        (full(SIZE, 0.0), full(SIZE, 0.0), full(SIZE, 1.0, {(3,): 3e38})),
        RightCause((OVERFLOW,), ("mul",), FORWARD, "2 s = 6e38 is beyond float32, its logarithm is not"),
        mode="jit",
    ),
    "jax.scipy.stats.multinomial.logpmf gradient": gradient(
        0,
        (2,),
        "spurious_nan",
        ((1.0, 0.0, 0.0),),
        RightCause(
            (DOMAIN_EDGE, INVALID), ("mul", "div"), BACKWARD, "the slope of n log(p) at p = 0 and n = 0 is 0 * 1/0"
        ),
        mode="jit",
    ),
    "jax.scipy.stats.norm.logcdf value": value(
        (1,),
        "spurious_inf",
        (full(SIZE, 0.0, {(1,): -2e19}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 2e19 is beyond float32, half of it is not",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.norm.logpdf value": value(
        (1,),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 0.0), full(SIZE, 1.0, {(1,): 1e-19})),
        RightCause(
            (UNDERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the variance 1e-38 is subnormal, and XLA sets it to 0: 0 / 0",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.poisson.logpmf gradient": gradient(
        1,
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 1.0, {(3,): 1e-38})),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.stats.sem value": value(
        (),
        "spurious_inf",
        (full(SIZE, 0.0, {(1,): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 7.5e19 is beyond float32, its root is not",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.t.logpdf gradient": gradient(
        1,
        (1,),
        "spurious_nan",
        (full(SIZE, 0.0, {(1,): 1e20}), full(SIZE, 1.0)),
        RightCause(
            (OVERFLOW,),
            ("square", "integer_pow", "mul"),
            FORWARD,
            "the square of 1e20 is beyond float32, its log1p is not; the slope is then 0 * inf",
        ),
        mode="jit",
    ),
    "jax.scipy.stats.wrapcauchy.logpdf gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 0.5, {(3,): 0.99999994})),
        RightCause(
            (CANCELLATION,), ("sub",), FORWARD, "1 + c^2 - 2 c cos(0) = (1 - c)^2 is 3.6e-15, and comes out as 0"
        ),
        mode="jit",
    ),
}
