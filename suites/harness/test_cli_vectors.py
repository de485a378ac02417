"""`gradcheck vectors` and `gradcheck scan --vectors`: the files, the exit codes, one line for each mistake."""

import sys

import pytest
from hand_made import implementation, specification, suite

from gradcheck import Argument, cli, suites
from gradcheck.vectors import file

SMALL = specification(lambda xp, x: 1.5 * x, Argument("[1, 2]", shape=(2,), name="x"), name="small")
MODULE = """
import numpy as np

def right(x):
    return x * x.dtype.type(1.5)

def doubles(x):
    return x * x.dtype.type(2)

def two(x, y):
    return x * y
"""


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs the command line in this process and an empty folder: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(suites, "load", lambda name: suite(*(implementation(of=SMALL) for _ in range(2))))

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["gradcheck", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return call


def test_a_file_for_each_specification_and_dtype(command, tmp_path):
    code, shown, _ = command("vectors", "made", "--dtype", "float32", "--dtype", "bfloat16")
    assert code == 0
    assert sorted(p.name for p in (tmp_path / "vectors").iterdir()) == ["small.bfloat16.json", "small.float32.json"]
    found = file.load(tmp_path / "vectors" / "small.float32.json")
    assert f"wrote vectors/small.float32.json: {len(found.vectors)} points" in shown


@pytest.mark.parametrize(("target", "code"), [("mine:right", 0), ("mine:doubles", 1), ("mine:two", 2)])
def test_a_function_is_judged_against_a_file(command, target, code):
    command("vectors", "made", "--dtype", "float32")
    found, shown, errors = command("scan", target, "--framework", "numpy", "--vectors", "vectors/small.float32.json")
    assert found == code, (shown, errors)
    assert "Traceback" not in errors
    if code == 1:
        assert "wrong in the value" in shown


def test_the_dtype_is_that_of_the_file(command):
    command("vectors", "made", "--dtype", "float16")
    words = ("--framework", "numpy", "--vectors", "vectors/small.float16.json")
    assert "numpy float16 eager" in command("scan", "mine:doubles", *words)[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--vectors", "none.json"), "cannot read the test vectors none.json: No such file"),
        (("--vectors", "mine.py"), "mine.py holds no test vectors"),
        (("--vectors", "vectors/small.float32.json", "--dtype", "float64"), "is of float32; leave out --dtype float64"),
        (("--vectors", "vectors/small.float32.json", "--shape", "x=3"), "leave out --shape"),
    ],
)
def test_a_mistake_is_one_line(command, words, said):
    command("vectors", "made", "--dtype", "float32")
    code, _, errors = command("scan", "mine:right", *words)
    assert code == 2
    (line,) = errors.splitlines()
    assert said in line


def test_a_folder_that_cannot_be_written(command, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    code, _, errors = command("vectors", "made", "--output", "taken")
    assert code == 2
    assert "choose another folder with --output" in errors


def test_a_suite_without_specifications(command, monkeypatch):
    monkeypatch.setattr(suites, "load", lambda name: suite())
    code, _, errors = command("vectors", "made")
    assert code == 2
    assert "has no specifications" in errors
