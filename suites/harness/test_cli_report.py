"""`gradcheck report`: the formats by their suffixes, against a baseline, several runs; mistakes are one line."""

import json
import sys

import pytest
from sample_results import finding, subject

from gradcheck import cli, results_file
from gradcheck.record import Results


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs `gradcheck` in this process, in a folder with results.json of one finding: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    results_file.save(Results(subjects=(subject(findings=(finding(),), status="unexpected"),)), "results.json")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["gradcheck", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return call


def test_each_suffix_is_a_format(command, tmp_path):
    names = ("s.md", "j.xml", "g.sarif", "g.annotations")
    code, shown, _ = command("report", "results.json", *names)
    assert (code, shown.split("\n")) == (0, [*(f"wrote {name}" for name in names), ""])
    assert "::error file=losses/norm.py,line=12,title=" in (tmp_path / "g.annotations").read_text()
    assert json.loads((tmp_path / "g.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "j.xml").read_text().startswith("<?xml")
    assert "1 unexpected finding" in (tmp_path / "s.md").read_text()


def test_what_the_baseline_accepts_is_not_unexpected(command, tmp_path):
    command("baseline", "write", "results.json")
    command("report", "results.json", "accepted.txt", "--baseline", "gradcheck-baseline.toml")
    command("report", "results.json", "alone.txt")
    assert "1 unexpected" in (tmp_path / "alone.txt").read_text()
    assert "0 unexpected" in (tmp_path / "accepted.txt").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("results.json",), "Missing argument 'FILE...'"),
        (
            ("s.html", "results.json", "s 2.md"),
            "s.html is a file to write and results.json a run to read, and runs come first: "
            "gradcheck report results.json s.html 's 2.md'",
        ),
        (
            ("s.HTML", "."),
            "s.HTML is a file to write and . a run to read, and runs come first: gradcheck report . s.HT",
        ),
        (("s.html", "s.md"), "'s.html' does not exist"),
        (("none.json", "s.md"), "'none.json' does not exist"),
        (
            ("results.json", "results.json", "s.md"),
            "s.md: of several runs there is only a page; name a file with .html",
        ),
        ((".", "s.md"), "s.md: of several runs there is only a page; name a file with .html"),
        (("no-such-run", "s.html"), "'no-such-run' does not exist"),
        (("results.json", "s.pdf"), "no report format for s.pdf: suffix '.pdf'; name the file with one of .html"),
        (("results.json", "no/such/s.md"), "cannot write no/such/s.md: No such file or directory"),
    ],
)
def test_wrong_use(command, words, said, tmp_path):
    code, _, errors = command("report", *words)
    assert code == 2
    assert said in errors
    assert not list(tmp_path.glob("s.*"))


def test_several_runs_are_a_page_and_one_that_cannot_be_read_is_said(command, tmp_path):
    for night, text in (("1", (tmp_path / "results.json").read_text()), ("2", "{")):
        (tmp_path / "nightly" / night).mkdir(parents=True)
        (tmp_path / "nightly" / night / "results.json").write_text(text)
    code, shown, errors = command("report", "nightly/1", "nightly/2/results.json", "nightly/3", "nightly/index.html")
    assert (code, shown) == (0, "wrote nightly/index.html\n")
    assert errors.splitlines()[0].startswith("gradcheck: nightly/2/results.json is not a results file: ")
    assert errors.splitlines()[1:] == ["gradcheck: nightly/3 cannot be read: No such file or directory"]
    page = (tmp_path / "nightly" / "index.html").read_text()
    assert "gradcheck: 3 runs, the latest: 1 unexpected finding." in page


def test_a_folder_is_one_run_of_several_to_come(command, tmp_path):
    assert command("report", ".", "index.html")[0] == 0
    assert "gradcheck: 1 run, the latest" in (tmp_path / "index.html").read_text()
    assert command("report", "results.json", "index.html")[0] == 0
    assert "gradient and stability report" in (tmp_path / "index.html").read_text()
