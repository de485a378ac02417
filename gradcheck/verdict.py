"""The words of a judgement: what a component of a value or gradient can be (design: verdicts)."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The judgement of one component. The passes come first, then `undecided`, then the failures."""

    ACCURATE = "accurate"
    ILL_CONDITIONED = "ill_conditioned"
    LEGITIMATE_OVERFLOW = "legitimate_overflow"
    LEGITIMATE_INFINITE = "legitimate_infinite"
    SUBGRADIENT = "subgradient"
    FLUSHED = "flushed"
    UNDEFINED = "undefined"
    UNDECIDED = "undecided"
    SPURIOUS_NAN = "spurious_nan"
    SPURIOUS_INF = "spurious_inf"
    SPURIOUS_ZERO = "spurious_zero"
    WRONG = "wrong"
    INACCURATE = "inaccurate"
    RAISED = "raised"
    TIMED_OUT = "timed_out"

    @property
    def passes(self) -> bool:
        return self in PASSES

    @property
    def fails(self) -> bool:
        return self in FAILURES


class Severity(StrEnum):
    """How much a person should care about a failure."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for critical, rising as severity falls."""
        return list(Severity).index(self)


# What each verdict means, in the words a report shows.
MEANING: dict[Verdict, str] = {
    Verdict.ACCURATE: "within the error budget of the exact answer",
    Verdict.ILL_CONDITIONED: "off, but no more than half an ulp of input moves the exact answer",
    Verdict.LEGITIMATE_OVERFLOW: "infinite because the exact answer is beyond the dtype",
    Verdict.LEGITIMATE_INFINITE: "infinite because the exact answer is infinite",
    Verdict.SUBGRADIENT: "a kink, and the answer lies between the one-sided derivatives",
    Verdict.FLUSHED: "a subnormal answer was set to zero",
    Verdict.UNDEFINED: "the exact answer does not exist here, so any answer passes",
    Verdict.UNDECIDED: "the truth could not be established within the precision or time allowed",
    Verdict.SPURIOUS_NAN: "NaN where the exact answer is a number",
    Verdict.SPURIOUS_INF: "infinite where the exact answer is a number of the dtype",
    Verdict.SPURIOUS_ZERO: "zero where the exact answer is not: it was lost",
    Verdict.WRONG: "the wrong sign, or off by more than 1%",
    Verdict.INACCURATE: "beyond the error budget",
    Verdict.RAISED: "the function raised an exception",
    Verdict.TIMED_OUT: "the function did not return in time",
}
PASSES = frozenset(list(Verdict)[: list(Verdict).index(Verdict.UNDECIDED)])
FAILURES = frozenset(list(Verdict)[list(Verdict).index(Verdict.UNDECIDED) + 1 :])
# A NaN poisons everything after it, an inaccuracy only itself.
WORST_FIRST: tuple[Verdict, ...] = (
    Verdict.SPURIOUS_NAN,
    Verdict.SPURIOUS_INF,
    Verdict.WRONG,
    Verdict.SPURIOUS_ZERO,
    Verdict.RAISED,
    Verdict.TIMED_OUT,
    Verdict.INACCURATE,
)


def class_of(severity: str, verdict: str) -> tuple[int, int]:
    """How bad a finding is, smallest worst: by severity, then by verdict. ValueError for a word that no finding has."""
    return _place(severity, tuple(Severity)), _place(verdict, WORST_FIRST)


def _place(word: str, words: tuple[str, ...]) -> int:
    if word not in words:
        raise ValueError(f"a finding is {word!r}; expected one of {', '.join(words)}")
    return words.index(word)
