"""What is known to fail in the formulas of variational autoencoders, in which dtypes and modes, and why."""

from __future__ import annotations

from typing import Any

from gradcheck.specification import ExpectedFinding
from gradcheck.verdict import Verdict

FLOAT16 = ("float16",)
WIDER = ("bfloat16", "float32", "float64")
FOLDED = ("float32", "float64")


def _expect(verdict: Verdict, quantity: str, reason: str, **more: Any) -> ExpectedFinding:
    return ExpectedFinding(verdict=verdict, quantity=quantity, reason=reason, **more)


def _accept(verdict: Verdict, quantity: str, reason: str, **more: Any) -> ExpectedFinding:
    """Known, but not to be seen at every platform's or seed's points."""
    return _expect(verdict, quantity, reason, required=False, **more)


_RANGE = "a standard deviation, or its square, leaves float16"
_DEVIATION = "an intermediate of the size (z - mu)**2, or that over the variance twice, leaves the range"

STANDARDISED = (
    _expect(Verdict.SPURIOUS_NAN, "value", _RANGE, dtypes=FLOAT16),
    _expect(Verdict.SPURIOUS_NAN, "gradient", _RANGE, dtypes=FLOAT16),
    _accept(Verdict.SPURIOUS_INF, "value", _RANGE, dtypes=FLOAT16),
    _accept(Verdict.SPURIOUS_INF, "gradient", "the product (z - mu)**2 exp(-log_std) on the way back", dtypes=WIDER),
)
DIVIDED_BY_VARIANCE = (
    _expect(Verdict.SPURIOUS_NAN, "value", _RANGE, dtypes=FLOAT16),
    _expect(Verdict.SPURIOUS_NAN, "gradient", _RANGE, dtypes=FLOAT16),
    _expect(Verdict.SPURIOUS_INF, "gradient", _DEVIATION),
    _accept(Verdict.SPURIOUS_INF, "value", _DEVIATION),
    _accept(Verdict.WRONG, "gradient", _RANGE, dtypes=FLOAT16),
    _accept(Verdict.SPURIOUS_ZERO, "gradient", _RANGE, dtypes=FLOAT16),
)

_NOTHING = "1e-18 rounds to 0: log 0 where the sigmoid saturates"
_LOST = "1 - p is 0 where the sigmoid saturates, and 1e-18 stands in for it"
_DIGITS = "1 - p has few digits where the sigmoid nears 1, and 1e-18 bounds the logarithm"
_FOLD = "XLA folds 1 - p + 1e-18 into (1 + 1e-18) - p, which is 1 - p: log 0 again"

PLUS_1E_18 = (
    _expect(Verdict.SPURIOUS_NAN, "value", f"{_NOTHING}, times 0", dtypes=FLOAT16),
    _expect(Verdict.SPURIOUS_NAN, "gradient", f"{_NOTHING}, 0 times inf on the way back", dtypes=FLOAT16),
    _accept(Verdict.SPURIOUS_INF, "value", _NOTHING, dtypes=FLOAT16),
    _accept(Verdict.SPURIOUS_INF, "gradient", _NOTHING, dtypes=FLOAT16),
    _expect(Verdict.WRONG, "value", _LOST, dtypes=WIDER, modes=("eager",)),
    _expect(Verdict.SPURIOUS_ZERO, "gradient", _LOST, dtypes=WIDER, modes=("eager",)),
    _accept(Verdict.WRONG, "value", _LOST),
    _accept(Verdict.SPURIOUS_ZERO, "gradient", _LOST),
    _accept(Verdict.WRONG, "gradient", _DIGITS),
    _accept(Verdict.INACCURATE, "value", _DIGITS),
    _accept(Verdict.INACCURATE, "gradient", _DIGITS),
)
PLUS_1E_18_UNDER_JIT = (
    _expect(Verdict.SPURIOUS_NAN, "value", f"{_FOLD}, times 0", dtypes=FOLDED, modes=("jit",)),
    _expect(Verdict.SPURIOUS_NAN, "gradient", _FOLD, dtypes=FOLDED, modes=("jit",)),
    _expect(Verdict.SPURIOUS_INF, "value", _FOLD, dtypes=FOLDED, modes=("jit",)),
    _accept(Verdict.SPURIOUS_INF, "gradient", _FOLD, dtypes=FOLDED, modes=("jit",)),
)

LOG_OF_MEAN = (
    _expect(Verdict.SPURIOUS_INF, "value", "exp overflows, or all underflow: log inf, log 0"),
    _expect(Verdict.SPURIOUS_NAN, "gradient", "inf / inf, or 0 / 0"),
)
LOGSUMEXP = (
    _accept(
        Verdict.INACCURATE,
        "gradient",
        "exp(log_w - logsumexp) has an error of |log_w| roundings; weights over their sum have not",
    ),
)
_SURROGATE = "sum_k w_k log_w_k is not the bound: it exceeds it by log K less the entropy of w"
SURROGATE_STOPPED = (
    _expect(Verdict.WRONG, "value", _SURROGATE),
    _accept(Verdict.INACCURATE, "value", _SURROGATE),
)
SURROGATE = (
    *SURROGATE_STOPPED,
    _expect(Verdict.WRONG, "gradient", "the derivative of the weights is added: w_k (1 + log_w_k - sum_j w_j log_w_j)"),
    _accept(Verdict.INACCURATE, "gradient", "the derivative of the weights is added"),
    _accept(Verdict.SPURIOUS_NAN, "gradient", "0 times inf where log weights differ by more than the range"),
)

# The rows' errors, sigmoid minus observation, are rounded to 16 bits before they are summed with signs.
MODEL_IN_16_BITS = tuple(
    ExpectedFinding(
        verdict=verdict,
        quantity="gradient",
        dtypes=("float16", "bfloat16"),
        reason="the sum over the rows cancels what sigmoid minus observation was rounded to",
        required=False,
    )
    for verdict in (Verdict.WRONG, Verdict.SPURIOUS_ZERO)
)
