"""Runs of a training step: the loss against the steps, and its growth against the rate, beside the predicted limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, GlyphRenderer, Label, Span
from bokeh.plotting import figure

from gradcheck.picture import Descent, Sweep, Trajectory
from gradcheck.reports import plots
from gradcheck.reports.text import one_line, plural

# Colour and marker of the first, second, ... line: either alone tells them apart.
_STYLES = (
    ("#0072B2", "circle"),
    ("#E69F00", "triangle"),
    ("#D55E00", "square"),
    ("#009E73", "diamond"),
)
# What is drawn of a loss and of its growth: below it is nothing but rounding, above it has long diverged.
_LOSSES, _GROWTH = (1e-10, 1e15), (1e-10, 1e15)
_MARKS = 12  # on each line


@dataclass(frozen=True)
class Row:
    """One run, in words."""

    dtype: str
    rate: str
    part: str
    loss: str


def rows(trajectory: Trajectory) -> list[Row]:
    """Every run that is drawn, as a line of a table."""
    return [_row(descent, trajectory) for descent in trajectory.descents]


def _row(descent: Descent, trajectory: Trajectory) -> Row:
    left = descent.first_non_finite
    finite = [loss for loss in descent.losses if math.isfinite(loss)]
    ended = f", step {left} is not finite" if left else ""
    return Row(
        dtype=descent.dtype,
        rate=f"{descent.rate:.4g}",
        part=_part(descent.rate, trajectory.threshold),
        loss=f"{finite[0]:.4g} to {finite[-1]:.3g} in {_counted(len(finite) - 1, trajectory.unit)}{ended}",
    )


def sentences(trajectory: Trajectory) -> list[str]:
    """What is predicted, and what was measured."""
    return [
        f"The smallest rate at which {trajectory.loss} is predicted not to shrink is {trajectory.threshold:.4g} "
        f"({trajectory.law}).",
        f"Of {len(trajectory.rates)} rates tried for {_counted(trajectory.length, trajectory.unit)} each, the first at "
        f"which it did not shrink: {'; '.join(_turned(sweep, trajectory) for sweep in trajectory.sweeps)}.",
    ]


def _counted(count: int, unit: str) -> str:
    """Such as "1 step" or "2 passes"."""
    return plural(count, unit) if count == 1 or not unit.endswith("s") else plural(count, f"{unit}e")


def _turned(sweep: Sweep, trajectory: Trajectory) -> str:
    """Such as "float16 0.74 of it (rounding included, predicted at about 0.72)"."""
    grown = (rate for rate, growth in zip(trajectory.rates, sweep.growth, strict=True) if not growth < 1)
    first = next(grown, None)
    found = f"{sweep.dtype} {'none' if first is None else f'{_part(first, trajectory.threshold)} of it'}"
    if math.isclose(sweep.threshold, trajectory.threshold, rel_tol=1e-3):
        return found
    return f"{found} (rounding included, predicted at about {_part(sweep.threshold, trajectory.threshold)})"


def _part(rate: float, threshold: float) -> str:
    return f"{rate / threshold:.2f}"


def items(trajectory: Trajectory, target: str) -> tuple[dict[str, Any], ...]:
    """A figure of the losses for each dtype, and one of the growth by rate."""
    kinds = dict.fromkeys(descent.dtype for descent in trajectory.descents)
    figures = [_losses(trajectory, [d for d in trajectory.descents if d.dtype == dtype]) for dtype in kinds]
    found = [*figures, _growth(trajectory)] if trajectory.sweeps else figures
    return tuple(plots.item(plot, f"{target}-{i}") for i, plot in enumerate(found))


def _losses(trajectory: Trajectory, descents: Sequence[Descent]) -> figure:
    """Measured losses as marks on lines, the predicted ones dashed beneath."""
    plot = _frame(f"{one_line(descents[0].dtype)}: {one_line(trajectory.loss)}", trajectory.unit, "loss")
    drawn: dict[str, list[GlyphRenderer]] = {}
    predicted = []
    for style, descent in zip(_STYLES, descents, strict=False):
        name = f"{_part(descent.rate, trajectory.threshold)} × limit"
        shown = [loss for loss in descent.losses if math.isfinite(loss)]
        drawn[name] = _line(plot, range(len(shown)), shown, style, _LOSSES, trajectory.length)
        if descent.first_non_finite and shown:
            drawn[name].append(_ended(plot, len(shown) - 1, shown[-1]))
        foreseen = _clipped(descent.predicted, _LOSSES)
        predicted.append(plot.line(list(range(len(foreseen))), foreseen, color="black", line_dash="dashed"))
    plots.legend(plot, {**drawn, "predicted": predicted})
    return plot


def _ended(plot: figure, at: int, loss: float) -> GlyphRenderer:
    return plot.scatter([at], _clipped([loss], _LOSSES), marker="x", size=14, color="black", line_width=2)


def _growth(trajectory: Trajectory) -> figure:
    """The loss after a run, relative to the first, for every rate."""
    title = f"loss after {_counted(trajectory.length, trajectory.unit)}, of the first"
    plot = _frame(title, "rate, of the predicted limit", "growth")
    parts = [rate / trajectory.threshold for rate in trajectory.rates]
    drawn = {
        one_line(sweep.dtype): _line(plot, parts, sweep.growth, style, _GROWTH, len(parts))
        for style, sweep in zip(_STYLES, trajectory.sweeps, strict=False)
    }
    exact = plot.line(parts, _clipped(trajectory.predicted, _GROWTH), color="black", line_dash="dashed")
    for place, name in ((1.0, "predicted limit"), *_own_limits(trajectory)):
        plot.add_layout(Span(location=place, dimension="height", line_color="black", line_dash="dotted"))
        plot.add_layout(
            Label(x=place, y=_GROWTH[1], text=name, angle=math.pi / 2, text_align="right", text_font_size="11px")
        )
    plot.add_layout(Span(location=1.0, dimension="width", line_color="#777777", line_dash="dotted"))
    plots.legend(plot, {**drawn, "predicted": [exact]})
    return plot


def _own_limits(trajectory: Trajectory) -> list[tuple[float, str]]:
    """Limits of dtypes whose rounding ends a run before the predicted limit."""
    own = [
        (sweep.threshold / trajectory.threshold, f"predicted, {one_line(sweep.dtype)}") for sweep in trajectory.sweeps
    ]
    return [(part, name) for part, name in own if not math.isclose(part, 1, rel_tol=1e-3)]


def _line(
    plot: figure,
    x: Sequence[float],
    y: Sequence[float],
    style: tuple[str, str],
    span: tuple[float, float],
    longest: int,
) -> list[GlyphRenderer]:
    """A line with a mark here and there, which tells it from others without colour."""
    colour, marker = style
    across, up = list(x), _clipped(y, span)
    every = max(1, longest // _MARKS)
    line = plot.line(across, up, color=colour, line_width=2)
    marks = ColumnDataSource({"x": across[::every], "y": up[::every], "measured": [f"{v:.4g}" for v in y][::every]})
    mark = plot.scatter(x="x", y="y", source=marks, marker=marker, size=7, color=colour)
    return [line, plots.hover(plot, mark, [("at", "@x"), ("measured", "@measured")])]


def _clipped(numbers: Sequence[float], span: tuple[float, float]) -> list[float]:
    """Drawn at the edge where they are beyond it, infinities too."""
    return np.clip(np.nan_to_num(np.array(numbers, dtype=float), nan=span[1], posinf=span[1]), *span).tolist()


def _frame(title: str, across: str, up: str) -> figure:
    plot = figure(
        title=title,
        height=340,
        sizing_mode="stretch_width",
        x_axis_label=across,
        y_axis_label=up,
        y_axis_type="log",
        tools="pan,box_zoom,wheel_zoom,reset,save",
        toolbar_location="above",
    )
    plot.toolbar.logo = None
    return plot
