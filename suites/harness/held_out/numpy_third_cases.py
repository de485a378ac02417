"""A third set of functions of NumPy users at a point: failures with their right cause, and ones with nothing wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    INVALID,
    OVERFLOW,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
)
from gradcheck.suites.harness.held_out import numpy_third_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward

ONE, PAIR = Argument("real"), Argument("real", shape=(2,))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
NONNEGATIVE, NONNEGATIVES = Argument("nonnegative"), Argument("nonnegative", shape=(2,))
DIVIDE = ("divide", "true_divide")

VALUES: dict[str, Case] = {
    "effective sample size": Case(
        f.effective_sample_size,
        (PAIR,),
        ((400.0, 399.0),),
        "spurious_nan",
        causes=(forward(OVERFLOW, ("square", "power"), "the square of exp(400) overflows: inf/inf"),),
        dtype="float64",
    ),
    "reduced mass of two atoms": Case(
        f.reduced_mass,
        (POSITIVE, POSITIVE),
        (1.67e-27, 2.66e-26),
        "spurious_zero",
        causes=(forward(UNDERFLOW, ("multiply",), "the product of 4e-53 underflows"),),
    ),
    "sag of a tight cable": Case(
        f.cable_sag,
        (POSITIVE, POSITIVE),
        (1000.0, 1.0),
        "wrong",
        causes=(forward(CANCELLATION, ("subtract",), "cosh is 1 + 5e-7, of which 1 is subtracted"),),
    ),
    "score decayed since a time stamp": Case(
        f.decayed_score,
        (POSITIVE, POSITIVE, POSITIVE),
        (1.7e9, 10.0, 10.0),
        "wrong",
        causes=(forward(ABSORPTION, ("add",), "the stamp absorbs the delay of 10 s"),),
    ),
    "array factor at broadside": Case(
        f.array_factor,
        (PAIR,),
        ((0.0, 1.0),),
        "spurious_nan",
        causes=(forward((INVALID, DOMAIN_EDGE), DIVIDE, "0/0, and a limit of 8"),),
    ),
    "distance of a point on the line": Case(
        f.distance_to_line,
        (PAIR, PAIR),
        ((0.1, 0.3), (0.2, 0.6)),
        "spurious_nan",
        causes=(
            forward(CANCELLATION, ("subtract",), "the difference of two equal squares is below 0 by their rounding"),
            forward((INVALID, DOMAIN_EDGE), ("sqrt",), "and it has no root"),
        ),
    ),
    "wait for the improbable": Case(
        f.expected_wait,
        (POSITIVES,),
        ((1e-9, 0.5),),
        "spurious_inf",
        causes=(forward(CLAMP, ("where", "less"), "exp(-1e-9) rounds to 1, which the comparison takes for never"),),
    ),
}

GRADIENTS: dict[str, Case] = {
    "smooth magnitude": Case(
        f.smooth_magnitude,
        (PAIR,),
        ((12.0, 0.5),),
        "spurious_nan",
        "gradient",
        (backward(OVERFLOW, ("exp",), "exp(12) overflows float16: inf/inf"),),
        dtype="float16",
        gradient=f.smooth_magnitude_gradient,
    ),
    "score function of an outlier": Case(
        f.log_density,
        (PAIR,),
        ((20.0, 0.5),),
        "spurious_nan",
        "gradient",
        (backward(UNDERFLOW, ("exp",), "the density of exp(-200) underflows: 0/0"),),
        gradient=f.log_density_gradient,
    ),
    "softplus of a negative number": Case(
        f.softplus,
        (PAIR,),
        ((-20.0, 0.5),),
        "spurious_zero",
        "gradient",
        (backward(ABSORPTION, ("add",), "1 absorbs exp(-20), and 1 - 1/1 is 0"),),
        gradient=f.softplus_gradient,
    ),
    "slope of sinc": Case(
        f.unnormalized_sinc,
        (POSITIVES,),
        ((1e-3, 1.0),),
        "wrong",
        "gradient",
        (backward(CANCELLATION, ("subtract",), "two numbers near 1000 differ by 3e-4"),),
        gradient=f.unnormalized_sinc_gradient,
    ),
    "pinball loss of swapped sides": Case(
        f.pinball,
        (PAIR,),
        ((1.0, -2.0),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the slopes of the two sides are swapped"),),
        gradient=f.swapped_pinball_gradient,
    ),
    "normal density in its deviation": Case(
        f.normal_log_density,
        (ONE, POSITIVE),
        (3.0, 2.0),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "x^2 is divided by the square of the deviation, not by its cube"),),
        gradient=f.normal_log_density_gradient,
    ),
    "linear before the logarithm": Case(
        f.linear_then_log,
        (NONNEGATIVES,),
        ((0.0, 2.0),),
        "spurious_nan",
        "gradient",
        (
            backward((INVALID, UNTAKEN_BRANCH), ("multiply",), "the gate 0 times the slope inf of the logarithm"),
            backward((DOMAIN_EDGE, UNTAKEN_BRANCH), (*DIVIDE, "reciprocal"), "1/0, the slope of the logarithm at 0"),
        ),
        gradient=f.linear_then_log_gradient,
    ),
    "diode without a voltage": Case(
        f.diode_current,
        (NONNEGATIVES,),
        ((0.0, 4.0),),
        "spurious_nan",
        "gradient",
        (backward((INVALID, DOMAIN_EDGE), DIVIDE, "0/0, and a limit of 0"),),
        gradient=f.diode_current_gradient,
    ),
}

CONTROLS: dict[str, Case] = {
    # cosh overflows, and its inverse is 0 in the dtype.
    "soliton far out": Case(f.soliton, (PAIR,), ((200.0, 1.0),), gradient=f.soliton_gradient),
    # A kink, and the gradient is that of one side.
    "pinball loss at the quantile": Case(f.pinball, (PAIR,), ((0.0, -2.0),), gradient=f.pinball_gradient),
    # 0/0, and the limit depends on the direction.
    "precision of no events": Case(f.precision, (NONNEGATIVE, NONNEGATIVE), (0.0, 0.0)),
    # Infinite, and so is the slope.
    "inverse root of nothing": Case(f.inverse_root, (NONNEGATIVES,), ((0.0, 4.0),), gradient=f.inverse_root_gradient),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
