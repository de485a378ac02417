"""More functions of NumPy users at a point: where they fail, with the right cause, and ones with nothing wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
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
from gradcheck.suites.harness.held_out import numpy_second_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))

VALUES: dict[str, Case] = {
    "Planck radiance": Case(
        f.planck_radiance,
        (POSITIVES, POSITIVE),
        ((95.0, 2.0), 1.0),
        "spurious_zero",
        causes=(forward(OVERFLOW, ("expm1",), "exp(95) overflows: 857375/inf is 0"),),
    ),
    "Poisson probability": Case(
        f.poisson_probability,
        (POSITIVE,),
        (110.0,),
        "spurious_zero",
        causes=(forward(UNDERFLOW, ("exp",), "exp(-110) underflows, and nothing multiplied by 0 grows again"),),
    ),
    "Hill response": Case(
        f.hill_response,
        (POSITIVES, POSITIVE, POSITIVE),
        ((20.0, 5.0), 10.0, 4.0),
        "spurious_nan",
        causes=(forward(OVERFLOW, ("power",), "20 to the 4 overflows float16: inf/inf"),),
        dtype="float16",
    ),
    "kinetic energy of a slow body": Case(
        f.kinetic_energy,
        (POSITIVE, Argument("[0, 1)", shape=(2,))),
        (3.0, (1e-3, 0.5)),
        "wrong",
        causes=(forward(CANCELLATION, ("subtract",), "the Lorentz factor 1 + 5e-7, of which 1 is subtracted"),),
    ),
    "log-mean of equal differences": Case(
        f.log_mean_difference,
        (POSITIVES, POSITIVES),
        ((3.0, 5.0), (3.0, 2.0)),
        "spurious_nan",
        causes=(RightCause((INVALID, DOMAIN_EDGE), ("divide", "true_divide"), FORWARD, "0/0, and a limit of 3"),),
    ),
    "mortgage of almost no interest": Case(
        f.mortgage_payment,
        (POSITIVE, POSITIVE),
        (2e5, 1e-9),
        "spurious_inf",
        causes=(forward(ABSORPTION, ("add",), "1 absorbs the rate, and nothing is left to divide by"),),
    ),
    "likelihood ratio of an outlier": Case(
        f.likelihood_ratio,
        (ONE, ONE, ONE),
        (50.0, 0.0, 0.25),
        "spurious_nan",
        causes=(forward(UNDERFLOW, ("exp",), "both densities underflow: 0/0"),),
        dtype="float64",
    ),
    "inverse sinh of a negative number": Case(
        f.inverse_sinh,
        (PAIR,),
        ((-3000.0, 2.0),),
        "wrong",
        causes=(forward(CANCELLATION, ("add",), "-3000 and a root just above 3000"),),
    ),
}

GRADIENTS: dict[str, Case] = {
    "group lasso of zeros": Case(
        f.group_lasso,
        (PAIR,),
        ((0.0, 0.0),),
        "spurious_nan",
        "gradient",
        (backward((INVALID, DOMAIN_EDGE), ("divide", "true_divide"), "0/0 at the kink of a norm"),),
        gradient=f.group_lasso_gradient,
    ),
    "occupation of a high level": Case(
        f.occupation,
        (PAIR,),
        ((50.0, 0.5),),
        "spurious_zero",
        "gradient",
        (backward(OVERFLOW, ("square", "power"), "the square of exp(50) overflows"),),
        gradient=f.occupation_gradient,
    ),
    "transmittance of thin air": Case(
        f.transmittance,
        (Argument("nonnegative", shape=(2,)),),
        ((1e-9, 0.5),),
        "spurious_zero",
        "gradient",
        (
            backward(
                CLAMP,
                ("where", "less", "bitwise_and", "logical_and"),
                "exp(-1e-9) rounds to 1, and the comparison cuts the gradient",
            ),
        ),
        gradient=f.transmittance_gradient,
    ),
    "cross-entropy without its class": Case(
        f.first_class_loss,
        (THREE,),
        ((1.0, 0.0, -1.0),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "1 is not subtracted from the probability of the class"),),
        gradient=f.first_class_loss_gradient,
    ),
    "Welsch loss": Case(
        f.welsch_loss,
        (PAIR,),
        ((1.0, -2.0),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the exponent of the slope is -x^2, not -x^2/2"),),
        gradient=f.welsch_loss_gradient,
    ),
    "Geman-McClure loss of an outlier": Case(
        f.geman_mcclure,
        (PAIR,),
        ((1000.0, 2.0),),
        "wrong",
        "gradient",
        (backward(CANCELLATION, ("subtract",), "the slope of 2e-9 is the difference of two near 2e-3"),),
        gradient=f.geman_mcclure_gradient,
    ),
    "rectified root of a negative number": Case(
        f.rectified_root,
        (PAIR,),
        ((-1.0, 4.0),),
        "spurious_nan",
        "gradient",
        (
            backward((INVALID, UNTAKEN_BRANCH), ("multiply",), "the gate 0 times the slope inf of the root at 0"),
            backward((DOMAIN_EDGE, UNTAKEN_BRANCH), ("divide", "true_divide"), "0.5/0, the slope of the root at 0"),
        ),
        gradient=f.rectified_root_gradient,
    ),
}

CONTROLS: dict[str, Case] = {
    # The exponential of either sign never overflows.
    "sigmoid linear unit": Case(f.silu, (THREE,), ((-80.0, 0.0, 200.0),), gradient=f.silu_gradient),
    # The difference cancels, but half an ulp of the point moves it as much.
    "distance to a sphere": Case(f.sphere_distance, (PAIR,), ((3.0000002, 4.0),), gradient=f.sphere_distance_gradient),
    # 0/0, and the limit depends on the direction.
    "correlation of a constant": Case(f.correlation, (THREE, THREE), ((2.0, 2.0, 2.0), (1.0, 2.0, 4.0))),
    # The floor is 0 in float32, and so the surprise is infinite, and its slope.
    "surprise of the impossible": Case(
        f.surprise, (Argument("probability", shape=(2,)),), ((0.0, 0.5),), gradient=f.surprise_gradient
    ),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
