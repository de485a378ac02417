"""Gradients of JAX users that fail at a point, each with the right cause."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.causes import (
    ABSORPTION,
    CANCELLATION,
    CLAMP,
    DOMAIN_EDGE,
    INVALID,
    OVERFLOW,
    ROUNDED_CONSTANT,
    UNDERFLOW,
    UNTAKEN_BRANCH,
    WRONG_RULE,
)
from gradcheck.suites.harness.held_out import jax_functions as f
from gradcheck.suites.harness.held_out.case import Case, backward, forward

PAIR, THREE = Argument("real", shape=(2,)), Argument("real", shape=(3,))
ONE, SINGLE = Argument("real"), Argument("real", shape=(1,))

GRADIENTS: dict[str, Case] = {
    "Student-t of an outlier": Case(
        f.student_t_nll,
        (PAIR, ONE, Argument("positive", differentiate=False)),
        ((1e20, 2.0), 0.0, 1.0),
        "spurious_zero",
        "gradient",
        (forward(OVERFLOW, ("integer_pow", "square"), "1e20 squared overflows, and 1/(1 + inf) is 0"),),
        mode="jit",
    ),
    "mixture density far from its components": Case(
        f.mixture_density_nll,
        (PAIR, PAIR, ONE),
        ((0.0, 1.0), (0.0, 0.0), 50.0),
        "spurious_nan",
        "gradient",
        (forward(UNDERFLOW, ("exp",), "exp(-1200) underflows in both components: the density is 0, its slope 0/0"),),
        dtype="float64",
    ),
    "heading of a tiny step": Case(
        f.heading,
        (PAIR,),
        ((1e-25, 1e-25),),
        "spurious_inf",
        "gradient",
        (backward(UNDERFLOW, ("square", "atan2"), "the slope divides by x^2 + y^2, whose squares underflow"),),
    ),
    "signal to noise": Case(
        f.signal_to_noise,
        (ONE, Argument("positive")),
        (1e20, 1e25),
        "spurious_zero",
        "gradient",
        (backward(UNDERFLOW, ("integer_pow", "div"), "the slope is x y^-2, and y^-2 = 1e-50 underflows"),),
    ),
    "squashed action": Case(
        f.squashed_action,
        (PAIR,),
        ((10.0, 0.5),),
        "spurious_zero",
        "gradient",
        (backward(CANCELLATION, ("sub", "tanh"), "the slope of tanh is formed from 1 - y with y rounded to 1"),),
    ),
    "contrastive loss of equal points": Case(
        f.contrastive_loss,
        (PAIR, PAIR),
        ((1.0, 2.0), (1.0, 2.0)),
        "spurious_nan",
        "gradient",
        (backward((DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt has no slope at 0: inf * 0"),),
    ),
    "area of an impossible triangle": Case(
        f.triangle_area,
        (Argument("positive", shape=(3,)),),
        ((1.0, 2.0, 4.0),),
        "spurious_nan",
        "gradient",
        (
            backward(
                (DOMAIN_EDGE, INVALID), ("sqrt", "div", "mul"), "sqrt of the held 0 has no slope: inf * 0 of the max"
            ),
        ),
    ),
    "polar angle at the pole": Case(
        f.polar_angle,
        (THREE,),
        ((0.0, 0.0, 2.0),),
        "spurious_nan",
        "gradient",
        (backward((DOMAIN_EDGE, INVALID), ("acos", "rsqrt", "mul"), "acos has no slope at 1: inf * 0"),),
    ),
    "PPO of a far policy": Case(
        f.ppo_loss,
        (SINGLE, SINGLE, Argument("real", shape=(1,), differentiate=False)),
        ((0.0,), (-100.0,), (1.0,)),
        "spurious_nan",
        "gradient",
        (
            backward(
                UNTAKEN_BRANCH,
                ("exp", "mul", "min", "max", "clamp", "select_n"),
                "clip and minimum send 0 back to the ratio they did not take, whose slope is inf",
            ),
            forward(OVERFLOW, ("exp",), "the ratio exp(100) overflows"),
        ),
    ),
    "rotation by nothing": Case(
        f.rotate,
        (THREE, Argument("real", shape=(3,))),
        ((0.0, 0.0, 0.0), (1.0, 0.0, 2.0)),
        "spurious_nan",
        "gradient",
        (
            backward(
                UNTAKEN_BRANCH,
                ("div", "integer_pow", "mul", "select_n", "sqrt"),
                "0 goes back into the untaken sin(angle)/angle, whose slope at 0 is not finite",
            ),
            backward(DOMAIN_EDGE, ("sqrt", "div"), "the angle, a norm, has no slope at 0: 0.5 / 0"),
        ),
        mode="jit",
    ),
    "clip by norm of zeros": Case(
        f.clip_by_norm,
        (PAIR,),
        ((0.0, 0.0),),
        "spurious_nan",
        "gradient",
        (
            backward(
                UNTAKEN_BRANCH,
                ("div", "integer_pow", "mul", "min", "select_n", "sqrt"),
                "minimum takes the 1, and 0 goes back into 5/norm, whose slope at 0 is not finite",
            ),
        ),
    ),
    "hard sigmoid below its edge": Case(
        f.hard_sigmoid,
        (PAIR,),
        ((2.9999998, 1.0),),
        "wrong",
        "gradient",
        (
            backward(
                CLAMP, ("min", "clamp", "eq", "select_n", "mul"), "the sum rounds up to the bound 1, a tie: half is cut"
            ),
        ),
    ),
    "clipped probability": Case(
        f.safe_probability,
        (PAIR,),
        ((15.9424, 0.0),),
        "wrong",
        "gradient",
        (
            backward(
                CLAMP,
                ("min", "clamp", "eq", "select_n", "mul"),
                "the bound rounds down onto the probability below it, a tie: half is cut",
            ),
            forward(ROUNDED_CONSTANT, ("min", "clamp"), "the bound 1 - 1e-7 is 1 - 1.2e-7 in float32"),
        ),
    ),
    "softplus with a naive rule": Case(
        f.softplus_rule,
        (PAIR,),
        ((100.0, 1.0),),
        "spurious_nan",
        "gradient",
        (backward(OVERFLOW, ("exp",), "exp(100) of the custom rule overflows, and inf/inf is NaN"),),
    ),
    "gate with a saved output": Case(
        f.gate,
        (PAIR,),
        ((20.0, 0.0),),
        "spurious_zero",
        "gradient",
        (
            backward(CANCELLATION, ("sub",), "y (1 - y) of the custom rule cancels, y rounded to 1"),
            backward(ABSORPTION, ("add",), "y = 1 / (1 + exp(-x)) lost the exponential beside the 1"),
        ),
    ),
    "clipped gradient": Case(
        f.clipped_regression,
        (PAIR,),
        ((3.0, 1.0),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the rule of the identity clips, so it is not its derivative"),),
    ),
    "straight-through rounding": Case(
        f.quantized,
        (PAIR,),
        ((0.3, 1.1),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the rule passes 1 where the slope of rounding is 0"),),
    ),
    "swish with a wrong rule": Case(
        f.swish,
        (PAIR,),
        ((2.0, 0.5),),
        "wrong",
        "gradient",
        (backward(WRONG_RULE, (), "the second term of the product rule lacks its factor x"),),
    ),
}
