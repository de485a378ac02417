"""Results as a run could leave them, for the tests of the reports: every verdict, every status, hostile text."""

from __future__ import annotations

import numpy as np

from gradcheck import dtypes
from gradcheck.record import (
    Cause,
    ClaimRecord,
    FindingRecord,
    Numbers,
    Operand,
    PropertyRecord,
    Results,
    Sample,
    SecondOpinion,
    Subject,
)
from gradcheck.verdict import Verdict

# Markup, script ends, template and rich syntax, terminal escapes, reordering, a lone surrogate, NUL.
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}[bold]\x1b[31m\u202e\ud800\0|`'\"&@all"
REGIMES = ("zeros", "ones", "equal", "one_ulp_apart", "subnormal", "tiny", "typical", "large", "huge", "one_outlier")
WAYS = (("numpy", "eager"), ("torch", "eager"), ("jax", "eager"), ("jax", "jit"))
SPECIFICATIONS = {
    "mean squared distance": ("direct", "sum last"),
    "log squared norm": ("direct", "logsumexp", "epsilon", "scaled"),
    "Bernoulli log density": ("probability", "logits"),
}
EXPECTED_ON = {"direct": "spurious_nan", "epsilon": "wrong", "probability": "spurious_zero"}
SNIPPET = """import torch

x = torch.tensor([0.0, 1e-30], dtype=torch.{dtype}, requires_grad=True)
value = torch.log((x * x).sum())
value.backward()
print(value.item(), x.grad)  # gradient nan, exact 2e30
"""


def numbers(values: tuple[str, ...], dtype: str = "float32", shape: tuple[int, ...] | None = None) -> Numbers:
    return Numbers(dtype=dtype, shape=(len(values),) if shape is None else shape, values=values)


def finding(verdict: str = "spurious_nan", **changes) -> FindingRecord:
    """A finding with every field filled; `changes` replaces fields."""
    dtype = changes.get("dtype", "float32")
    fields = {
        "verdict": verdict,
        "severity": "critical",
        "quantity": "gradient",
        "argument": 0,
        "argument_name": "x",
        "index": (1,),
        "dtype": dtype,
        "mode": "eager",
        "regime": "zeros",
        "oracle": "definition",
        "truth_kind": "certified",
        "point": (numbers(("0", "1e-30"), dtype),),
        "expected": "2e+30",
        "enclosure": "[2.00000000000000000e+30 +/- 3.1e-48]",
        "actual": "nan",
        "ulps": float("inf"),
        "count": 12,
        "cause": Cause(
            kind="overflow",
            operation="aten.log",
            phase="backward",
            location="losses/norm.py:12",
            sentence="The derivative of the logarithm at 0 is infinite, and 0 times it is NaN.",
            operands=(
                Operand(name="operand 1", native="0.0", exact="1e-60"),
                Operand(name="result", native="nan", exact="2e+30"),
            ),
        ),
        "advice": "Scale by the largest component before squaring.",
        "snippet": SNIPPET.format(dtype=dtype),
        "known": "",
    }
    return FindingRecord(**fields | changes)


def subject(**changes) -> Subject:
    fields = {
        "suite": "squared_norm",
        "specification": "log squared norm",
        "implementation": "direct",
        "framework": "torch",
        "dtype": "float32",
        "mode": "eager",
        "claim": "log-squared-norm-direct-torch-float32-eager: value and gradient within their error budget",
        "status": "clean",
        "counts": {"value": {"accurate": 40}, "gradient": {"accurate": 80}},
        "regimes": {"zeros": {"value": {"accurate": 40}, "gradient": {"accurate": 80}}},
        "arguments": ("x",),
        "location": "losses/norm.py:10",
        "points": 40,
        "seconds": 0.25,
    }
    return Subject(**fields | changes)


def samples(rng: np.random.Generator, dtype: str, count: int, bad: str | None, share: float = 0.08) -> tuple:
    """`count` judged components over the whole line of floats, some of them with the verdict `bad`."""
    f = dtypes.format_of(dtype)
    largest = int(dtypes.ordinals(np.array([f.maximum], dtype=f.numpy))[0])
    ordinals = rng.integers(-largest, largest, count)
    ordinals[: count // 20] = 0
    ordinals[count // 20 : count // 20 + 4] = (largest + 1, -largest - 1, largest + 7, 1)
    failing = rng.random(count) < (share if bad else 0)
    off = np.where(failing, 10.0 ** rng.uniform(1, f.precision * 0.3, count), rng.exponential(0.3, count))
    off[rng.random(count) < 0.2] = 0.0
    if bad in ("spurious_nan", "spurious_inf"):
        off[failing] = np.inf
    return tuple(
        Sample(
            quantity=("value", "gradient")[i % 2],
            regime=REGIMES[i % len(REGIMES)],
            ordinal=int(ordinals[i]),
            ulps=float(off[i]),
            verdict=bad if failing[i] and bad else "accurate",
        )
        for i in range(count)
    )


def typical(components: int = 40, share: float = 0.08) -> Results:
    """Three specifications, three frameworks, four dtypes: expected and minor findings, nothing unexpected.

    `components` samples are kept of each subject, `share` of them failing where a finding is expected.
    """
    rng = np.random.default_rng(0)
    subjects = [
        _subject(rng, specification, implementation, way, dtype, components, share)
        for specification, implementations in SPECIFICATIONS.items()
        for implementation in implementations
        for way in WAYS
        for dtype in dtypes.NAMES
    ]
    return Results(
        subjects=tuple(subjects),
        claims=_claims(),
        properties=_properties(),
        environment={"python": "3.11.2", "platform": "Linux x86_64", "numpy": "2.4", "torch": "2.13", "jax": "0.10.2"},
        settings={"command": "gradcheck run", "seed": "0", "dtypes": ", ".join(dtypes.NAMES)},
        started="2026-11-23T11:15:13+00:00",
        seconds=84.2,
    )


def _subject(rng, specification, implementation, way, dtype, components, share) -> Subject:
    bad = EXPECTED_ON.get(implementation) if way[0] != "numpy" else None
    regimes = {r: _counts(bad if r in ("zeros", "tiny") else None, r) for r in REGIMES}
    found = [finding(bad, dtype=dtype, mode=way[1], known="the textbook form, as written")] if bad else []
    if implementation == "logits" and dtype == "float16":
        found.append(finding("inaccurate", severity="minor", dtype=dtype, mode=way[1], ulps=37.5, actual="1.5"))
    return subject(
        suite="squared_norm" if "s" in specification.split()[1] else "vae",
        specification=specification,
        implementation=implementation,
        framework=way[0],
        mode=way[1],
        dtype=dtype,
        claim=f"{specification}-{implementation}-{way[0]}-{dtype}-{way[1]}",
        status="expected" if bad else "clean",
        counts=_total(regimes),
        regimes=regimes,
        findings=tuple(found),
        samples=samples(rng, dtype, components, bad, share),
        second_opinion=SecondOpinion(agree=70, too_wide=8, not_applicable=2),
        notes=("non-finite inputs: 6 points, NaN in, NaN out",),
    )


def _counts(bad: str | None, regime: str) -> dict[str, dict[str, int]]:
    gradient = {"accurate": 8 if regime != "huge" else 3}
    if regime == "huge":
        gradient["legitimate_overflow"] = 5
    if bad:
        gradient[bad] = 3
    return {"value": {"accurate": 4}, "gradient": gradient}


def _total(regimes: dict[str, dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for counts in regimes.values():
        for quantity, verdicts in counts.items():
            for verdict, count in verdicts.items():
                each = total.setdefault(quantity, {})
                each[verdict] = each.get(verdict, 0) + count
    return total


def _claims() -> tuple[ClaimRecord, ...]:
    return (
        ClaimRecord(
            suite="squared_norm",
            name="epsilon",
            text="1e-20 inside the logarithm is zero in float16 and cures nothing; in float32 it makes small d wrong",
            holds=True,
            evidence=(("float16(1e-20)", "0"), ("log at d = 1e-30, float32", "-91.4"), ("exact", "-138.155")),
        ),
        ClaimRecord(
            suite="vae",
            name="saturated",
            text="the 1e-18 turns the log-likelihood of a saturated sigmoid from -20 into -41.4",
            holds=True,
            evidence=(("computed", "-41.446533"), ("exact", "-20.000000002061153")),
        ),
        ClaimRecord(
            suite="lrn",
            name="running-sum",
            text="the running sum loses everything after one huge channel",
            holds=True,
            evidence=(("channels lost", "6 of 8"),),
        ),
    )


def _properties() -> tuple[PropertyRecord, ...]:
    common = {"suite": "magnitude_and_sign", "specification": "rotated paraboloid"}
    return (
        PropertyRecord(
            **common,
            claim="loss(-1 for 1) > loss(3 for 1)",
            holds=False,
            expected=False,
            witness="loss(-1, 1) = 1, loss(3, 1) = 3",
        ),
        PropertyRecord(
            **common, claim="the loss is never negative", holds=True, expected=True, witness="least of 4,000: 0.5"
        ),
    )


def troubled(components: int = 40) -> Results:
    """`typical` with everything that turns a run red, every verdict and every status, hostile text throughout."""
    base = typical(components)
    one_each = {v.value: 1 for v in Verdict}
    everything = {"value": one_each, "gradient": one_each}
    common = {"suite": HOSTILE, "specification": HOSTILE, "framework": "torch", "arguments": (HOSTILE,)}
    cause = Cause(kind=HOSTILE, operation=HOSTILE, phase="forward", location=HOSTILE, sentence=HOSTILE,
                  operands=(Operand(name=HOSTILE, native=HOSTILE, exact=HOSTILE),))  # fmt: skip
    hostile = finding(
        "spurious_inf",
        point=(numbers((HOSTILE,)), numbers(("nan", "-inf", "-0", "0.1"), shape=(2, 2))),
        cause=cause,
        **dict.fromkeys(("regime", "oracle", "expected", "enclosure", "actual", "advice", "snippet"), HOSTILE),
        argument_name=HOSTILE,
        ulps=float("nan"),
    )
    odd = Sample(quantity="value", regime=HOSTILE, ordinal=3, ulps=5e8, verdict="wrong")
    more = (
        subject(**common, implementation="unexpected", claim=HOSTILE, status="unexpected", findings=(hostile,),
                counts=everything, regimes={HOSTILE: everything, "zeros": everything}, samples=(odd,) * 3,
                notes=(HOSTILE,), second_opinion=SecondOpinion(disagree=2, notes=(HOSTILE,))),
        subject(**common, implementation="missing", status="missing", missing=("gradient spurious_nan", HOSTILE)),
        subject(**common, implementation="failed", status="failed", counts={}, regimes={}, error=HOSTILE),
        subject(**common, implementation="not run", status="not_run", counts={}, regimes={}, error="torch is missing"),
        subject(**common, implementation="undecided", status="undecided", counts={"value": {"undecided": 4}},
                regimes={"zeros": {"value": {"undecided": 4}}}, notes=("undecided at 4096 bits: x = [1e300]",)),
        subject(suite="vae", specification="Bernoulli log density", implementation="new one", status="unexpected",
                findings=tuple(finding(v, ulps=1e6, actual="-0.5", quantity="value", argument=None, argument_name=None,
                                       index=()) for v in ("wrong", "inaccurate", "raised"))),
    )  # fmt: skip
    claim = ClaimRecord(
        suite="vae", name=HOSTILE, text=HOSTILE, holds=False, evidence=((HOSTILE, HOSTILE),), error=HOSTILE
    )
    broken = PropertyRecord(
        suite="vae", specification=HOSTILE, claim=HOSTILE, holds=False, expected=True, witness=HOSTILE
    )
    return Results(
        subjects=base.subjects + more,
        claims=(*base.claims, claim),
        properties=(*base.properties, broken),
        environment={**base.environment, HOSTILE: HOSTILE},
        settings={**base.settings, HOSTILE: HOSTILE},
        started=base.started,
        seconds=base.seconds,
    )


def large(share: float = 0.08) -> Results:
    """At least 50,000 judged components kept as samples."""
    return typical(components=400, share=share)
