"""A letter and a standing for every cell of the matrix: what it says without colour, and how it is coloured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradcheck.verdict import FAILURES, MEANING, PASSES, WORST_FIRST, Verdict

LETTERS: dict[str, str] = {
    Verdict.ACCURATE: "A",
    Verdict.ILL_CONDITIONED: "C",
    Verdict.LEGITIMATE_OVERFLOW: "O",
    Verdict.LEGITIMATE_INFINITE: "L",
    Verdict.SUBGRADIENT: "K",
    Verdict.FLUSHED: "F",
    Verdict.UNDEFINED: "U",
    Verdict.UNDECIDED: "?",
    Verdict.SPURIOUS_NAN: "N",
    Verdict.SPURIOUS_INF: "I",
    Verdict.SPURIOUS_ZERO: "Z",
    Verdict.WRONG: "W",
    Verdict.INACCURATE: "E",
    Verdict.RAISED: "R",
    Verdict.TIMED_OUT: "T",
}
NOT_RUN, FAILED, MISSING = "–", "X", "M"

# Standing of a cell or a finding -> what it means. The page's style sheet gives each a colour.
STANDINGS: dict[str, str] = {
    "new": "a failure that nobody expects, or an expected one that did not appear",
    "expected": "a failure that the suite expects, with its reason",
    "minor": "a failure of minor severity; it never turns a run red",
    "undecided": "the truth could not be established; never a pass",
    "pass": "every component passes",
    "not_run": "nothing was judged here",
}

VERDICTS = frozenset(v.value for v in Verdict)


def letter(verdict: str) -> str:
    """The letter of a verdict; of one that this version does not know, a question mark."""
    return LETTERS.get(verdict, "?")


def meaning(verdict: str) -> str:
    """The meaning of a verdict in one line."""
    return MEANING[Verdict(verdict)] if verdict in VERDICTS else "unknown to this version"


def kind(verdict: str) -> str:
    """`pass`, `undecided` or `fail`."""
    if verdict in PASSES:
        return "pass"
    return "fail" if verdict in FAILURES else "undecided"


def rank(verdict: str) -> int:
    """0 for the worst failure, rising."""
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST)


def worst(verdicts: Iterable[str]) -> str:
    """The worst of some failing verdicts."""
    return min(verdicts, key=rank)


def commonest(counts: Mapping[str, int]) -> str:
    """The verdict with the most components; the earlier one of equals."""
    order = list(LETTERS)
    return max(counts, key=lambda v: (counts[v], -order.index(v) if v in order else -len(order)))
