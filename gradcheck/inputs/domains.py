"""Reading a domain: a name, an interval, a set or a sampler."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from typing import Any

from gradcheck.inputs.domain import Domain
from gradcheck.inputs.intervals import FiniteSet, Interval, Sampler
from gradcheck.inputs.joint import Ball, Rotation, Simplex

NAMED: dict[str, Domain] = {
    domain.text: domain
    for domain in (
        Interval("real", -math.inf, math.inf, False, False),
        Interval("positive", 0.0, math.inf, False, False),
        Interval("nonnegative", 0.0, math.inf, True, False),
        Interval("probability", 0.0, 1.0, True, True),
        Simplex("simplex"),
        Ball("ball"),
        Rotation("rotation"),
    )
}
_INTERVAL = re.compile(r"([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])")
_SET = re.compile(r"\{([^{}]*)\}")


def parse(domain: str | Callable[..., Any]) -> Domain:
    """The domain that a text or a `sampler(rng, shape) -> float64 array` stands for.

    Raises ValueError for a text that is no domain and for an empty interval or set, TypeError for
    anything that is neither text nor callable; both say what is allowed.
    """
    if callable(domain):
        return Sampler(getattr(domain, "__name__", repr(domain)), domain)
    if not isinstance(domain, str):
        raise TypeError(_message(domain, "is neither text nor a sampler"))
    return _parse_text(domain)


@functools.cache
def _parse_text(domain: str) -> Domain:
    text = domain.strip()
    if text in NAMED:
        return NAMED[text]
    if match := _INTERVAL.fullmatch(text):
        return _interval(text, *match.groups())
    if match := _SET.fullmatch(text):
        return _finite_set(text, match.group(1).split(","))
    raise ValueError(_message(domain, "is unknown"))


def _interval(text: str, left: str, lower: str, upper: str, right: str) -> Interval:
    low, high = _number(text, lower), _number(text, upper)
    closed = left == "[", right == "]"
    if low > high or (low == high and not all(closed)):
        raise ValueError(_message(text, "is empty"))
    return Interval(text, low, high, *closed)


def _finite_set(text: str, members: list[str]) -> FiniteSet:
    return FiniteSet(text, tuple(_number(text, member) for member in members))


def _number(text: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError as error:
        raise ValueError(_message(text, f"contains {number.strip()!r}, which is not a number")) from error
    if math.isnan(value):
        raise ValueError(_message(text, "contains nan, which no domain has as a member or an end"))
    return value


def _message(domain: object, problem: str) -> str:
    return (
        f"the domain {domain!r} {problem}; allowed are {', '.join(NAMED)}, an interval such as '[0, 1)' or "
        "'[-inf, 0]', a set such as '{-1, 1}', or a sampler(rng, shape) -> float64 array; for example "
        "Argument('[0, 1)', shape=(8,))"
    )
