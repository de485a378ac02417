"""The tables of right causes: every known bug and every expected finding has a row, and no row is stale."""

from __future__ import annotations

import pytest

from gradcheck import suites
from gradcheck.subject_judgement import modes_of
from gradcheck.suites.causes import KINDS, PHASES, RightCause
from gradcheck.suites.known_bugs import CASES
from gradcheck.suites.known_bugs import causes as of_known_bugs
from gradcheck.suites.seeds import causes as of_seeds

EXPECTED = [
    (i.specification.name, i.name, i.framework, mode, e.quantity, str(e.verdict))
    for suite in suites.SEEDS
    for i in suites.load(suite).implementations
    for e in i.expected
    for mode in modes_of(i, None)
    if e.modes is None or mode in e.modes
]
KNOWN_BUGS = [(name, cause) for name, causes in of_known_bugs.CAUSES.items() for cause in causes]
RIGHT_CAUSES = [
    *KNOWN_BUGS,
    *((f"{'/'.join(row.implementations)} {row.quantity}", cause) for row in of_seeds.ROWS for cause in row.causes),
]


def test_the_known_bugs_with_a_cause_are_the_known_bugs():
    assert set(of_known_bugs.CAUSES) == {case.id for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_known_bug_has_a_cause(case):
    assert of_known_bugs.CAUSES[case.id]


@pytest.mark.parametrize("case", [c for c in CASES if c.quantity == "value"], ids=lambda case: case.id)
def test_a_wrong_value_has_its_cause_in_the_forward_pass(case):
    assert {cause.phase for cause in of_known_bugs.CAUSES[case.id]} == {"forward"}


def test_an_expected_finding_has_a_cause():
    assert [finding for finding in EXPECTED if not of_seeds.causes_of(*finding)] == []


def test_a_row_of_the_seeds_covers_an_expected_finding():
    stale = [row for row in of_seeds.ROWS if not any(row.covers(*finding) for finding in EXPECTED)]
    assert stale == []


def test_the_parts_of_a_row_of_the_seeds_each_occur():
    """A specification, implementation or verdict that no expected finding of the row has is stale."""
    assert [part for row in of_seeds.ROWS for part in _unused_parts(row)] == []


def _unused_parts(row):
    covered = [finding for finding in EXPECTED if row.covers(*finding)]
    positions = ((0, row.specifications), (1, row.implementations), (5, row.verdicts))
    return [
        (part, row.implementations, row.quantity)
        for position, parts in positions
        for part in parts
        if not any(finding[position] == part for finding in covered)
    ]


def test_a_wrong_value_of_the_seeds_has_its_cause_in_the_forward_pass():
    phases = {cause.phase for row in of_seeds.ROWS if row.quantity == "value" for cause in row.causes}
    assert phases == {"forward"}


@pytest.mark.parametrize(("name", "cause"), RIGHT_CAUSES, ids=[name for name, _ in RIGHT_CAUSES])
def test_a_cause_is_well_formed(name, cause):
    assert 1 <= len(cause.kinds) <= 2
    assert set(cause.kinds) <= set(KINDS)
    assert cause.phase in PHASES
    assert cause.operations or cause.kinds == ("wrong rule",)
    assert cause.why
    assert not cause.why.endswith(".")


def test_a_cause_admits_its_own_kind_operation_and_phase_only():
    cause = RightCause(("overflow", "invalid"), ("exp",), "forward", "exp(100) is beyond float32")
    assert cause.admits("overflow", "exp", "forward")
    assert cause.admits("invalid", "exp", "forward")
    assert not cause.admits("underflow", "exp", "forward")
    assert not cause.admits("overflow", "log", "forward")
    assert not cause.admits("overflow", "exp", "backward")


def test_a_rule_that_is_wrong_as_a_whole_admits_any_operation():
    assert RightCause(("wrong rule",), (), "backward", "a factor is missing").admits("wrong rule", "mul", "backward")
