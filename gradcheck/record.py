"""Results as data: what a run found. `results_file` writes and reads them.

Everything a report shows is here; a renderer reads nothing else. Numbers of the dtype under test are
kept as text: the shortest decimal that reads back as the same number, `nan`, `inf` or `-inf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from gradcheck.picture import PictureRecord

SCHEMA = 1

# What became of one subject, worst first.
STATUSES = ("failed", "missing", "unexpected", "undecided", "not_run", "expected", "clean")

# Texts that not every text is: `results_file` says which are allowed, and holds a file to it.
AnswerText = Annotated[str, "answer"]  # a number; of a kink "[lower, upper]"
DtypeText = Annotated[str, "dtype"]
FailureText = Annotated[str, "failure"]  # a verdict that fails
FrameworkText = Annotated[str, "framework"]
ModeText = Annotated[str, "mode"]
NumberText = Annotated[str, "number"]  # as `Numbers` has them
PhaseText = Annotated[str, "phase"]
QuantityText = Annotated[str, "quantity"]
SeverityText = Annotated[str, "severity"]
StatusText = Annotated[str, "status"]
TruthText = Annotated[str, "truth"]
VerdictText = Annotated[str, "verdict"]

Counts = Mapping[QuantityText, Mapping[VerdictText, int]]  # components


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """An array of numbers of a dtype: `values` in row-major order, as text."""

    dtype: DtypeText
    shape: tuple[int, ...]
    values: tuple[NumberText, ...]


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A number that an operation read or gave: what the framework held, and what it would have held exactly."""

    name: str
    native: str
    exact: str


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Where it went wrong. `phase` is "forward" or "backward"; `kind` e.g. "overflow", "cancellation"."""

    kind: str
    operation: str
    phase: PhaseText
    location: str  # "file:line"; empty where it is not known
    sentence: str  # what a person can repeat
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one framework, mode and dtype answers for the component of a finding, at its point."""

    framework: FrameworkText
    mode: ModeText
    dtype: DtypeText
    actual: NumberText
    verdict: VerdictText
    right: bool


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A result of one step of the program, by the component that is farthest off, beside the exact number."""

    step: int
    phase: PhaseText  # "forward" or "backward"
    name: str
    index: str  # of the component; empty for a scalar
    location: str
    native: str
    exact: str
    error: float | None  # relative; None where there is no number to compare
    mark: str = ""  # the kind of the cause where that lies here, "departs" where the result is off
    left_out: int = 0  # results between the one before and this one


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A quantity over the inputs of a profile: the exact answers rounded to the dtype, and what was computed."""

    exact: tuple[NumberText, ...]
    computed: tuple[NumberText, ...]
    verdicts: tuple[VerdictText, ...]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A finding over a line through its point: one input component moves, all others stay.

    `inputs` rise, all inside the domain: some evenly spaced in float ordinals, and those between which the wrong
    stretch around the failing input begins and ends.
    """

    argument: int
    argument_name: str
    index: tuple[int, ...]  # of the component that moves
    inputs: tuple[NumberText, ...]
    failing: int  # the place among the inputs of that of the finding
    component: tuple[int, ...] | None  # of the value; None: its sum
    value: Curve
    gradient: Curve | None = None  # of the sum of the value, by the finding's component; for a value by what moves


@dataclass(frozen=True, kw_only=True)
class FindingRecord:
    """Failing verdicts of one cause, shown at their simplest or worst known point."""

    verdict: FailureText
    severity: SeverityText
    quantity: QuantityText  # "value" or "gradient"
    argument: int | None  # the differentiated argument; None for a value
    argument_name: str | None
    index: tuple[int, ...]  # the component
    dtype: DtypeText
    mode: ModeText
    regime: str
    oracle: str
    truth_kind: TruthText  # certified, limit, kink, infinite, undefined, undecided, estimated
    point: tuple[Numbers, ...]
    expected: AnswerText  # the exact answer, rounded to the dtype (a kink: "[lower, upper]")
    enclosure: str  # the certified ball, in decimal
    actual: NumberText
    ulps: float  # inf where there is no distance
    count: int  # failing components of this cause in the run
    cause: Cause | None = None
    advice: str = ""
    snippet: str = ""
    known: str = ""  # the reason a suite expects it; empty: new
    disagreements: tuple[Side, ...] = ()  # where others answer differently: the finding's own side first
    blame: str = ""  # which of them are wrong, in one sentence
    profile: Profile | None = None  # where it is shown over a line through its point
    operations: tuple[Operation, ...] = ()  # of the worst findings: the program at the point, as far as it tells


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One judged component for the plots."""

    quantity: QuantityText
    regime: str
    ordinal: int  # of the input component with the same index, or of the largest input
    ulps: float
    verdict: VerdictText


@dataclass(frozen=True, kw_only=True)
class SecondOpinion:
    """How finite differences (float64) compared with the truth, by component."""

    agree: int = 0
    disagree: int = 0
    too_wide: int = 0  # the error estimate is too wide to say
    not_applicable: int = 0  # the truth is infinite, a kink or undefined
    notes: tuple[str, ...] = ()  # for the disagreements: which was off, and why


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What fails at a point of the baseline: the worst component of a quantity with one verdict."""

    quantity: QuantityText
    argument_name: str | None
    verdict: FailureText
    severity: SeverityText
    point: tuple[Numbers, ...]
    ulps: float


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One implementation judged in one dtype and mode."""

    suite: str
    specification: str
    implementation: str
    framework: FrameworkText
    dtype: DtypeText
    mode: ModeText
    claim: str  # what the verdicts state, as a test id
    status: StatusText  # one of STATUSES
    location: str = ""  # of the function: "path:line"; empty where it is not known
    arguments: tuple[str, ...] = ()  # names of the arguments, in the order of a finding's point
    counts: Counts = field(default_factory=dict)
    regimes: Mapping[str, Counts] = field(default_factory=dict)
    findings: tuple[FindingRecord, ...] = ()
    recorded: tuple[Recorded, ...] = ()  # at the points of the baseline, where one was given
    missing: tuple[str, ...] = ()  # expected findings that were not found
    notes: tuple[str, ...] = ()  # non-finite inputs, what was undecided and why
    samples: tuple[Sample, ...] = ()
    second_opinion: SecondOpinion | None = None
    error: str = ""  # why it did not run or failed, in one line
    points: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ClaimRecord:
    """What a suite demonstrates, and whether it held."""

    suite: str
    name: str
    text: str
    holds: bool
    evidence: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class PropertyRecord:
    """A property of a specification, judged with witnesses."""

    suite: str
    specification: str
    claim: str
    holds: bool
    expected: bool
    witness: str


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run: the results.json."""

    subjects: tuple[Subject, ...]
    claims: tuple[ClaimRecord, ...] = ()
    properties: tuple[PropertyRecord, ...] = ()
    pictures: tuple[PictureRecord, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)  # package -> version, platform
    settings: Mapping[str, str] = field(default_factory=dict)  # seed, dtypes, command
    started: str = ""
    seconds: float = 0.0
    schema: int = SCHEMA
