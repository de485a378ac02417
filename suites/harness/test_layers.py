"""Imports run downward only, and importing what is checked imports no framework."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The four folders as they install; import-linter does not see an editable install's mapping.
FOLDERS = ("reference", "reports", "suites")


def _tree(folder: Path) -> Path:
    package = folder / "gradcheck"
    package.mkdir()
    for path in [*(ROOT / "gradcheck").iterdir(), *(ROOT / name for name in FOLDERS)]:
        (package / path.name).symlink_to(path)
    return folder


def test_imports_run_downward_only(tmp_path):
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", ROOT / "pyproject.toml"]
    done = subprocess.run(command, cwd=_tree(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nlayers: [tool.importlinter] in pyproject.toml"


def test_importing_the_suites_imports_no_framework():
    code = (
        "import importlib, pkgutil, sys\n"
        "import gradcheck, gradcheck.suites.seeds as seeds, gradcheck.reference as reference\n"
        "for package in (seeds, reference):\n"
        "    for module in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "print(sorted({'torch', 'jax'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", f"expected neither torch nor jax to be imported\n{done.stdout}{done.stderr}"
