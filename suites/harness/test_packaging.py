"""What a user installs: everything under the one name gradcheck, and all of it."""

from __future__ import annotations

import shutil
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from setuptools import build_meta

ROOT = Path(__file__).parents[2]
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {folder: name for name, folder in SETUP["tool"]["setuptools"]["package-dir"].items()}
NOT_INSTALLED = {"suites/harness", "suites/benchmarks"}
IGNORED = shutil.ignore_patterns("__pycache__", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """The names of the files in the wheel."""
    source = tmp_path_factory.mktemp("source")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=IGNORED)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    with pytest.MonkeyPatch.context() as patch, zipfile.ZipFile(_build(source, patch)) as archive:
        return set(archive.namelist())


def _build(source: Path, patch: pytest.MonkeyPatch) -> Path:
    patch.chdir(source)
    return source / build_meta.build_wheel(str(source))


def _sources() -> list[Path]:
    """Every file of the four folders that belongs into the wheel, relative to the repository."""
    found = [path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [
        path
        for path in found
        if "__pycache__" not in path.parts and not any(path.is_relative_to(folder) for folder in NOT_INSTALLED)
    ]


def test_nothing_generic_lands_in_site_packages(wheel):
    top = {name.split("/")[0] for name in wheel}
    assert {name for name in top if not name.endswith(".dist-info")} == {"gradcheck"}


def test_every_file_is_installed(wheel):
    expected = {f"{FOLDERS[p.parts[0]].replace('.', '/')}/{'/'.join(p.parts[1:])}" for p in _sources()}
    missing = expected - wheel
    assert not missing, f"name their packages or package-data in pyproject.toml: {sorted(missing)}"


def test_the_harness_is_not_installed(wheel):
    assert not [name for name in wheel if "harness" in name or "benchmarks" in name]


def test_the_package_is_typed(wheel):
    assert "gradcheck/py.typed" in wheel


def test_every_dependency_is_pinned():
    from packaging.requirements import Requirement

    pins = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    project = SETUP["project"]
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    names = {Requirement(line).name.lower().replace("_", "-") for line in wanted}
    assert names <= pins, f"constraints.txt pins no version of {sorted(names - pins)}"
