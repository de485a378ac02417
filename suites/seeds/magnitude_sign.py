"""Losses that should heed the magnitude and the sign of a prediction: two that were proposed, one that does."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck import exact
from gradcheck.divergence import bisect
from gradcheck.properties import Pair, exact_losses, judge_definition, judge_implementation
from gradcheck.reference import paraboloid
from gradcheck.reference.paraboloid import PARABOLOID
from gradcheck.reference.relu_penalty import RELU_PENALTY
from gradcheck.reference.signed_error import SIGNED_ERROR
from gradcheck.specification import Claim, ExpectedFinding, Shown, Specification, Suite
from gradcheck.suites.portable import portable
from gradcheck.suites.seeds import surfaces
from gradcheck.suites.seeds.showing import pick, together, verdict_shown
from gradcheck.verdict import Verdict

C_DIFF_SIGN, C_SAME_SIGN = 4.0, 2.0
COEFF, WEIGHT = 1.0, 4.0


def rotated(xp: Any, prediction: Any, target: Any) -> Any:
    """The paraboloid as published: turned by the cosine and sine of 45 degrees."""
    cosine, sine = math.cos(math.pi / 4), math.sin(math.pi / 4)
    along = prediction * cosine + target * sine
    across = prediction * -sine + target * cosine
    return along * along / C_DIFF_SIGN + across * across / C_SAME_SIGN


def by_sign(xp: Any, prediction: Any, target: Any) -> Any:
    """The signed error with the signs compared before the product is taken, which may underflow."""
    error = prediction - target
    opposite = xp.sign(prediction) * xp.sign(target) < 0
    return error * error + xp.where(opposite, -WEIGHT * prediction * target, xp.zeros_like(error))


def paraboloid_slope(prediction: Any, target: Any) -> tuple[Any]:
    return ((prediction + target) / C_DIFF_SIGN + (prediction - target) / C_SAME_SIGN,)


def relu_penalty_slope(prediction: Any, target: Any) -> tuple[Any]:
    slope = 2.0 * (prediction - target)
    return (np.where(prediction < 0, slope - COEFF, slope),)


def signed_error_slope(prediction: Any, target: Any) -> tuple[Any]:
    slope = 2.0 * (prediction - target)
    return (np.where(np.sign(prediction) * np.sign(target) < 0, slope - WEIGHT * target, slope),)


OVERFLOW = "prediction + target, or a square, is beyond the dtype before the constants divide it"
UNDERFLOW = "the product of a tiny prediction and target is zero, and with it the gradient of the penalty"

OVERFLOWING = (
    ExpectedFinding(verdict=Verdict.SPURIOUS_INF, quantity="value", reason=OVERFLOW),
    ExpectedFinding(verdict=Verdict.SPURIOUS_INF, quantity="gradient", reason=OVERFLOW),
)
UNDERFLOWING = ExpectedFinding(verdict=Verdict.WRONG, quantity="gradient", reason=UNDERFLOW)
INF_LESS_INF = ExpectedFinding(
    verdict=Verdict.SPURIOUS_NAN, quantity="gradient", modes=("jit",), reason=OVERFLOW + ": inf - inf", required=False
)

IMPLEMENTATIONS = (
    *portable("as_published", PARABOLOID, rotated, names=("torch",), expected=OVERFLOWING),
    *portable("as_published", PARABOLOID, rotated, names=("jax",), expected=(*OVERFLOWING, INF_LESS_INF)),
    *portable("as_published", PARABOLOID, rotated, names=("numpy",), gradient=paraboloid_slope, expected=OVERFLOWING),
    *portable("direct", RELU_PENALTY, RELU_PENALTY.definition, names=("torch", "jax")),
    *portable("direct", RELU_PENALTY, RELU_PENALTY.definition, names=("numpy",), gradient=relu_penalty_slope),
    *portable("by_product", SIGNED_ERROR, SIGNED_ERROR.definition, names=("torch",), expected=(UNDERFLOWING,)),
    *portable(
        "by_product",
        SIGNED_ERROR,
        SIGNED_ERROR.definition,
        names=("numpy", "jax"),
        expected=(replace(UNDERFLOWING, required=False),),  # XLA sets subnormal inputs to zero beforehand
    ),
    *portable("by_sign", SIGNED_ERROR, by_sign, names=("torch", "jax")),
    *portable("by_sign", SIGNED_ERROR, by_sign, names=("numpy",), gradient=signed_error_slope),
)


def loss_shown(specification: Specification, pair: Pair, number: float) -> Shown:
    """Whether the loss of (prediction, target) is that number, exactly."""
    (loss,) = exact_losses(specification.definition)([pair])
    return Shown(bool(loss == number), ((f"{specification.name}{pair}", f"{float(loss):g}"),))


def minimiser(specification: Specification, target: float, low: float, high: float) -> float:
    """The prediction with the least loss, where the exact slope of a convex loss turns from falling to rising."""

    def rises(prediction: float) -> bool:
        point = np.array([prediction]), np.array([target])
        (slope,) = exact.gradient_of(specification.definition, point, differentiate=(0,))
        return bool(slope[0] > 0)

    return bisect(rises, low, high)


def properties_shown(specification: Specification) -> Shown:
    """Whether every property came out as the specification says it does, in exact arithmetic."""
    records = judge_definition(specification)
    rows = tuple((r.claim, f"{'holds' if r.holds else 'does not hold'}: {r.witness}") for r in records)
    return Shown(all(r.holds == r.expected for r in records), rows)


def reverse_of_its_promise() -> Shown:
    return together(
        loss_shown(PARABOLOID, (-1.0, 1.0), 1.0),
        loss_shown(PARABOLOID, (3.0, 1.0), 3.0),
        loss_shown(PARABOLOID, (1.0, 1.0), 0.5),
    )


def minimum_at_a_third() -> Shown:
    found = minimiser(PARABOLOID, target=1.0, low=0.0, high=1.0)
    return Shown(
        math.isclose(found, 1 / 3, rel_tol=1e-11), (("prediction of the least loss for target 1", f"{found:.12g}"),)
    )


def no_constants_cure_it() -> Shown:
    """The difference L(3, 1) - L(-1, 1) = 8 / c_diff_sign, measured over constants of all magnitudes."""
    constants = [2.0**k for k in range(-60, 61, 6)]
    differences = [_dearer_right(diff, same) * diff for diff, same in itertools.product(constants, repeat=2)]
    holds = all(difference == 8 for difference in differences)
    rows = (
        ("pairs of constants from 2^-60 to 2^60", str(len(differences))),
        ("(loss(3, 1) - loss(-1, 1)) * c_diff_sign, least and greatest", _range(differences)),
    )
    return Shown(holds, rows)


def _dearer_right(c_diff_sign: float, c_same_sign: float) -> Any:
    right, wrong = exact_losses(paraboloid.definition(c_diff_sign, c_same_sign))([(3.0, 1.0), (-1.0, 1.0)])
    return right - wrong


def _range(numbers: Any) -> str:
    floats = [float(number) for number in numbers]
    return f"{min(floats):g}, {max(floats):g}"


def right_negative_punished() -> Shown:
    found = minimiser(RELU_PENALTY, target=-1.0, low=-2.0, high=0.0)
    moved = Shown(
        math.isclose(found, COEFF / 2 - 1, rel_tol=1e-11),
        (("prediction of the least loss for target -1", f"{found:.12g}"),),
    )
    return together(loss_shown(RELU_PENALTY, (-1.0, -1.0), COEFF), moved)


def does_what_was_asked() -> Shown:
    return properties_shown(SIGNED_ERROR)


def in_every_dtype() -> Shown:
    """The orderings of the signed error in the floats of every dtype, as NumPy computes it."""
    stable = pick(IMPLEMENTATIONS, "by_sign", "numpy")
    records = [record for dtype in stable.dtypes for record in judge_implementation(stable, dtype)]
    held = [record for record in records if record.holds]
    return Shown(
        len(held) == len(records), (("properties that hold, over all dtypes", f"{len(held)} of {len(records)}"),)
    )


def kink_at_the_sign() -> Shown:
    """At p = 0 the gradient is a subgradient; on either side it is the one-sided slope."""
    stable = pick(IMPLEMENTATIONS, "by_sign", "numpy")
    target = [1.0, 1.0, 1.0, 1.0]
    tiny = 2.0**-14
    point = [[0.0, -tiny, tiny, 1.0], target]
    slopes = ((1, -2 - 2 * tiny - WEIGHT), (2, 2 * tiny - 2), (3, 0.0))
    kink = verdict_shown(stable, "float32", point, "gradient", (0,), Verdict.SUBGRADIENT, actual=-2.0)
    sides = [
        verdict_shown(stable, "float32", point, "gradient", (k,), Verdict.ACCURATE, actual=slope, rtol=1e-6)
        for k, slope in slopes
    ]
    return together(kink, *sides)


def product_underflows() -> Shown:
    """At 1e-30 in float32 the product is zero: a tie of the maximum, where torch takes half of the penalty's slope."""
    naive = pick(IMPLEMENTATIONS, "by_product", "torch")
    point = [[-1e-30] * 4, [1e-30] * 4]
    return verdict_shown(
        naive,
        "float32",
        point,
        "gradient",
        (0,),
        Verdict.WRONG,
        expected=-(4 + WEIGHT) * 1e-30,
        actual=-(4 + WEIGHT / 2) * 1e-30,
    )


