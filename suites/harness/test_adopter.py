"""A new adopter does what `docs/ci.md` says, in a project of their own, with one framework and not the other."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_docs_ci import blocks

PROJECT = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
# As if what is blocked were not installed: nothing finds it, whether it is imported or only looked for.
SITE = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec
blocked = {blocked!r}
PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name.partition(".")[0] in blocked else find(name, *rest)
)
"""
TORCH = """
import torch


def logistic(margin):
    return torch.nn.functional.softplus(-margin).sum()


def huber(prediction, target):
    error = (prediction - target).abs()
    return torch.where(error < 1, error * error / 2, error - 0.5)
"""
JAX = """
import jax
import jax.numpy as jnp


def logistic(margin):
    return jax.nn.softplus(-margin).sum()


def huber(prediction, target):
    error = jnp.abs(prediction - target)
    return jnp.where(error < 1, error * error / 2, error - 0.5)
"""
# framework -> what is not installed, the functions, what is right in them and what the adopter breaks it into.
PROJECTS = {
    "torch": (
        ("jax", "jaxlib", "optax"),
        TORCH,
        "torch.nn.functional.softplus(-margin)",
        "torch.log(1 + torch.exp(-margin))",
    ),
    "jax": (("torch", "torchmetrics"), JAX, "jax.nn.softplus(-margin)", "jnp.log(1 + jnp.exp(-margin))"),
}
PROGRAMS = {
    "pytest": ("-m", "pytest"),
    "gradcheck": ("-c", "from gradcheck.cli import main; main()"),
    "python": ("-c",),
}
LOOK = "'import sys; from importlib.util import find_spec; print([n for n in sys.argv[1:] if find_spec(n)])'"
Run = Callable[[str], subprocess.CompletedProcess[str]]


def _documented(start: str) -> str:
    """The command of the document that starts so, without what only makes it faster or needs a baseline."""
    lines = (line.strip() for block in (*blocks("console"), *blocks("yaml")) for line in block.splitlines())
    command = next(line for line in lines if line.startswith(start))
    return re.sub(r" -n auto| --(gradcheck-)?baseline[ =]\S+", "", command)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_stability.py").write_text(blocks("python")[0], encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def shell(project: Path) -> Callable[[tuple[str, ...]], Run]:
    """Commands in the project, where some packages are as good as not installed."""

    def without(blocked: tuple[str, ...]) -> Run:
        (project / "site").mkdir()
        (project / "site/sitecustomize.py").write_text(SITE.format(blocked=blocked), encoding="utf-8")

        def run(line: str) -> subprocess.CompletedProcess[str]:
            program, *words = shlex.split(line)
            command = [sys.executable, *PROGRAMS[program], *words]
            environment = {**os.environ, "PYTHONPATH": str(project / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
            return subprocess.run(
                command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300
            )

        return run

    return without


@pytest.mark.parametrize("framework", PROJECTS)
def test_write_run_break_see_it_mend(framework, project, shell):
    blocked, stable, right, wrong = PROJECTS[framework]
    guilty = next(number for number, line in enumerate(stable.splitlines(), start=1) if right in line)
    run = shell(blocked)
    assert run(f"python {LOOK} {' '.join(blocked)}").stdout == "[]\n"

    (project / "my_losses.py").write_text(stable, encoding="utf-8")
    first = run(_documented("pytest"))
    assert (first.returncode, _outcome(first)) == (0, "2 passed"), first.stdout

    (project / "my_losses.py").write_text(stable.replace(right, wrong), encoding="utf-8")
    broken = run(_documented("pytest -n auto --gradcheck-report"))
    assert (broken.returncode, _outcome(broken)) == (1, "1 failed, 1 passed"), broken.stdout
    [red] = re.findall(r"^FAILED (\S+::logistic\[.*?\])", broken.stdout, flags=re.MULTILINE)
    assert red == "tests/test_stability.py::stability::logistic[is right in float32, eager]"
    [said] = re.findall(r"^logistic: critical .*?^  next ", broken.stdout, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^  (\w+)", said, flags=re.MULTILINE)[:3] == ["at", "expected", "got"]
    assert f"({project.name}/my_losses.py:{guilty})" in " ".join(said.split())
    assert (project / "out/report.html").exists()
    assert _findings(project, "logistic")
    assert not _findings(project, "huber")

    reported = run(_documented("gradcheck report out/results.json"))
    assert reported.returncode == 0, reported.stderr
    annotations = (project / "out/gradcheck.annotations").read_text(encoding="utf-8")
    assert f"::error file={project / 'my_losses.py'},line={guilty},title=critical " in annotations

    (project / "my_losses.py").write_text(stable, encoding="utf-8")
    mended = run(_documented("pytest -n auto --gradcheck-report"))
    assert (mended.returncode, _outcome(mended)) == (0, "2 passed"), mended.stdout
    assert not _findings(project, "logistic")


def _outcome(done: subprocess.CompletedProcess[str]) -> str:
    """`1 failed, 1 passed`; where pytest did not come so far, what it said."""
    counted = re.findall(r"^=+ (.*) in [\d.]+s.* =+$", done.stdout, flags=re.MULTILINE)
    return counted[-1] if counted else done.stdout + done.stderr


def _findings(project: Path, function: str) -> list[str]:
    """The verdicts found on a function that are more than minor."""
    results = json.loads((project / "out/results.json").read_text(encoding="utf-8"))
    subjects = [s for s in results["subjects"] if s["implementation"] == function]
    assert subjects
    return [f["verdict"] for s in subjects for f in s["findings"] if f["severity"] != "minor"]
