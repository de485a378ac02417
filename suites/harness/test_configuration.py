"""`[tool.gradcheck]`: what it says reaches the commands; a mistake is answered with key, line and allowed values."""

import sys

import pytest

from gradcheck import cli, configuration
from gradcheck.commands import scan as command_of_scan
from gradcheck.scan import Scanned
from gradcheck.toml_lines import line_of
from gradcheck.verdict import Severity

WHOLE = """
[project]
name = "adopter"

[tool.gradcheck]
baseline = "accepted.toml"
fail-on = "minor"
seed = 3
dtypes = ["float32", "float16"]

[[tool.gradcheck.functions]]
target = "losses:focal"
domains = { probs = "probability" }
framework = "numpy"

[[tool.gradcheck.functions]]
target = "losses:bce"
modes = ["eager", "jit"]
dtypes = ["float64"]
[tool.gradcheck.functions.shapes]
x = [4, 3]
[tool.gradcheck.functions.differentiate]
x = true
y = false
"""


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        return configuration.load(tmp_path / "pyproject.toml")

    return load


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Runs `gradcheck scan` in this process: the targets and options that the scan was asked for, call by call."""
    monkeypatch.chdir(tmp_path)
    calls = []

    def scan(targets, options):
        calls.append((targets, options))
        return [Scanned(target) for target in targets]

    def call(*words):
        monkeypatch.setattr(command_of_scan, "scan", scan)
        monkeypatch.setattr(sys, "argv", ["gradcheck", "scan", *words])
        with pytest.raises(SystemExit):
            cli.main()
        return calls

    return call


def test_everything_that_can_be_said(load, tmp_path):
    found = load(WHOLE)
    assert (found.baseline, found.fail_on, found.seed) == (tmp_path / "accepted.toml", Severity.MINOR, 3)
    assert (found.dtypes, found.modes) == (("float32", "float16"), ("eager",))
    focal, bce = found.functions
    assert (focal.target, focal.wishes.domains, focal.framework) == ("losses:focal", {"probs": "probability"}, "numpy")
    assert (bce.wishes.shapes, bce.wishes.fixed, bce.modes) == ({"x": (4, 3)}, ("y",), ("eager", "jit"))


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.gradcheck]\n"])
def test_nothing_said_is_the_defaults(load, text):
    assert load(text) == configuration.Configuration(folder=load(text).folder)


def test_the_file_is_looked_for_above(load, tmp_path):
    load(WHOLE)
    (tmp_path / "deep/er").mkdir(parents=True)
    assert configuration.find(tmp_path / "deep/er").seed == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"minor"', '"sever"', "line 7: fail-on = 'sever'; expected one of critical, major, minor"),
        ("seed = 3", "seed = true", "line 8: seed = true; expected a whole number"),
        ("seed = 3", "sede = 3", "line 8: unknown key 'sede'; did you mean seed? expected some of functions, baseline"),
        ('"float16"', '"float8"', "line 9: dtypes = ['float32', 'float8']; expected a list of some of float16"),
        ('"losses:focal"', '"losses.focal"', "line 12: functions[1].target = 'losses.focal'; expected package.module:"),
        ('"probability"', '"probabilty"', "line 13: functions[1].domains.probs = 'probabilty': the domain"),
        ('"numpy"', '"keras"', "line 14: functions[1].framework = 'keras'; expected one of numpy, torch, jax"),
        ('target = "losses:bce"', "", 'line 16: functions[2] has no target; expected such as target = "my_losses:'),
        ('"jit"', "1", "line 18: functions[2].modes = ['eager', 1]; expected a list of some of eager, jit"),
        ('["float64"]', '"float64"', "line 19: functions[2].dtypes = 'float64'; expected a list of some of float16"),
        ("[4, 3]", "[4, 0]", "line 21: functions[2].shapes.x = [4, 0]; expected a list of sizes, as in [4, 3]"),
        ("y = false", "y = 0", "line 24: functions[2].differentiate.y = 0; expected true or false"),
        ("seed = 3", "functions = 3\n[tool.other]", "line 8: functions = 3; expected tables [[tool.gradcheck.functi"),
    ],
)
def test_a_mistake_names_key_line_and_what_is_allowed(load, old, new, said):
    text = WHOLE.replace(old, new, 1)
    text = text.partition("[tool.other]")[0]
    with pytest.raises(ValueError, match=r"pyproject\.toml") as caught:
        load(text)
    assert f"pyproject.toml, {said}" in str(caught.value)


def test_no_toml(load):
    with pytest.raises(ValueError, match=r"pyproject\.toml cannot be read: Expected"):
        load("[tool.gradcheck")


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2", ("b",), 2),
        ("[t]\nx = 1\n[u]\nx = 2", ("u", "x"), 4),
        ("[t]\nu.x = 1", ("t", "u", "x"), 2),
        ('[t]\nu = { x = "1" }', ("t", "u", "x"), 2),
        ("[[t]]\nx = 1\n[[t]]\nx = 2", ("t", 1, "x"), 4),
        ("[[t]]\n[t.u]\nx = 1\n[[t]]\n[t.u]\nx = 2", ("t", 1, "u", "x"), 6),
        ('["t"]\n"x" = 1', ("t", "x"), 2),
        ("a = 1", ("b",), 1),
    ],
)
def test_line_of_a_key(text, path, line):
    assert line_of(text, path) == line


def test_scan_without_a_target_checks_the_functions_of_the_configuration(asked, load, tmp_path):
    load(WHOLE)
    (first, focal), (second, bce) = asked()
    assert (first, second) == (("losses:focal",), ("losses:bce",))
    assert (focal.dtypes, focal.modes, focal.framework, focal.seed) == (("float32", "float16"), ("eager",), "numpy", 3)
    assert (bce.dtypes, bce.modes, bce.framework) == (("float64",), ("eager", "jit"), None)
    assert (bce.wishes.shapes, bce.wishes.fixed) == ({"x": (4, 3)}, ("y",))
    assert focal.folder == str(tmp_path)


def test_the_command_line_says_otherwise(asked, load):
    load(WHOLE)
    words = "losses:bce --dtype float32 --seed 1 --framework jax --shape x=2 --domain y=positive"
    [(targets, options)] = asked(*words.split())
    assert targets == ("losses:bce",)
    assert (options.dtypes, options.seed, options.framework) == (("float32",), 1, "jax")
    assert (options.wishes.shapes, options.wishes.domains) == ({"x": (2,)}, {"y": "positive"})
    assert options.modes == ("eager", "jit")


@pytest.mark.parametrize("fail_on", ["minor", "critical"])
def test_what_fails_by_default(asked, load, monkeypatch, fail_on):
    load(WHOLE.replace('"minor"', f'"{fail_on}"'))
    seen = []
    monkeypatch.setattr(command_of_scan, "exit_code", lambda scanned, severity, against: seen.append(severity))
    asked()
    assert seen == [Severity(fail_on)]


def test_the_baseline_counts_once_it_was_written(asked, load, monkeypatch, tmp_path):
    found = load(WHOLE)
    assert found.accepted is None
    monkeypatch.chdir(tmp_path)
    assert found.defaults["baseline"]["write"]["path"] == "accepted.toml"
    (tmp_path / "accepted.toml").write_text("schema = 1\n", encoding="utf-8")
    assert found.accepted == found.baseline
    assert [options.baseline for _, options in asked()] == ["accepted.toml"] * 2


def test_a_mistake_is_one_line_and_exit_code_2(monkeypatch, capsys, tmp_path):
    (tmp_path / "pyproject.toml").write_text(WHOLE.replace("seed = 3", "sede = 3"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["gradcheck", "run"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("gradcheck: pyproject.toml, line 8: unknown key 'sede'; did you mean")
