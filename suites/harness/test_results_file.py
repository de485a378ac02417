"""Results survive the file, which is strict JSON; another file is refused with what to type next."""

import json
from dataclasses import replace
from functools import reduce
from operator import getitem

import pytest
import sample_results

from gradcheck.environment import environment
from gradcheck.record import SCHEMA, Results, Sample
from gradcheck.results_file import load, save


def in_numbers(results):
    """The results, with numbers where a hostile finding has other texts for them."""
    plain = {"point": (sample_results.numbers(("nan", "-0.0")),), "expected": "[-1.0, 1.0]", "actual": "inf"}
    subjects = (replace(s, findings=tuple(replace(f, **plain) for f in s.findings)) for s in results.subjects)
    return replace(results, subjects=tuple(subjects))


@pytest.mark.parametrize(
    "results",
    [sample_results.typical(4), in_numbers(sample_results.troubled(4))],
    ids=["typical", "troubled"],
)
def test_round_trip(results, tmp_path):
    save(results, tmp_path / "results.json")
    # By their text: a NaN is unequal to itself.
    assert repr(load(tmp_path / "results.json")) == repr(results)


def test_the_file_is_strict_json(tmp_path):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    finding = sample_results.finding(ulps=float("inf"))
    results = replace(sample_results.typical(4), subjects=(sample_results.subject(findings=(finding,)),))
    save(results, tmp_path / "results.json")
    data = json.loads((tmp_path / "results.json").read_text(), parse_constant=refuse)
    assert data["subjects"][0]["findings"][0]["ulps"] == "inf"
    assert load(tmp_path / "results.json").subjects[0].findings[0].ulps == float("inf")


