"""The wrong stretch of a profile, in words: complete where nothing is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from gradcheck.record import Curve, FindingRecord, Profile
from gradcheck.reports import letters


@dataclass(frozen=True)
class Stretch:
    """Places among the inputs between which every answer fails, both ends included."""

    first: int
    last: int


def stretches(curve: Curve) -> list[Stretch]:
    """The wrong stretches of a quantity, in order."""
    marked = [(place, letters.kind(verdict) == "fail") for place, verdict in enumerate(curve.verdicts)]
    runs = [[place for place, _ in run] for fails, run in groupby(marked, key=lambda pair: pair[1]) if fails]
    return [Stretch(run[0], run[-1]) for run in runs]


def judged(finding: FindingRecord, profile: Profile) -> Curve:
    """The curve of the quantity that the finding is about."""
    gradient = finding.quantity == "gradient"
    return profile.gradient if gradient and profile.gradient is not None else profile.value


def moved(profile: Profile) -> str:
    """The component that moves: `x[0, 1]`."""
    index = f"[{', '.join(map(str, profile.index))}]" if profile.index else ""
    return f"{profile.argument_name}{index}"


def differentiated(finding: FindingRecord, profile: Profile) -> str:
    """The component that the gradient is by: the finding's own, or that which moves."""
    if finding.argument is None:
        return moved(profile)
    return moved(replace(profile, argument_name=finding.argument_name or "", index=finding.index))


def _quantity(finding: FindingRecord, profile: Profile) -> str:
    by = differentiated(finding, profile)
    return f"gradient by {by}" if finding.quantity == "gradient" and by != moved(profile) else finding.quantity


def sentence(finding: FindingRecord, profile: Profile) -> str:
    """`The value is wrong from x[0] = 88.72 to 3.403e+38; right below.`"""
    curve, around = judged(finding, profile), _around(finding, profile)
    if around is None:
        return f"The {_quantity(finding, profile)} over {moved(profile)}."
    others = len(stretches(curve)) - 1
    again = f" Wrong again in {others} other {'stretch' if others == 1 else 'stretches'} of it." if others else ""
    low, high = (profile.inputs[place] for place in (around.first, around.last))
    where = (
        f"at {moved(profile)} = {low} alone"
        if low == high
        else f"from {moved(profile)} = {short(low)} to {short(high)}"
    )
    return f"The {_quantity(finding, profile)} is wrong {where}; {_sides(curve, around)}.{again}"


def _around(finding: FindingRecord, profile: Profile) -> Stretch | None:
    """The wrong stretch that the finding's own input lies in."""
    found = stretches(judged(finding, profile))
    return next((s for s in found if s.first <= profile.failing <= s.last), None)


def _sides(curve: Curve, around: Stretch) -> str:
    """What it is beside the stretch."""
    beside = {"below": around.first - 1, "above": around.last + 1}
    words: dict[str, list[str]] = {}
    for side, place in beside.items():
        inside = 0 <= place < len(curve.verdicts)
        words.setdefault(_beside(curve.verdicts[place]) if inside else "the domain ends", []).append(side)
    return ", ".join(f"{what} {' and '.join(sides)}" for what, sides in words.items())


def _beside(verdict: str) -> str:
    return "right" if letters.kind(verdict) == "pass" else "undecided"


@dataclass(frozen=True)
class Row:
    """One input of a profile and what is seen there."""

    input: str
    exact: str
    computed: str
    verdict: str
    is_failing: bool  # the finding's own input


def rows(finding: FindingRecord, profile: Profile) -> list[Row]:
    """The failing input, the ends of the wrong stretch around it, and what is beside those."""
    curve, around = judged(finding, profile), _around(finding, profile)
    ends = (around.first - 1, around.first, around.last, around.last + 1) if around else ()
    places = sorted({profile.failing} | {place for place in ends if 0 <= place < len(profile.inputs)})
    seen = list(zip(profile.inputs, curve.exact, curve.computed, curve.verdicts, strict=True))
    return [Row(*seen[place], is_failing=place == profile.failing) for place in places]


def short(number: str) -> str:
    """Four digits of a number, which is what the ends of a stretch are known to."""
    return f"{float(number):.4g}"
