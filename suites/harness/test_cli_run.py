"""`gradcheck run`: exit codes, one line for each mistake, the files, and what is printed where."""

import io
import json
import sys

import pytest
from hand_made import implementation, right, specification, suite

from gradcheck import Argument, cli, results_file, suites
from gradcheck.record import Results
from gradcheck.suites import SEEDS

SMALL = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,)))


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs the command line in this process, with an output folder: (exit code, stdout, stderr)."""

    def call(*words):
        output = [] if "--output" in words or "--help" in words else ["--output", str(tmp_path / "out")]
        monkeypatch.setattr(sys, "argv", ["gradcheck", *words, *(output if words[:1] == ("run",) else ())])
        return _exit_code_of(cli.main), *capsys.readouterr()

    return call


def _exit_code_of(main):
    try:
        main()
    except SystemExit as end:
        return end.code
    return 0  # click returns after --help


@pytest.fixture
def made(monkeypatch):
    """A suite of the given functions under the name `made`."""

    def make(*functions):
        made = suite(*(implementation(f, name=f"f{k}", of=SMALL) for k, f in enumerate(functions)))
        monkeypatch.setattr(suites, "load", lambda name: made)

    return make


RUN = ("run", "made", "--jobs", "1", "--dtype", "float32")


def _doubles(x):
    return x * x.dtype.type(2)


def _none(x):
    return None


@pytest.mark.parametrize(
    ("functions", "code"), [([right], 0), ([right, _doubles], 1), ([right, _none], 2), ([_doubles, _none], 2)]
)
def test_exit_code(command, made, functions, code):
    made(*functions)
    assert command(*RUN)[0] == code


def test_a_broken_subject_is_a_line_on_stderr_and_in_the_files(command, made, tmp_path):
    made(right, _none)
    code, _, errors = command(*RUN)
    assert code == 2
    (line,) = [line for line in errors.splitlines() if line.startswith("gradcheck:")]
    assert line.startswith("gradcheck: made/f1 numpy float32 eager: ")
    assert line.endswith("is a return missing?")
    assert "Traceback" not in errors
    found = results_file.load(tmp_path / "out" / "results.json")
    assert [s.status for s in found.subjects] == ["clean", "failed"]


def test_files_are_written_and_their_paths_printed(command, made, tmp_path):
    made(right)
    _, shown, _ = command(*RUN)
    for name in ("results.json", "report.html"):
        assert (tmp_path / "out" / name).stat().st_size > 100
        assert name in shown
    assert "Clean" in shown
    assert all(len(line) <= 100 for line in shown.splitlines())


def test_progress_is_plain_lines_where_there_is_no_terminal(command, made):
    made(right)
    _, shown, errors = command(*RUN, "--dtype", "float64")
    assert errors.splitlines() == ["[1/2] made float32", "[2/2] made float64"]
    assert "[1/2]" not in shown


def test_an_interrupt_writes_what_there_is_and_says_so(command, made, monkeypatch, tmp_path):
    made(right)
    run = cli.run

    def interrupted(*settings):
        return Results(subjects=run(*settings).subjects, settings={"interrupted": "after 1 of 4 tasks"})

    monkeypatch.setattr(cli, "run", interrupted)
    code, _, errors = command(*RUN)
    assert code == 2
    assert errors.splitlines()[-1] == "gradcheck: interrupted after 1 of 4 tasks; the files hold what was done"
    assert len(results_file.load(tmp_path / "out" / "results.json").subjects) == 1


def test_an_interrupt_before_the_run_is_one_line(command, made, monkeypatch):
    made(right)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "validate", interrupted)
    code, _, errors = command(*RUN)
    assert (code, errors.strip()) == (2, "gradcheck: interrupted")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lnr"], "unknown suite 'lnr'; did you mean lrn? There are: squared_norm, vae"),
        (["zzz"], "unknown suite 'zzz'; There are: squared_norm, vae"),
        (["lrn", "--framework", "tf"], "unknown framework 'tf'; expected one of numpy, torch, jax"),
        (["lrn", "--dtype", "float31"], "unknown dtype 'float31'; expected one of float16, bfloat16, float32, float64"),
        (["lrn", "--mode", "fast"], "unknown mode 'fast'; expected one of compile, eager, forward, jit"),
        (["lrn", "--mode", "jit", "--framework", "torch"], "unknown mode 'jit' of torch; expected one of compile"),
    ],
)
def test_a_name_that_does_not_exist_is_one_line(command, words, message):
    code, shown, errors = command("run", *words)
    assert (code, shown) == (2, "")
    assert errors.startswith(f"gradcheck: {message}")
    assert errors.count("\n") == 1


def test_a_framework_that_is_not_installed(command, monkeypatch):
    jax = cli.frameworks.get("jax")
    monkeypatch.delitem(vars(jax), "library", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    code, _, errors = command("run", "lrn", "--framework", "jax")
    assert code == 2
    assert errors.startswith("gradcheck: jax cannot be imported (")
    assert errors.endswith("type: pip install 'gradcheck[jax]'\n")


@pytest.mark.parametrize("make", ["file", "below a file", "report is a folder"])
def test_an_output_that_cannot_be_written(command, tmp_path, make):
    output = tmp_path / "here"
    if make == "report is a folder":
        (output / "report.html").mkdir(parents=True)
    else:
        output.write_text("mine")
        output = output / "deeper" if make == "below a file" else output
    code, _, errors = command("run", "lrn", "--output", str(output))
    assert code == 2
    assert errors.startswith(f"gradcheck: cannot write to {output}: ")
    assert errors.endswith("; choose another folder with --output\n")
    assert errors.count("\n") == 1


def test_nothing_is_left_behind_by_the_test_for_writing(command, tmp_path):
    output = tmp_path / "fresh"
    cli._require_writable(output)
    assert list(output.iterdir()) == []


@pytest.mark.parametrize(("words", "hint"), [(["run", "--jobs", "0"], "--jobs"), (["runn"], "runn")])
def test_usage_errors(command, words, hint):
    code, _, errors = command(*words)
    assert code == 2
    assert hint in errors
    assert "Traceback" not in errors


def test_help_is_enough(command):
    code, shown, _ = command("run", "--help")
    assert code == 0
    for name in (*SEEDS, "float16", "bfloat16", "float32", "float64", "numpy", "torch", "jax"):
        assert name in shown
    for mode in ("eager", "jit", "compile", "forward"):
        assert mode in shown
    for option in ("--framework", "--dtype", "--mode", "--seed", "--jobs", "--output", "Exit code"):
        assert option in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_a_part_of_a_suite_of_the_mission(command, tmp_path):
    code, shown, errors = command("run", "magnitude_sign", "--framework", "numpy", "--dtype", "float64", "--jobs", "1")
    assert code == 0, shown + errors
    data = json.loads((tmp_path / "out" / "results.json").read_text())
    assert {(s["framework"], s["dtype"]) for s in data["subjects"]} == {("numpy", "float64")}


def test_compile_on_request(command, monkeypatch, tmp_path):
    pytest.importorskip("torch")
    given = implementation(lambda x: x * 1.5, of=SMALL, framework="torch")
    monkeypatch.setattr(suites, "load", lambda name: suite(given))
    code, shown, errors = command(*RUN, "--mode", "compile")
    assert code == 0, shown + errors
    (subject,) = results_file.load(tmp_path / "out" / "results.json").subjects
    assert (subject.mode, subject.counts["gradient"]) == ("compile", {"accurate": subject.points * 2})


def test_a_bar_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(cli, "Console", lambda **_: Terminal())
    with cli._progress() as on_done:
        on_done("made float32", 1, 2)
    assert "made float32" in Terminal.shown.getvalue()


class Terminal(cli.Console):
    """A console that takes itself for a terminal."""

    shown = io.StringIO()

    def __init__(self):
        super().__init__(file=self.shown, force_terminal=True, width=80)


def test_the_version_is_known(command):
    code, shown, _ = command("--version")
    assert code == 0
    assert shown.startswith("gradcheck, version ")


@pytest.mark.parametrize(("job", "count"), [("true", 2), ("false", 0), (None, 0)])
def test_a_job_of_github_actions_gets_annotations(command, made, monkeypatch, job, count):
    made(right, _doubles)
    if job:
        monkeypatch.setenv("GITHUB_ACTIONS", job)
    shown = command(*RUN)[1]
    commands = [line.partition(" ")[0] for line in shown.splitlines() if line.startswith("::")]
    assert commands == ["::notice", "::error"][:count]
