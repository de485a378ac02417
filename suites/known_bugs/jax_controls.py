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
)
