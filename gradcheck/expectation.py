"""What a subject was expected to show, and the status that comes of what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.record import FindingRecord, Subject
from gradcheck.specification import ExpectedFinding, Implementation
from gradcheck.verdict import Severity, Verdict


def claim_of(implementation: Implementation, dtype: str, mode: str) -> str:
    """What a test of the subject states."""
    known = expected_of(implementation, dtype, mode)
    wrong = ", ".join(dict.fromkeys(f"{e.quantity} {e.verdict}" for e in known if e.required))
    outcome = f"is known to have {wrong}" if wrong else "is right"
    return f"{implementation.label} in {dtype} ({mode}) {outcome}"


def expected_of(implementation: Implementation, dtype: str, mode: str) -> list[ExpectedFinding]:
    """The expected findings that concern this dtype and mode."""
    return [e for e in implementation.expected if dtype in e.dtypes and (e.modes is None or mode in e.modes)]


def assess(subject: Subject, implementation: Implementation) -> Subject:
    """A judged subject with its status, the reasons of the findings that were expected, and those that are missing."""
    expected = expected_of(implementation, subject.dtype, subject.mode)
    reasons = {(e.verdict.value, e.quantity): e.reason or "expected by the suite" for e in expected}
    findings = tuple(replace(f, known=reasons.get((f.verdict, f.quantity), "")) for f in subject.findings)
    found = {(f.verdict, f.quantity) for f in findings}
    missing = tuple(
        f"{e.quantity} {e.verdict}: {e.reason}"
        for e in expected
        if e.required and (e.verdict.value, e.quantity) not in found
    )
    return replace(subject, findings=findings, missing=missing, status=status_of(subject, findings, missing))


def status_of(subject: Subject, findings: Sequence[FindingRecord], missing: Sequence[str] = ()) -> str:
    """One of `gradcheck.record.STATUSES`, the worst that applies. A minor finding never makes a subject red."""
    if subject.error:
        return "failed"
    if missing:
        return "missing"
    if any(not f.known and f.severity != Severity.MINOR for f in findings):
        return "unexpected"
    if any(counts.get(Verdict.UNDECIDED) for counts in subject.counts.values()):
        return "undecided"
    return "expected" if any(f.known for f in findings) else "clean"
