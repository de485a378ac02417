"""`gradcheck compare`: exit codes, the table within 100 columns, Markdown, mistakes in one line."""

import sys
from dataclasses import replace

import pytest
from sample_results import HOSTILE, finding, subject

from gradcheck import cli, results_file
from gradcheck.record import Results


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Saves results and compares them: (exit code, stdout, stderr)."""

    def call(old, new, *words):
        paths = [tmp_path / "old.json", tmp_path / "new.json"]
        for found, path in zip((old, new), paths, strict=True):
            results_file.save(found, path)
        monkeypatch.setattr(sys, "argv", ["gradcheck", "compare", *map(str, paths), *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    return call


def results(*findings, **about):
    return Results(subjects=(subject(findings=findings, **about),))


WRONG = finding("wrong", severity="major", ulps=1000.0)


@pytest.mark.parametrize(
    ("old", "new", "words", "code"),
    [
        (results(), results(), (), 0),
        (results(WRONG), results(), (), 0),
        (results(), results(WRONG), (), 1),
        (results(), results(WRONG), ("--fail-on", "critical"), 0),
        (results(), results(WRONG, implementation="other"), (), 2),
    ],
)
def test_exit_code(command, old, new, words, code):
    assert command(old, new, *words)[0] == code


def test_the_table_shows_what_moved(command):
    _, shown, _ = command(results(WRONG), results(finding("spurious_nan"), framework="jax"))
    assert "worse" in shown
    assert "torch → jax" in shown
    assert "1 worse, 0 new, 0 better, 0 gone, 0 same, in 1 subject that both runs judged" in shown
    assert "compared by framework: torch with jax" in shown


@pytest.mark.parametrize("words", [(), ("--markdown",)])
def test_text_from_outside_stays_text_and_lines_short(command, words):
    about = {"specification": HOSTILE, "implementation": HOSTILE * 3, "dtype": "bfloat16", "mode": "compile"}
    hostile = [
        finding(verdict, argument_name=HOSTILE, actual="-2.2250738585072014e-308")
        for verdict in ("wrong", "spurious_nan")
    ]
    code, shown, _ = command(results(**about), results(*hostile, **about), *words)
    assert code == 1
    assert not {"\x1b", "\u202e", "\0"} & set(shown)
    if words:
        assert "<script" not in shown
        assert "@all" not in shown
    else:
        assert max(map(len, shown.splitlines())) <= 100


def test_many_movers_are_counted(command):
    many = [finding("wrong", argument_name=f"x{k}") for k in range(60)]
    _, shown, _ = command(results(), results(*many))
    assert "and 20 more" in shown
    assert "60 new" in shown


def test_a_file_that_holds_no_results_is_one_line(command, monkeypatch, tmp_path, capsys):
    command(results(), results())
    (tmp_path / "old.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["gradcheck", "compare", *(str(tmp_path / n) for n in ("old.json", "new.json"))])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is not a results file" in line


def test_an_unknown_verdict_is_one_line(command):
    code, shown, said = command(results(WRONG), results(replace(WRONG, verdict="wrnog")))
    assert (code, shown) == (2, "")
    assert "new.json is damaged: subjects[0].findings[0].verdict is 'wrnog'; expected one of spurious_nan" in said
    assert len(said.splitlines()) == 1
