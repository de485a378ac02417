"""Profiles: where a wrong stretch begins and ends is a fact of mathematics, and so is every number on the line."""

import mpmath
import numpy as np
import pytest
import sample_results
import torch

from gradcheck import Argument, check, profile, profiled, results_file
from gradcheck.record import FindingRecord, Numbers, Subject
from gradcheck.reports import groups
from gradcheck.reports.summary import Summary
from gradcheck.verdict import Severity


def norm(x):
    return torch.sqrt((x * x).sum())


def log_of_exp(x):
    return torch.log(torch.exp(x))


def doubled(x):
    return torch.exp(x) * 2


def found(function, argument, *point, quantity, dtype="float32", **options):
    """The finding at a given point that is worst."""
    arrays = tuple(np.asarray(p, dtype=dtype) for p in point)
    report = check(function, argument, dtypes=(dtype,), points=[arrays], **options)
    records = sorted((f for s in report.detailed.subjects for f in s.findings), key=lambda f: Severity(f.severity).rank)
    return next(f for f in records if f.quantity == quantity)


def wrong_inputs(finding):
    curve = finding.profile.gradient if finding.quantity == "gradient" else finding.profile.value
    pairs = zip(finding.profile.inputs, curve.verdicts, strict=True)
    return [float(x) for x, verdict in pairs if verdict.startswith(("spurious", "wrong", "inaccurate"))]


@pytest.mark.parametrize("quantity", ["value", "gradient"])
def test_a_norm_is_wrong_from_the_root_of_the_largest_number_on(quantity):
    finding = found(norm, Argument(shape=(3,)), [1e20, 1.0, 1.0], quantity=quantity)
    root = np.sqrt(np.finfo(np.float32).max)
    assert finding.profile.index == (0,)
    assert root < min(wrong_inputs(finding)) < root * (1 + 2**-11)
    assert max(wrong_inputs(finding)) > 1e38
    assert min(float(x) for x in finding.profile.inputs) < root / 2  # and what is right beside it is shown


def test_the_logarithm_of_an_exponential_is_wrong_from_the_logarithm_of_the_largest_number_on():
    finding = found(log_of_exp, Argument(), 89.0, quantity="value")
    beyond = [x for x in wrong_inputs(finding) if x > 88]
    assert np.log(float(np.finfo(np.float32).max)) < min(beyond) < 88.75


def test_every_exact_number_is_the_rounded_one_of_mpmath():
    finding = found(norm, Argument(shape=(2,)), [1e20, 3.0], quantity="gradient")
    line = finding.profile
    with mpmath.workprec(200):
        for x, value, slope in zip(line.inputs, line.value.exact, line.gradient.exact, strict=True):
            moved = mpmath.mpf(float(np.float32(x)))
            length = mpmath.sqrt(moved**2 + 9)
            assert np.float32(value) == np.float32(float(length))
            assert np.float32(slope) == np.float32(float(moved / length))


def test_the_computed_numbers_are_the_framework_s_own():
    line = found(log_of_exp, Argument(), 89.0, quantity="value").profile
    own = [log_of_exp(torch.tensor(float(x), dtype=torch.float32)).item() for x in line.inputs]
    assert np.array_equal(np.array(own), np.array(line.value.computed, dtype=np.float32), equal_nan=True)


def test_the_failing_input_is_among_them_and_the_inputs_rise():
    finding = found(log_of_exp, Argument(), 89.0, quantity="gradient")
    numbers = [float(x) for x in finding.profile.inputs]
    assert numbers == sorted(set(numbers))
    assert numbers[finding.profile.failing] == 89.0
    assert finding.profile.gradient.verdicts[finding.profile.failing] == finding.verdict


@pytest.mark.parametrize("domain", ["nonnegative", "[0, 100)"])
def test_the_line_stays_inside_the_domain(domain):
    finding = found(log_of_exp, Argument(domain), 89.0, quantity="gradient")
    numbers = [float(x) for x in finding.profile.inputs]
    assert min(numbers) >= 0
    assert max(numbers) < (100 if domain == "[0, 100)" else np.inf)
    assert max(numbers) > 99


def test_a_single_wrong_input_has_right_ones_beside_it():
    finding = found(lambda x: x * torch.log(x), Argument("nonnegative"), 0.0, quantity="value")
    assert wrong_inputs(finding) == [0.0]
    assert len(finding.profile.inputs) > 10


def test_the_largest_influence_is_what_moves_for_a_value():
    finding = found(norm, Argument(shape=(3,)), [1.0, -3e20, 2.0], quantity="value")
    assert finding.profile.index == (1,)


def test_a_component_whose_slope_is_no_number_moves_first():
    def entropy(p):
        return -(p * torch.log(p)).sum()

    argument = Argument("nonnegative", shape=(3,))
    finding = found(entropy, argument, [1.0, 0.0, 5.0], quantity="value", framework="torch")
    assert finding.profile.index == (1,)
    assert wrong_inputs(finding) == [0.0]


def test_of_several_outputs_the_sum_stands_beside_its_gradient():
    def squares(x):
        return torch.log(torch.exp(x))

    finding = found(squares, Argument(shape=(2,)), [1.0, 89.0], quantity="gradient", framework="torch")
    line = finding.profile
    assert line.component is None
    place = next(k for k, x in enumerate(line.inputs) if 1 < float(x) < 80)
    assert float(line.value.exact[place]) == pytest.approx(1 + float(line.inputs[place]), rel=1e-6)


