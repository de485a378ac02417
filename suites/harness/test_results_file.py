"""Results survive the file, which is strict JSON; another file is refused with what to type next."""

import json
from dataclasses import replace

import pytest
import sample_results

from gradcheck.record import SCHEMA
from gradcheck.results_file import load, save


@pytest.mark.parametrize(
    "results", [sample_results.typical(4), sample_results.troubled(4)], ids=["typical", "troubled"]
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
        (b"{", "is not a results file: Expecting"),
        (b"[]", f"is not a results file of schema {SCHEMA}: found list; make it anew with gradcheck run"),
        (b'{"schema": 99}', f"of schema {SCHEMA}: found 99; make it anew"),
        (b"{}", "found None"),
    ],
)
def test_another_file_is_refused(content, message, tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", ['{"schema": 1}', '{"schema": 1, "subjects": [{"suite": "x"}]}'])
def test_a_damaged_file_is_refused(content, tmp_path):
    (tmp_path / "damaged.json").write_text(content)
    with pytest.raises(ValueError, match=r"damaged\.json is damaged: .*make it anew with gradcheck run"):
        load(tmp_path / "damaged.json")
