"""The words of a judgement: every verdict is a pass, a failure or undecided, and has a meaning."""

import json

import pytest

from gradcheck.verdict import FAILURES, MEANING, PASSES, Severity, Verdict

FAILING = ("spurious_nan", "spurious_inf", "spurious_zero", "wrong", "inaccurate", "raised", "timed_out")


def test_the_failures_are_those_of_the_design():
    assert {v.value for v in Verdict if v.fails} == set(FAILING)


def test_undecided_neither_passes_nor_fails():
    assert not Verdict.UNDECIDED.passes
    assert not Verdict.UNDECIDED.fails
    assert PASSES | FAILURES | {Verdict.UNDECIDED} == set(Verdict)
    assert not PASSES & FAILURES


def test_every_verdict_has_a_meaning():
    assert set(MEANING) == set(Verdict)


@pytest.mark.parametrize("word", [*Verdict, *Severity])
def test_a_word_prints_and_compares_as_its_text(word):
    assert str(word) == f"{word}" == word.value == word
    assert json.dumps(word) == f'"{word.value}"'


def test_critical_is_the_worst_severity():
    assert sorted(Severity, key=lambda s: s.rank) == [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]
