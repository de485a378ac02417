"""Plots of the error in ulps against the float ordinal of the input, as BokehJS items."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.embed import json_item
from bokeh.models import BoxAnnotation, ColumnDataSource, FixedTicker, GlyphRenderer, HoverTool, Legend, LegendItem
from bokeh.plotting import figure
from bokeh.resources import Resources

from gradcheck import dtypes
from gradcheck.record import Sample, Subject
from gradcheck.reports import axes, letters, matrix, text

# Verdict -> colour (Okabe and Ito, "Color Universal Design", 2008) and marker: either alone tells them apart.
_MARKS: dict[str, tuple[str, str]] = {
    "spurious_nan": ("#D55E00", "x"),
    "spurious_inf": ("#CC79A7", "triangle"),
    "spurious_zero": ("#0072B2", "inverted_triangle"),
    "wrong": ("#000000", "diamond"),
    "inaccurate": ("#E69F00", "circle"),
    "undecided": ("#777777", "asterisk"),
}
_OTHER = ("#8B0000", "square")
_PASSES = "#56B4E9"
# After the point of a place: a thousandth of an octave.
_DIGITS = 3
# Bins of the passes, across and up.
_BINS = (72, 30)
_TOOLTIPS = [
    ("verdict", "$name"),
    ("subject", "@who"),
    ("regime", "@regime"),
    ("input", "@input{%.9g}"),
    ("ulps", "@ulps{%.4g}"),
]


@dataclass(frozen=True)
class Plots:
    """The plots of one specification: one item a dtype, for `Bokeh.embed.embed_item`."""

    specification: str
    components: int
    failures: int
    items: tuple[dict[str, Any], ...]


def packed(plots: Iterable[Plots]) -> str:
    """The items of all plots; empty where there are none.

    All in one, for they share nearly all but their numbers: the plots of a library take half of what they take apart.
    """
    items = [item for each in plots for item in each.items]
    return pack(items) if items else ""


def pack(items: Sequence[dict[str, Any]]) -> str:
    """Items as a page carries them: JSON, gzipped, in base64; a fifth of the size, and no character of it is markup."""
    plain = json.dumps(items, separators=(",", ":"), allow_nan=False).encode("utf-8")
    return base64.b64encode(gzip.compress(plain, mtime=0)).decode("ascii")


def script() -> str:
    """BokehJS itself, so that a page needs no network."""
    return "\n".join(Resources(mode="inline", components=["bokeh"], log_level="error").js_raw)


def plots(subjects: Iterable[Subject]) -> tuple[Plots, ...]:
    """The plots of each specification that has samples, in the order of the run."""
    named = [(name, _samples(group)) for name, group in matrix.by_specification(subjects)]
    return tuple(_plots(name, found, f"plot{i}") for i, (name, found) in enumerate(named) if found)


def _samples(subjects: Iterable[Subject]) -> dict[str, list[tuple[Subject, Sample]]]:
    """The samples of each dtype, with the subject each is of."""
    found: dict[str, list[tuple[Subject, Sample]]] = {}
    for subject in subjects:
        for sample in subject.samples:
            found.setdefault(subject.dtype, []).append((subject, sample))
    return found


def _plots(name: str, found: Mapping[str, list[tuple[Subject, Sample]]], target: str) -> Plots:
    names = [n for n in dtypes.NAMES if n in found]
    items = tuple(item(_figure(found[dtype], dtype), f"{target}-{dtype}") for dtype in names)
    samples = [sample for each in found.values() for _, sample in each]
    failures = sum(letters.kind(sample.verdict) == "fail" for sample in samples)
    return Plots(name, len(samples), failures, items)


def _figure(samples: list[tuple[Subject, Sample]], dtype: str) -> figure:
    ordinals = np.array([s.ordinal for _, s in samples], dtype=np.int64)
    ulps = np.array([s.ulps for _, s in samples], dtype=np.float64)
    verdicts = np.array([s.verdict for _, s in samples])
    bands = axes.bands_above(ulps)
    x, y = axes.across(ordinals, dtype), axes.up(ulps, verdicts, bands)
    plot = _empty(dtype, x, bands, axes.ticks_across(ordinals, dtype))
    passing = np.array([letters.kind(v) == "pass" for v in verdicts])
    drawn = {"passes, binned": [_bins(plot, x[passing], y[passing])]} if passing.any() else {}
    who = np.array([_who(subject, sample) for subject, sample in samples])
    regimes = np.array([text.one_line(sample.regime) for _, sample in samples])
    data: dict[str, np.ndarray] = {"x": x.round(_DIGITS), "y": y.round(_DIGITS), "ulps": _told(ulps, 4)}
    data |= {"input": _told(axes.inputs(ordinals, dtype), 9), "who": who, "regime": regimes}
    drawn |= dict(_failures(plot, data, verdicts, passing))
    legend(plot, drawn)
    return plot


def _told(numbers: np.ndarray, digits: int) -> np.ndarray:
    """With the digits that the pointer is told: the page has to carry no more."""
    return np.array([float(f"{number:.{digits}g}") for number in numbers])


def _who(subject: Subject, sample: Sample) -> str:
    return text.one_line(f"{subject.implementation} {subject.framework} {subject.mode} {sample.quantity}")


def _empty(dtype: str, x: np.ndarray, bands: axes.Bands, ticks: dict[float, str]) -> figure:
    """The frame: the window on the data, the ticks, and a grey band behind each kind that is no number."""
    margin = max(0.05 * float(np.ptp(x)), 0.5)
    plot = figure(
        title=dtype,
        height=320,
        sizing_mode="stretch_width",
        x_range=(float(x.min()) - margin, float(x.max()) + margin),
        y_range=(axes.ZERO_BAND - 0.7, bands.nan + 0.7 * bands.apart),
        x_axis_label="input, by float ordinal",
        y_axis_label="error in ulps",
        tools="pan,box_zoom,wheel_zoom,reset,save",
        toolbar_location="above",
    )
    plot.toolbar.logo = None
    _label(plot.xaxis[0], ticks)
    _label(plot.yaxis[0], axes.ticks_up(bands))
    above = (bands.infinite - 0.5 * bands.apart, bands.nan + 0.5 * bands.apart)
    for low, high in ((axes.ZERO_BAND - 0.5, axes.ZERO_BAND + 0.5), above):
        plot.add_layout(BoxAnnotation(bottom=low, top=high, fill_color="#777777", fill_alpha=0.09, level="underlay"))
    return plot


def _label(axis: Any, ticks: dict[float, str]) -> None:
    axis.ticker = FixedTicker(ticks=sorted(ticks))
    axis.major_label_overrides = ticks


def _bins(plot: figure, x: np.ndarray, y: np.ndarray) -> GlyphRenderer:
    """The passes, counted on a grid over the window: the darker, the more."""
    spans = [(plot.x_range.start, plot.x_range.end), (plot.y_range.start, plot.y_range.end)]
    counts, columns, rows = np.histogram2d(x, y, bins=_BINS, range=spans)
    i, j = np.nonzero(counts)
    count = counts[i, j]
    middles = {"x": (columns[i] + columns[i + 1]) / 2, "y": (rows[j] + rows[j + 1]) / 2}
    alpha = 0.25 + 0.65 * np.log1p(count) / np.log1p(count.max())
    data = {k: v.round(_DIGITS).tolist() for k, v in (middles | {"count": count, "alpha": alpha}).items()}
    size = {"width": columns[1] - columns[0], "height": rows[1] - rows[0]}
    drawn = plot.rect(
        x="x", y="y", source=ColumnDataSource(data), fill_color=_PASSES, fill_alpha="alpha", line_color=None, **size
    )
    return hover(plot, drawn, [("passes in this bin", "@count{0,0}")])


def _failures(
    plot: figure, data: dict[str, np.ndarray], verdicts: np.ndarray, passing: np.ndarray
) -> Iterator[tuple[str, list[GlyphRenderer]]]:
    """Everything that does not pass, each component its own mark."""
    for verdict in dict.fromkeys(verdicts[~passing]):
        chosen = verdicts == verdict
        source = ColumnDataSource({k: v[chosen].tolist() for k, v in data.items()})
        colour, marker = _MARKS.get(verdict, _OTHER)
        label = text.one_line(str(verdict))
        mark = plot.scatter(
            x="x", y="y", source=source, marker=marker, size=7, color=colour, fill_alpha=0.5, name=label
        )
        yield label, [hover(plot, mark, _TOOLTIPS, {"@input": "printf", "@ulps": "printf"})]


def hover(
    plot: figure, drawn: GlyphRenderer, tooltips: list[tuple[str, str]], formatters: dict[str, str] | None = None
) -> GlyphRenderer:
    """The renderer, with what is said where the pointer rests on it."""
    # Nothing is selected or muted here, and each unused glyph would cost a kilobyte of the page.
    drawn.nonselection_glyph = None
    drawn.muted_glyph = None
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=tooltips, formatters=formatters or {}, visible=False))
    return drawn


def legend(plot: figure, drawn: Mapping[str, list[GlyphRenderer]]) -> None:
    """Names below the plot; a click on one hides its marks."""
    items = [LegendItem(label={"value": name}, renderers=renderers) for name, renderers in drawn.items()]
    below = Legend(items=items, orientation="horizontal", click_policy="hide", ncols=3, label_text_font_size="11px")
    below.update(border_line_color=None, padding=2, spacing=8)
    plot.add_layout(below, "below")


def item(plot: figure, target: str) -> dict[str, Any]:
    """A figure for the element with that id."""
    return _renumbered(json_item(plot, target))


def _renumbered(item: Any) -> Any:
    """The item with its models numbered anew: Bokeh counts them through the life of the process."""
    numbers: dict[str, str] = {}

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(v) for v in value]
        if key in ("id", "root_id") and isinstance(value, str):
            return numbers.setdefault(value, f"m{len(numbers)}")
        return value

    return walk(item)
