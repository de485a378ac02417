"""Functions of JAX users at a point: where they fail, with the right cause, and ones in which nothing is wrong."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.harness.held_out import jax_functions as f
from gradcheck.suites.harness.held_out.case import Case
from gradcheck.suites.harness.held_out.jax_gradient_cases import GRADIENTS
from gradcheck.suites.harness.held_out.jax_value_cases import VALUES

PAIR = Argument("real", shape=(2,))
KEPT = Argument("{0, 1}", shape=(2,), differentiate=False)
THREE, LABELS = Argument("real", shape=(3,)), Argument("{0, 1}", shape=(3,), differentiate=False)
ONE, POSITIVE = Argument("real"), Argument("positive")

CONTROLS: dict[str, Case] = {
    # The truth has constants as the dtype rounds them: 0.99999999 is 1 and leaves 1/0 of no sign,
    "Adam's bias correction": Case(f.bias_corrected, (ONE, POSITIVE), (1.0, 10.0)),
    # 1e-8 is 0 in float16,
    "RMS norm of zeros in float16": Case(f.rms_norm, (PAIR,), ((0.0, 0.0),), dtype="float16"),
    # and -1e9 is -inf.
    "attention mask in float16": Case(
        f.masked_attention, (THREE, LABELS), ((1.0, 2.0, 3.0), (1.0, 1.0, 0.0)), dtype="float16"
    ),
    # The untaken root never sees a negative number.
    "guarded root of a negative number": Case(f.guarded_root, (PAIR,), ((-1.0, 4.0),)),
    # The batched cond is a select, and its untaken root gets another operand.
    "mapped cond of a negative number": Case(f.mapped_cond_root, (PAIR,), ((-1.0, 4.0),)),
    # The lost exp(-1000) is below every number of the dtype.
    "log-softmax of far logits": Case(f.log_softmax, (PAIR,), ((1000.0, 0.0),)),
    # The difference cancels, but half an ulp of the probabilities moves it more.
    "dice loss of a near perfect match": Case(f.dice_loss, (PAIR, KEPT), ((0.999999, 1e-6), (1.0, 0.0))),
    # 0/0, and no limit.
    "mean of nothing": Case(f.masked_mean, (PAIR, KEPT), ((1.0, 2.0), (0.0, 0.0))),
    # The slope at 0 is 0, although sign jumps and abs has a kink there.
    "signed power at 0": Case(f.signed_power, (PAIR,), ((0.0, -2.0),)),
    # -1e30 absorbs all, and what it absorbs never reaches the last state.
    "alignment of two labels": Case(
        f.alignment_score, (Argument("real", shape=(3, 2)),), (((-0.1, -3.0), (-2.0, -0.2), (-1.0, -0.5)),)
    ),
    # A custom rule that is the derivative.
    "log(1 - exp(-x)) with its own rule": Case(
        f.log_one_minus_exp, (Argument("positive", shape=(3,)),), ((1e-10, 20.0, 0.69),)
    ),
    # A kink, and a slope between the two.
    "hinge at the margin": Case(f.hinge_loss, (PAIR,), ((1.0, 2.0),)),
    # Half an ulp of the time is a sizeable phase.
    "phase of a late time": Case(f.fourier_feature, (PAIR,), ((123.456, 3.1),)),
    # 1e50 and its slope are beyond the dtype.
    "attraction of what touches": Case(f.attraction, (Argument("positive", shape=(2,)),), ((1e-25, 2.0),)),
}

CASES: dict[str, Case] = {**VALUES, **GRADIENTS, **CONTROLS}
