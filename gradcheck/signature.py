"""The parameters of a callable: from Python, or for a builtin from the first line of its documentation."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """In order. Raises ValueError for a builtin that tells its signature nowhere."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return _documented(function)


def _documented(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """From a line such as `softplus(input, beta=1, threshold=20) -> Tensor`, as C extensions write it."""
    name = getattr(function, "__name__", "")
    line = re.search(rf"\b{re.escape(name)}(\([^\n]*\))\s*(?:->|$)", function.__doc__ or "", flags=re.MULTILINE)
    if not name or line is None:
        raise ValueError(f"{name or repr(function)} has no signature")
    try:
        definition = ast.parse(f"def _{line[1]}: ...").body[0]
    except SyntaxError:
        raise ValueError(f"{name} has no signature that Python could read") from None
    assert isinstance(definition, ast.FunctionDef)  # what the line above is
    return _parameters(definition.args)


def _parameters(spec: ast.arguments) -> list[inspect.Parameter]:
    positional = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    required = len(positional) - len(spec.defaults)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    found = [inspect.Parameter(n, kind, default=_default(k >= required)) for k, n in enumerate(positional)]
    for argument, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        keyword = inspect.Parameter.KEYWORD_ONLY
        found.append(inspect.Parameter(argument.arg, keyword, default=_default(default is not None)))
    return found


def _default(given: bool) -> Any:
    """Its value does not matter: only whether there is one."""
    return None if given else inspect.Parameter.empty
