"""The suites of released libraries: their tables resolve, what is missing is said, and a function can be judged."""

from __future__ import annotations

import sys

import pytest

from gradcheck import Argument, cli, suites
from gradcheck.exact import Kind
from gradcheck.record import Results
from gradcheck.run import Settings, run
from gradcheck.subject_judgement import judge_subject, modes_of
from gradcheck.suites.libraries import table
from gradcheck.suites.libraries.table import find, implementation, on, path_of

X = Argument("real", (2,), name="x")
# library -> a function that is quick to judge
SMALLEST = {
    "torch": "torch.nn.functional.l1_loss",
    "jax": "jax.nn.relu",
    "optax": "optax.losses.hinge_loss",
    "torchmetrics": "torchmetrics.functional.mean_absolute_error",
}
LIBRARIES = pytest.mark.parametrize("library", suites.LIBRARIES)


def _only(library: str) -> suites.Suite:
    pytest.importorskip(library)
    given = suites.load(library)
    chosen = [i for i in given.implementations if i.specification.name == SMALLEST[library]]
    return suites.Suite(name=library, title=library, implementations=tuple(chosen))


@LIBRARIES
def test_every_entry_is_there_in_the_installed_release(library):
    pytest.importorskip(library)
    assert [i.unavailable for i in suites.load(library).implementations if i.unavailable] == []


@LIBRARIES
def test_names_are_unique_and_start_with_the_library(library):
    pytest.importorskip(library)
    names = [i.specification.name for i in suites.load(library).implementations]
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{library}.") for name in names)


@LIBRARIES
def test_one_function_of_each_suite_is_judged_by_its_shadow(library):
    (given,) = _only(library).implementations
    subject = judge_subject(library, given, "float32", modes_of(given, None)[-1])
    assert subject.error == ""
    assert subject.status == "clean"
    assert subject.counts["gradient"]["accurate"] > 50
    assert "undecided" not in subject.counts["value"]


def test_what_a_release_lacks_is_not_run_and_says_why():
    given = implementation("math", "numpy", "math.no_such_function", on(X))
    assert given.unavailable == "math.no_such_function is not there in the installed release"
    subject = judge_subject("math", given, "float32", "eager")
    assert (subject.status, subject.error) == ("not_run", given.unavailable)


def test_a_suite_goes_on_without_what_is_not_there():
    made = table.suite("numpy", "numpy", "NumPy", {"numpy": {"sqrt": on(Argument("positive", (2,))), "no_such": on(X)}})
    results = run(Settings(suites=("numpy",), dtypes=("float32",), jobs=1), lambda name: made)
    assert [s.status for s in results.subjects] == ["clean", "not_run"]
    assert cli.exit_code(results) == 0


def test_options_and_calls_reach_the_function():
    doubled = implementation("numpy", "numpy", "numpy.clip", on(X, a_min=0.0, a_max=1.0))
    assert doubled.function([-1.0, 2.0]).tolist() == [0.0, 1.0]
    called = implementation("numpy", "numpy", "numpy.clip (call)", on(X, call=lambda x: x + 1))
    assert called.function(1) == 2
    assert called.unavailable == ""


def test_a_path_is_the_name_without_what_tells_calls_apart():
    assert path_of("torch.nn.functional.gelu (tanh)") == "torch.nn.functional.gelu"
    assert find("os.path.join") is sys.modules["os"].path.join
    assert find("os.no_such.join") is None
    assert find("no_such_module.at_all") is None
    assert find("math.pi") is None  # not callable


@LIBRARIES
def test_a_missing_library_is_one_clear_line(library, monkeypatch, capsys):
    for name in [n for n in sys.modules if n.startswith("gradcheck.suites.libraries.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr(sys, "argv", ["gradcheck", "run", library])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert f"the suite {library!r} judges a library that cannot be imported" in said
    assert said.endswith(f"type: pip install {library}")


def test_the_seeds_alone_are_run_without_a_name(monkeypatch):
    asked = []

    def record(settings: Settings, load, on_done=None) -> Results:
        asked.append(settings.suites)
        return Results(subjects=())

    monkeypatch.setattr(cli, "validate", lambda settings, load: None)
    monkeypatch.setattr(cli, "run", record)
    monkeypatch.setattr(cli, "_show", lambda *given: None)
    monkeypatch.setattr(cli, "_require_writable", lambda output: None)
    monkeypatch.setattr(sys, "argv", ["gradcheck", "run"])
    with pytest.raises(SystemExit):
        cli.main()
    assert asked == [tuple(suites.SEEDS)]


def test_quick_is_float32_in_the_compiled_mode():
    results = run(Settings(suites=("jax",), quick=True, jobs=1), lambda name: _only("jax"))
    assert [(s.dtype, s.mode) for s in results.subjects] == [("float32", "jit")]
    assert results.settings["dtypes"] == results.settings["modes"] == "quick"


def test_what_is_asked_for_is_run_even_in_a_quick_run():
    settings = Settings(suites=("torch",), quick=True, jobs=1, dtypes=("float64",), modes=("forward",))
    results = run(settings, lambda name: _only("torch"))
    assert [(s.dtype, s.mode) for s in results.subjects] == [("float64", "forward")]


def test_the_truth_of_a_function_without_a_definition_is_its_shadow():
    made = table.suite("numpy", "numpy", "NumPy", {"numpy": {"sqrt": on(Argument("[-1, 1]", (2,)))}})
    (given,) = made.implementations
    assert not given.specification.is_defined
    subject = judge_subject("numpy", given, "float32", "eager")
    assert subject.counts["value"][str(Kind.UNDEFINED)] > 0
