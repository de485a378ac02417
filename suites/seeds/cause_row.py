"""A row of the tables of causes of the seed suites, and what its operations are called in the three frameworks."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.suites.causes import RightCause

EVERYWHERE, AUTOMATIC, BY_HAND = ("numpy", "torch", "jax"), ("torch", "jax"), ("numpy",)
MODES = ("eager", "jit")

ADD = ("add", "add_any")
SUBTRACT = ("subtract", "sub", "rsub")
MULTIPLY = ("multiply", "mul")
DIVIDE = ("divide", "div")
SQUARE = ("multiply", "mul", "square", "integer_pow", "pow")
SUM = ("sum", "mean", "add", "reduce_sum")
EXP = ("exp",)
SIGMOID = ("sigmoid", "logistic", "exp", "divide")  # NumPy's is written out with exp and divide


@dataclass(frozen=True, kw_only=True)
class CauseRow:
    """The causes of the findings of these verdicts, in every implementation so named of these specifications.

    Of several causes the point decides, and with it the dtype: each is right at some point that a run shows.
    """

    specifications: tuple[str, ...]
    implementations: tuple[str, ...]
    quantity: str  # "value" or "gradient"
    verdicts: tuple[str, ...]
    causes: tuple[RightCause, ...]
    frameworks: tuple[str, ...] = EVERYWHERE
    modes: tuple[str, ...] = MODES

    def covers(
        self, specification: str, implementation: str, framework: str, mode: str, quantity: str, verdict: str
    ) -> bool:
        return (
            specification in self.specifications
            and implementation in self.implementations
            and framework in self.frameworks
            and mode in self.modes
            and quantity == self.quantity
            and verdict in self.verdicts
        )
