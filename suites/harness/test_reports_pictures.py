"""The pictures on the page: true to the data, readable without JavaScript, and no text from outside becomes markup."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_results import HOSTILE
from test_reports_html import TAGS, Page
from test_reports_plots import models

from gradcheck.picture import (
    Code,
    Delta,
    Descent,
    Diagram,
    Disagreement,
    PictureRecord,
    Reach,
    Surface,
    Sweep,
    Trajectory,
    Variable,
    Window,
    Windows,
)
from gradcheck.record import Results
from gradcheck.reports import html, network_diagram, pictures, surface_plot, trajectory_plot, window_table

SURFACE = Surface(
    specification="half as far",
    predictions=(-1.0, 0.0, 1.0, 2.0),
    targets=(1.0, 2.0),
    slopes=((-1.5, -0.5, 0.5, 1.5), (-2.0, -1.0, 0.0, 1.0)),
    minima=(0.5, 1.0),
    computed=(Disagreement(who="direct, torch", cells=((2.0, 1.0),)),),
)
DIAGRAM = Diagram(
    loss="squared error",
    dtype="float32",
    point=(("w1", "1"), ("w2", "2"), ("x", "3"), ("y", "4")),
    variables=tuple(
        Variable(name=name, formula="f", value="0.125", derivative="0.25")
        for name in ("w1", "z1", "a1", "w2", "z2", "a2")
    ),
    codes=(
        Code(
            name="by hand",
            deltas=(
                Delta(variable="z1", actual="0.5", verdict="wrong", belongs=(("another loss", "z1"),)),
                Delta(
                    variable="z2", actual="nan", verdict="spurious_nan", belongs=(("another loss", "z2"), ("it", "a2"))
                ),
            ),
        ),
        Code(name="automatic", deltas=(Delta(variable="z1", actual="0.25", verdict="accurate"),)),
    ),
)
WINDOWS = Windows(
    windows=(
        Window(
            specification="one",
            source="a book",
            exact=Reach(who="definition", weights=(("1/2", "1/2", "0"), ("0", "1/2", "1/2"), ("0", "0", "1/2"))),
            measured=(
                Reach(who="same, torch", weights=(("1/2", "1/2", "0"), ("0", "1/2", "1/2"), ("0", "0", "1/2"))),
                Reach(who="mirrored, jax", weights=(("1/2", "0", "0"), ("1/2", "1/2", "0"), ("0", "1/2", "1"))),
            ),
        ),
    )
)
TRAJECTORY = Trajectory(
    loss="the loss",
    unit="pass",
    threshold=0.5,
    law="a law",
    length=2,
    descents=(
        Descent(dtype="float16", rate=0.25, losses=(4.0, 1.0, 0.25), predicted=(4.0, 1.0, 0.25), first_non_finite=None),
        Descent(dtype="float16", rate=1.0, losses=(4.0, 64.0, np.inf), predicted=(4.0, 64.0, 1e3), first_non_finite=7),
    ),
    rates=(0.25, 0.75),
    predicted=(0.1, 10.0),
    sweeps=(
        Sweep(dtype="float16", threshold=0.4, growth=(0.1, np.inf)),
        Sweep(dtype="float64", threshold=0.5, growth=(0.1, 0.9)),
    ),
)
RECORDS = (
    PictureRecord(suite="s", name="a", title="The map", surface=SURFACE),
    PictureRecord(suite="s", name="b", title="The network", diagram=DIAGRAM),
    PictureRecord(suite="s", name="c", title="The windows", windows=WINDOWS),
    PictureRecord(suite="s", name="d", title="The runs", trajectory=TRAJECTORY),
    PictureRecord(suite="s", name="e", title="The broken one", error="RuntimeError: no canvas"),
)
DRAWING = {"circle", "figcaption", "figure", "g", "path", "rect", "svg", "text", "tspan", "br"}


def page(*records: PictureRecord) -> Page:
    return Page(html.render(Results(subjects=(), pictures=records)).replace("<br>", ""))


def words(*records: PictureRecord) -> str:
    return " ".join("".join(page(*records).text).split())


def test_a_run_without_pictures_has_no_section_of_them():
    assert "pictures" not in [a.get("id") for tag, a in page().elements if tag == "section"]


def test_all_that_is_no_map_or_curve_reads_without_scripts():
    found = words(*RECORDS)
    for expected in (
        "The network",
        "∂L/∂z2 = 0.25",
        "Code a (by hand) fails: wrong for z1; spurious_nan for z2.",
        "each is the derivative of another loss; that by z2 also of it by a2",
        "1 different sum under 1 name: one (0 before, 1 after, alpha/2 each).",
        "The same: same, torch",
        "4 to 64 in 1 pass, step 7 is not finite",
        "Could not be drawn: RuntimeError: no canvas",
    ):
        assert expected in found


def test_a_letter_stands_beside_every_colour():
    drawn = network_diagram.drawing(DIAGRAM)
    answers = {node.variable.name: [(a.mark, a.letter, a.standing) for a in node.answers] for node in drawn.nodes}
    assert answers["z1"] == [("a", "W", "new"), ("b", "A", "pass")]
    assert answers["z2"] == [("a", "N", "new")]
    (convention,) = window_table.conventions(WINDOWS)
    marks = [[cell.mark for cell in row] for row in convention.others[0].rows]
    assert marks == [["", "−", ""], ["+", "", "−"], ["", "+", "≠"]]


def test_no_text_from_outside_becomes_markup():
    hostile = tuple(_hostile(record) for record in RECORDS)
    found = page(*hostile)
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= TAGS | DRAWING
    assert not [key for _, attributes in found.elements for key in attributes if key.startswith("on")]
    assert "".join(found.text).count("<script>alert(1)</script>") > 20


def _hostile(value):
    """The same with every text that is only shown replaced; the name of a variable says where it stands."""
    if isinstance(value, tuple):
        return tuple(map(_hostile, value))
    if hasattr(value, "__dataclass_fields__"):
        changed = {name: _replaced(name, getattr(value, name)) for name in value.__dataclass_fields__}
        return replace(value, **changed | ({"name": HOSTILE} if isinstance(value, Code) else {}))
    return value


def _replaced(name, value):
    shown = {"suite", "title", "error", "specification", "who", "source", "loss", "formula", "law", "dtype", "actual"}
    if isinstance(value, str):
        return HOSTILE if name in shown and value else value
    return ((HOSTILE, "z1"),) if name == "belongs" and value else _hostile(value)


def test_the_same_results_give_the_same_pictures():
    assert pictures.pictures(RECORDS) == pictures.pictures(RECORDS)


# Maps


def test_the_sign_misleads_between_the_least_loss_and_the_target():
    # At the target itself no slope is right but zero.
    assert surface_plot.misleading(SURFACE).tolist() == [[False, False, True, False], [False, False, True, True]]
    assert [row.wrong for row in surface_plot.rows(SURFACE)] == ["1 to 1", "1 to 2"]


def test_an_unknown_slope_misleads_nobody():
    unknown = replace(SURFACE, slopes=((np.nan,) * 4, (np.nan,) * 4))
    assert not surface_plot.misleading(unknown).any()


def test_every_misleading_cell_is_hatched_once():
    (item,) = surface_plot.items(SURFACE, "target")
    (boxes,) = [s for s in models(item, "ColumnDataSource") if "left" in dict(s["data"]["entries"])]
    sides = dict(boxes["data"]["entries"])
    found = sorted(zip(*(sides[side] for side in ("left", "right", "bottom", "top")), strict=True))
    assert found == [(0.5, 1.5, 0.5, 1.5), (0.5, 2.5, 1.5, 2.5)]


def test_sentences_of_a_map():
    loss, computed = surface_plot.sentences(SURFACE)
    assert loss.startswith("On 38% of the map (hatched) the slope has the wrong sign")
    assert "at prediction 2 for target 2 it is 1, and the least loss for this target is at 1." in loss
    assert computed == "direct, torch gives another sign than the exact slope in 1 cell, crossed."
    right = replace(SURFACE, targets=(1.0,), slopes=((-2.0, -1.0, 0.0, 1.0),), minima=(1.0,), computed=())
    assert surface_plot.sentences(right) == [
        "Descent leads to the target everywhere: none of 4 slopes has the wrong sign, and the least loss is at every "
        "target itself."
    ]


# Trajectories


def test_sentences_of_a_trajectory():
    predicted, measured = trajectory_plot.sentences(TRAJECTORY)
    assert predicted == "The smallest rate at which the loss is predicted not to shrink is 0.5 (a law)."
    assert measured == (
        "Of 2 rates tried for 2 passes each, the first at which it did not shrink: "
        "float16 1.50 of it (rounding included, predicted at about 0.80); float64 none."
    )


def test_what_is_beyond_the_plot_is_drawn_at_its_edge():
    items = trajectory_plot.items(TRAJECTORY, "target")
    assert [item["target_id"] for item in items] == ["target-0", "target-1"]
    heights = [y for s in models(items[1], "ColumnDataSource") for y in dict(s["data"]["entries"])["y"]]
    assert max(heights) == 1e15


@pytest.mark.parametrize("dtype", ["float16", "<b>"])
def test_a_trajectory_of_one_dtype_has_one_figure_of_losses(dtype):
    descents = tuple(replace(d, dtype=dtype) for d in TRAJECTORY.descents)
    assert len(trajectory_plot.items(replace(TRAJECTORY, descents=descents, sweeps=()), "t")) == 1