def test_fields_that_are_missing_get_their_defaults(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps({"schema": SCHEMA, "subjects": []}))
    assert load(tmp_path / "results.json").settings == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "is not a results file: 'utf-8' codec"),
        (b'{"schema": 1, "subj', "is not a results file: Unterminated string"),
        (b"[" * 100_000, "is not a results file: maximum recursion"),
        (b"[]", f"is not a results file of schema {SCHEMA}: found list; "),
        (b'{"schema": 99}', f"of schema {SCHEMA}: found 99; "),
        (b"{}", "found None"),
    ],
)
def test_another_file_is_refused(content, message, tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith("make it anew with gradcheck run")


def damaged(tmp_path, *path, value, **about):
    """What is said of a file that has `value` at a path, or lacks what is there where the value is `None`."""
    shown = sample_results.subject(findings=(sample_results.finding(),), samples=(SAMPLE,))
    file = tmp_path / "damaged.json"
    save(Results(subjects=(shown,), **about), file)
    data = json.loads(file.read_text())
    *outer, last = path
    inside = reduce(getitem, outer, data)
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    file.write_text(json.dumps(data))
    with pytest.raises(ValueError, match="damaged") as caught:
        load(file)
    said = str(caught.value)
    assert said.startswith(f"{file} is damaged: ")
    assert "\n" not in said
    return said.removeprefix(f"{file} is damaged: ")


SUBJECT = ("subjects", 0)
FINDING = (*SUBJECT, "findings", 0)
NUMBERS = (*FINDING, "point", 0)
SAMPLE = Sample(quantity="value", regime="zeros", ordinal=0, ulps=0.0, verdict="accurate")
ANEW = "; make it anew with gradcheck run"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*FINDING, "verdict"), "wrnog", "subjects[0].findings[0].verdict is 'wrnog'; expected one of spurious_nan, "),
        ((*FINDING, "verdict"), "accurate", "subjects[0].findings[0].verdict is 'accurate'; expected one of spurious"),
        ((*FINDING, "severity"), "dire", "].severity is 'dire'; expected one of critical, major, minor" + ANEW),
        ((*FINDING, "quantity"), "slope", "].quantity is 'slope'; expected one of value, gradient" + ANEW),
        ((*FINDING, "mode"), "eagre", "].mode is 'eagre'; expected one of eager, jit, compile, forward" + ANEW),
        ((*FINDING, "truth_kind"), "guess", "].truth_kind is 'guess'; expected one of certified, limit, "),
        ((*FINDING, "expected"), "[1.0", "].expected is '[1.0'; expected a number, or two as in [-1.0, 1.0]" + ANEW),
        ((*FINDING, "actual"), "", "].actual is ''; expected a number, inf, -inf or nan" + ANEW),
        ((*FINDING, "ulps"), "many", "].ulps is 'many'; expected a number" + ANEW),
        ((*FINDING, "count"), True, "].count is True; expected a whole number" + ANEW),
        ((*FINDING, "index", 0), 1.5, "].index[0] is 1.5; expected a whole number" + ANEW),
        ((*FINDING, "cause", "phase"), "back", "].cause.phase is 'back'; expected one of forward, backward" + ANEW),
        ((*NUMBERS, "dtype"), "float31", "].point[0].dtype is 'float31'; expected one of float16, "),
        ((*NUMBERS, "values", 1), "1e-3O", "].point[0].values[1] is '1e-3O'; expected a number, inf, -inf or nan"),
        ((*NUMBERS, "values", 1), 1.0, "].point[0].values[1] is 1.0; expected a text" + ANEW),
        ((*NUMBERS, "values", 1), "1e39", "].point[0] has the value 1e39; expected numbers of float32" + ANEW),
        ((*NUMBERS, "shape"), [3], "].point[0] has shape [3] and 2 values; expected as many as the shape says" + ANEW),
        ((*NUMBERS, "shape"), [-1, -2], "].point[0] has shape [-1, -2] and 2 values; expected as many"),
        ((*NUMBERS, "shape"), "2", "].point[0].shape is '2'; expected a list" + ANEW),
        ((*FINDING, "point"), None, "subjects[0].findings[0] has no point; expected verdict, severity, "),
        (FINDING, "none", "subjects[0].findings[0] is 'none'; expected an object" + ANEW),
        ((*SUBJECT, "status"), "fine", "subjects[0].status is 'fine'; expected one of failed, missing, "),
        ((*SUBJECT, "framework"), "tf", "].framework is 'tf'; expected one of numpy, torch, jax" + ANEW),
        ((*SUBJECT, "counts"), {"values": {}}, "].counts has a key that is 'values'; expected one of value, gradient"),
        ((*SUBJECT, "counts", "value"), {"right": 1}, "].counts.value has a key that is 'right'; expected one of acc"),
        ((*SUBJECT, "counts", "value", "accurate"), "4", "].counts.value.accurate is '4'; expected a whole number"),
        ((*SUBJECT, "samples", 0, "verdict"), "ok", "subjects[0].samples[0].verdict is 'ok'; expected one of accurate"),
        (("seconds",), 10**400, "; expected a number of float64" + ANEW),
        (("subjects",), None, "it has no subjects; expected subjects" + ANEW),
    ],
)  # fmt: skip
def test_what_was_changed_by_hand_is_named(path, value, said, tmp_path):
    assert said in damaged(tmp_path, *path, value=value)


def test_a_file_of_another_version_says_so(tmp_path):
    said = damaged(tmp_path, *FINDING, "verdict", value="off", environment={"gradcheck": "99.1"})
    assert f"; gradcheck 99.1 wrote it and this is {environment()['gradcheck']}: read it with that version, or" in said


def test_the_largest_number_of_a_dtype_is_one_of_it(tmp_path):
    point = tuple(sample_results.numbers((largest,), dtype) for dtype, largest in LARGEST.items())
    results = Results(subjects=(sample_results.subject(findings=(sample_results.finding(point=point),)),))
    save(results, tmp_path / "results.json")
    assert load(tmp_path / "results.json").subjects[0].findings[0].point == point


# As they are written: the shortest decimal may lie beyond the number itself.
LARGEST = {"float16": "6.55e+04", "bfloat16": "3.38953e+38", "float32": "3.4028235e+38"}
