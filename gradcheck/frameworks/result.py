"""Can what a function returned be judged? The kinds of results that cannot, and what to tell their author."""

from __future__ import annotations

from typing import Any

# kind of result -> what its author can do about it
HINTS: dict[str, str] = {
    "nothing": "is a return missing?",
    "several": "wrap the function so that it returns the one output to be checked",
    "not an array": "return the array itself, not float(...), .item() or another framework's array",
    "bool": "a comparison has no gradient; return the loss itself",
    "integer": "counting, rounding and integer constants lose the fraction; return floating point",
    "complex": "return a real array, such as its real part or absolute value",
    "float": "keep the dtype of the inputs: write constants as Python numbers or make them with dtype=x.dtype",
}
_KINDS_BY_PREFIX = {
    "bool": "bool",
    "int": "integer",
    "uint": "integer",
    "complex": "complex",
    "float": "float",
    "bfloat": "float",
}


def kind_of_dtype(name: str) -> str:
    """The kind of a dtype by its name; what is none of the numbers is "not an array" of them."""
    return _KINDS_BY_PREFIX.get(name.rstrip("0123456789"), "not an array")


def kind_of_object(result: Any) -> str:
    """The kind of a result that is no array of the framework."""
    if result is None:
        return "nothing"
    return "several" if isinstance(result, (tuple, list, dict, set)) else "not an array"


def described(result: Any) -> str:
    """A result that is no array of the framework, in words."""
    if result is None:
        return "nothing (None)"
    kind = type(result)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"a {name} of {len(result)}" if kind_of_object(result) == "several" else f"a {name}"
