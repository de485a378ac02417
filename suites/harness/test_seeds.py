"""Every implementation of the mission's losses, in every dtype and mode: it is right, or wrong as known.

A test is one subject; its id is the claim. It fails where a known failure is not found any more and where
a critical or major one is found that nobody expected.
"""

from __future__ import annotations

import pytest

from gradcheck import dtypes, suites
from gradcheck.run import claim_of, judge_subject, modes_of

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
def test_subject(suite, implementation, dtype, mode):
    subject = judge_subject(suite, implementation, dtype, mode)
    surprises = [f for f in subject.findings if not f.known and f.severity != "minor"]
    assert subject.status in ("clean", "expected"), (subject.status, subject.error, subject.missing, surprises)


@pytest.mark.parametrize(("suite", "claim"), CLAIMS, ids=[f"{name}: {claim.text}" for name, claim in CLAIMS])
def test_claim(suite, claim):
    shown = claim.show()
    assert shown.holds, shown.evidence


@pytest.mark.parametrize("dtype", dtypes.NAMES)
@pytest.mark.parametrize("suite", suites.SEEDS)
def test_every_dtype_is_judged_in_every_suite(suite, dtype):
    assert any(name == suite and d == dtype for name, _, d, _ in SUBJECTS)
