"""A snippet runs in an interpreter of its own, without gradcheck, and shows what the finding says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from gradcheck import Argument, api, dtypes, frameworks, suites
from gradcheck.explain import snippet_ending
from gradcheck.explain.snippet import snippet
from gradcheck.explain.snippet_layout import MOST_LINES, WIDTH
from gradcheck.finding import numbers, text
from gradcheck.record import FindingRecord
from gradcheck.subject_judgement import judge_subject

pytest.importorskip("torch")
pytest.importorskip("jax")
pytest.importorskip("optax")
import snippet_subjects

# Runs scripts, each in a namespace of its own, and says what they printed or raised.
RUNNER = """
import contextlib, io, json, sys, warnings
warnings.simplefilter("ignore")
shown = []
for script in json.load(sys.stdin):
    if "jax" in sys.modules:
        sys.modules["jax"].config.update("jax_enable_x64", False)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(script, "<snippet>", "exec"), {"__name__": "__main__"})
        shown.append(out.getvalue())
    except Exception as error:
        shown.append(repr(error))
assert "gradcheck" not in sys.modules
json.dump(shown, sys.stdout)
"""


def record_of(function, framework, point, dtype="float32", argument=0, index=(1,), mode="eager", **rest):
    """A record of what the framework itself answers at a point; nothing is known of what it should be."""
    quantity = "value" if argument is None else "gradient"
    arrays = [np.array(p, dtype=dtypes.format_of(dtype).numpy) for p in point]
    differentiate = rest.get("differentiate", tuple(range(len(arrays))))
    library, gradient = frameworks.get(framework), rest.get("gradient")
    if argument is None:
        answer = library.evaluate(function, arrays, dtype, mode)
    else:
        _, partials = library.gradient(function, arrays, differentiate, dtype, mode, gradient)
        answer = partials[differentiate.index(argument)]
    record = finding_record(
        quantity=quantity,
        argument=argument,
        index=index if answer.ndim else (),
        dtype=dtype,
        mode=mode,
        point=tuple(numbers(a, dtype) for a in arrays),
        actual=text(answer[index if answer.ndim else ()], dtype),
    )
    return record, snippet(function, framework, record, differentiate, gradient)


def finding_record(**fields) -> FindingRecord:
    defaults = {
        **{"verdict": "wrong", "severity": "critical", "quantity": "value", "argument": None, "argument_name": None},
        **{"index": (), "dtype": "float32", "mode": "eager", "regime": "given", "oracle": "shadow"},
        **{"truth_kind": "certified", "point": (), "expected": "1.25", "enclosure": "", "actual": "0.0"},
        **{"ulps": 1.0, "count": 1},
    }
    return FindingRecord(**defaults | fields)


def shown(scripts):
    """What each script prints, all in one fresh interpreter."""
    ran = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(scripts), capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def assert_shows(script, record, printed):
    __tracebackhide__ = True
    lines = script.splitlines()
    assert 0 < len(lines) <= MOST_LINES, script
    assert all(len(line) <= WIDTH for line in lines), script
    assert "gradcheck" not in script
    words = printed.split()
    assert words[::2][:2] == ["actual", "expected"], f"{printed}\n{script}"
    assert text(float(words[1]), record.dtype) == record.actual, f"{printed}\n{script}"
    assert printed.strip().endswith(f"expected {record.expected}"), printed


@cache
def forms_of(framework):
    """Of each form of that framework its record, script and what that printed."""
    chosen = {name: form for name, form in snippet_subjects.FORMS.items() if form[0] == framework}
    made = {name: record_of(function, framework, point, **more) for name, (_, function, point, more) in chosen.items()}
    printed = shown([script for _, script in made.values()])
    return {name: (*pair, line) for (name, pair), line in zip(made.items(), printed, strict=True)}


@pytest.mark.parametrize("name", snippet_subjects.FORMS)
def test_a_snippet_of_every_form_shows_what_was_computed(name):
    record, script, printed = forms_of(snippet_subjects.FORMS[name][0])[name]
    assert_shows(script, record, printed)


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_what_the_result_does_not_need_is_left_out_of_straight_line_code(framework):
    _, script, _ = forms_of(framework)[f"{framework}, too long"]
    assert "_first" not in script
    assert "mean" in script
    assert "tan(" not in script


# specification, implementation, framework: fast ones, of every way a suite's functions are written
OF_SEEDS = (
    ("row_norm", "root_of_sum", "numpy"),
    ("row_norm", "root_of_sum", "torch"),
    ("log_squared_norm", "logsumexp", "torch"),
    ("mean_squared_error_of_line", "delta_rule", "numpy"),
    ("lrn-caffe-3", "passed_through", "numpy"),
    ("lrn-pytorch-5", "functional", "torch"),
    ("gaussian_log_density", "distributions_normal", "torch"),
    ("paraboloid", "as_published", "numpy"),
)


def seeds():
    """The implementations of `OF_SEEDS`."""
    every = [(name, i) for name in suites.SEEDS for i in suites.load(name).implementations]
    return [(s, i) for s, i in every if (i.specification.name, i.name, i.framework) in OF_SEEDS]


def test_the_findings_of_seed_suites_are_shown_by_their_snippets():
    pairs = []
    for suite, implementation in seeds():
        differentiate = tuple(k for k, a in enumerate(implementation.specification.arguments) if a.differentiate)
        subject = judge_subject(suite, implementation, "float32", "eager")
        assert subject.findings, implementation.label
        pairs += [
            (f, snippet(implementation.function, implementation.framework, f, differentiate, implementation.gradient))
            for f in subject.findings
        ]
    assert len(pairs) >= len(OF_SEEDS)
    for (record, script), printed in zip(pairs, shown([script for _, script in pairs]), strict=True):
        assert_shows(script, record, printed)


def test_a_kink_and_an_infinity_are_printed_as_they_are_recorded():
    record, _ = record_of(np.exp, "numpy", ([1.0],), argument=None, index=(0,))
    for expected in ("[-1.0, 1.0]", "inf", "-inf", "nan", "[-inf, 0.0]"):
        known = finding_record(point=record.point, index=(0,), expected=expected, actual=record.actual)
        script = snippet(np.exp, "numpy", known, (0,))
        assert_shows(script, known, *shown([script]))


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_an_array_of_the_largest_numbers_is_made(framework):
    """Their shortest decimals round to them from above, which some ways of filling an array refuse."""
    made = []
    for dtype in frameworks.get(framework).dtypes:
        largest = dtypes.format_of(dtype).maximum
        made += [
            record_of(snippet_subjects.handed_on, framework, ([x, x],), dtype, argument=None)
            for x in (largest, -largest)
        ]
    for (record, script), printed in zip(made, shown([script for _, script in made]), strict=True):
        assert_shows(script, record, printed)


def test_what_a_function_raises_is_shown():
    record = finding_record(verdict="raised", point=(numbers(np.zeros(2, np.float32), "float32"),), actual="nan")
    (printed,) = shown([snippet(snippet_subjects.refusing, "numpy", record, (0,))])
    assert printed.strip() == "actual ArithmeticError('not today') expected 1.25"


def test_a_script_of_what_does_not_return_ends_and_says_where_it_hangs(monkeypatch):
    monkeypatch.setattr(snippet_ending, "SECONDS", 0.5)
    record = finding_record(verdict="timed_out", point=(numbers(np.zeros(2, np.float32), "float32"),), actual="nan")
    script = snippet(snippet_subjects.hanging, "numpy", record, (0,))
    assert len(script.splitlines()) <= MOST_LINES
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "in hanging" in done.stderr
    returning = replace(record, point=(numbers(np.ones(2, np.float32), "float32"),))
    monkeypatch.setattr(snippet_ending, "SECONDS", 600)
    (printed,) = shown([snippet(snippet_subjects.hanging, "numpy", returning, (0,))])
    assert printed.strip() == "actual [1. 1.] expected 1.25"


def test_compile_is_in_the_script_and_follows_every_differentiated_argument():
    point = (numbers(np.zeros(2, np.float32), "float32"),) * 2
    record = finding_record(quantity="gradient", argument=0, index=(0,), mode="compile", point=point)
    script = snippet(snippet_subjects.torch.atan2, "torch", record, (0, 1))
    assert "torch.compile(torch.atan2, dynamic=False)" in script
    assert script.count("requires_grad=True") == 2


def test_there_is_no_snippet_of_what_has_no_source():
    record = finding_record(point=(numbers(np.zeros(2, np.float32), "float32"),), index=(0,))
    namespace: dict = {}
    exec("def made(x):\n    return x", namespace)
    assert snippet(namespace["made"], "numpy", record, (0,)) == ""


def test_nor_of_what_takes_more_than_fifteen_lines():
    point = (numbers(np.linspace(0.1, 0.9, 400).astype(np.float32), "float32"),)
    record = finding_record(point=point, index=(0,))
    assert snippet(np.exp, "numpy", record, (0,)) == ""


def test_a_finding_of_a_check_has_a_snippet_that_shows_it():
    report = api.check(
        snippet_subjects.compiled, Argument("real", shape=(1,)), framework="jax", points=[(np.float32([89.0]),)]
    )
    record = next(f.record for f in report.findings if f.quantity == "gradient")
    script = snippet(snippet_subjects.compiled, "jax", record, (0,))
    assert_shows(script, record, *shown([script]))
