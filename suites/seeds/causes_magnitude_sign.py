"""The right causes in the losses for magnitude and sign."""

from __future__ import annotations

from gradcheck.suites.causes import BACKWARD, FORWARD, OVERFLOW, UNDERFLOW, RightCause
from gradcheck.suites.seeds.cause_row import ADD, AUTOMATIC, BY_HAND, EVERYWHERE, MULTIPLY, SUBTRACT, CauseRow

PARABOLOID = {"specifications": ("paraboloid",), "implementations": ("as_published",)}
ROTATED_OVERFLOWS = "the turned coordinate, up to sqrt(2) times the prediction, is beyond the dtype"

ROWS = (
    CauseRow(
        **PARABOLOID,
        quantity="value",
        verdicts=("spurious_inf",),
        causes=(
            RightCause((OVERFLOW,), MULTIPLY, FORWARD, "a square is beyond the dtype before the constants divide it"),
        ),
    ),
    CauseRow(
        **PARABOLOID,
        quantity="gradient",
        verdicts=("spurious_inf",),
        frameworks=AUTOMATIC,
        causes=(RightCause((OVERFLOW,), ADD, FORWARD, ROTATED_OVERFLOWS),),
    ),
    CauseRow(
        **PARABOLOID,
        quantity="gradient",
        verdicts=("spurious_inf",),
        frameworks=BY_HAND,
        causes=(
            RightCause(
                (OVERFLOW,),
                (*ADD, *SUBTRACT),
                BACKWARD,
                "prediction + target is beyond the dtype before the constant divides it",
            ),
        ),
    ),
    CauseRow(
        **PARABOLOID,
        quantity="gradient",
        verdicts=("spurious_nan", "spurious_inf"),
        frameworks=("jax",),
        modes=("jit",),
        causes=(
            RightCause(
                (OVERFLOW,),
                (*ADD, *MULTIPLY),
                BACKWARD,
                "the compiler's fault: it doubles each coordinate before a constant divides it: inf - inf",
            ),
        ),
    ),
    CauseRow(
        specifications=("signed_error",),
        implementations=("by_product",),
        quantity="gradient",
        verdicts=("wrong",),
        frameworks=EVERYWHERE,
        causes=(
            RightCause(
                (UNDERFLOW,),
                MULTIPLY,
                FORWARD,
                "the product of a tiny prediction and target is 0: a tie of the maximum, whose slope is then half",
            ),
        ),
    ),
)
