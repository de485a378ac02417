"""`gradcheck baseline` and `gradcheck run --baseline`: as an adopter goes through them; exit codes, messages."""

import sys
import tomllib

import pytest
from hand_made import implementation, right, specification, suite
from sample_results import finding, numbers, subject

from gradcheck import Argument, cli, results_file, suites
from gradcheck.record import Results

SMALL = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,), name="x"))


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs the command line in this process and an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["gradcheck", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def saved(tmp_path):
    """Saves results with these findings; gives the name of the file."""

    def save(*findings):
        judged = subject(findings=findings, status="unexpected" if findings else "clean")
        results_file.save(
            Results(subjects=(judged,), environment={"platform": "Linux x86_64"}), tmp_path / "results.json"
        )
        return "results.json"

    return save


@pytest.fixture
def made(monkeypatch):
    """A suite of one function under the name `made`."""

    def make(function):
        monkeypatch.setattr(suites, "load", lambda name: suite(implementation(function, name="f", of=SMALL)))

    return make


POINT = (numbers(("0.0", "1e-30")),)
WRONG = finding("wrong", severity="major", ulps=1000.0, point=POINT)
RUN = ("run", "made", "--jobs", "1", "--dtype", "float32")
FILE = "gradcheck-baseline.toml"


def _doubles(x):
    return x * x.dtype.type(2)


def _breaks_above(x):
    return right(x) * (1 + (x > 1.5)).astype(x.dtype)


def _nan(x):
    return x * x.dtype.type("nan")


def test_from_the_first_run_to_a_fixed_function(command, made, tmp_path):
    made(_breaks_above)
    assert command(*RUN)[0] == 1
    code, shown, _ = command("baseline", "write", "out/results.json")
    assert code == 0
    assert "added made/f numpy float32 eager: wrong" in shown
    assert "no reason yet: made/f" in shown
    assert command(*RUN, "--baseline", FILE)[0] == 0
    made(_nan)
    code, shown, _ = command(*RUN, "--baseline", FILE)
    assert code == 1
    assert "1 worse" in shown
    assert "spurious_nan, was wrong" in shown
    made(right)
    code, shown, _ = command(*RUN, "--baseline", FILE)
    assert code == 1
    assert "1 fixed" in shown
    assert "removed made/f" in command("baseline", "write", "out/results.json")[1]
    assert command(*RUN, "--baseline", FILE)[0] == 0


def test_writing_keeps_the_reasons_that_are_written(command, saved, tmp_path):
    command("baseline", "write", saved(WRONG))
    path = tmp_path / FILE
    path.write_text(path.read_text().replace('reason = ""', 'reason = "as documented"'), encoding="utf-8")
    before = path.read_text()
    code, shown, _ = command("baseline", "write", saved(WRONG))
    assert (code, path.read_text()) == (0, before)
    assert "no reason yet" not in shown
    command("baseline", "write", saved(WRONG, finding("spurious_nan")))
    reasons = {e["verdict"]: e["reason"] for e in tomllib.loads(path.read_text())["finding"]}
    assert reasons == {"wrong": "as documented", "spurious_nan": ""}


@pytest.mark.parametrize(
    ("findings", "words", "code"),
    [
        ((WRONG,), (), 0),
        ((), (), 1),
        ((WRONG, finding("spurious_nan")), (), 1),
        ((WRONG, finding("inaccurate", severity="minor")), (), 0),
        ((WRONG, finding("inaccurate", severity="minor")), ("--fail-on", "minor"), 1),
        ((WRONG, finding("inaccurate", severity="major")), ("--fail-on", "critical"), 0),
    ],
)
def test_exit_code_of_check(command, saved, findings, words, code):
    command("baseline", "write", saved(WRONG))
    assert command("baseline", "check", saved(*findings), *words)[0] == code


def test_check_says_what_and_what_to_type_next(command, saved):
    command("baseline", "write", saved(WRONG))
    _, shown, _ = command("baseline", "check", saved(finding("spurious_inf", quantity="value", argument_name=None)))
    assert shown.startswith("1 new, 0 worse, 1 fixed; 0 accepted, 1 entry without a reason")
    assert "remove the entries with `gradcheck baseline write`" in shown


@pytest.mark.parametrize("what", ["write", "check"])
def test_a_bad_point_is_said_with_the_file_and_nothing_written(command, saved, tmp_path, what):
    code, shown, said = command("baseline", what, saved(finding("wrong", point=(numbers(("0.0", "1e-3O")),))))
    assert (code, shown) == (2, "")
    assert said == (
        "gradcheck: results.json is damaged: subjects[0].findings[0].point[0].values[1] is '1e-3O'; expected a number, "
        "inf, -inf or nan; make it anew with gradcheck run\n"
    )
    assert not (tmp_path / FILE).exists()


def test_an_entry_for_this_platform(command, saved, tmp_path):
    command("baseline", "write", saved(WRONG))
    grown = finding("wrong", severity="major", ulps=1e6, point=POINT)
    assert command("baseline", "write", saved(grown), "--this-platform")[0] == 0
    entries = tomllib.loads((tmp_path / FILE).read_text())["finding"]
    assert [e.get("platform") for e in entries] == [None, "Linux x86_64"]


@pytest.mark.parametrize(("fail_on", "code"), [("critical", 0), ("major", 1), ("minor", 1)])
def test_run_fails_on_the_severity_that_is_asked_for(command, made, monkeypatch, fail_on, code):
    made(right)
    judged = subject(findings=(WRONG,), status="unexpected")
    monkeypatch.setattr(cli, "run", lambda *_: Results(subjects=(judged,)))
    assert command(*RUN, "--fail-on", fail_on)[0] == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*RUN, "--baseline", "none.toml"), "gradcheck: cannot read the baseline none.toml: No such file"),
        (("baseline", "check", "results.json"), "`gradcheck baseline write RESULTS --file gradcheck-baseline.toml`"),
        (("baseline", "write", "none.json"), "'none.json' does not exist"),
        (("baseline", "write", "results.json", "--file", "no/such/b.toml"), "choose another file with --file"),
    ],
)
def test_a_mistake_is_said_before_anything_runs(command, made, saved, words, said):
    made(right)
    saved()
    code, shown, errors = command(*words)
    assert code == 2
    assert said in errors
    assert "[1/" not in errors
    assert "Traceback" not in errors + shown
