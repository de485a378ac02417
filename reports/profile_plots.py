"""A finding over a line through its point: exact and computed value and gradient, the wrong stretch shaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import BoxAnnotation, ColumnDataSource, FixedTicker, Span
from bokeh.plotting import figure

from gradcheck.record import Curve, FindingRecord, Profile
from gradcheck.reports import letters, plots, profile_axes, profile_words
from gradcheck.reports.text import one_line

# What became of an answer -> colour (Okabe and Ito, "Color Universal Design", 2008) and marker: either tells.
MARKS = {"pass": ("#0072B2", "circle"), "fail": ("#D55E00", "x"), "undecided": ("#777777", "asterisk")}
_EXACT, _SHADE = "#009E73", "#D55E00"
_HEIGHT = 210
_DIGITS = 1  # after the point of a place between 0 and 100: half a pixel


@dataclass(frozen=True)
class View:
    """A profile on the page: where it is drawn, and what it says."""

    target: str
    sentence: str
    moved: str
    rows: list[profile_words.Row]


def view(finding: FindingRecord, number: int) -> View | None:
    """The profile of the finding of that number on a page; None where it has none."""
    profile = finding.profile
    if profile is None:
        return None
    return View(
        target=_target(number),
        sentence=profile_words.sentence(finding, profile),
        moved=profile_words.moved(profile),
        rows=profile_words.rows(finding, profile),
    )


def packed(findings: Iterable[tuple[int, FindingRecord]]) -> str:
    """The profiles of numbered findings; empty where there are none.

    All in one, for they share nearly all but their numbers: each takes a third of what it takes alone.
    """
    items = [item(f, f.profile, _target(number)) for number, f in findings if f.profile is not None]
    return plots.pack(items) if items else ""


def _target(number: int) -> str:
    return f"profile-{number}"


def item(finding: FindingRecord, profile: Profile, target: str) -> dict[str, Any]:
    """The panels as a BokehJS item: the value, and the gradient where there is one."""
    across = profile_axes.across(profile.inputs, finding.dtype)
    source = ColumnDataSource({"x": _places(across.places), "input": list(profile.inputs)})
    panels = [_panel(name, curve, finding, profile, across, source) for name, curve in _curves(profile).items()]
    panels[-1].xaxis.axis_label = f"{one_line(profile_words.moved(profile))}, by float ordinal"
    return plots.item(column(*panels, sizing_mode="stretch_width"), target)


def _curves(profile: Profile) -> dict[str, Curve]:
    return {"value": profile.value} | ({"gradient": profile.gradient} if profile.gradient else {})


def _panel(
    name: str,
    curve: Curve,
    finding: FindingRecord,
    profile: Profile,
    across: profile_axes.Axis,
    source: ColumnDataSource,
) -> figure:
    exact, computed = (np.array([float(text) for text in texts]) for texts in (curve.exact, curve.computed))
    axis = profile_axes.up(np.concatenate([exact, computed]), finding.dtype)
    plot = _frame(_title(name, finding, profile), across, axis)
    _shade(plot, curve, across)
    kinds = [letters.kind(verdict) for verdict in curve.verdicts]
    own = {
        "exact": [_told(text) for text in curve.exact],
        "computed": [_told(c, e) for c, e in zip(curve.computed, curve.exact, strict=True)],
        "verdict": [one_line(v) for v in curve.verdicts],
        "truth": _places(axis.places[: len(exact)]),
        "answer": _places(axis.places[len(exact) :]),
        "color": [MARKS[kind][0] for kind in kinds],
        "marker": [MARKS[kind][1] for kind in kinds],
    }
    for column_name, values in own.items():
        source.data[f"{name}_{column_name}"] = values
    line = plot.line(x="x", y=f"{name}_truth", source=source, color=_EXACT, line_width=2)
    line.nonselection_glyph = line.muted_glyph = None
    marks = {"marker": f"{name}_marker", "color": f"{name}_color"}
    dots = plot.scatter(x="x", y=f"{name}_answer", source=source, size=7, fill_alpha=0.3, line_width=1.5, **marks)
    said = [(word, f"@{name}_{word}") for word in ("exact", "computed", "verdict")]
    plots.hover(plot, dots, [("input", "@input"), *said])
    plot.add_layout(Span(location=float(across.places[profile.failing]), dimension="height", line_dash="dotted"))
    return plot


def _told(number: str, beside: str = "") -> str:
    """A number for the pointer: few digits, and all where few would show no difference from the one beside."""
    few = f"{float(number):.7g}"
    return number if beside and number != beside and few == f"{float(beside):.7g}" else few


def _title(name: str, finding: FindingRecord, profile: Profile) -> str:
    if name == "gradient":
        return f"gradient by {one_line(profile_words.differentiated(finding, profile))}"
    if profile.component is None:
        return "sum of the value"
    return f"value{list(profile.component)}" if profile.component else "value"


def _frame(title: str, across: profile_axes.Axis, up: profile_axes.Axis) -> figure:
    plot = figure(
        title=title,
        height=_HEIGHT,
        sizing_mode="stretch_width",
        x_range=(across.start, across.end),
        y_range=(up.start, up.end),
        tools="",
        toolbar_location=None,
    )
    for axis, shown in ((plot.xaxis[0], across), (plot.yaxis[0], up)):
        axis.ticker = FixedTicker(ticks=[round(place, _DIGITS) for place in sorted(shown.ticks)])
        axis.major_label_overrides = {round(place, _DIGITS): label for place, label in shown.ticks.items()}
    for place in up.bands:
        plot.add_layout(
            BoxAnnotation(bottom=place - 5, top=place + 5, fill_color="#777777", fill_alpha=0.12, level="underlay")
        )
    return plot


def _shade(plot: figure, curve: Curve, across: profile_axes.Axis) -> None:
    """Each wrong stretch, to halfway between its ends and what is right beside them."""
    places = across.places
    for stretch in profile_words.stretches(curve):
        before, after = max(stretch.first - 1, 0), min(stretch.last + 1, len(places) - 1)
        left, right = (float(places[[a, b]].mean()) for a, b in ((before, stretch.first), (stretch.last, after)))
        shade = BoxAnnotation(left=left, right=right, fill_color=_SHADE, fill_alpha=0.1, level="underlay")
        plot.add_layout(shade)


def _places(places: np.ndarray) -> list[float]:
    return [round(float(place), _DIGITS) for place in places]
