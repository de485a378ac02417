"""The right cause of every finding that is expected of the seed suites, by hand: one table a suite."""

from __future__ import annotations

from gradcheck.suites.causes import RightCause
from gradcheck.suites.seeds import (
    causes_backpropagation,
    causes_linear_regression,
    causes_lrn,
    causes_magnitude_sign,
    causes_squared_norm,
    causes_vae,
)
from gradcheck.suites.seeds.cause_row import CauseRow

ROWS: tuple[CauseRow, ...] = (
    *causes_squared_norm.ROWS,
    *causes_magnitude_sign.ROWS,
    *causes_linear_regression.ROWS,
    *causes_backpropagation.ROWS,
    *causes_lrn.ROWS,
    *causes_vae.ROWS,
)


def causes_of(
    specification: str, implementation: str, framework: str, mode: str, quantity: str, verdict: str
) -> tuple[RightCause, ...]:
    """Every cause that is right for such a finding; none where no row covers it."""
    finding = (specification, implementation, framework, mode, quantity, verdict)
    return tuple(cause for row in ROWS if row.covers(*finding) for cause in row.causes)
