"""`gradcheck scan`: exit codes, what is printed where, the files; the scan itself is made up but for two."""

import sys

import pytest

from gradcheck import cli, results_file
from gradcheck.commands import scan as command_of_scan
from gradcheck.record import FindingRecord, Numbers, Subject
from gradcheck.scan import Scanned

MODULE = """
import numpy as np

def loss(probs):
    return np.log(probs)

def leaves(x):
    raise SystemExit(4)
"""


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs `gradcheck scan` in this process and an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def call(*words, name="scan"):
        monkeypatch.setattr(sys, "argv", ["gradcheck", name, *words])
        try:
            cli.main()
            code = 0  # click returns after --help
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def made(monkeypatch):
    """What the scan gives back; remembers what it was asked for."""
    asked = {}

    def make(*scanned):
        def scan(targets, options):
            asked.update(targets=targets, options=options)
            yield from scanned

        monkeypatch.setattr(command_of_scan, "scan", scan)
        return asked

    return make


def _subject(*findings, **about):
    fields = {"suite": "scan", "specification": "m:f", "implementation": "f", "framework": "numpy", "claim": "is right"}
    fields |= {"dtype": "float32", "mode": "eager", "status": "clean", "points": 1, "findings": findings}
    return Subject(**fields | {"counts": {"value": {"accurate": 3}}} | about)


def _finding(severity):
    return FindingRecord(
        verdict="inaccurate",
        severity=severity,
        quantity="value",
        argument=None,
        argument_name=None,
        index=(),
        dtype="float32",
        mode="eager",
        regime="zeros",
        oracle="shadow",
        truth_kind="certified",
        point=(Numbers(dtype="float32", shape=(), values=("0.0",)),),
        expected="1.0",
        enclosure="1.0",
        actual="1.1",
        ulps=9.0,
        count=1,
    )


CLEAN = Scanned("m:f", ("x: assumed real, shape (8,)",), (_subject(notes=("an operation without a rule",)),))
BROKEN = Scanned("m:g", problem="it is of type int", subjects=(_subject(status="failed", error="it", points=0),))


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("critical", "major", 1),
        ("major", "major", 1),
        ("minor", "major", 0),
        ("minor", "minor", 1),
        ("major", "critical", 0),
    ],
)
def test_exit_code_by_severity(command, made, severity, fail_on, code):
    made(Scanned("m:f", (), (_subject(_finding(severity), status="unexpected"),)))
    assert command("m:f", "--fail-on", fail_on)[0] == code


def test_what_is_clean_is_said_and_written_nowhere(command, made, tmp_path):
    made(CLEAN)
    code, out, err = command("m:f")
    assert (code, err) == (0, "")
    assert out.startswith("m:f: x: assumed real, shape (8,)\n")
    assert "Clean: nothing unexpected" in out
    assert "note: m:f, float32, eager: an operation without a rule" in out
    assert list(tmp_path.iterdir()) == []


def test_what_is_broken_is_one_line_on_stderr_and_exit_code_2(command, made):
    made(BROKEN)
    assert command("m:g") == (2, "", "gradcheck: m:g: it is of type int\n")


def test_one_broken_target_does_not_hide_the_others(command, made):
    made(BROKEN, CLEAN)
    code, out, err = command("m:g", "m:f")
    assert (code, err) == (2, "gradcheck: m:g: it is of type int\n")
    assert "m:f: x: assumed" in out


def test_files(command, made, tmp_path):
    made(CLEAN)
    _, out, _ = command("m:f", "--output", "new/folder")
    assert "wrote new/folder/results.json" in out
    assert "wrote new/folder/report.html" in out
    assert results_file.load(tmp_path / "new/folder/results.json").settings["targets"] == "m:f"
    assert "<html" in (tmp_path / "new/folder/report.html").read_text(encoding="utf-8")


def test_options_reach_the_scan(command, made, tmp_path):
    asked = made(CLEAN)
    words = (
        "--domain x=[0,1) --domain y=positive --shape x=2,3 --shape y=() --no-grad y --dtype float16 --dtype float64 "
    )
    words += "--mode jit --framework jax --seed 7 --budget 1.5 --definition m:d --gradient m:s"
    command("m:f", *words.split())
    options = asked["options"]
    assert asked["targets"] == ("m:f",)
    assert options.wishes.domains == {"x": "[0,1)", "y": "positive"}
    assert options.wishes.shapes == {"x": (2, 3), "y": ()}
    assert options.wishes.fixed == ("y",)
    assert (options.dtypes, options.modes, options.framework) == (("float16", "float64"), ("jit",), "jax")
    assert (options.seed, options.budget, options.definition, options.gradient) == (7, 1.5, "m:d", "m:s")
    assert options.folder == str(tmp_path)


def test_defaults(command, made):
    options = made(CLEAN)
    command("m:f")
    assert (options["options"].dtypes, options["options"].modes) == (("float32",), ("eager",))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing argument 'TARGET...'"),
        (("m:f", "--domain", "x"), "'x' is not NAME=DOMAIN; expected such as --domain target=probability"),
        (("m:f", "--domain", "x=rael"), "the domain 'rael' is unknown"),
        (("m:f", "--shape", "x=2x3"), "sizes are whole numbers with commas between them, such as 4,3"),
        (("m:f", "--dtype", "float8"), "'float8' is not one of"),
        (("m:f", "--budget", "0"), "0.0 is not in the range"),
    ],
)
def test_wrong_use(command, made, words, message):
    made()
    code, _, err = command(*words)
    assert code == 2
    assert message in " ".join(err.split())


def test_help_is_enough(command):
    code, out, _ = command("--help")
    assert code == 0
    for word in ("gradcheck scan my_losses:iwae", "--domain", "--shape", "--no-grad", "Exit code 0: clean"):
        assert word in out


def test_from_the_current_folder_in_processes_of_their_own(command, tmp_path):
    (tmp_path / "mine_alone.py").write_text(MODULE)
    code, out, err = command("mine_alone:leaves", "mine_alone:loss", "--framework", "numpy", "--budget", "1")
    assert code == 2
    assert "mine_alone:leaves: the function called sys.exit(4)" in err
    assert "mine_alone:loss: probs: assumed probability, shape (8,)" in out
    assert "components" in out
    assert "mine_alone" not in sys.modules


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [(("major",), 0, "1 accepted"), (("critical",), 1, "1 worse"), ((), 1, "1 fixed")],
)
def test_against_a_baseline(command, made, found, code, said):
    made(Scanned("m:f", (), (_subject(_finding("major"), status="unexpected"),)))
    command("m:f", "--output", "before")
    command("write", "before/results.json", name="baseline")
    asked = made(Scanned("m:f", (), (_subject(*map(_finding, found), status="unexpected"),)))
    result, out, _ = command("m:f", "--baseline", "gradcheck-baseline.toml")
    assert (result, asked["options"].baseline) == (code, "gradcheck-baseline.toml")
    assert said in out


def test_a_baseline_that_is_none_is_said_before_anything_runs(command, made):
    asked = made(CLEAN)
    code, _, err = command("m:f", "--baseline", "none.toml")
    assert (code, asked) == (2, {})
    assert "cannot read the baseline none.toml" in err
