"""Where a thing can be imported from, if it belongs to an installed library and not to the code under test."""

from __future__ import annotations

import builtins
import sys
import sysconfig
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_OURS = "gradcheck"
_INSTALLED = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
# Looked through for a builtin that names no module of its own.
_COMMON = ("math", "numpy", "torch", "jax", "operator", "functools")


def is_library(module: ModuleType) -> bool:
    """Whether a script may import the module: installed, or part of Python, and none of gradcheck."""
    if root(module.__name__) == _OURS:
        return False
    file = getattr(module, "__file__", None)
    return file is None or file.startswith(_INSTALLED)


def root(name: str) -> str:
    return name.partition(".")[0]


def public_path(value: Any) -> tuple[str, str] | None:
    """(module, attribute) under which an installed library offers exactly this object; the shortest public one."""
    named = getattr(value, "__module__", None)
    candidates = list(_public_modules(named if isinstance(named, str) else None))
    for module in sorted(candidates, key=lambda m: (m.__name__.count("."), len(m.__name__))):
        for name in _names(value, module):
            return module.__name__, name
    return None


def _public_modules(named: str | None) -> Iterator[ModuleType]:
    roots = {root(named)} if named else set(_COMMON)
    if named == builtins.__name__ or _OURS in roots:
        return
    roots = {r.lstrip("_") for r in roots} | roots
    for name, module in list(sys.modules.items()):
        private = any(part.startswith("_") for part in name.split("."))
        if root(name) in roots and not private and isinstance(module, ModuleType) and is_library(module):
            yield module


def _names(value: Any, module: ModuleType) -> Iterator[str]:
    """Its own name first; another one where a library offers it under several."""
    members = vars(module)
    own = getattr(value, "__name__", "")
    if own and members.get(own) is value:
        yield own
    yield from (name for name, member in list(members.items()) if member is value and not name.startswith("_"))
