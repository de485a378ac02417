"""Judge one implementation in one dtype and mode: the record of a subject, whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from gradcheck import frameworks
from gradcheck.baseline import Baseline, points_of
from gradcheck.containment import described
from gradcheck.expectation import assess, claim_of
from gradcheck.frameworks.errors import FrameworkError, NotInstalled
from gradcheck.inputs import points
from gradcheck.inputs.argument import Argument
from gradcheck.inputs.points import Point
from gradcheck.judging import target_of
from gradcheck.record import Subject
from gradcheck.recorded import judge_recorded, with_recorded
from gradcheck.refinement import SimplePoints, extend
from gradcheck.search import QUICK, Effort
from gradcheck.specification import Implementation
from gradcheck.subject import Examination, examine, screen, summarise


def modes_of(implementation: Implementation, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The modes to judge an implementation in; of the wanted ones those that it has."""
    framework = frameworks.get(implementation.framework)
    if wanted is None:
        return implementation.modes or framework.modes
    return tuple(m for m in wanted if m in (implementation.modes or framework.all_modes))


def about_subject(suite: str, implementation: Implementation, dtype: str, mode: str) -> dict[str, Any]:
    """The fields of a record that tell a subject from every other one."""
    return {
        "suite": suite,
        "specification": implementation.specification.name,
        "implementation": implementation.name,
        "framework": implementation.framework,
        "claim": claim_of(implementation, dtype, mode),
        "dtype": dtype,
        "mode": mode,
    }


def judge_subject(
    suite: str,
    implementation: Implementation,
    dtype: str,
    mode: str,
    seed: int = 0,
    simple: SimplePoints | None = None,
    accepted: Baseline | None = None,
    effort: Effort = QUICK,
) -> Subject:
    """Judge one implementation in one dtype and mode; always returns a record, whatever happens.

    The points recorded in the baseline `accepted` are judged before those of the regimes.
    """
    about = about_subject(suite, implementation, dtype, mode)
    if dtype not in implementation.dtypes or implementation.unavailable:
        return Subject(**about, status="not_run", error=implementation.unavailable or f"{dtype} is not supported")
    clock = time.monotonic()
    seen, again, error = Examination(), Examination(), ""
    function = f"{implementation.specification.name}/{implementation.name}"
    recorded = points_of(accepted or Baseline(), function, implementation.framework, dtype)
    try:
        target = target_of(implementation)
        drawn = _first_of_each(_drawn(target.arguments, dtype, seed), effort.points)
        screen(target, drawn, dtype, mode)
        again = judge_recorded(target, recorded, dtype, mode)
        for state in examine(target, dtype, mode, drawn, opinions=effort.second_opinion):
            seen = state
        extend(seen, target, dtype, mode, effort, seed, simple=simple)
    except NotInstalled as missing:
        return Subject(**about, status="not_run", error=str(missing))
    except FrameworkError as problem:
        error = str(problem)
    except Exception as problem:
        error = f"{described(problem)}; this is a defect of gradcheck, please report it"
    if not seen.points and error:
        return Subject(**about, status="failed", error=error)
    subject = summarise(
        seen, target, scripts=effort.least, **about, status="clean", error=error, seconds=time.monotonic() - clock
    )
    return assess(with_recorded(subject, again, target, accepted or Baseline()), implementation)


@lru_cache(maxsize=2)
def _drawn(arguments: tuple[Argument, ...], dtype: str, seed: int) -> tuple[Point, ...]:
    """The implementations of one specification are judged one after the other, at the same points."""
    return tuple(points.make(arguments, dtype, seed))


def _first_of_each(drawn: Sequence[Point], count: int | None) -> list[Point]:
    """The first points of each regime."""
    regimes = dict.fromkeys(point.regime for point in drawn)
    return [p for regime in regimes for p in [p for p in drawn if p.regime == regime][:count]]
