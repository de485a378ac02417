"""The kinds of cause, and the sentence that a person can repeat for each."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an operation did to the answer."""

    OVERFLOW = "overflow"
    UNDERFLOW = "underflow"
    CANCELLATION = "cancellation"
    ABSORPTION = "absorption"
    INVALID = "invalid"
    DOMAIN_EDGE = "domain edge"
    UNTAKEN_BRANCH = "untaken branch"
    CLAMP = "clamp"
    ROUNDED_CONSTANT = "rounded constant"
    WRONG_RULE = "wrong rule"

    def __str__(self) -> str:
        return self.value


# `what` names the operation, `native` and `exact` are its result, `read` the numbers it read.
SENTENCES: dict[Kind, str] = {
    Kind.OVERFLOW: "{what} is {exact} exactly, beyond the largest {dtype}, and so {native}",
    Kind.UNDERFLOW: "{what} is {exact} exactly, too small for {dtype}, and so {native}",
    Kind.CANCELLATION: "{what} of {read}: these are right but for their rounding, and of the result only that is left: "
    "{native} for {exact}",
    Kind.ABSORPTION: "{what} adds {read}: the smaller is lost in the larger, {native} for {exact}",
    Kind.INVALID: "{what} of {read} is no number, where exactly it is {exact}",
    Kind.DOMAIN_EDGE: "{what} is at a singularity: of {read} it makes {native}, and no number even exactly",
    Kind.UNTAKEN_BRANCH: "{what} is in a branch that is not taken: its slope there is no number, "
    "and 0 times that is NaN",
    Kind.CLAMP: "{what} holds {read} at {native}: what is beyond is cut off, and so is its gradient",
    Kind.ROUNDED_CONSTANT: "{what} reads a constant that {dtype} rounds: {native} for {exact}",
    Kind.WRONG_RULE: "{what} is not what is asked for, even exactly: {native} for {exact}",
}
# Of a select that gives another number than exactly.
CHOSEN = "{what} takes another side than exactly, for what it compares was rounded past the bound: {native} for {exact}"
# Of an operation whose result the dtype could hold: what is beyond it is a number inside.
ON_THE_WAY: dict[Kind, str] = {
    Kind.OVERFLOW: "{what} of {read} overflows on the way to its result: {native} for {exact}",
    Kind.UNDERFLOW: "{what} of {read} underflows on the way to its result: {native} for {exact}",
}
# JAX derives these as a tree of another operation, whose results are partial ones.
PARTS = {"reduce_prod": "mul", "cumprod": "mul", "cummax": "max", "cummin": "min"}
# Of a subnormal number that is none.
FLUSHED: dict[Kind, str] = {
    Kind.UNDERFLOW: "{what} is {exact} exactly, a subnormal of {dtype}, and is given as {native}"
}
# Of a constant that leaves nothing of the number it is added to, exactly as well.
OUTWEIGHED = "{what} adds {read}: the constant outweighs the number, and the answer is that of the constant"
# Of what only a compiled program does; other kinds as above.
COMPILED_SENTENCES: dict[Kind, str] = {
    Kind.OVERFLOW: "{what} of {read} overflows: {native} for {exact}",
    Kind.UNDERFLOW: "{what} of {read} underflows: {native} for {exact}",
    Kind.CANCELLATION: "{what} of {read} gives {native} for {exact}",
    Kind.ABSORPTION: "{what} of {read} leaves one of the two out: {native} for {exact}",
    Kind.INVALID: "{what} of {read} is no number, where exactly it is {exact}",
}
ONLY_COMPILED = "{sentence}; only under jit, where XLA rewrites the operations: run one by one they give {eager}"
