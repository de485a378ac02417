"""Gradients that are wrong, each with the operation that makes them so."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    BACKWARD,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    FORWARD,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
    RightCause,
)
from gradcheck.suites.harness.held_out import torch_functions as losses
from gradcheck.suites.harness.held_out import torch_functions_more as more
from gradcheck.suites.harness.held_out.case import Case

PAIR, GIVEN_PAIR = Argument("real", shape=(2,)), Argument("real", shape=(2,), differentiate=False)
POSITIVE_PAIR, NONNEGATIVE_PAIR = Argument("positive", shape=(2,)), Argument("nonnegative", shape=(2,))
COUNTS = Argument("nonnegative", shape=(2,), differentiate=False)


def caused(kinds, operations, why, phase=BACKWARD):
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    return RightCause(kinds, operations, phase, why)


RANGE = {
    "charbonnier": Case(
        *(more.charbonnier, (PAIR,), ((1e20, 3.0),), "spurious_zero", "gradient"),
        (caused(OVERFLOW, ("pow",), "the square of 1e20 overflows, and the slope of a root at inf is 0", FORWARD),),
    ),
    "inverse_square": Case(
        *(more.inverse_square, (POSITIVE_PAIR,), ((1e-15, 1.0),), "spurious_inf", "gradient"),
        (caused(OVERFLOW, ("mul",), "the slope of 1/r^2 in r^2 is its square, 1e60, before 1e-12 and r scale it"),),
    ),
    "custom_softplus": Case(
        *(more.custom_softplus, (PAIR,), ((100.0, 1.0),), "spurious_nan", "gradient"),
        (caused(OVERFLOW, ("exp",), "the hand-written slope exp(x) / (1 + exp(x)) is inf / inf"),),
    ),
    "scaled_energy": Case(
        *(more.scaled_energy, (PAIR,), ((1e-10, 2e-10),), "spurious_zero", "gradient"),
        (caused(UNDERFLOW, ("mul",), "the chain rule multiplies 1e-25 by 1e-25 before the large factors come"),),
    ),
}
CANCELLATIONS = {
    "bounded_action": Case(
        *(more.bounded_action, (PAIR,), ((8.0, 0.5),), "wrong", "gradient"),
        (caused(CANCELLATION, ("tanh_backward",), "the slope is computed as 1 - tanh^2, of which two bits are left"),),
    ),
    "cross_entropy_first": Case(
        *(losses.cross_entropy_first, (PAIR,), ((20.0, 0.0),), "spurious_zero", "gradient"),
        (
            caused(CANCELLATION, ("_log_softmax_backward_data",), "1 - p for a p that rounds to 1"),
            caused(CANCELLATION, ("_log_softmax",), "the log-probability -2e-9 is 0 already", FORWARD),
        ),
    ),
}
EDGES = {
    "poisson_deviance": Case(
        *(losses.poisson_deviance, (POSITIVE_PAIR, COUNTS), ((1.0, 2.0), (0.0, 3.0)), "spurious_nan", "gradient"),
        (caused((INVALID, DOMAIN_EDGE), ("div", "log"), "a count of 0 divided by the ratio 0 in the slope of log"),),
    ),
    "triplet": Case(
        *(losses.triplet, (PAIR, PAIR, PAIR), ((1.0, 2.0), (1.0, 2.0), (1.125, 2.0)), "spurious_nan", "gradient"),
        (caused((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul", "pow"), "the slope of sqrt at 0, times 0"),),
    ),
    "angle_of_equals": Case(
        *(losses.angle_between, (PAIR, PAIR), ((1.0, 0.0), (1.0, 0.0)), "spurious_nan", "gradient"),
        (caused((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul"), "the slope of acos at 1, times 0"),),
    ),
    "hellinger": Case(
        *(more.hellinger, (NONNEGATIVE_PAIR, COUNTS), ((0.0, 0.5), (0.0, 0.25)), "spurious_nan", "gradient"),
        (caused((DOMAIN_EDGE, INVALID), ("sqrt", "div"), "0 times the slope of sqrt at 0; the limit is 1/2"),),
    ),
    "haversine": Case(
        *(more.haversine, (PAIR, GIVEN_PAIR), ((0.5, 1.0), (0.5, 1.0)), "spurious_nan", "gradient"),
        (caused((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul", "pow"), "the slope of sqrt at 0, times 0"),),
        "float64",
    ),
}
BRANCHES = {
    "compressed_residual": Case(
        *(more.compressed_residual, (PAIR,), ((0.0, 4.0),), "spurious_nan", "gradient"),
        (caused(UNTAKEN_BRANCH, ("sqrt", "div", "mul", "where"), "the root that was not taken has no slope at 0"),),
    ),
    "masked_mean": Case(
        *(more.masked_mean, (Argument("real", shape=(2, 2)), Argument("{0, 1}", shape=(2, 2), differentiate=False))),
        *((((1.0, 2.0), (3.0, 4.0)), ((0, 0), (1, 1))), "spurious_nan", "gradient"),
        (caused(UNTAKEN_BRANCH, ("div", "mul", "where"), "the mean of the empty row was not taken, its slope is 0/0"),),
    ),
    "guarded_softplus": Case(
        *(more.guarded_softplus, (PAIR,), ((100.0, 1.0),), "spurious_nan", "gradient"),
        (
            caused(UNTAKEN_BRANCH, ("exp", "mul", "where"), "0 times the exp(100) of the branch that was not taken"),
            caused(OVERFLOW, ("exp",), "exp(100) is inf in float32, and the gradient multiplies it by 0", FORWARD),
        ),
    ),
    "ppo_clip": Case(
        *(losses.ppo_clip, (PAIR, GIVEN_PAIR, GIVEN_PAIR), ((0.0, -1.0), (-100.0, -1.125), (1.0, 1.0))),
        *("spurious_nan", "gradient"),
        (
            caused(
                UNTAKEN_BRANCH,
                ("exp", "mul", "minimum", "masked_fill_", "where"),
                "0 times the ratio that the minimum did not take",
            ),
            caused(OVERFLOW, ("exp",), "exp(100) is inf in float32, and the gradient multiplies it by 0", FORWARD),
        ),
    ),
    "inverse_distance_weighting": Case(
        *(more.inverse_distance_weighting, (NONNEGATIVE_PAIR, GIVEN_PAIR), ((0.0, 2.0), (1.0, 3.0))),
        *("spurious_nan", "gradient"),
        (
            caused(
                UNTAKEN_BRANCH, ("reciprocal", "mul", "clamp", "where"), "0 of the clamp times the slope of 1/x at 0"
            ),
        ),
    ),
}
CUTS = {
    "cosine_loss": Case(
        *(losses.cosine_loss, (PAIR, PAIR), ((1.0, 2.875), (1.001, 2.875)), "spurious_zero", "gradient"),
        (
            caused(CLAMP, ("clamp", "where"), "the cosine rounds to just above 1, and the gradient is cut"),
            caused(CLAMP, ("clamp",), "the cosine rounds to just above 1, and is held there", FORWARD),
        ),
    ),
}
RULES = {
    "swish": Case(
        *(more.swish, (PAIR,), ((1.0, -2.0),), "wrong", "gradient"),
        (caused(WRONG_RULE, (), "the slope of the sigmoid is missing"),),
    ),
    "binarised": Case(
        *(more.binarised, (PAIR,), ((0.5, -2.0),), "wrong", "gradient"),
        (caused(WRONG_RULE, (), "a straight-through 1 where a sign is flat"),),
    ),
    "tempered_cross_entropy": Case(
        *(more.tempered_cross_entropy, (PAIR,), ((1.0, 0.5),), "wrong", "gradient"),
        (caused(WRONG_RULE, (), "the factor 1 / temperature is missing"),),
    ),
    "exp_minus_one": Case(
        *(more.exp_minus_one, (PAIR,), ((0.5, 2.0),), "wrong", "gradient"),
        (caused(WRONG_RULE, (), "what was saved is exp(x), but the update in place made it exp(x) - 1"),),
    ),
    "safe_log": Case(
        *(more.safe_log, (POSITIVE_PAIR,), ((0.01, 0.02),), "wrong", "gradient"),
        (caused(WRONG_RULE, (), "1 / (x + 1e-3) is not the slope of the logarithm"),),
    ),
}
GRADIENTS = RANGE | CANCELLATIONS | EDGES | BRANCHES | CUTS | RULES
