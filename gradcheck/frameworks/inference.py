"""Which framework is a function written in? Read off its type, module, annotations and the names it uses."""

from __future__ import annotations

import dis
import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

# the package something comes from -> its framework
PACKAGES: dict[str, str] = {
    "numpy": "numpy",
    "scipy": "numpy",
    **dict.fromkeys(("torch", "torchaudio", "torchmetrics", "torchvision", "kornia"), "torch"),
    **dict.fromkeys(("jax", "jaxlib", "optax", "flax", "equinox", "haiku", "distrax", "chex"), "jax"),
}


def infer(function: Callable[..., Any]) -> str | None:
    """The framework's name, or None where nothing tells or PyTorch and JAX both do.

    What the function is (a `torch.nn.Module`, jitted, of `optax`) is asked first, then its annotations,
    then what it holds (the arguments of a partial, the attributes of an object) and the names that its
    code uses, in the functions it calls too. NumPy used beside PyTorch or JAX, for a constant, does
    not count. The function is not called.
    """
    target = _unbound(function)
    evidence = (_of_object(target), _annotated(target), _held(function) | _named(target, set()))
    return next((found for found in map(_decided, evidence) if found), None)


def _decided(found: set[str]) -> str | None:
    specific = found - {"numpy"} or found
    return next(iter(specific)) if len(specific) == 1 else None


def _unbound(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _of_module(name: Any) -> set[str]:
    package = name.partition(".")[0] if isinstance(name, str) else ""
    return {PACKAGES[package]} if package in PACKAGES else set()


def _of_object(thing: Any) -> set[str]:
    """The framework a module, class, function, array or other object belongs to,."""
    if isinstance(thing, types.ModuleType):
        return _of_module(thing.__name__)
    owner = getattr(thing, "__self__", getattr(thing, "__objclass__", None))
    kinds = [k for k in (thing, owner) if isinstance(k, type)] + [type(thing), type(owner)]
    names = [getattr(thing, "__module__", None), getattr(owner, "__name__", None)]
    names += [base.__module__ for kind in kinds for base in kind.__mro__]
    return set().union(*map(_of_module, names))


def _annotated(function: Any) -> set[str]:
    function = _code_holder(function)
    try:
        annotations = inspect.get_annotations(function, eval_str=True)
    except Exception:  # an annotation of names that exist for type checkers only
        return set()
    parts = [part for annotation in annotations.values() for part in (annotation, *typing.get_args(annotation))]
    return set().union(*map(_of_object, parts))


def _held(function: Any) -> set[str]:
    """The frameworks of a partial's arguments or of a callable object's attributes."""
    values = list(getattr(function, "__dict__", {}).values())
    if isinstance(function, functools.partial):
        values += [*function.args, *function.keywords.values()]
    return set().union(*map(_of_object, values))


def _named(function: Any, seen: set[int]) -> set[str]:
    """The frameworks of the globals, closure variables and imports in the function's code."""
    holder = inspect.unwrap(_code_holder(function))
    if not isinstance(holder, types.FunctionType) or id(holder) in seen:
        return set()
    seen.add(id(holder))
    found: set[str] = set()
    for used in _used(holder):
        found |= _of_object(used) or _named(_unbound(used), seen)
    return found


def _code_holder(function: Any) -> Any:
    """The plain function behind a method or a callable object."""
    if not isinstance(function, (types.FunctionType, types.MethodType, type)):
        function = getattr(type(function), "__call__", function)  # noqa: B004  its code is wanted, not whether it has one
    return getattr(function, "__func__", function)


def _used(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a variable that is not yet bound
            continue
    for operation, name in _names_in(function.__code__):
        if operation == "IMPORT_NAME":
            yield types.ModuleType(name)
        elif name in function.__globals__:
            yield function.__globals__[name]


def _names_in(code: types.CodeType) -> Iterator[tuple[str, str]]:
    """Imports and globals of a code object and those nested in it, as (operation, name)."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("IMPORT_NAME", "LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.opname, instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_in(constant)
