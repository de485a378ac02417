"""Functions of NumPy users at a point: where they fail, with the right cause, and ones in which nothing is wrong."""

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
    WRONG_RULE,
)
from gradcheck.suites.harness.held_out import numpy_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward

ONE, PAIR, THREE = Argument("real"), Argument("real", shape=(2,)), Argument("real", shape=(3,))
POSITIVE, POSITIVES = Argument("positive"), Argument("positive", shape=(2,))
PROBABILITIES = Argument("probability", shape=(2,))
SHARES = Argument("probability", shape=(3,))

VALUES: dict[str, Case] = {
    "log-cosh": Case(
        f.log_cosh,
        (PAIR,),
        ((1e-4, 2.0),),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("subtract",), "log 2 is subtracted from a sum just above log 2"),),
    ),
    "smaller root": Case(
        f.smaller_root,
        (ONE, ONE),
        (1000.0, 0.75),
        "wrong",
        causes=(forward(CANCELLATION, ("add",), "-b + sqrt(b^2 - 4c) cancels where 4c is small"),),
    ),
    "weighted variance in one pass": Case(
        f.weighted_variance,
        (THREE, Argument("positive", shape=(3,))),
        ((1000.0, 1000.1, 1000.3), (1.0, 2.0, 1.0)),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("subtract",), "two numbers near 1e6 differ by 0.01"),),
    ),
    "Tweedie deviance": Case(
        f.tweedie_deviance,
        (POSITIVE, POSITIVE),
        (1.001, 1.0),
        "wrong",
        causes=(forward(CANCELLATION, ("add",), "-4 + 2 + 2: the deviance of 1e-6 is what the sum leaves"),),
    ),
    "great circle of near places": Case(
        f.great_circle,
        (PAIR, PAIR),
        ((-0.07, 2.2), (-0.07, 2.2001)),
        "spurious_nan",
        causes=(forward((DOMAIN_EDGE, INVALID, CANCELLATION), ("arccos",), "a cosine just below 1 rounds to above 1"),),
    ),
    "angle between near vectors": Case(
        f.angle_between,
        (PAIR, PAIR),
        ((1.0, 2.0), (1.0001, 2.0)),
        "spurious_zero",
        causes=(forward(CANCELLATION, ("arccos",), "arccos of a cosine that rounded to 1"),),
    ),
    "masked error with a fill value": Case(
        f.masked_squared_error,
        (PAIR, PAIR, Argument("{0, 1}", shape=(2,), differentiate=False)),
        ((1.0, 2.0), (9.97e36, 1.5), (0.0, 1.0)),
        "spurious_nan",
        causes=(forward(OVERFLOW, ("square", "power"), "the masked square overflows, and inf * 0 is NaN"),),
    ),
    "softmax with a temperature": Case(
        f.tempered_softmax,
        (THREE, POSITIVE),
        ((9.0, 8.0, 0.0), 0.01),
        "spurious_nan",
        causes=(forward(OVERFLOW, ("exp",), "exp(900) overflows, and inf/inf is NaN"),),
        dtype="float64",
    ),
    "log likelihood of a product": Case(
        f.log_likelihood,
        (SHARES,),
        ((1e-20, 2e-20, 1e-15),),
        "spurious_inf",
        causes=(forward(UNDERFLOW, ("prod", "multiply"), "the product 2e-55 underflows to 0"),),
    ),
    "cosine similarity of a tiny vector": Case(
        f.cosine_similarity,
        (PAIR, PAIR),
        ((1e-25, 1e-25), (2.0, 3.0)),
        "spurious_inf",
        causes=(forward(UNDERFLOW, ("multiply",), "the squares of 1e-25 underflow: a division by 0"),),
    ),
    "entropy with a zero": Case(
        f.entropy,
        (SHARES,),
        ((0.0, 0.25, 0.75),),
        "spurious_nan",
        causes=(forward((INVALID, DOMAIN_EDGE), ("multiply", "log"), "0 * log(0) is 0 * -inf"),),
    ),
    "pseudo-Huber": Case(
        f.pseudo_huber,
        (PAIR,),
        ((1e-4, 2.0),),
        "spurious_zero",
        causes=(
            forward(CANCELLATION, ("subtract",), "sqrt(1 + r^2) rounds to 1, and 1 - 1 is 0"),
            forward(ABSORPTION, ("add",), "1 absorbs the square 1e-8"),
        ),
    ),
    "symlog": Case(
        f.symlog,
        (PAIR,),
        ((1e-9, -3.0),),
        "spurious_zero",
        causes=(forward(ABSORPTION, ("add",), "1 absorbs 1e-9, and log(1) is 0"),),
    ),
}

