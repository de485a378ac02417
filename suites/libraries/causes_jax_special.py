"""The right cause of findings in jax.scipy.special, by hand; see `suites.causes`."""

from __future__ import annotations

from gradcheck.suites.causes import (
    BACKWARD,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.libraries.cause_case import CauseCase, full, gradient, value
from gradcheck.suites.libraries.domains import SIZE

CAUSES: dict[str, CauseCase] = {
    "jax.scipy.special.bessel_jn value": value(
        (0,),
        "spurious_nan",
        (full((1,), 1.0),),
        RightCause(
            (OVERFLOW,),
            ("mul", "scan"),
            FORWARD,
            "the backward recurrence from order 50 grows beyond float32 at x = 1: inf - inf",
        ),
        mode="jit",
    ),
    "jax.scipy.special.betaln gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-05}), full(SIZE, 1.0, {(3,): 1e-05})),
        RightCause(
            (UNTAKEN_BRANCH,),
            ("mul", "select_n"),
            BACKWARD,
            "where() takes the sum of lgammas below 8, yet the series in 1/b, beyond float32, comes back as 0 * inf",
        ),
        RightCause(
            (OVERFLOW,), ("mul",), FORWARD, "the series in 1/b^2 = 1e10 of the branch not taken is beyond float32"
        ),
        mode="jit",
    ),
    "jax.scipy.special.boxcox value": value(
        (2,),
        "spurious_zero",
        (full(SIZE, 1.0, {(2,): 1.01}), full(SIZE, 1.0, {(2,): 1e-36})),
        RightCause((UNDERFLOW,), ("mul",), FORWARD, "lambda log(x) = 1e-38 is subnormal, and XLA sets it to 0"),
        mode="jit",
    ),
    "jax.scipy.special.dawsn gradient": gradient(
        0,
        (3,),
        "wrong",
        (full(SIZE, 0.0, {(3,): 1e38}),),
        RightCause(
            (UNDERFLOW,),
            ("div", "dawsn"),
            FORWARD,
            "0.5/x = 5e-39 is subnormal, and XLA sets it to 0: the slope 1 - 2 x dawsn(x) is 1",
        ),
        mode="jit",
    ),
    "jax.scipy.special.digamma value": value(
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}),),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.special.gamma gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}),),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.special.i0 gradient": gradient(
        0,
        (1,),
        "spurious_nan",
        (full(SIZE, 0.0, {(1,): 100.0}),),
        RightCause(
            (OVERFLOW,), ("exp",), FORWARD, "exp(100) is beyond float32, and the slope -inf + inf instead of inf"
        ),
        mode="jit",
    ),
    "jax.scipy.special.i0 value": value(
        (3,),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 89.0}),),
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(89) is beyond float32, times i0e(89) = 0.04 it is not"),
        mode="jit",
    ),
    "jax.scipy.special.i1 value": value(
        (3,),
        "spurious_inf",
        (full(SIZE, 0.0, {(3,): 89.0}),),
        RightCause((OVERFLOW,), ("exp",), FORWARD, "exp(89) is beyond float32, times i1e(89) = 0.04 it is not"),
        mode="jit",
    ),
    "jax.scipy.special.kl_div value": value(
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 1e37}), full(SIZE, 1.0, {(3,): 1e37})),
        RightCause(
            (OVERFLOW,),
            ("mul", "xlogy", "_xlogx"),
            FORWARD,
            "p log(p) = 8.5e38 is beyond float32, its difference to p log(q) is not: inf - inf",
        ),
        mode="jit",
    ),
    "jax.scipy.special.log_ndtr gradient": gradient(
        0,
        (1,),
        "spurious_nan",
        (full(SIZE, 0.0, {(1,): -1e20}),),
        RightCause(
            (OVERFLOW,),
            ("square", "log_ndtr"),
            FORWARD,
            "the square of 1e20 is beyond float32: the value is -inf, and the slope exp(-inf - -inf)",
        ),
        RightCause(
            (OVERFLOW,), ("square", "mul"), BACKWARD, "x^2 / 2 in the rule exp(-x^2/2 - log_ndtr(x)) is beyond float32"
        ),
        mode="jit",
    ),
    "jax.scipy.special.loggamma gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}),),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.special.loggamma value": value(
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}),),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.special.poch gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 100.0}), full(SIZE, 1.0)),
        RightCause((OVERFLOW,), ("exp", "gamma"), FORWARD, "gamma(101) = exp(364) is beyond float32: inf / inf"),
        RightCause(
            (OVERFLOW,),
            ("exp", "gamma"),
            BACKWARD,
            "its rule computes poch anew, with the same gamma(101)",
        ),
        mode="jit",
    ),
    "jax.scipy.special.poch value": value(
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 100.0}), full(SIZE, 1.0)),
        RightCause((OVERFLOW,), ("exp", "gamma"), FORWARD, "gamma(101) = exp(364) is beyond float32: inf / inf"),
        mode="jit",
    ),
    "jax.scipy.special.rel_entr gradient": gradient(
        0,
        (0,),
        "wrong",
        (full(SIZE, 0.0), full(SIZE, 1.0)),
        RightCause(
            (DOMAIN_EDGE, WRONG_RULE),
            ("select_n", "gt", "eq"),
            BACKWARD,
            "at p = 0 the select takes the constant 0 of slope 0, where the slope of p log(p) is -inf",
        ),
        mode="jit",
    ),
    "jax.scipy.special.spence gradient": gradient(
        0,
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0, {(3,): 2.0}),),
        RightCause(
            (UNTAKEN_BRANCH, INVALID),
            ("mul", "log", "div", "select_n"),
            BACKWARD,
            "where() takes another formula at x = 2, yet log(1 - x) = nan of the branch not taken comes back times 0",
        ),
        mode="jit",
    ),
    "jax.scipy.special.spence value": value(
        (1,),
        "spurious_nan",
        (full(SIZE, 0.0, {(1,): 1e38}),),
        RightCause(
            (UNDERFLOW,),
            ("div",),
            FORWARD,
            "1/x = 1e-38 is subnormal, XLA sets it to 0, and log(0) log(1 - 0) is -inf * 0",
        ),
        mode="jit",
    ),
    "jax.scipy.special.xlogy gradient": gradient(
        1,
        (3,),
        "spurious_nan",
        (full(SIZE, 0.0), full(SIZE, 1.0, {(3,): 1e-38})),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
    "jax.scipy.special.zeta value": value(
        (3,),
        "spurious_nan",
        (full(SIZE, 1.0, {(3,): 1e-38}),),
        mode="jit",
        false_alarm="XLA takes a subnormal input for 0, and so the answer is that of another input: flushed",
    ),
}
