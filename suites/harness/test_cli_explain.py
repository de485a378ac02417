"""`gradcheck explain`: the operation table, the answer and its cause, for a function of any framework at any point."""

import json
import subprocess
import sys

import pytest
from sample_results import finding, numbers, subject

from gradcheck import cli, results_file
from gradcheck.explain.explanation import Answer, Explanation
from gradcheck.explain.table import Row
from gradcheck.record import Results
from gradcheck.reports import operation_table

MODULE = """
import jax
import jax.numpy as jnp
import numpy as np
import torch


def naive(x):
    return torch.log(torch.exp(x))


def branches(x):
    return torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x))


class Halved(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(context, g):
        (x,) = context.saved_tensors
        return g * x


def halved(x):
    return Halved.apply(x)


def carried(x):
    def step(carry, each):
        return jnp.log(jnp.exp(carry + each)), carry

    return jax.lax.scan(step, 0.0, x)[0]


def weighted(p, weight):
    return np.log(p) * weight


def entropy(p):
    return -np.log(p) * p


def total(*terms):
    return sum(terms)


def spectrum(x):
    return torch.fft.rfft(x).abs()


def refuses(x):
    raise RuntimeError("not today")


linear = torch.nn.Linear(3, 2)
"""


@pytest.fixture
def explain(monkeypatch, capsys, tmp_path):
    """Runs `gradcheck explain` in this process and a folder with the module: (exit code, stdout, stderr)."""
    (tmp_path / "explained_losses.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "explained_losses", raising=False)

    def call(name, *words):
        monkeypatch.setattr(sys, "argv", ["gradcheck", "explain", f"explained_losses:{name}", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    return call


def line(text):
    """`explained_losses.py:line` of the one line of the module that holds the text."""
    (number,) = (k for k, written in enumerate(MODULE.splitlines(), start=1) if text in written)
    return f"explained_losses.py:{number}"


def cells(shown, operation):
    """The rows of the operation table that begin with a pass and the operation, without their white space."""
    rows = [" ".join(row.split()) for row in shown.splitlines()]
    return [row for row in rows if row.partition(" ")[2].startswith(operation)]


def test_a_failure_is_shown_from_the_operation_to_the_script(explain):
    code, shown, _ = explain("naive", "--at", "[0, 89, 3]")
    assert code == 1
    at = line("torch.log(torch.exp(x))")
    assert cells(shown, "forward exp") == [f"0 forward exp [1] {at} inf 4.489612819e+38 ∞ overflow"]
    assert cells(shown, "forward log") == [f"1 forward log [1] {at} inf 89 ∞ departs"]
    assert cells(shown, "backward mul of exp") == [f"3 backward mul of exp [1] {at} nan 1 ∞ departs"]
    assert "gradient of x[1] spurious_nan 1.0 nan" in " ".join(shown.split())
    assert "why: exp is 4.489612819e+38 exactly, beyond the largest float32, and so inf" in shown
    assert f"{at}, exp, forward pass" in shown
    assert "torch.logaddexp" in shown
    assert "print('actual', float(out[1]), 'expected', 89.0)" in shown
    assert shown.count("why:") == 1  # the value and the gradient fail for one cause
    assert max(map(len, shown.splitlines())) <= operation_table.WIDTH


def test_nothing_wrong_is_an_answer(explain):
    code, shown, _ = explain("naive", "--at", "3.5")
    assert (code, "Nothing goes wrong here." in shown) == (0, True)
    assert "departs" not in shown


def test_inside_a_scan_the_step_and_its_line(explain):
    code, shown, _ = explain("carried", "--at", "[80, 20]")
    assert code == 1
    first, second = cells(shown, "forward exp")
    assert line("jnp.log(jnp.exp(carry + each))") in first
    assert not first.endswith("overflow")
    assert second.endswith("∞ overflow")
    assert "spurious_nan in the gradient of x[0], 2 components" in shown


def test_a_rule_written_by_hand(explain):
    code, shown, _ = explain("halved", "--at", "3")
    assert code == 1
    assert cells(shown, "backward mul") == [f"1 backward mul of mul {line('return g * x')} 3.0 3 0 wrong rule"]
    assert "gradient of x wrong 6.0 3.0" in " ".join(shown.split())


def test_the_component_shown_is_the_one_that_matters(explain):
    _, shown, _ = explain("branches", "--at", "[4, 9, -1]")
    assert cells(shown, "forward sqrt")[0].startswith("1 forward sqrt [2]")
    assert cells(shown, "backward mul of sqrt")[0].endswith("nan no number – untaken branch")


def test_what_departs_has_digits_enough_to_see_it(explain):
    code, shown, _ = explain("carried", "--at", "[700.123456789, 0.0201]", "--dtype", "float64")
    assert code == 0
    (row,) = [row for row in cells(shown, "forward exp") if row.endswith("departs")]
    native, exact = row.split()[-4:-2]
    assert native[:12] == exact[:12]
    assert native != exact
    assert max(map(len, shown.splitlines())) <= operation_table.WIDTH


def test_numpy_has_a_value_alone_and_says_so(explain):
    code, shown, _ = explain("entropy", "--at", "[0, 0.5]")
    assert code == 1
    assert "log is at a singularity" in shown
    assert "note: only the value: NumPy has no automatic differentiation" in shown


def test_a_module_and_another_dtype(explain):
    code, shown, _ = explain("linear", "--at", "[[1, 2, 3]]")
    assert code == 0
    assert cells(shown, "forward addmm")
    assert "input = [[1.0, 2.0, 3.0]]" in shown
    assert explain("naive", "--at", "89", "--dtype", "float64")[0] == 0


def test_where_nothing_says_what_is_right_the_table_is_there(explain):
    code, shown, _ = explain("spectrum", "--at", "[1, 2]", "--no-grad", "x")
    assert code == 2
    assert cells(shown, "forward abs")[0].endswith("3.0 unknown –")
    assert "nothing says what is right here: no exact rule for the operation" in shown
    assert "Nothing goes wrong" not in shown


@pytest.mark.parametrize("point", [[[0.5, 1], [1, 2]], {"weight": [1, 2], "p": [0.5, 1]}, [["0.5", "1"], ["1", "inf"]]])
def test_a_point_in_a_file(explain, tmp_path, point):
    (tmp_path / "point.json").write_text(json.dumps(point), encoding="utf-8")
    code, shown, _ = explain("weighted", "--at", "point.json")
    assert "p = [0.5, 1.0] (probability" in shown
    assert code == (1 if "inf" in json.dumps(point) and "spurious" in shown else 0)


def test_nan_and_inf_are_numbers(explain):
    code, shown, _ = explain("naive", "--at", "[nan, -inf, Infinity]")
    assert "x = [nan, -inf, inf] ([-inf, inf]" in shown
    assert code in (0, 1)
    assert "undefined" in shown


def test_a_domain_is_assumed_by_name_where_the_point_lies_in_it(explain):
    assert "p = 2.0 (real;" in explain("weighted", "--at", "2", "--at", "1")[1]
    assert "p = 0.5 (probability;" in explain("weighted", "--at", "0.5", "--at", "1")[1]
    assert "p = 0.5 ([0, 9];" in explain("weighted", "--at", "0.5", "--at", "1", "--domain", "p=[0, 9]")[1]


def test_any_number_of_terms(explain):
    assert "terms2 = 3.0" in explain("total", "--framework", "torch", "--at", "1", "--at", "2", "--at", "3")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nothing", "--at", "1"), "has no attribute nothing"),
        (("naive",), "Missing option '--at'"),
        (("naive", "--at", "1", "--at", "2"), "naive takes x; the point has values for 2: type --at once for each"),
        (("weighted", "--at", "1"), "weighted takes p, weight; the point has values for 1"),
        (("naive", "--at", "[1, [2]]"), "x is [1, [2]]; expected a number, or lists of numbers nested evenly"),
        (("naive", "--at", "[]"), "x is empty"),
        (("naive", "--at", "null"), "x is null; expected a number"),
        (("naive", "--at", "one"), "--at 'one' is not JSON"),
        (("naive", "--at", "1e99"), "x holds 1e+99, beyond float32"),
        (("naive", "--at", "missing.json"), "missing.json cannot be read"),
        (("naive", "--at", "1", "--domain", "y=real"), "naive has no parameter 'y' here; expected one of x"),
        (("naive", "--at", "-1", "--domain", "x=positive"), "the point is outside the domain positive of x"),
        (("weighted", "--at", "[1, 2]", "--at", "[1, 2, 3]"), "could not be broadcast"),
        (("refuses", "--framework", "torch", "--at", "1"), "raised RuntimeError: not today"),
    ],
)
def test_what_cannot_be_is_one_line(explain, words, says):
    code, _, error = explain(*words)
    assert code == 2
    assert says in error
    assert "Traceback" not in error


@pytest.mark.parametrize("text", ["3", '{"x": 1, "y": 2}'])
def test_a_file_that_is_no_point_of_the_function(explain, tmp_path, text):
    (tmp_path / "point.json").write_text(text, encoding="utf-8")
    code, _, error = explain("naive", "--at", "point.json")
    assert code == 2
    assert "expected a list with the values of each argument" in error or "naive takes x; the point names x, y" in error


def test_piped_output_is_plain_text_with_the_cause(explain, tmp_path):
    command = [sys.executable, "-m", "gradcheck", "explain", "explained_losses:naive", "--at", "89"]
    code = "import sys; from gradcheck.cli import main; sys.argv = sys.argv[1:]; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command[2:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "why: exp is 4.489612819e+38 exactly, beyond the largest float32, and so inf" in done.stdout
    assert "\x1b" not in done.stdout


def results(path, *findings, **about):
    """A results file of the module's function `naive`, as a scan leaves it."""
    about = {"suite": "scan", "specification": "explained_losses:naive", "location": "", **about}
    results_file.save(Results(subjects=(subject(findings=findings, **about),)), path)


def at(*values, dtype="float32", **about):
    return finding(point=(numbers(values, dtype),), dtype=dtype, **about)


RESULTS = ("--at", "results.json")


def test_the_worst_finding_of_a_results_file(explain, tmp_path):
    results(tmp_path / "results.json", at("1", severity="minor"), at("0", "89"), at("3", "4", "90", severity="major"))
    code, shown, _ = explain("naive", *RESULTS)
    assert code == 1
    words = " ".join(shown.split())
    assert "finding 1 of 3: critical spurious_nan in the gradient of x[1], torch, float32, eager; --finding 2" in words
    assert "x = [0.0, 89.0] (real" in shown
    assert "why: exp is 4.489612819e+38 exactly" in shown
    assert "x = [3.0, 4.0, 90.0]" in explain("naive", *RESULTS, "--finding", "2")[1]
    last = explain("naive", *RESULTS, "--finding", "3")[1]
    assert "finding 3 of 3: minor" in last
    assert "the next" not in last


def test_a_finding_is_explained_in_its_own_dtype_unless_another_is_asked_for(explain, tmp_path):
    results(tmp_path / "results.json", at("12", dtype="float16"), dtype="float16")
    assert "explained_losses:naive, torch, float16, eager" in explain("naive", *RESULTS)[1]
    code, _, error = explain("naive", *RESULTS, "--dtype", "float32")
    assert code == 2
    assert "no finding of explained_losses:naive in float32; it has some in torch float16" in error


def test_a_finding_of_another_mode_is_run_eagerly_and_that_is_said(explain, tmp_path):
    results(tmp_path / "results.json", at("89", mode="compile"))
    assert "it was found in the mode compile; what follows is run eagerly" in explain("naive", *RESULTS)[1]


def test_of_a_run_that_was_no_scan_the_place_of_the_function_tells(explain, tmp_path):
    place = f"{tmp_path / 'explained_losses.py'}:{line('def naive').rpartition(':')[2]}"
    results(tmp_path / "results.json", at("89"), suite="pytest", specification="test_it.py::naive", location=place)
    assert "finding 1 of 1: critical" in explain("naive", *RESULTS)[1]
    code, _, error = explain("branches", *RESULTS)
    assert (code, "no finding of explained_losses:branches; it has findings of test_it.py::naive" in error) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*RESULTS, "--finding", "3"), "--finding 3: results.json has 1 of explained_losses:naive"),
        ((*RESULTS, "--finding", "0"), "Invalid value for '--finding': 0 is not in the range x>=1"),
        (("--at", "1", "--finding", "2"), "--finding 2 is of a results file; --at 1 is none"),
        ((*RESULTS, "--framework", "jax"), "no finding of explained_losses:naive in jax; it has some in torch float32"),
        (("--at", "damaged.json"), "damaged.json is not a results file of schema 1: found 99"),
        (
            ("--at", "changed.json"),
            "changed.json is damaged: subjects[0].findings[0].point[0].values[0] is 'x'; expect",
        ),
        (("--at", "lacking.json"), "lacking.json is not a results file of schema 1: found None"),
        (("--at", "emptied.json"), "emptied.json is damaged: it has no subjects; expected subjects"),
    ],
)
def test_what_cannot_be_of_a_results_file_is_one_line(explain, tmp_path, words, says):
    results(tmp_path / "results.json", at("89"))
    results(tmp_path / "changed.json", at("x"))
    (tmp_path / "damaged.json").write_text('{"schema": 99, "subjects": []}', encoding="utf-8")
    (tmp_path / "lacking.json").write_text('{"subjects": [], "environment": {}}', encoding="utf-8")
    (tmp_path / "emptied.json").write_text('{"schema": 1, "environment": {}}', encoding="utf-8")
    code, _, error = explain("naive", *words)
    assert code == 2
    assert says in error
    assert len(error.splitlines()) == 1 or "Usage" in error