GRADIENTS: dict[str, Case] = {
    "product with a zero": Case(
        f.product,
        (THREE,),
        ((0.0, 3.0, 2.0),),
        "spurious_nan",
        "gradient",
        (backward(INVALID, ("divide", "true_divide"), "the product over the factor is 0/0"),),
        gradient=f.product_gradient,
    ),
    "layer norm of a held scale": Case(
        f.layer_norm_loss,
        (THREE,),
        ((1.0, 2.0, 4.0),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the scale depends on the input, too"),),
        gradient=f.layer_norm_loss_gradient,
    ),
    "logistic loss": Case(
        f.logistic_loss,
        (PAIR,),
        ((100.0, 1.0),),
        "spurious_nan",
        "gradient",
        (backward(OVERFLOW, ("exp",), "exp(100) overflows, and inf/inf is NaN"),),
        gradient=f.logistic_loss_gradient,
    ),
    "hard sigmoid below its edge": Case(
        f.hard_sigmoid,
        (PAIR,),
        ((2.9999998, 1.0),),
        "spurious_zero",
        "gradient",
        (
            backward(
                CLAMP,
                ("where", "less", "bitwise_and", "logical_and"),
                "the sum rounds up to 1, and the comparison cuts the gradient",
            ),
        ),
        gradient=f.hard_sigmoid_gradient,
    ),
    "Gaussian of a tiny variance": Case(
        f.gaussian_nll,
        (PAIR, POSITIVES),
        ((1e-13, 1.0), (1e-25, 2.0)),
        "spurious_inf",
        "gradient",
        (backward(UNDERFLOW, ("square", "power"), "the square of the variance underflows: a division by 0"),),
        gradient=f.gaussian_nll_gradient,
    ),
    "saturated tanh": Case(
        f.tanh_layer,
        (PAIR,),
        ((12.0, 0.5),),
        "spurious_zero",
        "gradient",
        (backward(CANCELLATION, ("subtract",), "1 - tanh^2 with tanh rounded to 1"),),
        gradient=f.tanh_layer_gradient,
    ),
    "mean squared error": Case(
        f.squared_error,
        (PAIR, PAIR),
        ((1.0, 2.5), (0.0, 2.0)),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the gradient is that of the sum, not of the mean"),),
        gradient=f.squared_error_gradient,
    ),
}

CONTROLS: dict[str, Case] = {
    # The truth has constants as the dtype rounds them: 1e-50 is 0, which leaves 0/0,
    "unit vector of zeros": Case(f.unit_vector, (PAIR,), ((0.0, 0.0),)),
    # and 1 - 1e-9 is 1, which leaves the logarithm of 0.
    "clipped cross-entropy": Case(f.clipped_cross_entropy, (PROBABILITIES,), ((1.0, 0.5),)),
    # The differences of the gradient cancel, but exactly as much as half an ulp of the input moves them.
    "variance in two passes": Case(
        f.two_pass_variance, (THREE,), ((1000.0, 1000.1, 1000.3),), gradient=f.two_pass_variance_gradient
    ),
    # exp(-2000) is below every number of the dtype, in the value and in the gradient.
    "log-sum-exp": Case(f.log_sum_exp, (THREE,), ((1000.0, 999.0, -1000.0),), gradient=f.log_sum_exp_gradient),
    # The logarithm of 0 is never taken.
    "guarded entropy": Case(f.guarded_entropy, (SHARES,), ((0.0, 0.25, 0.75),)),
    "product without the factor": Case(f.product, (THREE,), ((0.0, 3.0, 2.0),), gradient=f.leave_one_out_gradient),
    # Both are beyond the dtype.
    "inverse cube": Case(f.inverse_cube, (POSITIVES,), ((1e-15, 2.0),), gradient=f.inverse_cube_gradient),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
