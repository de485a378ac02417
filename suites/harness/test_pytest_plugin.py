"""The pytest plugin, as an adopter uses it: projects in a folder of their own, run by a pytest of their own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

import gradcheck
from gradcheck import Argument, results_file
from gradcheck.marking import Table

pytest_plugins = ["pytester"]

LOSSES = """
import numpy as np

def twice(x):
    return 2 * x

def softplus(x):
    return {softplus}
"""
STABLE = "np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))"
BROKEN = "np.log(1 + np.exp(x))"
POINTS = "points=[(np.array([1.0]),), (np.array([100.0]),)]"
TESTS = f"""
import numpy as np
import gradcheck
import losses
from gradcheck import Argument

def test_softplus():
    gradcheck.assert_stable(losses.softplus, Argument("real", shape=(1,), name="x"), framework="numpy", {POINTS})

def test_twice():
    gradcheck.assert_stable(losses.twice, Argument("real", shape=(1,)), framework="numpy", {POINTS})
"""
BASELINE = "gradcheck-baseline.toml"
# Put before everything else of a project: the package cannot be imported there.
BLOCKER = """
import importlib.abc
import sys

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
"""


@pytest.fixture(scope="module", autouse=True)
def _imported(tmp_path_factory):
    """All that a project may import, once: pytester forgets modules, and some cannot be imported again."""
    found = gradcheck.check(
        lambda x: np.log(1 + np.exp(x)), Argument("real", shape=(1,)), framework="numpy", points=[([100.0],)]
    )
    found.to_html(tmp_path_factory.mktemp("report") / "report.html")
    import_module("gradcheck.gathering")


@pytest.fixture
def project(pytester):
    """A project with `losses` and a test module; gives a function that writes `losses` anew."""

    def write(softplus):
        pytester.makepyfile(losses=LOSSES.format(softplus=softplus))

    pytester.makepyfile(test_losses=TESTS)
    pytester.makepyprojecttoml("")
    pytester.syspathinsert()
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # a rewritten module is another at once
    yield write
    sys.dont_write_bytecode = before


def _run(pytester, *words):
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *words)


def _results(pytester, folder="out"):
    return results_file.load(pytester.path / folder / "results.json")


def test_what_is_stable_is_green_and_what_breaks_is_one_red_finding(project, pytester):
    project(STABLE)
    _run(pytester).assert_outcomes(passed=2)
    project(BROKEN)
    shown = _run(pytester)
    shown.assert_outcomes(passed=1, failed=1)
    lines = [line[2:] for line in shown.outlines if line.startswith("E ")]
    assert " ".join(lines[0].split()) == (
        "AssertionError: softplus: critical spurious_inf in the value, component [0], float32, eager"
    )
    labels = [line.split()[0] for line in lines[1:] if line[:12].strip()]
    assert labels == ["at", "expected", "got", "why", "do", "next"]
    assert len(lines) <= 25
    assert "api.py" not in shown.stdout.str()
    project(STABLE)
    _run(pytester).assert_outcomes(passed=2)


@pytest.mark.parametrize("words", [(), ("-n", "2")])
def test_one_report_of_all_processes(project, pytester, words):
    project(BROKEN)
    shown = _run(pytester, "--gradcheck-report=out", *words)
    shown.stdout.fnmatch_lines(["gradcheck: wrote *out/results.json", "gradcheck: wrote *out/report.html"])
    assert sorted(path.name for path in (pytester.path / "out").iterdir()) == ["report.html", "results.json"]
    found = _results(pytester)
    names = [(s.suite, s.specification, s.implementation, s.status) for s in found.subjects]
    assert names == [
        ("pytest", "test_losses.py::test_softplus", "softplus", "unexpected"),
        ("pytest", "test_losses.py::test_twice", "twice", "clean"),
    ]
    assert found.settings == {"seed": "0", "dtypes": "float32", "modes": "eager"}
    assert "softplus" in (pytester.path / "out/report.html").read_text(encoding="utf-8")


def test_a_function_checked_twice_by_a_test_has_a_number(pytester):
    pytester.makepyfile(
        f"""
        import numpy as np
        import gradcheck
        from gradcheck import Argument

        def twice(x):
            return 2 * x

        def test_both():
            for _ in range(2):
                gradcheck.assert_stable(twice, Argument("real", shape=(1,)), framework="numpy", {POINTS})
        """
    )
    _run(pytester, "--gradcheck-report=out").assert_outcomes(passed=1)
    names = [s.specification.partition("::")[2] for s in _results(pytester).subjects]
    assert names == ["test_both", "test_both #2"]


def test_a_baseline_accepts_and_what_is_fixed_is_red_until_it_is_removed(project, pytester, monkeypatch):
    project(BROKEN)
    _run(pytester, "--gradcheck-report=out").assert_outcomes(passed=1, failed=1)
    _gradcheck(pytester, "baseline", "write", "out/results.json")
    accepting = f"--gradcheck-baseline={BASELINE}"
    _run(pytester, accepting).assert_outcomes(passed=2)
    project("x * np.exp(x) / np.exp(x)")
    worse = _run(pytester, accepting)
    worse.assert_outcomes(passed=1, failed=1)
    worse.stdout.fnmatch_lines(
        [f"*softplus: worse than in {BASELINE} (spurious_nan, was spurious_inf): critical spurious_nan*"]
    )
    project(STABLE)
    fixed = _run(pytester, accepting, "--gradcheck-report=out")
    fixed.assert_outcomes(passed=1, failed=1)
    fixed.stdout.fnmatch_lines(
        [
            f"E *AssertionError: softplus: fixed, so remove it from {BASELINE}:",
            "E*test_losses.py::test_softplus/softplus numpy float32 eager: spurious_inf*in the value",
            f"E*next *pytest --gradcheck-report=DIR; gradcheck baseline write DIR/results.json --file {BASELINE}",
        ]
    )
    _gradcheck(pytester, "baseline", "write", "out/results.json")
    _run(pytester, accepting).assert_outcomes(passed=2)


def _gradcheck(pytester, *words):
    done = pytester.run(sys.executable, "-c", "from gradcheck.cli import main; main()", *words)
    assert done.ret == 0, done.stderr.str()


MARKED = f"""
import numpy as np
import gradcheck
import losses
from gradcheck import Argument

