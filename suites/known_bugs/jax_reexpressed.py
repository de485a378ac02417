"""Fixed since, or of another library, written afresh in JAX."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.known_bugs import definitions
from gradcheck.suites.known_bugs.case import IN_THE_FORMULA, KnownBug
from gradcheck.verdict import Verdict

CASES = (
    KnownBug(
        id="rj_layer_norm_neg",
        title="one-pass LayerNorm variance goes negative: NaN",
        upstream="microsoft/onnxruntime#28463 ; patrick-kidger/equinox#314",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(4,)),),
        failure=Verdict.SPURIOUS_NAN,
        quantity="value",
        trigger=((85000.0, 85000.25, 85000.5, 85000.75),),
    ),
    KnownBug(
        id="rj_sigmoid_exp",
        title="1/(1+exp(-x)): NaN gradient for very negative x",
        upstream="jax-ml/jax#777",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.SPURIOUS_NAN,
        quantity="gradient",
        trigger=((-200.0, 0.0),),
    ),
    KnownBug(
        id="rj_tanh_logdet",
        title="Tanh bijector log-det log(1-tanh^2) is -inf for moderate x",
        upstream="rail-berkeley/softlearning#52 ; rlworkgroup/garage#1174",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.SPURIOUS_INF,
        quantity="value",
        trigger=((12.0, 1.0),),
    ),
    KnownBug(
        id="rj_matern_grad",
        title="Matern-3/2 kernel: NaN gradient at coincident inputs",
        upstream="dfm/tinygp#115 ; GPflow/GPflow#727",
        framework="jax",
        status="reexpressed",
        arguments=(
            Argument("real", shape=(2,)),
            Argument("real", shape=(2,)),
        ),
        failure=Verdict.SPURIOUS_NAN,
        quantity="gradient",
        trigger=((1.0, 2.0), (1.0, 2.0)),
    ),
    KnownBug(
        id="rj_mish_log1p",
        title="mish with log(1+e^x) instead of log1p: zero in the negative range",
        upstream="AlexeyAB/darknet#5452",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.INACCURATE,
        quantity="value",
        trigger=((-18.0, 1.0),),
    ),
    KnownBug(
        id="rj_log_sigmoid_zero",
        title="log_sigmoid through max(t,0) + log1p(exp(-|t|)): gradient 0 at x=0, should be 0.5",
        upstream="jax-ml/jax#2140",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.WRONG,
        quantity="gradient",
        trigger=((0.0, 1.0),),
        note=IN_THE_FORMULA,
        definition=definitions.log_sigmoid,
    ),
    KnownBug(
        id="rj_asinh_large",
        title="asinh as log(a+sqrt(a^2+1)) overflows to inf for large x",
        upstream="tinygrad/tinygrad#17883",
        framework="jax",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.SPURIOUS_INF,
        quantity="value",
        trigger=((1e30, 1.0),),
    ),
)