def test_results_without_findings_say_so(explain, tmp_path):
    results(tmp_path / "results.json")
    assert "no finding of explained_losses:naive, nor of anything else" in explain("naive", *RESULTS)[2]


def _long(*, departing):
    row = {"phase": "forward", "operation": "add", "of": "", "location": "a.py:1", "index": None, "native": "1.0"}
    rows = tuple(Row(step=k, exact="1", error=0.0, departs=k in departing, **row) for k in range(500))
    answer = Answer(name="value", verdict="wrong", index=(), expected="1.0", actual="2.0", count=1)
    return Explanation(answers=(answer,), rows=rows, kinds=dict.fromkeys(sorted(departing)[:1], "absorption"))


def test_a_long_run_is_shown_around_what_departs():
    found = _long(departing={250})
    assert operation_table.kept_rows(found) == [*range(4), *range(247, 254), *range(496, 500)]
    shown = operation_table.render(found, ("f",))
    assert "485 of 500 results are left out (…); --all shows them" in shown
    assert shown.count("…") == 3  # two gaps, and the line that says what they are
    assert len(operation_table.kept_rows(_long(departing=set(range(500))))) < operation_table.LONGEST


def test_all_of_a_long_run_may_be_asked_for():
    shown = operation_table.render(_long(departing={250}), ("f",), everything=True)
    assert "…" not in shown
    assert shown.count("forward") == 500
