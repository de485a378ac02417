"""The versions that results depend on are named without importing anything."""

import subprocess
import sys
from importlib import metadata

import numpy as np

from gradcheck import environment as module
from gradcheck.environment import environment


def test_versions_and_platform():
    found = environment()
    assert found["numpy"] == np.__version__
    assert found["python-flint"] == metadata.version("python-flint")
    assert set(found) == {*module.PACKAGES, "python", "platform"}


def test_the_libraries_that_are_judged_are_named_too():
    assert environment(["pytest", "numpy"])["pytest"] == metadata.version("pytest")


def test_a_package_that_is_missing_is_said_to_be(monkeypatch):
    monkeypatch.setattr(module, "PACKAGES", ("no-such-package",))
    assert environment()["no-such-package"] == "not installed"


def test_nothing_is_imported():
    code = "import sys, gradcheck.environment as e; e.environment(); print({'torch', 'jax'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
