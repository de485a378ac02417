"""Formulas of other libraries, written afresh in NumPy, which has no automatic differentiation: their values."""

from __future__ import annotations

from gradcheck.inputs.argument import Argument
from gradcheck.suites.known_bugs.case import KnownBug
from gradcheck.verdict import Verdict

CASES = (
    KnownBug(
        id="rn_log_softmax",
        title="log-softmax without taking the maximum away: -inf for large logits",
        upstream="tenstorrent/tt-metal#10001",
        framework="numpy",
        status="reexpressed",
        arguments=(Argument("real", shape=(3,)),),
        failure=Verdict.SPURIOUS_INF,
        quantity="value",
        trigger=((100.0, 0.0, 1.0),),
    ),
    KnownBug(
        id="rn_kl_zero",
        title="Kullback-Leibler divergence p log(p/q): NaN at p = 0",
        upstream="TheAlgorithms/Python#12233 ; Lightning-AI/torchmetrics#1029",
        framework="numpy",
        status="reexpressed",
        arguments=(
            Argument("probability", shape=(3,)),
            Argument("(0, 1]", shape=(3,)),
        ),
        failure=Verdict.SPURIOUS_NAN,
        quantity="value",
        trigger=((0.0, 0.3, 0.7), (0.25, 0.25, 0.5)),
    ),
    KnownBug(
        id="rn_softplus",
        title="softplus log(1+exp(x)): inf for large x",
        upstream="rushter/MLAlgorithms#30",
        framework="numpy",
        status="reexpressed",
        arguments=(Argument("real", shape=(2,)),),
        failure=Verdict.SPURIOUS_INF,
        quantity="value",
        trigger=((100.0, 1.0),),
    ),
    KnownBug(
        id="rn_angle_identical",
        title="angle of two vectors by arccos: NaN where rounding brings the cosine above 1",
        upstream="scikit-hep/vector#463",
        framework="numpy",
        status="reexpressed",
        arguments=(
            Argument("[-100, 100]", shape=(3,)),
            Argument("[-100, 100]", shape=(3,)),
        ),
        dtype="float64",
        failure=Verdict.SPURIOUS_NAN,
        quantity="value",
        trigger=((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    ),
    KnownBug(
        id="rn_great_circle",
        title="great-circle distance by the law of cosines: lost for near points",
        upstream="davidwood/node-geopoint#1 ; gboeing/osmnx#131",
        framework="numpy",
        status="reexpressed",
        arguments=(
            Argument("[-1.5, 1.5]", shape=(2,)),
            Argument("[-3, 3]", shape=(2,)),
        ),
        dtype="float64",
        failure=Verdict.INACCURATE,
        quantity="value",
        trigger=((1.056145, 1.056145), (0.116417, 0.1164171)),
    ),
)
