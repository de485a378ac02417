"""Test vectors: the truth that a file holds is the truth, read back without computing it, and the rule of the docs."""

import json
import math
import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hand_made import implementation, specification

from gradcheck import Argument
from gradcheck.dtypes import NAMES, format_of
from gradcheck.exact import balls
from gradcheck.judging import judge_point
from gradcheck.judging import target_of as computed_for
from gradcheck.oracle import NoTruth, Truths
from gradcheck.specification import undefined
from gradcheck.vectors import data, file
from gradcheck.vectors.make import make
from gradcheck.vectors.stored import judge_function, points_of, target_of

DOCS = Path(__file__).parents[2] / "docs" / "vectors.md"
NORM = specification(
    lambda xp, x, y: xp.sqrt(xp.sum((x - y) ** 2)),
    Argument("real", shape=(2,), name="x"),
    Argument("real", shape=(2,), differentiate=False),
    name="a norm",
)
SOFTPLUS = specification(lambda xp, x: xp.log(1 + xp.exp(x)), Argument("real", shape=(2,), name="x"), name="softplus")


def _norm(x, y):
    with np.errstate(all="ignore"):
        return np.sqrt(((x - y) ** 2).sum(dtype=x.dtype))


def _norm_gradient(x, y):
    with np.errstate(all="ignore"):
        return ((x - y) / _norm(x, y),)


NORM_BY_HAND = implementation(_norm, of=NORM, gradient=_norm_gradient)


@pytest.fixture(scope="module", params=["float32", "float64"])
def norm(request):
    return make(NORM_BY_HAND, request.param)


@pytest.mark.parametrize("dtype", NAMES)
def test_a_file_reads_back_as_it_was_written(tmp_path, dtype):
    made = make(implementation(of=SOFTPLUS), dtype)
    file.save(made, tmp_path / file.name_of(made))
    assert file.load(tmp_path / file.name_of(made)) == made
    assert file.name_of(made) == f"softplus.{dtype}.json"


def test_a_file_is_strict_json_with_a_vector_a_line(tmp_path, norm):
    file.save(norm, tmp_path / "v.json")
    text = (tmp_path / "v.json").read_text(encoding="ascii")
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert sum(line.startswith('{"regime"') for line in text.splitlines()) == len(norm.vectors)


def test_the_same_seed_gives_the_same_vectors(norm):
    assert make(NORM_BY_HAND, norm.dtype) == norm
    assert make(NORM_BY_HAND, norm.dtype, seed=1) != norm


def test_judging_against_a_file_gives_what_judging_against_the_truth_gives(norm):
    stored = target_of(_norm, norm, "numpy", _norm_gradient)
    for point in points_of(norm):
        parts = (judge_point(t, point, norm.dtype, "eager").parts() for t in (computed_for(NORM_BY_HAND), stored))
        for (*_, computed), (*_, read) in zip(*parts, strict=True):
            assert computed.verdicts.tolist() == read.verdicts.tolist()
            # Beside a power of two the last digit of an enclosure decides which of two ulps an error is measured in.
            np.testing.assert_allclose(read.ulps, computed.ulps, rtol=1.0, atol=1e-9)


def test_judging_against_a_file_computes_no_truth(norm, monkeypatch):
    monkeypatch.setattr("gradcheck.oracle.certify", lambda *_: pytest.fail("computed"))
    monkeypatch.setattr("gradcheck.oracle.spread", lambda *_: pytest.fail("computed"))
    subject = judge_function(_norm, norm, "numpy", gradient=_norm_gradient)
    assert subject.points == len(norm.vectors)
    assert subject.status == "unexpected"
    assert {"spurious_inf", "spurious_nan"} <= {f.verdict for f in subject.findings}
    assert {f.oracle for f in subject.findings} == {"definition"}


def test_a_right_function_is_clean():
    vectors = make(implementation(of=SOFTPLUS), "float32")
    subject = judge_function(lambda x: np.logaddexp(x, x.dtype.type(0)), vectors, "numpy")
    assert (subject.status, subject.findings) == ("clean", ())


