"""`docs/ci.md`: its commands are there, its files are read; `test_adopter.py` follows it."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from gradcheck import cli, configuration, pytest_plugin, reports

DOCUMENT = (Path(__file__).parents[2] / "docs/ci.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, flags=re.MULTILINE | re.DOTALL)


def _commands(name: str) -> list[str]:
    """Every use of a command: in a shell, in a workflow file, in the text."""
    lines = [line.strip() for block in (*blocks("console"), *blocks("yaml")) for line in block.splitlines()]
    lines = [re.sub(r"^(- )?(run|entry): ", "", line) for line in lines]
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", DOCUMENT, flags=re.MULTILINE | re.DOTALL))
    return sorted({line.partition("  #")[0] for line in (*lines, *quoted) if line.startswith(f"{name} ")})


def _command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words behind it."""
    found: click.Command = cli.cli
    while isinstance(found, click.Group):
        assert words[0] in found.commands, f"there is no command {words[0]}"
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize("line", _commands("gradcheck"))
def test_the_command_line_understands(line):
    command, words = _command_of(shlex.split(line)[1:])
    context = click.Context(command)
    options, _, _ = command.make_parser(context).parse_args(words)
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice) and options.get(parameter.name):
            parameter.type_cast_value(context, options[parameter.name])


def test_what_is_shown_of_it():
    shown = {line.split()[1] for line in _commands("gradcheck")}
    assert shown == {"run", "scan", "baseline", "report", "compare"}


def test_an_unknown_option_would_be_seen():
    with pytest.raises(click.NoSuchOption):
        test_the_command_line_understands("gradcheck scan --no-such-option")


def test_options_of_pytest():
    used = {option for line in _commands("pytest") for option in re.findall(r"--gradcheck-([\w-]+)", line)}
    assert used == set(pytest_plugin.OPTIONS)


def test_the_configuration_is_read(tmp_path):
    [text] = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    found = configuration.load(tmp_path / "pyproject.toml")
    assert [f.target for f in found.functions] == ["my_losses:logistic", "my_losses:huber"]
    assert set(tomllib.loads(text)["tool"]["gradcheck"]) == set(configuration.configuration_keys.KEYS)


def test_the_workflow_and_the_hook():
    workflow, hook = map(yaml.safe_load, blocks("yaml"))
    steps = workflow["jobs"]["stability"]["steps"]
    checking = next(step["run"] for step in steps if "pytest -n" in step.get("run", ""))
    [written] = re.findall(r"--gradcheck-report=(\w+)", checking)
    artefact = next(step for step in steps if "upload-artifact" in step.get("uses", ""))
    assert artefact["with"]["path"] == written
    sarif = next(step["with"]["sarif_file"] for step in steps if "upload-sarif" in step.get("uses", ""))
    reporting = next(step["run"] for step in steps if sarif in step.get("run", ""))
    files = re.findall(rf"{written}/[\w.]+", reporting.splitlines()[0])
    assert {reports.format_for(file) for file in files[1:]} == {"markdown", "sarif", "annotations"}
    assert f"cat {files[-1]}" in reporting.splitlines()
    assert hook["repos"][0]["hooks"][0]["entry"].startswith("gradcheck scan")
