"""The right cause of findings in the norms of torch and in torch.special, by hand; see `suites.causes`."""

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
from gradcheck.suites.libraries.domains import GRID

CAUSES: dict[str, CauseCase] = {
    "torch.cdist gradient": gradient(
        1,
        (0, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(0, 2): 1e20, (1, 2): 1e20}), full((4, 3), 0.0)),
        RightCause(
            (OVERFLOW,),
            ("_cdist_forward",),
            FORWARD,
            "the kernel squares 1e20, beyond float32; the slope is then x / inf",
        ),
    ),
    "torch.cdist (3) gradient": gradient(
        1,
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 2): 1e20}), full((4, 3), 0.0)),
        RightCause(
            (OVERFLOW,),
            ("_cdist_forward",),
            FORWARD,
            "the kernel takes 1e20^3, beyond float32; the slope is then divided by inf^2",
        ),
    ),
    "torch.dist gradient": gradient(
        0,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0), full(GRID, 0.0, {(1, 2): 1e20})),
        RightCause(
            (OVERFLOW,), ("dist",), FORWARD, "the kernel squares 1e20, beyond float32; the slope is then x / inf"
        ),
    ),
    "torch.hypot gradient": gradient(
        0,
        (0, 0),
        "spurious_nan",
        (full(GRID, 0.0), full(GRID, 0.0)),
        RightCause((DOMAIN_EDGE, INVALID), ("div",), BACKWARD, "the norm has no slope at the origin: 0 / 0"),
    ),
    "torch.linalg.norm gradient": gradient(
        0,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(1, 2): 1e-23}),),
        RightCause(
            (UNDERFLOW,),
            ("linalg_vector_norm",),
            FORWARD,
            "the kernel squares 1e-23 to 0, and of a norm of 0 the slope is set to 0",
        ),
    ),
    "torch.linalg.vector_norm gradient": gradient(
        0,
        (1, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(1, 2): 1e-23}),),
        RightCause(
            (UNDERFLOW,),
            ("linalg_vector_norm",),
            FORWARD,
            "the kernel squares 1e-23 to 0, and of a norm of 0 the slope is set to 0",
        ),
    ),
    "torch.linalg.vector_norm (3) gradient": gradient(
        0,
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause(
            (OVERFLOW,),
            ("linalg_vector_norm",),
            FORWARD,
            "the kernel takes 1e20^3, beyond float32; the slope is then divided by inf^2",
        ),
    ),
    "torch.logcumsumexp gradient": gradient(
        0,
        (0, 1),
        "wrong",
        (full(GRID, 0.0, {(0, 1): 10000000.0}),),
        RightCause(
            (CANCELLATION,), ("add",), BACKWARD, "log(2) is what is left of -9999999.3 + 1e7, and comes out as 1"
        ),
    ),
    "torch.norm value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 1e20}),),
        RightCause((OVERFLOW,), ("linalg_vector_norm", "norm"), FORWARD, "the kernel squares 1e20, beyond float32"),
    ),
    "torch.norm (3) value": value(
        (0,),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 10000000000000.0}),),
        RightCause((OVERFLOW,), ("linalg_vector_norm", "norm"), FORWARD, "the kernel takes 1e13^3, beyond float32"),
    ),
    "torch.renorm value": value(
        (0, 2),
        "spurious_zero",
        (full(GRID, 0.0, {(0, 2): 1e20}),),
        RightCause((OVERFLOW,), ("renorm",), FORWARD, "the kernel squares 1e20, beyond float32: 0.5 / inf"),
    ),
    "torch.special.bessel_j1 value": value(
        (1, 2),
        "wrong",
        (full(GRID, 0.0, {(1, 2): 20000000000.0}),),
        false_alarm="half an ulp of 2e10 is 1024: over it the answer takes every value there is",
    ),
    "torch.special.bessel_y1 value": value(
        (0, 2),
        "spurious_inf",
        (full(GRID, 1.0, {(0, 2): 2.6e-39}),),
        RightCause(
            (OVERFLOW,),
            ("special_bessel_y1",),
            FORWARD,
            "the kernel takes 1/x = 3.8e38, beyond float32, before it multiplies by 2/pi",
        ),
    ),
    "torch.special.chebyshev_polynomial_v value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 3e38}),),
        RightCause(
            (OVERFLOW,),
            ("special_chebyshev_polynomial_v",),
            FORWARD,
            "2x = 6e38 in the recurrence is beyond float32: inf - inf instead of inf",
        ),
    ),
    "torch.special.hermite_polynomial_h value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 1e38}),),
        RightCause(
            (OVERFLOW,),
            ("special_hermite_polynomial_h",),
            FORWARD,
            "the terms of the recurrence are beyond float32: inf - inf instead of inf",
        ),
    ),
    "torch.special.i0 gradient": gradient(
        0,
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 89.0}),),
        RightCause(
            (OVERFLOW,),
            ("special_i1",),
            BACKWARD,
            "the kernel takes exp(89), beyond float32, before it divides by its square root",
        ),
    ),
    "torch.special.i1 gradient": gradient(
        0,
        (1, 1),
        "spurious_nan",
        (full(GRID, 0.0, {(1, 1): 100.0}),),
        RightCause(
            (OVERFLOW,),
            ("special_i1",),
            FORWARD,
            "the value 1e42 is beyond float32, and the slope i0(x) - i1(x)/x, which is too, comes out as inf - inf",
        ),
    ),
    "torch.special.laguerre_polynomial_l value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 3e38}),),
        RightCause(
            (OVERFLOW,),
            ("special_laguerre_polynomial_l",),
            FORWARD,
            "the terms of the recurrence are beyond float32: -inf + inf instead of -inf",
        ),
    ),
    "torch.special.log_ndtr gradient": gradient(
        0,
        (0, 0),
        "wrong",
        (full(GRID, 0.0, {(0, 0): -700.0}),),
        RightCause(
            (CANCELLATION,),
            ("add",),
            BACKWARD,
            "log_ndtr(x) + x^2/2 of numbers near 245000 is -7.47, and comes out as -7.45, whose exponential is taken",
        ),
    ),
    "torch.special.modified_bessel_i0 value": value(
        (0, 1),
        "spurious_inf",
        (full(GRID, 0.0, {(0, 1): 89.0}),),
        RightCause(
            (OVERFLOW,),
            ("special_modified_bessel_i0",),
            FORWARD,
            "the kernel takes exp(89), beyond float32, before it divides by the square root",
        ),
    ),
    "torch.special.modified_bessel_k1 value": value(
        (1, 2),
        "spurious_nan",
        (full(GRID, 1.0, {(1, 2): 1e-45}),),
        RightCause(
            (UNDERFLOW,),
            ("special_modified_bessel_k1",),
            FORWARD,
            "the kernel takes x/2 of the smallest number, 0, whose logarithm is -inf: -inf + inf instead of inf",
        ),
    ),
    "torch.special.scaled_modified_bessel_k1 value": value(
        (1, 2),
        "spurious_nan",
        (full(GRID, 1.0, {(1, 2): 1e-45}),),
        RightCause(
            (UNDERFLOW,),
            ("special_scaled_modified_bessel_k1",),
            FORWARD,
            "the kernel takes x/2 of the smallest number, 0, whose logarithm is -inf: -inf + inf",
        ),
    ),
    "torch.special.shifted_chebyshev_polynomial_u value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 1e38}),),
        RightCause(
            (OVERFLOW,),
            ("special_shifted_chebyshev_polynomial_u",),
            FORWARD,
            "2 (2x - 1) = 4e38 in the recurrence is beyond float32: inf - inf instead of inf",
        ),
    ),
    "torch.special.shifted_chebyshev_polynomial_w value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 1e38}),),
        RightCause(
            (OVERFLOW,),
            ("special_shifted_chebyshev_polynomial_w",),
            FORWARD,
            "2 (2x - 1) = 4e38 in the recurrence is beyond float32: inf - inf instead of inf",
        ),
    ),
    "torch.special.sinc value": value(
        (0, 2),
        "spurious_nan",
        (full(GRID, 0.0, {(0, 2): 3e38}),),
        RightCause((OVERFLOW,), ("sinc",), FORWARD, "the kernel takes pi x, beyond float32: sin(inf)"),
    ),
    "torch.std value": value(
        (),
        "spurious_inf",
        (full(GRID, 0.0, {(1, 1): 1e38, (1, 2): 3e38}),),
        RightCause((OVERFLOW,), ("std",), FORWARD, "the kernel squares 3e38, beyond float32"),
    ),
}
