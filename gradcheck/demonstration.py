"""What a suite demonstrates beside its subjects: claims and properties; what goes wrong is in the record of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradcheck import frameworks
from gradcheck.containment import described
from gradcheck.properties import judge_definition
from gradcheck.record import ClaimRecord, PropertyRecord
from gradcheck.specification import Suite


def claims(suite: Suite, wanted: Sequence[str] | None) -> Iterator[ClaimRecord]:
    """What a suite claims, shown; those left out whose frameworks are not installed or not `wanted` (None: all are)."""
    for claim in suite.claims:
        asked_for = wanted is None or set(claim.frameworks) & {*wanted, "numpy"}
        if not asked_for or not all(frameworks.get(f).available() for f in claim.frameworks):
            continue
        about: dict[str, Any] = {"suite": suite.name, "name": claim.name, "text": claim.text}
        try:
            shown = claim.show()
            yield ClaimRecord(**about, holds=shown.holds, evidence=shown.evidence)
        except (Exception, SystemExit) as problem:
            yield ClaimRecord(**about, holds=False, error=described(problem))


def properties(suite: Suite) -> Iterator[PropertyRecord]:
    """The properties of every specification of a suite, judged."""
    for specification in dict.fromkeys(i.specification for i in suite.implementations):
        try:
            yield from judge_definition(specification, suite.name)
        except Exception as problem:
            yield PropertyRecord(
                suite=suite.name,
                specification=specification.name,
                claim="its properties can be judged",
                holds=False,
                expected=True,
                witness=described(problem),
            )
