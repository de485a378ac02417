"""The source of a callable under test, written anew so that it stands alone: no import but of libraries.

Functions of the user's own files, and of gradcheck's suites, are taken in; modules of libraries are imported; what is
held in closures, globals and objects is written out as literals. A function of the array namespace `xp` is written for
one framework.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from gradcheck import frameworks
from gradcheck.explain import snippet_names
from gradcheck.explain.source_forms import written
from gradcheck.explain.source_inliner import inlined, inlined_class
from gradcheck.explain.source_nodes import class_node, function_node

# How a script imports what it uses often.
SHORT = {"numpy": "import numpy as np", "jax.numpy": "import jax.numpy as jnp"}
ALIASES = {"numpy": "np", "jax.numpy": "jnp"}


class Source:
    """Imports and definitions of a script in one framework and dtype, in the order it needs them."""

    def __init__(self, framework: str, dtype: str) -> None:
        self.framework, self.dtype = framework, dtype
        self.imports: dict[str, None] = {}
        self.definitions: list[ast.stmt] = []
        self.xp = frameworks.get(framework).namespace()
        self._names: dict[tuple, str] = {}
        self._alive: list[Any] = []  # an identity counts only as long as its object lives

    @property
    def narrows(self) -> bool:
        """Whether Python floats must be written in the dtype: beside them ml_dtypes does not keep bfloat16."""
        return self.framework == "numpy" and self.dtype == "bfloat16"

    def narrowed(self, node: ast.expr) -> ast.expr:
        """A Python float in that dtype; anything else as it is."""
        if not self.narrows or not snippet_names.is_float(node):
            return node
        self.imports["import ml_dtypes"] = None
        return ast.Call(snippet_names.expression("ml_dtypes.bfloat16"), [node], [])

    def narrowed_operands(self, node: ast.expr) -> ast.expr:
        """An operation with its Python floats in that dtype, unless both are numbers."""
        if isinstance(node, ast.BinOp) and not snippet_names.is_number(node):
            node.left, node.right = self.narrowed(node.left), self.narrowed(node.right)
        return node

    def of_namespace(self, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr:
        """The call `xp.name(...)` in the framework's own words."""
        if self.framework == "numpy" and name in snippet_names.WRITTEN_FOR_NUMPY:
            return ast.Call(self.lacking(name), arguments, keywords)
        if name in snippet_names.SEVERAL_ARRAYS:
            arguments = [self.narrowed(a) for a in arguments]
        written = snippet_names.call(name, arguments, keywords, self.framework, self.dtype)
        text = ast.unparse(written)
        for short, module in snippet_names.MODULES.items():
            if text.startswith(short):
                self.use(module)
        if self.narrows and name == "matmul":  # which NumPy computes in float32
            self.imports["import ml_dtypes"] = None
            narrow = [snippet_names.expression("ml_dtypes.bfloat16")]
            written = ast.Call(ast.Attribute(written, "astype", ast.Load()), narrow, [])
        return written

    @property
    def taken(self) -> set[str]:
        """Names that mean something in the script."""
        imported = {line.rpartition(" ")[2].partition(".")[0] for line in self.imports}
        return imported | set(self._names.values()) | {"np", "jnp", "torch", "jax", "math"}

    def expression(self, value: Any, wanted: str = "value") -> ast.expr:
        """What the script writes for an object; `wanted` is what its user calls it. Raises `CannotWrite`."""
        return written(self, value, wanted)

    def use(self, module: str) -> ast.expr:
        """Import a module; the expression for it."""
        self.imports[SHORT.get(module, f"import {module}")] = None
        return snippet_names.expression(ALIASES.get(module, module))

    def define(self, function: FunctionType, wanted: str = "", bound: Mapping[str, Any] | None = None) -> ast.expr:
        """A function of the user's own, with the parameters in `bound` held at those objects."""
        bound = bound or {}
        key = (id(function), *sorted((name, id(value)) for name, value in bound.items()))
        if key not in self._names:
            self._alive += [function, *bound.values()]
            node = function_node(function)
            nameless = node.name in ("function", "forward") or node.name.startswith("__")
            named = wanted if nameless and wanted.isidentifier() else node.name
            node.name = self._free_name(named)
            self._names[key] = node.name
            self.definitions.append(inlined(self, node, function, bound))
        return ast.Name(self._names[key], ast.Load())

    def add(self, definition: ast.FunctionDef) -> ast.expr:
        """A definition that is already in the script's own words."""
        definition.name = self._names[(id(definition),)] = self._free_name(definition.name)
        self._alive.append(definition)
        self.definitions.append(ast.fix_missing_locations(definition))
        return ast.Name(definition.name, ast.Load())

    def define_class(self, kind: type) -> ast.expr:
        """A class of the user's own."""
        key = (id(kind),)
        if key not in self._names:
            self._alive.append(kind)
            node = class_node(kind)
            self._names[key] = node.name
            self.definitions.append(inlined_class(self, node, kind))
        return ast.Name(self._names[key], ast.Load())

    def assign(self, value: Any, wanted: str, make: Callable[[], ast.expr], complete: Callable[[], str]) -> ast.expr:
        """Give what `make` writes a name of its own; `complete` writes what is called on it, which may use the name."""
        key = (id(value),)
        if key not in self._names:
            self._alive.append(value)
            made = make()
            name = self._names[key] = self._free_name(wanted)
            self.definitions.append(ast.Assign([ast.Name(name, ast.Store())], made, lineno=0))
            self.definitions.append(ast.Expr(snippet_names.expression(name + complete())))
        return ast.Name(self._names[key], ast.Load())

    def lacking(self, name: str) -> ast.expr:
        """A function of `xp` that NumPy has not, as a definition."""
        if (name,) not in self._names:
            self._names[(name,)] = self._free_name(name)
            body = snippet_names.WRITTEN_FOR_NUMPY[name]
            if "math." in body:
                self.use("math")
            self.use("numpy")
            self.definitions += ast.parse(f"def {self._names[(name,)]}(x):\n    return {body}").body
        return ast.Name(self._names[(name,)], ast.Load())

    def _free_name(self, wanted: str) -> str:
        name, number, taken = wanted, 2, self.taken
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name
