"""The public API: judge one function from Python, and what comes of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck import frameworks, record, reports
from gradcheck.dtypes import format_of
from gradcheck.inputs import points as drawing
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import Target
from gradcheck.oracle import DefinitionOracle, ShadowOracle, Truths
from gradcheck.record import Cause, FindingRecord, Results, Subject
from gradcheck.run import environment
from gradcheck.specification import Specification
from gradcheck.subject import Examination, examine, summarise
from gradcheck.verdict import Severity, Verdict


class Finding:
    """Failing verdicts of one cause, at their simplest point.

    `verdict` and `severity` are string enums; `quantity` is "value" or "gradient"; `argument` is the
    position of the differentiated argument, None for a value; `index` the component; `point` a tuple of
    NumPy arrays of the dtype; `expected` the exact answer rounded to the dtype, at a kink the pair of
    its one-sided ends; `actual` a float; `ulps` the error, inf where there is no distance.
    """

    def __init__(self, source: FindingRecord) -> None:
        self.record = source
        self.verdict, self.severity = Verdict(source.verdict), Severity(source.severity)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        return tuple(_array(numbers) for numbers in self.record.point)

    @property
    def expected(self) -> float | tuple[float, float]:
        text = self.record.expected
        if text.startswith("["):
            low, high = (float(end) for end in text.strip("[]").split(","))
            return low, high
        return float(text)

    @property
    def actual(self) -> float:
        return float(self.record.actual)

    @property
    def cause(self) -> Cause | None:
        return self.record.cause

    def snippet(self) -> str:
        """A script that shows the failure with the framework alone."""
        return self.record.snippet

    def __repr__(self) -> str:
        r = self.record
        where = f"gradient of argument {r.argument}" if r.quantity == "gradient" else "value"
        return (
            f"<{r.severity} {r.verdict} in the {where}{list(r.index)}, {r.dtype} {r.mode}: {r.actual} for {r.expected}>"
        )


def _array(numbers: record.Numbers) -> np.ndarray:
    values = np.array([float(v) for v in numbers.values], dtype=np.float64)
    return values.astype(format_of(numbers.dtype).numpy).reshape(numbers.shape)


@dataclass(frozen=True)
class Report:
    """What a check found.

    `ok`: no finding is critical or major. `counts[quantity][verdict]` counts components.
    `undecided` counts components whose truth could not be established.
    """

    results: Results
    findings: tuple[Finding, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [Finding(f) for s in self.results.subjects for f in s.findings]
        object.__setattr__(self, "findings", tuple(sorted(found, key=lambda f: f.severity.rank)))

    @property
    def ok(self) -> bool:
        return not self.at_least(Severity.MAJOR)

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        total: dict[str, Counter] = {"value": Counter(), "gradient": Counter()}
        for subject in self.results.subjects:
            for quantity, verdicts in subject.counts.items():
                total[quantity].update(verdicts)
        return {quantity: dict(verdicts) for quantity, verdicts in total.items()}

    @property
    def undecided(self) -> int:
        return sum(verdicts.get(Verdict.UNDECIDED.value, 0) for verdicts in self.counts.values())

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of a severity or worse."""
        return tuple(f for f in self.findings if f.severity.rank <= severity.rank)

    def save(self, path: str | Path) -> None:
        """Write the results as JSON."""
        record.save(self.results, path)

    def to_html(self, path: str | Path) -> None:
        """Write the HTML stability report."""
        reports.write(self.results, path)

    def __str__(self) -> str:
        return reports.render(self.results, "terminal")


def check(
    function: Callable[..., Any],
    *arguments: Argument,
    framework: str | None = None,
    dtypes: Sequence[str] = ("float32",),
    gradient: Callable[..., Sequence[Any]] | None = None,
    definition: Callable[..., Any] | Specification | None = None,
    modes: Sequence[str] = ("eager",),
    regimes: Sequence[str] | None = None,
    seed: int = 0,
    budget: float | None = None,
    points: Sequence[Sequence[Any]] | None = None,
) -> Report:
    """Judge the value and the gradient of a function against certified truth.

    `function(*arrays)` takes and returns arrays of its framework; there is one `Argument` for each
    positional argument. `framework` ("numpy", "torch", "jax") is inferred where the function's module
    tells. `gradient(*arrays)` is hand-written: one array for each differentiated argument.
    `definition` is a formula `definition(xp, *arrays)` or a Specification; without one the truth is the
    shadow of the function itself. `budget` is in seconds for each dtype and mode. `points`, a list of
    tuples of arrays, are judged instead of the regimes, without a search.

    Raises ValueError for an unknown dtype, mode, regime or framework, and a `FrameworkError` that says
    what is wrong with a function that cannot be judged at all.
    """
    name = framework or _inferred(function)
    subjects = [
        _subject(function, arguments, name, dtype, mode, gradient, definition, regimes, seed, budget, points)
        for dtype in dtypes
        for mode in modes
    ]
    settings = {"seed": str(seed), "dtypes": " ".join(dtypes), "modes": " ".join(modes)}
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Report(Results(subjects=tuple(subjects), environment=environment(), settings=settings, started=started))


