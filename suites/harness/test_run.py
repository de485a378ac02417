"""A run of suites: every subject gets a record whatever it does, and the same seed the same results."""

import os
import sys
from dataclasses import replace

import numpy as np
import pytest
from hand_made import implementation, right, specification, suite

from gradcheck import Argument, ExpectedFinding, Verdict, demonstration, frameworks, results_file, subject_judgement
from gradcheck.frameworks.errors import NotInstalled
from gradcheck.properties import Ordering
from gradcheck.run import Settings, run, validate
from gradcheck.specification import Claim, Shown, Suite
from gradcheck.subject_judgement import judge_subject, modes_of

SMALL = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,)))  # few regimes have members here


def _doubles(x):
    return x * x.dtype.type(2)


def _dies(x):
    os._exit(7)


def _load(*implementations, **fields):
    made = suite(*implementations, **fields)
    return lambda name: made


def _run(*implementations, dtypes=("float32",), **fields):
    settings = Settings(suites=("made",), dtypes=dtypes, jobs=fields.pop("jobs", 1), **fields)
    return run(settings, _load(*implementations))


def _judged(function, **fields):
    return judge_subject("made", implementation(function, of=SMALL, **fields), "float32", "eager")


WRONG = ExpectedFinding(verdict=Verdict.WRONG, quantity="value", reason="doubled")


@pytest.mark.parametrize(
    ("function", "expected", "status"),
    [
        (right, (), "clean"),
        (right, (WRONG,), "missing"),
        (_doubles, (), "unexpected"),
        (_doubles, (WRONG,), "expected"),
        (lambda x: 1 // 0, (WRONG,), "failed"),
    ],
)
def test_status_of_a_subject(function, expected, status):
    assert _judged(function, expected=expected).status == status


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (lambda x: 1 // 0, "raised ZeroDivisionError: "),
        (lambda x: None, "returned nothing (None); expected one float32 array of numpy"),
        (lambda x: (x, x), "returned a tuple of 2"),
        (lambda x: x.astype(np.float64), "returned a float64 array; expected one float32 array"),
        (lambda x: x.sum(), "returned shape (), its definition (2,)"),
        (lambda x: x * np.float32(np.random.rand()), "is not deterministic"),
        (lambda x: x.__iadd__(1), "changed argument 0 in place"),
        (lambda x: sys.exit("bye"), "the function called sys.exit('bye')"),
    ],
)
def test_a_subject_that_fails_says_why_in_one_line(function, error):
    subject = _judged(function)
    assert subject.status == "failed"
    assert error in subject.error
    assert "\n" not in subject.error


def test_a_defect_of_ours_is_named_as_one(monkeypatch):
    def broken(*_):
        raise KeyError("lost")

    monkeypatch.setattr(subject_judgement, "screen", broken)
    assert _judged(right).error == (
        f"KeyError: 'lost' (test_run.py:{broken.__code__.co_firstlineno + 1}); "
        "this is a defect of gradcheck, please report it"
    )


def test_what_was_judged_before_an_error_is_kept():
    given = implementation(lambda x: right(x) if np.abs(x).max() < 1e30 else None)
    subject = judge_subject("made", given, "float32", "eager")
    assert subject.status == "failed"
    assert subject.error.endswith("is a return missing?")
    assert subject.counts["value"]["accurate"] > 10


def test_a_framework_that_is_missing_is_not_run(monkeypatch):
    def missing(*_):
        raise NotInstalled("torch", "No module named 'torch'")

    monkeypatch.setattr(subject_judgement, "screen", missing)
    subject = _judged(right)
    assert subject.status == "not_run"
    assert "pip install 'gradcheck[torch]'" in subject.error


def test_a_dtype_that_is_not_supported_is_not_run():
    (subject,) = _run(implementation(of=SMALL, dtypes=("float64",))).subjects
    assert (subject.status, subject.error) == ("not_run", "float32 is not supported")


def test_one_subject_that_dies_takes_nothing_else_down():
    made = (implementation(name=name, function=f, of=SMALL) for name, f in (("good", right), ("bad", _dies)))
    results = _run(*made, implementation(of=specification(name="other")), jobs=2)
    assert [(s.specification, s.implementation, s.status) for s in results.subjects] == [
        ("made", "good", "clean"),
        ("made", "bad", "failed"),
        ("other", "made", "clean"),
    ]
    assert "os._exit" in results.subjects[1].error


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    given = [implementation(of=SMALL), implementation(_doubles, name="doubled", of=SMALL)]
    texts = []
    for jobs in (1, 2):
        results = _run(*given, dtypes=("float16", "float64"), jobs=jobs)
        subjects = tuple(replace(s, seconds=0.0) for s in results.subjects)
        results_file.save(replace(results, subjects=subjects, started="", seconds=0.0), tmp_path / "results.json")
        texts.append((tmp_path / "results.json").read_bytes())
    assert texts[0] == texts[1]


def test_another_seed_gives_other_points():
    one, two = (_judged_with_seed(seed) for seed in (0, 1))
    assert one.samples != two.samples


def _judged_with_seed(seed):
    return judge_subject("made", implementation(of=SMALL), "float32", "eager", seed)


