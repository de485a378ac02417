"""The findings of a results file, to be explained at their points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck import results_file
from gradcheck.record import Results
from gradcheck.reports.summary import Located, Summary, component
from gradcheck.subject import location

# What the results of a run hold. No function has two of these for arguments.
TELLING = {"schema", "subjects", "environment", "started"}


@dataclass(frozen=True)
class Chosen:
    """One finding of a function, `number` of `count` in a results file, the worst being 1."""

    located: Located
    number: int
    count: int

    @property
    def values(self) -> list[Any]:
        """The values of each argument, nested as they are."""
        return [_nested(numbers.shape, iter(numbers.values)) for numbers in self.located.finding.point]

    @property
    def lines(self) -> tuple[str, ...]:
        """Which it is, and how to see the next."""
        f, s = self.located.finding, self.located.subject
        what = f"{f.severity} {f.verdict} in the {component(f)}, {s.framework}, {f.dtype}, {f.mode}"
        next_one = f"; --finding {self.number + 1} takes the next" if self.number < self.count else ""
        eager = () if f.mode == "eager" else (f"it was found in the mode {f.mode}; what follows is run eagerly",)
        return f"finding {self.number} of {self.count}: {what}{next_one}", *eager


def is_results(given: Any) -> bool:
    """Whether what a file holds are the results of a run, damaged perhaps, and no point."""
    return isinstance(given, dict) and len(TELLING & given.keys()) > 1


def choose(
    path: Path, target: str, function: Callable[..., Any], number: int, framework: str | None, dtype: str | None
) -> Chosen:
    """A finding of the function that `target` names, of one framework or dtype if that is asked for, the worst first.

    Raises ValueError where there is none, or not so many.
    """
    results = results_file.load(path)
    every = tuple(_of(results, target, function))
    found = [each for each in every if _is(each, framework, dtype)]
    if not found:
        raise ValueError(f"{path} has no finding of {_asked(target, framework, dtype)}{_instead(results, every)}")
    if number > len(found):
        raise ValueError(f"--finding {number}: {path} has {len(found)} of {_asked(target, framework, dtype)}")
    return Chosen(found[number - 1], number, len(found))


def _of(results: Results, target: str, function: Callable[..., Any]) -> Iterator[Located]:
    """A scan records its target; in every other run the place of the function tells."""
    place = location(function)
    for each in Summary(results).findings:
        if each.subject.specification == target or (place and each.subject.location == place):
            yield each


def _is(located: Located, framework: str | None, dtype: str | None) -> bool:
    s = located.subject
    return framework in (None, s.framework) and dtype in (None, s.dtype)


def _asked(target: str, framework: str | None, dtype: str | None) -> str:
    return " ".join([target, *(f"in {each}" for each in (framework, dtype) if each)])


def _instead(results: Results, every: Sequence[Located]) -> str:
    """What there is of the function, or else of others."""
    if every:
        there = dict.fromkeys(f"{each.subject.framework} {each.subject.dtype}" for each in every)
        return f"; it has some in {', '.join(there)}"
    names = list(dict.fromkeys(s.specification for s in results.subjects if s.findings))
    more = ", ..." if len(names) > 5 else ""
    return f"; it has findings of {', '.join(names[:5])}{more}" if names else ", nor of anything else"


def _nested(shape: Sequence[int], values: Iterator[str]) -> Any:
    if not shape:
        return next(values)
    return [_nested(shape[1:], values) for _ in range(shape[0])]
