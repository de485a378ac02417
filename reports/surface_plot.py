"""The map of a loss: its slope in the prediction over prediction and target, and where its sign misleads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, GlyphRenderer, LinearColorMapper
from bokeh.plotting import figure

from gradcheck.picture import Surface
from gradcheck.reports import plots
from gradcheck.reports.text import one_line, plural

# From falling over flat to rising: blue and orange of Okabe and Ito, "Color Universal Design", 2008.
_FALLING, _FLAT, _RISING = (0, 114, 178), (255, 255, 255), (213, 94, 0)
_SHADES = 33
# In pixels: of the map, and of the colour bar beside it.
_SIDE, _BAR = 520, 12
# Targets in the table.
_ROWS = 8


def misleading(surface: Surface) -> np.ndarray:
    """Where descent leads away from the target, of shape (targets, predictions).

    There the sign of the slope is not that of prediction - target; a slope that is unknown misleads nobody.
    """
    slopes = np.array(surface.slopes)
    wanted = np.sign(np.subtract.outer(np.array(surface.predictions), np.array(surface.targets)).T)
    return (np.sign(slopes) != wanted) & ~np.isnan(slopes)


def sentences(surface: Surface) -> list[str]:
    """What is to be seen: the loss first, then what computes it."""
    return [_about_loss(surface), *_about_implementations(surface)]


def _about_loss(surface: Surface) -> str:
    wrong, slopes = misleading(surface), np.array(surface.slopes)
    farthest = float(np.max(np.abs(np.subtract(surface.minima, surface.targets))))
    if not wrong.any():
        where = "at every target itself" if farthest == 0 else f"never farther than {farthest:.2g} from the target"
        return (
            f"Descent leads to the target everywhere: none of {wrong.size:,} slopes has the wrong sign, and the least "
            f"loss is {where}."
        )
    row, column = np.unravel_index(np.argmax(np.where(wrong, np.abs(slopes), -1)), slopes.shape)
    target, prediction = surface.targets[row], surface.predictions[column]
    return (
        f"On {wrong.mean():.0%} of the map (hatched) the slope has the wrong sign, and descent leads away from the "
        f"target: at prediction {prediction:g} for target {target:g} it is {slopes[row, column]:.3g}, and the least "
        f"loss for this target is at {surface.minima[row]:.5g}."
    )


def _about_implementations(surface: Surface) -> list[str]:
    off = [c for c in surface.computed if c.cells]
    if not surface.computed:
        return []
    if not off:
        agree = plural(len(surface.computed), "implementation")
        return [f"Computed by {agree} ({'; '.join(c.who for c in surface.computed)}), every slope has its exact sign."]
    return [f"{c.who} gives another sign than the exact slope in {plural(len(c.cells), 'cell')}, crossed." for c in off]


@dataclass(frozen=True)
class Row:
    """One target, in words."""

    target: str
    least: str
    wrong: str


def rows(surface: Surface) -> list[Row]:
    """Some of the targets, evenly spaced: where the loss is least, and between which predictions the sign misleads."""
    chosen = np.linspace(0, len(surface.targets) - 1, min(_ROWS, len(surface.targets))).round().astype(int)
    wrong = misleading(surface)
    return [
        Row(
            target=f"{surface.targets[i]:g}",
            least=f"{surface.minima[i]:.5g}",
            wrong=_stretch(np.array(surface.predictions)[wrong[i]]),
        )
        for i in chosen
    ]


def _stretch(predictions: np.ndarray) -> str:
    return f"{predictions.min():g} to {predictions.max():g}" if predictions.size else "none"


def items(surface: Surface, target: str) -> tuple[dict[str, Any], ...]:
    """The figure of the map."""
    slopes = np.array(surface.slopes, dtype=np.float32)
    x, y = _edges(surface.predictions), _edges(surface.targets)
    plot = figure(
        title=f"{one_line(surface.specification)}: slope in the prediction",
        height=_SIDE,
        sizing_mode="stretch_width",
        x_range=(x[0], x[-1]),
        y_range=(y[0], y[-1]),
        x_axis_label="prediction",
        y_axis_label="target",
        tools="pan,box_zoom,wheel_zoom,reset,save",
        toolbar_location="above",
    )
    plot.toolbar.logo = None
    plot.grid.visible = False
    colours = _colours(float(np.nanmax(np.abs(slopes), initial=1.0)))
    image = plot.image([slopes], x=x[0], y=y[0], dw=x[-1] - x[0], dh=y[-1] - y[0], color_mapper=colours, level="image")
    plots.hover(plot, image, [("prediction", "$x{0.00}"), ("target", "$y{0.00}"), ("slope", "@image{0.000}")])
    plot.add_layout(ColorBar(color_mapper=colours, width=_BAR, title="slope", background_fill_color=None), "right")
    plots.legend(plot, _drawn(plot, surface))
    return (plots.item(plot, f"{target}-map"),)


def _drawn(plot: figure, surface: Surface) -> dict[str, list[GlyphRenderer]]:
    """What lies over the colours, by its name in the legend."""
    ends = [min(surface.targets), max(surface.targets)]
    found = {"wrong sign": [_hatched(plot, surface)]} if misleading(surface).any() else {}
    found["prediction = target"] = [plot.line(ends, ends, color="black", line_width=2)]
    dashes = {"color": "black", "line_width": 3, "line_dash": "dotted"}
    found["least loss"] = [plot.line(list(surface.minima), list(surface.targets), **dashes)]
    for one in surface.computed:
        if one.cells:
            across, up = (list(each) for each in zip(*one.cells, strict=True))
            found[one_line(one.who)] = [plot.scatter(across, up, marker="x", size=7, color="black")]
    return found


def _hatched(plot: figure, surface: Surface) -> GlyphRenderer:
    """The misleading cells of each row, neighbours as one box."""
    x, y = _edges(surface.predictions), _edges(surface.targets)
    boxes: list[tuple[float, ...]] = []
    for row, marked in enumerate(misleading(surface)):
        turns = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
        boxes += [(x[a], x[b], y[row], y[row + 1]) for a, b in turns.reshape(-1, 2)]
    data = dict(zip(("left", "right", "bottom", "top"), map(list, zip(*boxes, strict=True)), strict=True))
    style = {"fill_color": None, "line_color": None, "hatch_pattern": "/", "hatch_color": "black", "hatch_scale": 8}
    return plot.quad(**{k: k for k in data}, source=ColumnDataSource(data), hatch_alpha=0.55, hatch_weight=1, **style)


def _edges(middles: tuple[float, ...]) -> np.ndarray:
    """The edges of evenly spaced cells."""
    half = 0.5 * (middles[1] - middles[0]) if len(middles) > 1 else 0.5
    return np.append(np.array(middles) - half, middles[-1] + half)


def _colours(largest: float) -> LinearColorMapper:
    """White is flat; as far to one side as to the other."""
    shades = [*np.linspace(_FALLING, _FLAT, _SHADES)[:-1], *np.linspace(_FLAT, _RISING, _SHADES)]
    palette = ["#" + "".join(f"{round(channel):02x}" for channel in shade) for shade in shades]
    return LinearColorMapper(palette=palette, low=-largest, high=largest)
