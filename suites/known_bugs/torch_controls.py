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
    Control(
        id="c_t_log_softmax_float16",
        title="F.log_softmax (float16)",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
        dtype="float16",
        note=SATURATED,
    ),
    Control(
        id="c_t_log_softmax_bfloat16",
        title="F.log_softmax (bfloat16)",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
        dtype="bfloat16",
        note=SATURATED,
    ),
    Control(
        id="c_t_bce_logits_bfloat16",
        title="F.binary_cross_entropy_with_logits (bfloat16)",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("{0, 1}", shape=(3,), differentiate=False),
        ),
        dtype="bfloat16",
        note=SATURATED,
    ),
    Control(
        id="c_t_softplus_float16",
        title="F.softplus (float16)",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
        dtype="float16",
    ),
    Control(
        id="c_t_gelu_erfc_bfloat16",
        title="GELU written with erfc (bfloat16)",
        framework="torch",
        arguments=(Argument("[-3, inf)", shape=(3,)),),
        dtype="bfloat16",
    ),
    Control(
        id="c_t_gelu_middle",
        title="F.gelu where it does not cancel",
        framework="torch",
        arguments=(Argument("[-1, 1e30]", shape=(3,)),),
    ),
    Control(
        id="c_t_rms_norm",
        title="F.rms_norm in a bounded domain",
        framework="torch",
        arguments=(Argument("[-10000, 10000]", shape=(4,)),),
    ),
    Control(
        id="c_t_kl_div",
        title="F.kl_div of log-probabilities and probabilities",
        framework="torch",
        arguments=(
            Argument("[-50, 0]", shape=(3,)),
            Argument("probability", shape=(3,), differentiate=False),
        ),
    ),
    Control(
        id="c_t_focal_logits",
        title="binary focal loss from logits, gamma = 2",
        framework="torch",
        arguments=(
            Argument("[-80, 80]", shape=(3,)),
            Argument("{-1, 1}", shape=(3,), differentiate=False),
        ),
    ),
    Control(
        id="c_t_cross_entropy",
        title="softmax cross-entropy with one-hot labels",
        framework="torch",
        arguments=(
            Argument("[-10000, 10000]", shape=(2, 3)),
            Argument("{0, 1}", shape=(2, 3), differentiate=False),
        ),
        note=SATURATED,
    ),
    Control(
        id="c_t_stable_norm",
        title="2-norm, scaled by the largest component",
        framework="torch",
        arguments=(Argument("[-10000, 10000]", shape=(3,)),),
        note=KINK,
    ),
    Control(
        id="c_t_smooth_l1",
        title="F.smooth_l1_loss",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_t_poisson_nll",
        title="F.poisson_nll_loss of a log-rate",
        framework="torch",
        arguments=(
            Argument("[-20, 20]", shape=(3,)),
            Argument("[0, 100]", shape=(3,), differentiate=False),
        ),
    ),
    Control(
        id="c_t_gaussian_nll",
        title="F.gaussian_nll_loss",
        framework="torch",
        arguments=(
            Argument("[-100, 100]", shape=(3,)),
            Argument("[-100, 100]", shape=(3,)),
            Argument("[0.01, 100]", shape=(3,)),
        ),
    ),
    Control(
        id="c_t_erf",
        title="torch.erf",
        framework="torch",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_t_digamma",
        title="torch.digamma away from its root",
        framework="torch",
        arguments=(Argument("[2, 1000]", shape=(3,)),),
    ),
    Control(
        id="c_t_lgamma",
        title="torch.lgamma away from its roots",
        framework="torch",
        arguments=(Argument("[3, 1000]", shape=(3,)),),
    ),
    Control(
        id="c_t_logaddexp",
        title="torch.logaddexp on finite input",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_t_xlogy",
        title="torch.special.xlogy",
        framework="torch",
        arguments=(
            Argument("nonnegative", shape=(3,)),
            Argument("[0.1, 10]", shape=(3,)),
        ),
    ),
    Control(
        id="c_t_mish",
        title="mish: x tanh(softplus(x)) where its gradient is not small",
        framework="torch",
        arguments=(Argument("[-1, 50]", shape=(3,)),),
    ),
    Control(
        id="c_t_hypot",
        title="torch.hypot",
        framework="torch",
        arguments=(
            Argument("[0.01, 10000]", shape=(3,)),
            Argument("[0.01, 10000]", shape=(3,)),
        ),
    ),
    Control(
        id="c_t_max_margin",
        title="F.margin_ranking_loss",
        framework="torch",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=KINK,
    ),
    Control(
        id="c_t_linear_layer",
        title="a linear layer with a smooth activation",
        framework="torch",
        arguments=(
            Argument("[-10, 10]", shape=(2, 3)),
            Argument("[-1, 1]", shape=(3, 2)),
        ),
    ),
    Control(
        id="c_t_layer_norm",
        title="F.layer_norm of a typical row",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
    ),
    Control(
        id="c_t_layer_norm_float16",
        title="F.layer_norm of a typical row (float16)",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
        dtype="float16",
    ),
    Control(
        id="c_t_group_norm",
        title="F.group_norm of typical groups",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(1, 4, 2)),),
    ),
    Control(
        id="c_t_softmax",
        title="F.softmax",
        framework="torch",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
    ),
)
