"""A profile on the page: the wrong stretch in words and shaded, what is no number in its band, nothing lost."""

import json

import numpy as np
import pytest
from sample_results import HOSTILE, finding, subject

from gradcheck import dtypes
from gradcheck.record import Curve, Profile, Results
from gradcheck.reports import html, profile_axes, profile_plots, profile_words

INPUTS = ("1e+18", "1e+19", "1.8446e+19", "1.8447e+19", "1e+20", "1e+30", "3.4028235e+38")


def curve(exact, computed, verdicts):
    return Curve(exact=tuple(exact), computed=tuple(computed), verdicts=tuple(verdicts))


def overflowing(**changes):
    """The root of a square, computed: right up to the root of the largest number, infinite from there."""
    value = curve(INPUTS, (*INPUTS[:3], *("inf",) * 4), (*("accurate",) * 3, *("spurious_inf",) * 4))
    slope = curve(("1.0",) * 7, ("1.0",) * 3 + ("0.0",) * 4, (*("accurate",) * 3, *("spurious_zero",) * 4))
    fields = {"argument": 0, "argument_name": "x", "index": (0,), "inputs": INPUTS, "failing": 4, "component": ()}
    return Profile(**(fields | {"value": value, "gradient": slope} | changes))


def shown(profile, **changes):
    return finding("spurious_inf", **({"quantity": "value", "profile": profile} | changes))


def models(value, name):
    """The attributes of all models of a kind inside a BokehJS item."""
    if isinstance(value, dict):
        if value.get("name") == name and "attributes" in value:
            yield value["attributes"]
        yield from (found for each in value.values() for found in models(each, name))
    elif isinstance(value, list | tuple):
        yield from (found for each in value for found in models(each, name))


def columns(item):
    (source,) = models(item, "ColumnDataSource")
    return dict(source["data"]["entries"])


def test_the_sentence_says_where_it_is_wrong_and_what_is_beside():
    found = shown(overflowing())
    expected = "The value is wrong from x[0] = 1.845e+19 to 3.403e+38; right below, the domain ends above."
    assert profile_words.sentence(found, found.profile) == expected


def test_one_wrong_input_is_said_as_it_is_and_other_stretches_are_counted():
    verdicts = ("wrong", "accurate", "accurate", "accurate", "spurious_inf", "undecided", "accurate")
    profile = overflowing(value=curve(INPUTS, INPUTS, verdicts))
    said = profile_words.sentence(shown(profile), profile)
    assert said.startswith("The value is wrong at x[0] = 1e+20 alone; right below, undecided above.")
    assert said.endswith("Wrong again in 1 other stretch of it.")


def test_the_table_holds_the_ends_of_the_stretch_and_what_is_beside():
    found = shown(overflowing())
    rows = profile_words.rows(found, found.profile)
    assert [row.input for row in rows] == ["1.8446e+19", "1.8447e+19", "1e+20", "3.4028235e+38"]
    assert [row.is_failing for row in rows] == [False, False, True, False]


def test_every_answer_is_drawn_and_tells_by_colour_and_marker():
    item = profile_plots.item(shown(overflowing()), overflowing(), "p")
    drawn = columns(item)
    assert drawn["input"] == list(INPUTS)
    assert drawn["value_marker"] == ["circle"] * 3 + ["x"] * 4
    assert len(set(drawn["value_color"])) == 2
    assert len(list(models(item, "Scatter"))) == 2
    assert len(list(models(item, "Line"))) == 2


def test_without_a_gradient_there_is_one_panel():
    item = profile_plots.item(shown(overflowing()), overflowing(gradient=None), "p")
    assert len(list(models(item, "Figure"))) == 1


def test_an_infinite_answer_stands_in_a_band_above_the_numbers():
    drawn = columns(profile_plots.item(shown(overflowing()), overflowing(), "p"))
    assert min(drawn["value_answer"][3:]) > max(drawn["value_truth"])


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_bands_lie_outside_of_the_window_in_the_order_of_numbers(dtype):
    axis = profile_axes.up(np.array([np.nan, np.inf, 3.0, -2.0, -np.inf]), dtype)
    nan, infinite, high, low, minus = axis.places
    assert axis.start < minus < 0 <= low < high <= profile_axes.WIDTH < infinite < nan < axis.end
    assert axis.bands == (minus, infinite, nan)
    assert [axis.ticks[place] for place in axis.bands] == ["-inf", "inf", "nan"]


def test_numbers_of_like_size_stand_on_a_line_others_by_ordinal():
    like = profile_axes.up(np.array([0.0, 25.0, 50.0]), "float64").places
    assert list(like) == [0, 50, 100]
    far = profile_axes.up(np.array([1.0, 1e20, 1e40]), "float64").places
    assert far[1] == pytest.approx(50, abs=1)


def test_rounding_does_not_fill_a_window():
    axis = profile_axes.up(np.array([1.0, 1.0 + 2**-52]), "float64")
    assert np.ptp(axis.places) < 3
    assert len(set(axis.ticks.values())) == len(axis.ticks)


@pytest.mark.parametrize("numbers", [[1.0], [0.0, 0.0], [], [np.nan], [1.7e308, -1.7e308], [5e-324, 1.0, 0.0]])
def test_any_answers_have_places(numbers):
    axis = profile_axes.up(np.array(numbers), "float64")
    assert np.isfinite(axis.places).all()
    assert axis.start < axis.end


@pytest.mark.parametrize("dtype", dtypes.NAMES)
def test_inputs_stand_by_ordinal_and_have_readable_labels(dtype):
    positions = np.linspace(-2000, 9000, 12).astype(np.int64)
    texts = [str(x) for x in dtypes.from_ordinals(positions, dtype)]
    axis = profile_axes.across(texts, dtype)
    assert axis.places == pytest.approx((positions + 2000) / 110)
    assert len(axis.ticks) >= 2
    assert len(set(axis.ticks.values())) == len(axis.ticks)


def test_the_whole_line_of_floats_is_no_wider_than_the_window():
    axis = profile_axes.across(["-1.7976931348623157e+308", "0.0", "1.7976931348623157e+308"], "float64")
    assert list(axis.places) == [0, 50, 100]


def test_each_wrong_stretch_is_shaded_on_each_panel():
    item = profile_plots.item(shown(overflowing()), overflowing(), "p")
    shades = [box for box in models(item, "BoxAnnotation") if isinstance(box["left"], float)]
    assert len(shades) == 2
    places = columns(item)["x"]
    assert all(places[2] - 0.1 <= box["left"] <= places[3] + 0.1 for box in shades)
    assert all(box["right"] == pytest.approx(100) for box in shades)


def test_many_profiles_take_little_room():
    many = [(n, shown(overflowing(failing=3 + n % 3))) for n in range(40)]
    assert len(profile_plots.packed(many)) < 40 * 600
    assert profile_plots.packed([(1, finding())]) == ""


def test_a_hostile_name_is_text_on_the_page_and_in_the_plot():
    found = shown(overflowing(argument_name=HOSTILE), argument_name=HOSTILE)
    page = html.render(Results(subjects=(subject(findings=(found,)),)))
    assert "<script>alert(1)" not in page
    assert "profile-1" in page
    assert "\x1b" not in json.dumps(profile_plots.item(found, found.profile, "p"), ensure_ascii=False)


def test_the_page_says_it_without_a_script():
    page = html.render(Results(subjects=(subject(findings=(shown(overflowing()),)),)))
    assert "The value is wrong from x[0] = 1.845e+19 to 3.403e+38" in page
    assert 'id="profiles"' in page