CLAIMS = (
    Claim(
        name="paraboloid_is_the_reverse_of_its_promise",
        text="With the published constants 4 and 2 the paraboloid gives 1 for (-1, 1), 3 for (3, 1) and 0.5 at (1, 1).",
        show=reverse_of_its_promise,
    ),
    Claim(
        name="paraboloid_minimum_is_at_a_third",
        text="For target 1 the paraboloid's minimum over the prediction is at 1/3.",
        show=minimum_at_a_third,
    ),
    Claim(
        name="no_constants_cure_the_paraboloid",
        text="loss(3, 1) - loss(-1, 1) = 8 / c_diff_sign: no positive constants make the wrong sign dearer.",
        show=no_constants_cure_it,
    ),
    Claim(
        name="relu_term_punishes_right_negatives",
        text="The relu term punishes a right negative prediction, and moves the minimum for target -1 to -1/2.",
        show=right_negative_punished,
    ),
    Claim(
        name="signed_error_does_what_was_asked",
        text="The signed error errs more for the wrong sign, is zero only at the target and least there.",
        show=does_what_was_asked,
    ),
    Claim(
        name="signed_error_keeps_its_properties_in_floats",
        text="In every dtype the computed signed error keeps these properties.",
        show=in_every_dtype,
    ),
    Claim(
        name="signed_error_kinks_where_the_sign_turns",
        text="At prediction 0 the signed error's gradient is a subgradient, beside it the one-sided slope.",
        show=kink_at_the_sign,
    ),
    Claim(
        name="product_of_tiny_numbers_loses_the_penalty",
        text="Written with the product of prediction and target, the gradient loses a quarter at 1e-30 in float32.",
        show=product_underflows,
        frameworks=("torch",),
    ),
)

SUITE = Suite(
    name="magnitude_sign",
    title="Losses for magnitude and sign",
    implementations=IMPLEMENTATIONS,
    claims=CLAIMS,
    pictures=surfaces.pictures(IMPLEMENTATIONS),
)
