"""Well-written functions of PyTorch: nothing critical or major is to be reported."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.known_bugs.case import KINK, OVERFLOW, SATURATED, Control

CONTROLS = (
    Control(
        id="c_t_huber",
        title="F.huber_loss",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_t_softplus",
        title="F.softplus (float32)",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_t_logsigmoid",
        title="F.logsigmoid",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_t_bce_logits",
        title="F.binary_cross_entropy_with_logits",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("{0, 1}", shape=(3,), differentiate=False),
        ),
        note=SATURATED,
    ),
    Control(
        id="c_t_logsumexp",
        title="torch.logsumexp on finite input",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        note=OVERFLOW,
    ),
    Control(
        id="c_t_log_softmax",
        title="F.log_softmax",
        framework="torch",
        arguments=(Argument("[-10000, 10000]", shape=(3,)),),
        note=SATURATED,
    ),
    Control(
        id="c_t_silu",
        title="F.silu",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        note="gradient near its zero at x=-1.278: absolute accuracy",
    ),
    Control(
        id="c_t_elu",
        title="F.elu",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        note=SATURATED,
    ),
    Control(
        id="c_t_relu",
        title="F.relu",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        note=KINK,
    ),
    Control(
        id="c_t_log1p",
        title="torch.log1p",
        framework="torch",
        arguments=(Argument("nonnegative", shape=(3,)),),
    ),
    Control(
        id="c_t_sqrt",
        title="torch.sqrt",
        framework="torch",
        arguments=(Argument("nonnegative", shape=(3,)),),
        note="the true derivative at 0 IS +inf",
    ),
    Control(
        id="c_t_log",
        title="torch.log",
        framework="torch",
        arguments=(Argument("positive", shape=(3,)),),
        note="1/x legitimately overflows for subnormal x",
    ),
    Control(
        id="c_t_gelu_erfc",
        title="GELU written with erfc",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        note="gradient near its zero at x=-0.75: absolute accuracy",
    ),
)
