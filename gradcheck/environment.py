"""What results depend on beside the code under test: the versions of packages, and the platform."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

PACKAGES = ("gradcheck", "numpy", "python-flint", "torch", "jax", "jaxlib", "ml_dtypes", "hypothesis")


def environment(libraries: Iterable[str] = ()) -> dict[str, str]:
    """Package -> version or "not installed", those of `libraries` too; also `python` and `platform`. Imports none."""
    versions = {package: _version(package) for package in dict.fromkeys((*PACKAGES, *libraries))}
    return {**versions, "python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
