"""Well-written functions of NumPy: nothing critical or major is to be reported of their values."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.known_bugs.case import OVERFLOW, SATURATED, Control

CONTROLS = (
    Control(
        id="c_n_logaddexp",
        title="np.logaddexp",
        framework="numpy",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_n_hypot",
        title="np.hypot",
        framework="numpy",
        arguments=(
            Argument("real", shape=(3,)),
            Argument("real", shape=(3,)),
        ),
        note=OVERFLOW,
    ),
    Control(
        id="c_n_softplus",
        title="softplus by the larger of x and 0",
        framework="numpy",
        arguments=(Argument("real", shape=(3,)),),
    ),
    Control(
        id="c_n_softplus_float16",
        title="softplus by the larger of x and 0 (float16)",
        framework="numpy",
        arguments=(Argument("real", shape=(3,)),),
        dtype="float16",
    ),
    Control(
        id="c_n_log_softmax",
        title="log-softmax with the maximum taken away",
        framework="numpy",
        arguments=(Argument("[-10000, 10000]", shape=(4,)),),
        note=SATURATED,
    ),
    Control(
        id="c_n_mean",
        title="mean of typical numbers",
        framework="numpy",
        arguments=(Argument("[-100, 100]", shape=(4,)),),
    ),
)
