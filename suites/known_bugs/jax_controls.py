"""Well-written functions of JAX and optax: nothing critical or major is to be reported."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.known_bugs.case import KINK, OVERFLOW, SATURATED, Control

CONTROLS = (
    Control(
        id="c_j_softplus",
        title="jax.nn.softplus",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_j_log_sigmoid",
        title="jax.nn.log_sigmoid",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_j_logaddexp",
        title="jnp.logaddexp on finite input",
        framework="jax",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_j_logsumexp",
        title="jax.nn.logsumexp on finite input",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        note=OVERFLOW,
    ),
    Control(
        id="c_j_sbce",
        title="optax.sigmoid_binary_cross_entropy",
        framework="jax",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("{0, 1}", shape=(3,), differentiate=False),
        ),
        note=SATURATED,
    ),
    Control(
        id="c_j_relu",
        title="jax.nn.relu",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        note=KINK,
    ),
    Control(
        id="c_j_arctan",
        title="jnp.arctan",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_j_safe_norm",
        title="2-norm, rescaled, double-where",
        framework="jax",
        arguments=(Argument("[-10000, 10000]", shape=(3,)),),
        note="not differentiable at the kink: any subgradient is right (zero vector)",
    ),
    Control(
        id="c_j_sq_error",
        title="optax.squared_error",
        framework="jax",
        arguments=(
            Argument("[-10000, 10000]", shape=(3,)),
            Argument("[-10000, 10000]", shape=(3,)),
        ),
    ),
    Control(
        id="c_j_logsumexp_bfloat16",
        title="jax.nn.logsumexp on finite input (bfloat16)",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        dtype="bfloat16",
        note=OVERFLOW,
    ),
    Control(
        id="c_j_softplus_bfloat16",
        title="jax.nn.softplus (bfloat16)",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        dtype="bfloat16",
    ),
    Control(
        id="c_j_logsumexp_float16",
        title="jax.nn.logsumexp on finite input (float16)",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        dtype="float16",
        note=OVERFLOW,
    ),
    Control(
        id="c_j_softplus_float16",
        title="jax.nn.softplus (float16)",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        dtype="float16",
    ),
    Control(
        id="c_j_log_softmax",
        title="jax.nn.log_softmax",
        framework="jax",
        arguments=(Argument("[-10000, 10000]", shape=(4,)),),
        note=SATURATED,
    ),
    Control(
        id="c_j_huber",
        title="optax.huber_loss",
        framework="jax",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=KINK,
    ),
    Control(
        id="c_j_focal",
        title="optax.sigmoid_focal_loss",
        framework="jax",
        arguments=(
            Argument("[-80, 80]", shape=(3,)),
            Argument("{0, 1}", shape=(3,), differentiate=False),
        ),
        note=SATURATED,
    ),
    Control(
        id="c_j_cross_entropy",
        title="optax.softmax_cross_entropy with one-hot labels",
        framework="jax",
        arguments=(
            Argument("[-10000, 10000]", shape=(2, 3)),
            Argument("{0, 1}", shape=(2, 3), differentiate=False),
        ),
        note=SATURATED,
    ),
    Control(
        id="c_j_erf",
        title="jax.scipy.special.erf",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_j_digamma",
        title="jax.scipy.special.digamma away from its root",
        framework="jax",
        arguments=(Argument("[2, 1000]", shape=(3,)),),
    ),
    Control(
        id="c_j_elu",
        title="jax.nn.elu",
        framework="jax",
        arguments=(Argument("real", shape=(3,)),),
        note=SATURATED,
    ),
    Control(
        id="c_j_logaddexp_float64",
        title="jnp.logaddexp on finite input (float64)",
        framework="jax",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        dtype="float64",
        note=OVERFLOW,
    ),
    Control(
        id="c_j_normal_logpdf",
        title="jax.scipy.stats.norm.logpdf",
        framework="jax",
        arguments=(Argument("[-1000, 1000]", shape=(3,)),),
    ),
    Control(
        id="c_j_rms_norm",
        title="RMS norm in a bounded domain",
        framework="jax",
        arguments=(Argument("[-10000, 10000]", shape=(4,)),),
    ),
    Control(
        id="c_j_log1mexp",
        title="log(1 - exp(-x)) after Maechler",
        framework="jax",
        arguments=(Argument("[1e-6, 80]", shape=(3,)),),
    ),
    Control(
        id="c_j_cumulative_logsumexp",
        title="running logsumexp",
        framework="jax",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
    ),
    Control(
        id="c_j_kl",
        title="kl_divergence of log-probabilities",
        framework="jax",
        arguments=(
            Argument("[-50, 0]", shape=(3,)),
            Argument("(0, 1]", shape=(3,), differentiate=False),
        ),
    ),
)
