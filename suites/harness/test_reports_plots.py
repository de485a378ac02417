"""The plots: every failure its own mark, passes binned and none lost, everything that is no number in its band."""

import math

import numpy as np
import pytest
import sample_results
from sample_results import subject

from gradcheck import dtypes
from gradcheck.record import Sample
from gradcheck.reports import axes, plots


def models(value, name):
    """All models of a kind inside a BokehJS item."""
    if isinstance(value, dict):
        if value.get("name") == name and "attributes" in value:
            yield value["attributes"]
        yield from (found for each in value.values() for found in models(each, name))
    elif isinstance(value, list | tuple):
        yield from (found for each in value for found in models(each, name))


def column(source, key):
    return np.array(dict(source["data"]["entries"])[key], dtype=object)


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_failures_are_all_drawn_and_passes_all_counted(dtype):
    found = sample_results.samples(np.random.default_rng(1), dtype, 500, "wrong")
    (each,) = plots.plots([subject(dtype=dtype, samples=found)])
    failures = [s for s in found if s.verdict == "wrong"]
    sources = list(models(each.items, "ColumnDataSource"))
    marks = [s for s in sources if "ulps" in dict(s["data"]["entries"])]
    bins = [s for s in sources if "count" in dict(s["data"]["entries"])]
    drawn = np.concatenate([column(s, "ulps") for s in marks])
    assert sorted(drawn) == sorted(float(f"{s.ulps:.4g}") for s in failures)
    assert sum(column(s, "count").sum() for s in bins) == len(found) - len(failures)
    assert each.failures == len(failures)


def test_the_undecided_are_drawn_one_by_one():
    found = (Sample(quantity="value", regime="zeros", ordinal=1, ulps=math.nan, verdict="undecided"),) * 3
    (each,) = plots.plots([subject(samples=found)])
    assert [len(column(s, "x")) for s in models(each.items, "ColumnDataSource")] == [3]


def test_the_window_opens_on_the_data():
    found = tuple(Sample(quantity="value", regime="ones", ordinal=o, ulps=1.0, verdict="wrong") for o in (900, 1000))
    (each,) = plots.plots([subject(dtype="float16", samples=found)])
    window = next(models(each.items, "Range1d"))
    assert window["end"] - window["start"] < 2


def test_items_do_not_depend_on_what_was_drawn_before():
    subjects = sample_results.typical(components=8).subjects
    assert plots.plots(subjects) == plots.plots(subjects)


def test_a_model_is_defined_where_it_is_first_named():
    (each,) = plots.plots([subject(samples=sample_results.samples(np.random.default_rng(2), "float32", 50, "wrong"))])
    seen = set()

    def walk(value):
        if isinstance(value, dict):
            if "id" in value:
                assert "name" in value or value["id"] in seen
                seen.add(value["id"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(each.items[0]["doc"])
    assert each.items[0]["root_id"] in seen


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_across_keeps_the_order_of_the_floats(dtype):
    f = dtypes.format_of(dtype)
    numbers = [
        -np.inf,
        -f.maximum,
        -1.0,
        -f.smallest_subnormal,
        0.0,
        f.smallest_subnormal,
        1.0,
        f.maximum,
        np.inf,
        np.nan,
    ]
    places = axes.across(dtypes.ordinals(np.array(numbers, dtype=f.numpy)), dtype)
    assert np.all(np.diff(places) > 0)
    assert places[4] == 0
    gap = places[5] - places[4]
    assert min(places[8] - places[7], places[9] - places[8]) > 0.9 * gap  # bands stand as far apart as zero does


def test_an_octave_is_one_wide():
    places = axes.across(dtypes.ordinals(np.array([1.0, 2.0, 4.0, 0.5], dtype=np.float32)), "float32")
    assert np.allclose(places - places[0], [0, 1, 2, -1])


def test_up_has_a_band_for_each_thing_that_is_no_number():
    ulps = np.array([0.0, 1e-9, 1.0, 100.0, 1e300, np.inf, np.nan, np.inf])
    verdicts = np.array(["accurate"] * 4 + ["wrong", "spurious_inf", "undecided", "spurious_nan"])
    bands = axes.bands_above(ulps)
    places = axes.up(ulps, verdicts, bands)
    assert places.tolist() == [axes.ZERO_BAND, -2.0, 0.0, 2.0, 20.0, bands.infinite, bands.nan, bands.nan]
    assert places[1] > axes.ZERO_BAND
    assert places[4] < bands.infinite < bands.nan


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_a_label_stands_at_its_number(dtype):
    f = dtypes.format_of(dtype)
    numbers = np.array([f.smallest_subnormal, 1e-3, 3.0, f.maximum, np.inf, np.nan, 0.0], dtype=f.numpy)
    ticks = axes.ticks_across(dtypes.ordinals(numbers), dtype)
    assert {"0", "inf", "nan"} <= set(ticks.values())
    assert "-inf" not in ticks.values()
    assert len(ticks) > 5
    for place, label in ticks.items():
        ordinal = dtypes.ordinals(np.array([float(label)], dtype=f.numpy))
        assert axes.across(ordinal, dtype)[0] == place


def test_close_numbers_get_labels_that_differ():
    ordinals = dtypes.ordinals(np.array([1.0, 1.001], dtype=np.float32))
    labels = list(axes.ticks_across(ordinals, "float32").values())
    assert len(labels) == len(set(labels)) > 2


@pytest.mark.parametrize("largest", [1.0, 1e5, 1e300])
def test_the_errors_have_labels_with_room(largest):
    bands = axes.bands_above(np.array([largest]))
    ticks = axes.ticks_up(bands)
    assert {"0", "1", "inf", "NaN"} < set(ticks.values())
    assert min(np.diff(sorted(ticks))) > 0.05 * (bands.nan - axes.ZERO_BAND)


def test_labels_keep_their_distance():
    ordinals = dtypes.ordinals(np.array([-np.inf, -3e38, 3e38, np.inf], dtype=np.float32))
    places = sorted(axes.ticks_across(ordinals, "float32"))
    assert min(np.diff(places)) > 0.05 * (places[-1] - places[0])