def assert_stable(function: Callable[..., Any], *arguments: Argument, fail_on: str = "major", **options: Any) -> Report:
    """`check`, and an AssertionError that explains itself where a finding is `fail_on` or worse.

    `fail_on` is "critical", "major" or "minor"; the other options are those of `check`.
    """
    if fail_on not in {s.value for s in Severity}:
        raise ValueError(f"fail_on={fail_on!r}; expected one of {', '.join(s.value for s in Severity)}")
    report = check(function, *arguments, **options)
    bad = report.at_least(Severity(fail_on))
    if bad:
        raise AssertionError(explanation(function, bad))
    return report


def explanation(function: Callable[..., Any], findings: Sequence[Finding]) -> str:
    """What was expected, what came, at which point, and what to type next."""
    worst = findings[0].record
    point = ", ".join(f"np.array({_listed(numbers)}, {numbers.dtype!r})" for numbers in worst.point)
    where = f"the gradient by {worst.argument_name}" if worst.quantity == "gradient" else "the value"
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return (
        f"{frameworks.label(function)}: {worst.severity} {worst.verdict} in {where}, component {list(worst.index)}, "
        f"in {worst.dtype} ({worst.mode}){more}\n"
        f"  at        ({point},)\n"
        f"  expected  {worst.expected} ({worst.truth_kind} truth by {worst.oracle}: {worst.enclosure})\n"
        f"  got       {worst.actual} ({worst.ulps:.3g} ulps off)\n"
        f"  next      gradcheck.check(..., points=[({point},)]) repeats it; "
        f"report = gradcheck.check(...); report.to_html('report.html') shows the rest"
    )


def _listed(numbers: record.Numbers) -> str:
    listed = np.array([float(v) for v in numbers.values]).reshape(numbers.shape).tolist()
    return str(listed)


def _inferred(function: Callable[..., Any]) -> str:
    name = frameworks.infer(function)
    if name is None:
        raise ValueError(
            f"cannot tell the framework of {frameworks.label(function)}; "
            f"pass framework= one of {', '.join(frameworks.NAMES)}"
        )
    return name


def _target(function, arguments, name, gradient, definition) -> Target:
    differentiated = tuple(k for k, a in enumerate(arguments) if a.differentiate)
    formula = definition.definition if isinstance(definition, Specification) else definition
    oracle = ShadowOracle(name, function, differentiated) if formula is None else DefinitionOracle(formula)
    return Target(
        framework=frameworks.get(name),
        function=function,
        gradient=gradient,
        arguments=tuple(arguments),
        truths=Truths(oracle, tuple(arguments)),
    )


def _subject(function, arguments, name, dtype, mode, gradient, definition, regimes, seed, budget, points) -> Subject:
    target = _target(function, arguments, name, gradient, definition)
    drawn = _given(points, arguments, dtype) if points is not None else drawing.make(arguments, dtype, seed, regimes)
    target.framework.check_callable(function, drawn[0].arrays, dtype, mode)
    clock = time.monotonic()
    seen = Examination()
    for state in examine(target, dtype, mode, drawn, None if budget is None else clock + budget):
        seen = state
    subject = summarise(
        seen,
        target,
        dtype,
        mode,
        suite="check",
        specification=frameworks.label(function),
        implementation=frameworks.label(function),
        framework=name,
        claim=f"{frameworks.label(function)} in {name}, {dtype} ({mode}), is right",
        status="clean",
        seconds=time.monotonic() - clock,
    )
    return replace(subject, status=_status(subject))


def _status(subject: Subject) -> str:
    if any(f.severity != Severity.MINOR.value for f in subject.findings):
        return "unexpected"
    return "undecided" if any(c.get(Verdict.UNDECIDED.value) for c in subject.counts.values()) else "clean"


def _given(points: Sequence[Sequence[Any]], arguments: Sequence[Argument], dtype: str) -> list[Point]:
    """The user's points, as arrays of the dtype; `ValueError` for the wrong number or shape of arrays."""
    chosen = []
    for number, point in enumerate(points):
        arrays = tuple(np.asarray(a).astype(format_of(dtype).numpy) for a in point)
        if [a.shape for a in arrays] != [a.shape for a in arguments]:
            found, wanted = [a.shape for a in arrays], [a.shape for a in arguments]
            raise ValueError(f"points[{number}] has arrays of shapes {found}; expected {wanted}, one for each Argument")
        chosen.append(Point("given", arrays))
    if not chosen:
        raise ValueError(
            "points=[] leaves nothing to judge; expected a list of tuples of arrays, or None for the regimes"
        )
    return chosen