def test_without_a_definition_the_shadow_is_certified():
    bare = replace(NORM, definition=undefined, name="bare")
    made = make(implementation(_norm, of=bare, gradient=_norm_gradient), "float32")
    known = {v.point: v for v in make(NORM_BY_HAND, "float32").vectors}
    assert made.oracle == "shadow"
    assert len(made.vectors) > 40
    assert all(v.value.hex == known[v.point].value.hex for v in made.vectors)


def test_there_is_no_truth_elsewhere(norm):
    truths: Truths = target_of(_norm, norm, "numpy").truths
    elsewhere = (np.full(2, 0.123, norm.dtype), np.full(2, 4.56, norm.dtype))
    with pytest.raises(NoTruth, match="hold no answer at this point"):
        truths.at(elsewhere, format_of(norm.dtype))


def test_subnormal_points_have_a_twin_with_zeros(norm):
    keys = {tuple(a.tobytes() for a in p.arrays) for p in points_of(norm)}
    smallest = format_of(norm.dtype).smallest_normal
    found = 0
    for point in points_of(norm):
        twin = tuple(np.where(np.abs(a) < smallest, np.copysign(a.dtype.type(0), a), a) for a in point.arrays)
        found += any((a != b).any() for a, b in zip(point.arrays, twin, strict=True))
        assert tuple(a.tobytes() for a in twin) in keys
    assert found


def test_decimal_and_hexadecimal_are_the_same_number_and_inside_the_enclosure(norm):
    f = format_of(norm.dtype)
    for part in (part for v in norm.vectors for part in (v.value, *v.gradient)):
        for decimal, bits, kind, enclosure in zip(part.decimal, part.hex, part.kind, part.enclosure, strict=True):
            number = float.fromhex(bits)
            assert float(f.numpy.type(float(decimal))) == number
            with balls.precision(256):
                off = abs(balls.arb(enclosure) - number)
            if kind == "certified" and math.isfinite(number):
                assert off <= math.ulp(number) * 2.0 ** (53 - f.precision)


def _passes(actual, part, index, f):
    """The rule of docs/vectors.md."""
    low, high, budget = (float.fromhex(texts[index]) for texts in (part.hex, part.upper_hex, part.budget))
    if part.kind[index] in ("undefined", "undecided"):
        return True
    if math.isinf(low) and part.kind[index] != "kink":
        return actual == low
    beyond = math.isinf(actual) and actual * low > 0 and abs(low) + budget > f.maximum
    return low - budget <= actual <= high + budget or beyond


def test_the_rule_of_the_documentation_agrees_with_the_verdicts(norm):
    f, judged = format_of(norm.dtype), 0
    for vector, point in zip(norm.vectors, points_of(norm), strict=True):
        parts = judge_point(computed_for(NORM_BY_HAND), point, norm.dtype, "eager").parts()
        for stored, (*_, part) in zip((vector.value, *vector.gradient), parts, strict=True):
            verdicts = part.verdicts.reshape(-1)
            for index, actual in enumerate(part.actual.flat):
                if verdicts[index] not in ("flushed", "undecided"):
                    assert _passes(float(actual), stored, index, f) == verdicts[index].passes, (vector.regime, stored)
                    judged += 1
    assert judged > 100


def test_every_field_is_documented():
    documented = set(re.findall(r"`(\w+)`", DOCS.read_text(encoding="utf-8")))
    kinds = (data.Vectors, data.Vector, data.Part, data.Input, data.Array)
    assert {f.name for kind in kinds for f in fields(kind)} <= documented


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no test vectors: Expecting value"),
        ("[]", "holds no test vectors of schema 1"),
        ('{"schema": 1, "subjects": []}', "holds no test vectors of schema 1"),
        ('{"schema": 1, "vectors": 3}', "is damaged"),
    ],
)
def test_a_file_of_another_make_is_refused_with_what_makes_one(tmp_path, content, said):
    (tmp_path / "v.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"{said}.*`gradcheck vectors SUITE"):
        file.load(tmp_path / "v.json")


def test_an_unknown_dtype_is_answered_with_the_known_ones(tmp_path, norm):
    file.save(replace(norm, dtype="float8"), tmp_path / "v.json")
    with pytest.raises(ValueError, match="'float8'; expected one of float16"):
        file.load(tmp_path / "v.json")
