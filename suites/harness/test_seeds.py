"""Every implementation of the mission's losses, in every dtype and mode: it is right, or wrong as known.

A test is one subject; its id is the claim. It fails where a known failure is not found any more and where
a critical or major one is found that nobody expected; and where one of those is not explained by its right cause,
not shown at a simple point, or not reproduced by its script.
"""

from __future__ import annotations

import pytest
from interpreter import Interpreter

from gradcheck import dtypes, frameworks, suites
from gradcheck.expectation import claim_of
from gradcheck.finding import text
from gradcheck.subject_judgement import judge_subject, modes_of
from gradcheck.suites.seeds.causes import causes_of

# What an exact run of a hundred million bits would tell: 1 - sigmoid(1e8).
UNEXPLAINED = {
    ("elbo", "plus_1e-18", "value", "wrong"),
    ("elbo", "plus_1e-18", "value", "inaccurate"),
}
SIMPLE = 4
# What fails by a few roundings that happen to add up needs the very numbers that it fails at.
LEAST = {("iwae_bound", "logsumexp"): 5}

SUBJECTS = [
    (name, implementation, dtype, mode)
    for name in suites.SEEDS
    for implementation in suites.load(name).implementations
    for dtype in implementation.dtypes
    for mode in modes_of(implementation, None)
]
CLAIMS = [(name, claim) for name in suites.SEEDS for claim in suites.load(name).claims]


@pytest.mark.parametrize(
    ("suite", "implementation", "dtype", "mode"), SUBJECTS, ids=[claim_of(*subject[1:]) for subject in SUBJECTS]
)
def test_subject(suite, implementation, dtype, mode, interpreters):
    subject = judge_subject(suite, implementation, dtype, mode)
    surprises = [f for f in subject.findings if not f.known and f.severity != "minor"]
    assert subject.status in ("clean", "expected"), (subject.status, subject.error, subject.missing, surprises)
    for finding in subject.findings:
        if finding.severity != "minor":
            assert_explained(implementation, mode, finding)
            assert_simple(implementation, finding)
            assert_shown(interpreters[implementation.framework], finding)


def assert_explained(implementation, mode, finding):
    __tracebackhide__ = True
    about = (implementation.specification.name, implementation.name, finding.quantity, finding.verdict)
    right = causes_of(*about[:2], implementation.framework, mode, *about[2:])
    if about not in UNEXPLAINED:
        cause = finding.cause
        assert cause is not None, finding
        assert any(cause.kind in r.kinds and cause.operation in (r.operations or (cause.operation,)) for r in right), (
            cause,
            right,
        )


def assert_simple(implementation, finding):
    """At most four numbers beside zeros and ones."""
    __tracebackhide__ = True
    numbers = [float(v) for array in finding.point for v in array.values]
    odd = [x for x in numbers if x not in (0.0, 1.0)]
    assert len(odd) <= LEAST.get((implementation.specification.name, implementation.name), SIMPLE), finding.point


def assert_shown(interpreter, finding):
    __tracebackhide__ = True
    assert 0 < len(finding.snippet.splitlines()) <= 15, finding
    words = interpreter.run(finding.snippet).split()
    assert text(float(words[1]), finding.dtype) == finding.actual, (words, finding.snippet)


@pytest.fixture(scope="session")
def interpreters():
    started = {name: Interpreter() for name in frameworks.NAMES}
    yield started
    for interpreter in started.values():
        interpreter.close()


@pytest.mark.parametrize(("suite", "claim"), CLAIMS, ids=[f"{name}: {claim.text}" for name, claim in CLAIMS])
def test_claim(suite, claim):
    shown = claim.show()
    assert shown.holds, shown.evidence


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("suite", suites.SEEDS)
def test_every_dtype_is_judged_in_every_suite(suite, dtype):
    assert any(name == suite and d == dtype for name, _, d, _ in SUBJECTS)
