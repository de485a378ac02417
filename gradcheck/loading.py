"""A function named on the command line, `package.module:attribute`, imported; every mistake is one line."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any

from gradcheck.containment import contained
from gradcheck.frameworks import FrameworkError, label
from gradcheck.frameworks.call import location

EXAMPLE = "my_losses:iwae"


class NotLoaded(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """A target names nothing that can be called; `str` of it is the whole message."""


def load(target: str, seed: int = 0) -> Callable[..., Any]:
    """The callable that `package.module:name` or `package.module:Class.method` stands for.

    A class that is a `torch.nn.Module` and needs no arguments is instantiated, its weights drawn with `seed`; so is
    the class of a method. Raises `NotLoaded`.
    """
    module_name, colon, path = target.partition(":")
    if not (colon and module_name and path) or "/" in module_name or module_name.endswith(".py"):
        raise NotLoaded(f"the target {target!r} is no package.module:name; expected such as {EXAMPLE}")
    owner, found = None, _module(module_name)
    for name in path.split("."):
        owner, found = found, _attribute(found, name, target)
    return _callable(found, owner, target, seed)


def _module(name: str) -> Any:
    try:
        with contained("compile"):  # importing may compile as well
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise NotLoaded(
                f"there is no module {error.name}{_hint(error.name, _modules_beside(error.name))}; expected a module "
                f"of the current directory or an installed one, as in {EXAMPLE}"
            ) from None
        raise NotLoaded(f"importing {name} raised ModuleNotFoundError: {error}; install what it needs") from None
    except Exception as error:
        at = location(error)
        raise NotLoaded(
            f"importing {name} raised {type(error).__name__}: {error}{f' at {at}' if at else ''}; "
            f"expected a module that imports: try python -c 'import {name}'"
        ) from None


def _modules_beside(name: str) -> list[str]:
    """The modules of the folder or package in which `name` was looked for."""
    parent = name.rpartition(".")[0]
    paths = getattr(importlib.import_module(parent), "__path__", []) if parent else None
    return [f"{parent}.{found.name}".lstrip(".") for found in pkgutil.iter_modules(paths)]


def _attribute(owner: Any, name: str, target: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        where = getattr(owner, "__name__", type(owner).__name__)
        public = [known for known in dir(owner) if not known.startswith("_")]
        raise NotLoaded(
            f"{where} has no attribute {name}{_hint(name, public)}; expected the name of a function"
        ) from None


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean {near[0]}?" if near else ""


def _callable(found: Any, owner: Any, target: str, seed: int) -> Callable[..., Any]:
    if inspect.isclass(found):
        if not _is_torch_module(found):
            raise NotLoaded(f"it is a class; expected a function: name a method, {target}.method, or an instance")
        return _instance(found, target, seed)
    if inspect.isclass(owner) and inspect.isfunction(found) and _needs_instance(owner, found.__name__):
        return getattr(_instance(owner, target, seed), found.__name__)
    if not callable(found):
        raise NotLoaded(f"it is of type {type(found).__name__}; expected a callable: arrays in, one array out")
    return found


def _needs_instance(owner: type, name: str) -> bool:
    return not isinstance(inspect.getattr_static(owner, name), staticmethod)


def _is_torch_module(kind: type) -> bool:
    return any(base.__module__ == "torch.nn.modules.module" and base.__name__ == "Module" for base in kind.__mro__)


def _instance(kind: type, target: str, seed: int) -> Any:
    try:
        with contained():
            return _seeded(kind, seed) if _is_torch_module(kind) else kind()
    except Exception as error:
        raise NotLoaded(
            f"{label(kind)}() raised {type(error).__name__}: {error}; expected a class that needs no "
            "arguments: make an instance in the module and name that"
        ) from None


def _seeded(kind: type, seed: int) -> Any:
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind()