def test_an_exact_infinity_in_a_sum_stays_one():
    def magnitudes(x):
        return torch.log(torch.sqrt(x * x))

    finding = found(magnitudes, Argument(shape=(2,)), [0.0, 1e-23], quantity="gradient", framework="torch")
    line = finding.profile
    assert set(line.value.exact) == {"-inf"}  # the other component stays at the pole


def test_a_label_does_not_move_and_has_no_profile():
    argument = Argument("{1, 1000}", differentiate=False)
    assert found(log_of_exp, argument, 1000.0, quantity="value").profile is None


def test_a_line_in_a_simplex_ends_where_the_sum_is_no_longer_one():
    def entropy(p):
        return -(p * torch.log(p)).sum()

    finding = found(entropy, Argument("simplex", shape=(2,)), [0.0, 1.0], quantity="value", framework="torch")
    assert max(float(x) for x in finding.profile.inputs) < 1e-6


def test_a_function_that_raises_elsewhere_costs_nothing_but_its_answers_there():
    def picky(x):
        if 0 < x < 80:
            raise ValueError("not here")
        return torch.log(torch.exp(x))

    finding = found(picky, Argument(), 89.0, quantity="value", framework="torch")
    assert "raised" in finding.profile.value.verdicts


def test_a_slow_function_has_no_profile(monkeypatch):
    monkeypatch.setattr(profile, "SECONDS", 0.0)
    assert found(log_of_exp, Argument(), 89.0, quantity="value").profile is None


def test_the_same_check_gives_the_same_profile():
    first, second = (found(norm, Argument(shape=(3,)), [1e20, 1.0, 1.0], quantity="value") for _ in range(2))
    assert first.profile == second.profile


def test_a_profile_is_kept_in_the_results(tmp_path):
    report = check(log_of_exp, Argument(), points=[(np.float32(89.0),)])
    report.save(tmp_path / "results.json")
    assert results_file.load(tmp_path / "results.json") == report.detailed
    assert any(f.profile is not None for s in report.detailed.subjects for f in s.findings)
    assert all(f.record.profile is None for f in report.findings)  # it is made when it is asked for


def finding(verdict, severity="critical", **changes):
    point = (Numbers(dtype="float32", shape=(), values=("1",)),)
    about = {"quantity": "value", "argument": None, "argument_name": None, "index": (), "dtype": "float32"}
    where = {"mode": "eager", "regime": "ones", "oracle": "definition", "truth_kind": "certified", "point": point}
    shown = {"expected": "1", "enclosure": "1", "actual": "nan", "ulps": float("inf"), "count": 1}
    return FindingRecord(verdict=verdict, severity=severity, **(about | where | shown | changes))


def subject(name, *findings, dtype="float32", mode="eager"):
    names = {
        "suite": "s",
        "specification": "f",
        "implementation": name,
        "framework": "torch",
        "claim": "",
        "mode": mode,
    }
    return Subject(**names, dtype=dtype, status="clean", findings=findings)


def test_the_worst_of_each_implementation_comes_before_the_second_of_any():
    subjects = [
        subject("a", finding("spurious_inf"), finding("spurious_nan"), finding("wrong")),
        subject("b", finding("inaccurate", "major")),
    ]
    assert [(p.subject, p.finding) for p in profiled.chosen(subjects)] == [(0, 1), (1, 0), (0, 0), (0, 2)]
    assert len(profiled.chosen(subjects, 2)) == 2


def test_of_alike_findings_one_has_a_profile_that_which_the_report_shows_first():
    subjects = [subject("a", finding("wrong"), dtype="float16"), subject("a", finding("wrong"), dtype="float64")]
    assert [p.subject for p in profiled.chosen(subjects)] == [1]


@pytest.mark.parametrize(
    "left_out",
    [finding("wrong", "minor"), finding("timed_out"), finding("wrong", mode="compile")],
    ids=lambda f: f.verdict,
)
def test_minor_hanging_and_compiled_ones_have_none(left_out):
    assert profiled.chosen([subject("a", left_out)]) == []


def test_what_nobody_expects_goes_first():
    subjects = [subject("a", finding("spurious_nan", known="so it is")), subject("b", finding("inaccurate", "major"))]
    assert [p.subject for p in profiled.chosen(subjects)] == [1, 0]


def test_those_chosen_are_the_first_of_their_groups_in_the_report():
    results = sample_results.troubled()
    counted = Summary(results)
    heads = {id(g.worst) for name in ("new", "expected") for g in groups.groups(counted.standing(name))}
    places = profiled.chosen(results.subjects, 1000)
    assert {id(results.subjects[p.subject].findings[p.finding]) for p in places} <= heads
    assert len(places) > 3


def test_where_a_whole_line_is_wrong_the_largest_component_moves():
    def scaled(x):
        return x[0] * torch.exp(x[1]) / torch.exp(x[1])

    finding = found(scaled, Argument(shape=(2,)), [1.0, 200.0], quantity="gradient", framework="torch")
    line = finding.profile
    assert finding.index == (0,)
    assert line.index == (1,)
    assert set(line.gradient.exact) == {"1.0"}  # by x[0], which stays
    assert 88.7 < min(x for x in wrong_inputs(finding) if x > 0) < 89