def test_settings_and_environment_are_in_the_results():
    results = _run(implementation(of=SMALL), seed=3)
    assert results.settings == {
        "suites": "made",
        "frameworks": "default",
        "dtypes": "float32",
        "modes": "default",
        "seed": "3",
    }
    assert results.environment["numpy"] == np.__version__


def test_progress_is_told_after_each_task():
    told = []
    settings = Settings(suites=("made",), dtypes=("float32", "float64"), jobs=1)
    run(settings, _load(implementation(of=SMALL)), lambda *told_now: told.append(told_now))
    assert told == [("made float32", 1, 2), ("made float64", 2, 2)]


def test_an_interrupt_keeps_what_was_done():
    def interrupt(label, done, total):
        raise KeyboardInterrupt

    settings = Settings(suites=("made",), dtypes=("float32", "float64"), jobs=1)
    results = run(settings, _load(implementation(of=SMALL)), interrupt)
    assert [s.dtype for s in results.subjects] == ["float32"]
    assert results.settings["interrupted"] == "after 1 of 2 tasks"


def _claim(show, **fields):
    return Claim(name="c", text="it holds", show=show, **fields)


def _exits():
    sys.exit(1)


@pytest.mark.parametrize(
    ("show", "holds", "error"),
    [
        (lambda: Shown(True, (("a", "1"),)), True, ""),
        (lambda: Shown(False, ()), False, ""),
        (lambda: 1 // 0, False, "ZeroDivisionError: "),
        (_exits, False, "SystemExit: 1"),
    ],
)
def test_claims(show, holds, error):
    load = _load(implementation(of=SMALL), claims=(_claim(show),))
    (claim,) = run(Settings(suites=("made",), dtypes=("float64",), jobs=1), load).claims
    assert claim.holds is holds
    assert claim.error.startswith(error)
    assert bool(claim.error) is bool(error)


@pytest.mark.parametrize(("chosen", "shown"), [(None, 1), (("jax",), 0), (("torch",), 1), (("numpy",), 0)])
def test_claims_of_other_frameworks_are_left_out(chosen, shown):
    claims = (_claim(lambda: Shown(True, ()), frameworks=("torch",)),)
    found = list(demonstration.claims(suite(claims=claims), chosen))
    assert len(found) == shown


def test_properties_are_judged_once_a_specification():
    asked = Ordering("loss(2, 0) > loss(1, 0)", (2.0, 0.0), (1.0, 0.0))
    arguments = (Argument("[1, 2]"), Argument("[1, 2]"))
    of = specification(lambda xp, p, t: (p - t) ** 2, *arguments, properties=(asked,))
    given = [implementation(lambda p, t: (p - t) ** 2, of=of, name=name) for name in ("one", "two")]
    (found,) = _run(*given).properties
    assert (found.holds, found.expected) == (True, True)


def test_a_property_that_cannot_be_judged_is_red_and_takes_nothing_down():
    of = specification(SMALL.definition, *SMALL.arguments, properties=("no property",))
    results = _run(implementation(of=of))
    assert [(p.holds, p.expected) for p in results.properties] == [(False, True)]
    assert "AttributeError" in results.properties[0].witness
    assert [s.status for s in results.subjects] == ["clean"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dtypes": ("float31",)}, "unknown dtype 'float31'; expected one of float16"),
        ({"frameworks": ("tf",)}, "unknown framework 'tf'; expected one of numpy, torch, jax"),
        ({"modes": ("fast",)}, "unknown mode 'fast'; expected one of compile, eager, forward, jit"),
        ({"modes": ("jit",), "frameworks": ("numpy",)}, "unknown mode 'jit' of numpy; expected one of eager"),
        ({"modes": ("jit",)}, "nothing to run in the suite 'made' with frameworks: default, modes: jit; leave out"),
    ],
)
def test_settings_that_cannot_be_run(fields, message):
    with pytest.raises(ValueError, match=message):
        validate(Settings(suites=("made",), **fields), _load(implementation(of=SMALL)))


def test_a_framework_asked_for_by_name_must_be_installed(monkeypatch):
    torch = frameworks.get("torch")
    monkeypatch.delitem(vars(torch), "library", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(NotInstalled, match=r"pip install 'gradcheck\[torch\]'"):
        validate(Settings(suites=("made",), frameworks=("torch",)), _load(implementation(of=SMALL)))


def test_a_suite_of_claims_alone_may_run():
    validate(Settings(suites=("made",)), lambda name: Suite(name="made", title="made"))


@pytest.mark.parametrize(
    ("fields", "wanted", "modes"),
    [
        ({"framework": "jax"}, None, ("eager", "jit")),
        ({"framework": "torch"}, None, ("eager",)),
        ({"framework": "torch"}, ("compile", "jit"), ("compile",)),
        ({"framework": "jax", "modes": ("jit",)}, None, ("jit",)),
        ({"framework": "jax", "modes": ("jit",)}, ("eager",), ()),
    ],
)
def test_modes(fields, wanted, modes):
    assert modes_of(implementation(**fields), wanted) == modes
