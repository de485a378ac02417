"""The frameworks whose functions are checked: evaluate, differentiate, vectorise, in each of their modes.

Importing this imports neither PyTorch nor JAX; each is imported when something of it is first used.
"""

from __future__ import annotations

import importlib

from gradcheck.frameworks.base import Framework
from gradcheck.frameworks.call import label
from gradcheck.frameworks.errors import (
    FrameworkError,
    FunctionRaised,
    NotDeterministic,
    NotInstalled,
    WritesInput,
    WrongResult,
)
from gradcheck.frameworks.inference import infer

__all__ = [
    "NAMES",
    "Framework",
    "FrameworkError",
    "FunctionRaised",
    "NotDeterministic",
    "NotInstalled",
    "WritesInput",
    "WrongResult",
    "get",
    "infer",
    "label",
    "rank",
]

NAMES = ("numpy", "torch", "jax")
_loaded: dict[str, Framework] = {}


def get(name: str) -> Framework:
    """The framework of that name, installed or not (`available`); `ValueError` names those there are."""
    if name not in NAMES:
        raise ValueError(f"unknown framework {name!r}; expected one of {', '.join(NAMES)}")
    if name not in _loaded:
        _loaded[name] = importlib.import_module(f"gradcheck.frameworks.{name}").FRAMEWORK
    return _loaded[name]


def rank(name: str) -> int:
    """Place in an order of the frameworks: those that answer sooner first, unknown ones last."""
    return NAMES.index(name) if name in NAMES else len(NAMES)
