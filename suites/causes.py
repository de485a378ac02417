"""What the cause of a known failure is, worked out by hand from the mathematics: the form of the tables.

The cause is the first operation, forward pass before backward pass, whose native result departs from the exact one
and whose fault reaches the failing output. What the tables of causes take for granted:

- `1 - sigmoid(x)` cancels: sigmoid is right to a rounding, the difference is not. The same inside a kernel
  (`sigmoid_backward`, `log1p` of an operand that rounded to -1).
- A constant added against a logarithm of 0 that outweighs a smaller true number has absorbed it. Where the number is
  lost before the constant is added, the cause is the loss.
- A constant that the dtype rounds, also to 0, is a rounded constant, not an underflow.
- Slopes that do not exist exactly (of sqrt, abs or a norm at 0, of log at 0) are domain edges. Where 0/0 or 0 * inf of
  exact operands appears on the way, "invalid" says the same thing.
- Of an untaken branch, the operation is the one whose slope is not finite, the product that makes it NaN, or the
  select.
- An operation that only the derivative needs belongs to the backward pass, wherever the framework runs it; so does
  every operation of a hand-written gradient, also where it repeats the forward pass.
- The derivative of a wrong formula is wrong because of the forward pass.
- What only a compiled program does is the compiler's fault: the row names the operation that its rewriting breaks.
"""

from __future__ import annotations

from dataclasses import dataclass

OVERFLOW, UNDERFLOW, CANCELLATION, ABSORPTION = "overflow", "underflow", "cancellation", "absorption"
INVALID, DOMAIN_EDGE, UNTAKEN_BRANCH, CLAMP = "invalid", "domain edge", "untaken branch", "clamp"
ROUNDED_CONSTANT, WRONG_RULE = "rounded constant", "wrong rule"
KINDS = (
    *(OVERFLOW, UNDERFLOW, CANCELLATION, ABSORPTION, INVALID, DOMAIN_EDGE, UNTAKEN_BRANCH, CLAMP),
    *(ROUNDED_CONSTANT, WRONG_RULE),
)
FORWARD, BACKWARD = "forward", "backward"
PHASES = (FORWARD, BACKWARD)


@dataclass(frozen=True)
class RightCause:
    """A right answer to "which operation went wrong, and how".

    `kinds`: the right kind first; a second one only where both can be defended. `operations`: names that are right, as
    the frameworks say them ("mul" in torch and JAX, "multiply" in NumPy); empty where no single operation is at fault
    but the rule as a whole. `why`: one sentence.
    """

    kinds: tuple[str, ...]
    operations: tuple[str, ...]
    phase: str
    why: str

    def admits(self, kind: str, operation: str, phase: str) -> bool:
        """Whether an answer is this one."""
        return kind in self.kinds and phase == self.phase and (not self.operations or operation in self.operations)