ONE = Argument("real", shape=(1,))
stability = gradcheck.table({{losses.twice: ONE, losses.softplus: (ONE,)}}, framework="numpy", {POINTS})

@gradcheck.mark(ONE, framework="numpy", dtypes=("float16", "float32"), {POINTS})
def shifted(x):
    return x + 1
"""


def test_ids_state_the_claim(project, pytester):
    project(BROKEN)
    (pytester.path / "test_losses.py").unlink()
    pytester.makepyfile(test_marked=MARKED, test_importing="from test_marked import shifted")
    pytester.makepyprojecttoml(
        '[[tool.gradcheck.functions]]\ntarget = "losses:twice"\nframework = "numpy"\nshapes = { x = [2] }\n'
    )
    shown = _run(pytester, "-v", "--gradcheck-report=out")
    shown.assert_outcomes(passed=4, failed=1)
    ids = dict(re.findall(r"^(\S+::.*\]) (PASSED|FAILED) +\[", shown.stdout.str(), flags=re.MULTILINE))
    assert ids == {
        "pyproject.toml::losses:twice[is right in float32, eager]": "PASSED",
        "test_marked.py::stability::twice[is right in float32, eager]": "PASSED",
        "test_marked.py::stability::softplus[is right in float32, eager]": "FAILED",
        "test_marked.py::shifted[is right in float16, eager]": "PASSED",
        "test_marked.py::shifted[is right in float32, eager]": "PASSED",
    }
    assert "Traceback" not in shown.stdout.str()
    assert "pytest_plugin.py" not in shown.stdout.str()
    assert {s.specification for s in _results(pytester).subjects} == {
        "losses:twice",
        "test_marked.py::stability::twice",
        "test_marked.py::stability::softplus",
        "test_marked.py::shifted",
    }


def test_what_is_marked_stays_a_function():
    @gradcheck.mark(Argument("real", shape=()))
    def twice(x):
        return 2 * x

    assert twice(2) == 4
    assert isinstance(gradcheck.table({twice: Argument("real", shape=())}), Table)
    with pytest.raises(TypeError, match=r"gradcheck\.mark is for a function of the test module.*gradcheck\.table"):
        gradcheck.mark(Argument("real", shape=()))(abs)


def test_a_mistake_is_said_of_the_line_of_the_caller(pytester):
    pytester.makepyfile(
        "import gradcheck\n\ndef test_nothing():\n    gradcheck.assert_stable(abs, framework='numpy')\n"
    )
    shown = _run(pytester).stdout.str()
    assert "no Argument given for abs" in shown
    assert "test_a_mistake_is_said_of_the_line_of_the_caller.py:4: ValueError" in shown
    assert "request.py" not in shown


@pytest.mark.parametrize(
    ("pyproject", "words", "said"),
    [
        ("", ("--gradcheck-baseline=none.toml",), "gradcheck: cannot read the baseline *none.toml: No such file"),
        ("", ("--gradcheck-report=test_losses.py",), "gradcheck: *File exists*test_losses.py"),
        (
            "[tool.gradcheck]\nsede = 1\n",
            (),
            "gradcheck: pyproject.toml, line 2: unknown key 'sede'; did you mean seed?",
        ),
    ],
)
def test_wrong_use_is_one_line(project, pytester, pyproject, words, said):
    project(STABLE)
    pytester.makepyprojecttoml(pyproject)
    shown = _run(pytester, *words)
    assert shown.ret == pytest.ExitCode.USAGE_ERROR
    shown.stderr.fnmatch_lines([f"ERROR: {said}*"])
    assert "Traceback" not in shown.stderr.str()


def test_ini_values_and_the_configured_baseline(project, pytester):
    project(BROKEN)
    pytester.makepyprojecttoml(
        f'[tool.pytest.ini_options]\ngradcheck_report = "kept/here"\n[tool.gradcheck]\nbaseline = "{BASELINE}"\n'
    )
    _run(pytester).assert_outcomes(passed=1, failed=1)
    _gradcheck(pytester, "baseline", "write", "kept/here/results.json")
    _run(pytester).assert_outcomes(passed=2)


@pytest.mark.parametrize(("there", "missing", "wide"), [("torch", "jax", "torch"), ("jax", "torch", "jax.numpy")])
def test_with_one_framework_alone(pytester, there, missing, wide):
    pytester.makeconftest(BLOCKER.format(blocked={missing, f"{missing}lib"}))
    pytester.makepyfile(
        losses=f"""
        import {wide} as xp

        def stable(x):
            return 2 * x

        def broken(x):
            return xp.log(xp.exp(x))
        """,
        test_losses=f"""
        import sys
        import numpy as np
        import gradcheck
        import losses
        from gradcheck import Argument

        stability = gradcheck.table(
            {{losses.stable: Argument("real", shape=(1,)), losses.broken: Argument("real", shape=(1,))}},
            framework="{there}", {POINTS},
        )

        def test_the_other_is_not_there():
            assert "{missing}" not in sys.modules
        """,
    )
    shown = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--gradcheck-report=out")
    shown.assert_outcomes(passed=2, failed=1)
    shown.stdout.fnmatch_lines(["broken: critical spurious_inf in the value*"])
    assert {s.status for s in _results(pytester).subjects} == {"clean", "unexpected"}


def test_pytest_imports_nothing_of_it_where_it_is_not_used(pytester):
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            heavy = {"numpy", "flint", "torch", "jax", "bokeh", "rich"} & set(sys.modules)
            ours = {name for name in sys.modules if name.startswith("gradcheck")}
            assert (heavy, ours) == (set(), {"gradcheck", "gradcheck.pytest_plugin"})
        """
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:hypothesispytest", "-p", "no:benchmark"]
    done = subprocess.run(command, cwd=pytester.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_public_names_are_there_before_they_are_imported():
    code = "import gradcheck, json; print(json.dumps(sorted(set(gradcheck.__all__) - set(dir(gradcheck)))))"
    code += "; [getattr(gradcheck, name) for name in gradcheck.__all__]"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == [], done.stderr
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        gradcheck.chekc  # noqa: B018
